"""What differs between two versions of a ledger kind, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from police_hr.core.i18n import pick
from roster.models import LedgerKindVersion

WORDS = (
    "name_zh", "name_en", "hint_zh", "hint_en", "sensitivity", "needs_verification", "care", "open_ended",
    "amount_label_zh", "amount_label_en",
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One thing that changed: what, what it was, what it is. Empty `old`: added; empty `new`: taken out."""

    what: str
    old: str = ""
    new: str = ""


def differences(old: LedgerKindVersion, new: LedgerKindVersion) -> list[Difference]:
    """What `new` changed against `old`: words and switches first, then fields in their order."""
    found = []
    for name in WORDS:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            label = str(getattr(LedgerKindVersion._meta.get_field(name), "verbose_name", name))
            found.append(Difference(label, _word(before), _word(after)))
    before_fields, after_fields = _by_name(old.fields), _by_name(new.fields)
    for name, spec in after_fields.items():
        if name not in before_fields:
            found.append(Difference(_("field"), "", label_of(spec)))
        elif before_fields[name] != spec:
            found += _in_field(before_fields[name], spec)
    found += [
        Difference(_("field"), label_of(spec), "") for name, spec in before_fields.items() if name not in after_fields
    ]
    kept = [name for name in before_fields if name in after_fields]
    if kept != [name for name in after_fields if name in before_fields]:
        found.append(Difference(_("order of the fields")))
    return found


def _in_field(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    label = label_of(new)
    return [
        Difference(f"{label} · {KEYS[key]() if key in KEYS else key}", _word(old.get(key)), _word(new.get(key)))
        for key in dict.fromkeys([*new, *old])
        if old.get(key) != new.get(key)
    ]


KEYS = {
    "label_zh": lambda: _("Chinese label"),
    "label_en": lambda: _("English label"),
    "help_zh": lambda: _("Chinese help text"),
    "help_en": lambda: _("English help text"),
    "type": lambda: _("type"),
    "required": lambda: _("must be filled in"),
    "choices": lambda: _("choices"),
    "columns": lambda: _("columns"),
    "code_table": lambda: _("code table"),
    "min": lambda: _("at least"),
    "max": lambda: _("at most"),
}


def _by_name(specs: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {spec["name"]: spec for spec in specs}


def label_of(spec: Mapping[str, Any]) -> str:
    """What a field is called in the active language."""
    return pick(spec.get("label_zh", ""), spec.get("label_en", "")) or str(spec.get("name", ""))


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return pick("、", ", ").join(pick(p.get("zh", ""), p.get("en", "")) or label_of(p) for p in value)
    return "–" if value in (None, "") else str(value)

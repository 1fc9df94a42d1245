"""Two versions of a model line by line: what was added, removed, changed, with both values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from police_hr.core.i18n import pick

# Parts of a document in the order of a page: key → its title.
SECTIONS: dict[str, str | Promise] = {
    "dimensions": gettext_lazy("Dimensions"),
    "indicators": gettext_lazy("Indicators"),
    "contexts": gettext_lazy("Context indicators"),
    "floors": gettext_lazy("Floor rules"),
    "red_lines": gettext_lazy("Red lines"),
    "classes": gettext_lazy("Classes"),
}
# How the last key of a path is called; the first that matches the end of the path counts.
WORDS: dict[str, str | Promise] = {
    "thresholds.attention": gettext_lazy("key attention from"),
    "thresholds.help": gettext_lazy("key help from"),
    "rise.points": gettext_lazy("rise that counts (points)"),
    "rise.days": gettext_lazy("within so many days"),
    "hysteresis.margin": gettext_lazy("margin on the way down (points)"),
    "hysteresis.runs": gettext_lazy("days with a run below it"),
    "minor_share": gettext_lazy("share of the lesser part"),
    "min_coverage": gettext_lazy("least completeness"),
    "share_alarm": gettext_lazy("share alarm"),
    "context_needs": gettext_lazy("points of dated facts that context needs"),
    "name_zh": gettext_lazy("Chinese name"),
    "name_en": gettext_lazy("English name"),
    "code": gettext_lazy("code"),
    "dim": gettext_lazy("dimension"),
    "part": gettext_lazy("part"),
    "cap": gettext_lazy("cap"),
    "class": gettext_lazy("tier class"),
    "data_class": gettext_lazy("class of the data"),
    "decay.mode": gettext_lazy("way of falling"),
    "decay.half_life": gettext_lazy("half-life (days)"),
    "decay.flat_days": gettext_lazy("length of the period (days)"),
    "decay.until_field": gettext_lazy("field with the end of the period"),
    "kind": gettext_lazy("ledger kind"),
    "severity.field": gettext_lazy("field of the severity"),
    "max_units": gettext_lazy("at most so many units"),
    "default_units": gettext_lazy("units where none are named"),
    "points": gettext_lazy("points"),
    "verified_only": gettext_lazy("verified facts only"),
    "needs_closed": gettext_lazy("closed cases only"),
    "window_days": gettext_lazy("window (days)"),
    "clock": gettext_lazy("counted from"),
    "enabled": gettext_lazy("switched on"),
    "valid_from": gettext_lazy("valid from"),
    "valid_to": gettext_lazy("valid to"),
    "tier": gettext_lazy("tier"),
    "days": gettext_lazy("days"),
    "default_days": gettext_lazy("days where no end is known"),
    "until_field": gettext_lazy("field with the end"),
    "min_count": gettext_lazy("at least so many"),
    "within_days": gettext_lazy("within so many days"),
    "fact": gettext_lazy("fact"),
    "blocks_promotion": gettext_lazy("promotion waits"),
    "audience": gettext_lazy("who alone may see it"),
    "policy": gettext_lazy("policy"),
    "population": gettext_lazy("population"),
    "notes": gettext_lazy("notes"),
    "comment": gettext_lazy("comment"),
}
ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_PLACE = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True)
class Difference:
    """One line: `kind` is added, removed or changed; `old` and `new` as people read them, "" for none."""

    kind: str
    code: str
    name: str
    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Section:
    """The lines of one part of a model."""

    title: str
    lines: Sequence[Difference]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Section]:
    """What differs between two definition documents, by section; empty where nothing does."""
    rules = [*_lines("", "", _flat(_rest(before)), _flat(_rest(after)))]
    found = [Section(_("Thresholds and rules"), rules)] if rules else []
    for key, title in SECTIONS.items():
        old = {one["code"]: one for one in before.get(key, ())}
        new = {one["code"]: one for one in after.get(key, ())}
        lines = [line for code in dict.fromkeys((*old, *new)) for line in _of_item(code, old.get(code), new.get(code))]
        if lines:
            found.append(Section(str(title), lines))
    return found


def _rest(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in SECTIONS}


def _of_item(code: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[Difference]:
    one = new or old or {}
    name = pick(one.get("name_zh", ""), one.get("name_en", ""))
    if old is None or new is None:
        words = _summary(one)
        yield (
            Difference(ADDED, code, name, "", "", words)
            if old is None
            else Difference(REMOVED, code, name, "", words, "")
        )
    else:
        yield from _lines(code, name, _flat(old), _flat(new))


def _lines(code: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for path in dict.fromkeys((*old, *new)):
        was, now = old.get(path), new.get(path)
        if was != now:
            kind = ADDED if path not in old else REMOVED if path not in new else CHANGED
            yield Difference(kind, code, name, label_of(path), _value(was), _value(now))


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    """Path → plain value; a switch that is not named has the value it has then."""
    if isinstance(value, Mapping):
        return {
            inner: leaf
            for key, one in value.items()
            for inner, leaf in _flat(one, f"{path}.{key}" if path else key).items()
        }
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        pairs = [(str(one.get("value", place)), one) for place, one in enumerate(value)]
        return {inner: leaf for key, one in pairs for inner, leaf in _flat(one, f"{path}[{key}]").items()}
    return {path: value}


def label_of(path: str) -> str:
    """The words for a path in a document: “points (2)”, “condition on excused”."""
    plain = re.sub(r"\[[^\]]*\]", "", path)
    if ".where." in f".{plain}":
        words = _("condition on %(field)s") % {"field": plain.split("where.", 1)[1]}
    elif ".map" in plain and plain.endswith("points"):
        value = re.findall(r"map\[([^\]]*)\]", path)
        words = _("points for “%(value)s”") % {"value": value[0] if value else ""}
    else:
        words = str(next((word for end, word in WORDS.items() if plain == end or plain.endswith(f".{end}")), plain))
    places = [int(place) for place in _PLACE.findall(path.split(".map", 1)[0])]
    return f"{words} ({'.'.join(str(place + 1) for place in places)})" if any(places) else words


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_value(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _summary(one: Mapping[str, Any]) -> str:
    """An added or removed line in a few words."""
    flat = _flat(one)
    wanted = ("points", "decay.half_life", "cap", "kind", "tier")
    shown = [(path, value) for path, value in flat.items() if any(path == w or path.endswith(f".{w}") for w in wanted)]
    return "; ".join(f"{label_of(path)} {_value(value)}" for path, value in shown[:6] if value is not None)

"""One of several, and several of several. Choices stand in the spec or come from a code table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from police_hr.core.fields import registry
from police_hr.core.fields.base import FieldType, fault, form_options
from police_hr.core.fields.registry import Choice, Names
from police_hr.core.fields.spec import FieldSpec
from police_hr.core.i18n import pick


def choices_of(spec: FieldSpec) -> Sequence[Choice]:
    """The choices of a field, in order. Withdrawn ones are among them: old facts and old files may hold them."""
    found = _choices_or_none(spec)
    if found is None:
        raise fault(_("the code table “%(table)s” is missing; ask the system administrator."), table=spec["code_table"])
    return found


def _choices_or_none(spec: FieldSpec) -> Sequence[Choice] | None:
    return spec["choices"] if "choices" in spec else registry.code_table(spec["code_table"])


def _label(spec: FieldSpec, value: str) -> str:
    # What a later version of the list no longer has is shown as it was stored; showing never fails.
    choices = _choices_or_none(spec) or ()
    return next((pick(c["zh"], c["en"]) for c in choices if c["value"] == value), value)


def _known(spec: FieldSpec, value: Any) -> str:
    if not isinstance(value, str) or all(value != choice["value"] for choice in choices_of(spec)):
        raise fault(_("“%(value)s” is not one of the choices."), "unknown_choice", value=str(value)[:40])
    return value


def _find(spec: FieldSpec, text: str) -> str | None:
    """The value that `text` names: the value itself first, then a label of either language."""
    choices = choices_of(spec)
    wanted = text.strip()
    for choice in choices:
        if choice["value"] == wanted:
            return choice["value"]
    folded = wanted.casefold()
    for choice in choices:
        if folded in (choice["value"].casefold(), choice["zh"].casefold(), choice["en"].casefold()):
            return choice["value"]
    return None


def _find_or_fault(spec: FieldSpec, text: str) -> str:
    value = _find(spec, text)
    if value is None:
        raise fault(_("“%(value)s” is not one of the choices."), "unknown_choice", value=text[:40])
    return value


def _offered(spec: FieldSpec) -> list[Choice]:
    """What a new fact may choose from."""
    return [choice for choice in choices_of(spec) if not choice.get("withdrawn")]


def _options(spec: FieldSpec) -> list[tuple[str, str]]:
    return [(choice["value"], pick(choice["zh"], choice["en"])) for choice in _offered(spec)]


class One(FieldType):
    """One choice, stored as its value."""

    code = "choice"

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"enum": [choice["value"] for choice in _offered(spec)]}

    def clean(self, spec: FieldSpec, value: Any) -> str:
        return _known(spec, value)

    def from_cell(self, spec: FieldSpec, text: str) -> str:
        return _find_or_fault(spec, text)

    def display(self, spec: FieldSpec, value: Any, names: Names) -> str:
        return _label(spec, value)

    def form_field(self, spec: FieldSpec) -> forms.Field:
        return forms.ChoiceField(choices=[("", "—"), *_options(spec)], **form_options(spec))


class Several(FieldType):
    """Several choices, stored as a list of values in the order of the list, each once."""

    code = "choices"

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        item = {"enum": [choice["value"] for choice in _offered(spec)]}
        schema = {"type": "array", "items": item, "uniqueItems": True, "minItems": max(1, spec.get("min", 1))}
        return {**schema, "maxItems": spec["max"]} if "max" in spec else schema

    def clean(self, spec: FieldSpec, value: Any) -> list[str]:
        if not isinstance(value, list | tuple):
            raise fault(_("must be a list of choices."))
        chosen = {_known(spec, item) for item in value}
        if len(chosen) < spec.get("min", 0):
            raise fault(_("needs at least %(least)d choices."), "short", least=spec["min"])
        if len(chosen) > spec.get("max", len(chosen)):
            raise fault(_("allows at most %(most)d choices."), "long", most=spec["max"])
        return [choice["value"] for choice in choices_of(spec) if choice["value"] in chosen]

    def from_cell(self, spec: FieldSpec, text: str) -> list[str]:
        if _find(spec, text) is not None:
            return self.clean(spec, [_find(spec, text)])
        # Labels may contain commas, so these part choices only where no semicolon does.
        marks = r"[;；]" if re.search(r"[;；]", text) else r"[,，、|]"
        parts = [part for part in re.split(marks, text) if part.strip()]
        return self.clean(spec, [_find_or_fault(spec, part) for part in parts])

    def display(self, spec: FieldSpec, value: Any, names: Names) -> str:
        return pick("、", ", ").join(_label(spec, item) for item in value)

    def to_cell(self, spec: FieldSpec, value: Any, names: Names) -> str:
        return pick("；", "; ").join(_label(spec, item) for item in value)

    def form_field(self, spec: FieldSpec) -> forms.Field:
        return forms.MultipleChoiceField(
            choices=_options(spec), widget=forms.CheckboxSelectMultiple(), **form_options(spec)
        )

"""Field lists at work: clean a payload, show it, write it to cells and read it from cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from police_hr.core.fields.base import FieldType, fault, is_empty
from police_hr.core.fields.registry import Names, Reference, load_names, resolver
from police_hr.core.fields.spec import FieldSpec
from police_hr.core.fields.types import TYPES
from police_hr.core.i18n import pick

Payload = dict[str, Any]


class FieldList:
    """A field list ready for use. The specs are taken as checked (`validate_field_list`)."""

    def __init__(self, specs: Sequence[FieldSpec]) -> None:
        self.specs = specs
        self.fields: dict[str, tuple[FieldSpec, FieldType]] = {
            spec["name"]: (spec, TYPES[spec["type"]]) for spec in specs if TYPES[spec["type"]].has_value
        }
        self._required = [spec for spec, _type in self.fields.values() if spec.get("required")]

    def clean(self, data: Any, *, check_references: bool = True) -> Payload:
        """The payload in stored form: empty values left out, unknown keys and bad values refused.

        Raises `ValidationError` with a dict: field name (or `__all__`) → sentences. `check_references=False`
        saves a look-up of each person and unit where the caller has just found them itself (imports).
        """
        if not isinstance(data, Mapping):
            raise ValidationError({"__all__": [_("The fields must be given by name.")]})
        errors: dict[str, list[Any]] = {}
        unknown = [str(key) for key in data if key not in self.fields]
        if unknown:
            names = pick("、", ", ").join(unknown)[:200]
            errors["__all__"] = [fault(_("There is no field “%(names)s” here."), "unknown_field", names=names)]
        cleaned: Payload = {}
        for name, (spec, field_type) in self.fields.items():
            value = data.get(name)
            if is_empty(value):
                continue
            try:
                stored = field_type.clean(spec, value)
            except ValidationError as error:
                errors[name] = [_named(spec, error)]
                continue
            if not is_empty(stored):
                cleaned[name] = stored
        self._add_missing(cleaned, errors)
        if check_references:
            self._add_dangling(cleaned, errors)
        if errors:
            raise ValidationError(errors)
        return cleaned

    def from_cells(self, cells: Mapping[str, str]) -> Payload:
        """The payload that the texts of a table row stand for; field name → text. Raises as `clean` does."""
        errors: dict[str, list[Any]] = {}
        found: Payload = {}
        for name, text in cells.items():
            known = self.fields.get(name)
            if known is None or not text.strip():
                continue
            spec, field_type = known
            try:
                found[name] = field_type.from_cell(spec, text)
            except ValidationError as error:
                errors[name] = [_named(spec, error)]
        self._add_missing(found, errors)
        if errors:
            raise ValidationError(errors)
        return {name: value for name, value in found.items() if not is_empty(value)}

    def to_cells(self, payload: Payload, *, names: Names | None = None) -> dict[str, str]:
        """Field name → text for every field of the list ("" where empty); `from_cells` reads it back."""
        known = names if names is not None else load_names(self.references(payload), keys=True)
        return {
            name: field_type.to_cell(spec, payload[name], known) if not is_empty(payload.get(name)) else ""
            for name, (spec, field_type) in self.fields.items()
        }

    def describe(self, payload: Payload, *, names: Names | None = None) -> list[tuple[str, str]]:
        """(label, text) in the active language of every field that is filled in."""
        return list(self.texts(payload, names=names).values())

    def texts(self, payload: Payload, *, names: Names | None = None) -> dict[str, tuple[str, str]]:
        """Field name → (label, text) in the active language of every field that is filled in, in their order."""
        known = names if names is not None else load_names(self.references(payload))
        return {
            name: (pick(spec["label_zh"], spec["label_en"]), field_type.display(spec, payload[name], known))
            for name, (spec, field_type) in self.fields.items()
            if not is_empty(payload.get(name))
        }

    def references(self, payload: Payload) -> Iterator[Reference]:
        """The references in a payload as (sort, id): gather those of a page, then `load_names` once."""
        for name, (spec, field_type) in self.fields.items():
            if not is_empty(payload.get(name)):
                yield from field_type.references(spec, payload[name])

    def json_schema(self) -> dict[str, Any]:
        """The JSON schema of a payload, for the API."""
        properties = {
            name: {"title": pick(spec["label_zh"], spec["label_en"]), **field_type.json_schema(spec)}
            for name, (spec, field_type) in self.fields.items()
        }
        required = [spec["name"] for spec in self._required]
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}

    def _add_missing(self, payload: Payload, errors: dict[str, list[Any]]) -> None:
        for spec in self._required:
            if is_empty(payload.get(spec["name"])) and spec["name"] not in errors:
                errors[spec["name"]] = [_named(spec, fault(_("must be filled in."), "required"))]

    def _add_dangling(self, payload: Payload, errors: dict[str, list[Any]]) -> None:
        references = {ref for ref in self.references(payload) if resolver(ref[0]) is not None}
        if not references:
            return
        known = load_names(references).labels
        for name, (spec, field_type) in self.fields.items():
            if name in payload and any(
                ref in references and ref not in known for ref in field_type.references(spec, payload[name])
            ):
                errors[name] = [_named(spec, fault(_("refers to something that does not exist."), "not_found"))]


def _named(spec: FieldSpec, error: ValidationError) -> ValidationError:
    """The fault of a value as a sentence that names its field."""
    label = pick(spec["label_zh"], spec["label_en"])
    text = gettext("“%(field)s” %(fault)s") % {"field": label, "fault": " ".join(error.messages)}
    return ValidationError(text, code=getattr(error, "code", None) or "invalid")


def clean_payload(specs: Sequence[FieldSpec], data: Any) -> Payload:
    """See `FieldList.clean`."""
    return FieldList(specs).clean(data)


def describe(specs: Sequence[FieldSpec], payload: Payload) -> list[tuple[str, str]]:
    """See `FieldList.describe`."""
    return FieldList(specs).describe(payload)


def describe_many(rows: Iterable[tuple[FieldList, Payload]]) -> list[list[tuple[str, str]]]:
    """`describe` for a page of rows, with one look-up of names for each sort of reference."""
    return [list(texts.values()) for texts in texts_many(rows)]


def texts_many(rows: Iterable[tuple[FieldList, Payload]]) -> list[dict[str, tuple[str, str]]]:
    """`FieldList.texts` for a page of rows, with one look-up of names for each sort of reference."""
    pairs = list(rows)
    names = load_names(reference for fields, payload in pairs for reference in fields.references(payload))
    return [fields.texts(payload, names=names) for fields, payload in pairs]


def json_schema(specs: Sequence[FieldSpec]) -> dict[str, Any]:
    """See `FieldList.json_schema`."""
    return FieldList(specs).json_schema()

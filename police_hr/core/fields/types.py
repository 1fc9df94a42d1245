"""The fixed set of field types, by code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from police_hr.core.fields.base import FieldType, fault
from police_hr.core.fields.choosing import One, Several
from police_hr.core.fields.dates import Day, Period
from police_hr.core.fields.links import Attachment, Person, Resource, Unit
from police_hr.core.fields.registry import Names, Reference
from police_hr.core.fields.scalars import LongText, Money, Note, Text, Whole
from police_hr.core.fields.spec import TYPE_CODES, FieldSpec
from police_hr.core.i18n import pick

if TYPE_CHECKING:
    from police_hr.core.fields.payload import FieldList

MAX_ROWS = 200


def _columns(spec: FieldSpec) -> FieldList:
    from police_hr.core.fields.payload import FieldList  # noqa: PLC0415  a field list knows the types, and this one type knows it

    return FieldList(spec["columns"])


def _read_cell(known: tuple[FieldSpec, FieldType] | None, cell: Any) -> Any:
    if known is None or not isinstance(cell, str) or not cell:
        return cell
    spec, field_type = known
    return field_type.from_cell(spec, cell)


class Table(FieldType):
    """Rows of further fields: a list of payloads of `columns`. Its cell is JSON, the only lossless text."""

    code = "table"

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        rows = _columns(spec).json_schema()
        least, most = max(1, spec.get("min", 1)), spec.get("max", MAX_ROWS)
        return {"type": "array", "items": rows, "minItems": least, "maxItems": most}

    def clean(self, spec: FieldSpec, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list):
            raise fault(_("must be a list of rows."))
        if not spec.get("min", 0) <= len(value) <= spec.get("max", MAX_ROWS):
            most = spec.get("max", MAX_ROWS)
            raise fault(_("must have %(least)d to %(most)d rows."), "range", least=spec.get("min", 0), most=most)
        columns = _columns(spec)
        rows = []
        for number, row in enumerate(value, start=1):
            try:
                rows.append(columns.clean(row, check_references=False))
            except ValidationError as error:
                # The faults of a row are one fault of this field.
                text = " ".join(error.messages)
                raise fault(_("row %(row)d: %(fault)s"), "row", row=number, fault=text) from error
        return [row for row in rows if row]

    def from_cell(self, spec: FieldSpec, text: str) -> list[dict[str, Any]]:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise fault(_("must be a list of rows written as JSON.")) from error
        return self.clean(spec, self._read(spec, value))

    def _read(self, spec: FieldSpec, value: Any) -> Any:
        """The texts in rows as cells are read: a badge number names a person."""
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            return value
        known = _columns(spec).fields
        rows = []
        for number, row in enumerate(value, start=1):
            try:
                rows.append({name: _read_cell(known.get(name), cell) for name, cell in row.items()})
            except ValidationError as error:
                raise fault(_("row %(row)d: %(fault)s"), "row", row=number, fault=" ".join(error.messages)) from error
        return rows

    def display(self, spec: FieldSpec, value: Any, names: Names) -> str:
        columns = _columns(spec)
        colon, comma = pick("：", ": "), pick("，", ", ")
        lines = [comma.join(f"{a}{colon}{b}" for a, b in columns.describe(row, names=names)) for row in value]
        return "\n".join(lines)

    def to_cell(self, spec: FieldSpec, value: Any, names: Names) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def references(self, spec: FieldSpec, value: Any) -> Iterator[Reference]:
        columns = _columns(spec)
        for row in value:
            yield from columns.references(row)

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return forms.Textarea(attrs={"rows": 3, "data-table": json.dumps(spec["columns"], ensure_ascii=False)})


_ALL: list[FieldType] = [
    Text(),
    LongText(),
    Whole(),
    Money(),
    Day(),
    Period(),
    One(),
    Several(),
    Person(),
    Unit(),
    Resource(),
    Attachment(),
    Table(),
    Note(),
]
TYPES: dict[str, FieldType] = {field_type.code: field_type for field_type in _ALL}
assert list(TYPES) == TYPE_CODES  # noqa: S101  the meta-schema and the classes name the same types

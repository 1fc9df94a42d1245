"""What a field spec looks like, and the check of a list of them against the meta-schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError as SchemaError

from police_hr.core.fields import registry

TYPE_CODES = [
    "text",
    "longtext",
    "int",
    "money",
    "date",
    "period",
    "choice",
    "choices",
    "person",
    "unit",
    "resource",
    "file",
    "table",
    "note",
]
DATED = ("date", "period")
NAME_PATTERN = r"^[a-z][a-z0-9_]{0,39}$"
VALUE_PATTERN = r"^[A-Za-z0-9_.-]{1,40}$"
MAX_FIELDS = 80


class FieldSpec(TypedDict):
    """One field. `min`/`max`: value of an int or money, length of a text, count of choices, rows or days.
    `precision` of a date or period: "month" where only the month is known or meant; it is stored as its first day,
    the end of a period as its last, and read and shown as a month."""

    name: str
    type: str
    label_zh: str
    label_en: str
    required: NotRequired[bool]
    choices: NotRequired[list[dict[str, str]]]
    code_table: NotRequired[str]
    help_zh: NotRequired[str]
    help_en: NotRequired[str]
    min: NotRequired[int]
    max: NotRequired[int]
    columns: NotRequired[list[FieldSpec]]
    precision: NotRequired[str]


def _text(longest: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": longest, "pattern": r"\S"}


def _for_types(types: Sequence[str], rule: dict[str, Any]) -> dict[str, Any]:
    return {"if": {"properties": {"type": {"enum": list(types)}}, "required": ["type"]}, "then": rule}


_BOUNDED = ["text", "longtext", "int", "money", "choices", "table"]
_CHOOSING = ["choice", "choices"]
_NEVER: dict[str, Any] = {"not": {}}

META_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "array",
    "maxItems": MAX_FIELDS,
    "items": {"$ref": "#/$defs/field"},
    "$defs": {
        "field": {
            "type": "object",
            "required": ["name", "type", "label_zh", "label_en"],
            "additionalProperties": False,
            "properties": {
                "name": {"type": "string", "pattern": NAME_PATTERN},
                "type": {"enum": TYPE_CODES},
                "label_zh": _text(200),
                "label_en": _text(200),
                "required": {"type": "boolean"},
                "choices": {"type": "array", "minItems": 1, "maxItems": 500, "items": {"$ref": "#/$defs/choice"}},
                "code_table": {"type": "string", "pattern": NAME_PATTERN},
                "help_zh": {"type": "string", "maxLength": 500},
                "help_en": {"type": "string", "maxLength": 500},
                "min": {"type": "integer"},
                "max": {"type": "integer"},
                "precision": {"enum": ["day", "month"]},
                "columns": {"type": "array", "minItems": 1, "maxItems": 12, "items": {"$ref": "#/$defs/field"}},
            },
            "allOf": [
                _for_types(_CHOOSING, {"oneOf": [{"required": ["choices"]}, {"required": ["code_table"]}]}),
                _for_types(["table"], {"required": ["columns"]}),
                _for_types(
                    [t for t in TYPE_CODES if t not in _CHOOSING],
                    {"properties": {"choices": _NEVER, "code_table": _NEVER}},
                ),
                _for_types([t for t in TYPE_CODES if t != "table"], {"properties": {"columns": _NEVER}}),
                _for_types(
                    [t for t in TYPE_CODES if t not in _BOUNDED], {"properties": {"min": _NEVER, "max": _NEVER}}
                ),
                _for_types([t for t in TYPE_CODES if t not in DATED], {"properties": {"precision": _NEVER}}),
                _for_types(["note"], {"properties": {"required": {"const": False}}}),
            ],
        },
        "choice": {
            "type": "object",
            "required": ["value", "zh", "en"],
            "additionalProperties": False,
            "properties": {
                "value": {"type": "string", "pattern": VALUE_PATTERN},
                "zh": _text(100),
                "en": _text(100),
            },
        },
    },
}
_validator = Draft202012Validator(META_SCHEMA)

# What went wrong, by the keyword of the schema that refused it.
_FAULTS = {
    "required": _("“%(missing)s” is missing."),
    "additionalProperties": _("has something that no field has: %(extra)s."),
    "pattern": _("“%(key)s” has the value “%(value)s”, which is not allowed there."),
    "enum": _("“%(key)s” has the unknown value “%(value)s”."),
    "type": _("“%(key)s” must be of the kind “%(wanted)s”."),
    "minLength": _("“%(key)s” is empty."),
    "maxLength": _("“%(key)s” is too long."),
    "minItems": _("“%(key)s” is empty."),
    "maxItems": _("“%(key)s” has too many entries."),
    "not": _("“%(key)s” has no place in a field of this type."),
    "const": _("“%(key)s” cannot be set for a field of this type."),
    "oneOf": _("needs either its own choices or a code table, and not both."),
}


def validate_field_list(specs: Any) -> None:
    """Check a list of specs; raise `ValidationError` with one sentence that names the field and the fault."""
    error = min(_validator.iter_errors(specs), key=lambda e: [str(p).zfill(4) for p in e.absolute_path], default=None)
    if error is not None:
        raise ValidationError(_sentence(specs, error), code="field_list")
    _check_names(specs)
    for spec in specs:
        _check_one(spec)


def _refuse(spec: Mapping[str, Any], message: Any, **params: Any) -> ValidationError:
    text = gettext("Field “%(field)s”: %(fault)s") % {"field": spec["name"], "fault": str(message) % params}
    return ValidationError(text, code="field_list")


def _sentence(specs: Any, error: SchemaError) -> str:
    path = list(error.absolute_path)
    if not path:
        return gettext("A field list is a list of at most %(most)d fields.") % {"most": MAX_FIELDS}
    spec = specs[path[0]]
    name = spec.get("name") if isinstance(spec, dict) else None
    where = name if isinstance(name, str) and name else gettext("no. %(number)d") % {"number": int(path[0]) + 1}
    # A list entry is told by the list it stands in.
    key = next((str(p) for p in reversed(path[1:]) if isinstance(p, str)), "type")
    params = {
        "key": key,
        "value": error.instance,
        "wanted": error.validator_value,
        "missing": _missing(error),
        "extra": _extra(error),
    }
    fault = str(_FAULTS.get(str(error.validator), _("“%(key)s” is not valid."))) % params
    return gettext("Field “%(field)s”: %(fault)s") % {"field": where, "fault": fault}


def _missing(error: SchemaError) -> str:
    if error.validator != "required":
        return ""
    return ", ".join(key for key in error.validator_value if key not in error.instance)


def _extra(error: SchemaError) -> str:
    if error.validator != "additionalProperties":
        return ""
    return ", ".join(sorted(set(map(str, error.instance)) - set(error.schema["properties"])))


def _check_names(specs: Sequence[FieldSpec]) -> None:
    seen: set[str] = set()
    for spec in specs:
        if spec["name"] in seen:
            raise _refuse(spec, _("there are two fields of this name."))
        seen.add(spec["name"])


def _check_one(spec: FieldSpec) -> None:
    if "min" in spec and "max" in spec and spec["min"] > spec["max"]:
        raise _refuse(spec, _("the smallest value is larger than the largest."))
    if spec["type"] not in ("int", "money") and min(spec.get("min", 0), spec.get("max", 1)) < 0:
        raise _refuse(spec, _("a length or a number of entries cannot be negative."))
    if "choices" in spec:
        _check_choices(spec)
    table = spec.get("code_table")
    if table and registry.has_code_tables() and registry.code_table(table) is None:
        raise _refuse(spec, _("there is no code table “%(table)s”."), table=table)
    if "columns" in spec:
        _check_columns(spec)


def _check_choices(spec: FieldSpec) -> None:
    """Every value and label must mean one choice only: an imported cell may hold any of them."""
    meaning: dict[str, str] = {}
    values = [choice["value"] for choice in spec["choices"]]
    if len(set(values)) < len(values):
        raise _refuse(spec, _("two choices have the same value."))
    for choice in spec["choices"]:
        for text in (choice["value"], choice["zh"], choice["en"]):
            if meaning.setdefault(text.casefold(), choice["value"]) != choice["value"]:
                raise _refuse(spec, _("“%(text)s” stands for two different choices."), text=text)
        if spec["type"] == "choices" and any(mark in choice["zh"] + choice["en"] for mark in ";；"):
            raise _refuse(spec, _("the name of a choice cannot contain a semicolon."))


def _check_columns(spec: FieldSpec) -> None:
    for column in spec["columns"]:
        if column["type"] in ("table", "file", "note"):
            raise _refuse(spec, _("a table cannot have a column of the type “%(type)s”."), type=column["type"])
        _check_one(column)
    _check_names(spec["columns"])

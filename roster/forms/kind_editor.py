"""The editor of a kind: its words and class, and its fields as rows that are added, removed and moved.

Without scripts every button sends the whole form and gets it back changed; with htmx the same answer replaces
the rows alone. Nothing is saved before the form is sent without a button's `do`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from police_hr.core.fields import validate_field_list
from police_hr.core.fields.spec import DATED, MAX_FIELDS
from police_hr.core.numbers import whole_number
from police_hr.core.templatetags.ui import SENSITIVITY
from roster.models import CodeTable, LedgerGroup, LedgerKindVersion

TYPE_WORDS: Mapping[str, Any] = {
    "text": pgettext_lazy("field type", "line of text"),
    "longtext": pgettext_lazy("field type", "several lines"),
    "int": pgettext_lazy("field type", "whole number"),
    "money": pgettext_lazy("field type", "amount of money"),
    "date": pgettext_lazy("field type", "day"),
    "period": pgettext_lazy("field type", "period"),
    "choice": pgettext_lazy("field type", "one of several"),
    "choices": pgettext_lazy("field type", "several of several"),
    "person": pgettext_lazy("field type", "officer"),
    "unit": pgettext_lazy("field type", "unit"),
    "file": pgettext_lazy("field type", "file"),
    "table": pgettext_lazy("field type", "table"),
    "note": pgettext_lazy("field type", "note on the form"),
}
COLUMN_TYPES = ("text", "longtext", "int", "money", "date", "person", "unit")
BOUNDED = frozenset({"text", "longtext", "int", "money", "choices", "table"})
CHOOSING = frozenset({"choice", "choices"})
TEXTS = ("name", "type", "label_zh", "label_en", "help_zh", "help_en", "code_table", "precision")
MOST_CHOICES, MOST_COLUMNS = 200, 12
WHOLE = re.compile(r"-?\d{1,9}")


class KindForm(forms.Form):
    """The words, class and behaviour of a kind; its code only when it is new."""

    code = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("Capital letters, digits and underscores; imports name it so.")
    )
    group = forms.ModelChoiceField(
        label=_("Group"), queryset=LedgerGroup.objects.order_by("order", "code"), empty_label=_("choose")
    )
    order = forms.IntegerField(label=_("Order"), min_value=0, max_value=100_000, required=False)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=80)
    hint_zh = forms.CharField(label=_("Chinese help text"), max_length=300, required=False)
    hint_en = forms.CharField(label=_("English help text"), max_length=300, required=False)
    sensitivity = forms.TypedChoiceField(label=_("Class"), coerce=int, choices=lambda: list(SENSITIVITY.items()))
    needs_verification = forms.BooleanField(label=_("counts only once verified"), required=False)
    care = forms.BooleanField(label=_("care"), required=False)
    open_ended = forms.BooleanField(label=_("stays open until closed"), required=False)
    amount_label_zh = forms.CharField(label=_("Chinese name of the amount"), max_length=40, required=False)
    amount_label_en = forms.CharField(label=_("English name of the amount"), max_length=40, required=False)

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["code"]

    def clean_order(self) -> int:
        return self.cleaned_data["order"] or 0

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for one, other in (("hint_zh", "hint_en"), ("amount_label_zh", "amount_label_en")):
            if bool(cleaned.get(one)) != bool(cleaned.get(other)):
                self.add_error(other if cleaned.get(one) else one, gettext("Both languages are needed."))
        return cleaned


class GroupForm(forms.Form):
    """A new place in the menu tree."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=80)
    parent = forms.ModelChoiceField(
        label=_("Below"), queryset=LedgerGroup.objects.order_by("order", "code"), required=False
    )
    order = forms.IntegerField(label=_("Order"), min_value=0, max_value=100_000, required=False)

    def clean_order(self) -> int:
        return self.cleaned_data["order"] or 0


@dataclass
class Row:
    """A field as it stands in the editor: texts as typed, its choices and columns, and what is wrong with it."""

    values: dict[str, str] = field(default_factory=dict)
    required: bool = False
    own_choices: bool = True
    choices: list[dict[str, str]] = field(default_factory=list)
    columns: list[dict[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    open: bool = False

    @property
    def type_word(self) -> Any:
        return TYPE_WORDS.get(self.type, self.type)

    @property
    def type(self) -> str:
        return self.values.get("type", "text")

    @property
    def is_bounded(self) -> bool:
        return self.type in BOUNDED

    @property
    def is_dated(self) -> bool:
        return self.type in DATED

    @property
    def is_choosing(self) -> bool:
        return self.type in CHOOSING

    @property
    def bound_word(self) -> Any:
        if self.type in {"text", "longtext"}:
            return _("characters")
        return _("entries") if self.type in {"choices", "table"} else _("value")

    def spec(self) -> dict[str, Any]:
        """The field spec, without what the type does not know."""
        names = ("name", "type", "label_zh", "label_en")
        spec: dict[str, Any] = {name: self.values.get(name, "").strip() for name in names}
        if self.required and self.type != "note":
            spec["required"] = True
        spec |= {
            name: self.values[name].strip() for name in ("help_zh", "help_en") if self.values.get(name, "").strip()
        }
        if self.is_dated and self.values.get("precision") == "month":
            spec["precision"] = "month"
        if self.is_bounded:
            bounds = {name: self.values.get(name, "").strip() for name in ("min", "max")}
            spec |= {name: int(text) for name, text in bounds.items() if WHOLE.fullmatch(text)}
        if self.is_choosing:
            spec |= {"choices": self.choices} if self.own_choices else {"code_table": self.values.get("code_table", "")}
        if self.type == "table":
            spec["columns"] = [
                {key: value for key, value in column.items() if key != "required" or value} for column in self.columns
            ]
        return spec


def rows_of(specs: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The rows of a stored field list."""
    rows = []
    for spec in specs:
        values = {name: str(spec.get(name, "")) for name in (*TEXTS, "min", "max")}
        rows.append(
            Row(
                values=values,
                required=bool(spec.get("required")),
                own_choices="code_table" not in spec,
                choices=[dict(choice) for choice in spec.get("choices", ())],
                columns=[dict(column) for column in spec.get("columns", ())],
            )
        )
    return rows


def read_rows(data: Mapping[str, Any]) -> list[Row]:
    """The rows as they were sent."""
    return [_read_row(data, f"f{number}-") for number in range(_number(data.get("rows"), MAX_FIELDS))]


def _read_row(data: Mapping[str, Any], prefix: str) -> Row:
    values = {name: str(data.get(prefix + name, ""))[:500] for name in (*TEXTS, "min", "max")}
    choices = [
        {name: str(data.get(f"{prefix}c{n}-{name}", "")).strip()[:100] for name in ("value", "zh", "en")}
        for n in range(_number(data.get(prefix + "choices"), MOST_CHOICES))
    ]
    columns = [_read_column(data, f"{prefix}k{n}-") for n in range(_number(data.get(prefix + "columns"), MOST_COLUMNS))]
    own = data.get(prefix + "source", "own") == "own"
    return Row(values, bool(data.get(prefix + "required")), own, choices, columns)


def _read_column(data: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    names = ("name", "type", "label_zh", "label_en")
    column: dict[str, Any] = {name: str(data.get(prefix + name, "")).strip()[:200] for name in names}
    column["type"] = column["type"] if column["type"] in COLUMN_TYPES else "text"
    return column | {"required": bool(data.get(prefix + "required"))}


def do(rows: list[Row], action: str) -> None:
    """Do what a button of the editor says: `add`, `remove-2`, `up-2`, `down-2`, `choice-2`, `unchoice-2-1`,
    `column-2`, `uncolumn-2-1`, `type-2` (draw the row anew). Anything else, or a row that is not there, changes
    nothing. The row that was touched is open, others are folded."""
    verb, *places = action.split("-")
    numbers = [number for place in places if (number := whole_number(place)) is not None]
    if verb == "add":
        if len(rows) < MAX_FIELDS:
            rows.append(Row(values={**dict.fromkeys(TEXTS, ""), "type": "text"}, open=True))
        return
    if not numbers or numbers[0] >= len(rows):
        return
    at, row = numbers[0], rows[numbers[0]]
    row.open = True
    if verb == "remove":
        del rows[at]
    elif verb == "up" and at > 0:
        rows[at - 1], rows[at] = row, rows[at - 1]
    elif verb == "down" and at + 1 < len(rows):
        rows[at + 1], rows[at] = row, rows[at + 1]
    elif verb == "choice":
        row.choices.append({"value": "", "zh": "", "en": ""})
    elif verb == "column":
        row.columns.append({"name": "", "type": "text", "label_zh": "", "label_en": "", "required": False})
    elif verb in {"unchoice", "uncolumn"} and len(numbers) > 1:
        parts: list[Any] = row.choices if verb == "unchoice" else row.columns
        del parts[numbers[1] : numbers[1] + 1]


def checked(rows: list[Row]) -> list[dict[str, Any]]:
    """The specs of the rows; names and choice values that were left open are made. What is wrong stands in each
    row's `errors`, in words."""
    taken: set[str] = set()
    for row in rows:
        row.values["name"] = row.values.get("name", "").strip() or _fresh(
            row.values.get("label_en", ""), "field", taken
        )
        if row.values["name"] in taken:
            row.errors.append(gettext("Another field has the same name “%(name)s”.") % {"name": row.values["name"]})
        taken.add(row.values["name"])
        _name_parts(row)
        row.errors += _faults(row)
    return [row.spec() for row in rows]


def _name_parts(row: Row) -> None:
    values = {choice["value"] for choice in row.choices}
    for choice in row.choices:
        choice["value"] = choice["value"] or _fresh(choice["en"], "c", values)
        values.add(choice["value"])
    names = {column["name"] for column in row.columns}
    for column in row.columns:
        column["name"] = column["name"] or _fresh(column["label_en"], "column", names)
        names.add(column["name"])


def _faults(row: Row) -> Iterator[str]:
    """What is wrong with a row, in the words of the editor first, then what the check of field lists says."""
    bare = _bare(row)
    if any(not row.values.get(name, "").strip() for name in LABELS):
        yield gettext("Write the label in both languages.")
    if bool(row.values.get("help_zh", "").strip()) != bool(row.values.get("help_en", "").strip()):
        yield gettext("Write the help text in both languages or in none.")
    bounds = (row.values.get(name, "").strip() for name in ("min", "max"))
    bad = [text for text in bounds if text and not WHOLE.fullmatch(text)]
    if row.is_bounded and bad:
        yield gettext("“%(text)s” is not a whole number.") % {"text": bad[0][:20]}
    yield from bare
    if bare or any(not row.values.get(name, "").strip() for name in LABELS):
        return
    try:
        validate_field_list([row.spec()])
    except ValidationError as error:
        yield from error.messages


def _bare(row: Row) -> list[str]:
    """What the choices and columns of a row lack."""
    if row.is_choosing and row.own_choices:
        if not row.choices:
            return [gettext("Add at least one choice.")]
        if any(not choice["zh"] or not choice["en"] for choice in row.choices):
            return [gettext("Write every choice in both languages.")]
    if row.type == "table":
        if not row.columns:
            return [gettext("Add at least one column.")]
        if any(not column["label_zh"] or not column["label_en"] for column in row.columns):
            return [gettext("Write every column in both languages.")]
    return []


LABELS = ("label_zh", "label_en")


def _fresh(text: str, fallback: str, taken: set[str]) -> str:
    """A name made from an English text, unlike all that are `taken`."""
    stem = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:30]
    stem = stem if stem and stem[0].isalpha() else fallback
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}_{number}", number + 1
    return name


def _number(text: Any, most: int) -> int:
    return min(int(text), most) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 5 else 0


def code_tables() -> list[tuple[str, str]]:
    """(slug, name) of the code tables a choice may be taken from."""
    return [(table.slug, str(table)) for table in CodeTable.objects.order_by("slug")]


def start_of(version: LedgerKindVersion) -> dict[str, Any]:
    """The initial values of the form for an existing kind."""
    names = [name for name in KindForm.base_fields if name not in {"code", "group", "order"}]
    return {name: getattr(version, name) for name in names} | {"group": version.kind.group, "order": version.kind.order}

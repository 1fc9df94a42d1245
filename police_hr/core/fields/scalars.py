"""Text, whole numbers, money, and the note that is only shown."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from police_hr.core.fields.base import FieldType, fault, form_options, storable
from police_hr.core.fields.registry import Names
from police_hr.core.fields.spec import FieldSpec
from police_hr.core.i18n import pick

# Beyond this, JavaScript and some JSON readers silently round.
INT_LIMIT = 2**53 - 1
INT_TEXT = re.compile(r"[+-]?\d{1,3}(,\d{3})+|[+-]?\d{1,16}")
MONEY_TEXT = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d{1,12})(\.\d{1,2})?")
MONEY_STORED = r"^-?[0-9]{1,12}\.[0-9]{2}$"


class Text(FieldType):
    """A line of text, without blanks at its ends. `max` is its longest length."""

    code = "text"
    longest = 500

    def _limits(self, spec: FieldSpec) -> tuple[int, int]:
        return spec.get("min", 0), spec.get("max", self.longest)

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        shortest, longest = self._limits(spec)
        return {"type": "string", "minLength": max(1, shortest), "maxLength": longest}

    def clean(self, spec: FieldSpec, value: Any) -> str:
        if not isinstance(value, str):
            raise fault(_("must be text."))
        text = storable(value).strip()
        shortest, longest = self._limits(spec)
        if len(text) > longest:
            raise fault(_("has %(length)d characters; at most %(most)d fit."), "long", length=len(text), most=longest)
        if text and len(text) < shortest:
            raise fault(_("needs at least %(least)d characters."), "short", least=shortest)
        return text

    def display(self, spec: FieldSpec, value: Any, names: Names) -> str:
        return str(value)

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return forms.TextInput(attrs={"maxlength": self._limits(spec)[1]})


class LongText(Text):
    """Several lines of text."""

    code = "longtext"
    longest = 20_000

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return forms.Textarea(attrs={"rows": 4, "maxlength": self._limits(spec)[1]})


class Whole(FieldType):
    """A whole number. A cell may write it 1,234 or 1234.0 (as spreadsheets do)."""

    code = "int"

    def _limits(self, spec: FieldSpec) -> tuple[int, int]:
        return spec.get("min", -INT_LIMIT), spec.get("max", INT_LIMIT)

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        least, most = self._limits(spec)
        return {"type": "integer", "minimum": least, "maximum": most}

    def clean(self, spec: FieldSpec, value: Any) -> int:
        # True is an int in Python, but nobody means 1 by it here.
        if isinstance(value, bool) or not isinstance(value, int):
            raise fault(_("must be a whole number."))
        least, most = self._limits(spec)
        if value < least:
            raise fault(_("must be %(least)d or more."), "range", least=least)
        if value > most:
            raise fault(_("must be %(most)d or less."), "range", most=most)
        return value

    def from_cell(self, spec: FieldSpec, text: str) -> int:
        # Imports bring millions of these, nearly all plain digits.
        if text.isascii() and text.isdigit() and len(text) <= 16:
            return self.clean(spec, int(text))
        digits = re.sub(r"\.0+$", "", text.strip())
        if not INT_TEXT.fullmatch(digits):
            raise fault(_("“%(text)s” is not a whole number."), text=text[:40])
        return self.clean(spec, int(digits.replace(",", "")))

    def display(self, spec: FieldSpec, value: Any, names: Names) -> str:
        return str(value)

    def widget(self, spec: FieldSpec) -> forms.Widget:
        bounds: dict[str, Any] = {key: value for key, value in spec.items() if key in ("min", "max")}
        return forms.NumberInput(attrs=bounds)


class Money(FieldType):
    """An amount of money, stored as text with two decimals, because JSON numbers are binary fractions."""

    code = "money"

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "pattern": MONEY_STORED}

    def clean(self, spec: FieldSpec, value: Any) -> str:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str) or not MONEY_TEXT.fullmatch(text):
            raise fault(_("must be an amount with at most two decimals."))
        amount = Decimal(text.replace(",", "")).quantize(Decimal("0.01"))
        if amount < spec.get("min", amount) or amount > spec.get("max", amount):
            raise fault(_("is outside what is allowed here."), "range")
        return str(amount or abs(amount))

    def from_cell(self, spec: FieldSpec, text: str) -> str:
        return self.clean(spec, text.strip().lstrip("¥￥$").removesuffix("元").strip())

    def display(self, spec: FieldSpec, value: Any, names: Names) -> str:
        return f"{Decimal(value):,.2f}"

    def to_cell(self, spec: FieldSpec, value: Any, names: Names) -> str:
        return str(value)

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return forms.TextInput(attrs={"inputmode": "decimal"})


class NoteText(forms.Widget):
    """Shows a sentence where an input would stand."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        return format_html('<p class="ph-help-text">{}</p>', self.text)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> None:
        return None


class Note(FieldType):
    """A sentence on the form for the person who fills it in. It has no value."""

    code = "note"
    has_value = False

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"not": {}}

    def clean(self, spec: FieldSpec, value: Any) -> Any:
        raise fault(_("is only a note on the form and takes no value."))

    def display(self, spec: FieldSpec, value: Any, names: Names) -> str:
        return ""

    def form_field(self, spec: FieldSpec) -> forms.Field:
        text = pick(spec.get("help_zh", ""), spec.get("help_en", "")) or pick(spec["label_zh"], spec["label_en"])
        return forms.Field(widget=NoteText(text), **{**form_options(spec), "required": False, "help_text": ""})

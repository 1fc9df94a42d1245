"""What every field type can do. A type holds no state: the spec is handed in each time."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from police_hr.core.fields.registry import Names, Reference
from police_hr.core.fields.spec import FieldSpec
from police_hr.core.i18n import pick

# NUL is refused by PostgreSQL, a lone surrogate by UTF-8: both would fail much later and far less clearly.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
EMPTY: tuple[Any, ...] = (None, "", [], {}, ())


def fault(message: Any, code: str = "invalid", **params: Any) -> ValidationError:
    """A `ValidationError` for one value; the caller adds the field's name."""
    return ValidationError(message, code=code, params=params)


def is_empty(value: Any) -> bool:
    """Whether `value` means "not filled in" (0 does not)."""
    return value is None or (isinstance(value, str | list | dict | tuple) and not value)


def storable(text: str) -> str:
    """`text`, or an error where a database could not hold it."""
    if UNSTORABLE.search(text):
        raise fault(_("contains a character that cannot be stored (a NUL byte or half a character)."), "unstorable")
    return text


class FieldType(ABC):
    """One type of field. `value` is always the stored JSON value; None never reaches these methods."""

    code: ClassVar[str]
    # A note is only text on the form; it has no value and no column.
    has_value: ClassVar[bool] = True

    @abstractmethod
    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        """The JSON schema of a stored value."""

    @abstractmethod
    def clean(self, spec: FieldSpec, value: Any) -> Any:
        """The value in its stored form, or `ValidationError`."""

    @abstractmethod
    def display(self, spec: FieldSpec, value: Any, names: Names) -> str:
        """The value as people read it, in the active language."""

    def to_cell(self, spec: FieldSpec, value: Any, names: Names) -> str:
        """The value as the text of a table cell, which `from_cell` reads back to the same value."""
        return self.display(spec, value, names)

    def from_cell(self, spec: FieldSpec, text: str) -> Any:
        """The stored value that the text of an imported cell (or of a form input) stands for."""
        return self.clean(spec, text.strip())

    def references(self, spec: FieldSpec, value: Any) -> Iterator[Reference]:
        """The references in a value, as (sort, id), so that names can be read in one go."""
        return iter(())

    def widget(self, spec: FieldSpec) -> forms.Widget:
        """The input of a form."""
        return forms.TextInput()

    def form_field(self, spec: FieldSpec) -> forms.Field:
        """The Django form field; its cleaned value is the stored value."""
        return TextCellField(field_type=self, spec=spec, widget=self.widget(spec))


def form_options(spec: FieldSpec) -> dict[str, Any]:
    """Label, help and whether it must be filled in, as every form field takes them."""
    return {
        "label": pick(spec["label_zh"], spec["label_en"]),
        "help_text": pick(spec.get("help_zh", ""), spec.get("help_en", "")),
        "required": spec.get("required", False),
    }


class TextCellField(forms.Field):
    """A form input read by the same code as an imported cell, so that both accept and refuse alike."""

    def __init__(self, *, field_type: FieldType, spec: FieldSpec, widget: forms.Widget) -> None:
        self.field_type = field_type
        self.spec = spec
        super().__init__(widget=widget, **form_options(spec))

    def to_python(self, value: Any) -> Any:
        text = "" if value is None else str(value)
        if not text.strip():
            return None
        try:
            return self.field_type.from_cell(self.spec, text)
        except ValidationError as error:
            # Beside its input a fault stands alone, so it begins like a sentence.
            raise ValidationError([capfirst(message) for message in error.messages], code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        # Strings are what was typed or stored; anything else is a stored value on its first way to the form.
        if isinstance(value, str) or is_empty(value):
            return value
        return self.field_type.to_cell(self.spec, value, Names())

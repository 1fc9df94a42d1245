"""A Django form made from a field list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File

from police_hr.core.fields.payload import FieldList, Payload
from police_hr.core.fields.spec import FieldSpec
from police_hr.core.fields.types import TYPES


class PayloadForm(forms.Form):
    """The base of forms made by `build_form`. After `is_valid()`, `payload` holds the stored form."""

    field_list: FieldList
    payload: Payload

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.payload = {}
        # The inputs were checked one by one already; without a whole there is nothing more to say.
        if not self.errors:
            values = {name: cleaned.get(name) for name in self.field_list.fields}
            try:
                self.payload = self.field_list.clean(values)
            except ValidationError as error:
                self.add_error(None, ValidationError(error.messages))
        return cleaned

    def uploads(self) -> dict[str, File]:
        """The uploaded files by field name, for the service to keep."""
        return {name: value for name, value in self.cleaned_data.items() if isinstance(value, File)}


def build_form(specs: Sequence[FieldSpec], *, base: type[PayloadForm] = PayloadForm) -> type[PayloadForm]:
    """A form class with one input for each field, in order, in the language active now."""
    inputs: dict[str, Any] = {spec["name"]: TYPES[spec["type"]].form_field(spec) for spec in specs}
    form: type[PayloadForm] = type("FieldListForm", (base,), inputs)
    form.field_list = FieldList(specs)
    return form

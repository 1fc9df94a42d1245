"""Days: `datetime.date` in Python, whole days since 1970-01-01 in the database.

One integer serves display, range queries, bitemporal comparison and numpy (it is numpy's
`datetime64[D]` number), the same on SQLite and PostgreSQL. See docs/adr/0001.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

EPOCH = dt.date(1970, 1, 1).toordinal()


def to_number(day: dt.date) -> int:
    """The number of days from 1970-01-01 to `day`."""
    return day.toordinal() - EPOCH


def from_number(number: int) -> dt.date:
    """The day that lies `number` days after 1970-01-01."""
    return dt.date.fromordinal(number + EPOCH)


class DayField(models.Field):
    """A day, stored as an integer. Reads and writes `datetime.date`; lookups take either."""

    description = _("Day")
    default_error_messages = {"invalid": _("“%(value)s” is not a day. Write it as YYYY-MM-DD.")}

    def get_internal_type(self) -> str:
        return "IntegerField"

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> dt.date | None:
        return None if value is None else from_number(value)

    def to_python(self, value: Any) -> dt.date | None:
        if value is None or value == "":
            return None
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        try:
            return from_number(value) if isinstance(value, int) else dt.date.fromisoformat(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": value}) from error

    def get_prep_value(self, value: Any) -> int | None:
        if isinstance(value, int) or value is None:
            return value
        day = self.to_python(value)
        return None if day is None else to_number(day)

    def value_to_string(self, obj: models.Model) -> str:
        day: Any = self.value_from_object(obj)
        return "" if day is None else str(day.isoformat())

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.DateField, **kwargs})

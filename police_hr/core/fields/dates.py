"""Days and periods. A day is stored as `YYYY-MM-DD`, a period as `{"from": …, "to": …}`."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from police_hr.core import wording
from police_hr.core.dates import OPEN_ENDS, DateError, format_date, parse_date, parse_month
from police_hr.core.fields.base import FieldType, TextCellField, fault, form_options
from police_hr.core.fields.registry import Names
from police_hr.core.fields.spec import FieldSpec

ISO_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
# Between the two days of a period. A slash only before a whole ISO day or at the end: it also parts 2003/7/1.
BETWEEN = re.compile(
    r"(?<=[\d日月年])(?=至今)"
    r"|\s*(?:~|～|—+|–|--+|至(?!今)|到|\sto\s(?!date)|/(?=\d{4}-\d\d-\d\d)|/$)\s*"
)


def parse_day(text: str) -> dt.date:
    """The day that `text` writes in one of the usual ways (`police_hr.core.dates`); `ValidationError` otherwise."""
    try:
        day = parse_date(text, today=timezone.localdate(), days_ahead=None)
    except DateError as error:
        raise ValidationError(str(error), code=error.code) from error
    if day is None:  # never: only asked for with `open_end`
        raise fault(_("must be a day, written as 2003-07-01."))
    return day


def parse_bound(text: str, *, last: bool) -> dt.date:
    """The first or last day of a period. A month alone is meant whole: 2003.07--2006.06 ends on 30 June."""
    try:
        return parse_day(text)
    except ValidationError:
        month = _month(text)
        if month is None:
            raise
        return _last_of_month(month) if last else month


def _month(text: str) -> dt.date | None:
    try:
        return parse_month(text, today=timezone.localdate(), days_ahead=None)
    except DateError:
        return None


def stored_day(value: Any) -> str:
    """A day given as `date` or ISO text, as it is stored."""
    if isinstance(value, dt.date):
        value = (value.date() if isinstance(value, dt.datetime) else value).isoformat()
    if not isinstance(value, str) or not re.fullmatch(ISO_DAY, value):
        raise fault(_("must be a day, written as 2003-07-01."))
    return parse_day(value).isoformat()


def is_month(spec: FieldSpec) -> bool:
    """Whether the field holds months: its days are the first, or the last of a period, of one."""
    return spec.get("precision") == "month"


def shown_day(stored: str, spec: FieldSpec) -> str:
    """A stored day as people read it; a month alone as 2003.07."""
    day = dt.date.fromisoformat(stored)
    return wording.day(day, "term") if is_month(spec) else format_date(day)


def _last_of_month(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


class MonthInput(forms.DateInput):
    """An input for a month; a stored day is shown as its month."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "month"}, format="%Y-%m")

    def format_value(self, value: Any) -> str | None:
        return value[:7] if isinstance(value, str) and re.fullmatch(ISO_DAY, value) else super().format_value(value)


def day_input(spec: FieldSpec) -> forms.DateInput:
    return MonthInput() if is_month(spec) else forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Day(FieldType):
    """A day, or a month stored as its first day."""

    code = "date"

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "format": "date", "pattern": ISO_DAY}

    def clean(self, spec: FieldSpec, value: Any) -> str:
        day = stored_day(value)
        return f"{day[:7]}-01" if is_month(spec) else day

    def from_cell(self, spec: FieldSpec, text: str) -> str:
        if is_month(spec) and (month := _month(text)) is not None:
            return month.replace(day=1).isoformat()
        return self.clean(spec, parse_day(text).isoformat())

    def display(self, spec: FieldSpec, value: Any, names: Names) -> str:
        return shown_day(value, spec)

    def to_cell(self, spec: FieldSpec, value: Any, names: Names) -> str:
        return str(value)[:7] if is_month(spec) else str(value)

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return day_input(spec)


class PeriodWidget(forms.MultiWidget):
    """Two inputs of days or months."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(widgets={"from": day_input(spec), "to": day_input(spec)})

    def decompress(self, value: Any) -> list[Any]:
        return [value.get("from"), value.get("to")] if isinstance(value, dict) else [None, None]


class PeriodField(forms.MultiValueField):
    """Two days; the second may be left open."""

    def __init__(self, *, spec: FieldSpec) -> None:
        day: FieldSpec = {"name": "day", "type": "date", "label_zh": "日期", "label_en": "Day"}
        if is_month(spec):
            day["precision"] = "month"
        parts = tuple(TextCellField(field_type=Day(), spec=day, widget=forms.DateInput()) for _part in range(2))
        super().__init__(fields=parts, widget=PeriodWidget(spec), require_all_fields=False, **form_options(spec))
        self.spec = spec

    def compress(self, data_list: list[Any]) -> Any:
        first, last = [*data_list, None, None][:2]
        if not (first or last):
            return None
        try:
            return Period().clean(self.spec, {"from": first, "to": last})
        except ValidationError as error:
            raise ValidationError([capfirst(message) for message in error.messages], code="invalid") from error


class Period(FieldType):
    """From a day to a day, both included; an open end is null."""

    code = "period"

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        day = {"type": "string", "format": "date", "pattern": ISO_DAY}
        return {
            "type": "object",
            "required": ["from", "to"],
            "additionalProperties": False,
            "properties": {"from": day, "to": {"anyOf": [day, {"type": "null"}]}},
        }

    def clean(self, spec: FieldSpec, value: Any) -> dict[str, str | None]:
        if not isinstance(value, dict) or not set(value) <= {"from", "to"}:
            raise fault(_("must be a period with a first and a last day."))
        if not value.get("from"):
            raise fault(_("has no first day."))
        first = stored_day(value["from"])
        last = stored_day(value["to"]) if value.get("to") else None
        if is_month(spec):
            first = f"{first[:7]}-01"
            last = _last_of_month(dt.date.fromisoformat(last)).isoformat() if last else None
        if last is not None and last < first:
            raise fault(_("ends before it begins."), "order")
        return {"from": first, "to": last}

    def from_cell(self, spec: FieldSpec, text: str) -> dict[str, str | None]:
        parts = BETWEEN.split(text.strip(), maxsplit=1)
        last = parts[1].strip() if len(parts) > 1 else ""
        end = None if not last or last.lower() in OPEN_ENDS else parse_bound(last, last=True).isoformat()
        return self.clean(spec, {"from": parse_bound(parts[0], last=False).isoformat(), "to": end})

    def display(self, spec: FieldSpec, value: Any, names: Names) -> str:
        if value["from"] == value["to"]:
            return shown_day(value["from"], spec)
        last = shown_day(value["to"], spec) if value["to"] else gettext("today (open)")
        return gettext("%(first)s to %(last)s") % {"first": shown_day(value["from"], spec), "last": last}

    def to_cell(self, spec: FieldSpec, value: Any, names: Names) -> str:
        if is_month(spec):
            return "--".join((value["from"][:7], (value["to"] or "")[:7]))
        return f"{value['from']}/{value['to'] or ''}"

    def form_field(self, spec: FieldSpec) -> forms.Field:
        return PeriodField(spec=spec)

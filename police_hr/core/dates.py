"""Dates as Chinese offices write them, read strictly; and days as this product writes them.

What can be read in two ways is never guessed: it is an error that offers both readings.
"""

import calendar
import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from police_hr.core.i18n import is_chinese

Precision = Literal["day", "month", "year"]

EARLIEST = dt.date(1900, 1, 1)
LATEST = dt.date(2199, 12, 31)  # for planned days, which may lie ahead
EXCEL_EPOCH = dt.date(1899, 12, 30)  # day 0 for every serial after February 1900
# Serials are taken for dates only from 1920 to 2099, so that years and codes are none.
EXCEL_SERIALS = range(7_306, 73_051)
OPEN_ENDS = frozenset({"至今", "今", "迄今", "现在", "目前", "present", "now", "to date"})
LONGEST = 40  # characters; a longer cell is no date
ENGLISH_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_PARTS = re.compile(
    r"(?P<a>\d{1,4})\s?[-./年。、]\s?(?P<b>\d{1,2})\s?(?:[-./月。、]\s?(?:(?P<c>\d{1,4})\s?[日号]?)?)?" + _TIME
)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGITS = re.compile(r"\d{5,8}(?:\.0+)?")
_YEAR = re.compile(r"(\d{4})\s?年?")

MESSAGES: dict[str, str | Promise] = {
    "empty": _("The date is missing."),
    "unreadable": _("“%(value)s” is not a date. Write it as 2003-07-05."),
    "impossible": _("“%(value)s” is not a day of the calendar."),
    "no_day": _("“%(value)s” names no day. Write it as 2003-07-05."),
    "no_month": _("“%(value)s” names no month. Write it as 2003.07."),
    "two_digit_year": _("“%(value)s” has no year of four digits. Write it as 2003-07-05."),
    "ambiguous": _("“%(value)s” can be read in two ways. Write it as 2003-07-05."),
    "ambiguous_month": _("The number %(value)s can be January or October. Write it as text, e.g. 2003.10."),
    "too_early": _("“%(value)s” lies before 1900."),
    "future": _("“%(value)s” lies in the future."),
    "open_end": _("“%(value)s” is no date, and this field must have one."),
}


class DateError(ValueError):
    """A text is no acceptable date.

    `code` is a key of `MESSAGES`; `suggestions` are at most two likely readings in ISO form
    (2003-07-05, or 2003-07 where a month was asked for). `str()` speaks the active language.
    """

    def __init__(self, code: str, value: object, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.value = str(value)[:LONGEST]
        self.suggestions = suggestions[:2]

    @property
    def message(self) -> str:
        return str(MESSAGES[self.code]) % {"value": self.value}

    def __str__(self) -> str:
        return self.message


def parse_date(
    value: object,
    *,
    today: dt.date,
    precision: Precision = "day",
    days_ahead: int | None = 0,
    open_end: bool = False,
) -> dt.date | None:
    """The day that `value` (text, Excel serial, number like 2003.07, or date) names.

    `precision` "month" and "year" also accept values without day or month and give the first
    day of the month or year. A fact may lie at most `days_ahead` days after `today`; None lifts
    that bound for plans. With `open_end`, 至今 gives None; in all other cases the answer is a
    date. Raises `DateError`.
    """
    if type(value) is str and _ISO.fullmatch(value):  # the usual case of a large import
        day = _build(int(value[:4]), int(value[5:7]), int(value[8:]), value)
    elif isinstance(value, dt.date):
        day = value.date() if isinstance(value, dt.datetime) else value
    else:
        text = _tidy(value)
        if text.lower() in OPEN_ENDS:
            if open_end:
                return None
            raise DateError("open_end", text)
        day = _read(value if isinstance(value, int | float) else None, text, precision, today)
    _check_range(day, value, today, days_ahead)
    if precision == "day":
        return day
    return day.replace(day=1) if precision == "month" else day.replace(month=1, day=1)


def parse_month(value: object, *, today: dt.date, days_ahead: int | None = 0, open_end: bool = False) -> dt.date | None:
    """The first day of the month that `value` names: 2003.07, 2003年7月, 200307, or a whole date."""
    return parse_date(value, today=today, precision="month", days_ahead=days_ahead, open_end=open_end)


def _tidy(value: object) -> str:
    """Half-width, stripped text. Raises for nothing, and for what is no date at first sight."""
    if value is None:
        raise DateError("empty", "")
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        raise DateError("unreadable", value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFKC", str(value)[: LONGEST + 1]).strip()
    if not text:
        raise DateError("empty", "")
    # "²" and Arabic-Indic digits are digits for Python but not for a date.
    if len(text) > LONGEST or any(c.isdigit() and not c.isascii() for c in text):
        raise DateError("unreadable", value)
    return text


def _read(number: float | None, text: str, precision: Precision, today: dt.date) -> dt.date:
    if number is not None and 1900 <= number < 2200 and number != int(number):
        return _read_number_with_month(number, text, precision)
    if number is not None and int(number) in EXCEL_SERIALS:
        return EXCEL_EPOCH + dt.timedelta(days=int(number))
    if year := _YEAR.fullmatch(text):
        if precision != "year":
            raise DateError("no_month", text)
        return _build(int(year[1]), 1, 1, text)
    if _DIGITS.fullmatch(text):
        return _read_digits(text.partition(".")[0], text, precision, today)
    if parts := _PARTS.fullmatch(text):
        return _read_parts(parts, text, precision, today)
    raise DateError("unreadable", text)


def _read_number_with_month(number: float, text: str, precision: Precision) -> dt.date:
    """A cell 2003.07 that Excel took for a number. It shows October, 2003.10, as 2003.1."""
    year, _dot, decimals = f"{number:.4f}".rstrip("0").partition(".")
    if decimals == "1":
        raise DateError("ambiguous_month", text, (f"{year}-01", f"{year}-10"))
    if len(decimals) > 2:
        raise DateError("unreadable", text)
    return _month(int(year), int(decimals), text, precision)


def _read_digits(digits: str, text: str, precision: Precision, today: dt.date) -> dt.date:
    if len(digits) == 8:
        return _build(int(digits[:4]), int(digits[4:6]), int(digits[6:]), text)
    if len(digits) == 6:
        if digits[:2] in ("19", "20") and 1 <= int(digits[4:]) <= 12:
            return _month(int(digits[:4]), int(digits[4:]), text, precision)
        suggestions = _centuries(int(digits[:2]), int(digits[2:4]), int(digits[4:]), today)
        raise DateError("two_digit_year", text, suggestions)
    if len(digits) == 5 and int(digits) in EXCEL_SERIALS:
        serial = EXCEL_EPOCH + dt.timedelta(days=int(digits))
        if digits[:2] in ("19", "20") and digits[4] != "0":
            month = f"{digits[:4]}-0{digits[4]}"
            raise DateError("ambiguous", text, (serial.isoformat(), month))
        return serial
    raise DateError("unreadable", text)


def _read_parts(parts: re.Match[str], text: str, precision: Precision, today: dt.date) -> dt.date:
    first, second, third = parts["a"], int(parts["b"]), parts["c"]
    if len(first) == 4:
        if third is None:
            return _month(int(first), second, text, precision)
        if len(third) > 2:
            raise DateError("unreadable", text)
        return _build(int(first), second, int(third), text)
    if third is not None and len(third) == 4 and len(first) <= 2:
        # 5/7/2003: month first or day first, only the writer knows.
        year = int(third)
        readings = dict.fromkeys([*_valid(year, second, int(first)), *_valid(year, int(first), second)])
        raise DateError("ambiguous", text, tuple(readings))
    if len(first) == 2:
        day = 1 if third is None else int(third)
        raise DateError("two_digit_year", text, tuple(_centuries(int(first), second, day, today)))
    raise DateError("unreadable", text)


def _month(year: int, month: int, text: str, precision: Precision) -> dt.date:
    if not 1 <= month <= 12:
        raise DateError("impossible", text)
    first = _build(year, month, 1, text)
    if precision == "day":
        last = first.replace(day=calendar.monthrange(year, month)[1])
        raise DateError("no_day", text, (first.isoformat(), last.isoformat()))
    return first


def _build(year: int, month: int, day: int, text: str) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise DateError("impossible", text, tuple(_repairs(year, month, day))) from error


def _repairs(year: int, month: int, day: int) -> Iterator[str]:
    """Likely intended days for an impossible one; none where nothing is likely."""
    if not 1 <= year <= 9999:
        return
    if not 1 <= month <= 12:
        yield from _valid(year, day, month)  # day and month swapped
    elif 28 < day <= 31:
        last = dt.date(year, month, calendar.monthrange(year, month)[1])
        yield last.isoformat()
        yield from (str(last + dt.timedelta(days=1)),) if last < LATEST else ()
    elif day > 31:
        yield from _valid(year, month, day // 10)  # one digit too many
        yield from _valid(year, month, day % 10)


def _valid(year: int, month: int, day: int) -> Iterator[str]:
    if 1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
        yield dt.date(year, month, day).isoformat()


def _centuries(short: int, month: int, day: int, today: dt.date) -> tuple[str, ...]:
    readings = [*_valid(1900 + short, month, day), *_valid(2000 + short, month, day)]
    return tuple(day for day in readings if day <= today.isoformat())


def _check_range(day: dt.date, value: object, today: dt.date, days_ahead: int | None) -> None:
    if day < EARLIEST:
        raise DateError("too_early", value)
    latest = LATEST if days_ahead is None else min(LATEST, today + dt.timedelta(days=days_ahead))
    if day > latest:
        # 2062 for 2026: two digits typed in the wrong order.
        swapped = day.year // 100 * 100 + day.year % 10 * 10 + day.year // 10 % 10
        repairs = [d for d in _valid(swapped, day.month, day.day) if d <= latest.isoformat()]
        raise DateError("future", value, tuple(repairs))


def format_date(day: dt.date) -> str:
    """2026年3月5日, or 5 Mar 2026 in English."""
    if is_chinese():
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"


def format_day(day: dt.date) -> str:
    """Without the year, for prose about this year: 3月5日, or 5 Mar."""
    if is_chinese():
        return f"{day.month}月{day.day}日"
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1]}"


def format_month(day: dt.date) -> str:
    """2003.07, the way terms are written in forms, in both languages."""
    return f"{day.year:04}.{day.month:02}"


def age_on(birth: dt.date, on: dt.date) -> int:
    """周岁: whole years of life. Who is born on 29 February ages on 1 March in other years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def years_before(day: dt.date, years: int) -> dt.date:
    """The day `years` before `day`; 29 February becomes 1 March in other years, as with ages."""
    year = max(day.year - years, 1)
    try:
        return day.replace(year=year)
    except ValueError:
        return dt.date(year, 3, 1)


def years_months(start: dt.date, end: dt.date) -> tuple[int, int]:
    """Whole years and months from `start` to `end`, e.g. of a term in a post."""
    if end < start:
        raise ValueError("The end lies before the start.")
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return divmod(months, 12)

"""From a cell to a value. Each reader is a plain function that raises `CellFault` for what it refuses.

Values are what the database stores: days are numbers (days since 1970-01-01), choices are codes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from police_hr.core.days import to_number
from roster.importing.issues import Fix, fill_in, leave_empty, set_to

Read = Callable[[Any], Any]
FIRST_YEAR, LAST_YEAR = 1900, 2200
EXCEL_EPOCH = dt.date(1899, 12, 30)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_PARTS = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2}))?\s*[日月]?(?:[T ]\d\d?:\d\d(?::\d\d(?:\.\d+)?)?)?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_WHOLE = re.compile(r"[+-]?\d{1,3}(,\d{3})+|[+-]?\d{1,16}")
_MONEY = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d{1,12})(\.\d{1,2})?")
_BADGE = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-_/]{0,19}")
YES = frozenset({"1", "是", "有", "y", "yes", "true", "t", "√", "在"})
NO = frozenset({"0", "否", "无", "n", "no", "false", "f", "×", "x"})


class CellFault(Exception):
    """A cell that cannot be read: the code of an issue, its arguments and its likeliest fixes."""

    def __init__(self, code: str, fixes: Sequence[Fix] = (), **args: Any) -> None:
        super().__init__(code)
        self.code, self.fixes, self.args_ = code, list(fixes), args


class Dated(NamedTuple):
    """A day with how exactly it was written: day, month or year."""

    day: int
    precision: str


def as_text(cell: Any) -> str:
    """The cell as a person sees it: 4.0 in a spreadsheet is 4, a day is ISO."""
    if cell.__class__ is str:
        return str(cell)
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def text_of(longest: int) -> Read:
    def read(cell: Any) -> str:
        text = as_text(cell)
        if len(text) > longest:
            raise CellFault("too_long", count=len(text), most=longest)
        if UNSTORABLE.search(text):
            raise CellFault("unstorable")
        return text

    return read


def _date(year: int, month: int, day: int) -> dt.date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellFault("year_range", year=year)
    if not 1 <= month <= 12:
        raise CellFault("month_range")
    try:
        return dt.date(year, month, day)
    except ValueError as problem:
        raise CellFault("day_range") from problem


def dated(cell: Any) -> Dated:
    """A day, a month (its first day) or an Excel serial number."""
    if isinstance(cell, dt.date):
        return Dated(to_number(_date(cell.year, cell.month, cell.day)), "day")
    text = as_text(cell)
    if _ISO.fullmatch(text):
        return Dated(to_number(_date(int(text[:4]), int(text[5:7]), int(text[8:]))), "day")
    match = _PARTS.fullmatch(text) or (_DIGITS.fullmatch(text) if len(text) in (6, 8) else None)
    if match:
        found = _date(int(match[1]), int(match[2]), int(match[3] or 1))
        return Dated(to_number(found), "day" if match[3] else "month")
    if text.isdigit() and 10_000 <= int(text) < 80_000:
        return Dated(to_number(EXCEL_EPOCH + dt.timedelta(days=int(text))), "day")
    raise CellFault("not_day", text=text[:40])


def day(cell: Any) -> int:
    return dated(cell).day


def dated_or_year(cell: Any) -> Dated:
    """As `dated`, and a bare year, which stands for its first day."""
    text = as_text(cell).removesuffix("年")
    if text.isdigit() and len(text) == 4:
        return Dated(to_number(_date(int(text), 1, 1)), "year")
    return dated(cell)


def year_end(cell: Any) -> int:
    """The last day of a bare year; days are read as they are."""
    text = as_text(cell).removesuffix("年")
    if text.isdigit() and len(text) == 4:
        return to_number(_date(int(text), 12, 31))
    return dated(cell).day


def past(read: Read, today: int, field: str) -> Read:
    """`read`, but a day that is still to come is refused."""

    def read_past(cell: Any) -> Any:
        found = read(cell)
        if (found.day if found.__class__ is Dated else found) > today:
            raise CellFault("future", [fill_in(field)])
        return found

    return read_past


def month_fixes(field: str, today: dt.date) -> list[Fix]:
    """For a day that cannot be read: this month, or to be typed."""
    return [set_to(f"{today:%Y.%m}", field), fill_in(field)]


def whole(cell: Any, least: int = -(2**53), most: int = 2**53) -> int:
    text = re.sub(r"\.0+$", "", as_text(cell))
    if not _WHOLE.fullmatch(text) or not least <= int(text.replace(",", "")) <= most:
        raise CellFault("not_whole", text=text[:40])
    return int(text.replace(",", ""))


def number(cell: Any) -> float:
    text = as_text(cell).replace(",", "")
    try:
        found = float(text)
    except ValueError as problem:
        raise CellFault("not_number", text=text[:40]) from problem
    if not -1e15 < found < 1e15:
        raise CellFault("not_number", text=text[:40])
    return found


def yes_no(cell: Any) -> bool:
    text = as_text(cell).casefold()
    if text in YES:
        return True
    if text in NO:
        return False
    raise CellFault("not_yes_no", text=text[:40])


def badge(cell: Any) -> str:
    text = as_text(cell).strip().upper()
    if not _BADGE.fullmatch(text):
        raise CellFault("badge_shape")
    return text


def choice_of(names: Mapping[str, str], field: str) -> Read:
    """One of `names` (what may be written → code), with the nearest one offered for a slip of the pen."""

    def read(cell: Any) -> str:
        text = as_text(cell)
        found = names.get(text) or names.get(text.casefold())
        if found is None:
            near = get_close_matches(text, names, n=1, cutoff=0.5)
            if near:
                raise CellFault(
                    "nearest_choice", [set_to(near[0], field), leave_empty(field)], text=text[:40], nearest=near[0]
                )
            raise CellFault("not_choice", [fill_in(field), leave_empty(field)], text=text[:40])
        return found

    return read


def phone(cell: Any) -> str:
    text = re.sub(r"[\s\-]", "", as_text(cell)).removeprefix("+86")
    if text.isdigit() and len(text) == 11 and text.startswith("1"):
        return text
    if text.isdigit() and len(text) != 11:
        raise CellFault("phone_length", [fill_in("phone"), leave_empty("phone")], count=len(text))
    raise CellFault("phone_shape", [fill_in("phone"), leave_empty("phone")])


ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_digit(body: str) -> str:
    """The last character of an ID number with these first 17 digits (GB 11643)."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, ID_WEIGHTS, strict=True)) % 11]


def id_number(cell: Any) -> str:
    """An 18-character ID number with a possible birth date and the right check digit."""
    text = re.sub(r"\s", "", as_text(cell)).upper()
    if len(text) != 18:
        raise CellFault("id_length", [fill_in("id_number"), leave_empty("id_number")], count=len(text))
    wrong = sum(not character.isdigit() for character in text[:17]) + (text[17] not in "0123456789X")
    if wrong:
        raise CellFault("id_shape", [fill_in("id_number"), leave_empty("id_number")], count=wrong)
    try:
        dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError as problem:
        raise CellFault("id_birth", [fill_in("id_number"), leave_empty("id_number")]) from problem
    digit = check_digit(text[:17])
    if text[17] != digit:
        keep: Fix = {"do": "accept", "label": "keep", "field": "id_number", "value": "id_check"}
        raise CellFault("id_check", [set_to(text[:17] + digit, "id_number"), keep], digit=digit)
    return text

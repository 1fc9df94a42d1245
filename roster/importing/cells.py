"""From a cell to a value. Each reader is a plain function that raises `CellFault` for what it refuses.

Values are what the database stores: days are numbers (days since 1970-01-01), choices are codes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from police_hr.core.dates import DateError, parse_date
from police_hr.core.days import from_number, to_number
from police_hr.core.fields.base import UNSTORABLE
from police_hr.core.identity import IdentityError, check_id_number, normalise_badge, normalise_phone
from roster.importing.issues import Fix, accept, fill_in, leave_empty, set_to

Read = Callable[[Any], Any]
_WHOLE = re.compile(r"[+-]?\d{1,3}(,\d{3})+|[+-]?\d{1,16}")
_MONTH = re.compile(r"\d{4}\s?[-./年]\s?(\d{1,2})\s?月?")
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


def dated_until(today: dt.date, *, years: bool = False, ahead: bool = False) -> Read:
    """A reader of days, months (their first day) and, where `years`, bare years; `ahead` allows what is to come."""
    days_ahead = None if ahead else 0

    def read(cell: Any) -> Dated:
        for precision in ("day", "month", "year"):
            try:
                found = parse_date(cell, today=today, precision=precision, days_ahead=days_ahead)
            except DateError as fault:
                if (fault.code, precision) in (("no_day", "day"), ("no_month", "day")):
                    continue
                if (fault.code, precision, years) == ("no_month", "month", True):
                    continue
                raise _date_fault(fault, cell) from fault
            assert found is not None  # noqa: S101  None stands for 至今, which is not asked for here
            return Dated(to_number(found), precision)
        raise AssertionError("unreachable")

    return read


def _date_fault(fault: DateError, cell: Any) -> CellFault:
    month = _MONTH.fullmatch(as_text(cell))
    if fault.code == "impossible" and month and not 1 <= int(month[1]) <= 12:
        return CellFault("month_range")
    fixes = [set_to(suggestion, "") for suggestion in fault.suggestions]
    return CellFault("date." + fault.code, fixes, value=fault.value)


def day_until(today: dt.date, *, ahead: bool = False) -> Read:
    read = dated_until(today, ahead=ahead)
    return lambda cell: read(cell).day


def year_end(today: dt.date) -> Read:
    """The last day of a bare year, of this year too; days are read as they are."""
    read = dated_until(today, years=True, ahead=True)

    def read_end(cell: Any) -> int:
        found = read(cell)
        return found.day if found.precision != "year" else _last_day_of_year(found.day)

    return read_end


def _last_day_of_year(first: int) -> int:
    return to_number(dt.date(from_number(first).year, 12, 31))


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
    try:
        return normalise_badge(cell)
    except IdentityError as fault:
        raise CellFault("badge_shape") from fault


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
    text = normalise_phone(as_text(cell))
    if text.isdigit() and len(text) == 11 and text.startswith("1"):
        return text
    fixes = [fill_in("phone"), leave_empty("phone")]
    if text.isdigit() and len(text) != 11:
        raise CellFault("phone_length", fixes, count=len(text))
    raise CellFault("phone_shape", fixes)


def id_number(cell: Any) -> str:
    """An 18-character ID number with a possible birth date and the right check digit."""
    try:
        return check_id_number(as_text(cell)).number
    except IdentityError as fault:
        if fault.code == "check_digit":
            right = re.sub(r"\s", "", as_text(cell)).upper()[:17] + fault.expected
            raise CellFault(
                "id_check", [set_to(right, "id_number"), accept("id_check", "id_number")], digit=fault.expected
            ) from fault
        code = {"length": "id_length", "characters": "id_shape", "birth": "id_birth"}[fault.code]
        raise CellFault(code, [fill_in("id_number"), leave_empty("id_number")], count=len(as_text(cell))) from fault

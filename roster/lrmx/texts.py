"""How the form writes months, ages, names and sentences."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

_MONTH = re.compile(r"(\d{4})\s*[.\-/年．]?\s*(\d{1,2})(?:\s*[.\-/月．]?\s*(\d{1,2})\s*日?|\s*月)?")
_HAN = re.compile("[\u3400-\u9fff]")
_HALF = {";": "；", ",": "，", ":": "：", "?": "？", "!": "！"}
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff）”》])\s*([;,:?!])\s*|([;])\s*")
IDEOGRAPHIC_SPACE = "\u3000"


@dataclass(frozen=True, slots=True)
class PartyJoining:
    """入党时间: a month for a member of the party, a party's name before it for the others, a word for nobody's."""

    party: str = ""
    month: dt.date | None = None


def month_of(text: str) -> dt.date | None:
    """The first day of the month in `text` (198503, 1985.03, 1985年3月, 19850317); None for anything else."""
    found = _MONTH.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return dt.date(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None


def day_of(text: str) -> dt.date | None:
    """The day in `text` (20261123, 2026.11.23); the first of the month where it names no day."""
    found = _MONTH.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return dt.date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return None


def file_month(day: dt.date | None) -> str:
    """YYYYMM, as the file writes months."""
    return f"{day:%Y%m}" if day else ""


def printed_month(text: str) -> str:
    """1985.03 for 198503; what is not a month stays as it is."""
    month = month_of(text)
    return f"{month:%Y.%m}" if month else text


def printed_day(text: str) -> str:
    """2026年11月23日 for 20261123, 2026年11月 for 202611; what is not a day stays as it is."""
    found = _MONTH.fullmatch(text.strip())
    day = day_of(text)
    if found is None or day is None:
        return text
    return f"{day.year}年{day.month}月{day.day}日" if found[3] else f"{day.year}年{day.month}月"


def age_on(birth_month: dt.date, day: dt.date) -> int | None:
    """Whole years by months, rounded down: 1985.03 is 41 in 2026.11 and 40 in 2026.02. None before the birth."""
    months = (day.year - birth_month.year) * 12 + day.month - birth_month.month
    return months // 12 if months >= 0 else None


def printed_birth(text: str, as_of: dt.date) -> str:
    """1985.03, and below it the age: （41岁）."""
    month = month_of(text)
    age = age_on(month, as_of) if month else None
    return printed_month(text) if age is None else f"{printed_month(text)}\n（{age}岁）"


def party_joining(text: str) -> PartyJoining:
    """What 入党时间 says: `200706`, `民盟;2005.06`, `无党派`, or a month and a second party in one text."""
    text = text.strip()
    month = month_of(text)
    if month is not None or not text:
        return PartyJoining("", month)
    party, _sep, rest = re.sub(r"[；,，、\s]+", ";", text).partition(";")
    if not rest and (found := re.fullmatch(r"(\D+?)(\d.*)", text)):
        party, rest = found[1].strip(), found[2]
    return PartyJoining(party.strip(), month_of(rest))


def printed_party(text: str) -> str:
    """2007.06; another party above its month; 无党派 as it is."""
    found = party_joining(text)
    if found.month is None:
        return text
    month = f"{found.month:%Y.%m}"
    return f"{found.party}\n{month}" if found.party else month


def plain_name(text: str) -> str:
    """The name without the spaces that are only drawn into it: 王  演 is 王演."""
    return re.sub(r"(?<=[\u3400-\u9fff·])\s+(?=[\u3400-\u9fff·])", "", " ".join(text.split()))


def spaced_name(text: str) -> str:
    """A name of two Chinese characters with an ideographic space between them."""
    name = plain_name(text)
    if len(name) == 2 and all(_HAN.match(letter) for letter in name):
        return IDEOGRAPHIC_SPACE.join(name)
    return name


def punctuated(text: str) -> str:
    """Half-width stops between Chinese words as full-width ones; those inside numbers and Latin words stay."""
    return _BETWEEN_HAN.sub(lambda found: _HALF[found[1] or found[2]], text)

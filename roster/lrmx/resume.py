"""The resume (简历): one period a line, months only, what happened meanwhile in brackets.

    2007.08--2015.05  示例市公安局示例分局刑侦大队民警
    2015.05--         示例市公安局示例分局某派出所副所长
    （其间：2019.09--2019.12  示例省公安干部学院进修）

A period ends in the month in which the next one begins, or in the month before it; anything else is a gap or an
overlap.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

_DATE = r"(\d{4})\s*[.．\-/年]?\s*(\d{1,2})(?:\s*[.．\-/月]\s*\d{1,2}\s*日?|\s*月)?"
_DASH = r"\s*(?:-{1,3}|—{1,2}|–{1,2}|－{1,2}|―{1,2}|─{1,2}|~|～|至|到)\s*"
_PERIOD = re.compile(
    r"^\s*" + _DATE + _DASH + r"(?:" + _DATE + r"|至今|今|现在)?[\s　]*[，,、:：]?[\s　]*(.*)$", re.DOTALL
)
_MEANWHILE = re.compile(r"[（(]\s*其间\s*[：:，,]?\s*([^（()）]*(?:[（(][^（()）]*[)）][^（()）]*)*)[）)]?\s*$")
_SEVERAL = re.compile(r"[；;]\s*(?=\d{4}\s*[.．\-/年]?\s*\d{1,2})")
WIDTH = len("2007.08--2015.05")
GAP = "  "


@dataclass(frozen=True, slots=True)
class Period:
    """One period, both months given by their first day; `ends` None while it lasts. `within` happened meanwhile."""

    starts: dt.date
    ends: dt.date | None
    text: str
    within: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a resume: unread | backwards | gap | overlap | order, and where (line from 1, month)."""

    code: str
    line: int
    month: dt.date | None = None
    text: str = ""


@dataclass(slots=True)
class Resume:
    """The periods of a resume and what could not be read or does not join."""

    periods: tuple[Period, ...] = ()
    faults: list[Fault] = field(default_factory=list)


def parse(text: str) -> Resume:
    """The periods of `text` with its faults. Lines without months belong to the line before them."""
    periods: list[Period] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            _take(line.strip(), number, periods, faults)
    faults += join_faults(periods)
    return Resume(tuple(periods), faults)


def _take(line: str, number: int, periods: list[Period], faults: list[Fault]) -> None:
    rest, meanwhile = _meanwhile(line, number, faults)
    if rest:
        told = len(faults)
        found = _period(rest, number, faults)
        if found is not None:
            periods.append(found)
        elif len(faults) == told and periods:
            # a long line that the program broke: it goes on where it stopped
            periods[-1] = replace(periods[-1], text=periods[-1].text + rest)
        elif len(faults) == told:
            faults.append(Fault("unread", number, text=rest[:60]))
    if meanwhile and periods:
        periods[-1] = replace(periods[-1], within=(*periods[-1].within, *meanwhile))
    elif meanwhile:
        faults.append(Fault("unread", number, text=meanwhile[0].text[:60]))


def _meanwhile(line: str, number: int, faults: list[Fault]) -> tuple[str, list[Period]]:
    """The line without its （其间：…）, and the periods that stood in there."""
    inside = _MEANWHILE.search(line)
    if inside is None:
        return line, []
    found = [_period(part, number, faults) for part in _SEVERAL.split(inside[1])]
    periods = [period for period in found if period is not None]
    return (line[: inside.start()].strip() if periods else line), periods


def _period(line: str, number: int, faults: list[Fault]) -> Period | None:
    found = _PERIOD.match(line)
    if found is None:
        return None
    try:
        starts = dt.date(int(found[1]), int(found[2]), 1)
        ends = dt.date(int(found[3]), int(found[4]), 1) if found[3] else None
    except ValueError:
        faults.append(Fault("month", number, text=line[:60]))
        return None
    if ends is not None and ends < starts:
        faults.append(Fault("backwards", number, starts))
        return None
    return Period(starts, ends, " ".join(found[5].split()))


def join_faults(periods: Sequence[Period]) -> list[Fault]:
    """Where the months of consecutive periods do not join."""
    faults = []
    for number, (one, other) in enumerate(pairwise(periods), 2):
        if other.starts < one.starts:
            faults.append(Fault("order", number, other.starts))
        elif one.ends is None or other.starts < one.ends:
            faults.append(Fault("overlap", number, other.starts))
        elif months_between(one.ends, other.starts) > 1:
            faults.append(Fault("gap", number, next_month(one.ends)))
    return faults


def compose(periods: Sequence[Period]) -> str:
    """The text of the form: a line a period, what happened meanwhile below it."""
    lines = []
    for period in periods:
        lines.append(f"{span(period):<{WIDTH}}{GAP}{period.text}".rstrip())
        lines += [f"（其间：{span(other)}{GAP}{other.text}）" for other in period.within]
    return "\n".join(lines)


def span(period: Period) -> str:
    """2007.08--2015.05, or 2015.05-- while it lasts."""
    return f"{period.starts:%Y.%m}--{f'{period.ends:%Y.%m}' if period.ends else ''}"


def close_gaps(periods: Sequence[Period], *, most: int) -> tuple[Period, ...]:
    """Periods in order, each lasting until the next one begins where it fell short by up to `most` months
    or ran beyond it. Longer gaps stay: nobody may invent what was done then."""
    ordered = sorted(periods, key=lambda period: (period.starts, period.ends or dt.date.max))
    closed: list[Period] = []
    for place, period in enumerate(ordered):
        after = ordered[place + 1] if place + 1 < len(ordered) else None
        closed.append(period if after is None else _until(period, after.starts, most))
    return tuple(closed)


def _until(period: Period, after: dt.date, most: int) -> Period:
    missing = months_between(period.ends, after) if period.ends else -1
    return replace(period, ends=after) if missing < 0 or 1 < missing <= most + 1 else period


def months_between(first: dt.date, second: dt.date) -> int:
    return (second.year - first.year) * 12 + second.month - first.month


def next_month(day: dt.date) -> dt.date:
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)


_APPRAISAL = re.compile(
    r"(\d{4})\s*年?\s*(?:年?度)?\s*(?:考核|考评)?\s*(?:结果|等次)?\s*(?:为|：|:)?\s*([^\d；;，,。、\s]+)"
)


def appraisal_parts(text: str) -> list[tuple[int, str]]:
    """(year, word) of each yearly appraisal: 2023年年度考核称职 → (2023, 称职)."""
    return [(int(year), said) for year, said in _APPRAISAL.findall(text)]

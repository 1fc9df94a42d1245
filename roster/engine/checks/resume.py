"""工作经历: the resume's months, the postings, and what both say of today."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import pairwise

from roster.engine.checks.facts import Dossier, Line, Posting
from roster.engine.checks.rules import Finding, Place, Rules, iso, month_of

_STUDY = re.compile(r"学习|就读|学生|学员|毕业|读书|大学|学院|学校|中学|中专|高中|研究生|本科|专业")
# neither study nor work
_IDLE = re.compile(r"待业|无业|在家")
_NOT_COMPARED = re.compile(r"[\s（）()·、，,。]")


def mentions_study(text: str, school: str = "") -> bool:
    return bool(_STUDY.search(text)) or bool(school and school in text)


def overlap_months(
    start: dt.date | None, end: dt.date | None, other: dt.date | None, other_end: dt.date | None, as_of: dt.date
) -> int:
    """How many months two periods share, the month in which one ends and the other begins not counted."""
    if start is None or other is None:
        return 0
    first, last = max(month_of(start), month_of(other)), min(month_of(end or as_of), month_of(other_end or as_of))
    return max(0, last - first)


def resume(dossier: Dossier, rules: Rules) -> Iterator[Finding]:
    lines = [line for line in dossier.resume if line.within is None]
    if not lines:
        return
    for before, after in pairwise(lines):
        yield from _joint(before, after)
    outer = {line.pk: line for line in lines}
    for line in dossier.resume:
        around = outer.get(line.within or 0)
        if around is not None and not _lies_within(line, around, dossier.as_of):
            yield Finding("resume_within", _at(line, "starts_on"), _at(around, "starts_on"), _months(line, around))
    yield from _start(lines, dossier, rules)
    if dossier.person.serves:
        yield from _today(lines[-1], dossier)


def _joint(before: Line, after: Line) -> Iterator[Finding]:
    """Months join without gap (1996.06 or 1996.07 after 1996.06) and do not overlap."""
    if before.ends_on is None:
        yield Finding("resume_overlap", _at(before, "ends_on"), _at(after, "starts_on"), _months(before, after))
        return
    step = month_of(after.starts_on) - month_of(before.ends_on)
    if step > 1:
        params: dict[str, str | int] = {"months": step - 1, **_months(before, after)}
        yield Finding("resume_gap", _at(before, "ends_on"), _at(after, "starts_on"), params)
    elif step < 0:
        yield Finding("resume_overlap", _at(before, "ends_on"), _at(after, "starts_on"), _months(before, after))


def _lies_within(line: Line, around: Line, as_of: dt.date) -> bool:
    first, last = month_of(around.starts_on), month_of(around.ends_on or as_of)
    return first <= month_of(line.starts_on) and month_of(line.ends_on or as_of) <= last


def _start(lines: list[Line], dossier: Dossier, rules: Rules) -> Iterator[Finding]:
    """参加工作时间 is the beginning of the first line that is of work."""
    person = dossier.person
    working = next((line for line in lines if not (mentions_study(line.text) or _IDLE.search(line.text))), None)
    if working is None or person.work_started_on is None:
        return
    apart = abs(month_of(working.starts_on) - month_of(person.work_started_on))
    if apart > rules.limits["resume_work_months"]:
        work = Place("officer", person.pk, "work_started_on", iso(person.work_started_on))
        yield Finding("work_vs_resume", work, _at(working, "starts_on"), {"months": apart})


def _today(last: Line, dossier: Dossier) -> Iterator[Finding]:
    person = dossier.person
    if last.ends_on is not None and month_of(last.ends_on) < month_of(dossier.as_of):
        yield Finding("resume_not_current", _at(last, "ends_on"), Place("officer", person.pk, "status", person.status))
        return
    present = dossier.present_post
    if present is None or not present.post:
        return
    if _bare(present.post) not in _bare(last.text):
        yield Finding("resume_post", _posting(present, "post"), _at(last, "text"))


def _bare(text: str) -> str:
    return _NOT_COMPARED.sub("", text)


def _months(one: Line, other: Line) -> dict[str, str | int]:
    return {"first": one.text[:30], "second": other.text[:30]}


def _at(line: Line, name: str) -> Place:
    value = getattr(line, name)
    return Place("resumeline", line.pk, name, value if isinstance(value, str) else iso(value))


# --- postings -------------------------------------------------------------------------------------------------


def postings(dossier: Dossier, rules: Rules) -> Iterator[Finding]:
    person, day = dossier.person, dossier.as_of
    main = [row for row in dossier.postings if row.main]
    for before, after in pairwise(main):
        step = month_of(after.starts_on) - month_of(before.ends_on) if before.ends_on is not None else -1
        places = _posting(before, "ends_on"), _posting(after, "starts_on")
        params: dict[str, str | int] = {"first": before.post, "second": after.post}
        if step < 0:
            yield Finding("posting_overlap", *places, params)
        elif step > rules.limits["posting_gap_months"]:
            yield Finding("posting_gap", *places, params | {"months": step - 1})
    status = Place("officer", person.pk, "status", person.status)
    present = dossier.present_post
    if person.serves:
        if main and present is None:
            yield Finding("no_current_post", status, _posting(main[-1], "ends_on"))
        if present is not None and present.unit_closed_on is not None and present.unit_closed_on < day:
            closed = Place("unit", present.unit_id, "active_to", iso(present.unit_closed_on))
            yield Finding("posting_unit_closed", Place("posting", present.pk, "unit", present.unit), closed)
    elif person.left_on is not None:
        later = [row for row in main if (row.ends_on or day) > person.left_on and row.starts_on <= day]
        if later and month_of(later[-1].ends_on or day) > month_of(person.left_on):
            left = Place("officer", person.pk, "left_on", iso(person.left_on))
            yield Finding("posting_after_leaving", _posting(later[-1], "ends_on"), left)


def _posting(row: Posting, name: str) -> Place:
    value = getattr(row, name)
    return Place("posting", row.pk, name, value if isinstance(value, str) else iso(value))

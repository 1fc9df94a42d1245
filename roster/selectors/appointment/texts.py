"""The sentences of the form, made of the facts of the dossier. Always Chinese: it is an official paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from roster.lrmx import resume as resumes
from roster.lrmx.resume import Period
from roster.lrmx.texts import file_month
from roster.lrmx.words import word, words
from roster.models import Education, LedgerEntry, Officer, ResumeLine
from roster.selectors import codes
from roster.selectors.appointment.gathering import Gathered
from roster.selectors.units import ON_ROLLS


def chinese(table: str, code: str) -> str:
    """The Chinese word for a code, whatever language the reader uses."""
    return next((entry.zh for entry in codes.entries(table) if entry.code == code), code) if code else ""


def filed_name(name: str) -> str:
    """As files write names: two characters with two spaces between them."""
    return f"{name[0]}  {name[1]}" if len(name) == 2 and not name.isascii() else name


def party(officer: Officer) -> str:
    """200706 for a member of the CPC, 民盟;2005.06 for one of another party, 无党派 for who says so."""
    status, month = officer.political_status, officer.party_joined_on
    if status in words()["parties"]:
        name = word("parties", status)
        return f"{name};{month:%Y.%m}" if month else name
    if status in words()["no_party"]:
        return word("no_party", status)
    return file_month(month)


def unit_name(gathered: Gathered, unit: Any, on: dt.date | None) -> str:
    """The unit in full, from the top: 示例市公安局江滨分局望江派出所, under the name it had on that day."""
    names = [gathered.chains.get(unit.path[:end], "") for end in range(unit.steplen, len(unit.path), unit.steplen)]
    own = gathered.names.on(unit.pk, on) or unit.name
    parts: list[str] = []
    for name in (*names, own):
        if name in words()["silent_units"]:
            continue
        if parts and name.startswith(parts[-1]):
            parts.pop()  # 临港分局 › 临港分局刑侦大队
        parts.append(name)
    return "".join(parts) or own


def current_post(gathered: Gathered, officer: Officer) -> str:
    """Unit, post and grade in full: 示例市公安局江滨分局望江派出所所长、二级警长."""
    main = [row for row in gathered.postings.get(officer.pk, ()) if row.main and row.ends_on is None]
    post = ""
    if officer.status in ON_ROLLS:
        post = "、".join(f"{unit_name(gathered, row.unit, None)}{row.post}" for row in main)
    grade = next(
        (chinese(table, officer.grade) for table in ("duty_grade", "technical_grade", "general_grade")
         if chinese(table, officer.grade) != officer.grade), "",
    )  # fmt: skip
    return "、".join(filter(None, (post, grade)))


# --- education ------------------------------------------------------------------------------------------------


def school_text(fact: Education) -> str:
    """School and subject in one: 示例警察学院侦查学专业."""
    major = fact.major
    if major and not major.endswith(("专业", "系", "班", "学院", "方向")):
        major += "专业"
    return fact.school + major


def degree_text(fact: Education) -> str:
    return "" if fact.degree == "0" else chinese("degree", fact.degree)


def highest(facts: Iterable[Education], *, full_time: bool) -> Education | None:
    """The highest course of this form, the latest of several."""
    order = {code: place for place, code in enumerate(words()["education"])}
    of_form = [fact for fact in facts if fact.full_time is full_time]
    return min(of_form, key=lambda fact: (order.get(fact.level, 99), -fact.pk), default=None)


def education_text(fact: Education) -> str:
    text = word("education", fact.level) or chinese("education", fact.level)
    return text if fact.full_time else words()["in_service_prefix"] + text


# --- appraisals, awards, family -------------------------------------------------------------------------------


def appraisal_facts(gathered: Gathered, officer: Officer) -> dict[int, str]:
    """Year → code, of the last yearly appraisals that the form tells."""
    years = {row.year: row.result for row in gathered.appraisals.get(officer.pk, ()) if not row.period}
    return {year: years[year] for year in sorted(years)[-int(words()["appraisal_years"]) :]}


def appraisal_text(facts: Mapping[int, str]) -> str:
    told = [f"{year}年度考核{word('appraisals', code) or code}" for year, code in facts.items()]
    return "；".join(told) + ("。" if told else "")


def award_sentence(entry: LedgerEntry) -> str:
    """2015年3月，经XX批准，记个人三等功."""
    payload, day = entry.payload, f"{entry.occurred_on.year}年{entry.occurred_on.month}月"
    by = payload.get("decided_by") or ""
    if entry.kind.code == "AWARD":
        grade = payload.get("grade", "")
        act = word("awards", grade) or f"获{chinese('honour', grade)}"
        return "，".join(filter(None, (day, f"经{by}批准" if by else "", act)))
    title = chinese("honour_title", payload.get("title", ""))
    level = chinese("level", payload.get("level", "") or "")
    return f"{day}，被{by}授予“{title}”称号" if by else f"{day}，获{level}“{title}”称号"


def sanction_sentence(entry: LedgerEntry) -> str:
    payload, day = entry.payload, f"{entry.occurred_on.year}年{entry.occurred_on.month}月"
    by, measure = payload.get("decided_by") or "", chinese("punishment", payload.get("measure", ""))
    return "，".join(filter(None, (day, f"经{by}决定" if by else "", f"给予{measure}处分")))


def sentences(told: Iterable[str]) -> str:
    joined = "；".join(told)
    return f"{joined}。" if joined else ""


def relation_text(code: str, officer: Officer) -> str:
    if code == words()["spouse"]:
        return str(words()["spouse_of"].get(officer.sex) or word("relations", code))
    return word("relations", code) or chinese("family_relation", code)


# --- resume ---------------------------------------------------------------------------------------------------


def stored_periods(lines: Sequence[ResumeLine]) -> tuple[Period, ...]:
    """The resume as it was recorded line by line."""
    inner: dict[int, list[Period]] = {}
    for line in lines:
        if line.within_id:
            inner.setdefault(line.within_id, []).append(Period(line.starts_on, line.ends_on, line.text))
    return tuple(
        Period(line.starts_on, line.ends_on, line.text, tuple(inner.get(line.pk, ())))
        for line in lines
        if not line.within_id
    )


def composed_periods(gathered: Gathered, officer: Officer) -> tuple[Period, ...]:
    """The resume put together of full-time study and main posts; study beside the work stands under the post."""
    educations = gathered.educations.get(officer.pk, ())
    periods = [
        Period(_month(fact.starts_on), _month(fact.ends_on), f"{school_text(fact)}学习")
        for fact in educations
        if fact.full_time and fact.starts_on and fact.ends_on and fact.level not in ("71", "81")
    ]
    periods += [
        Period(_month(row.starts_on), _month(row.ends_on) if row.ends_on else None,
               f"{unit_name(gathered, row.unit, row.starts_on)}{row.post}")
        for row in gathered.postings.get(officer.pk, ())
        if row.main
    ]  # fmt: skip
    closed = resumes.close_gaps(periods, most=int(words()["longest_closed_gap"]))
    beside = [fact for fact in educations if not fact.full_time and fact.starts_on]
    return tuple(_with_study(period, beside) for period in closed)


def _with_study(period: Period, beside: Sequence[Education]) -> Period:
    within = [
        Period(_month(fact.starts_on), _month(fact.ends_on) if fact.ends_on else None, f"{school_text(fact)}在职学习")
        for fact in beside
        if _falls_in(fact, period)
    ]
    return Period(period.starts, period.ends, period.text, tuple(within))


def _falls_in(fact: Education, period: Period) -> bool:
    """Whether the course began during the period."""
    started = fact.starts_on
    return started is not None and period.starts <= _month(started) and (not period.ends or started < period.ends)


def _month(day: dt.date | None) -> dt.date:
    assert day is not None  # noqa: S101  callers ask before
    return day.replace(day=1)

"""From a document to the cells of the printed form: the same for PDF, Word and the page."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from roster.lrmx import Document, FamilyMember, texts
from roster.lrmx import resume as resumes

FAMILY_ROWS = 7
# relations in the order of the form: spouse, children, father, mother, the others as they come
_ORDER = (
    re.compile(r"配偶|妻子?|丈夫|爱人"),
    re.compile(r"(?:长|次|三|独生|养|继)?(?:子|女|儿子|女儿)"),
    re.compile(r"(?:父亲?|养父|继父)"),
    re.compile(r"(?:母亲?|养母|继母)"),
)
_DEAD = ("去世", "已故", "病故")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form as it is drawn. `cells` are texts with line breaks; `photo` the bytes of a picture or nothing."""

    cells: dict[str, str]
    resume: list[dict[str, Any]]
    family: list[dict[str, str]]
    photo: bytes = b""

    def as_data(self) -> dict[str, Any]:
        return {"cells": self.cells, "resume": self.resume, "family": self.family}


def sheet_of(document: Document, *, today: dt.date) -> Sheet:
    """The cells of `document`. Ages are those of its 计算年龄时间, of `today` where it names none."""
    as_of = texts.day_of(document.age_as_of) or today
    said = texts.punctuated
    cells = {
        "name": texts.spaced_name(document.name),
        "sex": document.sex,
        "birth": texts.printed_birth(document.birth_month, as_of),
        "ethnicity": document.ethnicity,
        "native_place": document.native_place,
        "birthplace": document.birthplace,
        "party": texts.printed_party(document.party_joined),
        "work": texts.printed_month(document.work_started),
        "health": document.health,
        "title": document.professional_title,
        "speciality": said(document.speciality),
        "full_time_education": document.full_time_education,
        "full_time_degree": document.full_time_degree,
        "full_time_school": _two_lines(document.full_time_school, document.full_time_degree_school),
        "in_service_education": document.in_service_education,
        "in_service_degree": document.in_service_degree,
        "in_service_school": _two_lines(document.in_service_school, document.in_service_degree_school),
        "current": said(document.current_post),
        "proposed": said(document.proposed_post),
        "removed": said(document.removed_post),
        "awards": said(document.awards),
        "appraisals": said(document.appraisals),
        "reason": said(document.reason),
        "reporting": document.reporting_unit,
        "filled_by": texts.spaced_name(document.filled_by),
        "age_as_of": texts.printed_day(document.age_as_of),
        "filled_on": texts.printed_day(document.filled_on),
    }
    family = [_member(member, as_of) for member in in_order(document.family)]
    return Sheet(cells, _resume(document.resume), family)


def in_order(family: tuple[FamilyMember, ...]) -> list[FamilyMember]:
    """The family in the fixed order of the form; what stands at the same place keeps its order."""
    return sorted(family, key=lambda member: _place(member.relation))


def _place(relation: str) -> int:
    return next((place for place, words in enumerate(_ORDER) if words.fullmatch(relation)), len(_ORDER))


def _member(member: FamilyMember, as_of: dt.date) -> dict[str, str]:
    month = texts.month_of(member.birth_month)
    age = texts.age_on(month, as_of) if month else None
    dead = any(word in member.employment for word in _DEAD)
    return {
        "relation": member.relation,
        "name": texts.spaced_name(member.name),
        "age": "" if dead else member.age if age is None else str(age),
        "status": member.political_status,
        "employment": texts.punctuated(member.employment),
    }


def _two_lines(school: str, other: str) -> str:
    """The school of the education, and that of the degree below it where it is another one."""
    return "\n".join(dict.fromkeys(filter(None, (school, other))))


def _resume(text: str) -> list[dict[str, Any]]:
    """Lines with their period in a column of its own; where one cannot be read, all stand as they were written."""
    found = resumes.parse(text)
    if any(fault.code in ("unread", "month", "backwards") for fault in found.faults):
        return [{"span": "", "text": line.strip(), "within": []} for line in text.splitlines() if line.strip()]
    return [
        {
            "span": resumes.span(period),
            "text": texts.punctuated(period.text),
            "within": [f"（其间：{resumes.span(inner)}　{texts.punctuated(inner.text)}）" for inner in period.within],
        }
        for period in found.periods
    ]

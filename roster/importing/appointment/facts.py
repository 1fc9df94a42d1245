"""What a form says in the terms of the dossier: courses, appraisals, periods, relatives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from roster.lrmx import FamilyMember
from roster.lrmx import resume as resumes
from roster.lrmx.texts import month_of, plain_name
from roster.lrmx.words import code, level_of, words

_SCHOOL = re.compile(r"^(.*?(?:大学|学院|党校|学校|警校|中学|中专|研究院|研究所|电大))(.*)$")
READABLE = ("gap", "overlap", "order")


def school_and_major(text: str) -> tuple[str, str]:
    """示例警察学院侦查系侦查学专业 → 示例警察学院, 侦查系侦查学专业."""
    found = _SCHOOL.match(text.strip())
    school, major = (found[1], found[2]) if found else (text.strip(), "")
    return school[:80], major.strip()[:80]


def course(values: Mapping[str, Any], prefix: str) -> dict[str, Any] | None:
    """The course that the tags of `prefix` (full_time, in_service) tell; None where they tell none."""
    text = values.get(f"{prefix}_education", "")
    level = level_of(text)
    if not level:
        return None
    school, major = school_and_major(values.get(f"{prefix}_school", "").partition("\n")[0])
    degree = values.get(f"{prefix}_degree", "")
    return {"level": level, "degree": degree[:40], "school": school, "major": major, "full_time": prefix == "full_time"}


def unknown_appraisals(text: str) -> list[str]:
    return [said for _year, said in resumes.appraisal_parts(text) if not code("appraisals", said)]


def periods(text: str) -> tuple[resumes.Period, ...] | None:
    """The periods of a resume, None where some of it could not be read (it then stays a text)."""
    found = resumes.parse(text)
    if any(fault.code not in READABLE for fault in found.faults):
        return None
    return found.periods


def relative(member: FamilyMember) -> dict[str, Any]:
    """A relative as the dossier holds them. An age without a month of birth tells no month."""
    employment = " ".join(member.employment.split())
    dead = any(said in employment for said in words()["deceased_words"])
    if employment in words()["deceased_words"]:
        employment = ""
    return {
        "relation": code("relations", member.relation) or "99",
        "name": plain_name(member.name)[:60],
        "birth_month": month_of(member.birth_month),
        "political_status": code("political_status", member.political_status),
        "employment": employment[:120],
        "deceased": dead,
        "remark": "" if code("relations", member.relation) else member.relation[:200],
    }

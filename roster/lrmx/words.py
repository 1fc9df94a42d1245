"""The words of the form for the codes of the product, and back: data in `roster/defaults/appointment_form.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from roster.lrmx.document import FamilyMember
from roster.lrmx.resume import appraisal_parts
from roster.lrmx.texts import file_month, month_of, plain_name

FILE = Path(__file__).resolve().parents[1] / "defaults" / "appointment_form.json"


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """The whole file. Do not change what it returns."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def word(table: str, code: str) -> str:
    """How the form writes `code`; "" where it has no word for it."""
    listed: Sequence[str] = words()[table].get(code) or ("",)
    return listed[0]


@lru_cache(maxsize=16)
def codes(table: str) -> Mapping[str, str]:
    """What may stand in a file → code."""
    return {said: code for code, listed in words()[table].items() for said in listed if said}


def code(table: str, said: str) -> str:
    """The code for what a file says; "" for what no table knows."""
    return codes(table).get("".join(said.split()).replace("（", "(").replace("）", ")"), "")


def level_of(text: str) -> str:
    """The code of an education, with or without 在职 before it; "" for what no table knows."""
    return code("education", text.strip().removeprefix(words()["in_service_prefix"]))


def stated_appraisals(text: str) -> dict[int, str]:
    """Year → code, as a form tells them: 2023年年度考核称职;2024年度考核优秀. Unknown words are left out."""
    return {year: code("appraisals", said) for year, said in appraisal_parts(text) if code("appraisals", said)}


def family_key(member: FamilyMember) -> tuple[str, ...]:
    """What two wordings of one relative agree in."""
    return (
        code("relations", member.relation) or member.relation,
        plain_name(member.name),
        file_month(month_of(member.birth_month)),
        code("political_status", member.political_status) or member.political_status,
        "".join(member.employment.split()),
    )

"""Dossiers in which nothing disagrees, drawn by hypothesis; the rules as they are shipped."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from roster.engine.checks import (
    Appraisal,
    Course,
    Dossier,
    IdCard,
    Line,
    Person,
    Posting,
    Relative,
    Row,
    Rules,
    Step,
    build_rules,
)
from roster.engine.months import add_months

AS_OF = dt.date(2026, 11, 25)
DEFAULTS = Path(__file__).resolve().parents[4] / "roster" / "defaults"
POSTS = ("民警", "侦查员", "副所长", "所长", "教导员")
RANK_MONTHS = {11: 36, 10: 36, 9: 48, 8: 48, 7: 48}


@cache
def shipped_rules() -> Rules:
    """The rules of the shipped code tables."""
    tables: dict[str, list[Row]] = {}
    for name in ("code_tables.json", "dossier_checks.json"):
        for table in json.loads((DEFAULTS / name).read_text(encoding="utf-8"))["tables"]:
            tables[table["code"]] = [Row(entry["code"], entry["order"], entry) for entry in table["entries"]]
    return build_rules(tables, photos=True)


@st.composite
def sound_dossiers(draw: st.DrawFn) -> Dossier:
    """Somebody who studied, joined the police at 22 and rose in order: nothing disagrees."""
    birth = draw(st.dates(dt.date(1973, 1, 1), dt.date(1996, 12, 28)))
    sex = draw(st.sampled_from("MF"))
    joined = dt.date(birth.year + 22, 7, 15)
    starts = _starts(draw, joined)
    posts = [draw(st.sampled_from(POSTS)) for _ in starts]
    ends = [day - dt.timedelta(days=1) for day in starts[1:]]
    person = Person(
        pk=7, sex=sex, birth=birth, birth_precision=draw(st.sampled_from(["day", "month"])),
        id_card=IdCard("33…1", last="1", birth=birth, sex=sex, area="330324"), birthplace="浙江永嘉",
        political_status="01", party_joined_on=add_months(birth, draw(st.integers(18 * 12, 26 * 12))),
        work_started_on=joined, police_since=joined, staffing="police", education="21", marriage="20",
    )  # fmt: skip
    study = Line(60, dt.date(birth.year + 18, 9, 1), joined.replace(day=1), "示例警察学院侦查学专业学习")
    until = [*(day.replace(day=1) for day in starts[1:]), None]
    work = [
        Line(61 + n, day.replace(day=1), last, f"示例市公安局{post}")
        for n, (day, last, post) in enumerate(zip(starts, until, posts, strict=True))
    ]
    return Dossier(
        person=person,
        as_of=AS_OF,
        postings=tuple(
            Posting(10 + n, 3, "示例派出所", post, "L0", True, day, ends[n] if n < len(ends) else None)
            for n, (day, post) in enumerate(zip(starts, posts, strict=True))
        ),
        ranks=_climb(draw, 20, "R{:02d}", 11, RANK_MONTHS, add_months(joined, 12)),
        grades=_climb(draw, 30, "G{:02d}", 11, dict.fromkeys(range(8, 12), 24), add_months(joined, 12)),
        courses=(Course(40, "21", "法学学士", "示例警察学院", True, dt.date(birth.year + 18, 9, 1),
                        dt.date(birth.year + 22, 6, 30)),),
        appraisals=tuple(Appraisal(50 + n, 2023 + n, "", "N2") for n in range(3)),
        family=(
            Relative(70, "10", birth),
            Relative(71, "30", add_months(birth, 12 * 28)),
            Relative(72, "51", add_months(birth, -12 * 27)),
            Relative(73, "52", add_months(birth, -12 * 25)),
        ),
        resume=(study, *work),
    )  # fmt: skip


def _starts(draw: st.DrawFn, joined: dt.date) -> list[dt.date]:
    """First days of two to four postings, the first on the day of joining."""
    number = draw(st.integers(1, 3))
    steps = sorted(draw(st.sets(st.integers(3, 90), min_size=number, max_size=number)))
    return [joined, *(add_months(joined.replace(day=1), step) for step in steps)]


def _climb(draw: st.DrawFn, pk: int, code: str, place: int, months: dict[int, int], since: dt.date) -> tuple[Step, ...]:
    """Steps up from `place`, each after its term or somewhat later."""
    steps = []
    while since <= AS_OF:
        steps.append(Step(pk + len(steps), code.format(place), since))
        if place not in months:
            break
        since = add_months(since, months[place] + draw(st.integers(0, 14)))
        place -= 1
    return tuple(steps)

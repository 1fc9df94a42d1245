"""The checks of a dossier: nothing is found where nothing disagrees; each single disagreement is found, alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roster.engine.checks import Appraisal, Course, Dossier, IdCard, Line, Person, Posting, Relative, Step, examine
from roster.engine.checks.resume import overlap_months
from roster.engine.checks.schooling import degree_place
from roster.engine.months import add_months
from tests.unit.roster.engine.dossiers import AS_OF, shipped_rules, sound_dossiers

Change = Callable[[Dossier], Dossier]
DAY = dt.timedelta(days=1)


def person(**changes: Any) -> Change:
    """A change of the identity; a value may be worked out from the person."""

    def change(dossier: Dossier) -> Dossier:
        old = dossier.person
        values = {name: value(old) if callable(value) else value for name, value in changes.items()}
        return replace(dossier, person=replace(old, **values))

    return change


def card(**changes: Any) -> Change:
    return person(id_card=lambda old: replace(old.id_card, **changes))


def fact(sort: str, place: int, **changes: Any) -> Change:
    """A change of one fact of a sort; a value may be worked out from the dossier."""

    def change(dossier: Dossier) -> Dossier:
        rows = list(getattr(dossier, sort))
        values = {name: value(dossier) if callable(value) else value for name, value in changes.items()}
        rows[place] = replace(rows[place], **values)
        return replace(dossier, **{sort: tuple(rows)})

    return change


def more(sort: str, make: Callable[[Dossier], Any]) -> Change:
    return lambda dossier: replace(dossier, **{sort: (*getattr(dossier, sort), make(dossier))})


def without(sort: str, place: int | None = None) -> Change:
    def change(dossier: Dossier) -> Dossier:
        rows = list(getattr(dossier, sort))
        if place is None:
            rows.clear()
        else:
            del rows[place]
        return replace(dossier, **{sort: tuple(rows)})

    return change


def both(*changes: Change) -> Change:
    def change(dossier: Dossier) -> Dossier:
        for one in changes:
            dossier = one(dossier)
        return dossier

    return change


def _born(dossier: Dossier) -> dt.date:
    assert dossier.person.birth is not None
    return dossier.person.birth


def _aged(years: int) -> Callable[[Dossier], dt.date]:
    return lambda dossier: add_months(_born(dossier).replace(day=1), years * 12)


def _young_work(dossier: Dossier) -> Dossier:
    """Work from fifteen on, told the same by the resume, without the study that cannot have been meanwhile."""
    start = _aged(15)(dossier)
    line = Line(59, start, dossier.resume[1].starts_on, "示例厂工人")
    plain = replace(dossier, courses=(), resume=(line, *dossier.resume[1:]))
    return person(work_started_on=start)(plain)


# each check with a change of a sound dossier that is found by it and by no other
FOUND: dict[str, Change] = {
    "id_number_fault": person(id_card=IdCard("x", fault="check_digit", expected="X", last="3")),
    "birth_vs_id": card(birth=dt.date(1950, 1, 1)),
    "birth_day_vs_id": both(
        person(birth_precision="day", birth=lambda old: old.birth.replace(day=5)),
        lambda dossier: card(birth=_born(dossier).replace(day=6))(dossier),
    ),
    "sex_vs_id": person(id_card=lambda old: replace(old.id_card, sex="F" if old.sex == "M" else "M")),
    "id_area": card(area="990000"),
    "retirement_passed": both(
        person(birth=dt.date(1962, 5, 1), id_card=None, party_joined_on=dt.date(1990, 7, 1)), without("family")
    ),
    "retired_early": both(
        person(status="retired", left_on=AS_OF, police_since=lambda old: max(old.police_since, dt.date(2000, 7, 15))),
        person(sex="M", id_card=None), without("postings"), without("ranks"),
    ),
    "work_age": _young_work,
    "police_age": both(
        lambda dossier: person(police_since=_aged(17)(dossier), work_started_on=_aged(17)(dossier))(dossier),
        without("resume"), without("courses"),
    ),
    "police_before_work": both(
        person(work_started_on=lambda old: add_months(old.work_started_on, 2)), without("resume")
    ),
    "posting_before_police": fact("postings", 0, starts_on=lambda d: add_months(d.postings[0].starts_on, -1)),
    "rank_before_police": fact("ranks", 0, since=lambda d: add_months(d.person.police_since, -1)),
    "work_vs_resume": person(work_started_on=lambda old: add_months(old.work_started_on, -3)),
    "party_age": person(party_joined_on=lambda old: add_months(old.birth, 17 * 12)),
    "party_date_missing": person(party_joined_on=None),
    "party_date_unexpected": person(political_status="13"),
    "probation_long": person(political_status="02"),
    "probation_short": person(party_joined_on=add_months(AS_OF, -8)),
    "league_age": person(political_status="03", party_joined_on=None),
    "education_dates": fact("courses", 0, ends_on=lambda d: d.courses[0].starts_on - DAY),
    "education_age": both(
        fact("courses", 0, starts_on=lambda d: dt.date(_born(d).year + 14, 9, 1),
             ends_on=lambda d: dt.date(_born(d).year + 17, 6, 30)),
        without("resume"),
    ),
    "degree_level": fact("courses", 0, degree="法学硕士"),
    "school_level": fact("courses", 0, school="示例职业技术学院"),
    "education_overlap": more(
        "courses", lambda d: replace(d.courses[0], pk=41, starts_on=d.courses[0].starts_on + 200 * DAY)
    ),
    "education_work": both(
        fact("courses", 0, starts_on=lambda d: d.person.work_started_on,
             ends_on=lambda d: add_months(d.person.work_started_on, 24)),
        without("resume"),
    ),
    "education_highest": person(education="14"),
    "education_resume": fact("resume", 0, text="待业"),
    "resume_gap": fact("resume", 0, ends_on=lambda d: add_months(d.resume[0].ends_on, -2)),
    "resume_overlap": fact("resume", 0, ends_on=lambda d: add_months(d.resume[0].ends_on, 1)),
    "resume_within": more(
        "resume",
        lambda d: Line(69, add_months(d.resume[-1].starts_on, -1), d.resume[-1].starts_on, "在职学习", d.resume[-1].pk),
    ),
    "resume_not_current": fact("resume", -1, ends_on=add_months(AS_OF, -1)),
    "resume_post": fact("resume", -1, text="示例市公安局法制员"),
    "posting_gap": fact("postings", 0, ends_on=lambda d: add_months(d.postings[1].starts_on, -3)),
    "posting_overlap": fact("postings", 0, ends_on=lambda d: add_months(d.postings[1].starts_on, 1)),
    "no_current_post": both(fact("postings", -1, ends_on=AS_OF - DAY), without("resume")),
    "posting_unit_closed": fact("postings", -1, unit_closed_on=dt.date(2025, 12, 31)),
    "posting_after_leaving": person(status="left", left_on=dt.date(2025, 12, 31)),
    "status_left": person(left_on=dt.date(2025, 12, 31)),
    "left_missing": both(person(status="left"), fact("postings", -1, ends_on=dt.date(2026, 1, 31))),
    "rank_unknown": fact("ranks", -1, code="R99"),
    "rank_order": more("ranks", lambda d: Step(29, d.ranks[-2].code, AS_OF)),
    "rank_skip": lambda d: replace(d, ranks=(Step(28, "R13", d.ranks[0].since - DAY), *d.ranks)),
    "rank_term": fact("ranks", 1, since=lambda d: add_months(d.ranks[0].since, 35)),
    "rank_band": fact("postings", -1, level="L3"),
    "rank_missing": without("ranks"),
    "grade_unknown": fact("grades", -1, code="G99"),
    "grade_order": more("grades", lambda d: Step(39, d.grades[-2].code, AS_OF)),
    "grade_skip": lambda d: replace(
        d, grades=(d.grades[0], Step(38, "G09", add_months(d.grades[0].since, 60)))
    ),
    "grade_term": fact("grades", 1, since=lambda d: add_months(d.grades[0].since, 23)),
    "staffing_rank": both(person(staffing="auxiliary_duty"), without("grades"), person(sex="M", id_card=None)),
    "staffing_grade": both(person(staffing="auxiliary_duty"), without("ranks"), person(sex="M", id_card=None)),
    "staffing_post": both(
        person(staffing="auxiliary_duty", sex="M", id_card=None), without("ranks"), without("grades"),
        fact("postings", -1, level="L8"),
    ),
    "appraisal_missing": without("appraisals", 1),
    "appraisal_twice": more("appraisals", lambda d: Appraisal(59, 2024, "", "N1")),
    "appraisal_outside": more("appraisals", lambda d: Appraisal(59, d.person.work_started_on.year - 1, "", "N2")),
    "photo_missing": person(has_photo=False),
    "spouse_missing": without("family", 0),
    "spouse_deceased": fact("family", 0, deceased=True),
    "spouse_unexpected": person(marriage="10"),
    "spouse_two": more("family", lambda d: Relative(79, "10", _born(d))),
    "child_age": fact("family", 1, birth=_aged(14)),
    "parent_age": fact("family", 2, birth=_aged(-14)),
}  # fmt: skip


def codes(dossier: Dossier) -> list[str]:
    return [finding.code for finding in examine(dossier, shipped_rules())]


@settings(max_examples=200, deadline=None)
@given(sound_dossiers())
def test_nothing_is_found_where_nothing_disagrees(dossier: Dossier) -> None:
    assert codes(dossier) == []


@pytest.mark.parametrize("code", FOUND)
@settings(max_examples=12, deadline=None)
@given(dossier=sound_dossiers())
def test_a_single_disagreement_is_found_by_its_check_alone(code: str, dossier: Dossier) -> None:
    assert codes(FOUND[code](dossier)) == [code]


def test_every_check_that_is_shipped_is_proven_above() -> None:
    assert set(FOUND) == set(shipped_rules().severity)


@settings(max_examples=60, deadline=None)
@given(sound_dossiers(), st.sampled_from(sorted(FOUND)))
def test_a_finding_names_two_places_and_its_fingerprint_follows_their_values(dossier: Dossier, code: str) -> None:
    changed = FOUND[code](dossier)
    first, again = examine(changed, shipped_rules()), examine(changed, shipped_rules())
    assert first == again
    finding = first[0]
    assert finding.first != finding.second
    other = replace(finding, second=replace(finding.second, value=finding.second.value + "x"))
    moved = replace(finding, first=replace(finding.first, pk=999))
    assert finding.fingerprint == moved.fingerprint != other.fingerprint


def test_a_check_that_is_switched_off_finds_nothing() -> None:
    rules = shipped_rules()
    off = replace(rules, severity={code: level for code, level in rules.severity.items() if code != "rank_order"})
    dossier = Dossier(
        person=replace(_empty().person, police_since=dt.date(2010, 7, 1)), as_of=AS_OF,
        ranks=(Step(1, "R10", dt.date(2013, 8, 1)), Step(2, "R11", dt.date(2016, 8, 1))),
    )  # fmt: skip
    assert [f.code for f in examine(dossier, rules)] == ["rank_order"]
    assert examine(dossier, off) == []


def _empty() -> Dossier:
    return Dossier(person=Person(pk=1), as_of=AS_OF)


def test_an_empty_dossier_raises_no_doubt_but_that_of_the_photo() -> None:
    assert codes(_empty()) == []
    assert codes(replace(_empty(), person=replace(_empty().person, has_photo=False))) == ["photo_missing"]


# --- worked examples --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "sex", "staffing", "expected"),
    [
        # born before the table begins: 60 years, as ever
        (dt.date(1964, 12, 1), "M", "police", ["retirement_passed"]),
        (dt.date(1965, 1, 1), "M", "police", ["retirement_passed"]),  # 60 y 1 m: 2025-02
        (dt.date(1966, 1, 1), "M", "police", ["retirement_passed"]),  # 12 // 4 + 1 = 4: 60 y 4 m, May 2026
        (dt.date(1966, 6, 1), "M", "police", ["retirement_passed"]),  # 17 // 4 + 1 = 5: 60 y 5 m, 1 Nov 2026
        (dt.date(1966, 7, 1), "M", "police", []),  # 18 // 4 + 1 = 5: 1 Dec 2026
        (dt.date(1966, 11, 1), "M", "police", []),  # a flat 60 would call this one overdue
        (dt.date(1971, 6, 1), "F", "police", ["retirement_passed"]),  # 55 y 5 m, 1 Nov 2026
        (dt.date(1971, 11, 1), "F", "police", []),  # a flat 55 would call this one overdue
        (dt.date(1976, 2, 1), "F", "worker", ["retirement_passed"]),  # 13 // 2 + 1 = 7: 50 y 7 m, Sep 2026
        (dt.date(1976, 6, 1), "F", "worker", []),  # 17 // 2 + 1 = 9: 50 y 9 m, Mar 2027
    ],
)
def test_retirement_follows_the_table_of_2025(born, sex, staffing, expected) -> None:
    """Men 60→63 and women cadres 55→58 by a month for four, women workers 50→55 by a month for two (§2.6)."""
    person_ = replace(_empty().person, birth=born, sex=sex, staffing=staffing)
    assert codes(replace(_empty(), person=person_)) == expected


@pytest.mark.parametrize(
    ("since", "expected"),
    [(dt.date(2016, 8, 1), []), (dt.date(2016, 7, 31), ["rank_term"]), (dt.date(2014, 8, 1), ["rank_term"])],
)
def test_a_third_class_superintendent_serves_three_years(since, expected) -> None:
    """R11 → R10 after 3 years (dossier.md §2.5); months count, so 31 July 2016 is one short after August 2013."""
    steps = (Step(1, "R11", dt.date(2013, 8, 1)), Step(2, "R10", since))
    assert codes(replace(_empty(), ranks=steps)) == expected


def test_an_early_promotion_or_a_demotion_that_says_so_is_no_doubt() -> None:
    first = Step(1, "R11", dt.date(2013, 8, 1))
    early = Step(2, "R10", dt.date(2014, 8, 1), "提前晋升")
    lower = Step(3, "R11", dt.date(2020, 8, 1), "降低警衔")
    assert codes(replace(_empty(), ranks=(first, early, lower))) == []
    assert codes(replace(_empty(), ranks=(first, replace(early, kind=""), lower))) == ["rank_term"]


@pytest.mark.parametrize(
    ("level", "rank", "expected"),
    [
        ("L7", "R06", []),
        ("L7", "R09", []),
        ("L7", "R10", ["rank_band"]),
        ("L7", "R05", ["rank_band"]),
        ("L0", "R05", []),
    ],
)
def test_a_section_head_is_a_supervisor_or_a_first_class_superintendent(level, rank, expected) -> None:
    """科级正 R06–R09 (dossier.md §2.5)."""
    post = Posting(1, 1, "示例派出所", "所长", level, True, dt.date(2020, 1, 1), None)
    dossier = replace(_empty(), postings=(post,), ranks=(Step(2, rank, dt.date(2019, 1, 1)),))
    assert codes(dossier) == expected


@pytest.mark.parametrize(
    ("ends", "starts", "expected"),
    [
        ((1996, 6), (1996, 6), []),
        ((1996, 6), (1996, 7), []),
        ((1996, 6), (1996, 8), ["resume_gap"]),
        ((1996, 6), (1996, 5), ["resume_overlap"]),
    ],
)
def test_months_of_the_resume_join(ends, starts, expected) -> None:
    """1990.01--1996.06 is followed by 1996.06 or 1996.07 (dossier.md §2.1: months must join without gap)."""
    lines = (
        Line(1, dt.date(1990, 1, 1), dt.date(*ends, 1), "某县公安局民警"),
        Line(2, dt.date(*starts, 1), None, "某市公安局民警"),
    )
    assert codes(replace(_empty(), resume=lines)) == expected


@pytest.mark.parametrize(
    ("text", "place"),
    [("", None), ("法学学士", 3), ("4", 3), ("公共管理硕士", 2), ("2", 1), ("工学博士", 1), ("0", None)],
)
def test_degrees_are_read_from_codes_and_words(text, place) -> None:
    assert degree_place(text) == place


@pytest.mark.parametrize(
    ("level", "degree", "full_time", "expected"),
    [
        ("21", "学士", True, []),
        ("21", "硕士", True, ["degree_level"]),
        ("21", "硕士", False, []),  # on an equivalent record, in service
        ("31", "学士", False, ["degree_level"]),
        ("14", "学士", True, ["degree_level"]),
        ("11", "博士", True, []),
    ],
)
def test_a_degree_goes_with_its_education(level, degree, full_time, expected) -> None:
    course = Course(1, level, degree, "示例大学", full_time)
    assert codes(replace(_empty(), courses=(course,))) == expected


def test_periods_that_only_touch_share_no_month() -> None:
    day = dt.date
    assert overlap_months(day(2000, 9, 1), day(2004, 7, 1), day(2004, 7, 15), None, AS_OF) == 0
    assert overlap_months(day(2000, 9, 1), day(2004, 7, 1), day(2004, 1, 1), None, AS_OF) == 6
    assert overlap_months(None, day(2004, 7, 1), day(2004, 1, 1), None, AS_OF) == 0

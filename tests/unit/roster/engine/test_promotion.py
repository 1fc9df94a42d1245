"""Promotion by the terms of the police-rank code table.

Terms (domain/dossier.md §2.5): constables and superintendents 3 years each, 4 from superintendent 1st class on,
by selection from supervisor 1st class on. Days are worked out by hand.
"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roster.engine.promotion import Case, Reason, Result, Step, Verdict, assess, ladder

RANKS = ladder(
    [
        Step("R05", 5, None, selective=True, group="cm"),
        Step("R06", 6, None, selective=True, group="sv"),
        Step("R07", 7, 48, group="sv"),
        Step("R08", 8, 48, group="sv"),
        Step("R09", 9, 48, group="st"),
        Step("R10", 10, 36, group="st"),
        Step("R13", 13, 36, group="ct"),
    ]
)
TODAY = dt.date(2026, 11, 25)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def judged(held: str, since: str, **more: object) -> Result:
    return assess(Case(held, day(since), **more), RANKS, TODAY)  # type: ignore[arg-type]


def codes(result: Result) -> list[str]:
    return [reason.code for reason in result.reasons]


@pytest.mark.parametrize(
    ("held", "since", "following", "due"),
    [
        ("R10", "2023-11-25", "R09", "2026-11-25"),
        ("R10", "2023-11-26", "R09", "2026-11-26"),
        ("R09", "2022-12-01", "R08", "2026-12-01"),
        ("R08", "2024-02-29", "R07", "2028-02-29"),
        ("R07", "2021-01-31", "R06", "2025-01-31"),
    ],
)
def test_the_term_decides_the_day(held, since, following, due):
    found = judged(held, since, trained_on=TODAY)
    assert (found.verdict, found.following, found.due_on, found.on) == ("ready", following, day(due), day(due))


def test_an_effect_period_moves_the_day_behind_its_end():
    """The worked example of `assess`, and one whose effect ended before the term did."""
    found = judged("R10", "2022-07-01", effects=[(day("2025-01-10"), day("2026-01-09"))])
    assert (found.verdict, found.due_on, found.on) == ("held", day("2025-07-01"), day("2026-01-10"))
    assert found.reasons == (Reason("sanction", day("2026-01-09")),)
    over = judged("R10", "2024-07-01", effects=[(day("2025-01-10"), day("2026-01-09"))])
    assert (over.verdict, over.on, codes(over)) == ("ready", day("2027-07-01"), [])


def test_two_effects_one_after_the_other():
    effects = [(day("2026-01-01"), day("2026-06-30")), (day("2026-06-15"), day("2027-06-14"))]
    assert judged("R10", "2023-03-01", effects=effects).on == day("2027-06-15")


def test_the_band_of_the_post_is_a_ceiling():
    assert judged("R08", "2020-01-01", ceiling=8).verdict == Verdict.HELD
    assert judged("R08", "2020-01-01", ceiling=7).verdict == Verdict.READY


def test_above_supervisor_first_class_no_term_decides():
    found = judged("R06", "2010-01-01", effects=[(day("2026-10-01"), day("2027-03-31"))], trained_on=TODAY)
    assert (found.verdict, found.following, found.due_on) == ("selective", "R05", None)
    assert codes(found) == ["sanction"]
    assert judged("R05", "2010-01-01").verdict == Verdict.TOP


def test_a_first_class_merit_may_bring_it_forward():
    assert judged("R10", "2025-01-01", awards=[day("2026-05-01")]).verdict == Verdict.EARLY
    # an award from before the present rank was for that one
    assert judged("R10", "2025-01-01", awards=[day("2024-05-01")]).verdict == Verdict.READY
    held = judged("R10", "2025-01-01", awards=[day("2026-05-01")], ceiling=10)
    assert held.verdict == Verdict.HELD


def test_what_has_no_article_flags_and_excludes_nobody():
    found = judged("R09", "2022-01-01", weak_years=[2024], delayed=True)
    assert found.verdict == Verdict.READY
    assert codes(found) == ["delay", "training", "appraisal"]
    assert not any(reason.binding for reason in found.reasons)
    assert codes(judged("R09", "2022-01-01", weak_years=[2021], trained_on=day("2025-01-01"))) == []


def test_a_missing_fact_is_said_not_guessed():
    assert assess(Case("R10", None), RANKS, TODAY).verdict == Verdict.UNKNOWN
    assert judged("R99", "2020-01-01").verdict == Verdict.UNKNOWN


@given(
    st.sampled_from(["R07", "R08", "R09", "R10", "R13"]),
    st.dates(dt.date(1990, 1, 1), TODAY),
    st.lists(st.tuples(st.dates(dt.date(2015, 1, 1), dt.date(2030, 1, 1)), st.integers(1, 900)), max_size=4),
)
def test_nobody_is_due_before_the_term_or_inside_an_effect(held, since, starts):
    effects = [(first, first + dt.timedelta(days=length)) for first, length in starts]
    found = assess(Case(held, since, effects=effects), RANKS, TODAY)
    assert found.on >= found.due_on
    assert not any(first <= min(found.on, TODAY) and first <= found.on <= last for first, last in effects)

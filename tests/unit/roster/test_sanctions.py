"""Effect periods: the terms of the shared table, running and expired, overlapping, probation within the party."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roster.sanctions import Effect, Rule, Sanction, State, Track, add_months, effects, standing

TABLES: dict[str, dict[str, Any]] = {
    table["code"]: {entry["code"]: entry for entry in table["entries"]}
    for table in json.loads(
        (Path(__file__).resolve().parents[3] / "roster" / "defaults" / "code_tables.json").read_text(encoding="utf-8")
    )["tables"]
}
TRACKS = {code: Track.read(entry) for code, entry in TABLES["sanction_track"].items()}
DAY = dt.date
DAYS = st.dates(DAY(1990, 1, 1), DAY(2090, 12, 31))
CODES = st.sampled_from(sorted(TABLES["punishment"]))


def decided(code: str, day: dt.date, key: int = 1, **more: Any) -> Sanction:
    entry = TABLES["punishment"][code]
    return Sanction(key, entry["track"], Rule.read(entry), day, **more)


def one(code: str, day: dt.date, **more: Any) -> Effect:
    return effects([decided(code, day, **more)], TRACKS)[0]


# --- worked examples (domain/dossier.md §2.5) -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "until"),
    [
        ("P1", DAY(2027, 5, 12)),  # 警告, 6 months
        ("P2", DAY(2027, 11, 12)),  # 记过, 12
        ("P3", DAY(2028, 5, 12)),  # 记大过, 18
        ("P4", DAY(2028, 11, 12)),  # 降级, 24
        ("P5", DAY(2028, 11, 12)),  # 撤职, 24
        ("P6", None),  # 开除: for good
        ("D1", DAY(2027, 11, 12)),  # 党内警告, one year
        ("D2", DAY(2028, 5, 12)),  # 严重警告, one and a half
        ("D3", DAY(2028, 11, 12)),  # 撤销党内职务, two
        ("D4", DAY(2030, 11, 12)),  # 留党察看, two and two more
        ("D5", DAY(2031, 11, 12)),  # 开除党籍, five years without re-admission
    ],
)
def test_each_sanction_lasts_as_the_table_says(code: str, until: dt.date | None):
    assert one(code, DAY(2026, 11, 12)).ends_on == until


def test_a_warning_of_12_november_has_168_days_left_on_25_november():
    """2026-11-12 and six months end on 2027-05-12; from 2026-11-25 these are 5 + 31 + 31 + 28 + 31 + 30 + 12 days."""
    warning = one("P1", DAY(2026, 11, 12))
    assert warning.state(DAY(2026, 11, 25)) is State.RUNNING
    assert warning.days_left(DAY(2026, 11, 25)) == 168
    assert (warning.state(DAY(2027, 5, 12)), warning.days_left(DAY(2027, 5, 12))) == (State.RUNNING, 0)
    assert warning.state(DAY(2027, 5, 13)) is State.OVER
    assert warning.state(DAY(2026, 11, 11)) is State.AHEAD


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (DAY(2026, 8, 31), 6, DAY(2027, 2, 28)),
        (DAY(2027, 8, 31), 6, DAY(2028, 2, 29)),
        (DAY(2024, 2, 29), 12, DAY(2025, 2, 28)),
        (DAY(2026, 12, 1), 1, DAY(2027, 1, 1)),
        (DAY(2026, 1, 15), 0, DAY(2026, 1, 15)),
    ],
)
def test_a_shorter_month_ends_on_its_last_day(start: dt.date, months: int, end: dt.date):
    assert add_months(start, months) == end


def test_probation_of_one_year_is_followed_by_two_years():
    """留党察看一年 of 2026-03-10: probation until 2027-03-10, the effect two years more, until 2029-03-10."""
    effect = one("D4", DAY(2026, 3, 10), probation_months=12)
    assert (effect.probation_ends_on, effect.ends_on) == (DAY(2027, 3, 10), DAY(2029, 3, 10))
    assert one("D4", DAY(2026, 3, 10)).probation_ends_on == DAY(2028, 3, 10)
    assert one("D3", DAY(2026, 3, 10)).probation_ends_on is None


def test_the_day_of_the_decision_goes_before_the_computed_one_and_a_difference_is_said():
    effect = one("P1", DAY(2026, 11, 12), until=DAY(2027, 5, 11))
    assert (effect.ends_on, effect.computed, effect.disagrees) == (DAY(2027, 5, 11), DAY(2027, 5, 12), True)
    assert not one("P1", DAY(2026, 11, 12), until=DAY(2027, 5, 12)).disagrees
    assert not one("P1", DAY(2026, 11, 12)).disagrees


def test_administrative_sanctions_add_up_while_one_runs():
    """记过 of 2026-01-10 runs until 2027-01-10; 警告 of 2026-10-10 lasts the three months left and six: 2027-07-10."""
    first, second = effects([decided("P1", DAY(2026, 10, 10), 2), decided("P2", DAY(2026, 1, 10), 1)], TRACKS)
    assert (first.sanction.key, first.ends_on, first.added_to) == (1, DAY(2027, 1, 10), [])
    assert (second.ends_on, second.added_to) == (DAY(2027, 7, 10), [1])


def test_added_periods_are_capped_at_48_months():
    """Two 降级 and a 撤职 within a month would last 72 months; the third ends 48 months after its own decision."""
    days = [DAY(2026, 1, 1), DAY(2026, 1, 10), DAY(2026, 1, 20)]
    found = effects(
        [decided(code, day, n) for n, (code, day) in enumerate(zip(("P4", "P4", "P5"), days, strict=True))], TRACKS
    )
    assert [effect.ends_on for effect in found] == [DAY(2028, 1, 1), DAY(2030, 1, 1), DAY(2030, 1, 20)]


def test_party_and_administrative_sanctions_run_beside_each_other():
    found = effects([decided("P2", DAY(2026, 1, 10), 1), decided("D1", DAY(2026, 6, 10), 2)], TRACKS)
    assert [effect.ends_on for effect in found] == [DAY(2027, 1, 10), DAY(2027, 6, 10)]
    both = standing(found, DAY(2026, 11, 25))
    assert (len(both.running), both.until) == (2, DAY(2027, 6, 10))
    assert both.forbids == ["promotion", "wage", "party_promotion"]
    later = standing(found, DAY(2027, 3, 1))
    assert (len(later.running), later.forbids) == (1, ["party_promotion", "promotion"])
    assert standing(found, DAY(2027, 6, 11)).free


def test_who_was_dismissed_stays_so_and_a_talk_has_no_period():
    dismissed = one("P6", DAY(2020, 1, 1))
    assert dismissed.state(DAY(2050, 1, 1)) is State.FOR_GOOD
    assert standing([dismissed], DAY(2050, 1, 1)).for_good
    talk = effects([Sanction(1, "organisation", Rule.read(TABLES["org_measure"]["O02"]), DAY(2020, 1, 1))], TRACKS)[0]
    assert (talk.state(DAY(2020, 6, 1)), talk.days_left(DAY(2020, 6, 1)), talk.days()) == (State.NONE, 0, 0)
    assert standing([talk], DAY(2020, 6, 1)).free


def test_a_warning_leaves_the_wage_alone_and_a_demerit_does_not():
    """§2.5: during the period no promotion; 记过 and above no wage step [S21]."""
    assert "wage" not in standing([one("P1", DAY(2026, 1, 1))], DAY(2026, 2, 1)).forbids
    assert "wage" in standing([one("P2", DAY(2026, 1, 1))], DAY(2026, 2, 1)).forbids


def test_everything_forbidden_has_its_words():
    forbidden = {what for entry in TABLES["punishment"].values() for what in entry["forbids"]}
    assert forbidden == set(TABLES["sanction_effect"])


# --- properties -----------------------------------------------------------------------------------------------------


@given(day=DAYS, months=st.integers(0, 120))
def test_months_are_added_exactly_or_to_the_end_of_the_month(day: dt.date, months: int):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + dt.timedelta(days=1)).day == 1


@given(decisions=st.lists(st.tuples(CODES, DAYS), max_size=8), day=DAYS)
def test_a_day_is_in_one_state_and_what_runs_forbids_something(decisions: list[tuple[str, dt.date]], day: dt.date):
    found = effects([decided(code, on, key) for key, (code, on) in enumerate(decisions)], TRACKS)
    assert sorted(effect.sanction.key for effect in found) == list(range(len(decisions)))
    held = standing(found, day)
    for effect in found:
        assert effect.ends_on is None or effect.ends_on >= effect.sanction.decided_on
        running = effect.state(day) is State.RUNNING
        assert running == (effect in held.running)
        assert effect.days_left(day) >= 0
        if running:
            assert effect.ends_on is not None
            assert held.until is not None
            assert effect.ends_on <= held.until
            assert set(effect.sanction.rule.forbids) <= set(held.forbids)
    assert held.free == (not held.forbids)


@given(decisions=st.lists(st.tuples(CODES, DAYS), min_size=1, max_size=6), extra=st.tuples(CODES, DAYS))
def test_a_further_sanction_never_shortens_what_runs(decisions: list[tuple[str, dt.date]], extra: tuple[str, dt.date]):
    before = [decided(code, on, key) for key, (code, on) in enumerate(decisions)]
    after = [*before, decided(extra[0], extra[1], 99)]
    ends = {effect.sanction.key: effect.ends_on for effect in effects(after, TRACKS)}
    for effect in effects(before, TRACKS):
        end = ends[effect.sanction.key]
        assert (end is None) == (effect.ends_on is None)
        assert end is None or effect.ends_on is None or end >= effect.ends_on


@given(decisions=st.lists(st.tuples(CODES, DAYS), max_size=6))
def test_the_order_of_the_papers_does_not_matter(decisions: list[tuple[str, dt.date]]):
    rows = [decided(code, on, key) for key, (code, on) in enumerate(decisions)]
    assert effects(rows, TRACKS) == effects(reversed(rows), TRACKS)

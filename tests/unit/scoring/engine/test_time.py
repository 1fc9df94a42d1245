"""Which rows count on a day, as it was known that day, and how points fall with time."""

import numpy as np
import pytest

from scoring.engine.ledger import NEVER, day_number
from scoring.engine.points import decay_table, decayed, hundredths, times
from tests.unit.scoring.engine.sample import AS_OF, batch, day, explained, points, row, shipped

MODEL = shipped("cn-default")


def index(*rows, ago=0):
    return points(explained(MODEL, *rows, as_of=AS_OF - ago))


def risk(*rows, ago=0):
    return points(explained(MODEL, *rows, as_of=AS_OF - ago), "risk")


@pytest.mark.parametrize(
    ("half_life", "age", "expected"),
    [
        (30, 3, 9330),
        (60, 1, 9885),
        (45, 15, 7937),
        (60, 29, 7153),
        (365, 311, 5540),
        (30, 30, 5000),
        (None, 5000, 10000),
    ],
)
def test_decay_has_four_decimals(half_life, age, expected):
    assert decay_table(half_life)[age] == expected


def test_both_paths_round_half_up():
    amounts = np.array([1, 25, 150, 999_999], dtype=np.int32)
    for fraction in (0, 1, 200, 4999, 5000, 5001, 9330, 10000):
        fast = decayed(amounts, np.full(4, float(fraction)))
        assert fast.tolist() == [times(int(amount), fraction) for amount in amounts]
    assert times(1, 5000) == 1


def test_points_with_three_decimals_are_refused():
    assert hundredths(1.5) == 150
    with pytest.raises(ValueError, match="two decimals"):
        hundredths("0.125")


def test_row_counts_from_the_day_it_was_known_and_recorded():
    late = row("CARE_BURDEN", 50, known=40, recorded=20)
    assert [index(late, ago=ago) for ago in (41, 30, 21, 20, 0)] == [0, 0, 0, 10, 10]


def test_row_of_a_historical_batch_counts_from_the_day_it_was_known():
    old = row("CARE_BURDEN", 50, known=40, recorded=1, historical=True)
    assert [index(old, ago=ago) for ago in (41, 40, 0)] == [0, 10, 10]


def test_voided_row_counts_until_the_day_it_was_voided():
    wrong = row("CARE_BURDEN", 50, voided=10)
    assert [index(wrong, ago=ago) for ago in (11, 10, 0)] == [10, 0, 0]


def test_event_closed_later_was_still_open():
    burden = row("CARE_BURDEN", 50, closed=10)
    assert [index(burden, ago=ago) for ago in (11, 10)] == [10, 0]


def test_row_known_ahead_counts_from_the_day_it_occurs():
    assert index(row("FAMILY_DEATH", -3, known=2)) == 0


def test_illness_counts_in_full_while_open_and_then_decays():
    illness = row("HEALTH_SERIOUS", 100, closed=60)
    assert [index(illness, ago=ago) for ago in (90, 61, 60, 0)] == [20, 20, 20, 10]


def test_sanction_is_flat_until_the_end_of_its_period_and_then_decays():
    sanction = row("PUNISHMENT", 500, measure="D1", effect_until=day(180))
    assert [risk(sanction, ago=ago) for ago in (500, 200, 180, 0)] == [18, 18, 18, 9]


def test_sanction_without_an_end_takes_the_length_the_model_gives():
    sanction = row("PUNISHMENT", 545, measure="D1")
    assert risk(sanction) == 9  # 365 days in full, 180 of half-life


def test_indicator_cap_is_a_line():
    result = explained(MODEL, *(row("LATE_EARLY", type="late", excused="no") for _ in range(8)))
    assert points(result) == 6
    assert [(line.kind.value, line.points) for line in result.lines if line.points < 0] == [("indicator_cap", -200)]


def test_excused_unverified_and_unknown_values_bring_nothing():
    assert index(row("LATE_EARLY", excused="yes")) == 0
    assert index(row("COMPLAINT_VERIFIED", verified=False, severity="serious")) == 0
    assert index(row("COMPLAINT_VERIFIED", severity="unheard of")) == 0
    assert index(row("COMPLAINT_RECEIVED"), row("COMPLAINT_UNFOUNDED")) == 0


def test_row_fulfilling_two_evidences_of_an_indicator_counts_once():
    assert index(row("LONG_MISSION", 0, known=0, days=40)) == 3
    both = batch(MODEL, row("LONG_MISSION", 40, days=40))
    assert len(both.events) == 1


def test_points_per_unit_and_their_limit():
    assert index(row("OVERDUE_SHARE", share=37)) == 1.85
    assert index(row("OVERDUE_SHARE", share=250)) == 5
    assert index(row("OVERDUE_SHARE")) == 0
    assert index(row("RECTIFICATION_OVERDUE", weeks=3)) == 6


def test_leave_counts_in_the_fourth_quarter_only():
    november = row("LEAVE_NOT_TAKEN", 0, unused_share=60)
    august = row("LEAVE_NOT_TAKEN", 100, unused_share=60)
    assert index(november) == 3
    assert index(august) == 0


def test_credits_lower_risk_to_zero_and_never_care():
    rows = [row("KPI_RANK", percentile=5), row("CARE_BURDEN"), row("AWARD", grade="A4")]
    result = explained(MODEL, *rows)
    assert points(result) == 10
    assert [line.points for line in result.lines if line.kind.value == "credit_unused"] == [1100]


def test_six_clean_months_are_a_credit_against_older_risk():
    old = row("FALSE_RECORD", 200)
    result = explained(MODEL, old)
    assert ("K03", -300) in [(line.code, line.points) for line in result.lines]
    assert "K03" not in [line.code for line in explained(MODEL, row("FALSE_RECORD", 100)).lines]


@pytest.mark.parametrize(
    "standing", [row("DOSSIER_DOUBT", 400), row("PUNISHMENT", 300, measure="P1", effect_until=day(100))]
)
def test_months_are_not_clean_while_risk_is_open_or_in_its_period_or_ended_lately(standing):
    assert "K03" not in [line.code for line in explained(MODEL, standing).lines]


@pytest.mark.parametrize("value", [None, "", "not a day", True, 3.5, [], {}])
def test_payload_day_that_is_none_is_never(value):
    assert day_number(value) == NEVER


def test_payload_day_forms():
    assert day_number("1970-01-02") == day_number(1) == 1

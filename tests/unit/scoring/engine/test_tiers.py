"""Floors, red lines, coverage, rise, context and hysteresis."""

import numpy as np
import pytest

from scoring.engine.definition import Tier
from scoring.engine.score import score
from scoring.engine.tiers import Reason, moves, share_alarm
from tests.unit.scoring.engine.sample import AS_OF, as_hundredths, batch, day, explained, row, shipped

MODEL = shipped("cn-default")
CHICAGO = shipped("chicago")


def tier(*rows, ago=0, **arguments):
    return Tier(explained(MODEL, *rows, as_of=AS_OF - ago, **arguments).scores.tiers.tier[0])


def codes(*rows, ago=0):
    lines = explained(MODEL, *rows, as_of=AS_OF - ago).lines
    return {line.code: line for line in lines if line.kind in ("floor", "red_line")}


def test_heavy_sanction_falls_from_help_to_attention_after_six_months():
    heavy = row("PUNISHMENT", 400, measure="P3", effect_until=day(50))
    assert [tier(heavy, ago=ago) for ago in (400, 217, 216, 50)] == [
        Tier.HELP,
        Tier.HELP,
        Tier.ATTENTION,
        Tier.ATTENTION,
    ]
    assert "FL-B06" not in codes(heavy, ago=49)


def test_admonition_holds_attention_for_six_months():
    admonition = row("ORG_MEASURE", 184, measure="O05")
    assert [tier(admonition, ago=ago) for ago in (184, 1, 0)] == [Tier.ATTENTION, Tier.ATTENTION, Tier.NORMAL]


def test_floor_line_names_its_end_and_its_row():
    admonition = row("ORG_MEASURE", 10, measure="O05")
    line = codes(admonition)["FL-B04"]
    assert (line.until, line.event_id) == (AS_OF - 10 + 183, admonition[10])


def test_care_flag_is_for_the_counsellor_and_holds_while_open():
    assert codes(row("PSY_ALERT", 5))["FL-F03"].until is None
    assert codes(row("PSY_ALERT", 5, closed=1)) == {}
    assert next(floor for floor in MODEL.floors if floor.code == "FL-F03").audience == "counsellor"


def test_major_family_event_holds_for_its_half_life_or_while_open():
    assert tier(row("FAMILY_DEATH", 89, impact="major")) == Tier.ATTENTION
    assert tier(row("FAMILY_DEATH", 91, impact="major")) == Tier.NORMAL
    assert tier(row("HARDSHIP", 900, impact="major")) == Tier.ATTENTION
    assert tier(row("HARDSHIP", 900, impact="ordinary")) == Tier.NORMAL


def test_three_open_events_within_ninety_days():
    rows = [row("FAMILY_APART", 10), row("CARE_BURDEN", 80), row("HARDSHIP", 89)]
    assert "FL-EF3" in codes(*rows)
    assert "FL-EF3" not in codes(*rows[:2], row("HARDSHIP", 91))
    assert "FL-EF3" not in codes(*rows[:2], row("HARDSHIP", 89, closed=3))


def test_long_mission_needs_hardship_too():
    mission = row("LONG_MISSION", 61)
    assert "FL-D05" in codes(mission, row("HARDSHIP", 400))
    assert "FL-D05" not in codes(mission)
    assert "FL-D05" not in codes(row("LONG_MISSION", 60), row("HARDSHIP", 400))


RED_LINES = {
    "RL1": ("INVESTIGATION", {"announced_on": day(0)}),
    "RL2": ("DRINK_VIOLATION", {}),
    "RL3": ("FIREARM_VIOLATION", {"type": "lost"}),
    "RL4": ("SECRECY_BREACH", {"consequence": "yes"}),
    "RL5": ("ENFORCEMENT_ABUSE", {}),
    "RL6": ("VICE", {}),
    "RL7": ("SUSPENDED", {}),
    "RL8": ("APPRAISAL_LOW", {"result": "N4"}),
    "RL9": ("FILE_FRAUD", {}),
    "RL10": ("LOST_CONTACT", {}),
    "RL11": ("SUICIDE_RISK", {}),
    "RL12": ("DUTY_INJURY", {"impact": "critical"}),
}


@pytest.mark.parametrize("code", RED_LINES)
def test_red_line_proposes_help_even_with_too_little_data(code):
    kind, payload = RED_LINES[code]
    result = explained(MODEL, row(kind, **payload), coverage=0.1)
    assert result.scores.tiers.tier[0] == Tier.HELP
    assert result.scores.tiers.reason[0] == Reason.RED_LINE
    floor = MODEL.floors[result.scores.tiers.floor[0]]
    care = code in {"RL11", "RL12"}
    assert (floor.code, floor.red_line, floor.blocks_promotion) == (code, True, not care)
    assert MODEL.classes[result.scores.tiers.tier_class[0]].code == ("care" if care else "discipline")


def test_investigation_is_silent_before_it_is_announced():
    assert codes(row("INVESTIGATION", 5, announced_on=day(-1))) == {}
    assert codes(row("INVESTIGATION", 5)) == {}


def test_unverified_fact_is_no_red_line():
    assert codes(row("VICE", verified=False)) == {}


def test_too_little_data_is_not_judged_by_points_or_floors():
    rows = [row("FAMILY_DEATH"), row("HEALTH_SERIOUS"), row("ORG_MEASURE", measure="O05")]
    assert tier(*rows, coverage=0.6) == Tier.ATTENTION
    assert tier(*rows, coverage=0.59) == Tier.INSUFFICIENT


def test_rise_of_fifteen_points_in_a_month_is_attention():
    rows = [row("FAMILY_DEATH")]
    assert tier(*rows, previous=0) == Tier.ATTENTION
    assert tier(*rows, previous=1) == Tier.NORMAL
    assert tier(*rows, previous=-1) == Tier.NORMAL  # no earlier index


def test_manual_tier_stands_above_the_computed_one():
    result = score(MODEL, batch(MODEL, officers=2), manual=np.array([Tier.HELP, -1], dtype=np.int8))
    assert result.tiers.tier.tolist() == [Tier.HELP, Tier.NORMAL]
    assert result.tiers.reason[0] == Reason.MANUAL


def test_context_alone_never_raises_a_tier():
    facts = {"tenure_years": 2.0, "unit_force_rate": 2.0}
    alone = explained(CHICAGO, contexts=facts)
    assert (alone.index, alone.scores.tiers.tier[0]) == (1800, Tier.NORMAL)
    with_event = explained(CHICAGO, row("CHI_COMPLAINT", group="rights"), contexts=facts)
    assert (with_event.index, with_event.scores.tiers.tier[0]) == (2600, Tier.ATTENTION)


def test_unknown_context_brings_nothing():
    assert explained(CHICAGO, contexts={"tenure_years": float("nan")}).index == 0


def step(standing, computed, index, low_runs):
    result = moves(
        MODEL,
        standing=np.array([standing], dtype=np.int8),
        computed=np.array([computed], dtype=np.int8),
        index=as_hundredths(index),
        low_runs=np.array([low_runs], dtype=np.int16),
    )
    return Tier(result.to[0]), int(result.low_runs[0])


@pytest.mark.parametrize(
    ("standing", "computed", "index", "low_runs", "expected"),
    [
        (Tier.NORMAL, Tier.ATTENTION, 36, 0, (Tier.ATTENTION, 0)),  # up at once
        (Tier.ATTENTION, Tier.NORMAL, 31, 5, (Tier.ATTENTION, 0)),  # within the margin: the count starts again
        (Tier.ATTENTION, Tier.NORMAL, 30, 1, (Tier.ATTENTION, 0)),  # 30 is not below 35 - 5
        (Tier.ATTENTION, Tier.NORMAL, 29.99, 0, (Tier.ATTENTION, 1)),  # first low run
        (Tier.ATTENTION, Tier.NORMAL, 29.99, 1, (Tier.NORMAL, 2)),  # second: propose down
        (Tier.HELP, Tier.ATTENTION, 54, 1, (Tier.ATTENTION, 2)),  # one step down where attention is due
        (Tier.HELP, Tier.HELP, 20, 1, (Tier.HELP, 0)),  # a floor holds
        (Tier.ATTENTION, Tier.INSUFFICIENT, 0, 1, (Tier.ATTENTION, 1)),  # not judged: nothing moves
        (Tier.INSUFFICIENT, Tier.NORMAL, 0, 0, (Tier.INSUFFICIENT, 0)),  # normal needs no proposal
    ],
)
def test_hysteresis(standing, computed, index, low_runs, expected):
    assert step(standing, computed, index, low_runs) == expected


def test_share_alarm_names_the_tier_above_a_fifth_of_those_judged():
    tiers = np.array([0, 0, 0, 1, 1, 2, -1, -1], dtype=np.int8)
    assert share_alarm(MODEL, tiers) == {Tier.ATTENTION: pytest.approx(1 / 3)}
    assert share_alarm(MODEL, np.array([-1], dtype=np.int8)) == {}

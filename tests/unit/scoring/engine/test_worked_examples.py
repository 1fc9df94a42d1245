"""The worked examples of the description of the index (§3.3) and of the dossier's mock-up, number by number."""

import pytest

from scoring.engine.definition import Tier
from scoring.engine.lines import LineKind
from scoring.engine.tiers import Reason
from tests.unit.scoring.engine.sample import day, explained, points, row, shipped


@pytest.fixture(scope="module")
def model():
    return shipped("cn-default")


def tier_class(model, result):
    number = result.scores.tiers.tier_class[0]
    return model.classes[number].code if number >= 0 else ""


def test_bereavement_and_marked_mood_stay_normal(model):
    result = explained(model, row("FAMILY_DEATH"), row("MOOD_ALERT", level="marked"))
    assert points(result, "care") == 23
    assert points(result) == 23
    assert result.scores.tiers.tier[0] == Tier.NORMAL


DIVORCE_AND_OVERTIME = (
    ("DIVORCE", {}),
    ("HARDSHIP", {}),
    ("WEEKLY_HOURS", {"weeks": 4, "hours": 58}),
    ("NO_REST", {"days": 16}),
    ("MOOD_ALERT", {"level": "mild"}),
    ("PATROL_PROBLEM", {"severity": "minor"}),
    ("PATROL_PROBLEM", {"severity": "minor"}),
)


def test_care_leads_and_risk_adds_the_minor_share(model):
    result = explained(model, *(row(kind, **payload) for kind, payload in DIVORCE_AND_OVERTIME))
    assert (points(result, "care"), points(result, "risk_net"), points(result)) == (32, 3, 33.05)
    assert result.scores.tiers.tier[0] == Tier.NORMAL


def test_two_more_points_tip_it_to_attention(model):
    rows = [row(kind, **payload) for kind, payload in DIVORCE_AND_OVERTIME]
    result = explained(model, *rows, row("HEALTH_CHECK_MISSED", year=2026))
    assert points(result) == 35.05
    assert result.scores.tiers.tier[0] == Tier.ATTENTION
    assert tier_class(model, result) == "hardship"


def test_light_sanction_is_held_at_attention_by_its_floor(model):
    result = explained(
        model,
        row("PUNISHMENT", 40, measure="P1", effect_until=day(-140)),
        row("COMPLAINT_VERIFIED", severity="minor"),
        row("KPI_DROP", periods=3),
    )
    assert (points(result, "risk"), points(result)) == (29, 29)
    tiers = result.scores.tiers
    assert (tiers.tier[0], tiers.reason[0]) == (Tier.ATTENTION, Reason.FLOOR)
    assert tier_class(model, result) == "discipline"
    (floor,) = [line for line in result.lines if line.kind is LineKind.FLOOR]
    assert (floor.code, floor.tier, floor.points) == ("FL-B05", Tier.ATTENTION, 0)


def test_heavy_sanction_is_held_at_help_by_its_floor(model):
    result = explained(
        model,
        row("PUNISHMENT", 30, measure="P3", effect_until=day(-600)),
        row("ENFORCEMENT_FAULT", severity="serious"),
        row("KPI_DROP", periods=3),
        row("KPI_RANK", percentile=8),
        row("CARE_BURDEN"),
        row("HARDSHIP"),
    )
    dimensions = dict(zip([d.code for d in model.dimensions], result.scores.totals.dimensions[0], strict=True))
    assert dimensions["B"] == 4000  # 30 + 14, cut at the cap
    assert (points(result, "risk"), points(result, "care"), points(result)) == (49, 20, 56)
    tiers = result.scores.tiers
    assert (tiers.tier[0], tiers.reason[0]) == (Tier.HELP, Reason.FLOOR)
    (cap,) = [line for line in result.lines if line.kind is LineKind.DIMENSION_CAP]
    assert (cap.code, cap.points) == ("B", -400)


def test_clean_officer_with_an_award_is_at_zero(model):
    result = explained(model, row("AWARD", grade="A2"), coverage=1.0)
    assert points(result) == 0
    assert result.scores.tiers.tier[0] == Tier.NORMAL


DOSSIER = {
    "E02": (1000, 10000, 1000),
    "E04": (1000, 10000, 1000),
    "F05": (800, 9330, 746),
    "D02": (600, 7937, 476),
    "A05": (200, 9330, 187),
    "G01": (200, 7667, 153),
    "A03": (150, 8123, 122),
    "K01": (300, 5540, -166),
}


def test_dossier_of_the_mock_up(model):
    result = explained(
        model,
        row("CARE_BURDEN", 35),
        row("HARDSHIP", 21),
        row("MOOD_ALERT", 3, level="marked"),
        row("NO_REST", 15, days=16),
        row("WEEKLY_HOURS", 1, weeks=4, hours=58),
        row("WEEKLY_HOURS", 29, weeks=4, hours=57),
        row("RECTIFICATION_OVERDUE", 6, weeks=1),
        row("STUDY_POINTS", 23, met="no"),
        row("PATROL_PROBLEM", 18, severity="minor"),
        row("AWARD", 311, grade="A1"),
    )
    lines = [line for line in result.lines if line.kind is LineKind.EVENT]
    assert {line.code: (line.base, line.decay, line.points) for line in lines if line.code != "D01"} == DOSSIER
    assert [(line.decay, line.points) for line in lines if line.code == "D01"] == [(9885, 395), (7153, 286)]
    assert (points(result, "care"), points(result, "risk_net"), points(result)) == (39.03, 2.96, 40.07)
    assert result.scores.tiers.tier[0] == Tier.ATTENTION
    assert tier_class(model, result) == "hardship"

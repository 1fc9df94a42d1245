"""Tiers proposed by hand, what holds them, how raised tiers end, and hysteresis towards people."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from roster.services.ledger import record_entry
from scoring.models import CurrentScore, Proposal, TierPeriod
from scoring.selectors import register as selectors
from scoring.services import confirm, register
from scoring.services.manual import propose_tier

State = Proposal.State


@pytest.fixture
def hands(force: SimpleNamespace, run_index) -> SimpleNamespace:
    """An officer without facts in S1.P1, the unit's political officer, directors of bureau and branch; a run."""
    from tests.factories import force as make

    unit = force.units["S1.P1"]
    force.officer = make.officers(1, unit, first=501)[0]
    force.instructor = make.account("ZD", "unit_political_officer", unit)
    force.bureau = make.account("DIRB", "political_director", force.units["B"])
    force.branch = make.account("DIR1", "political_director", force.units["S1"])
    force.until = force.today + dt.timedelta(days=60)
    run_index()
    return force


def propose(hands: SimpleNamespace, **more: object) -> Proposal:
    values = {"tier": "watch", "tier_class": "hardship", "until": hands.until, "grounds": "妻子住院，夜班多",
              "by": hands.instructor}  # fmt: skip
    return propose_tier(officer=hands.officer, **{**values, **more})


def test_proposed_by_one_confirmed_by_another(hands, run_index):
    proposal = propose(hands)
    assert (proposal.source, proposal.from_tier, proposal.to_tier) == ("manual", "normal", "watch")
    run_index()  # the run finds nothing, and leaves what a person proposed
    proposal.refresh_from_db()
    assert proposal.state == State.PENDING
    confirm.confirm(proposal=proposal, reason="同意", by=hands.branch)
    period = TierPeriod.objects.get()
    assert (period.source, period.until, period.tier_class) == ("manual", hands.until, "hardship")


def test_a_director_does_not_confirm_the_own_proposal(hands):
    with pytest.raises(ValidationError) as caught:
        confirm.confirm(proposal=propose(hands, by=hands.branch), reason="同意", by=hands.branch)
    assert caught.value.code == "not_yours"


def test_a_hold_by_hand_lasts_until_its_day_whatever_the_points_say(hands, run_index):
    """Index 0 in three runs of three days: without the hold the second would propose the way down."""
    confirm.confirm(proposal=propose(hands), reason="同意", by=hands.branch)
    for back in (2, 1, 0):
        run_index(hands.today - dt.timedelta(days=back), replay=False)
    waiting = Proposal.objects.filter(officer=hands.officer, state=State.PENDING)
    assert not waiting.exists()
    TierPeriod.objects.update(until=hands.today - dt.timedelta(days=5))
    CurrentScore.objects.filter(officer=hands.officer).update(low_runs=0, low_on=None)
    run_index(hands.today - dt.timedelta(days=1), replay=False)
    assert not waiting.exists()
    run_index(hands.today, replay=False)
    down = waiting.get()
    assert (down.from_tier, down.to_tier, down.source) == ("watch", "normal", "low")
    assert CurrentScore.objects.get(officer=hands.officer).confirmed_tier == "watch"
    confirm.confirm(proposal=down, reason="困难已解决", by=hands.branch)
    assert TierPeriod.objects.get().exit == "low"
    assert CurrentScore.objects.get(officer=hands.officer).confirmed_tier == "normal"


def test_the_same_or_a_higher_one_that_waits_is_joined(hands):
    """A unit's officer must not learn from a refusal that something waits already."""
    first = propose(hands, tier="help")
    again = propose(hands, tier="watch", grounds="另：值班过多")
    assert again == first
    assert "值班过多" in again.grounds
    assert Proposal.objects.filter(officer=hands.officer, state=State.PENDING).count() == 1


@pytest.mark.parametrize(
    ("field", "values"),
    [("tier", {"tier": "normal"}), ("tier_class", {"tier_class": "x"}), ("grounds", {"grounds": " "}),
     ("until", {"until": dt.date(2020, 1, 1)}), ("until", {"until": dt.date(2990, 1, 1)})],
)  # fmt: skip
def test_what_is_wrong_is_said_by_field(hands, field, values):
    with pytest.raises(ValidationError) as caught:
        propose(hands, **values)
    assert field in caught.value.message_dict


def test_a_stranger_proposes_nothing(hands):
    from tests.factories import force as make

    stranger = make.account("ZH", "unit_political_officer", hands.units["S2"])
    with pytest.raises(ValidationError) as caught:
        propose(hands, by=stranger)
    assert caught.value.code == "not_yours"


def test_a_red_line_ends_by_a_document_that_closes_its_ground(hands, run_index):
    """domain: index.md §3.4: exits are a decision document, the end of the period, or 澄清."""
    entry = record_entry(officer=hands.officer, kind="SUSPENDED", occurred_on=hands.today, verified=True,
                         payload={"measure": "M1"},
                         by=None)  # fmt: skip
    run_index()
    proposal = Proposal.objects.get(officer=hands.officer, state=State.PENDING)
    assert proposal.basis == "RL7"
    period = confirm.confirm(proposal=proposal, reason="停职", by=hands.bureau).period
    for how, document in (("document", ""), ("ended", ""), ("low", "")):
        with pytest.raises(ValidationError):
            register.end_tier(period=period, how=how, document=document, reason="恢复", by=hands.bureau)
    with pytest.raises(ValidationError) as caught:
        register.end_tier(period=period, how="document", document="1号", reason="恢复", by=hands.branch)
    assert caught.value.code == "not_yours"
    register.end_tier(
        period=period, how="document", document="示公政〔2026〕9号", reason="恢复执行职务", by=hands.bureau
    )
    entry.refresh_from_db()
    assert entry.closed_on == hands.today
    run_index()
    assert not Proposal.objects.filter(officer=hands.officer, state=State.PENDING).exists()


def test_a_review_falls_due_every_fourteen_or_thirty_days(hands):
    start = hands.today - dt.timedelta(days=20)
    period = TierPeriod(officer=hands.officer, tier="help", starts_on=start)
    assert selectors.review_on(period, hands.today) == start + dt.timedelta(days=28)
    period.tier = "watch"
    assert selectors.review_on(period, hands.today) == start + dt.timedelta(days=30)

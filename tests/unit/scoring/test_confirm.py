"""Confirming and refusing proposals: by the named role, once, with a reason, with all that follows."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils import timezone

from police_hr.core import audit
from police_hr.core.access import viewer_for
from police_hr.core.calendar import add_workdays
from police_hr.core.models import AuditEvent
from scoring.models import CurrentScore, Proposal, TierPeriod
from scoring.selectors import proposals as selectors
from scoring.services import confirm as services
from workflows.models import Task

State = Proposal.State
SERVED = {"measure": "P1", "served_on": "2026-01-05"}


@pytest.fixture
def weighed(force: SimpleNamespace, run_index) -> SimpleNamespace:
    """A run over the force with one light sanction (floor: key attention) and one red line (key help), both of people
    in S1.P1, and the directors of the bureau and of S1 and S2."""
    from tests.factories import force as make

    watched, helped = force.people[0], force.people[1]
    day = force.today - dt.timedelta(days=3)
    make.facts(
        [
            {"officer_id": watched.pk, "kind": "PUNISHMENT", "occurred_on": day, "payload": SERVED,
             "verified": True},
            {"officer_id": helped.pk, "kind": "DRINK_VIOLATION", "occurred_on": day, "payload": {}, "verified": True},
        ]
    )  # fmt: skip
    force.bureau = make.account("DIRB", "political_director", force.units["B"])
    force.branch = make.account("DIR1", "political_director", force.units["S1"])
    force.other = make.account("DIR2", "political_director", force.units["S2"])
    force.run = run_index()
    force.watch = Proposal.objects.get(run=force.run, officer=watched)
    force.help = Proposal.objects.get(run=force.run, officer=helped)
    return force


def refused(code: str, **call: object) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        services.confirm(**call)
    assert getattr(caught.value, "code", "") == code
    return caught.value


def test_grounds_are_written_with_the_proposal(weighed):
    """domain: index.md §3.3 (B05 in its period ⇒ at least key attention, one year where no end is stated), §3.4 RL2."""
    assert (weighed.watch.to_tier, weighed.watch.source, weighed.watch.basis) == ("watch", "floor", "FL-B05")
    assert weighed.watch.until == weighed.today - dt.timedelta(days=3) + dt.timedelta(days=365)
    assert (weighed.help.to_tier, weighed.help.source, weighed.help.basis) == ("help", "red_line", "RL2")
    assert weighed.watch.due_at.astimezone(timezone.get_current_timezone()).date() == add_workdays(weighed.today, 3)


def test_key_attention_is_confirmed_at_the_sub_bureau(weighed):
    refused("not_yours", proposal=weighed.watch, reason="查实", by=weighed.other)
    services.confirm(proposal=weighed.watch, reason="处分影响期，列入关注", by=weighed.branch)
    period = TierPeriod.objects.get(officer=weighed.watch.officer)
    assert (period.tier, period.confirmed_by, period.is_open) == ("watch", weighed.branch, True)
    assert CurrentScore.objects.get(officer=period.officer).confirmed_tier == "watch"
    task = Task.objects.get(key=period.plan_key)
    assert (task.kind, task.owner_role, task.unit) == ("plan", "unit_political_officer", weighed.units["S1.P1"])
    assert timezone.localtime(task.due_at).date() == add_workdays(weighed.today, 5)
    assert task.measurements == [
        {"day": weighed.today.isoformat(), "name": "index", "value": weighed.watch.index / 100}
    ]
    assert AuditEvent.objects.filter(action="proposal.confirm", officer_number=period.officer_id).count() == 1


def test_key_help_is_confirmed_at_the_bureau_only(weighed):
    refused("not_yours", proposal=weighed.help, reason="酒驾查实", by=weighed.branch)
    services.confirm(proposal=weighed.help, reason="酒驾查实", by=weighed.bureau)
    period = TierPeriod.objects.get(officer=weighed.help.officer)
    assert timezone.localtime(Task.objects.get(key=period.plan_key).due_at).date() == add_workdays(weighed.today, 3)


def test_the_bureau_stands_in_for_the_sub_bureau(weighed):
    services.confirm(proposal=weighed.watch, reason="代为研判", by=weighed.bureau)
    assert TierPeriod.objects.get().confirmed_by == weighed.bureau


def test_each_director_has_the_own_list(weighed):
    def listed(user):
        return set(selectors.due_proposals(viewer_for(user)).values_list("pk", flat=True))

    assert {weighed.watch.pk, weighed.help.pk} <= listed(weighed.bureau)
    assert weighed.watch.pk in listed(weighed.branch)
    assert weighed.help.pk not in listed(weighed.branch)
    assert not {weighed.watch.pk, weighed.help.pk} & listed(weighed.other)


def test_the_slower_of_two_sees_the_others_decision(weighed):
    services.refuse(proposal=weighed.watch, reason="已有其他措施", by=weighed.branch)
    error = refused("decided", proposal=weighed.watch, reason="同意", by=weighed.bureau)
    assert "已有其他措施" in error.messages[0]
    assert weighed.branch.name in error.messages[0]
    assert not TierPeriod.objects.exists()


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_decision_needs_a_reason(weighed, reason):
    for act in (services.confirm, services.refuse):
        with pytest.raises(ValidationError) as caught:
            act(proposal=weighed.watch, reason=reason, by=weighed.branch)
        assert "reason" in caught.value.message_dict


def test_nobody_decides_about_themselves(weighed):
    weighed.branch.officer_number = weighed.watch.officer_id
    weighed.branch.save()
    refused("not_yours", proposal=weighed.watch, reason="本人", by=weighed.branch)


def test_nothing_is_half_written(weighed, monkeypatch):
    """The audit fails: no tier, no register, no plan."""

    def fail(**_kwargs: object) -> None:
        raise DatabaseError("full")

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(DatabaseError):
        services.confirm(proposal=weighed.watch, reason="查实", by=weighed.branch)
    weighed.watch.refresh_from_db()
    assert weighed.watch.state == State.PENDING
    assert not TierPeriod.objects.exists()
    assert not Task.objects.exists()


def test_several_at_once_each_on_its_own(weighed):
    """What is not the branch director's to decide does not hold up the rest."""
    outcomes = services.decide_many(
        verdict="confirm", reasons={weighed.watch.pk: "一", weighed.help.pk: "二"}, by=weighed.branch
    )
    assert [(one.proposal_id, bool(one.problem)) for one in outcomes] == [
        (weighed.watch.pk, False), (weighed.help.pk, True),
    ]  # fmt: skip
    assert Proposal.objects.get(pk=weighed.watch.pk).decision_reason == "一"
    assert Proposal.objects.get(pk=weighed.help.pk).state == State.PENDING


def test_a_refused_proposal_does_not_come_back_on_the_same_facts(weighed, run_index):
    from tests.factories import force as make

    services.refuse(proposal=weighed.watch, reason="情节轻微", by=weighed.branch)
    run_index()
    again = Proposal.objects.filter(officer=weighed.watch.officer, state=State.PENDING)
    assert not again.exists()
    make.facts([{"officer_id": weighed.watch.officer_id, "kind": "COMPLAINT_VERIFIED", "occurred_on": weighed.today,
                 "payload": {"severity": "minor"}, "verified": True}])  # fmt: skip
    run_index()
    assert again.count() == 1


def test_a_confirmed_tier_is_not_proposed_again(weighed, run_index):
    services.confirm(proposal=weighed.watch, reason="查实", by=weighed.branch)
    run_index()
    assert not Proposal.objects.filter(officer=weighed.watch.officer, state=State.PENDING).exists()
    assert CurrentScore.objects.get(officer=weighed.watch.officer).confirmed_tier == "watch"


def test_who_comes_back_into_the_index_keeps_the_confirmed_tier(weighed, run_index):
    services.confirm(proposal=weighed.watch, reason="查实", by=weighed.branch)
    CurrentScore.objects.filter(officer=weighed.watch.officer).delete()
    run_index()
    assert CurrentScore.objects.get(officer=weighed.watch.officer).confirmed_tier == "watch"

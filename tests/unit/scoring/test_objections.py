"""Objections: what an officer sees and may object to, who answers, and what follows from being right."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from police_hr.core.access import viewer_for
from police_hr.core.calendar import add_workdays
from police_hr.core.models import AuditEvent, Notice
from roster.models import LedgerEntry
from roster.services.ledger import record_entry
from scoring.models import CurrentScore, LeftOut, Objection, Proposal, TierPeriod
from scoring.selectors import objections as selectors
from scoring.selectors.explain import explain_officer
from scoring.services import confirm
from scoring.services import objections as services
from scoring.services.rescore import rescore_officers
from workflows.models import Task

TOKEN = "0" * 24


@pytest.fixture
def heard(force: SimpleNamespace, run_index) -> SimpleNamespace:
    """An officer with two serious patrol problems of today (5 points each), a served light sanction, an unverified
    complaint, a hardship that others reported and a counsellor's mark; directors of bureau and branch, a cadre."""
    from tests.factories import force as make

    unit = force.units["S1.P1"]
    force.officer = make.officers(1, unit, first=501)[0]
    force.user = make.account("ME", "officer", unit, officer=force.officer)
    force.bureau = make.account("DIRB", "political_director", force.units["B"])
    force.branch = make.account("DIR1", "political_director", force.units["S1"])
    force.cadre = make.account("HR1", "hr_cadre", force.units["S1"])

    def fact(kind: str, payload: dict[str, object], **more: object) -> LedgerEntry:
        return record_entry(officer=force.officer, kind=kind, occurred_on=force.today, payload=payload, by=None, **more)

    force.patrol = [fact("PATROL_PROBLEM", {"item": "DP01", "severity": "serious"}) for _n in range(2)]
    served = force.today.isoformat()
    force.sanction = fact(
        "PUNISHMENT", {"measure": "P1", "served_on": served, "effect_until": "2027-05-25"}, verified=True
    )
    force.clue = fact("COMPLAINT_VERIFIED", {"severity": "serious"})
    force.care = fact("HARDSHIP", {"basis": "recognised", "facts": "秘密"})
    force.mark = fact("PSY_ALERT", {})
    force.run = run_index()
    force.proposal = Proposal.objects.get(run=force.run, officer=force.officer, confidential=False)
    return force


def file(heard: SimpleNamespace, entry: LedgerEntry, token: str = TOKEN) -> Objection:
    return services.object_to_line(
        officer=heard.officer, entry_id=entry.pk, reason="当日已报修", token=token, by=heard.user
    )


def own(heard: SimpleNamespace):
    return selectors.own_index(viewer_for(heard.user), heard.officer)


def test_the_officer_sees_own_lines_served_sanctions_and_that_care_exists(heard):
    """domain: index.md §3.5 point 3: S4 once served, never clues, care facts by others as existing."""
    seen = own(heard)
    assert {line.entry_id for line in seen.lines} == {*(one.pk for one in heard.patrol), heard.sanction.pk}
    assert [line.entry_id for line in seen.existing] == [heard.care.pk]
    assert seen.existing[0].line is None
    assert heard.clue.pk not in {line.entry_id for line in (*seen.lines, *seen.existing)}
    assert heard.mark.pk not in {line.entry_id for line in (*seen.lines, *seen.existing)}


def test_an_objection_waits_with_a_task_and_a_notice(heard):
    objection = file(heard, heard.patrol[0])
    assert objection.answer_by == add_workdays(heard.today, 10)
    assert (objection.line["code"], objection.line["points"]) == ("A04", 500)
    task = Task.objects.get(key=objection.task_key)
    assert (task.kind, task.owner_role) == ("objection", "hr_cadre")
    assert Notice.objects.filter(kind="objection.waits", recipient=heard.cadre).exists()
    assert file(heard, heard.patrol[0]) == objection
    with pytest.raises(ValidationError) as caught:
        file(heard, heard.patrol[0], token="1" * 24)
    assert caught.value.code == "waits"


@pytest.mark.parametrize("which", ["clue", "mark"])
def test_neither_clues_nor_marks_can_be_objected_to(heard, which):
    with pytest.raises(ValidationError) as caught:
        file(heard, getattr(heard, which))
    assert caught.value.code == "not_yours"


def test_only_the_officer_objects_and_only_within_the_days(heard):
    with pytest.raises(ValidationError) as caught:
        services.object_to_line(
            officer=heard.officer, entry_id=heard.patrol[0].pk, reason="不对", token=TOKEN, by=heard.cadre
        )
    assert caught.value.code == "not_yours"
    LedgerEntry.objects.filter(pk=heard.patrol[0].pk).update(recorded_on=heard.today - dt.timedelta(days=40))
    with pytest.raises(ValidationError) as caught:
        file(heard, heard.patrol[0])
    assert caught.value.code == "over"


def test_who_confirmed_does_not_answer(heard):
    """The branch's director confirmed a tier that rests on the sanction; the cadre answers."""
    confirm.confirm(proposal=heard.proposal, reason="处分影响期", by=heard.branch)
    objection = file(heard, heard.sanction)
    for person in (heard.branch, heard.user):
        with pytest.raises(ValidationError) as caught:
            services.uphold(objection=objection, remedy="void", answer="成立", by=person)
        assert caught.value.code == "not_yours"
    assert services.refuse(objection=objection, answer="处分决定有效", by=heard.cadre).state == "refused"
    assert Notice.objects.filter(kind="objection.answered", recipient=heard.user).exists()


def test_upheld_voids_recomputes_and_closes_the_tier(heard):
    """Scene 4. Risk 2 × 5 + 18 = 28, care 10: 28 + 0.35 × 10 = 31.5, key attention by the floor of the sanction.
    Without it 10 + 0.35 × 10 = 13.5, a rise of less than 15: normal, so the tier ends as cleared."""
    before = CurrentScore.objects.get(officer=heard.officer)
    assert before.index == 3_150
    period = confirm.confirm(proposal=heard.proposal, reason="处分影响期", by=heard.branch).period
    done = services.uphold(objection=file(heard, heard.sanction), remedy="void", answer="处分已撤销", by=heard.cadre)
    assert (done.state, done.index_before, done.index_after) == ("upheld", 3_150, 1_350)
    heard.sanction.refresh_from_db()
    assert heard.sanction.voided_on == heard.today
    assert done.number in heard.sanction.void_reason
    period.refresh_from_db()
    assert (period.exit, period.ended_by, period.index_before, period.index_after) == (
        "cleared", heard.cadre, 3_150, 1_350,
    )  # fmt: skip
    assert CurrentScore.objects.get(officer=heard.officer).confirmed_tier == "normal"
    assert Task.objects.get(key=period.plan_key).state == "cancelled"
    assert Task.objects.get(key=done.task_key).state == "done"
    assert AuditEvent.objects.filter(action="objection.uphold").count() == 1


def test_left_out_counts_no_more_but_history_keeps_it(heard):
    """The fact stays in the ledger; the day before it was left out still counts it."""
    yesterday = heard.today - dt.timedelta(days=1)
    LedgerEntry.objects.filter(officer=heard.officer).update(recorded_on=yesterday, known_on=yesterday,
                                                             occurred_on=yesterday)  # fmt: skip
    system = viewer_for(heard.bureau)
    counted = explain_officer(system, heard.officer, as_of=yesterday).index
    services.uphold(objection=file(heard, heard.patrol[0]), remedy="leave_out", answer="不应计分", by=heard.cadre)
    heard.patrol[0].refresh_from_db()
    assert heard.patrol[0].voided_on is None
    assert LeftOut.objects.get().entry == heard.patrol[0]
    assert explain_officer(system, heard.officer, as_of=yesterday).index == counted
    shown = {line.entry for line in explain_officer(system, heard.officer, as_of=heard.today).lines}
    assert heard.patrol[0].pk not in shown
    rescore_officers(officer_ids=[heard.officer.pk])
    assert heard.patrol[0].pk not in {line.entry_id for line in own(heard).lines}


def test_object_to_the_tier_itself(heard):
    confirm.confirm(proposal=heard.proposal, reason="处分影响期", by=heard.branch)
    objection = services.object_to_tier(officer=heard.officer, reason="依据不足", token=TOKEN, by=heard.user)
    assert services.remedies(objection) == ["close"]
    services.uphold(objection=objection, remedy="close", answer="改为日常谈心", by=heard.cadre)
    assert TierPeriod.objects.get().exit == "cleared"


def test_withdraw_and_answer_exclude_each_other(heard):
    objection = file(heard, heard.patrol[0])
    services.withdraw(objection=objection, by=heard.user)
    assert Task.objects.get(key=objection.task_key).state == "cancelled"
    with pytest.raises(ValidationError) as caught:
        services.refuse(objection=objection, answer="不成立", by=heard.cadre)
    assert caught.value.code == "decided"
    assert file(heard, heard.patrol[0], token="2" * 24).state == "open"


def test_the_officer_is_told_of_the_tier_and_until_when(heard):
    confirm.confirm(proposal=heard.proposal, reason="处分影响期", by=heard.branch)
    notice = Notice.objects.get(kind="tier.decided")
    assert notice.recipient == heard.user
    assert notice.facts == {"until": add_workdays(timezone.localdate(), 15).isoformat()}

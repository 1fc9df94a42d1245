"""The twelve safeguards of the index (domain: index.md §3.5), one by one: each is a feature that a test holds.

Where another part of the product carries a safeguard, the test of that part is named, and that it is there is tested.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from police_hr.core.access import viewer_for
from police_hr.core.holds import holds_of
from roster.services.ledger import record_entry
from scoring.engine.events import read_batch
from scoring.engine.forbidden import BIRTH, GROUNDS
from scoring.engine.ledger import LedgerRows
from scoring.engine.lines import LineKind, explain
from scoring.models import CurrentScore, Proposal, Score, TierPeriod
from scoring.selectors import register, standing
from scoring.selectors.explain import explain_officer
from scoring.services import confirm
from tests.unit.scoring.engine.sample import AS_OF, row, shipped
from workflows.models import Task

TESTS = Path(__file__).resolve().parents[2]
ELSEWHERE = {
    "3 appeal": "unit/scoring/test_objections.py",
    "4 never used: the linter": "unit/scoring/engine/test_definition.py",
    "6 matching imports": "../pyproject.toml",
    "9 retention of classes": "unit/roster/test_ledger.py",
    "10 access: masks and reasons": "security/test_masks.py",
    "10 access: every reading is written down": "security/test_reads_audited.py",
    "10 access: every address as everybody": "security/test_matrix.py",
}


@pytest.mark.parametrize(("safeguard", "path"), ELSEWHERE.items())
def test_other_parts_hold_theirs(safeguard, path):
    assert (TESTS / path).is_file(), safeguard


@pytest.fixture
def guarded(force: SimpleNamespace, run_index) -> SimpleNamespace:
    """Four officers of S1.P1: one with a counsellor's mark, one with a notice of risk of self-harm, one suspended, one
    of whom others reported care facts and an unverified complaint; who confirms, runs, leads and helps; a run."""
    from tests.factories import force as make

    unit = force.units["S1.P1"]
    force.marked, force.at_risk, force.suspended, force.plain = make.officers(4, unit, first=501)

    def fact(officer, kind, payload, **more):
        return record_entry(officer=officer, kind=kind, occurred_on=force.today, payload=payload, by=None, **more)

    fact(force.marked, "PSY_ALERT", {})
    fact(force.at_risk, "SUICIDE_RISK", {}, verified=True)
    fact(force.suspended, "SUSPENDED", {"measure": "M1"}, verified=True)
    fact(force.plain, "HARDSHIP", {"basis": "recognised"})
    fact(force.plain, "PATROL_PROBLEM", {"item": "DP01", "severity": "serious"})
    force.complaint = fact(force.plain, "COMPLAINT_VERIFIED", {"severity": "serious"})
    force.bureau = make.account("DIRB", "political_director", force.units["B"])
    force.branch = make.account("DIR1", "political_director", force.units["S1"])
    force.cadre = make.account("HRB", "hr_cadre", force.units["B"])
    force.chief = make.account("JZ", "leadership", force.units["B"])
    force.head = make.account("SZ", "unit_head", unit)
    force.run = run_index()
    return force


def proposal_of(officer) -> Proposal:
    return Proposal.objects.get(officer=officer, state="pending")


# --- 1 explain ------------------------------------------------------------------------------------------------


def test_01_recomputing_all_gives_what_is_stored(guarded):
    """Every stored index is the sum of its lines, computed anew."""
    viewer = viewer_for(guarded.cadre)
    for score in Score.objects.filter(run=guarded.run).select_related("officer__unit"):
        explained = explain_officer(viewer, score.officer, as_of=guarded.run.as_of, version=guarded.version)
        assert sum(line.points for line in explained.lines) == explained.index
        assert explained.hidden or explained.index == score.index


# --- 2 human confirmation -------------------------------------------------------------------------------------


def test_02_no_tier_no_plan_no_hold_without_a_named_human(guarded):
    assert not TierPeriod.objects.exists()
    assert not Task.objects.exists()
    assert set(CurrentScore.objects.values_list("confirmed_tier", flat=True)) == {"normal"}
    assert holds_of(viewer_for(guarded.cadre), [guarded.suspended.pk]) == {}
    pending = proposal_of(guarded.suspended)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=pending.pk).update(state="confirmed")


# --- 4 never used ---------------------------------------------------------------------------------------------


def test_04_childbirth_brings_no_points():
    model = shipped("cn-default")
    kinds = {kind for kind in model.kinds if "BIRTH" in kind or "PREGNAN" in kind or "MATERNITY" in kind}
    counting = {e.kind for i in model.indicators for e in i.evidence if e.points or e.severity}
    assert not kinds & counting
    assert {"pregnancy", "childbirth", "生育"} <= GROUNDS[BIRTH]


# --- 5 data minimisation --------------------------------------------------------------------------------------


def test_05_a_counsellors_mark_is_a_flag_without_points(guarded):
    assert Score.objects.get(run=guarded.run, officer=guarded.marked).index == 0
    found = proposal_of(guarded.marked)
    assert (found.basis, found.tier_class, found.confidential) == ("FL-F03", "care", True)


# --- 6 purpose limitation -------------------------------------------------------------------------------------


def test_06_leadership_never_sees_the_care_part(guarded):
    chief, cadre = viewer_for(guarded.chief), viewer_for(guarded.cadre)
    whole = explain_officer(cadre, guarded.plain)
    seen = explain_officer(chief, guarded.plain)
    assert {part.part for part in whole.parts} == {"C", "R"}
    assert {part.part for part in seen.parts} == {"R"}
    assert seen.index == 500
    head = standing.tier_of(chief, guarded.plain)
    assert (head["reasons"], head["class_name"], head["computed"]) == ([], "", "")
    listed = standing.with_points(type(guarded.plain).objects.filter(pk=guarded.plain.pk), chief).get()
    assert (listed.index_points, listed.index_top) == (500, None)


# --- 7 unverified complaints ----------------------------------------------------------------------------------


def test_07_an_unverified_complaint_counts_nowhere_and_is_shown_to_no_unit(guarded):
    for account in (guarded.bureau, guarded.cadre, guarded.chief):
        explained = explain_officer(viewer_for(account), guarded.plain)
        assert guarded.complaint.pk not in {line.entry for line in explained.lines}
    assert explain_officer(viewer_for(guarded.head), guarded.plain) is None
    assert Score.objects.get(run=guarded.run, officer=guarded.plain).risk == 500


# --- 8 fairness: an alarm in aggregate ------------------------------------------------------------------------


def test_08_a_tier_of_more_than_a_fifth_raises_an_alarm(guarded):
    run = guarded.run
    run.counts = {"officers": 28, "help": 1, "watch": 7, "normal": 20, "insufficient": 0}
    run.save()
    found = standing.alarm(viewer_for(guarded.cadre))
    assert found["share"] == 25
    run.counts = {"officers": 28, "help": 1, "watch": 5, "normal": 22, "insufficient": 0}
    run.save()
    assert standing.alarm(viewer_for(guarded.cadre)) is None


# --- 10 access ------------------------------------------------------------------------------------------------


def test_10_a_confidential_tier_is_known_to_those_who_confirm_alone(guarded):
    period = confirm.confirm(proposal=proposal_of(guarded.marked), reason="约谈关怀", by=guarded.branch).period
    assert CurrentScore.objects.get(officer=guarded.marked).confirmed_tier == "normal"
    for account, sees in ((guarded.branch, True), (guarded.bureau, True), (guarded.cadre, False),
                          (guarded.chief, False), (guarded.head, False)):  # fmt: skip
        assert register.periods_visible_to(viewer_for(account)).filter(pk=period.pk).exists() is sees
    assert Task.objects.get(key=period.plan_key).owner_role == "political_director"


def test_10_a_notice_of_risk_asks_two_people_in_confidence(guarded):
    """§3.4 RL11: help of the care class, no effect on promotion, a gun-post change suggested to two humans."""
    proposal = proposal_of(guarded.at_risk)
    assert (proposal.basis, proposal.to_tier, proposal.confidential) == ("RL11", "help", True)
    period = confirm.confirm(proposal=proposal, reason="立即关怀", by=guarded.bureau).period
    advice = Task.objects.filter(kind="advice", officer=guarded.at_risk)
    assert sorted(advice.values_list("owner_role", flat=True)) == ["counsellor", "political_director"]
    assert holds_of(viewer_for(guarded.cadre), [guarded.at_risk.pk]) == {}
    assert period.tier_class == "care"


def test_red_lines_hold_promotion_only_once_confirmed_and_only_while_they_run(guarded):
    """§3.4 RL1–RL10: 暂缓 with its legal basis."""
    period = confirm.confirm(proposal=proposal_of(guarded.suspended), reason="停止执行职务", by=guarded.bureau).period
    with override("zh-hans"):
        hold = holds_of(viewer_for(guarded.cadre), [guarded.suspended.pk, guarded.plain.pk])[guarded.suspended.pk][0]
    assert (hold.code, hold.since) == ("RL7", timezone.localdate())
    assert "人民警察法" in hold.basis
    TierPeriod.objects.filter(pk=period.pk).update(until=guarded.today - dt.timedelta(days=1))
    assert holds_of(viewer_for(guarded.cadre), [guarded.suspended.pk]) == {}


@pytest.mark.parametrize(("announced", "tier"), [(1, 2), (-1, 0), (None, 0)])
def test_an_investigation_counts_only_once_it_was_announced(announced, tier):
    """§3.4 RL1: before the announcement nothing may hint at it."""
    from tests.unit.scoring.engine.sample import day, explained

    payload = {} if announced is None else {"announced_on": day(announced)}
    result = explained(shipped("cn-default"), row("INVESTIGATION", 3, **payload))
    assert result.scores.tiers.tier[0] == tier
    assert any(line.event_id for line in result.lines) is (tier > 0)


# --- 11 rate and gaming ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reporters", "index"), [([7, 7, 7], 10), ([7, 7, 8], 15), ([7, 7, -1], 15), ([-1, -1, -1], 15)]
)
def test_11_one_reporter_brings_ten_points_without_a_second_source(reporters, index):
    """Three serious patrol problems of 5 points: 15, of which 10 count while one person alone reported them."""
    model = shipped("cn-default")
    rows = LedgerRows.from_tuples([row("PATROL_PROBLEM", severity="serious") for _one in reporters], model.fields)
    rows = replace(rows, reporter=np.array(reporters, dtype=np.int64))
    result = explain(model, read_batch(model, rows, 1, AS_OF))
    assert result.index == index * 100
    assert sum(line.points for line in result.lines) == result.index
    capped = [line.points for line in result.lines if line.kind is LineKind.REPORTER_CAP]
    assert capped == ([-500] if index == 10 else [])


def test_11_the_ledger_says_who_reported(guarded):
    """The same officer's problems recorded by one account, then confirmed by a second person."""
    from tests.factories import force as make

    officer = make.officers(1, guarded.units["S1.P1"], first=601)[0]
    reporter = make.account("BGR", "unit_political_officer", guarded.units["S1.P1"])
    for _one in range(3):
        entry = record_entry(officer=officer, kind="PATROL_PROBLEM", occurred_on=guarded.today,
                             payload={"item": "DP01", "severity": "serious"}, by=reporter)  # fmt: skip
    system = viewer_for(guarded.bureau)
    assert explain_officer(system, officer).index == 1_000
    type(entry).objects.filter(pk=entry.pk).update(verified=True, verified_by=guarded.head)
    assert explain_officer(system, officer).index == 1_500


# --- 12 law: a decision can be explained and refused ----------------------------------------------------------


def test_12_every_decision_names_a_human_and_a_reason(guarded):
    with pytest.raises(ValidationError):
        confirm.confirm(proposal=proposal_of(guarded.suspended), reason="", by=guarded.bureau)
    period = confirm.confirm(proposal=proposal_of(guarded.suspended), reason="停止执行职务", by=guarded.bureau).period
    assert period.confirmed_by == guarded.bureau
    assert period.reason == "停止执行职务"

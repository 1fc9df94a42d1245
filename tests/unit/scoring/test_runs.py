"""A run end to end: the same on repetition, in any order, after a kill; what it proposes and keeps."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from police_hr.core import jobs, reactions
from police_hr.core.access import Viewer
from police_hr.core.days import to_number
from police_hr.core.models import AuditEvent, JobRun
from roster.models import LedgerEntry, Officer
from roster.selectors import population
from roster.services.bulk import insert_rows
from roster.services.ledger import record_entry
from roster.services.officers import update_officer
from scoring.engine import lines as engine_lines
from scoring.models import CurrentScore, IndexRun, Proposal, Score, UnitScore
from scoring.selectors import compute
from scoring.selectors import runs as selectors
from scoring.selectors.models import definition_of
from scoring.services import rescore, runs, standing, storing
from tests.factories import force as make
from tests.factories.index import finish

pytestmark = pytest.mark.django_db
# of the seeded facts of test_one_digest_on_every_database; a change of formula or model must say so here
KNOWN_DIGEST = "63a77c00a13eb5646d558f61bbf60c3e99eefc87642e9965185725e5126efab6"


def content(run: IndexRun) -> list[tuple]:
    """Everything a run stored, without its own numbers."""
    scores = Score.objects.filter(run=run).order_by("officer").values_list(
        "officer", "unit", "index", "risk", "care", "credit", "tier", "tier_class", "coverage", "change_30", "reason",
        "top", "low_runs",
    )  # fmt: skip
    units = (
        UnitScore.objects.filter(run=run)
        .order_by("unit")
        .values_list(
            "unit",
            "officers",
            "help",
            "watch",
            "normal",
            "insufficient",
            "mean",
            "drivers",
            "reasons",
            "spread",
            "weeks",
        )
    )
    proposals = Proposal.objects.filter(run=run).order_by("officer")
    return [*scores, *units, *proposals.values_list("officer", "from_tier", "to_tier", "index", "lines", "state")]


def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "SHARD_OFFICERS", 4)


def test_a_run_scores_everybody_and_is_audited(force, run_index):
    run = run_index()
    assert run.state == IndexRun.State.DONE
    assert run.counts["officers"] == len(force.people) == Score.objects.filter(run=run).count()
    assert run.job.state == JobRun.State.DONE
    assert len(run.digest) == 64
    assert set(AuditEvent.objects.filter(object_type="index_run").values_list("action", flat=True)) == {
        "index.run",
        "index.done",
    }
    whole = UnitScore.objects.get(run=run, unit=force.units["B"])
    assert whole.officers == len(force.people)
    assert whole.help + whole.watch + whole.normal + whole.insufficient == whole.officers
    assert sum(whole.spread) == whole.normal
    assert [len(week) for week in whole.weeks] == [5] * 11
    assert UnitScore.objects.get(run=run, unit=force.units["S1"]).officers == 16


def test_repeating_a_run_gives_the_same_digest(run_index):
    assert run_index().digest == run_index().digest


def test_shards_in_any_order_and_done_twice_give_the_same(force, run_index, monkeypatch):
    whole = run_index()
    small_shards(monkeypatch)
    run = runs.create_run(version=force.version, as_of=force.today, by=None)
    jobs.run(run.job_id)
    shards = list(run.job.shards.order_by("pk"))
    assert len(shards) > 2
    random.Random(3).shuffle(shards)
    for shard in shards:
        jobs.run(shard.pk)
    JobRun.objects.filter(pk=shards[0].pk).update(state=JobRun.State.WAITING)
    jobs.run(shards[0].pk)
    run = finish(run)
    assert run.digest == whole.digest
    assert content(run)[: len(force.people)] == content(whole)[: len(force.people)]
    again = content(run)
    run_state = IndexRun.objects.filter(pk=run.pk)
    run_state.update(state=IndexRun.State.RUNNING)
    JobRun.objects.filter(pk=run.job_id).update(state=JobRun.State.WAITING)
    assert content(finish(run)) == again, "finishing once more changes nothing"


def test_a_shard_killed_half_way_changes_nothing(force, run_index, monkeypatch):
    whole = run_index()
    small_shards(monkeypatch)
    run = runs.create_run(version=force.version, as_of=force.today, by=None)
    jobs.run(run.job_id)
    first, second = run.job.shards.order_by("pk")[:2]
    jobs.run(first.pk)
    written = Score.objects.filter(run=run).count()
    for cut in ("_raw_delete", "insert_rows", "progress"):  # before the scores, among them, after them
        with monkeypatch.context() as patch:
            _killed_at(cut, patch)
            with pytest.raises(KeyboardInterrupt):
                jobs.run(second.pk)
        assert Score.objects.filter(run=run).count() == written + (second.total if cut == "progress" else 0)
        JobRun.objects.filter(pk=second.pk).update(lease_until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    jobs.run(second.pk)
    assert finish(run).digest == whole.digest


def _killed_at(cut: str, patch: pytest.MonkeyPatch) -> None:
    def dies(*arguments: Any, **options: Any) -> None:
        if cut == "insert_rows":
            insert_rows(arguments[0], arguments[1], arguments[2][:1])
        raise KeyboardInterrupt

    target: Any = {"_raw_delete": QuerySet, "insert_rows": storing, "progress": jobs.JobContext}[cut]
    patch.setattr(target, cut, dies)


def _broken_part(monkeypatch: pytest.MonkeyPatch, run: IndexRun, fault: Exception) -> JobRun:
    """Let the computing of the first part end in `fault`; returns that part."""
    jobs.run(run.job_id)
    broken: JobRun = run.job.shards.order_by("pk").first()
    real = runs.execute_shard

    def fails(of: IndexRun, units: Any, context: jobs.JobContext) -> Any:
        if context.run.pk == broken.pk:
            raise fault
        return real(of, units, context)

    monkeypatch.setattr(runs, "execute_shard", fails)
    return broken


def test_a_part_that_fails_three_times_leaves_the_run_incomplete_and_the_last_good_one_in_force(
    force, run_index, monkeypatch
):
    good = run_index()
    stood = list(CurrentScore.objects.order_by("pk").values_list("pk", "run", "index"))
    small_shards(monkeypatch)
    run = runs.create_run(version=force.version, as_of=force.today, by=None)
    with monkeypatch.context() as patch:
        broken = _broken_part(patch, run, RuntimeError("secret words of a record"))
        run = finish(run)
    assert JobRun.objects.get(pk=broken.pk).attempts == runs.SHARD_TRIES == 3
    assert run.state == IndexRun.State.PARTIAL
    (missing,) = selectors.missing_of(run)
    assert missing.officers == broken.total
    assert missing.units
    assert "secret" not in missing.error + run.job.error
    assert list(CurrentScore.objects.order_by("pk").values_list("pk", "run", "index")) == stood
    assert not Proposal.objects.filter(run=run).exclude(state=Proposal.State.DRAFT).exists()
    latest = selectors.latest_runs()
    assert (latest.done, latest.failed) == (good, run)

    runs.retry_run(run=run, by=None)
    runs.retry_run(run=run, by=None)
    run = finish(run)
    assert (run.state, run.missing, run.digest) == (IndexRun.State.DONE, [], good.digest)
    assert not CurrentScore.objects.exclude(run=run).exists()


def test_a_part_that_cannot_be_computed_is_not_tried_again(force, monkeypatch):
    run = runs.create_run(version=force.version, as_of=force.today, by=None)
    with monkeypatch.context() as patch:
        broken = _broken_part(patch, run, jobs.JobError("The ledger is away."))
        run = finish(run)
    assert JobRun.objects.get(pk=broken.pk).attempts == 1
    assert run.state == IndexRun.State.FAILED, "no part of it could be computed"
    assert "The ledger is away." in run.job.error
    assert not CurrentScore.objects.exists()
    jobs.retry(run=run.job, by=None)
    assert finish(run).state == IndexRun.State.DONE
    assert CurrentScore.objects.count() == len(force.people)


def test_a_second_run_while_one_is_open_returns_the_first(force):
    first = runs.create_run(version=force.version, as_of=force.today, by=None)
    assert runs.create_run(version=force.version, as_of=force.today, by=None) == first
    finish(first)
    assert runs.create_run(version=force.version, as_of=force.today, by=None) != first


def test_no_run_for_a_day_to_come(force):
    with pytest.raises(ValidationError):
        runs.create_run(version=force.version, as_of=force.today + dt.timedelta(days=1), by=None)


def test_lines_sum_to_the_stored_score_of_every_officer(force, run_index):
    run = run_index()
    definition, day = definition_of(run.version), to_number(run.as_of)
    group = compute.read_group(definition, [o.pk for o in force.people], unit_of={}, as_of=run.as_of)
    for place, officer in enumerate(group.officers):
        batch = compute.without_confidential(definition, group.batch_once(day)).of_officer(place)
        explained = engine_lines.explain(definition, batch, coverage=float(group.coverage[place]))
        stored = Score.objects.get(run=run, officer=officer)
        assert sum(line.points for line in explained.lines) == stored.index == explained.index


def test_replay_of_a_past_day_equals_the_run_of_that_day(force, run_index):
    """What became known since then does not reach back: a historical fact and one recorded today."""
    past = force.today - dt.timedelta(days=40)
    then = run_index(past)
    assert then.replay
    make.facts(
        [{"officer_id": force.people[0].pk, "kind": "HARDSHIP", "occurred_on": past - dt.timedelta(days=9),
          "known_on": past + dt.timedelta(days=1), "payload": {"basis": "recognised"}}]
    )  # fmt: skip
    make.facts(
        [{"officer_id": force.people[1].pk, "kind": "FAMILY_DEATH", "occurred_on": past - dt.timedelta(days=9),
          "payload": {"relation": "father"}}],
        historical=False,
    )  # fmt: skip
    assert run_index(past).digest == then.digest
    assert not CurrentScore.objects.exists(), "a replay moves no current score"
    assert not Proposal.objects.exists()
    assert run_index(past + dt.timedelta(days=1)).digest != then.digest


def test_proposals_become_pending_and_older_same_ones_keep_their_dates(force, run_index):
    first = run_index()
    pending = Proposal.objects.filter(run=first)
    assert pending.exists()
    assert set(pending.values_list("state", flat=True)) == {"pending"}
    assert all(sum(line["points"] for line in p.lines) == p.index for p in pending)
    early = dt.datetime(2026, 1, 5, 18, tzinfo=dt.UTC)
    one = pending.order_by("officer").first()
    Proposal.objects.filter(pk=one.pk).update(due_at=early, expires_at=early)
    second = run_index()
    assert set(Proposal.objects.filter(run=first).values_list("state", flat=True)) == {"superseded"}
    kept = Proposal.objects.get(run=second, officer=one.officer)
    assert (kept.state, kept.due_at, kept.expires_at) == ("pending", early, early)


def test_proposals_lapse_after_their_days(run_index):
    run = run_index()
    Proposal.objects.filter(run=run).update(expires_at=dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    count = Proposal.objects.filter(run=run).count()
    assert standing.expire_proposals() == count
    assert set(Proposal.objects.values_list("state", flat=True)) == {"expired"}
    assert AuditEvent.objects.filter(action="proposal.expire").count() == count
    assert standing.expire_proposals() == 0


def test_a_tier_is_left_only_after_two_low_days(force, run_index):
    """Hysteresis: below the threshold less the margin on two days with a run; twice on one day is once."""
    clean = force.people[0]

    LedgerEntry.objects.filter(officer=clean).update(voided_on=dt.date(2020, 1, 1))
    run_index(force.today - dt.timedelta(days=1), replay=False)
    CurrentScore.objects.filter(officer=clean).update(confirmed_tier="watch", low_runs=0, low_on=None)
    run_index(force.today - dt.timedelta(days=1), replay=False)
    assert not Proposal.objects.filter(officer=clean, state="pending").exists()
    run_index(force.today - dt.timedelta(days=1), replay=False)
    assert CurrentScore.objects.get(officer=clean).low_runs == 1
    assert not Proposal.objects.filter(officer=clean, state="pending").exists()
    run_index()
    proposal = Proposal.objects.get(officer=clean, state="pending")
    assert (proposal.from_tier, proposal.to_tier) == ("watch", "normal")
    assert CurrentScore.objects.get(officer=clean).confirmed_tier == "watch"


def test_a_score_follows_the_ledger(force, run_index):

    officer = force.people[3]
    run_index()
    reactions.react()
    before = CurrentScore.objects.get(officer=officer)
    record_entry(officer=officer, kind="HARDSHIP", occurred_on=force.today, payload={"basis": "recognised"}, by=None)
    reactions.react()
    after = CurrentScore.objects.get(officer=officer)
    assert after.care > before.care
    assert after.index > before.index
    assert after.low_runs == before.low_runs
    run = run_index()
    assert Score.objects.get(run=run, officer=officer).index == after.index


def test_a_rescore_keeps_what_people_confirmed_and_needs_a_run_before_it(force, run_index):
    assert rescore.rescore_officers(officer_ids=[force.people[0].pk]) == 0
    run_index()
    CurrentScore.objects.update(confirmed_tier="watch")
    assert rescore.rescore_officers(officer_ids=[force.people[0].pk]) == 1
    assert set(CurrentScore.objects.values_list("confirmed_tier", flat=True)) == {"watch"}


def test_who_left_the_force_has_no_current_score(force, run_index):

    run_index()
    gone = force.people[0]
    update_officer(officer=gone, changes={"status": "retired", "left_on": force.today}, version=gone.version, by=None)
    run_index()
    assert not CurrentScore.objects.filter(officer=gone).exists()


def test_a_confidential_floor_reaches_proposals_only(force, run_index):
    """A care flag raises the tier for those who confirm; no list, board or stored reason tells of it."""
    flagged = force.people[5]

    LedgerEntry.objects.filter(officer=flagged).update(voided_on=dt.date(2020, 1, 1))
    make.facts([{"officer_id": flagged.pk, "kind": "PSY_ALERT", "occurred_on": force.today}])
    run = run_index()
    stored = Score.objects.get(run=run, officer=flagged)
    assert (stored.tier, stored.reason, stored.top) == ("normal", "points", [])
    assert CurrentScore.objects.get(officer=flagged).tier == "normal"
    proposal = Proposal.objects.get(run=run, officer=flagged)
    assert (proposal.to_tier, proposal.tier_class) == ("watch", "care")
    assert "FL-F03" not in str(list(UnitScore.objects.values_list("reasons", "drivers")))


def test_an_empty_installation_says_so(db):
    from scoring.selectors.models import default_version
    from scoring.services.models import install_models

    install_models()
    run = finish(runs.create_run(version=default_version(), as_of=dt.date(2026, 1, 5), by=None))
    assert run.state == IndexRun.State.FAILED
    assert run.job.error


def test_one_digest_on_every_database(force):
    """The same facts have the same digest on SQLite and on PostgreSQL, whatever numbers rows got."""
    day = dt.date(2026, 3, 2)
    people = make.officers(12, force.units["S2"], first=901)
    make.seeded_facts(people, until=day, seed=11)

    Officer.objects.exclude(pk__in=[o.pk for o in people]).update(left_on=dt.date(2026, 1, 1), status="retired")
    run = finish(runs.create_run(version=force.version, as_of=day, by=None))
    assert run.counts["officers"] == 12
    assert run.digest == KNOWN_DIGEST


def test_only_the_system_reads_a_group(force):
    with pytest.raises(PermissionError):
        population.serving_on(Viewer(user=None), force.today)

"""Background jobs: one row, one holder, never lost, never twice at once, and honest about how it ended."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from police_hr.core import broker, jobs
from police_hr.core.jobs import registry
from police_hr.core.models import AuditEvent, JobRun, User
from police_hr.core.selectors.jobs import jobs_visible_to
from tests.factories.cast import account

State = JobRun.State
GIVEN_UP = "Given up"


@pytest.fixture
def kind(monkeypatch):
    """Registers a handler for one test: `kind("tests.name", function, on_failure=...)`."""
    monkeypatch.setattr(registry, "kinds", {})

    def register(name, run, on_failure=None):
        return jobs.job(name, label=name, on_failure=on_failure)(run)

    return register


@pytest.fixture
def sent(monkeypatch) -> list[int]:
    """The jobs that workers were woken for; the broker answers."""
    numbers: list[int] = []
    monkeypatch.setattr(broker, "send", lambda task, number: numbers.append(number) or True)
    return numbers


def silence(run: JobRun) -> None:
    """As if its worker had died: the lease ran out a moment ago."""
    JobRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


# --- starting ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_job_runs_and_keeps_its_result(kind):
    def add(context):
        context.progress(0, 2, "reading")
        context.log("half way")
        context.advance(1)
        return {"sum": context.params["a"] + context.params["b"]}

    kind("tests.add", add)
    run = jobs.start(handler="tests.add", params={"a": 1, "b": 2}, by=None)
    done = jobs.run(run.pk)
    assert (done.state, done.result, done.done, done.total, done.percent) == (State.DONE, {"sum": 3}, 2, 2, 100)
    assert done.log.endswith("half way\n")
    assert done.started_at <= done.finished_at
    assert jobs.run(run.pk) is None


@pytest.mark.django_db
def test_an_open_job_with_the_same_key_is_the_same_job(kind):
    kind("tests.one", lambda context: None)
    first = jobs.start(handler="tests.one", by=None, key="index:2026-11-24")
    assert jobs.start(handler="tests.one", by=None, key="index:2026-11-24") == first
    jobs.run(first.pk)
    assert jobs.start(handler="tests.one", by=None, key="index:2026-11-24") != first
    assert jobs.start(handler="tests.one", by=None) != jobs.start(handler="tests.one", by=None)
    assert AuditEvent.objects.filter(action="job.start").count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_starts_at_once_are_one_job(kind):
    kind("tests.one", lambda context: None)

    def start(_number):
        try:
            return jobs.start(handler="tests.one", by=None, key="same").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(start, range(8)))) == 1


@pytest.mark.django_db
def test_an_unknown_handler_is_refused_at_once_and_fails_when_a_newer_version_asked(kind):
    with pytest.raises(ValueError, match=r"tests\.unknown"):
        jobs.start(handler="tests.unknown", by=None)
    run = JobRun.objects.create(handler="tests.unknown")
    assert jobs.run(run.pk).state == State.FAILED


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_woken_after_the_commit_and_not_for_what_was_rolled_back(kind, sent):
    kind("tests.one", lambda context: None)
    with transaction.atomic():
        jobs.start(handler="tests.one", by=None)
        transaction.set_rollback(True)
    assert sent == []
    with transaction.atomic():
        run = jobs.start(handler="tests.one", by=None)
        assert sent == []
    assert sent == [run.pk]
    run.refresh_from_db()
    assert run.woken_at is not None


# --- holding ----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_hold_one_job(kind):
    runs = []
    kind("tests.slow", lambda context: (runs.append(context.job_id), time.sleep(0.2))[1])
    run = jobs.start(handler="tests.slow", by=None)

    def work(_number):
        try:
            return jobs.run(run.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(work, range(4)))
    assert runs == [run.pk]
    assert len([result for result in results if result]) == 1


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_writes_nothing_more(kind):
    seen = []

    def overtaken(context):
        seen.append(context)
        if len(seen) == 1:
            silence(context.run)
            assert jobs.run(context.job_id).state == State.DONE  # another worker takes it up and finishes
            context.progress(1, 1, "late")

    kind("tests.overtaken", overtaken)
    run = jobs.start(handler="tests.overtaken", by=None)
    assert jobs.run(run.pk) is None
    run.refresh_from_db()
    assert (run.state, run.attempts, run.message) == (State.DONE, 2, "")


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_keeps_the_lease_through_one_long_step(kind, settings):
    settings.JOB_LEASE_SECONDS = 0.6
    inside, leave = Event(), Event()
    kind("tests.long", lambda context: (inside.set(), leave.wait(5))[0])
    run = jobs.start(handler="tests.long", by=None)

    def work():
        try:
            return jobs.run(run.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        assert inside.wait(5)
        time.sleep(1.5)
        assert jobs.run(run.pk) is None  # not free: the lease was renewed, although nothing was reported
        leave.set()
        assert future.result(5).state == State.DONE


@pytest.mark.django_db
def test_a_job_over_which_workers_die_is_given_up(kind):
    told = []
    kind("tests.deadly", lambda context: None, on_failure=lambda run: told.append(run.error))
    run = JobRun.objects.create(handler="tests.deadly", max_attempts=2, created_by=account("091120", language="en"))
    for _attempt in range(2):
        JobRun.objects.filter(pk=run.pk).update(
            state=State.RUNNING, attempts=JobRun.objects.get(pk=run.pk).attempts + 1
        )
        silence(run)
    assert jobs.run(run.pk).state == State.FAILED
    assert len(told) == 1
    assert GIVEN_UP in told[0]


# --- ending -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_refusal_is_stored_in_the_words_of_the_handler(kind):
    def refuse(context):
        raise jobs.JobError("第 12 行：找不到单位。")

    told = []
    kind("tests.refuse", refuse, on_failure=lambda run: told.append((run.pk, run.error)))
    run = jobs.start(handler="tests.refuse", by=None)
    assert jobs.run(run.pk).error == "第 12 行：找不到单位。"
    assert told == [(run.pk, "第 12 行：找不到单位。")]


@pytest.mark.django_db
def test_a_fault_tells_people_little_and_the_log_the_place_but_no_record(kind, caplog):
    def stumble(context):
        raise KeyError(context.params["id_number"] * 2)

    kind("tests.stumble", stumble)
    run = jobs.start(handler="tests.stumble", params={"id_number": "9900"}, by=None)
    failed = jobs.run(run.pk)
    assert failed.state == State.FAILED
    assert "KeyError" in failed.log
    assert "test_jobs.py" in failed.log
    assert "99009900" not in failed.log + failed.error


@pytest.mark.django_db
def test_a_database_that_went_away_is_tried_again(kind, sent):
    tries = []

    def flaky(context):
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("server closed the connection unexpectedly")

    kind("tests.flaky", flaky)
    run = jobs.start(handler="tests.flaky", by=None)
    assert jobs.run(run.pk) is None
    run.refresh_from_db()
    assert run.state == State.WAITING
    assert jobs.run(run.pk).state == State.DONE


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fault", [OperationalError("database or disk is full"), OSError(28, "No space left on device")]
)
def test_a_full_disk_is_called_so(kind, fault):
    def full(context):
        raise fault

    kind("tests.full", full)
    run = jobs.start(handler="tests.full", by=account("091120", language="en"))
    assert jobs.run(run.pk).error.startswith("The disk is full.")


@pytest.mark.django_db
def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_step(kind):
    told = []

    def steps(context):
        for step in range(3):
            if step == 1:
                jobs.cancel(run=context.run, by=None)
            context.progress(step, 3)

    kind("tests.steps", steps, on_failure=lambda run: told.append(run.state))
    waiting = jobs.start(handler="tests.steps", by=None)
    assert jobs.cancel(run=waiting, by=None).state == State.CANCELLED
    running = jobs.start(handler="tests.steps", by=None)
    ended = jobs.run(running.pk)
    assert (ended.state, ended.done) == (State.CANCELLED, 0)
    assert told == [State.CANCELLED] * 2


@pytest.mark.django_db
def test_a_cancelled_job_whose_worker_died_is_cancelled_by_the_reconciler(kind, sent):
    told = []
    kind("tests.one", lambda context: None, on_failure=lambda run: told.append(run.pk))
    run = JobRun.objects.create(handler="tests.one", state=State.RUNNING, token="x", cancel_asked=True)
    silence(run)
    assert jobs.run(run.pk) is None
    jobs.reconcile()
    run.refresh_from_db()
    assert (run.state, told) == (State.CANCELLED, [run.pk])


@pytest.mark.django_db
def test_retry_starts_afresh_but_not_beside_a_new_job_of_the_same_key(kind):
    outcome = [jobs.JobError("no"), None]

    def second_time(context):
        if error := outcome.pop(0):
            raise error

    kind("tests.second", second_time)
    run = jobs.start(handler="tests.second", by=None, key="k")
    jobs.run(run.pk)
    again = jobs.retry(run=run, by=None)
    assert (again.state, again.error, again.attempts, again.started_at) == (State.WAITING, "", 0, None)
    assert jobs.run(run.pk).state == State.DONE
    assert jobs.retry(run=run, by=None).state == State.DONE  # what is done is not done again
    JobRun.objects.filter(pk=run.pk).update(state=State.FAILED)
    jobs.start(handler="tests.second", by=None, key="k")
    with pytest.raises(jobs.JobError):
        jobs.retry(run=JobRun.objects.get(pk=run.pk), by=None)


# --- shards -----------------------------------------------------------------------------------------------


@pytest.fixture
def sharded(kind):
    """A job of three shards; the last to end finishes it. Idempotent: shards are started by key."""

    def whole(context):
        for number in range(3):
            jobs.start(
                handler="tests.shard",
                params={"n": number},
                by=None,
                parent=context.run,
                key=f"{context.job_id}:{number}",
            )
        return jobs.Parked

    def shard(context):
        parent = context.run.parent_id
        left = JobRun.objects.filter(parent=parent).exclude(pk=context.job_id).exclude(state=State.DONE)
        if not left.exists():
            jobs.finish_parked(job_id=parent, result={"shards": 3})

    kind("tests.whole", whole)
    kind("tests.shard", shard)
    run = jobs.start(handler="tests.whole", by=None, total=3, max_attempts=2)
    assert jobs.run(run.pk).state == State.RUNNING
    return run


@pytest.mark.django_db
def test_the_last_shard_finishes_a_parked_job(sharded):
    for pk in JobRun.objects.filter(parent=sharded).values_list("pk", flat=True):
        jobs.run(pk)
    sharded.refresh_from_db()
    assert (sharded.state, sharded.result, sharded.done) == (State.DONE, {"shards": 3}, 3)
    jobs.finish_parked(job_id=sharded.pk, result={"shards": 0})
    sharded.refresh_from_db()
    assert sharded.result == {"shards": 3}


@pytest.mark.django_db
def test_a_parked_job_is_looked_after_as_long_as_it_takes(sharded, sent):
    for _round in range(10):
        silence(sharded)
        assert jobs.reconcile() >= 1
        assert jobs.run(sharded.pk).state == State.RUNNING
    assert JobRun.objects.filter(parent=sharded).count() == 3
    sharded.refresh_from_db()
    assert sharded.attempts <= 1


@pytest.mark.django_db
def test_cancelling_a_parked_job_cancels_its_waiting_shards_at_once(sharded):
    assert jobs.cancel(run=sharded, by=None).state == State.CANCELLED
    assert set(JobRun.objects.filter(parent=sharded).values_list("state", flat=True)) == {State.CANCELLED}


# --- reconciling ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_reconciler_wakes_what_waits_unheard_and_what_fell_silent(kind, sent):
    kind("tests.one", lambda context: None)
    ago = timezone.now() - timedelta(minutes=1)
    unheard, silent, fresh, held, ended = (JobRun.objects.create(handler="tests.one") for _number in range(5))
    JobRun.objects.filter(pk=unheard.pk).update(created_at=ago)
    JobRun.objects.filter(pk=silent.pk).update(state=State.RUNNING, lease_until=ago)
    JobRun.objects.filter(pk=held.pk).update(state=State.RUNNING, lease_until=timezone.now() + timedelta(seconds=20))
    JobRun.objects.filter(pk=ended.pk).update(state=State.DONE)
    assert jobs.reconcile() == 2
    assert sent == [unheard.pk, silent.pk]
    assert fresh.pk in jobs.waiting()


@pytest.mark.django_db
def test_a_silent_broker_costs_the_reconciler_one_try_not_five_hundred(kind, monkeypatch):
    asked = []
    monkeypatch.setattr(broker, "send", lambda task, number: asked.append(number) or False)
    for _number in range(3):
        JobRun.objects.create(handler="tests.one")
    JobRun.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    assert jobs.reconcile() == 0
    assert len(asked) == 1


# --- who sees which ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_people_see_their_own_jobs_and_watchers_all():
    from police_hr.core.access import Viewer, viewer_for

    mine = JobRun.objects.create(handler="tests.one", created_by=account("091120"))
    other = JobRun.objects.create(handler="tests.one", created_by=account("091121"))
    JobRun.objects.create(handler="tests.shard", parent=mine, created_by=account("091122"))
    watcher = account("900001", admin_role="system_admin")
    assert list(jobs_visible_to(viewer_for(User.objects.get(badge_no="091120")))) == [mine]
    assert set(jobs_visible_to(viewer_for(watcher))) == {mine, other}
    assert not jobs_visible_to(Viewer(user=None)).exists()

"""A worker killed in mid-job: another takes the job up, and what was done is done once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from police_hr.core import broker, jobs
from police_hr.core.models import JobRun

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db(transaction=True)
# A worker of its own process: registers a job of ten steps that marks each in its result, then runs job ID.
WORKER = """
import sys, time
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.JOB_LEASE_SECONDS = 2
django.setup()
from police_hr.core import jobs
from police_hr.core.models import ConsumerCursor

@jobs.job("tests.steps", label="steps")
def steps(context):
    for number in range(10):
        _row, new = ConsumerCursor.objects.get_or_create(name=f"step {number}")
        context.progress(number + 1, 10)
        time.sleep(float(sys.argv[3]))
    return {"steps": ConsumerCursor.objects.filter(name__startswith="step ").count()}

run = jobs.run(int(sys.argv[2]))
print(run.state if run else "nothing to do", flush=True)
"""


def worker(job_id: int, *, pause: float) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", WORKER, str(connection.settings_dict["NAME"]), str(job_id), str(pause)]
    return subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def until(what: Callable[[], Any], *, seconds: float = 30) -> Any:
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)
    return found


@pytest.fixture
def job(monkeypatch) -> JobRun:
    monkeypatch.setitem(jobs.kinds, "tests.steps", jobs.JobKind("tests.steps", "steps", lambda context: None))
    return jobs.start(handler="tests.steps", by=None)


def fresh(job: JobRun) -> JobRun:
    return JobRun.objects.get(pk=job.pk)


def test_a_killed_workers_job_is_found_and_finished_by_another(job, monkeypatch):
    first = worker(job.pk, pause=0.3)
    until(lambda: fresh(job).done >= 3)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    assert fresh(job).state == JobRun.State.RUNNING
    assert jobs.run(job.pk) is None  # while the lease lasts nobody takes it
    woken: list[int] = []
    monkeypatch.setattr(broker, "send", lambda task, number: woken.append(number) or True)
    until(jobs.reconcile, seconds=10)
    assert woken == [job.pk]
    assert worker(job.pk, pause=0).communicate()[0].strip() == "done"
    found = fresh(job)
    assert (found.state, found.attempts, found.result) == (JobRun.State.DONE, 2, {"steps": 10})


def test_a_stopped_worker_that_wakes_up_late_writes_nothing(job):
    first = worker(job.pk, pause=0.3)
    try:
        until(lambda: fresh(job).done >= 2)
        os.kill(first.pid, signal.SIGSTOP)
        until(lambda: jobs.waiting() == [job.pk], seconds=10)
        assert worker(job.pk, pause=0).communicate()[0].strip() == "done"
    finally:
        os.kill(first.pid, signal.SIGCONT)
    assert first.communicate(timeout=20)[0].strip() == "nothing to do"
    assert (fresh(job).state, fresh(job).attempts) == (JobRun.State.DONE, 2)


def test_without_a_broker_a_job_waits_and_the_reconciler_calls_when_it_is_back(monkeypatch, settings):
    from celery import current_app

    monkeypatch.setitem(jobs.kinds, "tests.steps", jobs.JobKind("tests.steps", "steps", lambda context: None))
    settings.REDIS_URL = "redis://127.0.0.1:1"
    sent: list[int] = []

    def refuse(*args, **kwargs):
        raise ConnectionRefusedError("no broker")

    monkeypatch.setattr(current_app, "send_task", refuse)
    run = jobs.start(handler="tests.steps", by=None)
    assert (run.state, fresh(run).woken_at) == (JobRun.State.WAITING, None)
    monkeypatch.setattr(current_app, "send_task", lambda task, args, **options: sent.append(args[0]))
    JobRun.objects.filter(pk=run.pk).update(created_at="2026-01-01T00:00:00+08:00")
    assert jobs.reconcile() == 1
    assert sent == [run.pk]

"""Runs of the index by processes of their own, over a data directory and a database of their own, for the benches.

A step is `python tests/bench/index_work.py STEP [NUMBER …]`; it prints one line of JSON at its end.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 20


def row(name: str, value: float, unit: str, goal: float | None = None) -> dict[str, Any]:
    """One line of the table; without a unit the value has to reach the goal, else to stay below it."""
    holds = None if goal is None else value >= goal if not unit else value <= goal
    return {"name": name, "value": value, "unit": unit, "goal": goal, "holds": holds}


@contextlib.contextmanager
def sqlite() -> Iterator[dict[str, str]]:
    """The environment of an installation of its own."""
    with tempfile.TemporaryDirectory(prefix="police_hr-bench-") as folder:
        env = {**os.environ, "POLICE_HR_DATA": folder, "POLICE_HR_DEMO": "1", "DATABASE_URL": "", "REDIS_URL": ""}
        yield env | {
            "DJANGO_SETTINGS_MODULE": "police_hr.settings",
            "PYTHONPATH": str(ROOT),
            "POLICE_HR_LOG_LEVEL": "ERROR",
        }


@contextlib.contextmanager
def postgresql() -> Iterator[dict[str, str]]:
    """The same on a PostgreSQL of its own."""
    from tests import postgres

    with postgres.server() as url, sqlite() as env:
        yield env | {"DATABASE_URL": url}


def told(step: str, env: dict[str, str], *numbers: int) -> dict[str, Any]:
    """Do a step and read what it says."""
    process = _process(step, env, *numbers)
    output, _none = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{step} ended with {process.returncode}")
    found: dict[str, Any] = json.loads(output.splitlines()[-1])
    return found


def run_index(env: dict[str, str], *, workers: int) -> dict[str, Any]:
    """A run from the click to the board; the workers stand ready before it, as in life."""
    hands = [_process("work", env) for _number in range(workers)]
    for hand in hands:
        assert hand.stdout is not None
        hand.stdout.readline()
    found = told("click", env)
    said = [json.loads(hand.communicate()[0].splitlines()[-1]) for hand in hands]
    processor = round(sum(one["processor"] for one in said), 1)
    return {**found, "peak": round(max(one["peak"] for one in said), 1), "processor": processor}


def _process(step: str, env: dict[str, str], *numbers: int) -> subprocess.Popen[str]:
    argv = [sys.executable, __file__, step, *map(str, numbers)]
    return subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, text=True, cwd=ROOT)


# --- steps, each in a process of its own ------------------------------------------------------------------------


def seed(officers: int, events: int) -> dict[str, Any]:
    """A force with `events` ledger rows."""
    from django.core.management import call_command

    from roster.models import LedgerEntry
    from tests.bench import ledger_force

    call_command("migrate", verbosity=0)
    ledger_force.seed(officers=officers, events=events)
    return {"rows": LedgerEntry.objects.count()}


def work() -> dict[str, Any]:
    """A worker: takes what waits until the newest run has ended."""
    import resource

    from police_hr.core import jobs
    from scoring.models import IndexRun

    before = IndexRun.objects.exclude(state=IndexRun.State.RUNNING).count()
    print("ready", flush=True)
    began = time.process_time()
    while IndexRun.objects.exclude(state=IndexRun.State.RUNNING).count() == before:
        for job in jobs.waiting():
            jobs.run(job)
        time.sleep(0.02)
    return {"processor": time.process_time() - began, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def click() -> dict[str, Any]:
    """Ask for a run, wait for it, read the board; then the board, one officer explained and one re-scored."""
    from django.utils import timezone

    from police_hr.core.access import Viewer
    from roster.models import Officer
    from scoring.models import IndexRun
    from scoring.selectors.board import board
    from scoring.selectors.explain import explain_officer
    from scoring.selectors.models import default_version
    from scoring.services.rescore import rescore_officers
    from scoring.services.runs import create_run

    started = time.perf_counter()
    version = default_version()
    assert version is not None
    run = create_run(version=version, as_of=timezone.localdate(), by=None)
    while run.state == IndexRun.State.RUNNING:
        time.sleep(0.05)
        run.refresh_from_db(fields=["state", "digest", "counts"])
    assert run.state == IndexRun.State.DONE, run.state
    board(Viewer.system())
    seconds = time.perf_counter() - started
    officers = list(Officer.objects.select_related("unit")[:ROUNDS])
    return {
        "seconds": round(seconds, 2),
        "digest": run.digest,
        "counts": run.counts,
        "board_ms": _median_ms(lambda _one: board(Viewer.system()), officers),
        "explain_ms": _median_ms(lambda one: explain_officer(Viewer.system(), one), officers),
        "rescore_ms": _median_ms(lambda one: rescore_officers(officer_ids=[one.pk]), officers),
    }


def preview() -> dict[str, Any]:
    """Who would move if the first indicator brought twice its points: seconds of the job."""
    import copy

    from django.contrib.auth import get_user_model

    from police_hr.core import jobs
    from scoring.selectors.models import default_version
    from scoring.services.models import draft_version, request_preview

    version = default_version()
    assert version is not None
    changed = copy.deepcopy(version.definition)
    evidence = changed["indicators"][0]["evidence"][0]
    evidence["points"] = 2 * evidence["points"]
    person = get_user_model().objects.first()
    draft = draft_version(model=version.model, definition=changed, reason="to measure the preview", by=person)
    asked = request_preview(version=draft, by=person)
    started = time.perf_counter()
    jobs.run(asked.job_id)
    seconds = time.perf_counter() - started
    asked.refresh_from_db()
    assert asked.made_at is not None
    return {"seconds": round(seconds, 2)}


def _median_ms(act: Any, things: list[Any]) -> float:
    act(things[0])  # what is cached in a process is cached
    times = []
    for thing in things:
        begun = time.perf_counter()
        act(thing)
        times.append(1000 * (time.perf_counter() - begun))
    return round(sorted(times)[len(times) // 2], 1)


if __name__ == "__main__":
    import django

    django.setup()
    steps = {"seed": seed, "work": work, "click": click, "preview": preview}
    print(json.dumps(steps[sys.argv[1]](*map(int, sys.argv[2:]))), flush=True)

"""A run of the index over a force of Chicago's size, by two worker processes: seconds from click to board, memory.

Uses a data directory of its own with 22,000 invented officers and about 260,000 ledger rows on SQLite.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

OFFICERS = 22_000
WORKERS = 2
SECONDS, MIB = 20.0, 500.0
ROOT = Path(__file__).resolve().parents[2]


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="police_hr-bench-") as folder:
        env = {**os.environ, "POLICE_HR_DATA": folder, "POLICE_HR_DEMO": "1", "DATABASE_URL": "", "REDIS_URL": ""}
        env |= {"DJANGO_SETTINGS_MODULE": "police_hr.settings", "PYTHONPATH": str(ROOT), "POLICE_HR_LOG_LEVEL": "ERROR"}
        rows = _told("seed", env)["rows"]
        first = _run(env)
        second = _run(env)
    return [
        _row("ledger rows", rows, "rows"),
        _row("first run, click to board", first["seconds"], "s", SECONDS),
        _row("second run, click to board", second["seconds"], "s", SECONDS),
        _row("processor time of a run, all workers", second["processor"], "s"),
        _row("board page, reading", second["board_ms"], "ms"),
        _row("one officer explained", second["explain_ms"], "ms"),
        _row("peak of a worker", max(first["peak"], second["peak"]), "MiB", MIB),
        _row("same digest twice", int(first["digest"] == second["digest"]), "", 1),
    ]


def _row(name: str, value: float, unit: str, goal: float | None = None) -> dict[str, Any]:
    holds = None if goal is None else value >= goal if not unit else value <= goal
    return {"name": name, "value": value, "unit": unit, "goal": goal, "holds": holds}


def _python(step: str, env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, __file__, step], env=env, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def _told(step: str, env: dict[str, str]) -> dict[str, Any]:
    process = _python(step, env)
    output, _none = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{step} ended with {process.returncode}")
    found: dict[str, Any] = json.loads(output.splitlines()[-1])
    return found


def _run(env: dict[str, str]) -> dict[str, Any]:
    """The workers stand ready before the click, as in life."""
    workers = [_python("work", env) for _number in range(WORKERS)]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()
    found = _told("click", env)
    told = [json.loads(worker.communicate()[0].splitlines()[-1]) for worker in workers]
    processor = round(sum(worker["processor"] for worker in told), 1)
    return {**found, "peak": max(worker["peak"] for worker in told), "processor": processor}


# --- steps, each in a process of its own ------------------------------------------------------------------------


def seed() -> dict[str, Any]:
    from django.core.management import call_command
    from django.utils import timezone

    from roster.models import LedgerEntry, Officer
    from scoring.services.models import install_models
    from tests.factories import force as make

    call_command("migrate", verbosity=0)
    make.install_defaults()
    install_models()
    units = make.units(*(f"S{number:03}" for number in range(180)))
    each = OFFICERS // 180
    people: list[Officer] = []
    for number in range(180):
        people += make.officers(each, units[f"S{number:03}"], first=1 + number * each)
    # one sanction for each fifty officers or so; all other kinds alike
    common = [fact for fact in make.FACTS if fact[0] not in {"PUNISHMENT", "FAMILY_DEATH"}]
    make.seeded_facts(people, until=timezone.localdate(), each=12, kinds=common)
    make.seeded_facts(people[::50], until=timezone.localdate(), each=2, seed=8)
    return {"rows": LedgerEntry.objects.count()}


def work() -> dict[str, Any]:
    """A worker: takes what waits until the newest run is finished."""
    import resource

    from police_hr.core import jobs
    from scoring.models import IndexRun

    before = IndexRun.objects.filter(state=IndexRun.State.DONE).count()
    print("ready", flush=True)
    began = time.process_time()
    while IndexRun.objects.filter(state=IndexRun.State.DONE).count() == before:
        for job in jobs.waiting():
            jobs.run(job)
        time.sleep(0.02)
    return {"processor": time.process_time() - began, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def click() -> dict[str, Any]:
    from django.utils import timezone

    from police_hr.core.access import Viewer
    from roster.models import Officer
    from scoring.models import IndexRun
    from scoring.selectors.board import board
    from scoring.selectors.explain import explain_officer
    from scoring.selectors.models import default_version
    from scoring.services.runs import create_run

    started = time.perf_counter()
    version = default_version()
    assert version is not None
    run = create_run(version=version, as_of=timezone.localdate(), by=None)
    while run.state == IndexRun.State.RUNNING:
        time.sleep(0.05)
        run.refresh_from_db(fields=["state", "digest"])
    board(Viewer.system())
    seconds = time.perf_counter() - started
    times = []
    officers = Officer.objects.select_related("unit")[:20]
    steps = [lambda one=one: explain_officer(Viewer.system(), one) for one in officers]
    for step in (lambda: board(Viewer.system()), *steps):
        begun = time.perf_counter()
        step()
        times.append(1000 * (time.perf_counter() - begun))
    return {
        "seconds": round(seconds, 2),
        "digest": run.digest,
        "board_ms": round(times[0], 1),
        "explain_ms": round(sorted(times[1:])[10], 1),
    }


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps({"seed": seed, "work": work, "click": click}[sys.argv[1]]()), flush=True)

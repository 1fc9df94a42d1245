"""What leaves and enters as files, over the invented force: 200 exchange files in, 1,000 appointment forms as one
PDF, the cadre roster of 10,000 as a workbook, and the checks of every dossier. Each step in a process of its own, as
a worker runs it: seconds from the request to the checked file, and the largest memory of it and its children.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OFFICERS = 10_000
# step: what it is called, seconds, MiB; None where the specification names no goal
GOALS: dict[str, tuple[str, float | None, float | None]] = {
    "lrmx": ("200 .lrmx files imported, with their doubts", 20, None),
    "forms": ("1,000 appointment forms as one PDF", 180, None),
    "roster": ("cadre roster of 10,000 as xlsx", 6, 150),
    "recheck": ("checks of the whole force", None, None),
}


def _build() -> float:
    from police_hr.core import jobs
    from police_hr.demo.build import ask_for_force

    run = ask_for_force(OFFICERS)
    assert run is not None
    jobs.run(run.pk)
    run.refresh_from_db()
    assert run.state == "done", run.error
    return 0.0


def _lrmx() -> float:
    from police_hr.core import jobs, reactions
    from roster.models import Doubt, ImportBatch
    from roster.services.imports import committing, staging
    from tests.factories.lrmx import archive, forms

    # badge numbers that nobody has: 200 new officers
    names = [f"{700_000 + number}.lrmx" for number in range(200)]
    content, before = archive(forms(200), names), Doubt.objects.count()
    path = Path(os.environ["POLICE_HR_DATA"]) / "forms.zip"
    path.write_bytes(content)
    started = time.perf_counter()
    with path.open("rb") as file:
        batch = staging.receive(
            upload=file, file_name=path.name, target="appointment", options={"on_error": "skip"}, by=None
        )
    jobs.run(staging.start_staging(batch=batch, by=None).pk)
    batch.refresh_from_db()
    jobs.run(committing.start_commit(batch=batch, by=None).pk)
    reactions.react()
    seconds = time.perf_counter() - started
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.COMMITTED, batch.state
    assert Doubt.objects.count() > before
    return seconds


def _export(form: str, file_format: str, count: int) -> float:
    from police_hr.core import jobs
    from police_hr.core.access import viewer_for
    from police_hr.core.models import User
    from roster.access import officers_visible_to
    from roster.models import ExportRequest
    from roster.services import exports

    roles = {"hr_cadre": "099001", "political_director": "099002"}
    people = {role: _account(badge, role) for role, badge in roles.items()}
    asker: User = people["hr_cadre"]
    viewer = viewer_for(asker)
    ids = list(officers_visible_to(viewer).filter(status="serving").order_by("standing").values_list("pk", flat=True))
    export = exports.request_officers(
        viewer=viewer, officers=ids[:count], reason="measuring", file_format=file_format, by=asker, form=form
    )
    started = time.perf_counter()
    second = people["political_director"]
    export = exports.decide_export(export=export, viewer=viewer_for(second), consent=True, by=second)
    assert export.job is not None
    jobs.run(export.job.pk)
    seconds = time.perf_counter() - started
    export.refresh_from_db()
    assert export.state == ExportRequest.State.READY, (export.state, export.job.error)
    return seconds


def _account(badge: str, role: str) -> Any:
    from police_hr.core.models import User
    from roster.access import grant_role
    from roster.models import Unit

    user = User.objects.filter(badge_no=badge).first()
    if user is None:
        user = User.objects.create_user(badge, None, name="测量", must_change_password=False)
        grant_role(user=user, role=role, unit=Unit.objects.get(depth=1), by=None)
    return user


def _recheck() -> float:
    from police_hr.core import jobs
    from roster.services.doubts import start_recheck

    started = time.perf_counter()
    run = start_recheck(by=None)
    jobs.run(run.pk)
    seconds = time.perf_counter() - started
    run.refresh_from_db()
    assert run.state == "done", run.error
    return seconds


STEPS: dict[str, Callable[[], float]] = {
    "build": _build,
    "lrmx": _lrmx,
    "forms": lambda: _export("approval_pdf", "pdf", 1_000),
    "roster": lambda: _export("cadre_roster", "xlsx", 10_000),
    "recheck": _recheck,
}


def run() -> list[dict[str, Any]]:
    rows = []
    with tempfile.TemporaryDirectory(prefix="bench-files-") as data:
        _step("migrate", data)
        _step("build", data)
        for step, (name, seconds, mib) in GOALS.items():
            found = _step(step, data)
            rows.append(_row(name, found["seconds"], "s", seconds))
            rows.append(_row(f"{step}: largest process", found["mib"], "MiB", mib))
    return rows


def _step(step: str, data: str) -> dict[str, float]:
    env = os.environ | {"POLICE_HR_DATA": data, "POLICE_HR_DEMO": "1", "REDIS_URL": "", "DATABASE_URL": ""}
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.bench_files", step]
    done = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{step} failed:\n{done.stderr[-3000:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _row(name: str, value: float, unit: str, goal: float | None) -> dict[str, Any]:
    holds = None if goal is None else value <= goal
    return {"name": name, "value": round(value, 1), "unit": unit, "goal": goal, "holds": holds}


def main(step: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "police_hr.settings")
    import django
    from django.core.management import call_command

    django.setup()
    if step == "migrate":
        call_command("migrate", verbosity=0)
        seconds = 0.0
    else:
        seconds = STEPS[step]()
    used = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps({"seconds": seconds, "mib": max(used) / 1024}))


if __name__ == "__main__":
    main(sys.argv[1])

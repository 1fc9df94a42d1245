"""The dossier with its first tab, beside the floor: one bare query set for the same facts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
REPEATS = 40
GOAL_MS, GOAL_QUERIES = 80.0, 20


def _median(act: Callable[[], object]) -> float:
    """Median milliseconds of `act`."""
    times = []
    for _number in range(REPEATS):
        started = time.perf_counter()
        act()
        times.append((time.perf_counter() - started) * 1000)
    return round(sorted(times)[REPEATS // 2], 1)


def _measure(officers: int) -> list[dict[str, Any]]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from police_hr.core.models import User
    from roster.models import LedgerEntry, Officer
    from tests.bench import force
    from tests.factories.force import seeded_facts

    user: User = force.build(officers=officers)
    someone = list(Officer.objects.filter(status="serving").order_by("pk")[:40])
    seeded_facts(someone, until=force.TODAY, each=40)
    officer = someone[0]
    client = Client()
    client.force_login(user)
    address = reverse("roster:officer-detail", args=[officer.pk])
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    queries = len(captured)  # now: the next request clears the log
    page = _median(lambda: client.get(address))
    floor = _median(
        lambda: list(
            LedgerEntry.objects.filter(officer=officer)
            .select_related("kind__group", "kind_version")
            .order_by("-occurred_on", "-pk")[:16]
        )
    )
    return [
        _row(f"dossier, {officers:,} officers", page, "ms", GOAL_MS),
        _row("dossier, queries", queries, "queries", GOAL_QUERIES),
        _row("floor: 16 entries by one query set", floor, "ms", None),
    ]


def _row(name: str, value: float, unit: str, goal: float | None) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "goal": goal, "holds": None if goal is None else value <= goal}


def run() -> list[dict[str, Any]]:
    """In a process and an installation of its own, which goes away."""
    with tempfile.TemporaryDirectory(prefix="bench-dossier-") as folder:
        (Path(folder) / "static").mkdir()
        env = os.environ | {"POLICE_HR_DATA": folder, "POLICE_HR_DEMO": "1", "REDIS_URL": ""}
        command = [sys.executable, "-m", "tests.bench.bench_dossier"]
        done = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
        found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
        return found


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "police_hr.settings")
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.ALLOWED_HOSTS = ["testserver"]
    django.setup()
    call_command("migrate", verbosity=0)
    print(json.dumps(_measure(10_000)))


if __name__ == "__main__":
    main()

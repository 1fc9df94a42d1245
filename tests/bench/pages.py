"""Time pages in this process over a force of its own: `python -m tests.bench.pages OFFICERS`, JSON on standard output.

Started by bench_pages with an empty POLICE_HR_DATA.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

ROUNDS = 20
# name, address: others add theirs here and their goal in bench_pages.GOALS
PAGES = [
    ("officers", "/roster/officers"),
    ("officers, next page", "/roster/officers?page=2"),
    ("officers, by rank", "/roster/officers?rank=R08"),
    ("officers, one branch", "/roster/officers?unit=2"),
    ("officers, photo wall", "/roster/officers?view=wall"),
    ("search by pinyin", "/roster/officers/search?q=zhangw"),
    ("search by part of a name", "/roster/officers/search?q=%E5%BC%BA"),
    ("search by badge number", "/roster/officers/search?q=0900"),
    ("search by initials", "/roster/officers/search?q=zjg"),
    ("search, given name first", "/roster/officers/search?q=jianguo+zhang"),
    ("dossier with first tab", "/roster/officers/{officer}"),
    ("home", "/"),
    ("board", "/scoring/board"),
]


def median_ms(act: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds on the clock, and of the processor alone: the same on a machine that does nothing else."""
    act()  # what is cached in a process is cached
    taken, worked = [], []
    for _round in range(ROUNDS):
        start, work = time.perf_counter(), time.process_time()
        act()
        worked.append(time.process_time() - work)
        taken.append(time.perf_counter() - start)
    return 1_000 * statistics.median(taken), 1_000 * statistics.median(worked)


def main(officers: int) -> list[dict[str, Any]]:
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.ALLOWED_HOSTS = ["testserver"]
    django.setup()
    call_command("migrate", verbosity=0)
    from roster.models import Officer
    from scoring.services.models import install_models
    from tests.bench.force import build

    client = Client()
    client.force_login(build(officers=officers))
    install_models()
    serving = Officer.objects.filter(status="serving")

    def floor() -> None:
        """What no list can do without: its fifty rows and its number."""
        list(serving.order_by("standing", "pk").values_list()[:50])
        serving.count()

    taken, worked = median_ms(floor)
    rows = [{"page": "floor", "ms": taken, "cpu": worked, "queries": 2, "bytes": 0}]
    officer = serving.order_by("pk").values_list("pk", flat=True)[officers // 2]
    for name, template in PAGES:
        address = template.format(officer=officer)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status_code}")
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
        queries = len(captured)
        taken, worked = median_ms(lambda address=address: client.get(address))
        rows.append({"page": name, "ms": taken, "cpu": worked, "queries": queries, "bytes": len(answer.content)})
    return rows


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "police_hr.settings")
    json.dump(main(int(sys.argv[1])), sys.stdout)

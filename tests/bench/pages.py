"""Time pages in this process over a force of its own: `python -m tests.bench.pages OFFICERS`, JSON on standard output.

Started by bench_pages with an empty POLICE_HR_DATA.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from django.test import Client

    from police_hr.core.models import User

ROUNDS = 20


class Goal(NamedTuple):
    """At 10,000 officers; None: none is set. `steady`: at 100,000 the same, else half as much time again."""

    ms: float
    queries: int | None
    size: int | None
    steady: bool = False


LIST = Goal(60, 12, 60_000)
SEARCH = Goal(40, 8, 10_000, steady=True)
DOSSIER = Goal(80, 20, 60_000, steady=True)
TAB = Goal(60, None, 60_000, steady=True)
BESIDE = Goal(60, None, 80_000)  # lists of other things than officers
HOME = Goal(100, 20, 60_000)
BOARD = Goal(100, 20, 80_000)
CHARTS = Goal(100, None, 100_000)
# name, address, goal: others add theirs here. Tabs of the dossier and shipped filters are found by themselves.
PAGES = [
    ("officers", "/roster/officers", LIST),
    ("officers, next page", "/roster/officers?page=2", LIST),
    ("officers, by rank", "/roster/officers?rank=R08", LIST),
    ("officers, one branch", "/roster/officers?unit=2", LIST),
    ("officers, by unit from the last", "/roster/officers?sort=-unit", LIST),
    ("officers, by strokes", "/roster/officers?sort=strokes", LIST),
    ("officers, by pinyin", "/roster/officers?sort=name", LIST),
    ("officers, photo wall", "/roster/officers?view=wall", LIST),
    ("search by pinyin", "/roster/officers/search?q=zhangw", SEARCH),
    ("search by part of a name", "/roster/officers/search?q=%E5%BC%BA", SEARCH),
    ("search by badge number", "/roster/officers/search?q=0900", SEARCH),
    ("search by initials", "/roster/officers/search?q=zjg", SEARCH),
    ("search, given name first", "/roster/officers/search?q=jianguo+zhang", SEARCH),
    ("dossier with first tab", "/roster/officers/{officer}", DOSSIER),
    ("query builder", "/roster/officers/query?r=1.in_post.gte.5", BESIDE),
    ("due list, ranks", "/roster/promotions", BESIDE),
    ("due list, grades in a year", "/roster/promotions?axis=grade&span=year", BESIDE),
    ("retirements", "/roster/retirements", BESIDE),
    ("doubts", "/roster/doubts", BESIDE),
    ("doubts, one branch by unit", "/roster/doubts?unit=2&sort=unit", BESIDE),
    ("corrections", "/roster/corrections", BESIDE),
    ("moves", "/roster/moves", BESIDE),
    ("rosters", "/roster/exports", BESIDE),
    ("rosters, order one", "/roster/exports/new", BESIDE),
    ("material requests", "/roster/material-requests", BESIDE),
    ("reconciliation", "/roster/reconciliation", BESIDE),
    ("units", "/roster/units", BESIDE),
    ("unit", "/roster/units/2", BESIDE),
    ("structure", "/roster/units/structure", CHARTS),
    ("structure, one branch", "/roster/units/structure?unit=2&by=rank", CHARTS),
    ("home", "/", HOME),
    ("board", "/scoring/board", BOARD),
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


def tabs(client: Client, dossier: str) -> Iterator[tuple[str, str, Goal]]:
    """Every tab that the dossier offers, as it is loaded when it is opened."""
    page = client.get(dossier).content.decode()
    for code in dict.fromkeys(re.findall(rf'"{dossier}/tab/([\w-]+)', page)):
        yield f"tab {code}", f"{dossier}/tab/{code}", TAB


def filters(user: User) -> Iterator[tuple[str, str, Goal]]:
    """The list by every filter that comes with the product; sensitive conditions are kept under a token."""
    from police_hr.core.access import viewer_for
    from roster.selectors.officer_list import OfficerQuery
    from roster.selectors.rule_fields import fact_kinds
    from roster.selectors.shipped_filters import shipped_filters
    from roster.services.rules import keep_rules

    kinds = fact_kinds(viewer_for(user))
    for shipped in shipped_filters():
        rules = shipped.rules(kinds)
        if rules is not None:
            kept = keep_rules(rules=rules, reason="measured", by=user).token if rules.sensitive else ""
            yield f"filter {shipped.code}", f"/roster/officers{OfficerQuery(rules=rules, kept=kept).url}", LIST


def measured(client: Client, name: str, address: str, goal: Goal, **more: Any) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    start = time.perf_counter()
    answer = client.get(address, **more)
    first = 1_000 * (time.perf_counter() - start)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}")
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address, **more)
    queries = len(captured)  # now: the next request clears the log
    taken, worked = median_ms(lambda: client.get(address, **more))
    return {
        "page": name,
        "ms": taken,
        "cpu": worked,
        "first": first,
        "queries": queries,
        "bytes": len(answer.content),
        "goal": goal._asdict(),
    }


def main(officers: int) -> list[dict[str, Any]]:
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.ALLOWED_HOSTS = ["testserver"]
    django.setup()
    call_command("migrate", verbosity=0)
    from roster.models import Officer
    from scoring.services.models import install_models
    from tests.bench import force, holdings

    client = Client()
    user = force.build(officers=officers)
    client.force_login(user)
    install_models()
    serving = Officer.objects.filter(status="serving")
    officer = serving.order_by("pk")[officers // 2]
    holdings.full_dossier(officer, by=user)
    holdings.whole_force(by=user)

    def floor() -> None:
        """What no list can do without: its fifty rows and its number."""
        list(serving.order_by("standing", "pk").values_list()[:50])
        serving.count()

    taken, worked = median_ms(floor)
    rows = [{"page": "floor", "ms": taken, "cpu": worked}]
    for name, template, goal in (*PAGES, *filters(user)):
        rows.append(measured(client, name, template.format(officer=officer.pk), goal))
    dossier = f"/roster/officers/{officer.pk}"
    client.post(f"{dossier}/open", {"reason": "measured", "classes": ["3", "4"]})
    for name, address, goal in tabs(client, dossier):
        rows.append(measured(client, name, address, goal, headers={"HX-Request": "true"}))
    return rows


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "police_hr.settings")
    json.dump(main(int(sys.argv[1])), sys.stdout)

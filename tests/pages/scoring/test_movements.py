"""Who moved between two runs and who rises fast: by name for those who see points, by nobody else."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from police_hr.core.access import viewer_for
from scoring.models import IndexRun, Score
from scoring.selectors import movements
from scoring.services import runs
from tests.factories.index import finish


@pytest.fixture
def moved(board: SimpleNamespace) -> SimpleNamespace:
    """A run of eight days ago, one of yesterday, and today's after a heavy sanction of one officer."""
    today = timezone.localdate()
    first = board.run
    IndexRun.objects.filter(pk=first.pk).update(as_of=today - dt.timedelta(days=8))
    second = finish(runs.create_run(version=first.version, as_of=today - dt.timedelta(days=1), by=None, replay=False))
    normal = Score.objects.filter(run=second, tier="normal").order_by("officer")
    board.target = normal.filter(unit=board.units["S2"]).first().officer
    punished = [board.target.pk, *normal.filter(unit=board.units["S1.P1"]).values_list("officer", flat=True)[:2]]
    fact = {"kind": "PUNISHMENT", "occurred_on": today, "payload": {"measure": "P5"}, "verified": True}
    board.make.facts([{"officer_id": pk, **fact} for pk in punished])
    board.run = finish(runs.create_run(version=first.version, as_of=today, by=None))
    board.earlier, board.yesterday = first, second
    return board


def test_the_list_is_the_difference_of_two_runs(moved):
    viewer = viewer_for(moved.users["director"])
    run = IndexRun.objects.select_related("version__model", "previous").get(pk=moved.run.pk)
    for weekly, against in ((False, moved.yesterday), (True, moved.earlier)):
        compared = movements.comparison(run, weekly=weekly)
        assert compared.earlier == against
        found = {row.officer_id: (row.was, row.tier) for row in movements.moved(viewer, compared, None)}
        before = dict(Score.objects.filter(run=against).values_list("officer", "tier"))
        now = dict(Score.objects.filter(run=run).values_list("officer", "tier"))
        assert found == {pk: (before[pk], tier) for pk, tier in now.items() if before[pk] != tier}
        kinds = movements.kinds_of_move(movements.moved(viewer, compared, None))
        assert sum(kind.number for kind in kinds) == len(found)
    assert moved.target.pk in found


def test_the_page_names_people_and_keeps_one_kind_of_change(moved):
    client = moved.client("director")
    page = client.get("/scoring/movements?since=run")
    assert moved.target.name in page.content.decode()
    kind = page.context["kinds"][0]
    only = client.get("/scoring/movements", {"since": "run", "move": kind.code})
    assert {(row.was, row.tier) for row in only.context["page"]} == {(kind.was, kind.tier)}
    assert only.context["total"] == page.context["total"]
    elsewhere = client.get("/scoring/movements", {"since": "run", "unit": moved.units["S1"].pk})
    assert moved.target.name not in elsewhere.content.decode()
    for bad in ({"move": "x>y"}, {"run": "9" * 30}, {"page": "z"}):
        assert client.get("/scoring/movements", bad).status_code == 200
    assert client.get("/scoring/movements?run=99999").status_code == 404
    assert client.get("/scoring/movements?unit=99999").status_code == 404


def test_as_many_queries_for_all_as_for_one(moved):
    client = moved.client("director")
    client.get("/scoring/movements?since=run")
    for query in ({"since": "run"}, {}):
        with CaptureQueriesContext(connection) as every:
            rows = client.get("/scoring/movements", query).context["page"].object_list
        assert len(rows) > 1
        with CaptureQueriesContext(connection) as one:
            kind = client.get("/scoring/movements", {**query, "unit": moved.units["S2"].pk})
        assert 0 < len(kind.context["page"].object_list) < len(rows)
        assert len(one) == len(every) + 1, "the unit that was asked for, and nothing for each row"


def test_who_rises_fast_is_told_whatever_the_tier(moved):
    viewer = viewer_for(moved.users["director"])
    rows = list(movements.rising(viewer, moved.run, None))
    assert [row.change_30 for row in rows] == sorted((row.change_30 for row in rows), reverse=True)
    assert {row.officer_id for row in rows} == set(
        Score.objects.filter(run=moved.run, change_30__gte=1_500).values_list("officer", flat=True)
    )
    assert moved.target.pk in {row.officer_id for row in rows}
    assert moved.target.name in moved.client("director").get("/scoring/rising").content.decode()


def test_who_sees_no_points_sees_nobody(moved):
    for page in ("/scoring/movements", "/scoring/rising"):
        assert moved.client("unit_head").get(page).status_code == 404
    head = viewer_for(moved.users["unit_head"])
    assert not movements.scores_of(head, moved.run, None).exists()


def test_the_first_run_has_nothing_to_compare_with(board):
    page = board.client("director").get("/scoring/movements").content.decode()
    assert "no earlier run" in page

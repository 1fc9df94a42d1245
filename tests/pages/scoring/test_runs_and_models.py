"""Runs and models as pages."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from police_hr.core import jobs
from police_hr.core.models import JobRun
from scoring.models import IndexModel, IndexRun, Score
from scoring.services import runs
from tests.factories.index import finish


def test_asking_for_a_run_and_watching_it(empty):
    empty.make.officers(3, empty.units["S2"])
    client = empty.client("cadre")
    model = IndexModel.objects.get(is_default=True)
    answer = client.post("/scoring/runs/new", {"model": model.pk, "as_of": ""})
    run = IndexRun.objects.get()
    assert answer.url == f"/scoring/runs/{run.pk}"
    assert run.created_by == empty.users["cadre"]
    again = client.post("/scoring/runs/new", {"model": model.pk, "as_of": timezone.localdate().isoformat()})
    assert again.url == answer.url, "while it is open, a second request leads to the first"
    page = client.get(answer.url).content.decode()
    assert "X-Polling" in page
    poll = client.get(answer.url, headers={"hx-request": "true", "x-polling": "1"})
    assert "<html" not in poll.content.decode()
    assert "HX-Refresh" not in poll
    finish(run)
    poll = client.get(answer.url, headers={"hx-request": "true", "x-polling": "1"})
    assert poll["HX-Refresh"] == "true"
    page = client.get(answer.url).content.decode()
    assert IndexRun.objects.get().digest in page
    assert "X-Polling" not in page


def test_a_day_to_come_is_refused_with_a_sentence(empty):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    model = IndexModel.objects.get(is_default=True)
    answer = empty.client("cadre").post("/scoring/runs/new", {"model": model.pk, "as_of": tomorrow}, follow=True)
    assert "has not come yet" in answer.content.decode()
    assert not IndexRun.objects.exists()


def test_an_incomplete_run_says_what_lacks_and_computes_only_that(empty, monkeypatch):
    empty.make.officers(3, empty.units["S1"])
    empty.make.officers(3, empty.units["S2"], first=51)
    monkeypatch.setattr(runs, "SHARD_OFFICERS", 3)
    run = runs.create_run(version=IndexModel.objects.get(is_default=True).active, as_of=timezone.localdate(), by=None)
    jobs.run(run.job_id)
    part = run.job.shards.order_by("pk").first()
    JobRun.objects.filter(pk=part.pk).update(state=JobRun.State.FAILED, error="The disk is full.")
    finish(run)
    client = empty.client("cadre")
    page = client.get(f"/scoring/runs/{run.pk}").content.decode()
    assert "Nothing of this run is in force" in page
    assert "3 officers" in page
    assert "Unit S1" in page
    assert "The disk is full." in page
    assert "The disk is full." in client.get("/scoring/board").content.decode()
    kept = Score.objects.get(run=run, officer__badge_no="000051").pk
    for _twice in range(2):
        assert client.post(f"/scoring/runs/{run.pk}/retry").url == f"/scoring/runs/{run.pk}"
    run = finish(run)
    assert run.state == IndexRun.State.DONE
    assert Score.objects.filter(run=run, pk=kept).exists()
    assert "Nothing of this run is in force" not in client.get(f"/scoring/runs/{run.pk}").content.decode()


def test_a_past_day_is_answered_by_the_version_then_in_force(empty):
    from scoring.services import models as services

    empty.make.officers(3, empty.units["S2"])
    today = timezone.localdate()
    model = IndexModel.objects.select_related("active").get(is_default=True)
    model.versions.update(active_from=today - dt.timedelta(days=50))
    definition = {**model.active.definition, "min_coverage": 0.5}
    draft = services.draft_version(model=model, definition=definition, reason="x", by=empty.users["cadre"])
    services.submit_version(version=draft, reason="a lower limit", by=empty.users["cadre"])
    services.approve_version(version=draft, active_from=today, by=empty.users["director"])
    client = empty.client("cadre")
    for back, number in ((0, 2), (1, 1), (400, 1)):
        answer = client.post("/scoring/runs/new", {"model": model.pk, "as_of": today - dt.timedelta(days=back)})
        run = IndexRun.objects.get(pk=int(answer.url.rsplit("/", 1)[1]))
        assert run.version.number == number


def test_runs_are_listed_for_who_runs_or_reads_models(board):
    assert str(board.run.pk) in board.client("cadre").get("/scoring/runs").content.decode()
    assert board.client("unit_head").get(f"/scoring/runs/{board.run.pk}").status_code == 404
    assert not board.client("unit_head").get("/scoring/runs").context["rows"]
    assert board.client("unit_head").post("/scoring/runs/new").status_code == 403


def test_a_model_page_tells_the_formula_and_every_indicator_in_both_languages(empty):
    client = empty.client("director")
    page = client.get("/scoring/models/cn-default").content.decode()
    for words in ("0.5^", "迟到早退", "Late or early", "RL1", "FL-B05", "Ethnicity", "20 %", "Patrol problem"):
        assert words in page
    assert len([1 for part in client.get("/scoring/models/cn-default").context["page"].parts]) == 3
    assert client.get("/scoring/models/chicago").status_code == 200
    assert client.get("/scoring/models/none").status_code == 404
    assert client.get("/scoring/models/cn-default?version=9").status_code == 404
    assert "cn-default" in client.get("/scoring/models").content.decode()
    assert empty.client("unit_head").get("/scoring/models").status_code == 403


def test_home_tells_who_confirms_what_waits(board):
    assert "Tiers to be weighed" in board.client("director").get("/").content.decode()
    assert "Tiers to be weighed" not in board.client("cadre").get("/").content.decode()
    assert "Index run" in board.client("cadre").get("/").content.decode()

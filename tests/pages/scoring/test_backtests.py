"""Back-tests and fits through the pages: asked, computed by the job, shown with what was missed."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from police_hr.core import jobs
from police_hr.core.models import AuditEvent, JobRun
from scoring.models import BacktestRun, IndexModelVersion
from scoring.selectors.models import default_version
from scoring.services.backtests import request_backtest

pytestmark = pytest.mark.django_db
LIST, NEW, CREATE = (reverse(f"scoring:backtest-{name}") for name in ("list", "new", "create"))
LAST = timezone.localdate().year - 1


@pytest.fixture
def past(empty: SimpleNamespace) -> SimpleNamespace:
    """120 officers; each third has a serious patrol problem every November and a verified complaint every spring."""
    people = empty.make.officers(120, empty.units["S1"])
    facts = []
    for year in range(LAST - 5, LAST + 1):
        for place, officer in enumerate(people):
            if place % 3 == 0:
                facts.append(fact(officer, "PATROL_PROBLEM", dt.date(year, 11, 3)))
            if place % 3 == 0 and (place + year) % 4:
                facts.append(fact(officer, "COMPLAINT_VERIFIED", dt.date(year, 4, 1)))
    empty.make.facts(facts)
    empty.people = people
    director = empty.users["director"]
    director.language = "en"  # what a job stores is in the language of who asked
    director.save(update_fields=["language"])
    return empty


def fact(officer: Any, kind: str, day: dt.date) -> dict[str, Any]:
    return {"officer_id": officer.pk, "kind": kind, "occurred_on": day, "payload": {"severity": "serious"}}


def asked(**changes: Any) -> dict[str, Any]:
    return {
        "purpose": "backtest", "version": default_version().pk, "facts": ["COMPLAINT_VERIFIED"],
        "last": f"{LAST}-01-01", "years": 2, "percent": 10, **changes,
    }  # fmt: skip


def done(run: BacktestRun) -> BacktestRun:
    jobs.run(run.job_id)
    run.refresh_from_db()
    return run


def test_a_back_test_from_the_form_to_its_figures(past: SimpleNamespace) -> None:
    client = past.client("director")
    answer = client.post(CREATE, asked(), follow=True)
    run = BacktestRun.objects.get()
    assert answer.redirect_chain[-1][0] == run.address
    assert b"hx-get" in answer.content
    assert run.cuts == [f"{LAST - 1}-01-01", f"{LAST}-01-01"]
    done(run)
    page = client.get(run.address).content.decode()
    assert "later cases," in page
    assert "were outside the list" in page
    assert page.count("<polyline") == 4  # three curves and the line of equality
    assert "count of 12 months" in page
    assert f"{run.result['mean']['model']['auc']:.3f}" in page
    assert "Of 60 later cases" in page  # 30 of the 40 troubled each year
    assert AuditEvent.objects.filter(action="model.backtest_done", actor=past.users["director"]).exists()


def test_the_same_question_asked_twice_is_one_job(past: SimpleNamespace) -> None:
    client = past.client("director")
    first = client.post(CREATE, asked())
    assert client.post(CREATE, asked()).url == first.url
    assert JobRun.objects.filter(handler="scoring.backtest").count() == 1


def test_running_the_job_again_changes_nothing(past: SimpleNamespace) -> None:
    run = done(request(past))
    before = run.result
    JobRun.objects.filter(pk=run.job_id).update(state=JobRun.State.WAITING, token="")
    assert done(run).result == before


def request(past: SimpleNamespace, **changes: Any) -> BacktestRun:
    arguments = {
        "version": default_version(), "purpose": "backtest", "target": "COMPLAINT_VERIFIED",
        "cuts": [dt.date(LAST, 1, 1)], "share": 0.1, "by": past.users["director"], **changes,
    }  # fmt: skip
    return request_backtest(**arguments)


def test_an_index_that_is_no_better_than_counting_says_so_in_red(past: SimpleNamespace) -> None:
    """Nothing but luck: the later cases of LAST are officers without any history."""
    past.make.facts([fact(officer, "ENFORCEMENT_FAULT", dt.date(LAST, 6, 1)) for officer in past.people[1::3]])
    run = done(request(past, target="ENFORCEMENT_FAULT"))
    page = past.client("cadre").get(run.address).content.decode()
    assert "NOT better than counting the last 12 months" in page
    assert "ph-note--stop" in page


def test_a_fit_ends_in_a_draft_with_its_effects(past: SimpleNamespace) -> None:
    client = past.client("director")
    client.post(CREATE, asked(purpose="fit", code="cn-default-fit", years=3))
    run = done(BacktestRun.objects.get())
    assert run.draft.state == IndexModelVersion.State.DRAFT
    page = client.get(run.address).content.decode()
    assert "The draft V1 of “cn-default-fit” was made." in page
    assert "It counts nowhere before it is previewed" in page
    assert run.result["effects"][0]["code"] in page
    assert default_version().definition["code"] == "cn-default"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"facts": []}, "Choose at least one kind of fact."),
        ({"more": "PUNISHMENT:measure"}, "Write KIND or KIND:FIELD=VALUE"),
        ({"last": f"{LAST + 1}-12-31"}, "the year after a cut must be over"),
        ({"last": "1066-01-01"}, "the year after a cut must be over"),
        ({"years": 13}, "less than or equal to 12"),
        ({"percent": 0}, "greater than or equal to 1"),
        ({"facts": ["=1+1"]}, "Select a valid choice"),
        ({"purpose": "fit", "code": "cn-default"}, "choose another code"),
        ({"purpose": "fit", "code": "A B"}, "Small letters, digits and hyphens only."),
    ],
)
def test_bad_input_stays_in_the_form_with_a_sentence(
    past: SimpleNamespace, changes: dict[str, Any], words: str
) -> None:
    answer = past.client("director").post(CREATE, asked(**changes))
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not BacktestRun.objects.exists()


@pytest.mark.parametrize("changes", [{"version": "999999"}, {"version": "x"}, {"purpose": "delete"}])
def test_what_does_not_exist_is_not_found(past: SimpleNamespace, changes: dict[str, Any]) -> None:
    assert past.client("director").post(CREATE, asked(**changes)).status_code == 404


def test_a_fit_to_too_little_ends_with_a_reason_on_its_page(past: SimpleNamespace) -> None:
    run = done(request(past, purpose="fit", target="ENFORCEMENT_FAULT", code="fit"))
    page = past.client("director").get(run.address).content.decode()
    assert "The training cuts hold 0 cases; at least 30 are needed." in page
    assert run.finished_at is None


def test_an_unknown_kind_ends_with_a_reason(past: SimpleNamespace) -> None:
    run = done(request(past, target="NO_SUCH_KIND"))
    assert "There is no ledger kind called NO_SUCH_KIND." in past.client("director").get(run.address).content.decode()


def test_leadership_reads_and_does_not_ask(past: SimpleNamespace) -> None:
    leader = past.make.account("LEAD", "leadership", past.units["B"])
    run = done(request(past))
    from tests.pages.scoring.conftest import signed_in

    client = signed_in(leader)
    assert client.get(run.address).status_code == 200
    assert client.get(LIST).status_code == 200
    assert client.get(NEW).status_code == 403
    assert NEW not in client.get(LIST).content.decode()
    assert past.client("unit_head").get(run.address).status_code == 403


def test_no_officer_is_named(past: SimpleNamespace) -> None:
    run = done(request(past))
    page = past.client("director").get(run.address).content.decode()
    assert not any(officer.name in page or officer.badge_no in page for officer in past.people)
    assert not any(officer.badge_no in str(run.result) for officer in past.people)


def test_the_list_costs_the_same_with_one_row_and_with_three(
    past: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    client = past.client("director")
    request(past)
    client.get(LIST)
    with django_assert_num_queries(7):
        client.get(LIST)
    for share in (0.2, 0.3):
        request(past, share=share)
    with django_assert_num_queries(7):
        assert client.get(LIST).content.decode().count("data-href") == 3


def test_the_empty_list_says_what_to_do(empty: SimpleNamespace) -> None:
    assert "No index has been tested yet." in empty.client("director").get(LIST).content.decode()

"""The API: the pages' rules of access, sentences for bad input, numbers of queries."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from police_hr.core import jobs
from police_hr.core.models import AuditEvent, JobRun
from roster.models import ImportBatch, LedgerEntry
from roster.services.defaults import install_defaults
from roster.services.ledger import record_entry
from scoring.services.models import install_models
from tests.factories.cast import Cast, cast
from tests.factories.force import officers

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def kinds(db: None) -> None:
    install_defaults()


def as_(people: Cast, role: str) -> Client:
    client = Client()
    client.force_login(people[role])
    return client


@pytest.mark.parametrize(
    "name", ["units", "officers", "ledger", "doubts", "imports", "runs", "scores", "jobs", "schema"]
)
def test_nobody_reads_without_signing_in(name: str) -> None:
    answer = Client().get(f"{V1}/{name}/")
    assert answer.status_code == 401
    assert answer.json() == {"detail": "Sign in first."}


def test_officers_of_another_branch_are_not_there(people: Cast) -> None:
    lin = as_(people, "unit_political_officer")
    assert [row["id"] for row in lin.get(f"{V1}/officers/").json()["results"]] == [people.officer_a.pk]
    assert lin.get(f"{V1}/officers/{people.officer_a.pk}/").status_code == 200
    assert lin.get(f"{V1}/officers/{people.officer_b.pk}/").status_code == 404
    assert lin.get(f"{V1}/ledger/?officer={people.officer_b.pk}").status_code == 404


def test_an_administrator_opens_no_dossier(people: Cast) -> None:
    assert as_(people, "system_admin").get(f"{V1}/officers/").status_code == 403


def test_reading_a_dossier_is_recorded(people: Cast) -> None:
    as_(people, "hr_cadre").get(f"{V1}/officers/{people.officer_a.pk}/")
    event = AuditEvent.objects.get(action="officer.view")
    assert (event.actor, event.officer_number) == (people["hr_cadre"], people.officer_a.pk)


def test_the_list_takes_the_same_number_of_queries_at_3_and_30(people: Cast, django_assert_num_queries: object) -> None:
    client = as_(people, "hr_cadre")
    client.get(f"{V1}/officers/")  # the first request of a session also stores when it was used
    for more, count in ((1, 3), (27, 30)):
        officers(more, people.branch_a, first=1000 * more)
        # session, account, grants, count, rows
        with django_assert_num_queries(5):  # type: ignore[operator]
            assert client.get(f"{V1}/officers/?limit=100").json()["count"] == count


def test_a_fact_is_recorded_read_and_refused(people: Cast, kinds: None) -> None:
    lin = as_(people, "unit_political_officer")
    fact = {
        "officer": people.officer_a.pk,
        "kind": "PATROL_PROBLEM",
        "occurred_on": timezone.localdate().isoformat(),
        "payload": {"item": "DP04", "severity": "minor", "facts": "未按规定着装"},
    }
    made = lin.post(f"{V1}/ledger/", json.dumps(fact), content_type="application/json")
    assert made.status_code == 201, made.content
    rows = lin.get(f"{V1}/ledger/?officer={people.officer_a.pk}").json()["results"]
    assert [(row["kind"], row["payload"]["severity"]) for row in rows] == [("PATROL_PROBLEM", "minor")]

    tomorrow = (timezone.localdate() + dt.timedelta(days=1)).isoformat()
    for wrong, status in (
        ({"payload": {"item": "DP04", "severity": "terrible"}}, 400),
        ({"payload": {"item": "DP04", "severity": "minor", "colour": "red"}}, 400),
        ({"occurred_on": tomorrow}, 400),
        ({"occurred_on": "2026-02-30"}, 400),
        ({"kind": "NO_SUCH_KIND"}, 400),
        ({"officer": people.officer_b.pk}, 404),
        ({"officer": 10**30}, 400),
    ):
        answer = lin.post(f"{V1}/ledger/", json.dumps(fact | wrong), content_type="application/json")
        assert answer.status_code == status, (wrong, answer.content)
    assert LedgerEntry.objects.count() == 1


def test_entries_of_closed_classes_do_not_appear(people: Cast, kinds: None) -> None:
    record_entry(
        officer=people.officer_a, kind="FAMILY_DEATH", occurred_on=timezone.localdate(),
        payload={"relation": "51", "facts": "canary"}, by=None,
    )  # fmt: skip
    for role in ("unit_political_officer", "hr_cadre"):
        answer = as_(people, role).get(f"{V1}/ledger/?officer={people.officer_a.pk}")
        assert answer.json()["count"] == 0
        assert "canary" not in answer.content.decode()


def test_a_run_is_asked_for_and_watched(people: Cast) -> None:
    install_models()
    zheng = as_(people, "political_director")
    today = timezone.localdate().isoformat()
    asked = {"model": "cn-default", "as_of": today}
    first = zheng.post(f"{V1}/runs/", asked, content_type="application/json")
    again = zheng.post(f"{V1}/runs/", asked, content_type="application/json")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    job = first.json()["job"]
    jobs.run(job)
    for shard in JobRun.objects.filter(parent=job):
        jobs.run(shard.pk)
    jobs.run(job)
    assert zheng.get(f"{V1}/jobs/{job}/").json()["state"] == "done"
    assert zheng.get(f"{V1}/runs/{first.json()['id']}/").json()["counts"]["officers"] == 2
    assert zheng.get(f"{V1}/scores/").json()["count"] == 2


def test_points_are_not_for_units_and_runs_are_for_few(people: Cast) -> None:
    install_models()
    assert as_(people, "unit_head").get(f"{V1}/scores/").status_code == 403
    asked = {"model": "cn-default", "as_of": timezone.localdate().isoformat()}
    for role in ("leadership", "unit_head"):
        assert as_(people, role).post(f"{V1}/runs/", asked, content_type="application/json").status_code == 403


def test_a_file_goes_in_and_out_again(people: Cast, kinds: None) -> None:
    chen = as_(people, "hr_cadre")
    content = f"警号,发生日期,知悉日期,奖励等级\n{people.officer_a.badge_no},2026-05-04,2026-05-06,A1\n".encode(
        "gb18030"
    )
    upload = SimpleUploadedFile("嘉奖.csv", content)
    made = chen.post(f"{V1}/imports/", {"file": upload, "target": "ledger:AWARD"})
    assert made.status_code == 202, made.content
    url = f"{V1}/imports/{made.json()['id']}/"
    jobs.run(made.json()["job"])
    assert chen.get(url).json()["state"] == "staged", chen.get(url).json()
    committed = chen.post(f"{url}commit/")
    assert committed.status_code == 202, committed.content
    jobs.run(ImportBatch.objects.get().job_id)
    assert chen.get(url).json()["state"] == "committed", chen.get(url).json()
    ledger = f"{V1}/ledger/?officer={people.officer_a.pk}"
    assert [row["kind"] for row in chen.get(ledger).json()["results"]] == ["AWARD"]
    assert chen.post(f"{url}undo/").status_code == 202
    assert chen.get(ledger).json()["count"] == 0
    assert chen.post(f"{url}undo/").status_code == 400


def test_the_schema_describes_every_operation(people: Cast) -> None:
    schema = as_(people, "hr_cadre").get(f"{V1}/schema/").json()
    assert len(schema["paths"]) == 22
    operations = [method for path in schema["paths"].values() for method in path.values()]
    assert all(operation.get("summary") or operation.get("operationId") for operation in operations)

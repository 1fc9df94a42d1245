"""Readings that stand out: out of hours after a word why, of colleagues, very many; the auditor finds them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from police_hr.core.duty import is_off_duty
from police_hr.core.models import AuditEvent
from roster.access import grant_role
from tests.factories.cast import Cast, account, cast
from tests.factories.force import officers

pytestmark = pytest.mark.django_db
DAY, NIGHT = "2026-11-24T10:00:00+08:00", "2026-11-24T23:30:00+08:00"


@pytest.fixture
def people(settings: Any) -> Cast:
    settings.DUTY_HOURS = "7-22"
    return cast()


def client_of(people: Cast, role: str) -> Client:
    client = Client()
    client.force_login(people[role])
    return client


def dossier(people: Cast) -> str:
    return reverse("roster:officer-detail", args=[people.officer_a.pk])


def readings() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action="officer.view").order_by("pk"))


@pytest.mark.parametrize(
    ("hours", "clock", "off"),
    [
        ("7-22", "06:59", True), ("7-22", "07:00", False), ("7-22", "21:59", False), ("7-22", "22:00", True),
        ("22-6", "23:00", False), ("22-6", "05:59", False), ("22-6", "06:00", True), ("0-24", "03:00", False),
    ],
)  # fmt: skip
def test_duty_hours_are_those_of_the_force_and_may_go_over_midnight(settings, time_machine, hours, clock, off):
    settings.DUTY_HOURS = hours
    time_machine.move_to(f"2026-11-24T{clock}:00+08:00")
    assert is_off_duty() is off


def test_by_day_nobody_is_asked(people, time_machine):
    time_machine.move_to(DAY)
    assert client_of(people, "hr_cadre").get(dossier(people)).status_code == 200
    assert "off_duty" not in readings()[0].details


def test_by_night_a_word_why_is_asked_once_and_stands_beside_each_reading(people, time_machine):
    time_machine.move_to(NIGHT)
    client, url = client_of(people, "hr_cadre"), dossier(people)
    asked = client.get(url + "?from=rank%3DR08")
    assert asked.status_code == 302
    assert readings() == []
    assert client.post(asked.url, {"purpose": "x"}).status_code == 200
    back = client.post(asked.url, {"purpose": "夜间突发事件人员核对"})
    assert back.url == url + "?from=rank%3DR08"
    assert client.get(back.url).status_code == 200
    assert client.get(reverse("roster:officer-tab", args=[people.officer_a.pk, "log"])).status_code == 200
    assert [(event.purpose, event.details["off_duty"]) for event in readings()] == [("夜间突发事件人员核对", True)] * 2
    assert AuditEvent.objects.filter(action="reading.purpose").count() == 1
    time_machine.move_to("2026-11-25T03:31:00+08:00")
    client = client_of(people, "hr_cadre")
    assert client.get(url).status_code == 302


def test_a_fragment_sends_the_whole_page_to_the_question_and_no_act_is_repeated(people, time_machine):
    time_machine.move_to(NIGHT)
    client = client_of(people, "hr_cadre")
    tab = reverse("roster:officer-tab", args=[people.officer_a.pk, "log"])
    answer = client.get(tab, headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{dossier(people)}"})
    assert answer.headers["HX-Redirect"].startswith("/roster/purpose?next=")
    assert not answer.content
    assert client.post("/roster/purpose?next=//evil.example/", {"purpose": "夜间核对"}).url == "/"


def test_ones_own_dossier_is_open_at_any_hour(people, time_machine):
    time_machine.move_to(NIGHT)
    assert client_of(people, "officer").get("/roster/me").status_code == 200
    assert readings()[0].details["own"] is True


def test_who_reads_a_colleague_of_the_own_unit_is_marked(people):
    (colleague,) = officers(1, people.branch_a, first=7)
    people.users["clerk"] = account("CLERK", officer_number=colleague.pk)
    grant_role(user=people["clerk"], role="hr_cadre", unit=people.bureau, by=None)
    client = client_of(people, "clerk")
    client.get(dossier(people))
    client.get(reverse("roster:officer-detail", args=[people.officer_b.pk]))
    assert [event.details.get("peer", False) for event in readings()] == [True, False]


@pytest.mark.parametrize(("flag", "found"), [("off_duty", 1), ("peer", 1), ("many", 1), ("", 4)])
def test_the_auditor_finds_them(people, flag, found):
    reads = [{"off_duty": True}, {"peer": True}, {}]
    before = AuditEvent.objects.count()
    AuditEvent.objects.bulk_create(AuditEvent(action="officer.view", details=details) for details in reads)
    AuditEvent.objects.create(action="reading.warn", details={"dossiers": 60})
    page = client_of(people, "audit_admin").get(reverse("core:audit-list"), {"flag": flag})
    assert len(page.context["events"]) == (found if flag else found + before)

"""Who viewed a dossier: named with role, unit and reason; leaders as one number; discipline and audit never. And how
many dossiers one account opens."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from police_hr.core.access import viewer_for
from police_hr.core.models import AuditEvent
from roster.access import grant_role, withdraw_role
from roster.selectors.readers import readers_of
from roster.services.defaults import install_defaults
from roster.views.budget import EACH
from tests.factories.cast import Cast, cast
from tests.factories.force import officers

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    install_defaults()
    return cast()


def client_of(people: Cast, role: str) -> Client:
    client = Client()
    client.force_login(people[role], backend="police_hr.core.backends.AccountBackend")
    return client


def detail(people: Cast) -> str:
    return reverse("roster:officer-detail", args=[people.officer_a.pk])


def panel(people: Cast, role: str) -> str:
    return (
        client_of(people, role)
        .get(reverse("roster:officer-panel", args=[people.officer_a.pk, "readers"]))
        .content.decode()
    )


def test_the_officer_sees_who_looked_and_why(people):
    cadre = client_of(people, "hr_cadre")
    cadre.get(detail(people))
    cadre.post(reverse("roster:officer-open", args=[people.officer_a.pk]), {"reason": "警衔晋升核对", "classes": ["3"]})
    client_of(people, "unit_political_officer").get(detail(people))
    for role in ("leadership", "unit_head", "discipline_inspector", "officer"):
        client_of(people, role).get(detail(people))
    found = readers_of(viewer_for(people["officer"]), people.officer_a)
    assert found is not None
    assert {(visit.name, visit.purpose) for visit in found.visits} == {("CHEN", "警衔晋升核对"), ("LIN", "")}
    assert (found.leaders, found.total) == (2, 4)
    html = panel(people, "officer")
    assert "警衔晋升核对" in html
    assert "JI" not in html
    assert "WU" not in html


def test_a_reading_by_an_inspector_stays_unnamed_when_the_inspector_moves_on(people):
    client_of(people, "discipline_inspector").get(detail(people))
    withdraw_role(user=people["discipline_inspector"], role="discipline_inspector", unit=people.bureau, by=None)
    grant_role(user=people["discipline_inspector"], role="hr_cadre", unit=people.bureau, by=None)
    with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
        found = readers_of(viewer_for(people["officer"]), people.officer_a)
    assert found is not None
    assert found.visits == []


def test_visits_older_than_ninety_days_are_gone(people):
    client_of(people, "hr_cadre").get(detail(people))
    with time_machine.travel(timezone.now() + dt.timedelta(days=91)):
        found = readers_of(viewer_for(people["officer"]), people.officer_a)
    assert found is not None
    assert found.total == 0


@pytest.mark.parametrize(("role", "told"), [
    ("officer", True), ("hr_cadre", True), ("political_director", True), ("unit_political_officer", False),
    ("unit_head", False), ("leadership", False), ("discipline_inspector", False),
])  # fmt: skip
def test_who_may_know_the_readers(people, role, told):
    client_of(people, "hr_cadre").get(detail(people))
    assert bool(panel(people, role)) is told
    log = client_of(people, role).get(reverse("roster:officer-tab", args=[people.officer_a.pk, "log"])).content.decode()
    assert ("ph-readers" in log) is told


def test_the_121st_dossier_of_an_hour_is_stopped_and_told_to_the_auditor(people, settings):
    settings.DOSSIERS_AN_HOUR_WARN, settings.DOSSIERS_AN_HOUR = 6, 12
    many = officers(13, people.branch_a, first=100)
    client = client_of(people, "hr_cadre")
    addresses = [reverse("roster:officer-tab", args=[person.pk, "ranks"]) for person in many]
    statuses = [client.get(where).status_code for where in addresses]
    assert statuses == [200] * 12 + [429]
    with translation.override("zh-hans"):
        stopped = client.get(addresses[12])
    assert many[12].name not in stopped.content.decode()
    assert client.get(addresses[0]).status_code == 200, "a dossier that is open already costs nothing"
    told = AuditEvent.objects.filter(action__startswith="reading.").order_by("pk")
    assert [event.action for event in told] == ["reading.warn", "reading.stop"]
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=25)):
        assert client.get(addresses[12]).status_code == 429


def test_another_process_finds_in_the_audit_trail_what_was_opened(people, settings):
    from roster.views.budget import budget

    settings.DOSSIERS_AN_HOUR_WARN, settings.DOSSIERS_AN_HOUR = 15, 20
    many = officers(40, people.branch_a, first=100)
    client = client_of(people, "hr_cadre")
    addresses = [reverse("roster:officer-tab", args=[person.pk, "ranks"]) for person in many]
    opened = 0
    for number, where in enumerate(addresses):
        if number == 12:
            budget.forget()  # as if another worker answered from here on
        opened += client.get(where).status_code == 200
    assert opened <= 20 + EACH


def test_the_budget_costs_no_query_for_the_first_dossiers(people):
    many = officers(3, people.branch_a, first=100)
    client = client_of(people, "hr_cadre")
    addresses = [reverse("roster:officer-tab", args=[person.pk, "ranks"]) for person in many]
    client.get(addresses[0])
    counts = []
    for where in addresses[1:]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(where)
        counts.append(len([q for q in queries if "core_auditevent" in q["sql"] and q["sql"].startswith("SELECT")]))
    assert counts == [0, 0]


def test_readings_of_oneself_are_marked_as_such(people):
    client_of(people, "officer").get(detail(people))
    assert AuditEvent.objects.get(action="officer.view").details["own"] is True

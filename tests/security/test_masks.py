"""Masks: no page, list, suggestion, export or answer of the API holds a whole ID number, phone, address or name of a
family member, and taking a mask off is an act that is written down. Who may is `fields.csv`, reviewed by people."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from police_hr.core.checks import all_routes
from police_hr.core.models import AuditEvent
from roster.models import FamilyMember, Officer
from roster.selectors import officer_columns
from roster.selectors.masks import MASKS, masked
from roster.services.careers import add_family
from roster.services.defaults import install_defaults
from roster.services.officers import update_officer
from tests.factories.cast import Cast, cast
from tests.security.objects import OBJECTS

SECRETS = {
    "officer.id_number": "990000198503010312",
    "officer.phone": "13912345678",
    "officer.address": "示例市江滨区滨江大道某某小区九幢",
    "familymember.name": "某某甲乙",
}
# The one document that is made to hold these facts whole: written down as a print, a draft or a file each time.
WHOLE = ("roster:approval",)


def oracle() -> list[tuple[str, str, str]]:
    with Path(__file__).with_name("fields.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return [(row["field"], role, row[role]) for row in rows for role in row if role not in ("field", "class")]


@pytest.fixture
def people(db: Any) -> Cast:
    install_defaults()
    found = cast()
    values = {name.partition(".")[2]: text for name, text in SECRETS.items() if name.startswith("officer.")}
    update_officer(officer=found.officer_a, changes=values, version=None, by=None)
    add_family(
        rows=[{"officer_id": found.officer_a.pk, "relation": "10", "name": SECRETS["familymember.name"]}], by=None
    )
    return found


def client_of(people: Cast, role: str) -> Client:
    client = Client()
    client.force_login(people[role], backend="police_hr.core.backends.AccountBackend")
    return client


def unmask_url(people: Cast, field: str) -> str:
    model, _dot, name = field.partition(".")
    number = people.officer_a.pk if model == "officer" else FamilyMember.objects.get().pk
    return reverse("roster:officer-unmask", args=[people.officer_a.pk, f"{model}.{number}", name])


def open_class_three(client: Client, people: Cast) -> None:
    url = reverse("roster:officer-open", args=[people.officer_a.pk])
    client.post(url, {"reason": "任免前家庭核对", "classes": ["3"]})


def test_the_oracle_knows_every_mask():
    assert {field for field, _role, _verdict in oracle()} == set(MASKS) == set(SECRETS)


@pytest.mark.parametrize(("field", "role", "verdict"), oracle())
def test_who_may_take_a_mask_off(people, field, role, verdict):
    client, url = client_of(people, role), unmask_url(people, field)
    before = client.post(url)
    if verdict == "reason":
        assert before.status_code == 403
        open_class_three(client, people)
        before = client.post(url)
    if verdict in ("unmask", "reason"):
        assert SECRETS[field] in before.content.decode()
        event = AuditEvent.objects.get(action="officer.unmask")
        assert (event.actor, event.officer_number, event.details["field"]) == (
            people[role], people.officer_a.pk, field.partition(".")[2],
        )  # fmt: skip
        assert SECRETS[field] not in str(event.details)
    else:
        assert before.status_code in (403, 404)
        assert SECRETS[field] not in before.content.decode()


def test_the_mask_comes_back_and_looking_at_the_mask_is_no_act(people):
    client, url = client_of(people, "hr_cadre"), unmask_url(people, "officer.phone")
    whole = client.post(url).content.decode()
    assert f'hx-get="{url}" hx-trigger="load delay:60s"' in whole
    again = client.get(url).content.decode()
    assert SECRETS["officer.phone"] not in again
    assert "139****5678" in again
    assert AuditEvent.objects.filter(action="officer.unmask").count() == 1


def test_a_mask_that_cannot_be_written_down_stays_on(people, monkeypatch):
    def broken(*args: Any, **event: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr("police_hr.core.audit.record_read", broken)
    response = client_of(people, "hr_cadre").post(unmask_url(people, "officer.phone"))
    assert response.status_code == 503
    assert SECRETS["officer.phone"] not in response.content.decode()


@pytest.mark.parametrize("field", ["name", "badge_no", "version", "unit", "standing"])
def test_only_masked_fields_are_asked_for_here(people, field):
    url = reverse("roster:officer-unmask", args=[people.officer_a.pk, f"officer.{people.officer_a.pk}", field])
    assert client_of(people, "hr_cadre").post(url).status_code == 404


def test_a_fact_of_somebody_else_is_not_found_by_changing_the_number(people):
    """CVE-2026-40865, the class: an object is reached through the officer in the address, never by its own id."""
    member = FamilyMember.objects.get()
    url = reverse("roster:officer-unmask", args=[people.officer_b.pk, f"familymember.{member.pk}", "name"])
    client = client_of(people, "hr_cadre")
    open_class_three(client, people)
    assert client.post(url).status_code == 404


@pytest.mark.parametrize(
    "role", ["hr_cadre", "leadership", "unit_political_officer", "officer", "discipline_inspector"]
)
def test_no_page_and_no_answer_holds_a_whole_value(people, role):
    """Every route of the site that answers GET, and every tab of the dossier, with what asks for a reason opened."""
    client = client_of(people, role)
    open_class_three(client, people)
    leaks = []
    for where in addresses(people):
        response = client.get(where)
        body = response.getvalue()  # reading a stream to its end closes its file
        if response.status_code != 200:
            continue
        text = body.decode(errors="replace")
        leaks += [f"{where}: {field}" for field, secret in SECRETS.items() if secret in text]
    assert leaks == []


def addresses(people: Cast) -> list[str]:
    from roster.views.dossier_tabs import TABS

    found = [
        reverse("roster:officer-tab", args=[people.officer_a.pk, tab.code]) for tab in TABS if tab.code != "approval"
    ]
    for path, name, _view in all_routes():
        if name.startswith(WHOLE) or "approval" in name or "healthz" in name or "sign-out" in name:
            continue
        if "<" not in path and "(?P" not in path:
            found.append(reverse(name))
        elif name in OBJECTS:
            found.append(reverse(name, kwargs=OBJECTS[name](people)))
    found.append(reverse("roster:officer-search") + "?q=5678")
    found.append(reverse("roster:officer-list") + "?columns=phone,id_number")
    found.append(reverse("roster:correction-new", args=[people.officer_a.pk]))
    return found


def test_a_list_that_is_exported_holds_masks_only(people):
    words = officer_columns.Words.read({})
    officer = Officer.objects.get(pk=people.officer_a.pk)
    written = [
        str(column.value(officer, words)) for column in officer_columns.COLUMNS if column.code in ("phone", "id_number")
    ]
    assert written == [masked("officer.phone", officer.phone), masked("officer.id_number", officer.id_number)]
    assert not set(written) & set(SECRETS.values())

"""Who decides a correction of a masked field may see what they decide about: one value at a time, and written down."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from police_hr.core import audit
from police_hr.core.models import AuditEvent
from roster.models import CorrectionRequest
from roster.services.careers import add_family
from roster.services.defaults import install_defaults
from roster.services.officers import update_officer
from tests.factories.cast import Cast, account, cast, grant_role

pytestmark = pytest.mark.django_db
OLD, NEW = "13912345678", "13887654321"


@pytest.fixture
def people() -> Cast:
    install_defaults()
    found = cast()
    update_officer(officer=found.officer_a, changes={"phone": OLD}, version=None, by=None)
    found.users["second"] = account("SECOND", name="第二人")
    grant_role(user=found["second"], role="hr_cadre", unit=found.bureau, by=None)
    return found


def client_of(people: Cast, role: str) -> Client:
    client = Client()
    client.force_login(people[role])
    return client


def asked(people: Cast, **values: Any) -> CorrectionRequest:
    request = {
        "fact": "officer", "fact_number": people.officer_a.pk, "sensitivity": 2, "seen": {"phone": OLD},
        "wanted": {"phone": NEW}, **values,
    }  # fmt: skip
    return CorrectionRequest.objects.create(
        officer=people.officer_a, operation="change", token=secrets.token_hex(12), reason="换号", document="1",
        requested_by=people["hr_cadre"], **request,
    )  # fmt: skip


def unmask(request: CorrectionRequest, value: str = "new", field: str = "phone") -> str:
    return reverse("roster:correction-unmask", args=[request.pk, field, value])


def test_the_page_shows_masks_with_a_button_for_each_value(people):
    request = asked(people)
    page = client_of(people, "second").get(request.address).content.decode()
    assert "139****5678" in page
    assert "138****4321" in page
    assert not [whole for whole in (OLD, NEW) if whole in page]
    for value in ("old", "new"):
        assert f'hx-post="{unmask(request, value)}"' in page


@pytest.mark.parametrize(("value", "whole"), [("old", OLD), ("now", OLD), ("new", NEW)])
def test_each_value_is_shown_for_a_minute_and_written_down_without_it(people, value, whole):
    request, client = asked(people), client_of(people, "second")
    assert whole not in client.get(unmask(request, value)).content.decode()
    shown = client.post(unmask(request, value)).content.decode()
    assert whole in shown
    assert f'hx-get="{unmask(request, value)}" hx-trigger="load delay:60s"' in shown
    event = AuditEvent.objects.get(action="officer.unmask")
    assert (event.actor, event.officer_number, event.object_id) == (
        people["second"],
        people.officer_a.pk,
        str(request.pk),
    )
    assert (event.details["field"], event.details["value"]) == ("phone", value)
    assert whole not in str(event.details)


def test_what_cannot_be_written_down_stays_masked(people, monkeypatch):
    request, client = asked(people), client_of(people, "second")

    def broken(*args: Any, **event: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(audit, "record", broken)
    answer = client.post(unmask(request))
    assert answer.status_code == 503
    assert NEW not in answer.content.decode()


@pytest.mark.parametrize(("value", "field"), [("new", "native_place"), ("wanted", "phone"), ("old", "id_number")])
def test_only_masked_values_of_the_request_are_asked_for_here(people, value, field):
    assert client_of(people, "second").post(unmask(asked(people), value, field)).status_code == 404


def test_a_class_that_asks_for_a_reason_is_opened_first_and_a_stranger_finds_nothing(people):
    add_family(rows=[{"officer_id": people.officer_a.pk, "relation": "10", "name": "某某甲乙"}], by=None)
    member = people.officer_a.familymembers.get()
    request = asked(
        people, fact="familymember", fact_number=member.pk, sensitivity=3, seen={"name": "某某甲乙"},
        wanted={"name": "某某甲丙"},
    )  # fmt: skip
    client = client_of(people, "second")
    assert client.post(unmask(request, field="name")).status_code == 403
    reason = {"reason": "核对亲属", "classes": ["3"]}
    client.post(reverse("roster:officer-open", args=[people.officer_a.pk]), reason)
    assert "某某甲丙" in client.post(unmask(request, field="name")).content.decode()
    for stranger in ("zhou", "unit_head", "audit_admin", "officer"):
        assert client_of(people, stranger).post(unmask(request, field="name")).status_code in (403, 404)

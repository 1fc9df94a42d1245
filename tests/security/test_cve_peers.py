"""Classes of faults that peers published, each with a test of ours (domain of corrections, masks, exports, rights).

CVE-2026-40866: another's document is overwritten by its id. CVE-2026-24039: self-approval. CVE-2026-29077: a right is
shared that one lacks. CVE-2026-40888: the API gives out other employees' data. CVE-2026-40865 and CVE-2026-24035 stand
in `test_masks.py` and `tests/pages/roster/test_corrections.py`.
"""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from police_hr.core.roles import ROLES
from roster.access import grant_role
from roster.models import CorrectionRequest, ExportRequest, UnitGrant
from roster.services.defaults import install_defaults
from roster.services.officers import update_officer
from tests.factories.cast import Cast, cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    install_defaults()
    return cast()


def client_of(people: Cast, role: str) -> Client:
    client = Client()
    client.force_login(people[role], backend="police_hr.core.backends.AccountBackend")
    return client


def request_about_b(people: Cast) -> CorrectionRequest:
    """A request about an officer of branch B, whom lin of branch A must not reach."""
    return CorrectionRequest.objects.create(
        officer=people.officer_b, fact="officer", fact_number=people.officer_b.pk, operation="change",
        wanted={"native_place": "浙江永嘉"}, reason="户籍",
        token=secrets.token_hex(12), requested_by=people["hr_cadre"],
        evidence={"name": "a.pdf", "size": 1, "sha256": "0" * 64},
    )  # fmt: skip


@pytest.mark.parametrize("name", ["correction-detail", "correction-file", "correction-withdraw", "correction-decide"])
@pytest.mark.parametrize("role", ["unit_political_officer", "officer", "zhou"])
def test_cve_2026_40866_anothers_document_is_neither_read_nor_written_by_its_number(people, name, role):
    asked = request_about_b(people)
    if role == "zhou":  # the political officer of branch B may read it, and decide nothing
        asked.officer = people.officer_a
        asked.save()
    url, client = reverse(f"roster:{name}", args=[asked.pk]), client_of(people, role)
    for answer in (client.get(url), client.post(url, {"decision": "approve", "note": "x"})):
        assert answer.status_code in (403, 404, 405)
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("open", None)


def test_cve_2026_24039_nobody_approves_their_own_by_page_or_by_database(people):
    asked = request_about_b(people)
    client = client_of(people, "hr_cadre")
    client.post(reverse("roster:correction-decide", args=[asked.pk]), {"decision": "approve", "note": "同意"})
    people.officer_b.refresh_from_db()
    assert people.officer_b.native_place == ""
    now, own = timezone.now(), people["hr_cadre"]
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionRequest.objects.filter(pk=asked.pk).update(state="applied", decided_by=own, decided_at=now)
    export = ExportRequest.objects.create(requested_by=own, reason="r", officers=[], columns=["name"], rows=60)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportRequest.objects.filter(pk=export.pk).update(approved_by=own, approved_at=now, state="writing")
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportRequest.objects.filter(pk=export.pk).update(state="writing")


@pytest.mark.parametrize("role", [code for code, role in ROLES.items() if not role.administrator])
def test_cve_2026_29077_nobody_gives_themselves_a_right(people, role):
    before = UnitGrant.objects.filter(user=people["hr_cadre"]).count()
    with pytest.raises(ValidationError):
        grant_role(user=people["hr_cadre"], role=role, unit=people.bureau, by=people["hr_cadre"])
    client = client_of(people, "hr_cadre")
    answer = client.post(reverse("roster:grant-detail", args=[people["officer"].pk]), {"role": role, "unit": "B"})
    assert answer.status_code == 403
    assert UnitGrant.objects.filter(user=people["hr_cadre"]).count() == before


def test_cve_2026_40888_the_api_gives_out_no_other_units_officer_and_no_whole_number(people):
    changes = {"phone": "13912345678", "id_number": "990000198503010312"}
    for officer in (people.officer_a, people.officer_b):
        update_officer(officer=officer, changes=changes, version=None, by=None)
    own, other = (reverse("api:officer-detail", args=[one.pk]) for one in (people.officer_a, people.officer_b))
    client: Any = client_of(people, "unit_political_officer")
    assert client.get(other).status_code == 404
    text = client.get(own).content.decode() + client.get(reverse("api:officer-list")).content.decode()
    assert "139****5678" in text
    assert not any(secret in text for secret in changes.values())
    assert people.officer_b.badge_no not in text

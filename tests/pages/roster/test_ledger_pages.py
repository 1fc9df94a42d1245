"""Recording, correcting, voiding, closing and taking back ledger entries on their pages."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from police_hr.core import files
from police_hr.core.models import AuditEvent
from roster.models import CorrectionRequest, LedgerEntry
from roster.selectors import codes
from roster.selectors.corrections import is_slip
from roster.services import entry_forms
from roster.services.defaults import install_defaults
from roster.services.ledger import record_entry, verify_entry
from tests.factories import papers
from tests.factories.cast import Cast, cast

DAY = dt.date(2026, 11, 2)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def force(db: Any, data_dir: Any) -> Cast:
    codes.forget()
    install_defaults()
    return cast()


def client_of(force: Cast, role: str) -> Client:
    client = Client()
    client.force_login(force[role])
    return client


def add_url(force: Cast) -> str:
    return reverse("roster:ledger-add", args=[force.officer_a.pk])


def award_form(client: Client, force: Cast) -> dict[str, str]:
    page = client.get(add_url(force), {"kind": "AWARD"}).content.decode()
    token = re.search(r'name="token" value="([0-9a-f]{24})"', page)
    assert token is not None
    return {"kind": "AWARD", "token": token[1], "occurred_on": DAY.isoformat(), "f-grade": "A2"}


def offered(client: Client, force: Cast) -> set[str]:
    tree = client.get(add_url(force)).context["tree"]
    return {kind.code for node in tree for kind in node.all}


# --- record ---------------------------------------------------------------------------------------------------


def test_a_form_sent_twice_makes_one_entry(force: Cast):
    client = client_of(force, "unit_political_officer")
    form = award_form(client, force)
    for _time in range(2):
        assert client.post(add_url(force), form).status_code == 302
    entry = LedgerEntry.objects.get()
    assert (entry.occurred_on, entry.known_on) == (DAY, timezone.localdate())
    assert entry.payload == {"grade": "A2"}
    assert AuditEvent.objects.filter(action="ledger.add").count() == 1


def test_faults_stand_beside_their_fields_and_nothing_is_recorded(force: Cast):
    client = client_of(force, "unit_political_officer")
    form = award_form(client, force)
    answer = client.post(add_url(force), form | {"f-grade": "", "occurred_on": "2999-01-01"})
    assert answer.status_code == 200
    assert "grade" in answer.context["fields"].errors
    answer = client.post(add_url(force), form | {"occurred_on": "2999-01-01"})
    assert "occurred_on" in answer.context["form"].errors
    assert LedgerEntry.objects.count() == 0


def test_only_kinds_are_offered_whose_class_may_be_opened(force: Cast):
    political = offered(client_of(force, "unit_political_officer"), force)
    assert {"TALK", "AWARD"} <= political
    assert not {"HARDSHIP", "PUNISHMENT", "PSY_ALERT"} & political
    inspector = offered(client_of(force, "discipline_inspector"), force)
    assert "PUNISHMENT" in inspector
    assert not {"AWARD", "PSY_ALERT", "SUICIDE_RISK", "LARGE_DEBT", "TALK"} & inspector
    cadre = offered(client_of(force, "hr_cadre"), force)
    assert {"HARDSHIP", "PUNISHMENT"} <= cadre
    assert "PSY_ALERT" not in cadre


def test_what_is_not_offered_cannot_be_sent_either(force: Cast):
    client = client_of(force, "unit_political_officer")
    form = {"kind": "HARDSHIP", "occurred_on": DAY.isoformat(), "f-basis": "recognised"}
    assert client.post(add_url(force), form).status_code == 404
    assert client_of(force, "zhou").get(add_url(force)).status_code == 404
    assert client_of(force, "unit_head").get(add_url(force)).status_code == 403


def test_the_form_comes_as_a_fragment(force: Cast):
    answer = client_of(force, "hr_cadre").get(add_url(force), {"kind": "TALK"}, headers=HTMX)
    assert "<html" not in answer.content.decode()
    assert 'data-reference="person"' in answer.content.decode()


def test_evidence_is_kept_under_its_hash_and_can_be_read_by_those_who_see_the_entry(force: Cast, data_dir: Path):
    client = client_of(force, "discipline_inspector")
    form = {"kind": "COMPLAINT_VERIFIED", "occurred_on": DAY.isoformat(), "f-severity": "minor"}
    report = papers.plain_pdf()
    upload = SimpleUploadedFile("核查报告.pdf", report)
    assert client.post(add_url(force), form | {"f-evidence": upload}).status_code == 302
    entry = LedgerEntry.objects.get()
    file_url = reverse("roster:entry-file", args=[entry.pk, "evidence"])
    assert files.sweep(older_than=-1) >= 0  # what an entry refers to stays
    assert b"".join(client.get(file_url).streaming_content) == report
    assert client_of(force, "unit_political_officer").get(file_url).status_code == 404


def test_evidence_that_is_no_document_is_refused_with_a_sentence_and_nothing_is_recorded(force: Cast):
    client = client_of(force, "discipline_inspector")
    form = {"kind": "COMPLAINT_VERIFIED", "occurred_on": DAY.isoformat(), "f-severity": "minor"}
    answer = client.post(add_url(force), form | {"f-evidence": SimpleUploadedFile("a.pdf", b"<html>no</html>")})
    assert "JPEG" in answer.content.decode()
    assert not LedgerEntry.objects.exists()


# --- take back, void, correct, close --------------------------------------------------------------------------


def test_what_was_just_recorded_can_be_taken_back_by_its_recorder_only(force: Cast):
    client = client_of(force, "unit_political_officer")
    client.post(add_url(force), award_form(client, force))
    entry = LedgerEntry.objects.get()
    undo = reverse("roster:entry-undo", args=[entry.pk])
    assert undo in client.get(reverse("roster:officer-detail", args=[force.officer_a.pk])).content.decode()
    assert client_of(force, "hr_cadre").post(undo).status_code == 404
    assert client.post(undo).status_code == 302
    entry.refresh_from_db()
    assert entry.voided_on == timezone.localdate()
    assert client.post(undo).status_code == 404


def typed(force: Cast, role: str | None) -> LedgerEntry:
    by = force[role] if role else None
    return record_entry(officer=force.officer_a, kind="AWARD", occurred_on=DAY, payload={"grade": "A2"}, by=by)


def test_voiding_asks_for_a_reason_and_keeps_the_entry_readable(force: Cast):
    entry = typed(force, "hr_cadre")
    client = client_of(force, "hr_cadre")
    url = reverse("roster:entry-void", args=[entry.pk])
    assert client.post(url, {"reason": ""}).status_code == 200
    assert client.post(url, {"reason": "记到了别人名下"}).status_code == 302
    page = client.get(reverse("roster:entry-detail", args=[entry.pk])).content.decode()
    assert "记到了别人名下" in page
    timeline = reverse("roster:officer-tab", args=[force.officer_a.pk, "timeline"])
    assert "is-void" not in client.get(timeline).content.decode()
    assert "is-void" in client.get(timeline, {"voided": "1"}).content.decode()
    assert client_of(force, "unit_political_officer").get(url).status_code == 403


def test_a_correction_replaces_and_links_both_ways(force: Cast):
    entry = typed(force, "hr_cadre")
    client = client_of(force, "hr_cadre")
    url = reverse("roster:entry-correct", args=[entry.pk])
    assert 'value="A2" selected' in client.get(url).content.decode()
    form = {"occurred_on": DAY.isoformat(), "known_on": "", "f-grade": "A3", "reason": "等级看错"}
    answer = client.post(url, form)
    assert answer.status_code == 302
    entry.refresh_from_db()
    fresh = entry.replaced_by
    assert fresh is not None
    assert fresh.payload == {"grade": "A3"}
    assert fresh.known_on == entry.known_on
    assert reverse("roster:entry-detail", args=[entry.pk]) in client.get(answer.url).content.decode()
    old = client.get(reverse("roster:entry-detail", args=[entry.pk])).content.decode()
    assert reverse("roster:entry-detail", args=[fresh.pk]) in old


def test_a_correction_that_changes_nothing_is_refused(force: Cast):
    entry = typed(force, "hr_cadre")
    url = reverse("roster:entry-correct", args=[entry.pk])
    form = {"occurred_on": DAY.isoformat(), "f-grade": "A2", "reason": "再看一遍"}
    answer = client_of(force, "hr_cadre").post(url, form)
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()


@pytest.mark.parametrize("name", ["entry-void", "entry-correct"])
@pytest.mark.parametrize("recorder", [None, "unit_political_officer"])
def test_what_somebody_else_recorded_is_asked_for_not_changed_alone(force: Cast, name: str, recorder: str | None):
    entry = typed(force, recorder)
    client = client_of(force, "hr_cadre")
    form = {"occurred_on": DAY.isoformat(), "f-grade": "A3", "reason": "等级看错"}
    asked = reverse("roster:correction-new", args=[force.officer_a.pk]) + f"?fact=ledgerentry.{entry.pk}"
    alone = reverse(f"roster:{name}", args=[entry.pk])
    assert (client.get(alone).url, client.post(alone, form).url) == (asked, asked)
    assert list(LedgerEntry.objects.values_list("pk", "voided_on")) == [(entry.pk, None)]
    page = client.get(reverse("roster:entry-detail", args=[entry.pk])).content.decode()
    assert asked in page
    assert alone not in page


def test_ones_own_entry_is_put_right_alone_until_midnight_and_until_somebody_confirmed_or_waits(
    force: Cast, time_machine: Any
):
    """The rule of ADR 16, also where two do it at once: the service asks again, under the lock of the officer."""
    cadre = force["hr_cadre"]
    time_machine.move_to("2026-11-24T09:00:00+08:00")
    entry = typed(force, "hr_cadre")
    assert is_slip(entry, cadre)
    time_machine.move_to("2026-11-25T00:01:00+08:00")
    with pytest.raises(ValidationError) as late:
        entry_forms.void_slip(entry=entry, reason="录错", by=cadre)
    assert late.value.code == "second_person"
    confirmed = record_entry(officer=force.officer_a, kind="FALSE_RECORD", occurred_on=DAY, by=cadre)
    fresh = verify_entry(entry=confirmed, by=force["unit_political_officer"])
    waits = typed(force, "hr_cadre")
    CorrectionRequest.objects.create(
        officer=force.officer_a, fact="ledgerentry", fact_number=waits.pk, operation="remove", reason="不属实",
        token="0" * 24, requested_by=force["unit_political_officer"],
    )  # fmt: skip
    changes = {"occurred_on": DAY - dt.timedelta(days=1)}
    for row in (fresh, waits):
        with pytest.raises(ValidationError) as refused:
            entry_forms.correct_slip(entry=row, changes=changes, reason="录错", by=cadre)
        assert refused.value.code == "second_person"
    assert is_slip(typed(force, "hr_cadre"), cadre)
    assert not is_slip(typed(force, "hr_cadre"), force["unit_political_officer"])


def test_an_open_matter_is_closed_once(force: Cast):
    entry = record_entry(
        officer=force.officer_a, kind="DOSSIER_DOUBT", occurred_on=DAY, payload={"item": "birth"}, by=None
    )
    client = client_of(force, "unit_political_officer")
    url = reverse("roster:entry-close", args=[entry.pk])
    assert client.post(url, {"on": "2026-11-01"}).status_code == 200
    assert client.post(url, {"on": "2026-11-10"}).status_code == 302
    assert client.post(url, {"on": "2026-11-11"}).status_code == 200
    entry.refresh_from_db()
    assert entry.closed_on == dt.date(2026, 11, 10)


def test_an_entry_is_verified_by_somebody_else_than_its_recorder(force: Cast):
    entry = record_entry(
        officer=force.officer_a, kind="FALSE_RECORD", occurred_on=DAY, by=force["unit_political_officer"]
    )
    url = reverse("roster:entry-verify", args=[entry.pk])
    client_of(force, "unit_political_officer").post(url)
    assert not LedgerEntry.objects.filter(verified=True).exists()
    client_of(force, "hr_cadre").post(url)
    assert LedgerEntry.objects.get(verified=True).kind.code == "FALSE_RECORD"


def test_an_entry_of_a_closed_class_is_as_if_it_were_not_there(force: Cast):
    entry = record_entry(
        officer=force.officer_a, kind="HARDSHIP", occurred_on=DAY, payload={"basis": "recognised"}, by=None
    )
    url = reverse("roster:entry-detail", args=[entry.pk])
    for role in ("hr_cadre", "unit_political_officer", "officer", "zhou"):
        assert client_of(force, role).get(url).status_code == 404


def test_lookups_answer_within_the_own_units_only(force: Cast):
    found = client_of(force, "unit_political_officer").get(reverse("roster:officer-lookup"), {"q": "民警"}).json()
    assert [row["key"] for row in found["results"]] == [force.officer_a.badge_no]
    units = client_of(force, "hr_cadre").get(reverse("roster:unit-lookup"), {"q": "单位A"}).json()
    assert [row["key"] for row in units["results"]] == ["A"]

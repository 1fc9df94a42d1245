"""The tab of the appointment form and what leaves from it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from police_hr.core.models import AuditEvent
from police_hr.core.services.reasons import OPENED
from roster.lrmx import read
from roster.models import AppointmentForm
from roster.selectors import codes
from roster.services.appointment import write_form_texts
from roster.services.careers import add_family
from roster.services.defaults import install_defaults
from roster.services.imports.committing import commit
from tests.factories import lrmx as made
from tests.factories.cast import Cast, cast
from tests.factories.imports import staged


@pytest.fixture
def force(db: Any) -> Cast:
    codes.forget()
    install_defaults()
    found = cast()
    row = {"officer_id": found.officer_a.pk, "relation": "10", "name": "李某", "employment": "示例小学教师"}
    add_family(rows=[row], by=None)
    return found


def client_of(force: Cast, role: str, *classes: int) -> Client:
    client = Client()
    client.force_login(force[role])
    if classes:
        session = client.session
        session[OPENED] = {f"{force.officer_a.pk}:{number}": time.time() + 600 for number in classes}
        session.save()
    return client


def tab(force: Cast) -> str:
    return reverse("roster:officer-tab", args=[force.officer_a.pk, "approval"])


def file(force: Cast, ending: str = "lrmx") -> str:
    return reverse("roster:approval-file", args=[force.officer_a.pk, ending])


def edit(force: Cast) -> str:
    return reverse("roster:approval-edit", args=[force.officer_a.pk])


def test_the_family_is_closed_until_a_reason_is_given(force: Cast) -> None:
    closed = client_of(force, "hr_cadre").get(tab(force))
    assert "示例小学教师" not in closed.text
    assert reverse("roster:officer-open", args=[force.officer_a.pk]) in closed.text
    assert file(force, "pdf") not in closed.text
    opened = client_of(force, "hr_cadre", 3).get(tab(force))
    assert "示例小学教师" in opened.text
    assert file(force, "pdf") in opened.text


def test_a_form_that_lacks_a_part_is_not_handed_out(force: Cast) -> None:
    answer = client_of(force, "hr_cadre").get(file(force), follow=True)
    assert answer.redirect_chain[0][0] == tab(force)
    assert not AuditEvent.objects.filter(action="appointment.print").exists()


@pytest.mark.parametrize(("ending", "begins"), [("pdf", b"%PDF"), ("docx", b"PK\x03\x04"), ("lrmx", b"<?xml")])
def test_each_file_is_handed_out_and_written_down(force: Cast, ending: str, begins: bytes) -> None:
    answer = client_of(force, "hr_cadre", 3).get(file(force, ending))
    assert answer.content.startswith(begins)
    assert force.officer_a.badge_no in unquote(answer["Content-Disposition"])
    event = AuditEvent.objects.get(action="appointment.print")
    assert (event.officer_number, event.details["format"]) == (force.officer_a.pk, ending)
    if ending == "lrmx":
        assert read(answer.content).family[0].employment == "示例小学教师"


def test_strangers_and_formats_that_there_are_not(force: Cast) -> None:
    assert client_of(force, "hr_cadre", 3).get(file(force, "exe")).status_code == 404
    assert client_of(force, "unit_head").get(file(force)).status_code == 403
    assert client_of(force, "unit_head").get(edit(force)).status_code == 403


def test_text_that_does_not_fit_is_told_before_the_file_comes(force: Cast) -> None:
    write_form_texts(officer=force.officer_a, texts={"proposed_post": "示例单位" * 99}, started_from=None, by=None)
    client = client_of(force, "hr_cadre", 3)
    told = client.get(file(force, "pdf"))
    assert "anyway=1" in told.text
    assert client.get(file(force, "pdf") + "?anyway=1").content.startswith(b"%PDF")


def test_a_server_without_the_typeface_says_what_to_install(force: Cast, settings: Any) -> None:
    settings.PRINT_FONT = "/nowhere/song.ttf"
    answer = client_of(force, "hr_cadre", 3).get(file(force, "pdf"), follow=True)
    assert "fonts-noto-cjk" in answer.text


def test_the_second_of_two_editors_sees_both_versions(force: Cast) -> None:
    client = client_of(force, "hr_cadre")
    page = client.get(edit(force))
    assert page.status_code == 200
    write_form_texts(officer=force.officer_a, texts={"proposed_post": "城东所所长"}, started_from=None, by=None)
    late = client.post(edit(force), {"proposed_post": "城西所所长", "started_from": ""})
    assert "城东所所长" in late.text
    assert "城西所所长" in late.text
    assert AppointmentForm.objects.count() == 1
    again = client.post(edit(force), {"proposed_post": "城西所所长", "started_from": AppointmentForm.objects.get().pk})
    assert again.status_code == 302
    assert "城西所所长" in client.get(tab(force)).text


def test_a_day_is_stored_as_the_file_writes_it(force: Cast) -> None:
    client_of(force, "hr_cadre").post(edit(force), {"age_as_of": "2026-11-23", "started_from": ""})
    assert AppointmentForm.objects.get().texts["age_as_of"] == "20261123"
    wrong = client_of(force, "hr_cadre").post(edit(force), {"age_as_of": "2026-13-01", "started_from": ""})
    assert wrong.status_code == 200


def test_officers_see_their_own_form(force: Cast) -> None:
    answer = client_of(force, "officer").get(tab(force))
    assert answer.status_code == 200
    assert file(force) not in answer.text


def test_an_imported_batch_leads_to_the_doubts_about_it(force: Cast, data_dir: Any) -> None:
    """Scene 5: the list of doubts is one step from the import."""
    document = replace(made.form(1), id_number="")
    batch = staged(made.archive([document], ("091777.lrmx",)), "appointment", name="a.zip", by=force["hr_cadre"])
    commit(batch, force["hr_cadre"])
    page = client_of(force, "hr_cadre").get(reverse("roster:import-detail", args=[batch.pk]))
    assert f"{reverse('roster:doubt-list')}?batch={batch.pk}" in page.text

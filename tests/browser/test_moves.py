"""Scene 8: a transfer. Scope follows the same moment: the old unit loses the dossier, the new one sees it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.test import Client
from django.urls import reverse

from roster.models import LedgerEntry, Officer
from tests.factories import force as make


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_transfer_moves_officer_and_sight_together_and_is_undone(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    officer = force.people[1]
    dossier = reverse("roster:officer-detail", args=[officer.pk])
    old = signed_in(force.users["political_officer"])
    new = signed_in(make.account("PO2", "unit_political_officer", force.units["S2"]))
    assert (old.get(dossier).status_code, new.get(dossier).status_code) == (200, 404)

    page = enter(force.users["cadre"], dossier)
    page.get_by_role("link", name="办理人员变动").click()
    page.wait_for_url("**/move")
    flawless(page)
    page.locator("#id_unit").fill("S2")
    page.locator("#id_post").fill("内勤")
    page.locator("#id_document").fill("示干任〔2026〕12号")
    page.get_by_role("button", name="继续").click()
    page.locator("h1", has_text="调动").wait_for()
    flawless(page)
    text = page.locator("main").inner_text()
    assert "用户PO2" in text
    assert "用户PO " in text
    assert Officer.objects.get(pk=officer.pk).unit == force.units["S1"]

    page.get_by_role("button", name="确认办理").click()
    page.wait_for_url("**/moves/*")
    flawless(page)
    assert Officer.objects.get(pk=officer.pk).unit == force.units["S2"]
    assert (old.get(dossier).status_code, new.get(dossier).status_code) == (404, 200)
    assert LedgerEntry.objects.filter(officer=officer, kind__code="POST_CHANGE", voided_on=None).count() == 1

    page.locator("#id_reason").fill("选错了单位")
    page.get_by_role("button", name="撤回该变动").click()
    page.locator("td", has_text="已撤销").wait_for()
    assert (old.get(dossier).status_code, new.get(dossier).status_code) == (200, 404)


def test_the_due_lists_and_the_menu_of_kinds_are_accessible(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    page = enter(force.users["cadre"], reverse("roster:promotion-list"))
    flawless(page)
    for route in ("roster:retirement-list", "roster:move-list", "roster:move-new", "roster:kind-import"):
        page.goto(reverse(route))
        flawless(page)
    page.goto(reverse("roster:kind-list") + "?arrange=1")
    flawless(page)
    page.goto(reverse("roster:unit-split", args=[force.units["S1"].pk]))
    flawless(page)

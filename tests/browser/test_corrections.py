"""A dossier is corrected with care: asked for with a document, decided by somebody else, never overwritten unseen."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from roster.models import CorrectionRequest, Officer
from roster.services.officers import update_officer
from tests.factories import force as make

Enter = Callable[..., Any]
Flawless = Callable[[Any], None]
OLD, NEW, THEIRS = "浙江永嘉", "浙江瑞安", "浙江平阳"


@pytest.fixture
def whose(force: SimpleNamespace) -> Officer:
    """An officer with an ancestral home, and a second cadre who may decide."""
    force.users["second"] = make.account("HR2", "hr_cadre", force.units["B"])
    officer: Officer = force.people[0]
    update_officer(officer=officer, changes={"native_place": OLD}, version=None, by=None)
    return officer


def ask(page: Any, value: str, reason: str = "户籍核对有误") -> None:
    page.locator("[name='f-native_place']").fill(value)
    page.locator("[name=reason]").fill(reason)
    page.locator("[name=document]").fill("示公政〔2026〕12号")
    page.get_by_role("button", name="提交").click()


def address(officer: Officer) -> str:
    return reverse("roster:correction-new", args=[officer.pk]) + f"?fact=officer.{officer.pk}&field=native_place"


def test_a_cadre_asks_and_another_decides(enter: Enter, force: SimpleNamespace, flawless: Flawless, whose: Officer):
    page = enter(force.users["cadre"], address(whose))
    flawless(page)
    ask(page, NEW)
    page.wait_for_url("**/corrections/*")
    asked = CorrectionRequest.objects.get()
    assert page.get_by_role("button", name="同意并更正").count() == 0, "nobody decides their own request"

    page = enter(force.users["second"], reverse("roster:correction-detail", args=[asked.pk]))
    flawless(page)
    assert page.locator("s", has_text=OLD).is_visible()
    page.get_by_role("button", name="同意并更正").click()
    page.get_by_text("已同意并更正").first.wait_for()
    page.goto(reverse("roster:officer-tab", args=[whose.pk, "basics"]))
    assert page.locator("main", has_text=NEW).is_visible()
    page.goto(reverse("roster:officer-tab", args=[whose.pk, "log"]))
    assert asked.number in page.locator("main").inner_text()


def test_the_loser_of_two_editors_sees_both_versions(
    enter: Enter, force: SimpleNamespace, flawless: Flawless, whose: Officer
):
    page = enter(force.users["cadre"], address(whose))
    update_officer(officer=whose, changes={"native_place": THEIRS}, version=None, by=force.users["second"])
    ask(page, NEW)
    page.get_by_role("alert").first.wait_for()
    text = page.locator("main").inner_text()
    assert THEIRS in text
    assert page.locator("[name='f-native_place']").input_value() == NEW
    assert not CorrectionRequest.objects.exists()
    flawless(page)

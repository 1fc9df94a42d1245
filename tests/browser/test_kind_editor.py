"""A new kind of fact without code: made in the editor, recorded for an officer, seen on the timeline."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse

from roster.models import LedgerGroup
from roster.selectors import codes
from roster.services.defaults import install_defaults
from tests.factories.cast import Cast, cast


@pytest.fixture
def force(transactional_db: None) -> Cast:
    codes.forget()
    install_defaults()
    return cast()


@pytest.fixture
def cadre(page: Any, force: Cast) -> Any:
    """The browser, signed in as HR cadre."""
    client = Client()
    client.force_login(force["hr_cadre"])
    page.goto(reverse("healthz"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": page.url}])
    return page


def add_field(page: Any, number: int, zh: str, en: str, kind: str) -> None:
    page.locator('button[value="add"]').click()
    page.locator(f"#f{number}-label_zh").fill(zh)
    page.locator(f"#f{number}-label_en").fill(en)
    if kind != "text":
        with page.expect_response("**/kinds/new"):
            page.locator(f"#f{number}-type").select_option(kind)
        page.locator(f"#f{number}-type").wait_for(state="visible")


def test_a_kind_is_made_recorded_and_seen(cadre: Any, force: Cast):
    page = cadre
    page.goto(reverse("roster:kind-create"))
    page.locator("#id_code").fill("GYM")
    page.locator("#id_group").select_option(str(LedgerGroup.objects.get(code="ATTENDANCE").pk))
    page.locator("#id_name_zh").fill("体能打卡")
    page.locator("#id_name_en").fill("Gym visit")
    add_field(page, 0, "项目", "Exercise", "choice")
    for number, (zh, en) in enumerate([("跑步", "Running"), ("力量", "Weights")]):
        page.locator('button[value="choice-0"]').click()
        page.locator(f"#f0-c{number}-zh").fill(zh)
        page.locator(f"#f0-c{number}-en").fill(en)
    add_field(page, 1, "分钟", "Minutes", "int")
    add_field(page, 2, "陪同民警", "Companion", "person")
    page.locator("#preview", has_text="体能打卡 · 跑步").wait_for()
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    page.locator(".ph-form-actions button[type=submit]").click()
    page.wait_for_url("**/kinds/GYM")

    page.goto(reverse("roster:officer-detail", args=[force.officer_a.pk]))
    page.keyboard.press("n")
    page.wait_for_url("**/entries/new")
    page.locator("summary", has_text="考勤休假").click()
    page.get_by_role("link", name="体能打卡").click()
    page.locator("#id_f-exercise").select_option("running")
    page.locator("#id_f-minutes").fill("45")
    page.locator("#id_f-companion").fill(force.officer_b.badge_no)
    page.locator(".ph-reference [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    assert page.locator("#id_f-companion").input_value() == force.officer_b.badge_no
    page.locator("#entry-form button[type=submit]").click()
    page.wait_for_url(f"**{reverse('roster:officer-detail', args=[force.officer_a.pk])}")
    line = page.locator(".ph-tl li", has_text="体能打卡 · 跑步")
    assert force.officer_b.badge_no in line.inner_text()
    page.locator(".ph-do-undo button").click()
    page.wait_for_load_state()
    assert page.locator(".ph-tl li", has_text="体能打卡").count() == 0

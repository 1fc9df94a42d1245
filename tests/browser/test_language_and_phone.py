"""Both languages, both themes, and a thumb on a phone."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from tests.browser.conftest import PHONE


def test_the_language_changes_in_place_and_stays(enter: Callable[..., Any], force: SimpleNamespace):
    page = enter(force.users["cadre"], reverse("roster:officer-list") + "?sort=name")
    page.locator(".ph-top button[lang=en]").click()
    page.wait_for_url("**sort=name")
    assert page.locator("h1").inner_text() == "Officer dossiers"
    page.goto(reverse("home"))
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("name", ["home", "roster:officer-list", "scoring:board", "roster:unit-list", "core:account"])
def test_a_political_officers_pages_stand_on_a_phone_in_the_dark(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None], name: str
):
    page = enter(force.users["political_officer"], reverse(name), PHONE)
    page.context.add_cookies([{"name": "theme", "value": "dark", "url": page.url}])
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    flawless(page)


def test_the_drawer_leads_on(enter: Callable[..., Any], force: SimpleNamespace):
    page = enter(force.users["political_officer"], reverse("home"), PHONE)
    page.locator("[data-drawer-open]").click()
    page.locator("#menu a", has_text="民警个体档案").click()
    page.wait_for_url("**" + reverse("roster:officer-list"))
    assert not page.locator("#menu").is_visible()

"""The components in Chromium: accessible in both themes, whole on a phone, and driven by the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse

from police_hr.core.models import User

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1440, "height": 900}
# Every control a thumb may hit: links inside sentences and hidden ones are left out.
LOW_TARGETS = """() => [...document.querySelectorAll("a, button, select, summary, textarea")]
  .filter((element) => element.offsetParent && !element.closest(".ph-sr, .ph-skip, thead"))
  .filter((element) => element.getBoundingClientRect().height < 43.5)
  .map((element) => `${element.tagName} ${element.className} ${element.textContent.trim().slice(0, 30)}`)"""


@pytest.fixture
def gallery(page: Any, transactional_db: None) -> Callable[..., Any]:
    """The gallery, opened by a system administrator of the demonstration."""
    user = User.objects.create_user("900001", "x", name="应岚", admin_role="system_admin")
    user.must_change_password, user.totp_waived = False, True
    user.save()
    client = Client()
    client.force_login(user, backend="police_hr.core.backends.AccountBackend")

    def open_page(theme: str = "light", viewport: dict[str, int] = DESKTOP) -> Any:
        page.goto(reverse("healthz"))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies = {settings.SESSION_COOKIE_NAME: session, "theme": theme}
        page.context.add_cookies([{"name": name, "value": value, "url": page.url} for name, value in cookies.items()])
        page.set_viewport_size(viewport)
        assert page.goto(reverse("core:gallery")).status == 200
        return page

    return open_page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(gallery: Callable[..., Any], theme: str, viewport: dict[str, int]):
    page = gallery(theme, viewport)
    assert page.evaluate("document.documentElement.dataset.bsTheme") == theme
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []


def test_phone_has_no_sideways_scroll_and_no_low_targets(gallery: Callable[..., Any]):
    page = gallery(viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert page.evaluate(LOW_TARGETS) == []


def test_drawer_opens_by_its_button_and_closes_by_escape(gallery: Callable[..., Any]):
    page = gallery(viewport=PHONE)
    menu = page.locator("#menu")
    assert not menu.is_visible()
    page.locator("[data-drawer-open]").click()
    assert menu.is_visible()
    assert page.evaluate("document.activeElement.closest('#menu') !== null")
    page.keyboard.press("Escape")
    assert not menu.is_visible()


def test_keys_walk_and_pick_the_rows(gallery: Callable[..., Any]):
    page = gallery()
    page.keyboard.press("j")
    assert "091329" in page.locator("tr.is-current").inner_text()
    page.keyboard.press("x")
    assert page.locator("[data-picked-count]").inner_text() == "1"
    assert not page.locator("[data-when-none]").is_visible()
    page.locator("[data-pick-none]").click()
    assert page.locator("[data-when-none]").is_visible()


def test_enter_opens_the_current_row(gallery: Callable[..., Any]):
    page = gallery()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**row=091329")


def test_theme_changes_at_once_and_stays(gallery: Callable[..., Any]):
    page = gallery()
    with page.expect_response("**" + reverse("core:theme")):
        page.locator(".ph-top [data-theme-switch] button").click()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_dialog_and_account_menu_close_by_escape(gallery: Callable[..., Any]):
    page = gallery()
    for opener, opened in (("[data-dialog]", "#sample-dialog"), (".ph-top .ph-menu summary", ".ph-top .ph-menu-pop")):
        page.locator(opener).click()
        assert page.locator(opened).is_visible()
        page.keyboard.press("Escape")
        assert not page.locator(opened).is_visible()


def test_password_is_shown_on_demand_and_file_is_named(gallery: Callable[..., Any]):
    page = gallery()
    page.locator("[data-eye]").first.click()
    assert page.locator(".ph-pw input").first.get_attribute("type") == "text"
    page.locator(".ph-drop input").set_input_files({"name": "名册.xlsx", "mimeType": "text/csv", "buffer": b"1"})
    assert page.locator(".ph-drop-files").inner_text() == "名册.xlsx"

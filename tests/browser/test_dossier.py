"""Finding a person and reading the dossier, by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.urls import reverse

from roster.models import LedgerEntry
from tests.browser.conftest import SECRET


def test_a_person_is_found_from_anywhere_with_the_keyboard(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    page = enter(force.users["cadre"], reverse("home"))
    flawless(page)
    page.keyboard.press("/")
    page.keyboard.type("slq")
    page.locator("#suggestions a", has_text="沈立群").wait_for()
    flawless(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**" + reverse("roster:officer-detail", args=[force.people[8].pk]))


def test_enter_alone_lists_all_that_match_and_the_list_opens_by_keys(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    page = enter(force.users["cadre"], reverse("roster:officer-list"))
    flawless(page)
    page.keyboard.press("/")
    page.keyboard.type("民警10")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    assert page.locator("#officer-count").inner_text().startswith("3")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/officers/*")


def test_the_timeline_is_filtered_and_tabs_load_by_number(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    officer = max(force.people, key=lambda person: LedgerEntry.objects.filter(officer=person).count())
    page = enter(force.users["cadre"], reverse("roster:officer-detail", args=[officer.pk]))
    flawless(page)
    chip = page.locator(".ph-chips--bar .ph-chip").nth(1)
    number = int(chip.inner_text().split()[-1])
    chip.click()
    page.locator(".ph-chips--bar .ph-chip").nth(1).and_(page.locator(".is-on")).wait_for()
    assert page.locator(".ph-tl li").count() == min(number, 15)
    page.keyboard.press("2")
    page.locator("[role=tab][aria-selected=true], .ph-tabs .is-on", has_text="基本信息").first.wait_for()
    page.locator("section[aria-label=身份]").wait_for()
    flawless(page)


def test_a_reason_opens_what_is_closed_and_only_then(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    page = enter(force.users["cadre"], reverse("roster:officer-detail", args=[force.people[0].pk]))
    assert SECRET not in page.content()
    page.locator(".ph-do-locked a").click()
    page.wait_for_url("**/open**")
    flawless(page)
    for box in page.locator("input[name=classes]").all():
        box.check()
    page.locator("[name=reason]").fill("一事一策复核")
    page.locator("form.ph-form button[type=submit]").click()
    page.wait_for_url("**" + reverse("roster:officer-detail", args=[force.people[0].pk]))
    assert SECRET in page.locator(".ph-tl").inner_text()


def test_parts_open_by_the_row_by_more_and_by_keys(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    page = enter(force.users["cadre"], reverse("roster:officer-detail", args=[force.people[0].pk]))
    row, more = page.locator(".ph-tabs"), page.locator(".ph-tabs-more")
    assert row.evaluate("row => row.scrollWidth <= row.clientWidth")
    more.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    flawless(page)
    wanted = page.evaluate("document.activeElement.textContent.trim()")
    page.keyboard.press("Enter")
    row.locator("[aria-current=true]", has_text=wanted).wait_for()
    page.locator("#tab:not([aria-busy])").wait_for()
    assert not more.evaluate("menu => menu.open")
    page.keyboard.press("1")
    page.locator(".ph-tabs .is-on", has_text="台账时间线").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".ph-tabs-more [data-tab]", has_text="处分处理").wait_for(state="attached")
    assert row.evaluate("row => row.scrollWidth <= row.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    more.locator("summary").click()
    more.locator("[data-tab]", has_text="处分处理").click()
    page.locator("#tab .ph-empty .ph-btn").first.wait_for()
    flawless(page)

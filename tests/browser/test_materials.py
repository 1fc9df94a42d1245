"""One scene of the file room: a cadre catalogues a scan, a leader asks to see it, another approves, the leader reads,
and it closes by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.urls import reverse
from django.utils import timezone

from roster.models import Material, MaterialAccess
from tests.browser.conftest import PHONE
from tests.factories import force as make
from tests.factories import papers


def drawn_width(page: Any, selector: str) -> int:
    """The width of a picture in its own pixels, once it is there."""
    return page.evaluate(
        "async (name) => { const i = document.querySelector(name); await i.decode(); return i.naturalWidth; }", selector
    )


def test_a_material_goes_from_the_scanner_to_its_reader(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    leader = make.account("LEAD", "leadership", force.units["B"])
    officer = force.people[0]
    tab = reverse("roster:officer-tab", args=[officer.pk, "panel-materials"])

    page = enter(force.users["cadre"], tab)
    flawless(page)
    page.locator(".ph-mt-tools a.ph-btn--primary").click()
    page.locator("[name=title]").press_sequentially("干部任免审批表")
    page.locator("#suggestion [data-choose]").click()
    assert page.locator("[name=category]").input_value() == "9-2"
    page.locator("[name=formed]").fill("2024.06")
    scan = {"name": "扫描.pdf", "mimeType": "application/pdf", "buffer": papers.pdf("= 任免审批表", "= 第二页")}
    page.locator("[name=scan]").set_input_files(scan)
    flawless(page)
    page.locator("form.ph-form button[type=submit]").first.click()
    page.wait_for_url("**" + tab)
    assert "9-2-1" in page.locator(".ph-mt").inner_text()

    page = enter(leader, tab)
    page.locator(".ph-mt a.ph-name").click()
    page.locator(".ph-actions a.ph-btn--primary").click()
    page.locator("[name=reason]").fill("研究干部任用")
    flawless(page)
    page.locator("form.ph-form button[type=submit]").click()
    page.wait_for_url("**/material-requests/*")
    access = MaterialAccess.objects.get()
    assert page.locator("button[value=approve]").count() == 0

    page = enter(force.users["director"], reverse("roster:material-access-list"), viewport=PHONE)
    flawless(page)
    page.locator("table a.ph-name").first.click()
    page.locator("button[value=approve]").click()
    page.wait_for_load_state("networkidle")
    access.refresh_from_db()
    assert access.runs

    page = enter(leader, reverse("roster:material-access", args=[access.pk]))
    page.locator(".ph-list a.ph-btn").click()
    page.wait_for_url("**/read")
    first = page.locator(".ph-mt-pages img").first
    first.scroll_into_view_if_needed()
    assert drawn_width(page, ".ph-mt-pages img") == 1191
    flawless(page)

    MaterialAccess.objects.update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    material = Material.objects.get()
    assert page.goto(reverse("roster:material-read", args=[material.pk])).status == 403
    assert page.goto(reverse("roster:material-page", args=[material.pk, 1])).status == 403


def test_a_photo_is_put_in_and_stands_in_the_head(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    officer = force.people[1]
    page = enter(force.users["cadre"], reverse("roster:officer-detail", args=[officer.pk]))
    page.locator(".ph-do-portrait a").click()
    flawless(page)
    page.locator("[name=photo]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}
    )
    page.locator("form.ph-form button[type=submit]").click()
    page.locator(".ph-note--stop").wait_for()
    page.locator("[name=photo]").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": papers.jpeg()})
    page.locator("form.ph-form button[type=submit]").click()
    page.wait_for_url("**" + reverse("roster:officer-detail", args=[officer.pk]))
    assert drawn_width(page, ".ph-do-photo img") == 345
    flawless(page)

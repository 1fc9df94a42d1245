"""A query put together, its link shared, its people taken to paper with the consent of a second person."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.urls import reverse

from police_hr.core import jobs
from roster.models import ExportRequest
from tests.browser.conftest import PHONE
from tests.factories import force as make


def test_a_query_is_built_shared_and_printed_with_consent(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    make.officers(60, force.units["S2"], first=500)
    cadre, director, officer = (force.users[name] for name in ("cadre", "director", "political_officer"))
    page = enter(cadre, reverse("roster:officer-rules"))
    flawless(page)
    with page.expect_response("**/query/field**"):
        page.select_option("#rq-field", "service")
    page.locator("#rq-values:not(.htmx-swapping):not(.htmx-settling)").wait_for()
    page.locator("#rq-value[type=number]").fill("10")
    page.locator(".rq-add button[type=submit]").click()
    page.wait_for_url("**r=1.service.gte.10**")
    page.select_option("#rq-field", "sex")
    page.locator("select#rq-value").wait_for()
    page.locator(".rq-add button[type=submit]").click()
    page.wait_for_url("**sex.is.M**")
    assert page.locator(".ph-total b").inner_text() == "72"
    flawless(page)
    page.locator("a", has_text="查看名单").click()
    page.wait_for_url("**/officers?**")
    link = page.url[page.url.index("/roster") :]
    assert page.locator("#officer-count").inner_text().startswith("72")

    # the same link shows somebody else their own people
    page = enter(officer, link)
    assert page.locator("#officer-count").inner_text().startswith("8")
    assert "000500" not in page.content()

    page = enter(cadre, link)
    page.locator("a", has_text="名册").filter(visible=True).last.click()
    page.wait_for_url("**form=cadre_roster")
    flawless(page)
    page.locator("[name=reason]").fill("年度队伍分析会用")
    page.locator("form.ph-form button[type=submit]").click()
    page.wait_for_url("**/exports/*")
    export = ExportRequest.objects.get()
    assert (export.state, export.rows) == ("waiting", 72)

    page = enter(director, reverse("roster:export-detail", args=[export.pk]))
    page.locator("button[value=consent]").click()
    page.wait_for_load_state()
    export.refresh_from_db()
    jobs.run(export.job_id)

    page = enter(cadre, reverse("roster:export-detail", args=[export.pk]))
    page.locator("a", has_text="打开并打印").click()
    page.wait_for_url("**/print")
    assert page.locator("tr[data-row]").count() == 72
    assert page.locator("h1").inner_text() == "干部名册"
    assert export.number in page.locator(".pp-mark").inner_text()


def test_sensitive_conditions_ask_why_and_never_stand_in_the_address(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    page = enter(force.users["cadre"], reverse("roster:officer-rules"))
    page.locator("button.ph-chip", has_text="近五年无处分").click()
    page.locator("dialog[open] [name=reason]").fill("评优资格审查")
    flawless(page)
    page.locator("dialog[open] button[type=submit]").click()
    page.wait_for_url("**set=**")
    assert "PUNISHMENT" not in page.url
    assert page.locator(".rq-group li").count() == 2


def test_the_structure_leads_to_the_people_on_a_phone_too(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    page = enter(force.users["cadre"], reverse("roster:unit-structure"), PHONE)
    flawless(page)
    row = page.locator(".st-grid a.ph-barrow").first
    number = row.locator("b").inner_text()
    row.click()
    page.wait_for_url("**/officers?**")
    assert page.locator("#officer-count b").inner_text() == number

"""A doubt from the board to its ruling, and back when a value changes."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.urls import reverse

from police_hr.core import reactions
from police_hr.core.identity import check_digit
from roster.models import Doubt, Officer
from roster.services.officers import update_officer


def number(birth: str) -> str:
    return (first := f"330324{birth}001") + check_digit(first)


def change(officer: Officer, **changes: Any) -> None:
    update_officer(officer=officer, changes=changes, version=None, by=None)
    reactions.react()


def test_a_doubt_is_found_settled_gone_and_back_when_the_value_changes(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    officer = force.people[8]
    Officer.objects.update(political_status="13")
    change(officer, id_number=number("19850401"))
    page = enter(force.users["cadre"], reverse("roster:doubt-list"))
    flawless(page)
    rows = page.locator(".ph-doubt-table tbody tr")
    page.get_by_role("link", name="出生年月与身份证号不一致").first.click()
    page.wait_for_url("**check=birth_vs_id**")
    assert rows.count() == 1
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tab/doubts")
    pair = page.locator(".ph-pair-side")
    assert "1985年3月1日" in pair.nth(0).inner_text()
    assert "1985年4月1日" in pair.nth(1).inner_text()
    flawless(page)
    page.get_by_role("link", name="组织认定").click()
    page.wait_for_url("**/ruling")
    flawless(page)
    page.get_by_label("以第一处为准").check()
    page.locator("[name=document]").fill("示组干〔2026〕17号")
    page.locator("[name=reason]").fill("户籍档案与出生证明一致。")
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/tab/doubts")
    page.get_by_text("示组干〔2026〕17号").wait_for()
    flawless(page)
    page.goto(page.url.split("/officers/")[0] + "/doubts")
    assert page.get_by_text("出生年月与身份证号不一致").count() == 1  # in the counts, as settled
    assert rows.filter(has_text="出生年月").count() == 0
    change(officer, id_number=number("19850501"))
    page.reload()
    assert rows.filter(has_text="出生年月").count() == 1
    assert Doubt.objects.filter(code="birth_vs_id", cleared_on=None, ruling=None).count() == 1

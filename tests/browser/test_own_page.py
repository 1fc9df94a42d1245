"""An officer looks at what is held about them, disputes an entry, and learns what came of it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from roster.models import CorrectionRequest, LedgerEntry
from roster.services.ledger import record_entry
from tests.factories import force as make

Enter = Callable[..., Any]
Flawless = Callable[[Any], None]
PHONE = {"width": 390, "height": 844}
WHY = "当天我在外地出差，有出差审批单，没有迟到。"
ANSWER = "已核对出差审批单，该条作废。"


@pytest.fixture
def late(force: SimpleNamespace) -> LedgerEntry:
    """The second officer has an account and has just been recorded as late by their political officer."""
    officer = force.people[1]
    force.users["officer"] = make.account("MIN", "officer", force.units["S1"], officer=officer)
    force.users["second"] = make.account("HR2", "hr_cadre", force.units["B"])
    return record_entry(
        officer=officer, kind="LATE_EARLY", occurred_on=force.today, payload={"type": "late", "excused": "no"},
        by=force.users["political_officer"],
    )  # fmt: skip


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
def test_an_officer_disputes_a_fact_another_decides_and_the_officer_is_told(
    enter: Enter, force: SimpleNamespace, flawless: Flawless, late: LedgerEntry, viewport: Any
):
    # the officer: sees what is held and until when it may be disputed, says why, sends it
    page = enter(force.users["officer"], reverse("roster:own-dossier"), viewport)
    flawless(page)
    assert page.get_by_role("heading", name="存有我的哪些信息").is_visible()
    page.get_by_role("link", name="有异议").first.click()
    page.wait_for_url("**/corrections/new*")
    flawless(page)
    page.get_by_label("整条移出：不应有这条记录").check()
    page.locator("[name=reason]").fill(WHY)
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/corrections/*")
    asked = CorrectionRequest.objects.get()
    assert (asked.dispute, asked.fact_number, asked.state) == (True, late.pk, "open")
    assert page.get_by_role("button", name="同意并更正").count() == 0

    # a cadre finds it among what waits, reads the reason and decides
    page = enter(force.users["cadre"], reverse("home"), viewport)
    page.goto(reverse("roster:correction-list"))
    page.get_by_role("link", name=asked.number).first.click()
    assert WHY in page.locator("main").inner_text()
    flawless(page)
    page.locator("[name=note]").fill(ANSWER)
    page.get_by_role("button", name="同意并更正").click()
    page.get_by_text("已同意并更正").first.wait_for()

    # the officer is told at home, opens the notice and reads the outcome
    page = enter(force.users["officer"], reverse("home"), viewport)
    flawless(page)
    notice = page.locator("#tile-notices").get_by_role("button").first
    assert ANSWER not in page.locator("main").inner_text()
    notice.click()
    page.wait_for_url(f"**/corrections/{asked.pk}")
    assert ANSWER in page.locator("main").inner_text()
    page.goto(reverse("roster:own-dossier"))
    assert asked.number in page.locator("main").inner_text()
    page.goto(reverse("core:notice-list"))
    flawless(page)
    late.refresh_from_db()
    assert late.voided_on == force.today

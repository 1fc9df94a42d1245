"""From a run to a tier and back: a director confirms, the officer objects, another upholds, all is recomputed."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from roster.services.ledger import record_entry
from scoring.models import CurrentScore, Objection, Proposal, TierPeriod
from scoring.selectors.models import default_version
from scoring.services.runs import create_run
from tests.browser.conftest import PHONE
from tests.factories import force as make
from tests.factories.index import finish

Enter = Callable[..., Any]
Flawless = Callable[[Any], None]


@pytest.fixture
def proposed(force: SimpleNamespace) -> Proposal:
    """An officer with a served light sanction and nothing else, an account of theirs, and a finished run."""
    officer = make.officers(1, force.units["S1"], first=501)[0]
    force.users["officer"] = make.account("ME", "officer", force.units["S1"], officer=officer)
    served = {"measure": "P1", "served_on": force.today.isoformat(), "effect_until": "2027-05-25"}
    record_entry(officer=officer, kind="PUNISHMENT", occurred_on=force.today, payload=served, verified=True, by=None)
    run = finish(create_run(version=default_version(), as_of=force.today, by=None))
    return Proposal.objects.get(run=run, officer=officer)


def test_confirm_object_uphold_recompute(enter: Enter, force: SimpleNamespace, flawless: Flawless, proposed: Proposal):
    page = enter(force.users["director"], reverse("scoring:proposal-list"))
    flawless(page)
    page.get_by_role("link", name=proposed.officer.label).click()
    page.get_by_text("保底规则").first.wait_for()
    flawless(page)
    assert page.locator("input:checked").count() == 0, "nothing is chosen beforehand"
    page.locator("[name=reason]").fill("处分影响期内，列入关注")
    page.get_by_role("button", name="确认", exact=True).click()
    page.wait_for_url("**/scoring/proposals")
    period = TierPeriod.objects.get()
    page.goto(period.address)
    flawless(page)

    page = enter(force.users["officer"], reverse("scoring:own-index"), PHONE)
    flawless(page)
    page.get_by_role("link", name="提出异议", exact=True).first.click()
    page.locator("[name=reason]").fill("处分决定已被复议撤销")
    flawless(page)
    page.get_by_role("button", name="提交").click()
    page.get_by_text("异议已提交").first.wait_for()
    objection = Objection.objects.get()

    page = enter(force.users["cadre"], reverse("scoring:objection-list"), {"width": 1440, "height": 900})
    flawless(page)
    page.get_by_role("link", name=objection.number).click()
    flawless(page)
    page.get_by_label("事实有误").check()
    page.locator("[name=answer]").fill("复议决定已送达，处分撤销")
    page.get_by_role("button", name="异议成立").click()
    page.get_by_text("指数已重新计算").first.wait_for()

    period.refresh_from_db()
    assert (period.exit, period.ended_by) == ("cleared", force.users["cadre"])
    score = CurrentScore.objects.get(officer=proposed.officer)
    assert (score.index, score.confirmed_tier) == (0, "normal")
    page = enter(force.users["officer"], objection.address)
    assert "复议决定已送达" in page.locator("main").inner_text()


def test_a_tier_is_proposed_by_hand_on_a_phone(enter: Enter, force: SimpleNamespace, flawless: Flawless):
    officer = force.people[1]
    page = enter(force.users["political_officer"], reverse("scoring:proposal-new", args=[officer.pk]), PHONE)
    flawless(page)
    assert page.locator("input:checked").count() == 0
    page.get_by_label("重点关注").check()
    page.get_by_label("困难类").check()
    page.locator("[name=until]").fill(f"{force.today.year + 1}-01-15")
    page.locator("[name=grounds]").fill("父亲住院，夜班偏多")
    page.get_by_role("button", name="提出建议").click()
    page.get_by_text("已提出建议").first.wait_for()
    assert Proposal.objects.get(officer=officer).source == "manual"

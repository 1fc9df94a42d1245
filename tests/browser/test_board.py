"""From the click on “run now” to the board, with the progress in between."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.urls import reverse

from scoring.models import IndexRun
from scoring.selectors.models import default_version
from scoring.services.runs import create_run
from tests.factories.index import finish


def test_a_run_is_asked_for_followed_and_read_on_the_board(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    page = enter(force.users["cadre"], reverse("scoring:board"))
    flawless(page)
    page.goto(reverse("scoring:run-list"))
    flawless(page)
    page.locator("form button[type=submit]", has_text="现在运行").click()
    page.locator("#run-progress[hx-get]").wait_for()
    flawless(page)
    run = IndexRun.objects.get()
    finish(run)
    page.locator("a", has_text="队伍管理状况").locator("visible=true").first.wait_for()
    page.goto(reverse("scoring:run-detail", args=[run.pk]))
    page.locator(".ph-actions a").click()
    page.wait_for_url("**" + reverse("scoring:board"))
    assert page.locator("#heat-title").is_visible()
    assert page.locator(".ph-change tbody td").first.inner_text() == "–", "a first run is compared with nothing"
    flawless(page)


def test_the_director_opens_a_proposal_from_the_home_page(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    finish(create_run(version=default_version(), as_of=force.today, by=None))
    page = enter(force.users["director"], reverse("home"))
    flawless(page)
    page.locator("#tile-proposals .ph-people a").first.click()
    page.wait_for_url("**/officers/*")
    page.goto(reverse("scoring:board"))
    assert page.locator("#due-title").is_visible()
    flawless(page)

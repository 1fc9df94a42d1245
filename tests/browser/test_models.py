"""A model from draft to use, as the cadre and the director do it in the browser."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.urls import reverse

from police_hr.core import jobs
from scoring.models import IndexModel, ModelPreview
from scoring.selectors.models import default_version
from scoring.services.runs import create_run
from tests.browser.conftest import PHONE
from tests.factories.index import finish


def test_a_weight_is_changed_previewed_approved_by_a_second_person_and_in_use(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    finish(create_run(version=default_version(), as_of=force.today, by=None))
    page = enter(force.users["cadre"], reverse("scoring:model-list"))
    flawless(page)
    page.locator("a", has_text="cn-default").or_(page.locator("td.ph-lead a").first).first.click()
    flawless(page)
    page.locator("button", has_text="据此新建草案").click()
    page.locator(".ph-dims a", has_text="工作负荷").click()
    flawless(page)
    page.locator("input[name=points-D01]").fill("30")
    page.locator("#example b", has_text="30.00").wait_for()  # the worked example follows what is typed
    page.locator("#reason").fill("加班连续增多，分值偏低")
    page.locator("button", has_text="保存这一部分").click()
    page.locator(".is-changed del", has_text="4").wait_for()
    page.locator(".ph-actions button", has_text="预览").click()
    page.locator("#preview-progress[hx-get]").wait_for()
    jobs.run(ModelPreview.objects.get().job_id or 0)
    page.locator(".ph-matrix").wait_for()
    flawless(page)
    page.set_viewport_size(PHONE)
    flawless(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator(".ph-crumbs a", has_text="V2").click()
    page.locator("button", has_text="送第二人批准").click()
    page.locator("text=您参与了此版本的起草").wait_for()
    page = enter(force.users["director"], reverse("scoring:model-detail", args=["cn-default"]) + "?version=2")
    flawless(page)
    page.locator("button", has_text="批准").first.click()
    page.locator("text=即日启用").wait_for()
    flawless(page)
    model = IndexModel.objects.select_related("active").get(is_default=True)
    assert (model.active.number, model.active.approved_by) == (2, force.users["director"])


def test_the_editor_and_the_method_fit_a_phone(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    page = enter(force.users["cadre"], reverse("scoring:model-detail", args=["cn-default"]), viewport=PHONE)
    page.locator("button", has_text="据此新建草案").click()
    for part in ("D", "rules", "floors"):
        page.goto(reverse("scoring:model-edit", args=["cn-default", 2]) + f"?part={part}")
        flawless(page)
    page.goto(reverse("scoring:method"))
    flawless(page)

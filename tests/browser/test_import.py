"""A file comes in: read, mended in place, written, seen in the list, taken back."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.urls import reverse

from police_hr.core import jobs
from roster.models import ImportBatch, Officer

FILE = "警号,姓名,单位,出生日期\r\n300001,林书扬,单位S1,1996.02\r\n300002,何亦然,单位S9,2003.07\r\n"
NAME = "人员变动.csv"


def work() -> None:
    """Do the job of the batch, as a worker would."""
    job = ImportBatch.objects.get(file_name=NAME).job
    assert job is not None
    jobs.run(job.pk)


def test_a_file_is_checked_mended_and_written(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None]
):
    page = enter(force.users["cadre"], reverse("roster:import-new"))
    flawless(page)
    page.locator("#id_what").select_option("officers")
    page.locator("input[type=file]").set_input_files({"name": NAME, "mimeType": "text/csv", "buffer": FILE.encode()})
    page.locator("form[enctype] button[type=submit]").click()
    page.wait_for_url("**/imports/*")
    work()
    wrong = page.locator("#import-body", has_text="单位S9")
    wrong.wait_for()
    flawless(page)
    batch = ImportBatch.objects.get(file_name=NAME)
    assert batch.state == ImportBatch.State.STAGED
    assert not Officer.objects.filter(badge_no="300001").exists()
    page.get_by_role("button", name="跳过").first.click()
    submit = page.locator(".ph-actions form button.ph-btn--primary, .ph-actions button.ph-btn--primary")
    submit.and_(page.locator(":enabled")).wait_for()
    page.on("dialog", lambda dialog: dialog.accept())
    submit.click()
    page.wait_for_timeout(300)
    work()
    page.locator("#import-body", has_text="已导入").wait_for()
    page.goto(reverse("roster:officer-list") + "?q=林书扬")
    assert page.locator("#officer-count").inner_text().startswith("1")

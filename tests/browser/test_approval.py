"""The appointment form: opened with a reason, printed, sent round as a file, taken in and taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.urls import reverse

from police_hr.core import jobs
from roster.lrmx import Document, read, write
from roster.models import ImportBatch, Officer
from roster.services.careers import add_family
from tests.factories.imports import invented_id


def work() -> None:
    """Do the job of the newest batch, as a worker would."""
    job = ImportBatch.objects.latest("pk").job
    assert job is not None
    jobs.run(job.pk)


def test_a_form_is_opened_printed_sent_round_and_taken_back(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None], tmp_path: Path
) -> None:
    officer = force.people[0]
    Officer.objects.filter(pk=officer.pk).update(id_number=invented_id("19850301"))
    add_family(
        rows=[{"officer_id": officer.pk, "relation": "10", "name": "李某", "employment": "示例小学教师"}], by=None
    )
    page = enter(force.users["cadre"], reverse("roster:officer-tab", args=[officer.pk, "approval"]))
    page.get_by_text("干部任免审批表").wait_for()
    assert page.get_by_text("示例小学教师").count() == 0
    flawless(page)

    # the family is closed: a reason opens it for half an hour
    page.locator(".ph-do-locked a").click()
    page.locator("textarea, input[name=reason]").first.fill("报送组织部门任免审批")
    for box in page.locator("input[type=checkbox]").all():
        box.check()
    page.locator("form.ph-form button[type=submit]").click()
    page.goto(reverse("roster:officer-tab", args=[officer.pk, "approval"]))
    page.get_by_text("示例小学教师").wait_for()

    # what only the form knows is written on it
    page.get_by_role("link", name="填写拟任免职务和理由").click()
    page.locator("#id_proposed_post").fill("江滨分局副局长")
    page.locator("form.ph-form button[type=submit]").click()
    page.get_by_text("江滨分局副局长").first.wait_for()

    # PDF and exchange file
    files = {}
    for name in ("PDF", ".lrmx"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name, exact=True).click()
        files[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[name])
    assert files["PDF"].read_bytes().startswith(b"%PDF")
    document = read(files[".lrmx"].read_bytes())
    assert (document.proposed_post, document.family[0].name) == ("江滨分局副局长", "李某")
    come_back(page, document, officer, tmp_path, flawless)


def come_back(page: Any, document: Document, officer: Officer, tmp_path: Path, flawless: Callable[[Any], None]) -> None:
    """The file comes back from elsewhere with another ancestral home, goes in, and is taken back."""
    document.native_place = "四川成都"
    changed = tmp_path / "回来.lrmx"
    changed.write_bytes(write(document))
    page.goto(reverse("roster:import-new"))
    page.locator("#id_what").select_option("appointment")
    page.locator("input[type=file]").set_input_files([changed])
    page.locator("form[enctype] button[type=submit]").click()
    page.wait_for_url("**/imports/*")
    work()
    page.locator("#import-body", has_text="四川成都").wait_for()
    flawless(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator(".ph-actions button.ph-btn--primary").click()
    page.wait_for_timeout(300)
    work()
    page.locator("#import-body", has_text="已导入").wait_for()
    assert Officer.objects.get(pk=officer.pk).native_place == "四川成都"

    # and is taken back
    page.locator("#import-body input[name=reason]").fill("误导入")
    page.locator("#import-body form[action$=undo] button[type=submit]").click()
    page.locator("#import-body", has_text="已撤销").wait_for()
    assert Officer.objects.get(pk=officer.pk).native_place == officer.native_place

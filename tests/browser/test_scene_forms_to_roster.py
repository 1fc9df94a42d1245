"""Scene 5 of the domain notes: HR takes in 200 appointment forms, gets the list of doubts, mends, prints the roster."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.urls import reverse

from police_hr.core import jobs
from roster.lrmx import Document, write
from roster.models import ExportRequest, ImportBatch, Officer
from roster.services.careers import add_postings
from roster.services.doubts import recheck
from roster.services.officers import create_officers
from tests.factories import lrmx as made

NUMBER = 200
# three whose forms disagree with themselves: a gap of three years in the resume
GAPS = (7, 42, 130)


def test_two_hundred_forms_doubts_mended_and_a_roster(
    enter: Callable[..., Any], force: SimpleNamespace, flawless: Callable[[Any], None], tmp_path: Path
) -> None:
    documents = [with_gap(made.form(n)) if n in GAPS else made.form(n) for n in range(NUMBER)]
    unit = force.units["S1"].pk
    people = create_officers(rows=[known(n, document) for n, document in enumerate(documents)], by=None)
    posts = [
        {"officer_id": pk, "unit_id": unit, "post": "民警", "main": True, "starts_on": dt.date(2020, 1, 1)}
        for pk in people
    ]
    add_postings(rows=posts, by=None)

    page = enter(force.users["cadre"], reverse("roster:import-new"))
    page.on("dialog", lambda dialog: dialog.accept())
    take_in(page, "任免表.zip", made.archive(documents))
    batch = ImportBatch.objects.latest("pk")
    assert batch.counts["acts"] == {"update": NUMBER}
    assert Officer.objects.filter(native_place="浙江示例").count() == NUMBER

    # the list of doubts names those whose resumes have a hole
    recheck(officer_ids=people)
    page.goto(reverse("roster:doubt-list") + "?check=resume_gap")
    names = {made_name(documents[n]) for n in GAPS}
    page.locator(".ph-doubt-table tbody tr").first.wait_for()
    assert names <= set(doubted(page))
    flawless(page)

    # the officer's papers are asked for again, and the mended form comes in
    mended = made.form(GAPS[0])
    page.goto(reverse("roster:import-new"))
    take_in(page, "补正.lrmx", write(mended))
    recheck(officer_ids=people)
    page.goto(reverse("roster:doubt-list") + "?check=resume_gap")
    page.locator("h1").wait_for()
    assert badge(GAPS[0]) not in page.locator("main").inner_text()
    assert badge(GAPS[1]) in page.locator("main").inner_text()

    print_roster(page)


def with_gap(document: Document) -> Document:
    first, second, *rest = document.resume.splitlines()
    year = int(second[:4])
    return replace(document, resume="\n".join([first, second.replace(f"{year}.08", f"{year + 3}.08", 1), *rest]))


def badge(number: int) -> str:
    return f"{92000 + number}"


def made_name(document: Document) -> str:
    return "".join(document.name.split())


def known(number: int, document: Document) -> dict[str, Any]:
    month = dt.date(int(document.birth_month[:4]), int(document.birth_month[4:]), 1)
    return {"badge_no": badge(number), "name": made_name(document), "id_number": document.id_number,
            "birth_date": month, "birth_precision": "month"}  # fmt: skip


def doubted(page: Any) -> list[str]:
    return ["".join(name.split()) for name in page.locator(".ph-doubt-table .ph-name").all_inner_texts()]


def work(model: type[Any]) -> None:
    """Do the job of the newest row, as a worker would."""
    job = model.objects.latest("pk").job
    assert job is not None
    jobs.run(job.pk)


def take_in(page: Any, name: str, content: bytes) -> None:
    """One upload: read, looked at, submitted."""
    page.locator("#id_what").select_option("appointment")
    upload = {"name": name, "mimeType": "application/octet-stream", "buffer": io.BytesIO(content).getvalue()}
    page.locator("input[type=file]").set_input_files(upload)
    page.locator("form[enctype] button[type=submit]").click()
    page.wait_for_url("**/imports/*")
    work(ImportBatch)
    # the page asks for its progress and loads anew by itself
    page.locator(".ph-actions button.ph-btn--primary:enabled").click()
    page.wait_for_timeout(500)
    work(ImportBatch)
    page.locator("#import-body", has_text="已导入").wait_for()


def print_roster(page: Any) -> None:
    """The roster of cadres, here of one of them: few enough to need no second person."""
    page.goto(reverse("roster:export-new") + "?q=92001&form=cadre_roster")
    page.locator("textarea[name=reason]").fill("报送组织部门的干部名册")
    page.locator("form.ph-form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/exports/\d+$"))
    work(ExportRequest)
    page.locator("#export a[href$=print]").click()
    page.get_by_text("干部名册").first.wait_for()
    assert ExportRequest.objects.latest("pk").state == ExportRequest.State.READY

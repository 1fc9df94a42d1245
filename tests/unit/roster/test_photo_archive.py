"""Zips of pictures: each picture is taken or told of, the scope of the sender holds, nothing is done twice."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from police_hr.core import files, jobs
from police_hr.core.models import JobRun
from roster.access import grant_role
from roster.models import OfficerPhoto
from roster.services import photo_archive
from roster.services.photos import MOST
from tests.factories import papers
from tests.factories.cast import Cast, account, cast


@pytest.fixture
def force(db: Any) -> Cast:
    return cast()


def zipped(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    out.seek(0)
    return out


def taken(force: Cast, entries: dict[str, bytes], role: str = "hr_cadre") -> JobRun:
    run = photo_archive.start_archive(source=zipped(entries), size=None, name="照片.zip", by=force[role])
    jobs.run(run.pk)
    run.refresh_from_db()
    return run


def test_each_picture_is_stored_or_told_of_with_the_reason(force: Cast):
    badge_a, badge_b = force.officer_a.badge_no, force.officer_b.badge_no
    run = taken(
        force,
        {
            f"一科/张三_{badge_a}.JPG": papers.jpeg(),
            f"{badge_b}.png": papers.png(120, 150),
            f"{badge_a}-2.jpg": papers.jpeg(colour="red"),
            "999999.jpg": papers.jpeg(),
            f"{badge_a}_{badge_b}.jpg": papers.jpeg(),
            "合影.jpg": papers.jpeg(),
            "__MACOSX/._a.jpg": b"x",
        },
    )
    assert run.state == JobRun.State.DONE, run.error
    assert (run.result["stored"], run.result["same"], run.result["refused"]) == (2, 0, 4)
    assert {name for name, _why in run.result["problems"]} == {
        f"{badge_a}-2.jpg",
        "999999.jpg",
        f"{badge_a}_{badge_b}.jpg",
        "合影.jpg",
    }
    assert set(OfficerPhoto.objects.values_list("officer", flat=True)) == {force.officer_a.pk, force.officer_b.pk}
    assert not files.is_intact(run.params["file"], run.params["sha256"], photo_archive.FOLDER)


def test_the_same_zip_again_changes_nothing(force: Cast):
    entries = {f"{force.officer_a.badge_no}.jpg": papers.jpeg()}
    taken(force, entries)
    again = taken(force, entries)
    assert (again.result["stored"], again.result["same"]) == (0, 1)
    assert OfficerPhoto.objects.count() == 1


def test_pictures_that_are_none_are_told_of_one_by_one(force: Cast):
    badge = force.officer_a.badge_no
    for name, content in {
        f"{badge}.jpg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        f"{badge}.jpeg": b"",
        f"{badge}.png": papers.flood_png(),
        f"{badge} .jpg": b"\0" * (MOST + 1),  # packs to nothing: a bomb is read no further than a picture may be
    }.items():
        run = taken(force, {name: content})
        assert (run.state, run.result["refused"]) == (JobRun.State.DONE, 1)
        assert run.result["problems"][0][1]
    assert not OfficerPhoto.objects.exists()


def test_officers_outside_the_scope_of_the_sender_get_no_picture(force: Cast):
    cadre = account("HRB")
    grant_role(user=cadre, role="hr_cadre", unit=force.branch_b, by=None)
    force.users["cadre_b"] = cadre
    entries = {f"{force.officer_a.badge_no}.jpg": papers.jpeg(), f"{force.officer_b.badge_no}.jpg": papers.jpeg()}
    run = taken(force, entries, role="cadre_b")
    assert (run.result["stored"], run.result["refused"]) == (1, 1)
    assert list(OfficerPhoto.objects.values_list("officer", flat=True)) == [force.officer_b.pk]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", papers.jpeg(), zipped({}).getvalue()])
def test_what_is_no_zip_is_refused_and_not_kept(force: Cast, content: bytes, data_dir: Any):
    with pytest.raises(ValidationError):
        photo_archive.start_archive(source=io.BytesIO(content), size=None, name="a.zip", by=force["hr_cadre"])
    assert not [path for path in data_dir.rglob("*") if path.is_file() and photo_archive.FOLDER in path.parts]
    assert not JobRun.objects.exists()


def test_a_zip_that_was_lost_ends_the_job_with_a_sentence(force: Cast):
    source = zipped({f"{force.officer_a.badge_no}.jpg": papers.jpeg()})
    run = photo_archive.start_archive(source=source, size=None, name="a.zip", by=force["hr_cadre"])
    files.forget(run.params["file"], photo_archive.FOLDER)
    jobs.run(run.pk)
    run.refresh_from_db()
    assert (run.state, bool(run.error)) == (JobRun.State.FAILED, True)


def test_a_zip_is_kept_while_its_job_may_be_tried_again_and_no_longer(force: Cast):
    source = zipped({f"{force.officer_a.badge_no}.jpg": papers.jpeg()})
    run = photo_archive.start_archive(source=source, size=None, name="a.zip", by=force["hr_cadre"])
    path, failed = run.params["file"], JobRun.State.FAILED
    assert list(photo_archive.archives_in_use()) == [path]
    JobRun.objects.filter(pk=run.pk).update(state=failed)
    assert list(photo_archive.archives_in_use()) == [path]
    JobRun.objects.filter(pk=run.pk).update(created_at=timezone.now() - dt.timedelta(days=8))
    assert list(photo_archive.archives_in_use()) == []


def test_a_cadre_sends_a_zip_and_reads_what_became_of_it(force: Cast):
    client = Client()
    client.force_login(force["hr_cadre"])
    form_url = reverse("roster:photo-archive-new")
    bad = client.post(form_url, {"archive": SimpleUploadedFile("a.zip", b"no zip at all")})
    assert "ph-note--stop" in bad.content.decode()
    content = zipped({f"{force.officer_a.badge_no}.jpg": papers.jpeg(), "000.jpg": papers.jpeg()}).getvalue()
    answer = client.post(form_url, {"archive": SimpleUploadedFile("照片.zip", content)})
    run = JobRun.objects.get()
    assert answer["Location"] == reverse("roster:photo-archive", args=[run.pk])
    assert 'hx-trigger="every 1s"' in client.get(answer["Location"]).content.decode()
    jobs.run(run.pk)
    html = client.get(answer["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "000.jpg" in html
    assert "照片.zip" in client.get(form_url).content.decode()
    other = Client()
    other.force_login(force["zhou"])
    assert other.get(answer["Location"]).status_code == 403

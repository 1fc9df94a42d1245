"""Pictures of officers: what is stored, what is refused, what is shown."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from PIL import Image  # noqa: TID253  # the pictures themselves are under test

from police_hr.core.access import Viewer, viewer_for
from police_hr.core.models import AuditEvent
from roster.models import Officer, OfficerPhoto
from roster.selectors import photos as selectors
from roster.services.photos import MOST, store_photo, withdraw_photo
from tests.factories import papers
from tests.factories.cast import Cast, cast

# A folder for each test: what another stores at the same time is no orphan here, and is not swept away.
pytestmark = pytest.mark.usefixtures("data_dir")

EVERYONE = Viewer.system()


@pytest.fixture
def force(db: Any) -> Cast:
    return cast()


def files_there() -> list[Path]:
    folder = Path(settings.DATA_DIR) / "files" / selectors.FOLDER
    return [path for path in folder.rglob("*") if path.is_file()]


def picture(photo: OfficerPhoto) -> Image.Image:
    return Image.open(io.BytesIO(selectors.photo_path(photo).read_bytes()))


def test_a_picture_is_scaled_to_the_form_and_loses_what_the_camera_wrote(force: Cast):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "CameraMaker"  # lying on its side: turned by 90° when shown
    photo = store_photo(officer=force.officer_a, content=papers.jpeg(1600, 1200, exif=exif), by=force["hr_cadre"])
    shown = picture(photo)
    assert (shown.format, shown.size) == ("JPEG", (345, 460))  # 1200 × 1600 upright, scaled to a height of 460
    assert (photo.width, photo.height) == shown.size
    assert not shown.getexif()
    assert b"CameraMaker" not in selectors.photo_path(photo).read_bytes()
    event = AuditEvent.objects.get(action="photo.store")
    assert (event.officer_number, event.details["photo"]) == (force.officer_a.pk, photo.pk)


def test_a_transparent_png_is_set_on_white_and_no_picture_is_enlarged(force: Cast):
    photo = store_photo(officer=force.officer_a, content=papers.png(120, 150), by=None)
    assert picture(photo).size == (120, 150)
    assert picture(photo).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unknown"),
        (b"<html><body>photo.jpg</body></html>", "unknown"),
        (b"\xff\xd8\xff" + b"\0" * MOST, "size"),
        (papers.flood_png(), "pixels"),
        (papers.jpeg(20, 20), "small"),
        (papers.plain_pdf(), "sort"),
        (papers.jpeg() + papers.archive(), "hidden"),
        (papers.flood_png(1000), "damaged"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence_and_leaves_nothing(force: Cast, content: bytes, code: str):
    before = files_there()
    with pytest.raises(ValidationError) as found:
        store_photo(officer=force.officer_a, content=content, by=None)
    assert found.value.code == code
    assert found.value.messages[0].endswith((".", "。"))
    assert not OfficerPhoto.objects.exists()
    assert files_there() == before


def test_the_same_picture_again_changes_nothing(force: Cast):
    first = store_photo(officer=force.officer_a, content=papers.jpeg(), by=None)
    before = files_there()
    assert store_photo(officer=force.officer_a, content=papers.jpeg(), by=None) == first
    assert files_there() == before
    assert AuditEvent.objects.filter(action="photo.store").count() == 1


def test_a_picture_whose_audit_fails_is_not_stored(force: Cast, monkeypatch: pytest.MonkeyPatch):
    def broken(**_event: Any) -> None:
        raise DatabaseError("disk full")

    before = files_there()
    monkeypatch.setattr("police_hr.core.audit.record", broken)
    with pytest.raises(DatabaseError):
        store_photo(officer=force.officer_a, content=papers.jpeg(), by=None)
    assert not OfficerPhoto.objects.exists()
    assert files_there() == before


def test_a_picture_taken_back_shows_the_one_before_it(force: Cast):
    first = store_photo(officer=force.officer_a, content=papers.jpeg(colour="red"), by=None)
    second = store_photo(officer=force.officer_a, content=papers.jpeg(colour="blue"), by=None)
    assert selectors.photo_of(EVERYONE, force.officer_a) == second
    withdraw_photo(photo=second, by=force["hr_cadre"])
    withdraw_photo(photo=second, by=force["hr_cadre"])
    assert selectors.photo_of(EVERYONE, force.officer_a) == first
    assert AuditEvent.objects.filter(action="photo.withdraw").count() == 1
    withdraw_photo(photo=first, by=None)
    assert selectors.photo_bytes(EVERYONE, force.officer_a) is None


def test_pictures_of_a_page_come_in_one_query_and_only_of_those_in_scope(force: Cast, django_assert_num_queries: Any):
    store_photo(officer=force.officer_a, content=papers.jpeg(colour="red"), by=None)
    latest = store_photo(officer=force.officer_a, content=papers.jpeg(colour="blue"), by=None)
    store_photo(officer=force.officer_b, content=papers.jpeg(), by=None)
    viewer = viewer_for(force["unit_political_officer"])
    with django_assert_num_queries(1):
        found = selectors.latest_photos(viewer, [force.officer_a.pk, force.officer_b.pk])
    assert found == {force.officer_a.pk: latest}
    assert selectors.latest_photos(viewer_for(force["counsellor"]), [force.officer_a.pk]) == {}
    with django_assert_num_queries(1):
        urls = [officer.photo_url for officer in selectors.with_photo(Officer.objects.order_by("pk"))]
    assert urls[0].endswith(f"?v={latest.sha256[:16]}")

"""The roster with photos as a PDF: sheets of twenty, pictures that cannot be read, and a machine without a font."""

from __future__ import annotations

import io
from typing import Any

import pytest

from police_hr.core import jobs
from police_hr.core.access import viewer_for
from roster.models import ExportRequest, Officer
from roster.printing import fonts
from roster.selectors.photos import latest_photos, photo_path
from roster.services import exports, photo_rosters
from roster.services.photos import store_photo
from tests.factories.cast import Cast, cast
from tests.factories.force import officers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("defaults", "data_dir")]


@pytest.fixture
def force() -> Cast:
    return cast()


def picture(colour: str = "navy") -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (376, 460), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def written(force: Cast, ids: list[int]) -> ExportRequest:
    by = force["hr_cadre"]
    export = exports.request_officers(
        viewer=viewer_for(by), officers=ids, reason="年度照片名册", file_format="pdf", by=by, form="photo_roster"
    )
    jobs.run(export.job_id)
    export.refresh_from_db()
    return export


def pages(export: ExportRequest) -> list[Any]:
    from pypdf import PdfReader

    assert export.state == "ready", export.job and export.job.error
    return list(PdfReader(exports.folder() / export.file).pages)


def pictures_on(page: Any) -> int:
    return len(page.images)


def test_twenty_photos_fill_a_sheet_and_the_sheets_are_numbered_through(force: Cast, monkeypatch: pytest.MonkeyPatch):
    """Two bundles of one sheet and one of three cards: 43 officers, 3 sheets."""
    monkeypatch.setattr(photo_rosters, "BUNDLE", 20)
    ids = [officer.pk for officer in officers(43, force.branch_a, first=100)]
    store_photo(officer=Officer.objects.get(pk=ids[0]), content=picture(), by=None)
    store_photo(officer=Officer.objects.get(pk=ids[42]), content=picture("maroon"), by=None)
    found = pages(written(force, ids))
    texts = [page.extract_text() for page in found]
    assert len(found) == 3
    assert [f"{number} / 3" in text for number, text in enumerate(texts, 1)] == [True, True, True]
    assert ["照片名册" in text for text in texts] == [True, False, False]
    assert [pictures_on(page) for page in found] == [1, 0, 1]
    first = Officer.objects.get(pk=ids[0])
    assert first.badge_no in texts[0]
    assert force["hr_cadre"].badge_no in texts[2]


def test_a_picture_that_is_lost_or_broken_leaves_its_card_with_the_initial(force: Cast):
    both = [force.officer_a, force.officer_b]
    for officer in both:
        store_photo(officer=officer, content=picture(), by=None)
    kept = latest_photos(viewer_for(force["hr_cadre"]), [officer.pk for officer in both])
    photo_path(kept[both[0].pk]).unlink()
    broken = photo_path(kept[both[1].pk])
    broken.chmod(0o600)
    broken.write_bytes(b"<svg onload='alert(1)'/>")
    (page,) = pages(written(force, [officer.pk for officer in both]))
    assert pictures_on(page) == 0
    assert page.extract_text().count("民") >= 2


def test_a_long_name_and_signs_of_a_markup_language_are_only_text(force: Cast):
    Officer.objects.filter(pk=force.officer_a.pk).update(
        name="阿卜杜热合曼·买买提依明·艾合买提#set[x]", post="*强*_斜_"
    )
    text = pages(written(force, [force.officer_a.pk]))[0].extract_text()
    assert "*强*_斜_" in text
    assert "#set[x]" in text.replace("\n", "")


def test_without_a_font_the_job_says_what_to_install(force: Cast, monkeypatch: pytest.MonkeyPatch):
    def missing(chosen: str = "", folders: tuple[str, ...] = ()) -> tuple[Any, ...]:
        raise fonts.FontMissing

    monkeypatch.setattr(photo_rosters, "find_fonts", missing)
    export = written(force, [force.officer_a.pk])
    assert export.state == "failed"
    assert export.job is not None
    assert "POLICE_HR_PRINT_FONT" in export.job.error
    assert not list(exports.folder().glob("*.pdf"))

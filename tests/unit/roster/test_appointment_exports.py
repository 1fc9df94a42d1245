"""Many appointment forms as one file: reason, second person, checked, opened for each officer by name."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from police_hr.core.access import viewer_for
from police_hr.core.jobs import JobError
from police_hr.core.models import AuditEvent
from roster.lrmx import read
from roster.models import ExportRequest, Officer
from roster.selectors import codes
from roster.services import exports
from roster.services.appointment import write_form_texts
from roster.services.careers import add_family
from roster.services.defaults import install_defaults
from roster.services.export_forms import form_of
from tests.factories.force import account, officers, units

State = ExportRequest.State


@pytest.fixture
def force(db: Any, data_dir: Path) -> list[Officer]:
    codes.forget()
    install_defaults()
    found = officers(3, units("bureau")["bureau"])
    rows = [{"officer_id": one.pk, "relation": "10", "name": "李某", "employment": "示例小学教师"} for one in found]
    add_family(rows=rows, by=None)
    return found


def asked(force: list[Officer], form: str, role: str = "hr_cadre") -> ExportRequest:
    user = account(f"cadre-{form[-4:]}", role, force[0].unit)
    return exports.request_officers(
        viewer=viewer_for(user), officers=[one.pk for one in force], reason="报送组织部门", by=user, form=form,
        file_format=form_of(form).formats[0],  # type: ignore[union-attr]
    )  # fmt: skip


def written(export: ExportRequest, done: list[int] | None = None) -> Path:
    exports.write_export(export_id=export.pk, progress=(done if done is not None else []).append)
    export.refresh_from_db()
    assert export.state == State.READY
    return exports.folder() / export.file


def test_one_pdf_with_two_pages_an_officer(force: list[Officer]) -> None:
    from pypdf import PdfReader

    done: list[int] = []
    reader = PdfReader(written(asked(force, "approval_pdf"), done))
    assert len(reader.pages) == 6
    text = "".join(page.extract_text() for page in reader.pages)
    assert text.count("示例小学教师") == 3
    assert 3 in done


def test_one_exchange_file_an_officer(force: list[Officer]) -> None:
    with zipfile.ZipFile(written(asked(force, "approval_lrmx"))) as archive:
        names = archive.namelist()
        assert [name.split(" ")[0] for name in names] == [one.badge_no for one in force]
        assert [read(archive.read(name)).family[0].name for name in names] == ["李某"] * 3


def test_one_word_file_an_officer(force: list[Officer]) -> None:
    with zipfile.ZipFile(written(asked(force, "approval_docx"))) as archive:
        assert [name.rsplit(".", 1)[1] for name in archive.namelist()] == ["docx"] * 3


def test_every_file_says_whose_it_is_though_the_sheet_does_not(force: list[Officer]) -> None:
    """Name, badge number, time and the number of the export: in the properties of a PDF and of each Word file, and
    in the comment of a bundle; the official form itself carries no foreign line."""
    from docx import Document
    from pypdf import PdfReader

    for form in ("approval_pdf", "approval_docx", "approval_lrmx"):
        export = asked(force, form)
        path = written(export)
        user = export.requested_by
        if form == "approval_pdf":
            reader = PdfReader(path)
            marks = [str((reader.metadata or {}).get("/Keywords"))]
            assert export.number not in "".join(page.extract_text() for page in reader.pages)
        else:
            with zipfile.ZipFile(path) as archive:
                marks = [archive.comment.decode()]
                words = [name for name in archive.namelist() if name.endswith("docx")]
                marks += [Document(io.BytesIO(archive.read(name))).core_properties.keywords for name in words]
        for mark in marks:
            assert all(part in mark for part in (user.name, user.badge_no, export.number)), (form, mark)


def test_each_officer_of_an_export_is_written_down_with_the_reason(force: list[Officer]) -> None:
    written(asked(force, "approval_lrmx"))
    events = AuditEvent.objects.filter(action="appointment.print")
    assert sorted(events.values_list("officer_number", flat=True)) == sorted(one.pk for one in force)
    assert set(events.values_list("purpose", flat=True)) == {"报送组织部门"}


def test_what_does_not_fit_stands_with_the_export(force: list[Officer]) -> None:
    write_form_texts(officer=force[1], texts={"proposed_post": "示例单位" * 99}, started_from=None, by=None)
    export = asked(force, "approval_pdf")
    written(export)
    assert any(note.startswith(force[1].badge_no) for note in export.options["notes"])


def test_without_the_typeface_the_export_fails_with_the_sentence(force: list[Officer], settings: Any) -> None:
    settings.PRINT_FONT = "/nowhere/song.ttf"
    with pytest.raises(JobError, match="fonts-noto-cjk"):
        exports.write_export(export_id=asked(force, "approval_pdf").pk)
    assert not list(exports.folder().glob("*.pdf"))


def test_more_than_fifty_wait_for_a_second_person(force: list[Officer]) -> None:
    more = [*force, *officers(48, force[0].unit, first=10)]
    assert asked(more, "approval_lrmx").state == State.WAITING


def test_bundles_are_put_together_in_order(force: list[Officer], monkeypatch: Any) -> None:
    from pypdf import PdfReader

    monkeypatch.setattr("roster.services.appointment_prints.BUNDLE", 2)
    reader = PdfReader(written(asked(force, "approval_pdf")))
    names = ["".join(one.name) for one in force]
    text = ["".join(reader.pages[2 * n].extract_text().split()) for n in range(3)]
    assert all(name in page for name, page in zip(names, text, strict=True))

"""Exchange files through the import door: matched, previewed, committed whole, undone whole."""

from __future__ import annotations

import base64
import datetime as dt
import time
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from police_hr.core.access import Viewer
from roster.importing.targets import make_target
from roster.lrmx import Document, read, write
from roster.models import (
    AppointmentForm,
    Appraisal,
    Education,
    FamilyMember,
    ImportBatch,
    ImportRow,
    Officer,
    OfficerPhoto,
    Posting,
    ResumeLine,
)
from roster.selectors import codes
from roster.selectors.appointment import appointment_form
from roster.selectors.imports import Preview
from roster.services.careers import add_family, add_resume_lines
from roster.services.defaults import install_defaults
from roster.services.imports.committing import commit
from roster.services.imports.rows import mend_cell, take_fix
from roster.services.imports.undoing import undo
from roster.services.officers import create_officers
from tests.factories import lrmx as made
from tests.factories import papers
from tests.factories.force import units
from tests.factories.imports import staged
from tests.unit.roster.test_lrmx import canonical

DAY = dt.date(2026, 11, 23)


@pytest.fixture
def force(db: Any, data_dir: Path) -> None:
    codes.forget()
    install_defaults()
    units("bureau", "branch")


def known(document: Document, badge: str = "091001", **more: Any) -> Officer:
    """An officer of whom the dossier knows name, ID number and month of birth."""
    month = dt.date(int(document.birth_month[:4]), int(document.birth_month[4:]), 1)
    facts = {
        "badge_no": badge, "name": "".join(document.name.split()), "id_number": document.id_number,
        "birth_date": month, "birth_precision": "month", **more,
    }  # fmt: skip
    (pk,) = create_officers(rows=[facts], by=None)
    return Officer.objects.get(pk=pk)


def arrived(*documents: Document, names: tuple[str, ...] = ()) -> ImportBatch:
    return staged(made.archive(documents, names), "appointment", name="任免表.zip")


def rows(batch: ImportBatch) -> list[ImportRow]:
    return list(ImportRow.objects.filter(batch=batch).order_by("row_no"))


def issues(batch: ImportBatch, row_no: int = 1) -> list[str]:
    return [issue["code"] for issue in ImportRow.objects.get(batch=batch, row_no=row_no).issues]


def take(batch: ImportBatch, code: str, label: str) -> None:
    """Press the button `label` of the first row's issue `code`."""
    row = rows(batch)[0]
    number = next(n for n, issue in enumerate(row.issues) if issue["code"] == code)
    fix = next(n for n, offer in enumerate(row.issues[number]["fixes"]) if offer["label"] == label)
    take_fix(batch=batch, row_no=1, issue=number, fix=fix, by=None)
    batch.refresh_from_db()


def test_the_sample_comes_in_and_goes_out_equal(force: Any, shared: Path) -> None:
    """Bytes in, through the dossier, bytes out: every tag says the same."""
    data = (shared / "data" / "lrmx" / "sample.lrmx").read_bytes()
    officer = known(read(data))
    batch = staged(data, "appointment", name="王演.lrmx")
    assert [row.act for row in rows(batch)] == ["update"]
    commit(batch, None)
    found = appointment_form(Viewer.system(), Officer.objects.get(pk=officer.pk), DAY)
    assert canonical(write(found.document)) == canonical(data)
    assert FamilyMember.objects.get(officer=officer).relation == "10"
    assert [line.text for line in ResumeLine.objects.filter(officer=officer, within=None)][2].endswith("副所长")
    assert Appraisal.objects.filter(officer=officer).count() == 3


def test_two_hundred_files_come_in_in_time_and_go_out_equal(force: Any) -> None:
    """Issue 3: 200 files in at most 20 s (of this process: other work of the machine is not counted), staged and
    committed; each goes out as it came."""
    documents = [replace(document, photo="") for document in made.forms(200)]
    people = {document.id_number: known(document, f"{91000 + n}") for n, document in enumerate(documents)}
    assert len(people) == 200
    started = time.process_time()
    batch = arrived(*documents)
    assert batch.counts["acts"] == {"update": 200}, batch.counts
    commit(batch, None)
    assert time.process_time() - started < 20
    for document in documents:
        officer = Officer.objects.get(pk=people[document.id_number].pk)
        out = appointment_form(Viewer.system(), officer, DAY).document
        assert canonical(write(out)) == canonical(write(document))


def test_the_same_files_again_change_nothing(force: Any) -> None:
    documents = made.forms(5)
    for number, document in enumerate(documents):
        known(document, f"{91000 + number}")
    commit(arrived(*documents), None)
    again = arrived(*documents)
    assert [row.act for row in rows(again)] == ["same"] * 5, [row.before for row in rows(again)]


def test_undo_puts_everything_back(force: Any) -> None:
    document = replace(made.form(3), photo=base64.b64encode(papers.jpeg()).decode())
    officer = known(document, native_place="四川示例")
    add_family(rows=[{"officer_id": officer.pk, "relation": "51", "name": "旧父"}], by=None)
    old = {"officer_id": officer.pk, "starts_on": dt.date(1990, 1, 1), "text": "旧简历"}
    add_resume_lines(rows=[old], by=None)
    batch = arrived(document)
    assert rows(batch)[0].before["native_place"] == "四川示例"
    commit(batch, None)
    assert Officer.objects.get(pk=officer.pk).native_place == "浙江示例"
    assert FamilyMember.objects.get(name="旧父").voided_on is not None
    assert OfficerPhoto.objects.filter(officer=officer, withdrawn_at=None).count() == 1
    batch.refresh_from_db()
    undo(batch=batch, by=None)
    assert Officer.objects.get(pk=officer.pk).native_place == "四川示例"
    form = appointment_form(Viewer.system(), Officer.objects.get(pk=officer.pk), DAY)
    assert [member.name for member in form.document.family] == ["旧父"]
    assert form.document.resume == "1990.01--         旧简历"
    assert (form.current, form.document.photo, form.document.full_time_education) == (None, "", "")


def test_a_new_officer_needs_a_badge_number_and_gets_a_post(force: Any) -> None:
    document = replace(made.form(4), current_post="示例市公安局单位branch副所长、三级警长", photo="")
    batch = arrived(document, names=("新人.lrmx",))
    assert "badge_missing" in issues(batch)
    mend_cell(batch=batch, row_no=1, field="badge_no", text="092222", by=None)
    batch.refresh_from_db()
    assert issues(batch) == ["unit_from_post"]
    commit(batch, None)
    officer = Officer.objects.select_related("unit").get(badge_no="092222")
    assert (officer.unit and officer.unit.code, officer.post) == ("branch", "副所长")
    assert (
        Posting.objects.get(officer=officer).starts_on
        == ResumeLine.objects.get(officer=officer, ends_on=None, within=None).starts_on
    )
    assert Education.objects.filter(officer=officer).exists()
    assert appointment_form(Viewer.system(), officer, DAY).document.current_post == document.current_post


def test_a_badge_number_in_the_name_of_the_file_is_taken(force: Any) -> None:
    batch = arrived(made.form(4), names=("093333 王某.lrmx",))
    assert rows(batch)[0].values["badge_no"] == "093333"


def test_the_same_name_and_month_is_a_question(force: Any) -> None:
    document = made.form(5)
    officer = known(replace(document, id_number=""))
    batch = arrived(document)
    assert issues(batch) == ["same_person"]
    take(batch, "same_person", "is_same")
    assert (rows(batch)[0].act, rows(batch)[0].target_number) == ("update", officer.pk)
    commit(batch, None)
    assert Officer.objects.get(pk=officer.pk).id_number == document.id_number


def test_or_it_is_somebody_else(force: Any) -> None:
    document = made.form(5)
    known(replace(document, id_number=""))
    batch = arrived(document)
    take(batch, "same_person", "is_new")
    assert "badge_missing" in issues(batch)
    assert rows(batch)[0].act == "new"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id_number": "990000198503010013"}, "id_check"),
        ({"id_number": "12345"}, "id_length"),
        ({"ethnicity": "火星族"}, "not_choice"),
        ({"health": "超人"}, "not_choice"),
        ({"full_time_education": "博士后"}, "level_unknown"),
        ({"party_joined": "某社;2005.06"}, "not_choice"),
        ({"work_started": "不详"}, "month_unread"),
        ({"appraisals": "2025年度考核卓越"}, "appraisal_unknown"),
        ({"resume": "2000.01--2001.06 a\n2001.09-- b"}, "resume_gap"),
        ({"resume": "2000.01--2001.06 a\n2001.03-- b"}, "resume_overlap"),
        ({"resume": "从小热爱公安"}, "resume_unread"),
        ({"resume": "2000.13--2001.06 a"}, "resume_month"),
        ({"resume": "2002.01--2001.06 a"}, "resume_backwards"),
        ({"birth_month": "197001"}, "birth_unlike_id"),
        ({"name": ""}, "required"),
    ],
)
def test_what_a_file_says_wrongly_is_told_at_its_cell(force: Any, change: dict[str, str], code: str) -> None:
    document = made.form(1)
    known(document)
    told = issues(arrived(replace(document, **change)))
    assert code in told


def test_a_resume_that_cannot_be_read_can_be_kept_as_a_text(force: Any) -> None:
    document = replace(made.form(1), resume="从小热爱公安\n2000.01--  民警")
    officer = known(document)
    batch = arrived(document)
    take(batch, "resume_unread", "keep_text")
    commit(batch, None)
    assert not ResumeLine.objects.filter(officer=officer).exists()
    assert AppointmentForm.objects.get(officer=officer).texts["resume"] == document.resume


def test_a_mended_cell_is_what_comes_in_and_goes_out(force: Any) -> None:
    document = replace(made.form(1), resume="2000.01--2001.06  甲\n2001.09--         乙")
    officer = known(document)
    batch = arrived(document)
    mend_cell(batch=batch, row_no=1, field="resume", text="2000.01--2001.09  甲\n2001.09--         乙", by=None)
    batch.refresh_from_db()
    assert issues(batch) == []
    commit(batch, None)
    assert appointment_form(Viewer.system(), officer, DAY).document.resume.startswith("2000.01--2001.09")


def test_one_bad_file_stops_only_itself(force: Any) -> None:
    """A bomb, a locked entry, a picture and a broken file are rows with their reason; the good ones can go in."""
    document = made.form(1)
    officer = known(document)
    buffer = BytesIO(made.archive([document]))
    with zipfile.ZipFile(buffer, "a") as packed:
        packed.writestr("bomb.lrmx", '<!DOCTYPE x [<!ENTITY a "b">]><Person><XingMing>&a;</XingMing></Person>')
        packed.writestr("broken.lrmx", "<Person><XingMing>")
        packed.writestr("cat.jpg", papers.jpeg(60, 60))
        packed.writestr("__MACOSX/._x.lrmx", "x")
        packed.writestr("html.lrmx", "<html></html>")
    batch = staged(buffer.getvalue(), "appointment", name="a.zip")
    assert batch.counts["error"] == 4
    assert {issue["code"] for row in rows(batch)[1:] for issue in row.issues} == {"row_shape"}
    for row in rows(batch)[1:]:
        take_fix(batch=batch, row_no=row.row_no, issue=0, fix=0, by=None)
    batch.refresh_from_db()
    commit(batch, None)
    assert AppointmentForm.objects.get().officer_id == officer.pk


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"PK\x05\x06" + b"\0" * 18, "leer.zip"), (b"PK\x03\x04 cut", "x.zip"), (papers.archive(), "a.zip")],
)
def test_archives_without_a_form_say_so(force: Any, content: bytes, name: str) -> None:
    batch = staged(content, "appointment", name=name)
    assert batch.state == "failed" or batch.counts["error"] == 1
    assert batch.problem or rows(batch)[0].issues


def test_a_photo_that_is_none_is_left_out(force: Any) -> None:
    document = replace(made.form(1), photo=base64.b64encode(b"<svg onload='x'/>").decode())
    officer = known(document)
    commit(arrived(document), None)
    assert not OfficerPhoto.objects.exists()
    assert AppointmentForm.objects.filter(officer=officer).exists()


def test_the_preview_tells_the_family_by_its_number_alone(force: Any) -> None:
    """Class 3 is not shown to whoever may import; changed fields show old and new."""
    document = made.form(3)
    known(document, native_place="四川示例")
    batch = arrived(document)
    target = make_target("appointment", today=DAY)
    (row,) = Preview(batch, target).rows(rows(batch))
    cells = {cell["field"]: cell for cell in row["cells"]}
    assert cells["family"]["text"] == str(len(document.family))
    assert (cells["native_place"]["old"], cells["native_place"]["text"]) == ("四川示例", "浙江示例")
    stored = str(ImportRow.objects.values_list("cells", "values", "before"))
    assert document.family[0].name not in stored


def test_the_same_person_twice_in_one_archive(force: Any) -> None:
    document = made.form(1)
    known(document)
    batch = arrived(document, document)
    assert issues(batch, 2) == ["duplicate_in_file"]


def test_the_command_takes_a_folder(force: Any, tmp_path: Path, capsys: Any) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    for number, document in enumerate(made.forms(3)):
        known(document, f"{91000 + number}")
        (folder / f"{number}.lrmx").write_bytes(write(document))
    (folder / "bad.lrmx").write_text("<html/>")
    with pytest.raises(CommandError):
        call_command("import_lrmx", str(folder))
    call_command("import_lrmx", str(folder), "--skip-errors")
    assert "4 files, 0 new, 3 updated, 0 unchanged, 1 left out" in capsys.readouterr().out
    assert AppointmentForm.objects.count() == 3
    with pytest.raises(CommandError):
        call_command("import_lrmx", str(tmp_path / "nowhere.lrmx"))

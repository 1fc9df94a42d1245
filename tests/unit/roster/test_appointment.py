"""The appointment form: put together from the dossier, written on by hand, printed."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from police_hr.core.access import Viewer
from police_hr.core.models import AuditEvent
from roster.lrmx import Document, FamilyMember, read, write
from roster.lrmx.words import code, words
from roster.models import AppointmentForm, Officer
from roster.printing import process
from roster.printing.fonts import FontMissing, find_fonts
from roster.printing.sheet import in_order, sheet_of
from roster.selectors import codes
from roster.selectors.appointment import FAMILY, PERSONAL, SANCTIONS, appointment_form, appointment_forms
from roster.services.appointment import write_form_texts
from roster.services.careers import (
    add_appraisals,
    add_educations,
    add_family,
    add_grades,
    add_postings,
    add_resume_lines,
)
from roster.services.defaults import install_defaults
from roster.services.ledger import record_entry
from roster.services.officers import create_officers
from roster.services.photos import store_photo
from tests.factories import lrmx as made
from tests.factories import papers
from tests.factories.force import officers, units, viewer

DAY = dt.date(2026, 11, 23)
EVERYTHING = Viewer.system()


@pytest.fixture
def officer(db: Any) -> Officer:
    """Wang Yan of the sample: school, two posts, a study beside the work, an award, three appraisals, a family."""
    codes.forget()
    install_defaults()
    station = units("bureau", "branch", "station")["station"]
    facts = {
        "badge_no": "091001", "name": "王演", "sex": "M", "birth_date": dt.date(1985, 3, 1), "health": "1",
        "id_number": "990000198503010012", "political_status": "01", "party_joined_on": dt.date(2007, 6, 1),
        "work_started_on": dt.date(2007, 8, 1), "ethnicity": "01", "native_place": "浙江示例",
        "birthplace": "浙江示例", "speciality": "刑事侦查",
    }  # fmt: skip
    (pk,) = create_officers(rows=[facts], by=None)
    one = Officer.objects.get(pk=pk)
    add_educations(rows=[
        {"officer_id": pk, "level": "21", "degree": "法学学士", "school": "示例警察学院", "major": "侦查学",
         "full_time": True, "starts_on": dt.date(2003, 9, 1), "ends_on": dt.date(2007, 6, 30)},
        {"officer_id": pk, "level": "14", "degree": "", "school": "示例大学", "major": "法学", "full_time": False,
         "starts_on": dt.date(2016, 9, 1), "ends_on": dt.date(2019, 6, 30)},
    ], by=None)  # fmt: skip
    add_postings(rows=[
        {"officer_id": pk, "unit_id": station.pk, "post": "民警", "main": True, "starts_on": dt.date(2007, 8, 1),
         "ends_on": dt.date(2015, 5, 9)},
        {"officer_id": pk, "unit_id": station.pk, "post": "副所长", "main": True, "starts_on": dt.date(2015, 5, 10)},
    ], by=None)  # fmt: skip
    add_grades(rows=[{"officer_id": pk, "grade": "G09", "since": dt.date(2020, 1, 1)}], by=None)
    add_appraisals(
        rows=[{"officer_id": pk, "year": y, "result": r} for y, r in
              [(2022, "N3"), (2023, "N2"), (2024, "N1"), (2025, "N2")]], by=None,
    )  # fmt: skip
    add_family(rows=[
        {"officer_id": pk, "relation": "51", "name": "王前", "birth_month": dt.date(1955, 1, 1),
         "political_status": "13", "employment": "", "deceased": True},
        {"officer_id": pk, "relation": "10", "name": "李某", "birth_month": dt.date(1986, 6, 1),
         "political_status": "13", "employment": "示例小学教师"},
    ], by=None)  # fmt: skip
    payload = {"grade": "A2", "decided_by": "示例市公安局"}
    record_entry(officer=one, kind="AWARD", occurred_on=dt.date(2015, 3, 2), payload=payload, by=None)
    return Officer.objects.select_related("unit").get(pk=pk)


def test_the_form_of_a_dossier(officer: Officer) -> None:
    """Sentences and months as domain/dossier.md §2.1 writes them; of the appraisals the last three."""
    found = appointment_form(EVERYTHING, officer, DAY).document
    assert (found.name, found.birth_month, found.party_joined) == ("王  演", "198503", "200706")
    assert (found.ethnicity, found.health, found.id_number) == ("汉族", "健康", "990000198503010012")
    assert (found.full_time_education, found.full_time_degree) == ("大学", "法学学士")
    assert found.full_time_school == "示例警察学院侦查学专业"
    assert found.in_service_education == "在职研究生"
    assert found.current_post.endswith("副所长、三级警长")
    assert found.awards == "2015年3月，经示例市公安局批准，记个人三等功。"
    assert found.appraisals == "2023年度考核称职；2024年度考核优秀；2025年度考核称职。"
    assert [(m.relation, m.name, m.birth_month, m.employment) for m in found.family] == [
        ("妻子", "李某", "198606", "示例小学教师"), ("父亲", "王前", "195501", "已去世"),
    ]  # fmt: skip
    assert found.age_as_of == found.filled_on == "20261123"


def test_the_resume_is_put_together_without_gaps(officer: Officer) -> None:
    """School ends in 06, work begins in 08: the two months are closed. Study beside the work stands in brackets."""
    form = appointment_form(EVERYTHING, officer, DAY)
    lines = form.document.resume.splitlines()
    assert lines[0] == "2003.09--2007.08  示例警察学院侦查学专业学习"
    assert lines[1].startswith("2007.08--2015.05  ")
    assert lines[2].startswith("2015.05--         ")
    assert lines[3] == "（其间：2016.09--2019.06  示例大学法学专业在职学习）"
    assert form.faults == ()


def test_a_recorded_resume_goes_before_a_composed_one(officer: Officer) -> None:
    rows = [
        {"officer_id": officer.pk, "starts_on": dt.date(2003, 9, 1), "ends_on": dt.date(2007, 7, 1), "text": "学习"},
        {"officer_id": officer.pk, "starts_on": dt.date(2008, 7, 1), "text": "民警"},
    ]
    add_resume_lines(rows=rows, by=None)
    form = appointment_form(EVERYTHING, officer, DAY)
    assert form.document.resume == "2003.09--2007.07  学习\n2008.07--         民警"
    assert [fault.code for fault in form.faults] == ["gap"]


def test_nothing_held_makes_a_form_of_blanks(db: Any) -> None:
    install_defaults()
    (pk,) = create_officers(rows=[{"badge_no": "091002"}], by=None)
    found = appointment_form(EVERYTHING, Officer.objects.select_related("unit").get(pk=pk), DAY).document
    assert (found.awards, found.appraisals, found.family, found.photo) == ("无", "", (), "")
    assert read(write(found)).name == found.name


def test_what_a_viewer_may_not_open_is_left_out_and_named(officer: Officer) -> None:
    payload = {"measure": "P2", "effect_until": "2021-05-01", "decided_by": "示例市公安局", "served_on": "2020-05-03"}
    on = dt.date(2020, 5, 1)
    record_entry(officer=officer, kind="PUNISHMENT", occurred_on=on, payload=payload, verified=True, by=None)
    bureau = officer.unit
    cadre = appointment_form(viewer("cadre", "hr_cadre", bureau), officer, DAY)
    assert set(cadre.withheld) == {FAMILY, SANCTIONS}
    assert cadre.document.family == ()
    assert "记过" not in cadre.document.awards
    opened = replace(viewer("cadre2", "hr_cadre", bureau), opened=frozenset({(officer.pk, 3)}))
    assert FAMILY not in appointment_form(opened, officer, DAY).withheld
    counsellor = appointment_form(viewer("other", "counsellor", bureau), officer, DAY)
    assert PERSONAL in counsellor.withheld
    assert (counsellor.document.id_number, counsellor.document.ethnicity, counsellor.document.photo) == ("", "", "")
    assert "记过处分" in appointment_form(EVERYTHING, officer, DAY).document.awards


def test_a_sanction_that_was_not_served_leaves_no_trace(officer: Officer) -> None:
    """Whoever asks for the form, even with a reason, must not learn of it before the officer does."""
    payload = {"measure": "P2", "effect_until": "2021-05-01"}
    on = dt.date(2020, 5, 1)
    record_entry(officer=officer, kind="PUNISHMENT", occurred_on=on, payload=payload, verified=True, by=None)
    opened = frozenset({(officer.pk, 3), (officer.pk, 4)})
    form = appointment_form(replace(viewer("cadre", "hr_cadre", officer.unit), opened=opened), officer, DAY)
    assert SANCTIONS not in form.withheld
    assert "处分" not in form.document.awards


def test_many_forms_take_as_many_queries_as_one(officer: Officer, django_assert_num_queries: Any) -> None:
    appointment_forms(EVERYTHING, [officer], DAY)  # code tables are read once a process
    others = [one.pk for one in officers(2, officer.unit, first=5)]
    more = [officer, *Officer.objects.select_related("unit").filter(pk__in=others)]
    for several in ([officer], more):
        with django_assert_num_queries(11):
            appointment_forms(EVERYTHING, several, DAY)


# --- written on by hand ---------------------------------------------------------------------------------------


def test_each_change_is_a_version_and_the_second_editor_is_stopped(officer: Officer) -> None:
    first = write_form_texts(officer=officer, texts={"proposed_post": "所长"}, started_from=None, by=None)
    assert first is not None
    with pytest.raises(ValidationError) as stopped:
        write_form_texts(officer=officer, texts={"proposed_post": "教导员"}, started_from=None, by=None)
    assert stopped.value.code == "stale"
    second = write_form_texts(officer=officer, texts={"reason": "工作需要"}, started_from=first.pk, by=None)
    assert second is not None
    found = appointment_form(EVERYTHING, officer, DAY).document
    assert (found.proposed_post, found.reason) == ("所长", "工作需要")
    assert AppointmentForm.objects.filter(officer=officer).count() == 2
    told = AuditEvent.objects.filter(action="appointment.write").values_list("details", flat=True)
    assert "所长" not in str(list(told))


def test_the_same_again_makes_no_version(officer: Officer) -> None:
    first = write_form_texts(officer=officer, texts={"reason": "工作需要"}, started_from=None, by=None)
    again = write_form_texts(officer=officer, texts={"reason": "工作需要 "}, started_from=first and first.pk, by=None)
    assert again == first
    assert write_form_texts(officer=officer, texts={"reason": "x"}, started_from=first and first.pk, by=None) != first


@pytest.mark.parametrize("texts", [{"filled_on": "20261399"}, {"reason": "字" * 401}])
def test_bad_texts_are_told_at_their_field(officer: Officer, texts: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        write_form_texts(officer=officer, texts=texts, started_from=None, by=None)
    assert set(refused.value.message_dict) == set(texts)


def test_the_files_own_wording_stays_as_long_as_it_says_the_same(officer: Officer) -> None:
    texts = {
        "appraisals": "2023年年度考核称职;2024年年度考核优秀;2025年年度考核称职。",
        "full_time_education": "大学本科",
        "current_post": "某所副所长",
        "awards": "2010年2月，嘉奖。",
        "filled_on": "20140101",
    }
    basis = [officer.unit_id, officer.post, officer.grade]
    AppointmentForm.objects.create(
        officer=officer, texts=texts, basis=basis, kept={"extra": [["X", "<X/>"]], "order": ["?0"]}
    )
    found = appointment_form(EVERYTHING, officer, DAY).document
    assert found.appraisals == texts["appraisals"]
    assert found.full_time_education == "大学本科"
    assert found.current_post == "某所副所长"
    assert found.awards == "2010年2月，嘉奖；2015年3月，经示例市公安局批准，记个人三等功。"
    assert b"<X/>" in write(found)
    add_appraisals(rows=[{"officer_id": officer.pk, "year": 2026, "result": "N1"}], by=None)
    add_grades(rows=[{"officer_id": officer.pk, "grade": "G08", "since": dt.date(2026, 1, 1)}], by=None)
    later = appointment_form(EVERYTHING, Officer.objects.select_related("unit").get(pk=officer.pk), DAY).document
    assert later.appraisals == "2024年度考核优秀；2025年度考核称职；2026年度考核优秀。"
    assert later.current_post.endswith("副所长、二级警长")


# --- the sheet ------------------------------------------------------------------------------------------------


def test_the_sheet_of_the_sample(shared: Path) -> None:
    """print-approval notes: 198503 at 20261123 prints 1985.03 (41岁), the wife of 198606 prints 40; blanks stay."""
    document = read((shared / "data" / "lrmx" / "sample.lrmx").read_bytes())
    sheet = sheet_of(document, today=dt.date(2030, 1, 1))
    assert sheet.cells["name"] == "王　演"
    assert sheet.cells["birth"] == "1985.03\n（41岁）"
    assert sheet.cells["proposed"] == ""
    assert sheet.family == [
        {"relation": "妻子", "name": "李　某", "age": "40", "status": "群众", "employment": "示例小学教师"}
    ]
    assert sheet.resume[2]["span"] == "2015.05--"
    assert sheet.resume[2]["within"] == ["（其间：2019.09--2019.12　示例省公安干部学院进修）"]


def test_the_family_stands_in_its_order() -> None:
    said = ["岳母", "母亲", "哥哥", "次女", "父亲", "长子", "妻子"]
    order = [member.relation for member in in_order(tuple(FamilyMember(relation=word) for word in said))]
    assert order == ["妻子", "次女", "长子", "父亲", "母亲", "岳母", "哥哥"]


def test_a_resume_that_cannot_be_read_is_printed_as_it_stands() -> None:
    sheet = sheet_of(Document(resume="从小热爱公安工作\n2000.01--2001.01  民警"), today=DAY)
    assert [line["text"] for line in sheet.resume] == ["从小热爱公安工作", "2000.01--2001.01  民警"]


def test_every_word_leads_back_to_its_code() -> None:
    for table in ("education", "health", "relations", "parties", "appraisals"):
        for known, said in words()[table].items():
            assert [code(table, text) for text in said] == [known] * len(said)
    assert code("education", "博士后") == ""


# --- prints ---------------------------------------------------------------------------------------------------


def pages(kind: str, documents: list[Document], tmp_path: Path, photo: bytes = b"") -> Any:
    sheets = [replace(sheet_of(document, today=DAY), photo=photo) for document in documents]
    return process.draw(kind, sheets, tmp_path, find_fonts())


def test_two_pages_with_the_text_and_nothing_off_the_sheet(shared: Path, tmp_path: Path) -> None:
    from pypdf import PdfReader

    document = read((shared / "data" / "lrmx" / "sample.lrmx").read_bytes())
    assert pages("pdf", [document], tmp_path, papers.jpeg()) == []
    reader = PdfReader(tmp_path / "forms.pdf")
    first, second = ("".join(page.extract_text().split()) for page in reader.pages)
    assert "干部任免审批表" in first
    assert "1985.03（41岁）" in first
    assert "2003.09--2007.07示例警察学院侦查系侦查学专业学习" in first
    assert "2023年年度考核称职；2024年年度考核优秀；" in second
    assert "示例小学教师" in second
    assert inside(reader) == []
    assert len(reader.pages[0].images) == 1


def inside(reader: Any) -> list[tuple[float, float]]:
    """Where text begins that lies outside the sheet."""
    off = []
    for page in reader.pages:

        def visit(text: str, _cm: Any, matrix: Any, _font: Any, _size: Any, cm: Any = None) -> None:
            x, y = _cm[4] + matrix[4] * _cm[0], _cm[5] + matrix[5] * _cm[3]
            if text.strip() and not (0 <= x <= 595.3 and 0 <= y <= 842):
                off.append((x, y))

        page.extract_text(visitor_text=visit)
    return off


def test_long_texts_shrink_and_are_told_but_never_cut(tmp_path: Path) -> None:
    """Two pages whatever is written; below 8 pt the cell is reported; every word is still there."""
    from pypdf import PdfReader

    document = replace(
        made.form(1), awards="2018年3月，记个人三等功；" * 90 + "末尾", family=made.form(1).family * 5,
        native_place="X" * 60, resume="\n".join(f"{1960 + n}.01--{1961 + n}.01  {'单位' * 30}{n}号" for n in range(45)),
    )  # fmt: skip
    small = pages("pdf", [document], tmp_path)
    assert {entry.cell for entry in small} >= {"awards", "resume", "native_place"}
    assert all(entry.size < 8 for entry in small)
    reader = PdfReader(tmp_path / "forms.pdf")
    assert len(reader.pages) == 2
    assert inside(reader) == []
    assert "末尾" in reader.pages[1].extract_text()
    assert "44号" in "".join(reader.pages[0].extract_text().split())


@given(
    st.sampled_from(['#import "x"', "#[", "$a$", "*b*", "@c", "\\u{0}", "]", "`", "<small>", "#sys.inputs", "//", '"'])
)
def test_names_are_never_markup(tmp_path_factory: Any, text: str) -> None:
    from pypdf import PdfReader

    place = tmp_path_factory.mktemp("draw")
    assert pages("pdf", [Document(name=f"甲{text}乙", reason=text, resume=f"2000.01-- {text}")], place) == []
    assert text[:2] in PdfReader(place / "forms.pdf").pages[1].extract_text()


def test_a_broken_photo_is_left_out_and_told(tmp_path: Path) -> None:
    assert [(e.cell, e.size) for e in pages("pdf", [made.form(2)], tmp_path, b"<svg onload='x'/>")] == [("photo", 0)]


def test_the_word_file_has_every_cell(tmp_path: Path, shared: Path) -> None:
    from docx import Document as Opened

    document = read((shared / "data" / "lrmx" / "sample.lrmx").read_bytes())
    assert pages("docx", [document], tmp_path, papers.jpeg()) == []
    found = Opened(str(tmp_path / "0.docx"))
    text = "\n".join(cell.text for table in found.tables for row in table.rows for cell in row.cells)
    post = "示例市公安局示例分局某派出所副所长、三级警长"
    for said in ("王　演", "1985.03\n（41岁）", post, "（其间：2019.09--2019.12", "李　某", "示例小学教师"):
        assert said in text
    widths = [round(column.width.mm) for column in found.tables[0].columns]
    assert widths == [20, 25, 20, 23, 22, 24, 32]
    assert len(found.inline_shapes) == 1


def test_a_machine_without_the_typeface_is_told(tmp_path: Path) -> None:
    with pytest.raises(FontMissing):
        find_fonts(folders=(str(tmp_path),))
    with pytest.raises(FontMissing):
        find_fonts("/nowhere/simsun.ttc")
    (tmp_path / "SIMSUN.TTC").write_bytes(b"x")
    assert find_fonts(folders=(str(tmp_path), "x")) == (tmp_path / "SIMSUN.TTC",)


def test_the_photo_of_the_dossier_is_in_the_file(officer: Officer, data_dir: Path) -> None:
    store_photo(officer=officer, content=papers.jpeg(), by=None)
    found = appointment_form(EVERYTHING, officer, DAY).document
    from PIL import Image

    assert Image.open(io.BytesIO(found.photo_bytes())).size[1] == 460

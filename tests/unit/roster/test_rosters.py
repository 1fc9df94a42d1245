"""Rosters on paper: worked examples of their rows, the files that come of them, and what no file may hold."""

from __future__ import annotations

import datetime as dt
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from police_hr.core import jobs
from police_hr.core.access import viewer_for
from police_hr.core.tabular.writer import FORMULA_STARTS
from roster.models import ExportRequest, Officer
from roster.selectors.roster_rows import VALUES, PaperWords, rows_of
from roster.selectors.rosters import roster_of, rosters
from roster.services import exports
from roster.services import rosters as writers
from roster.services.careers import add_appraisals, add_educations, add_grades, add_postings, add_ranks
from roster.services.export_forms import ExportForm, form_of, register_form
from roster.services.officers import create_officers
from tests.factories.cast import cast
from tests.factories.force import officers, units

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("defaults", "data_dir")]


def one_row(code: str, officer: Officer, **more) -> dict[str, str]:
    roster = roster_of(code)
    [row] = rows_of(roster, [Officer.objects.get(pk=officer.pk)], PaperWords.read(), **more)
    return dict(zip([column.code for column in roster.columns], row, strict=True))


@pytest.fixture
def deputy() -> Officer:
    """The officer of the printed example (王演, 副所长) with a career of five postings."""
    made = units("JB", "JB.LM")
    [pk] = create_officers(
        rows=[
            {
                "badge_no": "091346",
                "name": "王演",
                "sex": "M",
                "birth_date": dt.date(1985, 3, 9),
                "ethnicity": "01",
                "native_place": "浙江示例",
                "political_status": "01",
                "party_joined_on": dt.date(2007, 6, 1),
                "work_started_on": dt.date(2007, 8, 1),
                "police_since": dt.date(2007, 8, 1),
            }
        ],
        by=None,
    )
    branch, station = made["JB"].pk, made["JB.LM"].pk
    lines = [
        (branch, "民警", "L0", (2007, 8), (2013, 1)),
        (branch, "中队长", "L8", (2013, 2), (2014, 12)),
        (branch, "民警", "L0", (2015, 1), (2015, 4)),
        (station, "副所长", "L8", (2015, 5), (2019, 3)),
        (station, "副所长", "L8", (2019, 4), None),
    ]
    add_postings(
        rows=[
            {
                "officer_id": pk, "unit_id": unit, "post": post, "level": level, "starts_on": dt.date(*start, 1),
                "ends_on": dt.date(*end, 28) if end else None,
            }
            for unit, post, level, start, end in lines
        ],
        by=None,
    )  # fmt: skip
    add_grades(rows=[{"officer_id": pk, "grade": "G09", "since": dt.date(2018, 7, 1)}], by=None)
    add_ranks(rows=[{"officer_id": pk, "rank": "R08", "since": dt.date(2020, 8, 1)}], by=None)
    add_educations(
        rows=[
            {"officer_id": pk, "level": "21", "degree": "法学学士", "school": "示例警察学院", "major": "侦查学",
             "full_time": True},
            {"officer_id": pk, "level": "14", "degree": "", "school": "示例大学", "major": "公共管理",
             "full_time": False},
        ],
        by=None,
    )  # fmt: skip
    return Officer.objects.get(pk=pk)


def test_the_cadre_roster_of_the_worked_example(deputy):
    """The words of dossier.md §2.1: two characters spaced, months as 1985.03, the post with unit and grade. The level
    has been held since 2015.05: the squadron of 2013 was given up in between."""
    assert one_row("cadre_roster", deputy) == {
        "number": "1",
        "name": "王　演",
        "sex": "男",
        "born": "1985.03",
        "ethnicity": "汉族",
        "native_place": "浙江示例",
        "party_joined": "2007.06",
        "work_started": "2007.08",
        "schooling": "硕士研究生\n法学学士",
        "school": "示例大学公共管理",
        "present_post": "单位JB.LM副所长、三级警长",
        "in_post": "2019.04",
        "level_since": "2015.05",
        "remark": "",
    }


def test_who_leads_nobody_holds_the_level_since_the_grade(deputy):
    Officer.objects.filter(pk=deputy.pk).update(post_level="L0")
    assert one_row("cadre_roster", deputy)["level_since"] == "2018.07"


def test_other_parties_say_their_name_and_others_are_blank(deputy):
    Officer.objects.filter(pk=deputy.pk).update(political_status="05")
    assert one_row("cadre_roster", deputy)["party_joined"] == "民盟盟员\n2007.06"
    Officer.objects.filter(pk=deputy.pk).update(political_status="13")
    assert one_row("cadre_roster", deputy)["party_joined"] == ""


def test_the_last_three_appraisals(deputy):
    with mock.patch("roster.selectors.officer_columns.today", return_value=dt.date(2026, 11, 23)):
        add_appraisals(
            rows=[
                {"officer_id": deputy.pk, "year": year, "result": result}
                for year, result in ((2022, "N1"), (2023, "N2"), (2024, "N1"), (2025, "N2"))
            ],
            by=None,
        )
        assert one_row("overview", deputy)["appraisals"] == "2025 称职\n2024 优秀\n2023 称职"


def test_every_shipped_column_can_be_written_and_an_empty_officer_has_blank_cells():
    [pk] = create_officers(rows=[{"badge_no": "000009", "name": ""}], by=None)
    for roster in rosters():
        assert {column.code for column in roster.columns} <= set(VALUES)
        row = one_row(roster.code, Officer.objects.get(pk=pk))
        assert set(row.values()) <= {"", "1", "000009"}, roster.code


@pytest.mark.parametrize("code", [roster.code for roster in rosters()])
def test_the_queries_of_a_roster_do_not_grow(code):
    made = officers(3, units("A")["A"])
    words = PaperWords.read()
    counts = []
    for people in (made[:1], made):
        with CaptureQueriesContext(connection) as captured:
            rows_of(roster_of(code), people, words)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 3


# --- files ----------------------------------------------------------------------------------------------------
@pytest.fixture
def force():
    found = cast()
    officers(3, found.branch_a, first=11)
    officers(2, found.branch_b, first=21)
    return found


def written(found, form: str, file_format: str, ids=None, **more) -> ExportRequest:
    by = found["hr_cadre"]
    ids = ids or list(Officer.objects.order_by("-badge_no").values_list("pk", flat=True))
    export = exports.request_officers(
        viewer=viewer_for(by), officers=ids, reason="年度统计上报", file_format=file_format, by=by, form=form, **more
    )
    jobs.run(export.job_id)
    export.refresh_from_db()
    assert export.state == "ready", export.job.error
    return export


def sheet_of(export: ExportRequest):
    return load_workbook(exports.folder() / export.file).active


def test_the_workbook_is_set_up_for_paper(force):
    sheet = sheet_of(written(force, "cadre_roster", "xlsx"))
    assert sheet["A1"].value == "干部名册"
    assert [cell.value for cell in sheet[3]] == list(roster_of("cadre_roster").titles)
    assert sheet.print_title_rows == "$3:$3"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert "EX-0" in sheet.oddFooter.left.text
    assert "&P" in (sheet.oddFooter.right.text or "") or "Page" in str(sheet.oddFooter.right.text)


def test_the_roll_groups_by_unit_in_the_order_of_the_tree(force):
    """Numbers go on through the units: 4 of branch A, then 3 of branch B, each under a head of its own."""
    sheet = sheet_of(written(force, "unit_roll", "xlsx"))
    column = [row[0].value for row in sheet.iter_rows(min_row=4)]
    assert column == ["单位A", "1", "2", "3", "4", "单位B2", "5", "6", "7"]
    badges = [row[4].value for row in sheet.iter_rows(min_row=4) if row[4].value]
    assert badges == ["000013", "000012", "000011", "000001", "000022", "000021", "000002"]


@pytest.mark.parametrize("roster", rosters(), ids=lambda roster: roster.code)
def test_every_roster_is_written_in_every_format(force, roster):
    for file_format in roster.formats:
        export = written(force, roster.code, file_format)
        assert export.rows == 7


def test_a_page_holds_nothing_that_acts(force):
    evil = "<img src=x onerror=alert(1)><script>1</script>\"'=1+1"
    Officer.objects.filter(pk=force.officer_a.pk).update(native_place=evil[:60], name="<b onclick=1>")
    for form in ("cadre_roster", "photo_roster"):
        text = (exports.folder() / written(force, form, "html").file).read_text()
        assert "<script" not in text
        assert "<b onclick" not in text


def test_a_page_that_acts_is_thrown_away(force):
    with (
        mock.patch.object(writers, "note_of", return_value=""),
        mock.patch.object(writers, "render_to_string", side_effect=lambda name, context: "<script>1</script>"),
    ):
        by = force["hr_cadre"]
        export = exports.request_officers(
            viewer=viewer_for(by), officers=[force.officer_a.pk], reason="年度统计上报", file_format="html", by=by,
            form="cadre_roster",
        )  # fmt: skip
        jobs.run(export.job_id)
    export.refresh_from_db()
    assert export.state == "failed"
    assert not list(exports.folder().glob("*.html"))


@pytest.mark.parametrize(
    "payload", ["=1+1", "+1", "-1+1", "@SUM(A1)", "＝1", "＋1", "－1", "＠x", "\t=1", "\r=1", "\n=1", " =1"]
)
def test_no_cell_of_a_roster_is_a_formula(force, payload):
    """A workbook keeps every cell as text, whatever it begins with; nothing typed is lost."""
    Officer.objects.filter(pk=force.officer_a.pk).update(native_place=payload, speciality=payload)
    ids = [force.officer_a.pk]
    sheet = sheet_of(
        written(force, "placement", "xlsx", ids, options={"proposed": {str(ids[0]): {"grounds": payload}}})
    )
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert payload.strip()[0] in FORMULA_STARTS
    assert any(payload.strip() in str(cell.value) for cell in cells)


def test_the_placements_are_those_typed_and_nothing_else_changes(force):
    officer = Officer.objects.get(pk=force.officer_a.pk)
    typed = {"proposed_unit": "单位B2", "proposed_post": "副所长", "removed_post": "民警", "grounds": "任现职满十年"}
    export = written(force, "placement", "xlsx", [officer.pk], options={"proposed": {str(officer.pk): typed}})
    values = [cell.value for cell in sheet_of(export)[4]]
    assert set(typed.values()) <= set(values)
    assert Officer.objects.get(pk=officer.pk).version == officer.version


def test_who_may_not_be_exported_any_more_is_left_out(force):
    by = force["hr_cadre"]
    ids = [force.officer_a.pk, force.officer_b.pk, 999_999]
    export = exports.request_officers(
        viewer=viewer_for(by), officers=ids, reason="年度统计上报", file_format="xlsx", by=by, form="cadre_roster"
    )
    jobs.run(export.job_id)
    export.refresh_from_db()
    assert sheet_of(export).max_row == 3 + 2


def test_a_form_that_is_not_there_is_refused(force):
    by = force["hr_cadre"]
    for form, file_format in (("evil", "xlsx"), ("photo_roster", "xlsx"), ("cadre_roster", "csv")):
        with pytest.raises(ValidationError):
            exports.request_officers(
                viewer=viewer_for(by), officers=[force.officer_a.pk], reason="年度统计上报", file_format=file_format,
                by=by, form=form,
            )  # fmt: skip
    with pytest.raises(ValueError, match="already"):
        register_form(ExportForm(code="list", label="", write=form_of("list").write, check=form_of("list").check))


def test_a_file_that_was_changed_on_disk_is_not_handed_out(force):
    export = written(force, "cadre_roster", "html")
    path = exports.folder() / export.file
    path.chmod(0o600)
    path.write_text("<p>other</p>")
    with pytest.raises(ValidationError):
        exports.file_for(export=export, by=force["hr_cadre"])

"""Catalogues of paper files from one workbook: numbering, doubts by title, who may not, all or nothing, undo."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from police_hr.core.tabular import write_xlsx
from roster.importing.problems import ImportStopped
from roster.models import ImportBatch, Material, Officer
from roster.selectors import codes as tables
from roster.selectors.imports import Preview, target_of
from roster.services.careers import add_family
from roster.services.imports import rows as decisions
from roster.services.imports.committing import commit
from roster.services.imports.undoing import undo
from roster.services.materials import catalogue_material, replace_material
from tests.factories.cast import Cast, cast
from tests.factories.imports import codes, csv_bytes, imported, install_defaults, row, staged

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]
HEADER = "警号,类号,序号,材料名称,形成时间,页数,备注"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def force() -> Cast:
    tables.forget()
    install_defaults()
    return cast()


def catalogue(officer: Officer) -> list[tuple[str, str]]:
    held = Material.objects.filter(officer=officer, is_current=True, withdrawn_at=None).order_by("category", "number")
    return [(material.code, material.title) for material in held]


def content(force: Cast, *lines: str, header: str = HEADER) -> bytes:
    return csv_bytes(*(f"{force.officer_a.badge_no},{line}" for line in lines), header=header)


@pytest.mark.parametrize(
    ("written", "code"),
    [("1-1", "1-1"), ("一", "1-1"), ("履历类", "1-1"), ("第一类", "1-1"), ("1类2", "1-2"), ("１－２", "1-2")],
)
def test_a_category_is_read_however_catalogues_write_it(force: Cast, written: str, code: str):
    imported(content(force, f"{written},,干部履历表,2008.07,4,"), "materials", by=force["hr_cadre"])
    assert catalogue(force.officer_a) == [(code, "干部履历表")]


@pytest.mark.parametrize("written", ["4-1-3", "四-1-3", "4—1—3 学历学位材料", "4.1.3"])
def test_a_part_of_the_fourth_and_ninth_category_keeps_its_own_numbers(force: Cast, written: str):
    imported(content(force, f"{written},,毕业生登记表,2008,4,"), "materials", by=force["hr_cadre"])
    assert catalogue(force.officer_a) == [("4-1-3", "毕业生登记表")]
    material = Material.objects.get()
    assert (material.formed_on, material.formed_precision) == (dt.date(2008, 1, 1), "year")


@pytest.mark.parametrize("written", ["11", "0", "4-9-1-2", "其他类别", "1-2-3", "x" * 300])
def test_what_is_no_category_is_an_error_at_its_cell(force: Cast, written: str):
    batch = staged(content(force, f"{written},,干部履历表,2008.07,4,"), "materials", by=force["hr_cadre"])
    assert batch.counts["error"] == 1
    assert codes(row(batch, 2))[0] in ("category_unknown", "too_long")


def test_a_heading_is_told_by_the_title_and_refused_where_it_cannot_be(force: Cast):
    batch = staged(
        content(force, "9,,干部任免审批表,2020.05,2,", "四,,一份材料,2020.05,2,"), "materials", by=force["hr_cadre"]
    )
    assert codes(row(batch, 2)) == ["part_guessed"]
    assert codes(row(batch, 3)) == ["category_part"]


def test_a_title_that_belongs_elsewhere_is_a_doubt_with_two_fixes(force: Cast):
    """干部任免审批表 and its 考察材料 go to category nine, not three (domain/dossier.md §2.4)."""
    batch = staged(content(force, "3,1,考察材料,2020.05,6,"), "materials", by=force["hr_cadre"])
    assert codes(row(batch, 2)) == ["category_unlike"]
    decisions.take_fix(batch=batch, row_no=2, issue=0, fix=0, by=None)
    commit(ImportBatch.objects.get(pk=batch.pk), force["hr_cadre"])
    assert catalogue(force.officer_a) == [("9-2-1", "考察材料")]


def test_numbers_of_the_file_are_kept_and_a_taken_one_is_followed_by_the_next_free_one(force: Cast):
    catalogue_material(officer=force.officer_a, category="1", facts={"title": "简历", "pages": 1}, by=None, key="first")
    batch = imported(
        content(force, "1,1,干部履历表,2008.07,4,", "1,,干部登记表,2010.01,2,", "1,7,履历表（续）,2015.01,2,"),
        "materials",
        by=force["hr_cadre"],
    )
    assert catalogue(force.officer_a) == [
        ("1-1", "简历"), ("1-2", "干部履历表"), ("1-3", "干部登记表"), ("1-7", "履历表（续）"),
    ]  # fmt: skip
    assert codes(row(batch, 2)) == ["number_taken"]
    shown = Preview(batch, target_of(batch)).rows([row(batch, 2)])  # type: ignore[arg-type]
    assert any(cell["text"] == "履历类" for cell in shown[0]["cells"])


def test_the_same_file_again_changes_nothing_and_other_pages_are_told(force: Cast):
    line = "1,1,干部履历表,2008.07,4,"
    imported(content(force, line), "materials", by=force["hr_cadre"])
    again = staged(content(force, line, "1,2,干部履历表,2008.07,9,"), "materials", by=force["hr_cadre"])
    assert (row(again, 2).act, row(again, 2).state) == ("same", "same")
    assert codes(row(again, 3)) == ["duplicate_fact"]
    other = imported(content(force, "1,1,干部履历表,2008.07,9,"), "materials", by=force["hr_cadre"])
    assert codes(row(other, 2)) == ["material_differs"]
    assert Material.objects.filter(is_current=True).values_list("pages", flat=True).get() == 4


def test_day_of_forming_in_three_columns(force: Cast):
    header = "警号,类号,材料名称,年,月,日,页数"
    imported(content(force, "2,自传,1999,7,,3", header=header), "materials", by=force["hr_cadre"])
    material = Material.objects.get()
    assert (material.formed_on, material.formed_precision) == (dt.date(1999, 7, 1), "month")
    wrong = staged(content(force, "2,思想汇报,2027,2,30,3", header=header), "materials", by=force["hr_cadre"])
    assert wrong.counts["error"] == 1


def test_nobody_brings_in_their_own_file_or_a_relatives_or_one_they_do_not_keep(force: Cast):
    cadre = force["hr_cadre"]
    cadre.badge_no = force.officer_a.badge_no
    cadre.save()
    add_family(rows=[{"officer_id": force.officer_b.pk, "relation": "21", "name": force.officer_a.name}], by=None)
    lines = (f"{one.badge_no},1,1,干部履历表,2008.07,4," for one in (force.officer_a, force.officer_b))
    batch = staged(csv_bytes(*lines, header=HEADER), "materials", by=cadre)
    assert [codes(row(batch, number)) for number in (2, 3)] == [["kin_file"], ["kin_file"]]
    lines = (f"{one.badge_no},1,1,干部履历表,2008.07,4," for one in (force.officer_a,))
    stranger = staged(csv_bytes(*lines, header=HEADER), "materials", by=force["system_admin"])
    assert codes(row(stranger, 2)) == ["outside_files"]


def test_all_come_or_none_and_nothing_is_seen_before(force: Cast):
    batch = staged(content(force, "1,1,干部履历表,2008.07,4,"), "materials", by=force["hr_cadre"])
    assert not Material.objects.filter(is_current=True).exists()
    catalogue_material(officer=force.officer_a, category="1", facts={"title": "简历", "pages": 1}, by=None)
    with pytest.raises(ImportStopped):
        commit(batch, force["hr_cadre"])
    assert catalogue(force.officer_a) == [("1-1", "简历")]
    again = ImportBatch.objects.get(pk=batch.pk)
    assert codes(row(again, 2)) == ["number_taken"]
    commit(again, force["hr_cadre"])
    assert catalogue(force.officer_a) == [("1-1", "简历"), ("1-2", "干部履历表")]


def test_undo_gives_the_numbers_free_and_leaves_what_a_person_replaced(force: Cast):
    batch = imported(
        content(force, "1,1,干部履历表,2008.07,4,", "2,1,自传,2008.07,3,"), "materials", by=force["hr_cadre"]
    )
    first = Material.objects.get(category="1")
    replace_material(
        material=first, facts={"title": "干部履历表（更正）", "pages": 4, "copies": 1}, reason="页数有误", by=None
    )
    undo(batch=batch, by=force["hr_cadre"])
    assert catalogue(force.officer_a) == [("1-1", "干部履历表（更正）")]
    fresh, made = catalogue_material(
        officer=force.officer_a, category="2", facts={"title": "自传", "pages": 3}, by=None
    )
    assert (made, fresh.code) == (True, "2-1")


def test_a_workbook_goes_through_the_pages_with_its_empty_form(force: Cast, tmp_path: Any):
    client = Client()
    client.force_login(force["hr_cadre"])
    form = client.get(reverse("roster:import-template"), {"target": "materials"})
    assert b"".join(form.streaming_content)[:2] == b"PK"  # type: ignore[arg-type]
    path = tmp_path / "目录.xlsx"
    with path.open("wb") as file:
        write_xlsx(
            [[force.officer_a.badge_no, "9-2-1", "干部任免审批表", "2020.05", 2]],
            ["警号", "类号-序号", "材料名称", "形成时间", "页数"], file, sheet_name="目录", watermark={},
        )  # fmt: skip
    with path.open("rb") as upload:
        answer = client.post(reverse("roster:import-new"), {"what": "materials", "file": upload})
    assert answer.status_code == 302, answer.content.decode()[:500]
    batch = ImportBatch.objects.get()
    assert batch.target == "materials"

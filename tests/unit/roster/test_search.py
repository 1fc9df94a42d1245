"""Finding officers by what people type, in the search box and in the list."""

from __future__ import annotations

import datetime as dt

import pytest

from police_hr.core.access import viewer_for
from roster.models import Officer
from roster.selectors import search
from roster.selectors.officer_list import OfficerQuery, narrowed
from roster.services.careers import transfer_officer
from roster.services.ledger import record_entry
from roster.services.officers import create_officers
from tests.factories.cast import cast
from tests.factories.force import account, units

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("defaults")]


@pytest.fixture
def named():
    made = units("A")
    rows = [
        {"badge_no": "012345", "name": "单雄信", "phone": "13900004321"},
        {"badge_no": "A77", "name": "Maria Lopez"},
        {"badge_no": "555", "name": "张伟"},
        {"badge_no": "091346", "name": "沈立群", "speciality": "无人机驾驶"},
        {"badge_no": "666", "name": "欧阳明之"},
        {"badge_no": "A78", "name": "Sean O'Neil Baker"},
    ]
    for pk in create_officers(rows=rows, by=None):
        transfer_officer(officer=Officer.objects.get(pk=pk), unit=made["A"], on=dt.date(2020, 1, 1), by=None)
    return viewer_for(account("900001", "hr_cadre", made["B"]))


@pytest.mark.parametrize(
    ("typed", "badge"),
    [
        ("雄信", "012345"),
        ("０１２３", "012345"),
        ("4321", "012345"),
        ("张 伟", "555"),
        ("伟　张", "555"),
        ("zhangw", "555"),
        ("wei zhang", "555"),
        ("ZW", "555"),
        ("maria lop", "A77"),
        ("Lopez Maria", "A77"),
        ("lopez", "A77"),
        ("a7", "A77"),
        ("沈立群", "091346"),
        ("立群 沈", "091346"),
        ("shenlq", "091346"),
        ("slq", "091346"),
        ("liqun shen", "091346"),
        ("无人机", "091346"),
        ("ouymz", "666"),
        ("Baker, Sean", "A78"),
        ("sean baker", "A78"),
    ],
)
def test_officers_are_found_as_people_type(named, typed, badge):
    assert badge in [officer.badge_no for officer in search.suggestions(named, typed)]


@pytest.mark.parametrize(("typed", "badges"), [("一级警督", {"555"}), ("二级警长", {"091346"}), ("三等功", {"A77"})])
def test_the_list_finds_by_rank_grade_and_award(named, typed, badges):
    Officer.objects.filter(badge_no="555").update(rank="R06")
    Officer.objects.filter(badge_no="091346").update(grade="G08")
    holder = Officer.objects.get(badge_no="A77")
    record_entry(officer=holder, kind="AWARD", occurred_on=dt.date(2024, 1, 5), payload={"grade": "A2"}, by=None)
    found = narrowed(named, OfficerQuery(q=typed))
    assert set(found.values_list("badge_no", flat=True)) == badges
    assert search.names_a_group(typed)
    assert search.suggestions(named, typed) == []


def test_the_list_finds_by_the_name_of_the_unit(named):
    assert narrowed(named, OfficerQuery(q="单位A")).count() == 6
    assert not search.names_a_group("单位A")


@pytest.mark.parametrize("typed", ["", " ", "%", "_", "'", "\x00", "\U0001f600", "zzzz", "99999999999999999999"])
def test_nothing_usable_typed_finds_nobody(named, typed):
    assert search.suggestions(named, typed) == []


def test_search_ends_at_the_edge_of_the_scope():
    people = cast()
    stranger = viewer_for(people["zhou"])
    assert search.suggestions(stranger, people.officer_a.badge_no) == []
    assert search.suggestions(stranger, people.officer_b.badge_no) == [people.officer_b]

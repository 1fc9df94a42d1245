"""The dossier's head and career tabs, completeness, and finding an officer by id."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from police_hr.core.access import Viewer
from roster.models import Officer
from roster.selectors import codes, dossier
from roster.selectors.officers import officer_for, officers_by_badge
from roster.services.careers import add_educations, add_family, add_grades, add_qualifications, add_ranks
from roster.services.units import rename_unit
from tests.factories import force

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("defaults")]
DAY = dt.date(2020, 5, 1)


@pytest.fixture
def person() -> Officer:
    tree = force.units("S1", "S1.P1")
    officer = force.officers(1, tree["S1.P1"])[0]
    Officer.objects.filter(pk=officer.pk).update(id_number="990000198503010010", ethnicity="01", education="21")
    rows: list[dict[str, Any]] = [{"officer_id": officer.pk}]
    add_ranks(rows=[{**rows[0], "rank": "R08", "since": DAY}, {**rows[0], "rank": "R07", "since": DAY}], by=None)
    add_grades(rows=[{**rows[0], "grade": "G07", "since": DAY}], by=None)
    add_educations(rows=[{**rows[0], "level": "21", "school": "警官学院"}], by=None)
    add_qualifications(rows=[{**rows[0], "kind": "law_basic", "gained_on": DAY}], by=None)
    add_family(rows=[{**rows[0], "relation": "10", "name": "某某"}], by=None)
    return Officer.objects.select_related("unit").get(pk=officer.pk)


def test_the_head_speaks_words(person: Officer, django_assert_max_num_queries: Any) -> None:
    cadre = force.viewer("700001", "hr_cadre", person.unit)
    dossier.head(cadre, person)
    with django_assert_max_num_queries(1):
        head = dossier.head(cadre, person)
    assert (head.rank, head.grade, head.unit) == ("二级警督", "一级警长", "单位S1.P1")
    assert [name for _pk, name in head.unit_chain] == ["示例市公安局", "单位S1", "单位S1.P1"]
    assert (head.id_number, head.phone, head.ethnicity) == ("9900****0010", "139****0001", "汉族")
    assert (head.age, head.opens) == (dossier.whole_years(person.birth_date, timezone.localdate()), {1, 2})


def test_personal_numbers_are_masked_without_class_two(person: Officer) -> None:
    inspector = force.viewer("700001", "discipline_inspector", person.unit)
    head = dossier.head(inspector, person)
    assert (head.id_number, head.phone, head.ethnicity) == ("9900****0010", "139****0001", "")
    assert not hasattr(head.id_number, "fact")
    assert dossier.appraisals(inspector, person) == []
    assert dossier.family(inspector, person) is None


def test_career_tabs(person: Officer, django_assert_max_num_queries: Any) -> None:
    cadre = force.viewer("700001", "hr_cadre", person.unit)
    dossier.head(cadre, person)
    assert person.unit is not None
    rename_unit(unit=person.unit, name="新名派出所", on=DAY, by=None)
    for table in ("education", "qualification", "annual_appraisal", "periodic_appraisal", "leadership_level"):
        codes.labels(table)
    with django_assert_max_num_queries(7):
        posting = dossier.postings(cadre, person)[0]
        tabs = [
            dossier.ranks(cadre, person), dossier.grades(cadre, person), dossier.educations(cadre, person),
            dossier.appraisals(cadre, person), dossier.qualifications(cadre, person),
        ]  # fmt: skip
    assert (posting.unit_then, posting.unit_now, posting.renamed) == ("单位S1.P1", "新名派出所", True)
    assert [tab[0].label for tab in tabs] == ["二级警督", "一级警长", "大学本科", "称职", "基本级执法资格"]
    assert dossier.family(cadre, person) is None
    opened = Viewer(user=cadre.user, grants=cadre.grants, opened=frozenset({(person.pk, 3)}))
    family = dossier.family(opened, person)
    assert family is not None
    assert family[0].label == "配偶"


def test_completeness_names_what_is_missing(person: Officer, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        found = dossier.completeness(person)
    assert len(found.missing) == 7
    assert found.percent == 69
    assert dossier.completeness(Officer.objects.create(badge_no="1")).percent == 0


@pytest.mark.parametrize(
    ("since", "until", "years"),
    [
        (dt.date(1985, 3, 1), dt.date(2026, 2, 28), 40),
        (dt.date(1985, 3, 1), dt.date(2026, 3, 1), 41),
        (dt.date(2000, 2, 29), dt.date(2025, 2, 28), 24),
        (None, dt.date(2025, 2, 28), None),
    ],
)
def test_ages_are_whole_years(since: dt.date | None, until: dt.date, years: int | None) -> None:
    assert dossier.whole_years(since, until) == years


def test_an_officer_is_found_by_those_in_whose_scope_they_are(person: Officer) -> None:
    tree = force.create_units(rows=[{"code": "Z", "name": "外单位"}], by=None)
    near = force.viewer("700001", "unit_head", person.unit)
    far = force.viewer("700002", "unit_head", tree["Z"])
    own = force.viewer("700003", "officer", tree["Z"], officer=person)
    assert officer_for(near, person.pk) == person
    assert officer_for(far, person.pk) is None
    assert officer_for(own, person.pk) == person
    assert officers_by_badge(near, [" 000001 ", "nope"]) == {"000001": person}
    assert officers_by_badge(far, ["000001"]) == {}

"""Doubts in the API: the board's rules of access, its conditions, and a record of every reading."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from police_hr.core import audit
from police_hr.core.identity import check_digit
from police_hr.core.models import AuditEvent
from roster.models import Doubt, Officer
from roster.selectors import codes
from roster.services.careers import add_family
from roster.services.defaults import install_defaults
from roster.services.doubts import recheck, rule_on_doubt
from tests.factories.cast import Cast, cast
from tests.factories.force import officers

pytestmark = pytest.mark.django_db
URL = "/api/v1/doubts/"


def number(birth: str = "19850301") -> str:
    return (first := f"330324{birth}001") + check_digit(first)


@pytest.fixture
def people() -> Cast:
    """Officer A's month of birth differs from the ID number (S2), and the marriage has no spouse (S3); officer B's sex
    differs (S2)."""
    codes.forget()
    install_defaults()
    found = cast()
    Officer.objects.update(political_status="13", education="", id_number=number())
    Officer.objects.filter(pk=found.officer_a.pk).update(id_number=number("19850401"), marriage="20")
    Officer.objects.filter(pk=found.officer_b.pk).update(sex="F")
    add_family(rows=[{"officer_id": found.officer_a.pk, "relation": "51", "name": "老张"}], by=None)
    recheck()
    return found


def rows(people: Cast, role: str = "hr_cadre", **query: Any) -> list[dict[str, Any]]:
    client = Client()
    client.force_login(people[role])
    found: list[dict[str, Any]] = client.get(URL, query).json()["results"]
    return found


def checks(people: Cast, role: str = "hr_cadre", **query: Any) -> list[str]:
    return [row["check"] for row in rows(people, role, **query)]


def test_each_role_reads_the_doubts_of_its_units_and_none_about_families(people: Cast) -> None:
    assert checks(people) == ["birth_vs_id", "sex_vs_id"]
    assert checks(people, "unit_political_officer") == ["birth_vs_id"]
    client = Client()
    client.force_login(people["unit_political_officer"])
    other, family = Doubt.objects.get(code="sex_vs_id"), Doubt.objects.get(code="spouse_missing")
    assert client.get(f"{URL}{other.pk}/").status_code == 404
    assert client.get(f"{URL}{family.pk}/").status_code == 404
    client.force_login(people["unit_head"])
    assert client.get(URL).status_code == 403


def test_a_doubt_names_both_places_in_words_and_its_ruling(people: Cast) -> None:
    doubt = Doubt.objects.get(code="birth_vs_id")
    rule_on_doubt(
        doubt=doubt, verdict="first", document="示组干〔2026〕17号", reason="户籍档案为准。",
        decided_on=dt.date(2026, 11, 2), by=people["hr_cadre"],
    )  # fmt: skip
    assert checks(people) == ["sex_vs_id"]
    (row,) = rows(people, state="ruled")
    assert row["ruling"]["document"] == "示组干〔2026〕17号"
    assert row["ruling"]["verdict"] == codes.label("dossier_ruling", "first")
    assert len(row["places"]) == 2
    assert {"label", "value", "missing"} == set(row["places"][0])
    assert row["unit_code"] == people.branch_a.code


def test_conditions_are_those_of_the_board_and_nonsense_is_none(people: Cast) -> None:
    assert checks(people, unit=people.branch_b.pk) == ["sex_vs_id"]
    assert checks(people, check="birth_vs_id") == ["birth_vs_id"]
    for query in ({"unit": "x" * 200}, {"severity": "grave"}, {"state": "' OR 1=1"}, {"limit": "nine"}):
        assert len(checks(people, **query)) == 2


def test_a_reading_is_recorded_and_one_that_cannot_be_is_not_sent(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows(people)
    event = AuditEvent.objects.get(action="doubt.view")
    assert event.details["officers"] == sorted([people.officer_a.pk, people.officer_b.pk])
    client = Client(raise_request_exception=False)
    client.force_login(people["hr_cadre"])
    client.get(f"{URL}{Doubt.objects.get(code='birth_vs_id').pk}/")
    assert AuditEvent.objects.filter(action="doubt.view", officer_number=people.officer_a.pk).count() == 1

    def broken(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(audit, "record_read", broken)
    answer = client.get(URL)
    assert answer.status_code >= 500
    assert "birth_vs_id" not in answer.content.decode()


@pytest.mark.parametrize("number_of", [1, 3])
def test_the_list_takes_the_same_number_of_queries(
    people: Cast, django_assert_num_queries: Any, number_of: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "RECHECK_SECONDS", 3600)
    officers(number_of, people.branch_a, first=500)
    Officer.objects.filter(badge_no__startswith="0005").update(sex="F", id_number=number())
    recheck()
    client = Client()
    client.force_login(people["hr_cadre"])
    client.get(URL)
    # session, account, grants, count, rows; the record of the reading in its savepoint
    with django_assert_num_queries(8):
        found = client.get(URL).json()["results"]
    assert len({row["officer"] for row in found}) == 2 + number_of

"""The due list of promotions and the forecast of retirements: who stands where, what is told to whom, files."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from police_hr.core.models import AuditEvent
from roster.engine.months import add_months
from roster.models import ExportRequest, Officer
from roster.selectors import codes
from roster.services.careers import add_grades, add_ranks
from roster.services.defaults import install_defaults
from roster.services.exports import write_export
from roster.services.ledger import record_entry
from tests.factories.cast import Cast, cast
from tests.factories.force import account, officers

RANKS, AGES = "roster:promotion-list", "roster:retirement-list"


@pytest.fixture
def force(db: Any) -> Cast:
    codes.forget()
    install_defaults()
    return cast()


def client(force: Cast, role: str) -> Client:
    found = Client()
    found.force_login(force[role])
    return found


@pytest.fixture
def cadre(force: Cast) -> Client:
    return client(force, "hr_cadre")


def ranked(officer: Officer, rank: str, years: float) -> Officer:
    since = add_months(timezone.localdate(), -int(years * 12))
    add_ranks(rows=[{"officer_id": officer.pk, "rank": rank, "since": since}], by=None)
    return Officer.objects.get(pk=officer.pk)


def names(page: Any) -> list[str]:
    return [row["officer"].badge_no for row in page.context["rows"]]


def test_who_has_served_the_term_is_due(force: Cast, cadre: Client):
    """R10 asks for three years, R09 for four."""
    due = ranked(force.officer_a, "R10", 3)
    ranked(force.officer_b, "R09", 3)
    assert names(cadre.get(reverse(RANKS))) == [due.badge_no]
    assert set(names(cadre.get(reverse(RANKS), {"span": "year"}))) == {due.badge_no, force.officer_b.badge_no}
    page = cadre.get(reverse(RANKS), {"unit": "B2", "span": "year"})
    assert names(page) == [force.officer_b.badge_no]
    month = f"{add_months(timezone.localdate(), 12):%Y-%m}"
    assert names(cadre.get(reverse(RANKS), {"span": "year", "month": month})) == [force.officer_b.badge_no]


def test_sanctions_decide_only_once_a_reason_is_given_and_their_reading_is_recorded(force: Cast, cadre: Client):
    due = ranked(force.officer_a, "R10", 3.1)
    today = timezone.localdate()
    until = today + dt.timedelta(days=200)
    payload = {"measure": "P2", "effect_until": until.isoformat(), "served_on": today.isoformat()}
    start = today - dt.timedelta(days=30)
    record_entry(officer=due, kind="PUNISHMENT", occurred_on=start, payload=payload, verified=True, by=None)
    page = cadre.get(reverse(RANKS))
    assert names(page) == [due.badge_no]
    assert not AuditEvent.objects.filter(action="promotion.view").exists()
    cadre.post(reverse("roster:promotion-open"), {"reason": "x"})
    assert names(cadre.get(reverse(RANKS))) == [due.badge_no]
    cadre.post(reverse("roster:promotion-open"), {"reason": "四季度晋衔呈报"})
    assert names(cadre.get(reverse(RANKS))) == []
    held = cadre.get(reverse(RANKS), {"verdict": "held"})
    (row,) = held.context["rows"]
    assert row["on"] == until + dt.timedelta(days=1)
    event = AuditEvent.objects.get(action="promotion.view")
    assert (event.purpose, event.details["officers"]) == ("四季度晋衔呈报", [due.pk])


def test_a_political_officer_sees_the_own_unit_and_no_sanction(force: Cast):
    ranked(force.officer_a, "R10", 3)
    ranked(force.officer_b, "R10", 3)
    political = client(force, "unit_political_officer")
    page = political.get(reverse(RANKS))
    assert names(page) == [force.officer_a.badge_no]
    assert not page.context["may_open"]
    assert political.post(reverse("roster:promotion-open"), {"reason": "想看一看"}).status_code == 404
    assert political.post(reverse("roster:promotion-export"), {"reason": "月度统计"}).status_code == 403


def test_grades_have_their_own_terms(force: Cast, cadre: Client):
    """G10 asks for two years; a weak appraisal since then flags, and excludes nobody."""
    since = add_months(timezone.localdate(), -25)
    add_grades(rows=[{"officer_id": force.officer_a.pk, "grade": "G10", "since": since}], by=None)
    page = cadre.get(reverse(RANKS), {"axis": "grade"})
    assert names(page) == [force.officer_a.badge_no]
    assert page.context["rows"][0]["following"] == codes.grade_labels()["G09"]


def test_bad_conditions_are_no_error(cadre: Client):
    for query in ({"axis": "x", "span": "y", "verdict": "z", "month": "2026-13", "page": "-1", "unit": "nowhere"},):
        assert cadre.get(reverse(RANKS), query).status_code == 200
        assert cadre.get(reverse(AGES), query | {"ahead": "9" * 30, "when": "x"}).status_code == 200


@pytest.mark.usefixtures("data_dir")
def test_the_due_list_leaves_as_a_checked_file(force: Cast, cadre: Client):
    ranked(force.officer_a, "R10", 3)
    url = reverse("roster:promotion-export")
    assert cadre.post(url, {"reason": "", "file_format": "xlsx"}).status_code == 302
    assert not ExportRequest.objects.exists()
    cadre.post(url, {"reason": "四季度晋衔呈报", "file_format": "xlsx"})
    export = ExportRequest.objects.get()
    written = write_export(export_id=export.pk)
    assert written is not None
    assert (written.state, written.rows, written.form) == ("ready", 1, "promotion_due")


# --- retirements ----------------------------------------------------------------------------------------------


def born(officer: Officer, day: dt.date, sex: str = "M") -> Officer:
    Officer.objects.filter(pk=officer.pk).update(birth_date=day, sex=sex)
    return Officer.objects.get(pk=officer.pk)


def test_who_reaches_the_age_within_the_horizon(force: Cast, cadre: Client):
    """A man born on 1965-09-10: month 8 from 1965-01, 8 // 4 + 1 = 3 months later than 60: 2025-12-10, overdue now.
    A woman cadre of 1970-06-10: month 5, 5 // 4 + 1 = 2 months later than 55: 2025-08-10."""
    man, woman = born(force.officer_a, dt.date(1965, 9, 10)), born(force.officer_b, dt.date(1970, 6, 10), "F")
    page = cadre.get(reverse(AGES))
    assert [officer.pk for officer, _line, _unit in page.context["rows"]] == [woman.pk, man.pk]
    assert [str(line.retirement.on) for _officer, line, _unit in page.context["rows"]] == ["2025-08-10", "2025-12-10"]
    assert page.context["overdue"] == 2
    assert [(gap.unit.code, gap.leaving) for gap in page.context["gaps"]] == [("A", 1), ("B2", 1)]
    assert len(cadre.get(reverse(AGES), {"unit": "A"}).context["rows"]) == 1
    young = born(force.officer_a, dt.date(1990, 1, 1))
    assert young.pk not in {officer.pk for officer, _line, _unit in cadre.get(reverse(AGES)).context["rows"]}


def test_the_vacancy_counts_places_people_and_those_who_leave(force: Cast, cadre: Client):
    force.branch_a.establishment = 5
    force.branch_a.save()
    more = officers(3, force.branch_a, first=50)
    born(more[0], dt.date(1965, 9, 10))
    gap = next(gap for gap in cadre.get(reverse(AGES)).context["gaps"] if gap.unit.code == "A")
    assert (gap.establishment, gap.present, gap.leaving, gap.gap) == (5, 4, 1, 2)


@pytest.mark.usefixtures("data_dir")
def test_the_forecast_leaves_as_a_checked_file(force: Cast, cadre: Client):
    born(force.officer_a, dt.date(1965, 9, 10))
    cadre.post(reverse("roster:retirement-export"), {"reason": "年度退休测算", "file_format": "csv"})
    written = write_export(export_id=ExportRequest.objects.get().pk)
    assert written is not None
    assert (written.state, written.rows) == ("ready", 1)


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("route", "queries"), [(RANKS, 13), (AGES, 12)])
def test_the_same_queries_at_any_length(
    force: Cast, cadre: Client, django_assert_num_queries: Any, number: int, route: str, queries: int
):
    for officer in officers(number, force.branch_a, first=100):
        born(ranked(officer, "R10", 3), dt.date(1966, 1, 1))
    cadre.get(reverse(route))
    with django_assert_num_queries(queries):
        assert len(cadre.get(reverse(route)).context["rows"]) == number


def test_who_sees_nobody_has_no_list(force: Cast):
    stranger = Client()
    stranger.force_login(account("STRANGER"))
    assert stranger.get(reverse(RANKS)).status_code == 403
    assert stranger.get(reverse(AGES)).status_code == 403

"""The dossier: who may open it, what of it, how much it costs, and that every opening is written down."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from police_hr.core.models import AuditEvent
from roster.models import FamilyMember, LedgerEntry
from roster.selectors import codes
from roster.services.careers import add_family, add_grades, add_ranks
from roster.services.defaults import install_defaults
from roster.services.ledger import record_entry
from roster.views.dossier_tabs import TABS
from tests.factories.cast import Cast, cast
from tests.factories.force import facts

# The dossier with its first tab, all told: session, viewer, officer, audit, timeline, chips, completeness.
QUERIES = 18
TODAY = dt.date(2026, 11, 20)


@pytest.fixture
def force(db: Any) -> Cast:
    codes.forget()
    install_defaults()
    return cast()


def client_of(force: Cast, role: str) -> Client:
    client = Client()
    client.force_login(force[role])
    return client


def detail(force: Cast) -> str:
    return reverse("roster:officer-detail", args=[force.officer_a.pk])


def award(force: Cast, day: dt.date = TODAY, **more: Any) -> LedgerEntry:
    return record_entry(
        officer=force.officer_a, kind="AWARD", occurred_on=day, payload={"grade": "A2"}, by=None, **more
    )


def hardship(force: Cast) -> LedgerEntry:
    return record_entry(
        officer=force.officer_a, kind="HARDSHIP", occurred_on=TODAY, payload={"basis": "recognised"}, by=None
    )


# --- who ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("hr_cadre", 200),
        ("leadership", 200),
        ("unit_political_officer", 200),
        ("unit_head", 200),
        ("discipline_inspector", 200),
        ("officer", 200),
        ("zhou", 404),
        ("counsellor", 403),
        ("nobody", 403),
        ("system_admin", 403),
        ("audit_admin", 403),
    ],
)
def test_the_dossier_opens_for_those_whose_unit_it_is_and_for_the_officer(force: Cast, role: str, status: int):
    assert client_of(force, role).get(detail(force)).status_code == status


def test_an_officer_opens_no_other_dossier(force: Cast):
    answer = client_of(force, "officer").get(reverse("roster:officer-detail", args=[force.officer_b.pk]))
    assert answer.status_code == 403


def test_an_officer_sees_the_own_facts_of_classes_1_and_2_only(force: Cast):
    award(force)
    hardship(force)
    html = client_of(force, "officer").get(detail(force)).content.decode()
    assert "三等功" in html or "嘉奖" in html
    assert "家庭经济困难" not in html
    assert "重要生活信息" not in html


# --- written down ---------------------------------------------------------------------------------------------


def test_every_opening_and_every_tab_is_written_down(force: Cast):
    client = client_of(force, "hr_cadre")
    client.get(detail(force))
    client.get(reverse("roster:officer-tab", args=[force.officer_a.pk, "postings"]), headers={"HX-Request": "true"})
    events = AuditEvent.objects.filter(action="officer.view", officer_number=force.officer_a.pk)
    assert [event.details["tab"] for event in events.order_by("pk")] == ["timeline", "postings"]


def test_a_page_whose_opening_cannot_be_written_down_is_not_sent(force: Cast, monkeypatch: pytest.MonkeyPatch):
    award(force)

    def broken(**_event: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr("police_hr.core.audit.record", broken)
    answer = client_of(force, "hr_cadre").get(detail(force))
    assert answer.status_code == 503
    assert force.officer_a.name not in answer.content.decode()


# --- closed facts ---------------------------------------------------------------------------------------------


def test_closed_facts_show_day_and_group_until_a_reason_is_given(force: Cast):
    hardship(force)
    client = client_of(force, "hr_cadre")
    html = client.get(detail(force)).content.decode()
    assert "家庭生活" in html
    assert "家庭经济困难" not in html
    open_url = reverse("roster:officer-open", args=[force.officer_a.pk])
    assert client.post(open_url, {"reason": "一事一策复核", "classes": ["3"]}).status_code == 302
    html = client.get(detail(force)).content.decode()
    assert "家庭经济困难" in html
    assert AuditEvent.objects.filter(action="officer.open_with_reason", purpose="一事一策复核").count() == 1


def test_a_reason_is_asked_of_those_only_who_may_give_one(force: Cast):
    open_url = reverse("roster:officer-open", args=[force.officer_a.pk])
    assert client_of(force, "unit_political_officer").get(open_url).status_code == 404
    client = client_of(force, "hr_cadre")
    assert client.post(open_url, {"reason": "", "classes": ["3"]}).status_code == 200
    assert client.post(open_url, {"reason": "一事一策复核", "classes": ["2"]}).status_code == 200
    assert "opened" not in client.session


def test_the_family_is_closed_without_a_reason(force: Cast):
    add_family(rows=[{"officer_id": force.officer_a.pk, "relation": "01", "name": "某某家属"}], by=None)
    assert FamilyMember.objects.count() == 1
    url = reverse("roster:officer-tab", args=[force.officer_a.pk, "family"])
    client = client_of(force, "hr_cadre")
    assert "某某家属" not in client.get(url).content.decode()
    client.post(
        reverse("roster:officer-open", args=[force.officer_a.pk]), {"reason": "任免前家庭核对", "classes": ["3"]}
    )
    html = client.get(url).content.decode()
    assert "某****" in html
    assert "某某家属" not in html
    member = FamilyMember.objects.get()
    unmask = reverse("roster:officer-unmask", args=[force.officer_a.pk, f"familymember.{member.pk}", "name"])
    assert "某某家属" in client.post(unmask).content.decode()


# --- what it shows --------------------------------------------------------------------------------------------


def test_the_head_shows_three_axes_with_the_next_step(force: Cast):
    pk = force.officer_a.pk
    add_ranks(rows=[{"officer_id": pk, "rank": "R08", "since": dt.date(2023, 7, 1)}], by=None)
    add_grades(rows=[{"officer_id": pk, "grade": "G08", "since": dt.date(2022, 6, 1)}], by=None)
    html = client_of(force, "hr_cadre").get(detail(force)).content.decode()
    for word in ("三级警督", "2023.07", "2027.07", "二级警长", "2022.06"):
        assert word in html
    assert "None" not in html


def test_tabs_are_fragments_for_htmx_and_pages_otherwise(force: Cast):
    client = client_of(force, "hr_cadre")
    assert [tab.order for tab in TABS] == sorted(tab.order for tab in TABS)
    for tab in TABS:
        url = reverse("roster:officer-tab", args=[force.officer_a.pk, tab.code])
        assert "<html" in client.get(url).content.decode()
        fragment = client.get(url, headers={"HX-Request": "true"})
        assert fragment.status_code == 200
        assert "<html" not in fragment.content.decode()
    assert client.get(reverse("roster:officer-tab", args=[force.officer_a.pk, "no-such"])).status_code == 404


def test_the_timeline_pages_through_the_whole_ledger_and_filters_by_group(force: Cast):
    rows = [
        {"officer_id": force.officer_a.pk, "kind": "AWARD", "occurred_on": TODAY - dt.timedelta(days=day),
         "payload": {"grade": "A1"}} for day in range(40)
    ]  # fmt: skip
    facts(rows)
    client = client_of(force, "hr_cadre")
    url: str | None = reverse("roster:officer-tab", args=[force.officer_a.pk, "timeline"])
    lines = 0
    while url:
        context = client.get(url, headers={"HX-Request": "true"}).context
        lines += sum(len(entries) for _year, entries in context["years"])
        url = context["more_url"]
    assert lines == 40
    chips = client.get(detail(force)).context["chips"]
    assert [(chip.value, chip.count) for chip in chips] == [("", 40), ("PERFORMANCE", 40)]
    page = client.get(reverse("roster:officer-tab", args=[force.officer_a.pk, "timeline"]) + "?before=nonsense")
    assert page.status_code == 404


def test_the_list_it_came_from_gives_place_and_neighbours(force: Cast):
    from tests.factories.force import officers

    officers(3, force.branch_a, first=10)
    answer = client_of(force, "hr_cadre").get(detail(force) + "?from=sort%3Dbadge")
    place = answer.context["place"]
    assert (place.number, place.count) == (1, 5)
    assert "previous_url" not in answer.context
    assert str(force.officer_b.pk) in answer.context["following_url"]
    html = answer.content.decode()
    assert 'rel="next"' in html


def test_the_links_of_the_list_carry_it_along(force: Cast):
    client = client_of(force, "hr_cadre")
    url = client.get(reverse("roster:officer-list"), {"sort": "badge"}).context["rows"][1]["url"]
    assert client.get(url).context["place"].number == 2


def test_missing_facts_are_named_and_empty_ones_left_out(force: Cast):
    html = client_of(force, "hr_cadre").get(detail(force)).content.decode()
    assert "身份证" in html or "ID number" in html
    basics = client_of(force, "hr_cadre").get(reverse("roster:officer-tab", args=[force.officer_a.pk, "basics"]))
    assert "former name" not in basics.content.decode().lower()


# --- cost -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [3, 300])
def test_the_dossier_costs_the_same_queries_at_3_and_at_300_entries(force: Cast, number: int):
    kinds = [
        ("AWARD", {"grade": "A1"}),
        ("HARDSHIP", {"basis": "recognised"}),
        ("COMPLAINT_VERIFIED", {"severity": "minor"}),
    ]
    rows = [
        {"officer_id": force.officer_a.pk, "kind": kinds[n % 3][0], "payload": kinds[n % 3][1], "verified": True,
         "occurred_on": timezone.localdate() - dt.timedelta(days=n)} for n in range(number)
    ]  # fmt: skip
    facts(rows)
    client = client_of(force, "hr_cadre")
    client.get(detail(force))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(detail(force)).status_code == 200
    assert len(captured) <= QUERIES, "\n".join(query["sql"][:160] for query in captured)


def test_an_officer_has_a_page_of_the_own(force: Cast) -> None:
    officer = client_of(force, "officer")
    assert f"/roster/officers/{force.officer_a.pk}" in officer.get("/roster/me").content.decode()
    assert officer.get(f"/roster/officers/{force.officer_a.pk}").status_code == 200
    assert client_of(force, "hr_cadre").get("/roster/me").status_code == 404

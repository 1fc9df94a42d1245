"""Doubts on their pages: the board, the dossier's tab, the ruling and its withdrawal."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from police_hr.core import jobs
from police_hr.core.identity import check_digit
from police_hr.core.models import AuditEvent, JobRun
from police_hr.core.services.reasons import OPENED
from roster.models import Doubt, Officer, Ruling
from roster.selectors import codes
from roster.services.batches import open_batch, show_batch
from roster.services.careers import add_family, add_ranks
from roster.services.defaults import install_defaults
from roster.services.doubts import recheck
from tests.factories.cast import Cast, cast
from tests.factories.force import officers

BOARD = "roster:doubt-list"
PAPER = {"verdict": "first", "document": "示组干〔2026〕17号", "decided_on": "2026-11-02", "reason": "户籍档案为准。"}


def number(birth: str = "19850301", ordinal: str = "001") -> str:
    return (first := f"330324{birth}{ordinal}") + check_digit(first)


@pytest.fixture
def force(db: Any) -> Cast:
    """Officer A's month of birth differs from the ID number (S2); two ranks are too near to each other (S1); and the
    marriage has no spouse (S3). Officer B's sex differs."""
    codes.forget()
    install_defaults()
    found = cast()
    Officer.objects.update(political_status="13", education="", id_number=number())
    Officer.objects.filter(pk=found.officer_a.pk).update(id_number=number("19850401"), marriage="20")
    Officer.objects.filter(pk=found.officer_b.pk).update(sex="F")
    rows = [{"officer_id": found.officer_a.pk, "rank": rank, "since": dt.date(year, 8, 1)}
            for rank, year in (("R11", 2012), ("R10", 2014))]  # fmt: skip
    add_ranks(rows=rows, by=None)
    add_family(rows=[{"officer_id": found.officer_a.pk, "relation": "51", "name": "老张"}], by=None)
    recheck()
    return found


def signed_in(force: Cast, role: str = "hr_cadre") -> Client:
    client = Client()
    client.force_login(force[role])
    return client


def shown(force: Cast, role: str = "hr_cadre", **query: Any) -> list[str]:
    """The checks in the list of the board, in its order."""
    page = signed_in(force, role).get(reverse(BOARD), query)
    assert page.status_code == 200
    return [line.doubt.code for line in page.context["lines"]]


def the_doubt(code: str = "birth_vs_id") -> Doubt:
    return Doubt.objects.get(code=code)


# --- the board ----------------------------------------------------------------------------------------------------


def test_the_board_shows_what_each_role_may_see(force: Cast) -> None:
    assert shown(force) == ["birth_vs_id", "sex_vs_id", "rank_term"]
    assert shown(force, "political_director") == shown(force, "leadership") == shown(force)
    assert shown(force, "unit_political_officer") == ["birth_vs_id", "rank_term"]
    assert signed_in(force, "unit_head").get(reverse(BOARD)).status_code == 403
    assert signed_in(force, "officer").get(reverse(BOARD)).status_code == 403


def test_family_doubts_are_counted_for_those_who_may_ask_and_named_to_nobody(force: Cast) -> None:
    for role, closed in (("hr_cadre", 1), ("unit_political_officer", 0)):
        page = signed_in(force, role).get(reverse(BOARD))
        assert page.context["closed"] == closed
        assert "spouse" not in page.content.decode()
    assert the_doubt("spouse_missing").sensitivity == 3


def test_the_list_is_narrowed_and_sorted_by_its_address(force: Cast) -> None:
    assert shown(force, check="rank_term") == ["rank_term"]
    assert shown(force, group="age") == ["birth_vs_id", "sex_vs_id"]
    assert shown(force, severity="doubt") == ["rank_term"]
    assert shown(force, unit=force.branch_b.pk) == ["sex_vs_id"]
    assert shown(force, sort="check") == ["birth_vs_id", "rank_term", "sex_vs_id"]
    assert shown(force, sort="-check") == ["sex_vs_id", "rank_term", "birth_vs_id"]
    assert shown(force, state="ruled") == []
    past = dt.date(2020, 1, 6)
    Doubt.objects.filter(code="sex_vs_id").update(first_seen=past, since=past)
    assert shown(force, state="new") == ["birth_vs_id", "rank_term"]


@pytest.mark.parametrize(
    "query",
    [{"unit": "0"}, {"unit": "９"}, {"unit": "x" * 300}, {"check": "no_such"}, {"severity": "grave"}, {"sort": "-"},
     {"batch": "-1"}, {"state": "open' OR 1=1"}, {"page": "nine"}],
)  # fmt: skip
def test_an_address_that_makes_no_sense_shows_everything(force: Cast, query: dict[str, str]) -> None:
    assert len(shown(force, **query)) == 3


def test_a_unit_or_a_batch_that_is_not_there_finds_nothing(force: Cast) -> None:
    assert shown(force, unit=99999999) == shown(force, batch=99999999) == []


def test_the_counts_add_up_and_lead_down_the_units(force: Cast) -> None:
    page = signed_in(force).get(reverse(BOARD))
    groups = {group.code: group.open for group in page.context["groups"]}
    assert groups == {"age": 2, "identity": 1}
    rows = {entry["row"].unit.code: entry["row"] for entry in page.context["units"]}
    assert {code: (row.severities, row.officers) for code, row in rows.items()} == {
        force.branch_a.code: ((1, 1, 0), 1), force.branch_b.code: ((1, 0, 0), 1),
    }  # fmt: skip
    assert [choice.count for choice in page.context["states"]] == [3, 3, 0]
    below = signed_in(force).get(reverse(BOARD), {"unit": force.branch_a.pk})
    assert [name for name, _url in below.context["crumbs"]][-1] == force.branch_a.short_label


def test_a_batch_leads_to_the_doubts_of_its_officers(force: Cast) -> None:
    batch = open_batch(target="ranks", source=None, by=force["hr_cadre"])
    add_ranks(
        rows=[{"officer_id": force.officer_b.pk, "rank": "R11", "since": dt.date(2012, 8, 1)}], batch=batch, by=None
    )
    show_batch(batch=batch, by=None)
    client = signed_in(force)
    address = f"{reverse(BOARD)}?batch={batch.pk}"
    assert address in client.get(reverse("roster:import-detail", args=[batch.pk])).content.decode()
    assert [line.doubt.code for line in client.get(address).context["lines"]] == ["sex_vs_id"]


def test_the_board_asks_the_same_for_one_doubt_and_for_many(force: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "RECHECK_SECONDS", 3600)
    client = signed_in(force)
    counts = []
    for extra in (0, 3):
        if extra:
            officers(extra, force.branch_a, first=500)
            Officer.objects.filter(badge_no__startswith="0005").update(sex="F", id_number=number())
            recheck()
        client.get(reverse(BOARD))  # the words of code tables are remembered
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(BOARD)).status_code == 200
        counts.append(len(queries))
    assert counts == [19, 19]  # three of them write down whose facts of class 2 were read


def test_checking_again_is_one_job_with_its_progress(force: Cast) -> None:
    client = signed_in(force)
    for _again in range(2):
        assert client.post(reverse("roster:doubt-recheck")).status_code == 302
    run = JobRun.objects.get(handler="roster.recheck")
    assert "recheck-progress" in client.get(reverse(BOARD)).content.decode()
    polled = client.get(reverse(BOARD), {"progress": ""}, headers={"HX-Request": "true"})
    assert "HX-Refresh" not in polled.headers
    jobs.run(run.pk)
    polled = client.get(reverse(BOARD), {"progress": ""}, headers={"HX-Request": "true"})
    assert polled.headers["HX-Refresh"] == "true"


# --- the dossier --------------------------------------------------------------------------------------------------


def tab(client: Client, officer: Officer) -> Any:
    page = client.get(reverse("roster:officer-tab", args=[officer.pk, "doubts"]), headers={"HX-Request": "true"})
    assert page.status_code == 200
    return page.context["doubts"]


def test_the_dossier_shows_both_places_and_what_is_closed(force: Cast) -> None:
    found = tab(signed_in(force), force.officer_a)
    assert [line.doubt.code for line in found.open] == ["birth_vs_id", "rank_term"]
    assert found.closed == 1
    first, second = found.open[0].places
    assert (first.missing, second.missing) == (False, False)
    assert "1985" in first.value
    assert number("19850401") not in second.value


def test_a_reason_opens_the_family_doubts(force: Cast) -> None:
    client = signed_in(force)
    session = client.session
    session[OPENED] = {f"{force.officer_a.pk}:3": 4e9}
    session.save()
    found = tab(client, force.officer_a)
    assert [line.doubt.code for line in found.open] == ["birth_vs_id", "rank_term", "spouse_missing"]
    assert found.closed == 0


def test_a_reader_of_class_one_sees_no_doubt_about_personal_facts(force: Cast) -> None:
    found = tab(signed_in(force, "discipline_inspector"), force.officer_a)
    assert [line.doubt.code for line in found.open] == ["rank_term"]


def test_officers_see_what_disagrees_in_their_own_dossier_but_settle_nothing(force: Cast) -> None:
    client = signed_in(force, "officer")
    found = tab(client, force.officer_a)
    assert [line.doubt.code for line in found.open] == ["birth_vs_id", "rank_term"]
    page = client.get(reverse("roster:officer-tab", args=[force.officer_a.pk, "doubts"]))
    assert reverse("roster:doubt-rule", args=[the_doubt().pk]) not in page.content.decode()


# --- rulings ------------------------------------------------------------------------------------------------------


def test_a_ruling_settles_the_doubt_and_its_withdrawal_opens_it_again(force: Cast) -> None:
    client = signed_in(force)
    doubt = the_doubt()
    address = reverse("roster:doubt-rule", args=[doubt.pk])
    form = client.get(f"{address}?board=%3Fgroup%3Dage")
    assert form.status_code == 200
    assert AuditEvent.objects.filter(action="officer.view", officer_number=force.officer_a.pk).exists()
    back = client.post(f"{address}?board=%3Fgroup%3Dage", PAPER)
    assert back.status_code == 302
    assert back.headers["Location"] == reverse(BOARD) + "?group=age"
    assert shown(force) == ["sex_vs_id", "rank_term"]
    assert shown(force, state="ruled") == ["birth_vs_id"]
    ruling = Ruling.objects.get()
    assert (ruling.made_by, ruling.document) == (force["hr_cadre"], PAPER["document"])
    assert [line.ruling.document for line in tab(client, force.officer_a).ruled] == [PAPER["document"]]
    withdraw = reverse("roster:ruling-withdraw", args=[ruling.pk])
    assert client.post(withdraw, {"reason": " "}).status_code == 200
    assert client.post(withdraw, {"reason": "文件依据有误。"}).status_code == 302
    assert shown(force) == ["birth_vs_id", "sex_vs_id", "rank_term"]
    assert client.get(withdraw).status_code == 404


@pytest.mark.parametrize("field", sorted(PAPER))
def test_a_ruling_without_its_paper_stays_on_the_form(force: Cast, field: str) -> None:
    address = reverse("roster:doubt-rule", args=[the_doubt().pk])
    for wrong in ("", "\x00", "x" * 600):
        page = signed_in(force).post(address, {**PAPER, field: wrong})
        assert page.status_code == 200
        assert page.context["form"].errors.keys() == {field}
    assert not Ruling.objects.exists()


def test_a_day_to_come_is_refused_at_its_field(force: Cast) -> None:
    page = signed_in(force).post(
        reverse("roster:doubt-rule", args=[the_doubt().pk]), {**PAPER, "decided_on": "2999-01-01"}
    )
    assert page.context["form"].errors.keys() == {"decided_on"}


def test_the_second_of_two_cadres_is_told_that_it_is_settled(force: Cast) -> None:
    address = reverse("roster:doubt-rule", args=[the_doubt().pk])
    assert signed_in(force).post(address, PAPER).status_code == 302
    late = signed_in(force, "political_director").post(address, PAPER)
    assert late.status_code == 200
    assert late.context["form"].non_field_errors()
    assert Ruling.objects.count() == 1


def test_strangers_and_closed_classes_are_not_found(force: Cast) -> None:
    closed = reverse("roster:doubt-rule", args=[the_doubt("spouse_missing").pk])
    assert signed_in(force).get(closed).status_code == 404
    open_one = reverse("roster:doubt-rule", args=[the_doubt().pk])
    assert signed_in(force, "unit_political_officer").get(open_one).status_code == 403
    assert signed_in(force).get(reverse("roster:doubt-rule", args=[10**9])).status_code == 404

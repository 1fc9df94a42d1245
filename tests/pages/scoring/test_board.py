"""The board: who sees what of it, its states, its drill-down, and that its queries do not grow."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from police_hr.core.models import AuditEvent
from scoring.models import CurrentScore, IndexRun, Proposal

URL = "/scoring/board"
CANARY = "沉默的金丝雀"


def text(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_installation_offers_the_one_action(empty):
    page = text(empty.client("director").get(URL))
    assert "never been computed" in page
    assert "Run now" in page
    assert "Run now" not in text(empty.client("unit_head").get(URL))


def test_the_whole_board_for_who_confirms(board):
    page = text(board.client("director").get(URL))
    for words in ("To be weighed", "Compared with the last run", "Unit heat map", "Level by level", "Key help"):
        assert words in page
    due = Proposal.objects.filter(state="pending").order_by("-index").first()
    assert due.officer.label in page
    assert f"?tier=watch&amp;unit={board.units['B'].pk}" in page


def test_proposals_are_for_who_confirms_only(board):
    page = text(board.client("cadre").get(URL))
    assert "Unit heat map" in page
    assert "To be weighed" not in page


def test_a_unit_head_sees_confirmed_tiers_of_the_own_unit(board):
    raised, other = board.people[0], board.people[25]
    CurrentScore.objects.filter(officer__in=[raised, other]).update(confirmed_tier="help")
    page = text(board.client("unit_head").get(URL))
    assert raised.label in page
    assert other.label not in page
    for words in ("Unit heat map", "To be weighed", "Main reasons", "Level by level", "±20"):
        assert words not in page
    assert board.client("unit_head").get(URL, {"unit": board.units["S2"].pk}).status_code == 404


def test_who_holds_no_right_is_refused(board):
    assert board.client("officer").get(URL).status_code == 403


def test_numbers_balance(board):
    page = board.client("director").get(URL).context["board"]
    assert all(change.balances for change in page.changes)
    assert sum(change.now for change in page.changes) == page.officers == 30
    assert sum(row.officers for row in page.heat) == page.officers
    assert sum(row.raised for row in page.heat) == page.total.raised
    small = next(row for row in page.heat if row.unit == board.units["S2"])
    assert small.few
    assert len(page.weeks) == len(page.total.cells) == 12


def test_drill_down_to_evidence_hides_what_needs_a_reason(board):
    client, officer = board.client("director"), board.people[0]
    query = {"unit": board.units["B"].pk, "u": board.units["S1"].pk, "o": officer.pk}
    found = client.get(URL, query).context["drill"]
    assert found.officer == officer
    number = next(i for i, line in enumerate(found.explained.lines) if line.code == "E04")
    answer = client.get(URL, {**query, "l": number}, headers={"hx-request": "true", "hx-target": "drill"})
    page = text(answer)
    assert "<html" not in page
    assert "E04" in page
    assert "write down why" in page
    assert CANARY not in page
    assert AuditEvent.objects.filter(action="index.explain", officer_number=officer.pk).count() == 2


def test_a_drill_to_somebody_elsewhere_counts_as_none(board):
    query = {"unit": board.units["B"].pk, "u": board.units["S2"].pk, "o": board.people[0].pk, "l": "x"}
    assert board.client("director").get(URL, query).context["drill"].officer is None


def test_a_failed_run_keeps_the_last_good_numbers(board):
    from police_hr.core.models import JobRun

    job = JobRun.objects.create(handler="scoring.run", state="failed", error="The disk is full.")
    IndexRun.objects.create(version=board.run.version, as_of=timezone.localdate(), state="failed", job=job)
    page = text(board.client("director").get(URL))
    assert "The disk is full." in page
    assert "last good run" in page
    assert "Unit heat map" in page


def test_a_run_under_way_shows_its_progress(board):
    from scoring.services.runs import create_run

    create_run(version=board.run.version, as_of=timezone.localdate(), by=None)
    assert "being computed" in text(board.client("director").get(URL))


def test_the_share_alarm_rings_on_every_page_of_who_runs_the_index(board):
    IndexRun.objects.filter(pk=board.run.pk).update(counts={"officers": 100, "watch": 30, "help": 0, "insufficient": 0})
    assert "check the model" in text(board.client("director").get("/"))
    assert "check the model" not in text(board.client("unit_head").get("/"))


def queries(client) -> int:
    client.get(URL)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(URL).status_code == 200
    return len(caught)


@pytest.mark.parametrize("who", ["director", "unit_head"])
def test_as_many_queries_for_thirty_officers_as_for_three(empty, who):
    from tests.pages.scoring.conftest import run

    people = empty.make.officers(3, empty.units["S1.P1"])
    empty.make.seeded_facts(people, until=timezone.localdate())
    run(timezone.localdate())
    few = queries(empty.client(who))
    more = empty.make.officers(30, empty.units["S2"], first=101)
    empty.make.seeded_facts(more, until=timezone.localdate())
    run(timezone.localdate())
    many = queries(empty.client(who))
    assert many <= few + 2, "at most the queries that an empty list spares"
    assert many <= 26


def test_both_languages_are_whole(board):
    client = board.client("director")
    english = client.get(URL, headers={"accept-language": "en"}).content.decode()
    visible = re.sub(r"<[^>]+>", " ", english.partition("<main")[2])
    assert "Heavy sanction" in visible or "Light sanction" in visible

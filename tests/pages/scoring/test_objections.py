"""Objections as pages: the own index, filing, who may answer, bad input."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from police_hr.core.models import AuditEvent
from roster.services.ledger import record_entry
from scoring.models import Objection, Proposal
from tests.pages.scoring.conftest import CANARY, run

OWN, LIST = "/scoring/own", "/scoring/objections"
TOKEN = "0" * 24


def text(answer, status=200) -> str:
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def heard(board):
    """An officer with an account, two serious patrol problems of today and a care fact of others with a canary."""
    today = timezone.localdate()
    officer = board.make.officers(1, board.units["S1.P1"], first=501)[0]
    board.users["me"] = board.make.account("ME", "officer", board.units["S1"], officer=officer)
    board.users["branch"] = board.make.account("DIR1", "political_director", board.units["S1"])

    def fact(kind, payload):
        return record_entry(officer=officer, kind=kind, occurred_on=today, payload=payload, by=None)

    board.lines = [fact("PATROL_PROBLEM", {"item": "DP01", "severity": "serious"}) for _n in range(2)]
    board.care = fact("HARDSHIP", {"basis": "recognised", "facts": CANARY})
    board.officer, board.run = officer, run(today)
    return board


def object_to(heard, entry, token=TOKEN, reason="当日已报修"):
    return heard.client("me").post(f"{OWN}/object/{entry.pk}", {"reason": reason, "token": token}, follow=True)


def test_the_own_index_shows_lines_and_that_care_exists(heard):
    page = text(heard.client("me").get(OWN))
    assert page.count("Patrol problem, serious") == 2
    assert "Care matter 1" in page
    assert CANARY not in page
    assert AuditEvent.objects.filter(action="index.explain", officer_number=heard.officer.pk).exists()
    assert heard.client("director").get(OWN).status_code == 404


def test_object_and_be_told(heard):
    page = text(object_to(heard, heard.lines[0]))
    objection = Objection.objects.get()
    assert objection.number in page
    assert "being weighed" in text(heard.client("me").get(OWN))
    assert objection.number in text(object_to(heard, heard.lines[0]))
    assert Objection.objects.count() == 1
    assert CANARY not in text(object_to(heard, heard.care, token="1" * 24))


@pytest.mark.parametrize("data", [{}, {"reason": "x", "token": TOKEN}, {"reason": "long enough", "token": "zz"}])
def test_a_form_that_says_nothing_is_answered_at_its_fields(heard, data):
    answer = heard.client("me").post(f"{OWN}/object/{heard.lines[0].pk}", data)
    assert "ph-field" in text(answer, 400)
    assert not Objection.objects.exists()


@pytest.mark.parametrize("about", ["0", "tier", "9" * 15, "-1"])
def test_what_is_not_ones_own_is_not_there(heard, about):
    assert heard.client("me").get(f"{OWN}/object/{about}").status_code == 404


def test_the_answer_is_given_by_somebody_else(heard):
    object_to(heard, heard.lines[0])
    objection = Objection.objects.get()
    url = f"{LIST}/{objection.pk}/decide"
    assert heard.client("unit_head").get(objection.address).status_code == 404
    assert heard.client("unit_head").post(url).status_code == 403
    client = heard.client("cadre")
    assert "required" in text(client.post(url, {"verdict": "uphold"}), 400)
    assert "what is to be done" in text(client.post(url, {"verdict": "uphold", "answer": "对"}), 400)
    upheld = {"verdict": "uphold", "answer": "属实", "remedy": "void"}
    page = text(client.post(url, upheld, follow=True))
    assert "computed anew" in page
    assert "→" in page
    assert "answered already" in text(client.post(url, upheld), 409)
    assert "属实" in text(heard.client("me").get(objection.address))


def test_who_confirmed_reads_why_another_answers(heard):
    today = timezone.localdate()
    served = {"measure": "P1", "served_on": today.isoformat(), "effect_until": "2027-05-25"}
    sanction = record_entry(
        officer=heard.officer, kind="PUNISHMENT", occurred_on=today, payload=served, verified=True, by=None
    )
    proposal = Proposal.objects.get(run=run(today), officer=heard.officer)
    heard.client("branch").post(f"{proposal.address}/decide", {"verdict": "confirm", "reason": "列入"})
    object_to(heard, sanction)
    page = text(heard.client("branch").get(Objection.objects.get().address))
    assert "another person reviews it" in page
    assert "Uphold" not in page


def test_as_many_queries_for_two_as_for_one(heard):
    client = heard.client("cadre")
    object_to(heard, heard.lines[0])
    client.get(LIST)

    def count():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(LIST).status_code == 200
        return len(seen)

    before = count()
    object_to(heard, heard.lines[1], token="1" * 24)
    assert count() == before

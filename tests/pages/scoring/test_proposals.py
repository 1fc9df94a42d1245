"""Proposals and the register as pages: who sees what, the decision, who comes too late, bad input."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from police_hr.core.models import AuditEvent
from scoring.models import Proposal, TierPeriod
from tests.pages.scoring.conftest import run

SERVED = {"measure": "P1", "served_on": "2026-01-05"}
LIST, REGISTER = "/scoring/proposals", "/scoring/tiers"


def text(answer, status=200) -> str:
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def weighed(board):
    """The board's force with three light sanctions in S1.P1, run again."""
    day = timezone.localdate() - dt.timedelta(days=3)
    board.make.facts(
        [
            {"officer_id": one.pk, "kind": "PUNISHMENT", "occurred_on": day, "payload": SERVED,
             "verified": True}
            for one in board.people[1:4]
        ]
    )  # fmt: skip
    board.run = run(timezone.localdate())
    board.users["branch"] = board.make.account("DIR1", "political_director", board.units["S1"])
    board.proposal = Proposal.objects.get(run=board.run, officer=board.people[1])
    return board


def test_the_list_offers_and_chooses_nothing(weighed):
    page = text(weighed.client("director").get(LIST))
    assert weighed.proposal.officer.label in page
    assert "Light sanction in its period" in page
    assert " checked" not in page
    assert weighed.client("cadre").get(LIST).status_code == 403
    assert weighed.client("unit_head").get(LIST).status_code == 403


def test_the_page_of_one_shows_all_it_rests_on(weighed):
    page = text(weighed.client("director").get(weighed.proposal.address))
    for words in ("Light sanction in its period", "with weights", "data held", "What changed in 30 days",
                  "Earlier decisions", "within 5 working days", "Floor rule"):  # fmt: skip
        assert words in page, words
    assert AuditEvent.objects.filter(action="index.explain", officer_number=weighed.proposal.officer_id).exists()


def test_confirm_with_a_reason_and_find_it_in_the_register(weighed):
    client = weighed.client("branch")
    url = f"{weighed.proposal.address}/decide"
    assert "required" in text(client.post(url, {"verdict": "confirm", "reason": " "}), 400)
    answer = client.post(url, {"verdict": "confirm", "reason": "处分影响期"}, follow=True)
    assert "confirmed" in text(answer)
    period = TierPeriod.objects.get()
    listed = text(client.get(REGISTER, {"tab": "watch"}))
    assert period.officer.label in listed
    assert "Effect of the help" in listed
    assert "处分影响期" in text(client.get(period.address))


def test_who_comes_too_late_sees_the_others_decision(weighed):
    first, second = weighed.client("branch"), weighed.client("director")
    url = f"{weighed.proposal.address}/decide"
    first.post(url, {"verdict": "refuse", "reason": "情节轻微"})
    page = text(second.post(url, {"verdict": "confirm", "reason": "同意"}), 409)
    assert "情节轻微" in page
    assert not TierPeriod.objects.exists()


def test_several_at_once(weighed):
    client = weighed.client("branch")
    pks = list(Proposal.objects.filter(run=weighed.run, officer__in=weighed.people[1:4]).values_list("pk", flat=True))
    url = f"{LIST}/decide"
    assert "Write a reason" in text(client.post(url, {"chosen": pks, "verdict": "confirm"}, follow=True))
    assert "Choose the proposals first" in text(client.post(url, {"verdict": "confirm", "common": "x"}, follow=True))
    answer = {"chosen": pks, "verdict": "confirm", "common": "处分影响期", f"reason-{pks[0]}": "另有家庭困难"}
    assert "3 proposals are decided" in text(client.post(url, answer, follow=True))
    reasons = set(TierPeriod.objects.values_list("reason", flat=True))
    assert reasons == {"处分影响期", "另有家庭困难"}


def test_a_unit_sees_confirmed_tiers_of_its_own_without_points(weighed):
    client = weighed.client("branch")
    client.post(f"{weighed.proposal.address}/decide", {"verdict": "confirm", "reason": "秘密理由"})
    period = TierPeriod.objects.get()
    weighed.users["elsewhere"] = weighed.make.account("ELSE", "unit_head", weighed.units["S2"])
    for url in (f"{REGISTER}?tab=watch", period.address):
        page = text(weighed.client("unit_head").get(url))
        assert period.officer.label in page
        assert "秘密理由" not in page
        assert "Index before" not in page
    assert period.officer.label not in text(weighed.client("elsewhere").get(f"{REGISTER}?tab=watch"))
    assert weighed.client("elsewhere").get(period.address).status_code == 404
    assert weighed.client("unit_head").get(weighed.proposal.address).status_code == 403


def test_end_a_tier_by_a_document(weighed):
    client = weighed.client("branch")
    client.post(f"{weighed.proposal.address}/decide", {"verdict": "confirm", "reason": "处分影响期"})
    period = TierPeriod.objects.get()
    url = f"{period.address}/end"
    assert "number of the decision" in text(client.post(url, {"how": "document", "reason": "提前解除"}), 400)
    ended = {"how": "document", "document": "示公政〔2026〕9号", "reason": "提前解除"}
    assert "The tier has ended" in text(client.post(url, ended, follow=True))
    assert "示公政〔2026〕9号" in text(client.get(period.address))
    assert text(client.post(url, ended), 409)


@pytest.mark.parametrize("value", ["abc", "-1", "9" * 30, "1\x00"])
def test_numbers_that_are_none_are_answered_plainly(weighed, value):
    client = weighed.client("director")
    answer = client.post(f"{LIST}/decide", {"chosen": [value], "verdict": "confirm", "common": "x"})
    assert answer.status_code in {302, 400}


@pytest.mark.parametrize("path", [LIST, f"{REGISTER}?tab=watch"])
def test_as_many_queries_for_three_as_for_one(weighed, path):
    client = weighed.client("branch")
    pks = list(Proposal.objects.filter(run=weighed.run, officer__in=weighed.people[1:4]).values_list("pk", flat=True))
    if path != LIST:
        client.post(f"{LIST}/decide", {"chosen": pks[:1], "verdict": "confirm", "common": "x"})
    client.get(path)

    def count():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    before = count()
    if path == LIST:
        Proposal.objects.filter(run=weighed.run).exclude(pk=pks[0]).update(state="superseded")
    else:
        client.post(f"{LIST}/decide", {"chosen": pks[1:], "verdict": "confirm", "common": "x"})
        client.get(path)  # shows the message of the decision
    assert count() == before

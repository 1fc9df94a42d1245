"""Pages of corrections and the own page: ask, decide, and the loser of two editors sees both versions."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from police_hr.core.models import AuditEvent
from roster.models import CorrectionRequest, RankRecord
from roster.selectors import codes
from roster.services.careers import add_family, add_ranks
from roster.services.defaults import install_defaults
from roster.services.ledger import record_entry
from roster.services.officers import update_officer
from tests.factories.cast import Cast, account, cast, grant_role
from tests.factories.papers import plain_pdf

pytestmark = pytest.mark.django_db
PDF = plain_pdf()


@pytest.fixture
def people() -> Cast:
    codes.forget()
    install_defaults()
    found = cast()
    update_officer(
        officer=found.officer_a, changes={"native_place": "浙江永嘉", "phone": "13912345678"}, version=None, by=None
    )
    found.users["second"] = account("SECOND", name="第二人")
    grant_role(user=found["second"], role="hr_cadre", unit=found.bureau, by=None)
    return found


def client_of(people: Cast, role: str) -> Client:
    client = Client()
    client.force_login(people[role], backend="police_hr.core.backends.AccountBackend")
    return client


def new_url(people: Cast, fact: str = "", field: str = "") -> str:
    pk = people.officer_a.pk
    address = reverse("roster:correction-new", args=[pk])
    return f"{address}?fact={fact or f'officer.{pk}'}" + (f"&field={field}" if field else "")


def hidden(html: str) -> dict[str, str]:
    """The form's own inputs as a browser would send them back."""
    return {name: re.search(rf'name="{name}" value="([^"]*)"', html)[1] for name in ("token", "base")}  # type: ignore[index]


def send(client: Client, url: str, page: str, **values: Any) -> Any:
    data = {"reason": "户籍核对有误", "document": "甬公政〔2026〕12号", **values}
    return client.post(url, {**hidden(page), **data})


def asked() -> CorrectionRequest:
    return CorrectionRequest.objects.latest("pk")


def test_asked_approved_and_shown_with_the_old_value_struck(people):
    client, url = client_of(people, "hr_cadre"), new_url(people, field="native_place")
    page = client.get(url).content.decode()
    evidence = SimpleUploadedFile("户口簿.pdf", PDF, content_type="application/pdf")
    answer = send(client, url, page, **{"f-native_place": "浙江瑞安", "file": evidence})
    assert answer.status_code == 302
    second = client_of(people, "second")
    detail = second.get(asked().address).content.decode()
    assert "<s>浙江永嘉</s>" in detail
    assert "<b>浙江瑞安</b>" in detail
    fetched = second.get(reverse("roster:correction-file", args=[asked().pk]))
    assert b"".join(fetched.streaming_content) == PDF
    assert AuditEvent.objects.filter(action="correction.file", actor=people["second"]).exists()
    decided = second.post(
        reverse("roster:correction-decide", args=[asked().pk]), {"decision": "approve", "note": "属实"}
    )
    assert decided.status_code == 302
    people.officer_a.refresh_from_db()
    assert people.officer_a.native_place == "浙江瑞安"
    log = second.get(reverse("roster:officer-tab", args=[people.officer_a.pk, "log"])).content.decode()
    assert asked().number in log
    assert "甬公政〔2026〕12号" in log


def test_the_loser_of_two_editors_sees_both_versions_before_anything_is_sent(people):
    client, url = client_of(people, "hr_cadre"), new_url(people, field="native_place")
    page = client.get(url).content.decode()
    update_officer(officer=people.officer_a, changes={"native_place": "浙江乐清"}, version=None, by=people["second"])
    answer = send(client, url, page, **{"f-native_place": "浙江瑞安"})
    both = answer.content.decode()
    assert answer.status_code == 200
    assert all(text in both for text in ("浙江永嘉", "浙江乐清", "浙江瑞安"))
    assert not CorrectionRequest.objects.exists()
    kept = send(client, url, both, **{"f-native_place": "浙江瑞安", "take-native_place": "mine"})
    assert kept.status_code == 302
    assert (asked().seen, asked().wanted) == ({"native_place": "浙江乐清"}, {"native_place": "浙江瑞安"})


def test_who_gives_way_to_the_other_asks_for_nothing(people):
    client, url = client_of(people, "hr_cadre"), new_url(people, field="native_place")
    page = client.get(url).content.decode()
    update_officer(officer=people.officer_a, changes={"native_place": "浙江乐清"}, version=None, by=None)
    both = send(client, url, page, **{"f-native_place": "浙江瑞安"}).content.decode()
    answer = send(client, url, both, **{"f-native_place": "浙江瑞安", "take-native_place": "theirs"})
    assert answer.status_code == 200
    assert not CorrectionRequest.objects.exists()


def test_an_overtaken_request_is_taken_up_with_both_versions(people):
    client, url = client_of(people, "hr_cadre"), new_url(people, field="native_place")
    send(client, url, client.get(url).content.decode(), **{"f-native_place": "浙江瑞安"})
    first = asked()
    update_officer(officer=people.officer_a, changes={"native_place": "浙江乐清"}, version=None, by=None)
    client_of(people, "second").post(reverse("roster:correction-decide", args=[first.pk]), {"decision": "approve"})
    first.refresh_from_db()
    assert first.state == "stale"
    detail = client.get(first.address).content.decode()
    link = f"{new_url(people)}&amp;follows={first.pk}"
    assert link in detail
    again = link.replace("&amp;", "&")
    page = client.get(again).content.decode()
    assert all(text in page for text in ("浙江永嘉", "浙江乐清", "浙江瑞安"))
    answer = send(client, again, page, **{"f-native_place": "浙江瑞安", "f-badge_no": people.officer_a.badge_no,
                                          "f-status": "serving", "take-native_place": "mine"})  # fmt: skip
    assert answer.status_code == 302
    assert asked().follows == first
    assert asked().wanted["native_place"] == "浙江瑞安"


def test_a_masked_field_left_empty_stays_and_is_never_in_the_form(people):
    client, url = client_of(people, "hr_cadre"), new_url(people)
    page = client.get(url).content.decode()
    assert "13912345678" not in page
    assert "139****5678" in page
    send(
        client, url, page, **{"f-badge_no": people.officer_a.badge_no, "f-status": "serving", "f-speciality": "无人机"}
    )
    assert "phone" not in asked().wanted
    assert asked().wanted["speciality"] == "无人机"


@pytest.mark.parametrize(
    ("change", "status"),
    [({"base": "forged"}, 200), ({"token": "x"}, 200), ({"reason": ""}, 200), ({"document": ""}, 200),
     ({"f-native_place": "x" * 61}, 200), ({"f-native_place": "\x00"}, 200)],
)  # fmt: skip
def test_bad_input_gets_a_sentence_and_changes_nothing(people, change, status):
    client, url = client_of(people, "hr_cadre"), new_url(people, field="native_place")
    page = client.get(url).content.decode()
    data = {"reason": "户籍核对有误", "document": "12号", "f-native_place": "浙江瑞安"}
    answer = client.post(url, {**hidden(page), **data, **change})
    assert answer.status_code == status
    assert "ph-page-head" in answer.content.decode()
    assert not CorrectionRequest.objects.exists()


@pytest.mark.parametrize(
    "fact", ["officer.999", "posting.999", "nothing.1", "posting.x", "ledgerentry.7", "officer.", "."]
)
def test_a_fact_that_is_not_there_is_404(people, fact):
    assert client_of(people, "hr_cadre").get(new_url(people, fact)).status_code == 404


def test_foreign_keys_in_the_form_do_not_move_the_request(people):
    """CVE-2026-24035, the class: whose fact it is comes from the address, never from the body."""
    client, url = client_of(people, "hr_cadre"), new_url(people, field="native_place")
    page = client.get(url).content.decode()
    foreign = {"officer": people.officer_b.pk, "officer_id": people.officer_b.pk, "fact_number": people.officer_b.pk,
               "requested_by": people["second"].pk, "decided_by": people["second"].pk, "state": "applied"}  # fmt: skip
    send(client, url, page, **{"f-native_place": "浙江瑞安"}, **foreign)
    made = asked()
    assert (made.officer, made.fact_number, made.requested_by, made.state, made.decided_by) == (
        people.officer_a, people.officer_a.pk, people["hr_cadre"], "open", None,
    )  # fmt: skip


def test_a_fact_of_a_closed_class_is_not_asked_for(people):
    add_family(rows=[{"officer_id": people.officer_a.pk, "relation": "10", "name": "某某家属"}], by=None)
    client = client_of(people, "hr_cadre")
    family = new_url(people, "familymember.new")
    assert client.get(family).headers["Location"] == reverse("roster:officer-open", args=[people.officer_a.pk])
    assert client_of(people, "unit_political_officer").get(family).status_code == 403


def test_a_fact_taken_out_meanwhile_is_told(people):
    add_ranks(rows=[{"officer_id": people.officer_a.pk, "rank": "R10", "since": dt.date(2020, 7, 1)}], by=None)
    rank = RankRecord.objects.get()
    RankRecord.objects.update(voided_on=dt.date(2026, 1, 1))
    answer = client_of(people, "hr_cadre").get(new_url(people, f"rankrecord.{rank.pk}"))
    assert answer.status_code == 302


def test_the_list_takes_the_same_queries_for_one_request_and_for_three(people):
    client = client_of(people, "second")
    counts = []
    for number in (1, 3):
        while CorrectionRequest.objects.count() < number:
            CorrectionRequest.objects.create(
                officer=people.officer_a, fact="officer", fact_number=people.officer_a.pk, operation="change",
                wanted={"native_place": "浙江瑞安"}, reason="户籍", token=f"{CorrectionRequest.objects.count():024}",
                requested_by=people["hr_cadre"],
            )  # fmt: skip
        client.get(reverse("roster:correction-list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("roster:correction-list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- the own page ---------------------------------------------------------------------------------------------


def test_the_own_page_shows_what_is_held_and_what_may_be_disputed(people):
    late = {"type": "late", "excused": "no"}
    by = people["unit_political_officer"]
    record_entry(officer=people.officer_a, kind="LATE_EARLY", occurred_on=dt.date(2026, 3, 2), payload=late, by=by)
    hard = {"basis": "recognised", "facts": "他人反映的困难"}
    record_entry(officer=people.officer_a, kind="HARDSHIP", occurred_on=dt.date(2026, 3, 2), payload=hard, by=by)
    client = client_of(people, "officer")
    page = client.get(reverse("roster:own-dossier")).content.decode()
    assert "他人反映的困难" not in page
    assert "1 项，其中 1 项未销号" in page
    assert page.count("ph-own-word") == 8
    assert "有异议" in page
    link = re.search(r'href="([^"]*fact=ledgerentry\.\d+)"', page)
    assert link is not None
    form = client.get(link[1]).content.decode()
    client.post(link[1], {**hidden(form), "operation": "remove", "reason": "当日已请假，有请假单"})
    assert (asked().dispute, asked().operation, asked().document) == (True, "remove", "")
    again = client.get(reverse("roster:own-dossier")).content.decode()
    assert "异议复核中" in again
    assert asked().number in again


def test_a_counsellors_mark_is_not_even_counted(people):
    record_entry(officer=people.officer_a, kind="PSY_ALERT", occurred_on=dt.date(2026, 3, 2), payload={}, by=None)
    page = client_of(people, "officer").get(reverse("roster:own-dossier")).content.decode()
    assert "他人反映的关爱事项" not in page


def test_a_sanction_is_seen_once_it_is_served(people):
    for served in ({}, {"served_on": "2026-03-10"}):
        record_entry(
            officer=people.officer_a, kind="PUNISHMENT", occurred_on=dt.date(2026, 3, 2),
            payload={"measure": "P1", "effect_until": "2026-09-02", **served}, verified=True, by=None,
        )  # fmt: skip
    page = client_of(people, "officer").get(reverse("roster:own-dossier")).content.decode()
    block = re.search(r"处分、核查结果.*?</li>", page, re.DOTALL)
    assert block is not None
    assert re.search(r"纪律</span>\s*1\s*<", block[0])


def test_a_care_fact_that_one_reported_oneself_is_shown_in_full_one_that_others_reported_is_counted(people):
    """Domain index.md §3.5: care facts reported by others are shown as existing; one's own word is one's own."""
    day = dt.date(2026, 3, 2)
    for by, text in ((people["hr_cadre"], "他人反映的困难"), (people["officer"], "本人报告的困难")):
        record_entry(
            officer=people.officer_a, kind="FAMILY_CRITICAL", occurred_on=day, by=by,
            payload={"relation": "51", "facts": text},
        )  # fmt: skip
    client = client_of(people, "officer")
    page = client.get("/roster/me")
    assert (page.context["care"].count, page.context["care"].open) == (1, 1)
    timeline = client.get(reverse("roster:officer-tab", args=[people.officer_a.pk, "timeline"])).content.decode()
    for text in (page.content.decode(), timeline):
        assert "他人反映的困难" not in text
    assert "本人报告的困难" in timeline
    other = client_of(people, "unit_political_officer")
    assert (
        "本人报告的困难"
        not in other.get(reverse("roster:officer-tab", args=[people.officer_a.pk, "timeline"])).content.decode()
    )

"""Corrections: asked by one person, decided by another, the old value kept, nobody's change lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from police_hr.core.access import Viewer, viewer_for
from police_hr.core.calendar import seed_calendar
from police_hr.core.models import AuditEvent, User
from roster.models import CorrectionRequest, LedgerEntry, Officer, Posting, RankRecord, ResumeLine
from roster.selectors import corrections as selectors
from roster.selectors import facts
from roster.services import corrections as services
from roster.services import facts as fact_services
from roster.services.careers import add_ranks, add_resume_lines
from roster.services.corrections import Evidence
from roster.services.defaults import install_defaults
from roster.services.ledger import record_entry, verify_entry
from tests.factories.cast import Cast, account, cast, grant_role

pytestmark = pytest.mark.django_db
PAPER = Evidence(reason="户籍核对有误", document="甬公政〔2026〕12号")
number = iter(range(10_000))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def people() -> Cast:
    install_defaults()
    found = cast()
    found.users["second"] = account("SECOND", name="第二人")
    grant_role(user=found["second"], role="hr_cadre", unit=found.bureau, by=None)
    return found


def fact(people: Cast, name: str) -> facts.Fact:
    people.officer_a.refresh_from_db()
    found = facts.find(Viewer.system(), people.officer_a, name)
    assert found is not None
    return found


def ask(people: Cast, name: str, wanted: dict[str, Any], *, by: str = "hr_cadre", **options: Any) -> CorrectionRequest:
    about = fact(people, name)
    stands = facts.payload_of(about)
    operation = options.pop("operation", "change" if about.row else "add")
    seen = stands if operation == "remove" else {key: stands[key] for key in wanted if key in stands}
    return services.request_correction(
        fact=about, operation=operation, wanted=wanted, seen=seen, evidence=options.pop("evidence", PAPER),
        token=options.pop("token", f"{next(number):024x}"), by=people[by], **options,
    )  # fmt: skip


def basics(people: Cast) -> str:
    return f"officer.{people.officer_a.pk}"


def test_a_request_changes_nothing_until_another_person_approves_it(people):
    asked = ask(people, basics(people), {"native_place": "浙江永嘉"})
    people.officer_a.refresh_from_db()
    assert people.officer_a.native_place == ""
    done = services.approve(request=asked, note="已核对户口簿", by=people["second"])
    people.officer_a.refresh_from_db()
    assert people.officer_a.native_place == "浙江永嘉"
    assert (done.state, done.decided_by, done.seen) == ("applied", people["second"], {})
    event = AuditEvent.objects.get(action="correction.approve")
    assert event.details["fields"] == ["native_place"]
    assert "永嘉" not in str(event.details)


def test_nobody_decides_their_own_request(people):
    asked = ask(people, basics(people), {"native_place": "浙江永嘉"})
    with pytest.raises(ValidationError, match="yourself"):
        services.approve(request=asked, by=people["hr_cadre"])
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionRequest.objects.filter(pk=asked.pk).update(
            decided_by=people["hr_cadre"], decided_at=asked.requested_at, state="applied"
        )


@pytest.mark.parametrize(
    "role", ["unit_political_officer", "unit_head", "leadership", "discipline_inspector", "zhou", "officer"]
)
def test_who_has_no_say_decides_nothing(people, role):
    asked = ask(people, basics(people), {"native_place": "浙江永嘉"})
    with pytest.raises(ValidationError):
        services.approve(request=asked, by=people[role])
    with pytest.raises(ValidationError):
        services.refuse(request=asked, note="不同意", by=people[role])
    assert CorrectionRequest.objects.get(pk=asked.pk).state == "open"


def test_of_two_requests_for_one_field_the_second_turns_stale_and_both_values_stand(people):
    first = ask(people, basics(people), {"native_place": "浙江永嘉"})
    second = ask(people, basics(people), {"native_place": "浙江瑞安"}, by="second")
    services.approve(request=first, by=people["second"])
    with pytest.raises(ValidationError) as refused:
        services.approve(request=second, by=people["hr_cadre"])
    assert refused.value.code == "stale"
    second.refresh_from_db()
    people.officer_a.refresh_from_db()
    assert (second.state, people.officer_a.native_place) == ("stale", "浙江永嘉")
    line = selectors.lines(second)[0]
    assert (line.old, line.now, line.new, line.changed_since) == ("", "浙江永嘉", "浙江瑞安", True)
    again = ask(people, basics(people), {"native_place": "浙江瑞安"}, by="second", follows=second)
    services.approve(request=again, by=people["hr_cadre"])
    people.officer_a.refresh_from_db()
    assert people.officer_a.native_place == "浙江瑞安"


def test_requests_for_different_fields_do_not_overtake_each_other(people):
    first = ask(people, basics(people), {"native_place": "浙江永嘉"})
    second = ask(people, basics(people), {"speciality": "无人机"}, by="second")
    services.approve(request=first, by=people["second"])
    assert services.approve(request=second, by=people["hr_cadre"]).state == "applied"


def test_approving_twice_applies_once(people):
    asked = ask(people, basics(people), {"native_place": "浙江永嘉"})
    services.approve(request=asked, by=people["second"])
    with pytest.raises(ValidationError, match="decided already"):
        services.approve(request=asked, by=people["second"])
    assert AuditEvent.objects.filter(action="officer.update").count() == 1


def test_the_same_form_sent_twice_is_one_request(people):
    token = "a" * 24
    first = ask(people, basics(people), {"native_place": "浙江永嘉"}, token=token)
    assert ask(people, basics(people), {"native_place": "浙江永嘉"}, token=token) == first


def test_a_failing_audit_leaves_nothing_half_done(people, monkeypatch):
    asked = ask(people, basics(people), {"native_place": "浙江永嘉"})

    def broken(**event: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(services.audit, "record", broken)
    with pytest.raises(OSError, match="disk full"):
        services.approve(request=asked, by=people["second"])
    people.officer_a.refresh_from_db()
    asked.refresh_from_db()
    assert (people.officer_a.native_place, asked.state) == ("", "open")


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"birth_date": "2030-01-01", "police_since": "2010-01-04"}, "must come first"),
        ({"badge_no": "000002"}, "somebody else"),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_applied_and_stays_open(people, wanted, message):
    asked = ask(people, basics(people), wanted)
    with pytest.raises(ValidationError, match=message):
        services.approve(request=asked, by=people["second"])
    assert CorrectionRequest.objects.get(pk=asked.pk).state == "open"


def test_a_request_needs_evidence_and_a_reason(people):
    with pytest.raises(ValidationError) as refused:
        ask(people, basics(people), {"native_place": "浙江永嘉"}, evidence=Evidence(reason="错"))
    assert set(refused.value.error_dict) == {"reason", "document"}


# --- career facts ---------------------------------------------------------------------------------------------


def rank(people: Cast) -> RankRecord:
    add_ranks(rows=[{"officer_id": people.officer_a.pk, "rank": "R10", "since": dt.date(2020, 7, 1)}], by=None)
    return RankRecord.objects.get()


def test_a_corrected_career_fact_keeps_the_old_row_and_the_present_state_follows(people):
    old = rank(people)
    asked = ask(people, f"rankrecord.{old.pk}", {"rank": "R09"})
    done = services.approve(request=asked, by=people["second"])
    old.refresh_from_db()
    people.officer_a.refresh_from_db()
    assert (old.rank, old.voided_by, old.replaced_by_id) == ("R10", people["second"], done.result_number)
    assert (people.officer_a.rank, people.officer_a.rank_since) == ("R09", dt.date(2020, 7, 1))
    assert RankRecord.objects.get(pk=done.result_number).document == PAPER.document
    # the old number leads to what stands in its place
    assert fact(people, f"rankrecord.{old.pk}").number == done.result_number


def test_a_fact_taken_out_counts_no_more(people):
    old = rank(people)
    services.approve(request=ask(people, f"rankrecord.{old.pk}", {}, operation="remove"), by=people["second"])
    people.officer_a.refresh_from_db()
    assert (people.officer_a.rank, RankRecord.objects.get(pk=old.pk).voided_on is not None) == ("", True)
    assert facts.find(Viewer.system(), people.officer_a, f"rankrecord.{old.pk}") is None


def test_a_missing_fact_is_added(people):
    services.approve(request=ask(people, "rankrecord.new", {"rank": "R11", "since": "2015-07-01"}), by=people["second"])
    people.officer_a.refresh_from_db()
    assert people.officer_a.rank == "R11"


def test_two_changes_of_one_row_follow_each_other(people):
    old = rank(people)
    first = ask(people, f"rankrecord.{old.pk}", {"rank": "R09"})
    second = ask(people, f"rankrecord.{old.pk}", {"since": "2021-07-01"}, by="second")
    services.approve(request=first, by=people["second"])
    services.approve(request=second, by=people["hr_cadre"])
    people.officer_a.refresh_from_db()
    assert (people.officer_a.rank, people.officer_a.rank_since) == ("R09", dt.date(2021, 7, 1))


def test_lines_of_a_resume_keep_what_happened_during_them(people):
    pk = people.officer_a.pk
    add_resume_lines(rows=[{"officer_id": pk, "starts_on": dt.date(2003, 9, 1), "text": "某大学学生"}], by=None)
    outer = ResumeLine.objects.get()
    add_resume_lines(
        rows=[{"officer_id": pk, "starts_on": dt.date(2004, 1, 1), "text": "交流", "within_id": outer.pk}], by=None
    )
    with pytest.raises(ValidationError, match="during"):
        fact_services.remove_fact(fact=outer, reason="重复", by=None)
    fresh = fact_services.change_fact(fact=outer, changes={"text": "某警官学院学生"}, reason="更正", by=None)
    assert ResumeLine.objects.get(text="交流").within_id == fresh.pk


def test_a_posting_cannot_end_before_it_began(people):
    posting = Posting.objects.get(officer=people.officer_a)
    with pytest.raises(ValidationError) as refused:
        fact_services.change_fact(fact=posting, changes={"ends_on": dt.date(2001, 1, 1)}, reason="错", by=None)
    assert "ends_on" in refused.value.error_dict


# --- ledger entries and disputes ------------------------------------------------------------------------------


def late(people: Cast, by: User | None = None) -> LedgerEntry:
    return record_entry(
        officer=people.officer_a, kind="LATE_EARLY", occurred_on=dt.date(2026, 3, 2),
        payload={"type": "late", "excused": "no"}, by=by,
    )  # fmt: skip


WRONG = Evidence(reason="当日已请假，有请假单")


def test_an_officer_disputes_an_entry_and_it_is_voided_with_its_history(people):
    entry = late(people, by=people["unit_political_officer"])
    asked = ask(people, f"ledgerentry.{entry.pk}", {}, by="officer", operation="remove", evidence=WRONG)
    assert asked.dispute
    assert asked.answer_by is not None
    services.approve(request=asked, by=people["hr_cadre"])
    entry.refresh_from_db()
    assert (entry.voided_on is not None, entry.void_reason) == (True, WRONG.reason)


def test_who_recorded_or_confirmed_an_entry_does_not_review_the_dispute(people):
    entry = record_entry(
        officer=people.officer_a, kind="DUTY_ABSENCE", occurred_on=dt.date(2026, 3, 2), payload={"duty": "duty"},
        by=people["hr_cadre"],
    )  # fmt: skip
    fresh = verify_entry(entry=entry, by=people["second"])
    asked = ask(people, f"ledgerentry.{fresh.pk}", {}, by="officer", operation="remove", evidence=WRONG)
    for role in ("hr_cadre", "second"):
        with pytest.raises(ValidationError, match="recorded or confirmed"):
            services.approve(request=asked, by=people[role])
    assert services.approve(request=asked, by=people["political_director"]).state == "applied"


def test_after_the_days_of_dispute_a_request_needs_evidence(people):
    """15 working days after Monday 20 April 2026: 3 holidays of May lie between, and 9 May is worked; 13 May."""
    seed_calendar(by=None)
    with time_machine.travel(dt.datetime(2026, 4, 20, 4, tzinfo=dt.UTC)):
        entry = late(people)
    assert selectors.dispute_until(entry) == dt.date(2026, 5, 13)
    with time_machine.travel(dt.datetime(2026, 5, 14, 4, tzinfo=dt.UTC)), pytest.raises(ValidationError) as refused:
        ask(people, f"ledgerentry.{entry.pk}", {}, by="officer", operation="remove", evidence=WRONG)
    assert set(refused.value.error_dict) == {"document"}


def test_an_entry_is_corrected_through_its_own_service(people):
    entry = late(people)
    asked = ask(people, f"ledgerentry.{entry.pk}", {"excused": "yes", "OCCURRED_ON": "2026-03-03"})
    done = services.approve(request=asked, by=people["second"])
    fresh = LedgerEntry.objects.get(pk=done.result_number)
    assert (fresh.payload["excused"], fresh.occurred_on, fresh.recorded_by) == (
        "yes",
        dt.date(2026, 3, 3),
        people["second"],
    )


# --- who sees what --------------------------------------------------------------------------------------------


def test_requests_are_seen_by_those_concerned_only(people):
    proposal = ask(people, basics(people), {"native_place": "浙江永嘉"}, by="unit_political_officer")
    dispute = ask(people, basics(people), {"speciality": "无人机"}, by="officer", evidence=WRONG)
    seen = {
        role: {asked.pk for asked in selectors.visible_to(viewer_for(people[role]))}
        for role in ("hr_cadre", "political_director", "unit_political_officer", "officer", "zhou", "leadership")
    }
    both = {proposal.pk, dispute.pk}
    assert seen == {
        "hr_cadre": both, "political_director": both, "unit_political_officer": {proposal.pk},
        "officer": {dispute.pk}, "zhou": set(), "leadership": set(),
    }  # fmt: skip


def test_every_field_of_every_fact_has_words_in_both_languages_and_a_value_that_comes_back(people):
    for code, model in facts.CAREER.items():
        about = facts.Fact(code, people.officer_a, None, 1)
        for spec in facts.specs_of(about):
            assert any("\u4e00" <= mark <= "\u9fff" for mark in spec["label_zh"]), (code, spec)
            assert not any("\u4e00" <= mark <= "\u9fff" for mark in spec["label_en"]), (code, spec)
        assert {spec["name"] for spec in facts.specs_of(about)} <= {f.name for f in model._meta.concrete_fields}
    held = facts.payload_of(fact(people, basics(people)))
    again = Officer(**facts.attributes_of("officer", held))
    assert all(getattr(again, name) == getattr(people.officer_a, name) for name in held)

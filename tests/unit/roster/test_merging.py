"""Two dossiers of one person become one: what goes over, what is not doubled, what forbids it, what is final."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from police_hr.core.access import Viewer
from police_hr.core.models import AuditEvent, LedgerChange
from roster.models import (
    CorrectionRequest,
    DuplicatePair,
    LedgerEntry,
    Officer,
    OfficerMerge,
    Posting,
    RankRecord,
)
from roster.selectors import population
from roster.selectors.merging import fuller, merge_plan
from roster.services.careers import add_ranks
from roster.services.ledger import record_entry
from roster.services.merging import merge_officers
from tests.factories.cast import account, cast
from tests.factories.force import officers
from tests.factories.imports import csv_bytes, imported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("defaults")]
DAY = dt.date(2025, 3, 4)


def rank(officer, code, since):
    add_ranks(rows=[{"officer_id": officer.pk, "rank": code, "since": since}], by=None)


def award(officer, grade="A2", day=DAY):
    return record_entry(officer=officer, kind="AWARD", occurred_on=day, payload={"grade": grade}, by=None)


@pytest.fixture
def twins():
    """Two dossiers under two badge numbers. Both hold rank R09 of 2020 and the award of 4 March 2025; the second
    alone holds an earlier rank, another award and the ancestral home."""
    found = cast()
    kept, gone = officers(2, found.branch_a, first=71)
    for officer in (kept, gone):
        rank(officer, "R09", dt.date(2020, 1, 1))
        award(officer)
    rank(gone, "R10", dt.date(2016, 1, 1))
    award(gone, "A3", dt.date(2025, 6, 1))
    Officer.objects.filter(pk=gone.pk).update(native_place="江苏南通", name="民警另名")
    pair = DuplicatePair.objects.create(first=kept, second=gone, reason="name_birth")
    kept.refresh_from_db()
    gone.refresh_from_db()
    return found, pair, kept, gone


def test_the_plan_says_what_goes_over_what_both_hold_and_what_differs(twins):
    _found, _pair, kept, gone = twins
    plan = merge_plan(kept, gone)
    assert plan.fills == ("native_place",)
    assert [(line.kept, line.gone) for line in plan.differs if line.gone == "民警另名"] == [("民警71", "民警另名")]
    assert [entry.payload["grade"] for entry in plan.entries] == ["A3"]
    assert [entry.payload["grade"] for entry in plan.known] == ["A2"]
    assert plan.counts == {"fields": 1, "ledgerentry": 1, "rankrecord": 1}
    assert [posting.officer_id for posting in plan.stays] == [gone.pk]
    assert plan.forbids == ()
    assert fuller(kept, gone) == gone


def test_merging_moves_everything_once(twins):
    found, pair, kept, gone = twins
    before = LedgerChange.objects.count()
    merge_officers(pair=pair, keep=kept.pk, by=found["hr_cadre"])
    live = LedgerEntry.objects.filter(voided_on=None)
    assert sorted(live.filter(officer=kept).values_list("payload__grade", flat=True)) == ["A2", "A3"]
    assert not live.filter(officer=gone).exists()
    moved = live.get(officer=kept, payload__grade="A3")
    assert (moved.replaces.officer_id, moved.occurred_on) == (gone.pk, dt.date(2025, 6, 1))
    assert kept.badge_no in moved.replaces.void_reason
    assert sorted(RankRecord.objects.filter(officer=kept).values_list("rank", flat=True)) == ["R09", "R10"]
    assert Posting.objects.filter(officer=kept, ends_on=None).count() == 1
    assert not Posting.objects.filter(officer=gone, ends_on=None).exists()
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.native_place, kept.name, kept.rank) == ("江苏南通", "民警71", "R09")
    assert gone.status == Officer.Status.MERGED
    assert LedgerChange.objects.count() > before
    pair.refresh_from_db()
    assert (pair.verdict, pair.settled_by) == ("same", found["hr_cadre"])
    events = AuditEvent.objects.filter(action="officer.merge")
    assert {event.officer_number for event in events} == {kept.pk, gone.pk}
    assert events[0].details["moved"] == {"fields": 1, "ledgerentry": 1, "rankrecord": 1}


def test_merging_twice_is_merging_once(twins):
    found, pair, kept, gone = twins
    first = merge_officers(pair=pair, keep=kept.pk, by=found["hr_cadre"])
    entries = LedgerEntry.objects.count()
    assert merge_officers(pair=pair, keep=kept.pk, by=found["hr_cadre"]) == first
    assert LedgerEntry.objects.count() == entries
    with pytest.raises(ValidationError):
        merge_officers(pair=pair, keep=gone.pk, by=found["hr_cadre"])


def test_a_dossier_changed_meanwhile_is_not_merged(twins):
    found, pair, kept, gone = twins
    with pytest.raises(ValidationError) as fault:
        merge_officers(
            pair=pair, keep=kept.pk, versions={kept.pk: kept.version, gone.pk: gone.version + 1}, by=found["hr_cadre"]
        )
    assert fault.value.code == "stale"
    gone.refresh_from_db()
    assert gone.status == Officer.Status.SERVING
    assert not OfficerMerge.objects.exists()


def test_an_open_request_to_correct_forbids_it(twins):
    found, pair, kept, gone = twins
    CorrectionRequest.objects.create(
        officer=gone,
        fact="officer",
        fact_number=gone.pk,
        operation="change",
        reason="x",
        token="t",
        requested_by=found["hr_cadre"],
    )
    with pytest.raises(ValidationError):
        merge_officers(pair=pair, keep=kept.pk, by=found["hr_cadre"])
    assert not OfficerMerge.objects.exists()
    merge_officers(pair=pair, keep=gone.pk, by=found["hr_cadre"])


def test_a_fault_half_way_leaves_both_as_they_were(twins, monkeypatch):
    found, pair, kept, gone = twins
    entries = list(LedgerEntry.objects.order_by("pk").values_list("pk", "officer", "voided_on"))

    def fails(**_values):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("roster.services.merging.refresh_current", fails)
    with pytest.raises(RuntimeError):
        merge_officers(pair=pair, keep=kept.pk, by=found["hr_cadre"])
    assert list(LedgerEntry.objects.order_by("pk").values_list("pk", "officer", "voided_on")) == entries
    assert RankRecord.objects.filter(officer=gone).count() == 2


def test_the_merged_one_is_counted_nowhere(twins):
    found, pair, kept, gone = twins
    merge_officers(pair=pair, keep=kept.pk, by=found["hr_cadre"])
    system = Viewer.system()
    assert gone.pk not in population.everybody(system)
    assert gone.pk not in population.serving_on(system, dt.date(2026, 1, 1))
    assert kept.pk in population.everybody(system)


@pytest.mark.usefixtures("data_dir")
def test_a_row_under_the_former_badge_number_comes_to_the_kept_dossier(twins):
    found, pair, kept, gone = twins
    merge_officers(pair=pair, keep=kept.pk, by=found["hr_cadre"])
    imported(csv_bytes(f"{gone.badge_no},江苏苏州", header="警号,籍贯"))
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.badge_no, kept.native_place, gone.native_place) == ("000071", "江苏苏州", "江苏南通")


def test_two_mergers_in_a_row_lead_to_the_last(twins):
    found, pair, kept, gone = twins
    third = officers(1, found.branch_a, first=91)[0]
    merge_officers(pair=pair, keep=kept.pk, by=found["hr_cadre"])
    second = DuplicatePair.objects.create(first=kept, second=third, reason="id_number")
    merge_officers(pair=second, keep=third.pk, by=found["hr_cadre"])
    assert set(OfficerMerge.objects.values_list("gone", "kept")) == {(gone.pk, third.pk), (kept.pk, third.pk)}


def test_the_account_follows_the_person(twins):
    found, pair, kept, gone = twins
    theirs = account("TWIN", officer_number=gone.pk)
    merge_officers(pair=pair, keep=kept.pk, by=found["hr_cadre"])
    theirs.refresh_from_db()
    assert (theirs.officer_number, theirs.is_active) == (kept.pk, True)


def test_of_two_accounts_the_one_of_the_ended_dossier_is_closed(twins):
    found, pair, kept, gone = twins
    theirs, other = account("TWIN", officer_number=kept.pk), account("TWIN2", officer_number=gone.pk)
    merge_officers(pair=pair, keep=kept.pk, by=found["hr_cadre"])
    theirs.refresh_from_db()
    other.refresh_from_db()
    assert (theirs.officer_number, theirs.is_active) == (kept.pk, True)
    assert (other.officer_number, other.is_active) == (None, False)


# --- pages ------------------------------------------------------------------------------------------------------
def test_the_page_shows_both_asks_and_leads_to_the_kept_dossier(twins, client):
    found, pair, kept, _gone = twins
    client.force_login(found["hr_cadre"])
    address = reverse("roster:duplicate-merge", args=[pair.pk])
    shown = client.get(address + f"?keep={kept.pk}")
    assert "民警另名" in shown.content.decode()
    versions = shown.context["versions"]
    unsure = client.post(address, {"keep": kept.pk, "versions": versions})
    assert unsure.status_code == 302
    assert not OfficerMerge.objects.exists()
    done = client.post(address, {"keep": kept.pk, "versions": versions, "sure": "1"}, follow=True)
    assert done.redirect_chain[-1][0] == reverse("roster:officer-detail", args=[kept.pk])
    again = client.post(address, {"keep": kept.pk, "versions": versions, "sure": "1"})
    assert again.url == reverse("roster:officer-detail", args=[kept.pk])
    assert OfficerMerge.objects.count() == 1


def test_the_former_badge_number_leads_to_the_kept_dossier(twins, client):
    found, pair, kept, gone = twins
    merge_officers(pair=pair, keep=kept.pk, by=found["hr_cadre"])
    client.force_login(found["hr_cadre"])
    assert client.get(reverse("roster:officer-detail", args=[gone.pk])).url == reverse(
        "roster:officer-detail", args=[kept.pk]
    )
    assert gone.badge_no in client.get(reverse("roster:officer-tab", args=[kept.pk, "basics"])).content.decode()


@pytest.mark.parametrize("sent", [{}, {"versions": "x:y"}, {"versions": "\x00"}, {"keep": "\x00"}, {"keep": "9" * 30}])
def test_nonsense_is_answered_with_a_sentence(twins, client, sent):
    found, pair, kept, _gone = twins
    client.force_login(found["hr_cadre"])
    address = reverse("roster:duplicate-merge", args=[pair.pk])
    answer = client.post(address, {"keep": kept.pk, "sure": "1"} | sent)
    assert answer.status_code in {302, 400}
    assert not OfficerMerge.objects.exists()

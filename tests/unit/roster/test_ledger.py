"""The ledger: what may be recorded, what is set once, what was known when, and who sees what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from police_hr.core import audit
from police_hr.core.access import Viewer
from police_hr.core.models import AuditEvent, LedgerChange
from roster.models import ImportBatch, LedgerEntry, LedgerKind, Officer
from roster.selectors import ledger
from roster.services.batches import hide_batch, open_batch, show_batch
from roster.services.kinds import withdraw_kind
from roster.services.ledger import (
    close_entry,
    correct_entry,
    record_entries,
    record_entry,
    verify_entry,
    void_entry,
)
from roster.services.units import create_unit
from tests.factories import force

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("defaults")]
DAY = dt.date(2026, 3, 2)
LATER = DAY + dt.timedelta(days=20)


@pytest.fixture
def person() -> Officer:
    return force.officers(1, force.units("S1")["S1"])[0]


def deed(officer: Officer, **more: Any) -> LedgerEntry:
    values = {"kind": "GOOD_DEED", "occurred_on": DAY, "payload": {"type": "letter"}, "by": None, **more}
    return record_entry(officer=officer, **values)


# --- recording ------------------------------------------------------------------------------------------------


def test_a_fact_is_recorded_audited_and_announced(person: Officer) -> None:
    by = force.account("700001")
    entry = deed(person, by=by, payload={"type": "letter", "facts": "  群众来信  "}, key="L-1")
    entry.refresh_from_db()
    assert (entry.known_on, entry.recorded_on, entry.sensitivity) == (timezone.localdate(), timezone.localdate(), 1)
    assert entry.payload["type"] == "letter"
    assert (entry.recorded_by, entry.verified, entry.kind_version.number) == (by, False, 1)
    event = AuditEvent.objects.get(action="ledger.add")
    assert (event.officer_number, event.object_id, event.details) == (person.pk, str(entry.pk), {"kind": "GOOD_DEED"})
    change = LedgerChange.objects.exclude(action="dossier").get()
    assert (change.action, change.kind_code, change.entry_number) == ("added", "GOOD_DEED", entry.pk)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "NO_SUCH"}, "kind"),
        ({"payload": {}}, "type"),
        ({"payload": {"type": "bribe"}}, "type"),
        ({"payload": {"type": "letter", "more": 1}}, "__all__"),
        ({"occurred_on": dt.date(2999, 1, 1)}, "occurred_on"),
        ({"occurred_on": dt.date(1066, 1, 1)}, "occurred_on"),
        ({"known_on": DAY - dt.timedelta(days=1)}, "known_on"),
        ({"known_on": dt.date(2999, 1, 1)}, "known_on"),
        ({"closed_on": DAY - dt.timedelta(days=1)}, "closed_on"),
        ({"amount": 3.0}, "amount"),
        ({"kind": "OVERTIME", "payload": {}, "amount": float("nan")}, "amount"),
        ({"key": "k" * 81}, "key"),
        ({"key": "taken"}, "key"),
    ],
)
def test_a_fact_that_cannot_be_is_refused_by_field(person: Officer, values: dict[str, Any], field: str) -> None:
    deed(person, key="taken")
    with pytest.raises(ValidationError) as error:
        deed(person, **values)
    assert field in error.value.message_dict
    assert LedgerEntry.objects.count() == 1


def test_a_withdrawn_kind_takes_nothing_new(person: Officer) -> None:
    withdraw_kind(kind=LedgerKind.objects.get(code="GOOD_DEED"), by=None)
    with pytest.raises(ValidationError):
        deed(person)


def test_many_facts_at_once(person: Officer) -> None:
    rows = [
        {"officer_id": person.pk, "kind": "OVERTIME", "occurred_on": DAY, "amount": 2.5,
         "payload": {"task": "安\t保\\\n"}},
        {"officer_id": person.pk, "kind": "GOOD_DEED", "occurred_on": DAY, "known_on": LATER, "key": "x",
         "closed_on": LATER, "verified": True, "payload": {"type": "deed"}},
    ]  # fmt: skip
    by = force.account("700001")
    assert record_entries(rows=rows, batch=None, by=by) == 2
    first, second = LedgerEntry.objects.order_by("pk")
    assert (first.amount, first.payload, first.known_on, first.recorded_by) == (2.5, {"task": "安\t保\\\n"}, DAY, by)
    assert (second.known_on, second.closed_on, second.key, second.verified_by) == (LATER, LATER, "x", by)
    assert second.recorded_at.date() == timezone.now().date()
    assert LedgerChange.objects.filter(action="added").count() == 2
    assert AuditEvent.objects.get(action="ledger.add_many").details == {"rows": 2}


# --- set once -------------------------------------------------------------------------------------------------


def test_what_is_set_once_is_not_set_again(person: Officer) -> None:
    entry = deed(person)
    close_entry(entry=entry, on=LATER, by=None)
    with pytest.raises(ValidationError):
        close_entry(entry=entry, on=LATER, by=None)
    void_entry(entry=entry, reason="重复录入", by=None)
    assert (entry.closed_on, entry.voided_on, entry.void_reason) == (LATER, timezone.localdate(), "重复录入")
    acts: list[Callable[[], Any]] = [
        lambda: void_entry(entry=entry, reason="再次", by=None),
        lambda: correct_entry(entry=entry, changes={"occurred_on": LATER}, reason="日期", by=None),
        lambda: close_entry(entry=entry, on=LATER, by=None),
    ]
    for act in acts:
        with pytest.raises(ValidationError):
            act()
    assert LedgerEntry.objects.count() == 1
    assert list(LedgerChange.objects.exclude(action="dossier").order_by("pk").values_list("action", flat=True)) == [
        "added",
        "closed",
        "voided",
    ]


def test_two_who_void_at_once_are_told_apart(person: Officer) -> None:
    entry = deed(person)
    same = LedgerEntry.objects.get(pk=entry.pk)
    void_entry(entry=entry, reason="甲", by=None)
    with pytest.raises(ValidationError):
        void_entry(entry=same, reason="乙", by=None)
    same.refresh_from_db()
    assert same.void_reason == "甲"


@pytest.mark.parametrize("on", [DAY - dt.timedelta(days=1), dt.date(2999, 1, 1)])
def test_a_matter_closes_on_a_day_that_can_be(person: Officer, on: dt.date) -> None:
    with pytest.raises(ValidationError):
        close_entry(entry=deed(person), on=on, by=None)


def test_a_correction_voids_and_replaces(person: Officer) -> None:
    by = force.account("700001")
    entry = deed(person, key="L-1")
    fresh = correct_entry(entry=entry, changes={"payload": {"type": "praise"}}, reason="类别有误", by=by)
    entry.refresh_from_db()
    assert (entry.voided_by, entry.void_reason, entry.replaced_by) == (by, "类别有误", fresh)
    assert (fresh.payload, fresh.occurred_on, fresh.key, fresh.recorded_by) == ({"type": "praise"}, DAY, "L-1", by)
    assert list(ledger.entries_of(Viewer.system(), person)) == [fresh]
    assert list(LedgerChange.objects.exclude(action="dossier").order_by("pk").values_list("action", flat=True)) == [
        "added",
        "voided",
        "added",
    ]
    for changes in ({"payload": {"type": "praise"}}, {"officer": 1}, {"occurred_on": dt.date(2999, 1, 1)}):
        with pytest.raises(ValidationError):
            correct_entry(entry=fresh, changes=changes, reason="x", by=by)
    with pytest.raises(ValidationError):
        correct_entry(entry=fresh, changes={"occurred_on": LATER}, reason=" ", by=by)


def test_somebody_else_verifies(person: Officer) -> None:
    clerk, inspector = force.account("700001"), force.account("700002")
    entry = record_entry(
        officer=person, kind="COMPLAINT_VERIFIED", occurred_on=DAY, payload={"severity": "minor"}, by=clerk
    )
    assert not entry.verified
    with pytest.raises(ValidationError):
        verify_entry(entry=entry, by=clerk)
    fresh = verify_entry(entry=entry, by=inspector)
    assert (fresh.verified, fresh.verified_by, fresh.recorded_by) == (True, inspector, clerk)
    with pytest.raises(ValidationError):
        verify_entry(entry=fresh, by=inspector)


@pytest.mark.parametrize("act", ["record", "many", "close", "void", "correct"])
def test_without_its_audit_event_nothing_happens(person: Officer, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = deed(person)
    before = list(LedgerEntry.objects.values()), LedgerChange.objects.count()
    row = {"officer_id": person.pk, "kind": "GOOD_DEED", "occurred_on": DAY}
    acts: dict[str, Callable[[], Any]] = {
        "record": lambda: deed(person),
        "many": lambda: record_entries(rows=[row], batch=None, by=None),
        "close": lambda: close_entry(entry=entry, on=LATER, by=None),
        "void": lambda: void_entry(entry=entry, reason="x", by=None),
        "correct": lambda: correct_entry(entry=entry, changes={"occurred_on": LATER}, reason="x", by=None),
    }

    def refuse(**_details: Any) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr(audit, "record", refuse)
    with pytest.raises(RuntimeError):
        acts[act]()
    assert (list(LedgerEntry.objects.values()), LedgerChange.objects.count()) == before


# --- past days ------------------------------------------------------------------------------------------------


def known(person: Officer, day: dt.date) -> list[int]:
    entries = ledger.entries_known_by(Viewer.system(), day, person)
    return sorted(entry.pk for entry in entries)


def test_a_past_day_is_replayed_as_it_was_known(person: Officer) -> None:
    with time_machine.travel(dt.datetime(2026, 4, 1, 4, tzinfo=dt.UTC)):
        entry = deed(person)
    with time_machine.travel(dt.datetime(2026, 4, 10, 4, tzinfo=dt.UTC)):
        fresh = correct_entry(entry=entry, changes={"occurred_on": LATER}, reason="日期", by=None)
    april = [dt.date(2026, 4, day) for day in (1, 2, 9, 10, 30)]
    assert known(person, dt.date(2026, 3, 31)) == []
    assert [known(person, day) for day in april] == [[entry.pk], [entry.pk], [entry.pk], [fresh.pk], [fresh.pk]]


def test_old_files_count_by_the_day_they_became_known(person: Officer) -> None:
    row = {"officer_id": person.pk, "kind": "GOOD_DEED", "occurred_on": DAY, "known_on": LATER}
    force.facts([row])
    old = LedgerEntry.objects.get()
    with time_machine.travel(dt.datetime(2026, 5, 1, 4, tzinfo=dt.UTC)):
        force.facts([row], historical=False)
    new = LedgerEntry.objects.exclude(pk=old.pk).get()
    assert known(person, LATER - dt.timedelta(days=1)) == []
    assert known(person, LATER) == [old.pk]
    assert known(person, dt.date(2026, 5, 1)) == [old.pk, new.pk]


def test_a_batch_that_was_undone_counted_while_it_did(person: Officer) -> None:
    with time_machine.travel(dt.datetime(2026, 4, 1, 4, tzinfo=dt.UTC)):
        batch = open_batch(target="ledger", source=None, by=None)
        record_entries(rows=[{"officer_id": person.pk, "kind": "GOOD_DEED", "occurred_on": DAY}], batch=batch, by=None)
    with time_machine.travel(dt.datetime(2026, 4, 3, 4, tzinfo=dt.UTC)):
        show_batch(batch=batch, by=None)
    with time_machine.travel(dt.datetime(2026, 4, 8, 4, tzinfo=dt.UTC)):
        hide_batch(batch=batch, by=None)
    days = [len(known(person, dt.date(2026, 4, day))) for day in (1, 2, 3, 7, 8, 30)]
    assert days == [0, 0, 1, 1, 0, 0]
    assert not ledger.entries_of(Viewer.system(), person).exists()


# --- who sees what --------------------------------------------------------------------------------------------


@pytest.fixture
def dossier(person: Officer) -> dict[str, LedgerEntry]:
    """One fact for each sort of visibility."""
    by = force.account("799999")

    def fact(kind: str, payload: dict[str, Any], *, verified: bool = False) -> LedgerEntry:
        return record_entry(officer=person, kind=kind, occurred_on=DAY, payload=payload, verified=verified, by=by)

    punishment = {"measure": "P1", "effect_until": "2026-09-01"}
    return {
        "deed": fact("GOOD_DEED", {"type": "letter"}),
        "leave": fact("LEAVE", {"type": "annual"}),
        "marriage": fact("MARRIAGE", {}),
        "clue": fact("COMPLAINT_RECEIVED", {}),
        "unverified": fact("COMPLAINT_VERIFIED", {"severity": "minor"}),
        "verified": fact("COMPLAINT_VERIFIED", {"severity": "minor"}, verified=True),
        "unserved": fact("PUNISHMENT", punishment, verified=True),
        "served": fact("PUNISHMENT", {**punishment, "served_on": "2026-03-05"}, verified=True),
    }


def visible(viewer: Viewer, person: Officer, entries: dict[str, LedgerEntry]) -> tuple[set[str], set[str]]:
    """Names of the entries that the timeline shows whole and as stubs."""
    names = {entry.pk: name for name, entry in entries.items()}
    rows = ledger.timeline(viewer, person, limit=50).rows
    whole = {names[row.pk] for row in rows if not row.is_stub}
    assert whole == {names[entry.pk] for entry in ledger.entries_of(viewer, person)}
    stubs = {names[row.pk] for row in rows if row.is_stub}
    assert stubs == {names[row.pk] for row in ledger.closed_stubs(viewer, person)}
    assert whole == {name for name, entry in entries.items() if ledger.entry_for(viewer, entry.pk)}
    counts = ledger.group_counts(viewer, person)
    assert (sum(c.count for c in counts), sum(c.stubs for c in counts)) == (len(rows), len(stubs))
    return whole, stubs


def test_everyone_sees_what_is_theirs_to_see(person: Officer, dossier: dict[str, LedgerEntry]) -> None:
    unit = person.unit
    assert unit is not None
    cadre = force.viewer("700001", "hr_cadre", unit)
    assert visible(cadre, person, dossier) == ({"deed", "leave"}, {"marriage", "verified", "served"})
    head = force.viewer("700002", "unit_head", unit)
    assert visible(head, person, dossier) == ({"deed", "leave"}, set())
    inspector = force.viewer("700003", "discipline_inspector", unit)
    assert visible(inspector, person, dossier) == (set(dossier) - {"leave", "marriage"}, set())
    stranger = force.viewer("700004", "hr_cadre", create_unit(code="Z", name="外单位", by=None))
    assert visible(stranger, person, dossier) == (set(), set())
    assert visible(Viewer.system(), person, dossier) == (set(dossier), set())


def test_a_reason_opens_the_class_but_no_clue(person: Officer, dossier: dict[str, LedgerEntry]) -> None:
    cadre = force.viewer("700001", "hr_cadre", person.unit)
    opened = Viewer(user=cadre.user, grants=cadre.grants, opened=frozenset({(person.pk, 4)}))
    assert visible(opened, person, dossier) == ({"deed", "leave", "verified", "served"}, {"marriage"})
    elsewhere = Viewer(user=cadre.user, grants=cadre.grants, opened=frozenset({(person.pk + 1, 4)}))
    assert visible(elsewhere, person, dossier)[0] == {"deed", "leave"}


def test_a_stub_tells_group_and_day_only(person: Officer, dossier: dict[str, LedgerEntry]) -> None:
    cadre = force.viewer("700001", "hr_cadre", person.unit)
    stub = next(row for row in ledger.timeline(cadre, person).rows if row.is_stub)
    assert (stub.entry, stub.kind, stub.fields, stub.day) == (None, "", [], DAY)
    assert stub.group


# --- the timeline ---------------------------------------------------------------------------------------------


def test_the_timeline_is_paged_by_day_and_id(person: Officer, django_assert_max_num_queries: Any) -> None:
    rows = [
        {"officer_id": person.pk, "kind": "GOOD_DEED", "occurred_on": DAY + dt.timedelta(days=n // 3),
         "payload": {"type": "letter"}} for n in range(10)
    ]  # fmt: skip
    force.facts(rows)
    seen: list[int] = []
    before = ""
    for _page in range(4):
        with django_assert_max_num_queries(5):
            page = ledger.timeline(Viewer.system(), person, before=before, limit=3)
        seen += [row.pk for row in page.rows]
        before = page.next_before
    assert before == ""
    expected = LedgerEntry.objects.order_by("-occurred_on", "-pk").values_list("pk", flat=True)
    assert seen == list(expected)
    first = ledger.timeline(Viewer.system(), person, limit=1).rows[0]
    assert (first.group_code, first.kind) == ("HONOUR", "好人好事、表扬信")
    assert [text for _label, text in first.fields] == ["表扬信（锦旗）"]
    with pytest.raises(ValidationError):
        ledger.timeline(Viewer.system(), person, before="yesterday")


def test_the_timeline_of_a_group_holds_the_groups_below(person: Officer, dossier: dict[str, LedgerEntry]) -> None:
    kinds = {
        row.entry.kind.code for row in ledger.timeline(Viewer.system(), person, groups=["DISCIPLINE"]).rows if row.entry
    }
    assert kinds == {"COMPLAINT_RECEIVED", "COMPLAINT_VERIFIED", "PUNISHMENT"}
    assert ledger.timeline(Viewer.system(), person, groups=["NO_SUCH"]).rows == []
    counts = {count.code: count.count for count in ledger.group_counts(Viewer.system(), person)}
    assert counts == {"DAILY": 1, "DISCIPLINE": 5, "PERFORMANCE": 1, "LIFE": 1}


def test_hidden_batches_are_not_in_the_timeline(person: Officer) -> None:
    batch = open_batch(target="ledger", source=None, by=None)
    record_entries(rows=[{"officer_id": person.pk, "kind": "GOOD_DEED", "occurred_on": DAY}], batch=batch, by=None)
    assert ledger.timeline(Viewer.system(), person).rows == []
    assert ledger.group_counts(Viewer.system(), person) == []
    assert ImportBatch.objects.filter(visible=True).count() == 0


def test_a_counsellors_mark_is_for_who_confirms_tiers_alone() -> None:
    unit = force.units("S9")["S9"]
    officer = force.officers(1, unit, first=900)[0]
    for kind, payload in (("PSY_ALERT", {}), ("SUICIDE_RISK", {})):
        record_entry(
            officer=officer, kind=kind, occurred_on=timezone.localdate(), payload=payload, verified=True, by=None
        )
    everything = frozenset((officer.pk, number) for number in (3, 4))
    for role, seen in (("hr_cadre", 0), ("leadership", 0), ("discipline_inspector", 0), ("political_director", 2)):
        viewer = force.viewer(f"70{len(role):04d}", role, unit)
        stubs = len(ledger.closed_stubs(viewer, officer))
        opened = ledger.entries_of(Viewer(viewer.user, viewer.grants, opened=everything), officer).count()
        assert (stubs, opened) == (seen, seen), role

"""Batches: hidden while written, shown and taken back in one step."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from police_hr.core import audit
from police_hr.core.access import Viewer
from police_hr.core.models import AuditEvent, LedgerChange
from roster.access import officers_visible_to
from roster.counting import counting
from roster.models import ImportBatch, LedgerEntry, Officer, Posting, ProtectedAttribute
from roster.selectors import protected
from roster.services.batches import contents, erase_batch, hide_batch, open_batch, show_batch
from roster.services.bulk import write_in_chunks
from roster.services.careers import add_postings
from roster.services.ledger import record_entries
from roster.services.officers import create_officers
from tests.factories import force

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("defaults")]
DAY = dt.date(2020, 5, 1)


def filled() -> ImportBatch:
    """A hidden batch of two officers with a posting and two facts each."""
    unit = force.units("S1")["S1"]
    batch = open_batch(target="officers", source=None, file_name="花名册.xlsx", by=None)
    ids = create_officers(rows=[{"badge_no": f"00000{n}"} for n in range(2)], batch=batch, by=None)
    add_postings(rows=[{"officer_id": pk, "unit_id": unit.pk, "starts_on": DAY} for pk in ids], batch=batch, by=None)
    rows = [
        {"officer_id": pk, "kind": "GOOD_DEED", "occurred_on": DAY, "payload": {"type": "letter"}, "key": f"{pk}-{n}"}
        for pk in ids
        for n in range(2)
    ]
    record_entries(rows=rows, batch=batch, by=None)
    ProtectedAttribute.objects.create(officer_id=ids[0], name="race", value="x", batch=batch)
    return batch


def seen() -> tuple[int, int, int, int]:
    return (
        officers_visible_to(Viewer.system()).count(),
        counting(Posting.objects.all()).count(),
        counting(LedgerEntry.objects.all()).count(),
        len(protected.values("race")),
    )


def test_numbers_run_through_the_year() -> None:
    year = timezone.localdate().year
    numbers = [open_batch(target="units", source=None, by=None).number for _ in range(2)]
    assert numbers == [f"DR-{year}-0001", f"DR-{year}-0002"]
    ImportBatch.objects.filter(number=numbers[1]).update(number=f"DR-{year}-10000")
    assert open_batch(target="units", source=None, by=None).number == f"DR-{year}-10001"


def test_a_batch_counts_from_one_moment_on_and_can_be_taken_back() -> None:
    batch = filled()
    assert seen() == (0, 0, 0, 0)
    assert not LedgerChange.objects.exists()
    steps: list[str] = []
    show_batch(batch=batch, by=None, before_flip=[lambda row: steps.append(row.number)])
    assert seen() == (2, 2, 4, 1)
    assert steps == [batch.number]
    assert (batch.visible, batch.state, batch.committed_on) == (True, "committed", timezone.localdate())
    assert set(Officer.objects.values_list("unit__code", "post_since")) == {("S1", DAY)}
    change = LedgerChange.objects.get()
    assert (change.action, change.batch_number) == ("batch_shown", batch.pk)
    assert AuditEvent.objects.get(action="batch.show").details["rows"] == {
        "officer": 2, "posting": 2, "ledgerentry": 4, "protectedattribute": 1,
    }  # fmt: skip
    hide_batch(batch=batch, by=None, reason="传错了文件")
    assert seen() == (0, 0, 0, 0)
    assert (batch.visible, batch.state) == (False, "undone")
    assert AuditEvent.objects.get(action="batch.hide").purpose == "传错了文件"
    assert list(LedgerChange.objects.values_list("action", flat=True)) == ["batch_shown", "batch_hidden"]


def test_a_batch_is_shown_once_and_hidden_once() -> None:
    batch = filled()
    with pytest.raises(ValidationError):
        hide_batch(batch=batch, by=None)
    show_batch(batch=batch, by=None)
    with pytest.raises(ValidationError):
        show_batch(batch=batch, by=None)
    hide_batch(batch=batch, by=None)
    for act in (hide_batch, show_batch):
        with pytest.raises(ValidationError) as error:
            act(batch=batch, by=None)
        assert batch.number in error.value.messages[0]


def test_officers_stay_while_later_records_rest_on_them() -> None:
    batch = filled()
    show_batch(batch=batch, by=None)
    force.facts([{"officer_id": Officer.objects.all()[0].pk, "kind": "GOOD_DEED", "occurred_on": DAY}])
    with pytest.raises(ValidationError) as error:
        hide_batch(batch=batch, by=None)
    later = ImportBatch.objects.exclude(pk=batch.pk).get()
    assert later.number in error.value.messages[0]
    hide_batch(batch=later, by=None)
    hide_batch(batch=batch, by=None)
    assert seen() == (0, 0, 0, 0)


def test_a_step_or_an_audit_event_that_fails_leaves_the_batch_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = filled()

    def fail(*_args: Any, **_details: Any) -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        show_batch(batch=batch, by=None, before_flip=[fail])
    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(RuntimeError):
        show_batch(batch=batch, by=None)
    batch.refresh_from_db()
    assert (batch.visible, batch.state) == (False, "uploaded")
    assert seen() == (0, 0, 0, 0)
    assert not LedgerChange.objects.exists()
    assert not Officer.objects.exclude(unit=None).exists()


def test_what_never_counted_can_be_erased() -> None:
    batch = filled()
    assert erase_batch(batch=batch) == 9
    assert contents(batch) == {}
    other = open_batch(target="ledger", source=None, by=None)
    show_batch(batch=other, by=None)
    with pytest.raises(ValidationError):
        erase_batch(batch=other)


def test_chunks_grow_and_shrink_with_the_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = {"now": 0.0}
    monkeypatch.setattr("roster.services.bulk.time.monotonic", lambda: clock["now"])
    sizes: list[int] = []

    def write(chunk: list[int]) -> None:
        sizes.append(len(chunk))
        # the first 10,000 rows at 10,000 rows a second, then at 1,000
        clock["now"] += len(chunk) / (10_000 if sum(sizes) <= 10_000 else 1_000)

    told: list[int] = []
    assert write_in_chunks(range(20_000), write, seconds=1.0, on_chunk=told.append) == 20_000
    assert sizes[:3] == [2_000, 3_000, 4_500]
    assert set(sizes[4:-1]) == {500}
    assert told[-1] == sum(sizes) == 20_000

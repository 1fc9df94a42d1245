"""Batches: what comes in together counts from one moment on, and can be taken back in one.

Rows of a batch are written while it is hidden, in short transactions, and no reader sees them. `show_batch` makes
all of them count in one short transaction; `hide_batch` takes that back. Used by imports and by the demo.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from police_hr.core.models import LedgerChange
from police_hr.core.reactions import announce
from roster.counting import counting
from roster.models import AppointmentForm, DataSource, ImportBatch, LedgerEntry, Material, Officer, ProtectedAttribute
from roster.services.careers import CAREER_MODELS, STATE_MODELS
from roster.services.current import refresh_batch

if TYPE_CHECKING:
    from police_hr.core.models import User

State = ImportBatch.State
# from these states a batch can be shown
SHOWABLE = (State.UPLOADED, State.STAGING, State.STAGED, State.COMMITTING)
# whose rows decide about the present state of officers
DECIDING_MODELS: tuple[type[Model], ...] = (Officer, *STATE_MODELS)
DECIDING = frozenset(model._meta.model_name or "" for model in DECIDING_MODELS)
# everything that belongs to a batch, in the order in which it can be deleted
MODELS: tuple[type[Model], ...] = (LedgerEntry, *CAREER_MODELS, AppointmentForm, Material, ProtectedAttribute, Officer)
BatchStep = Callable[[ImportBatch], object]
TRIES = 5
ERASE_CHUNK = 5_000


def open_batch(
    *, target: str, source: DataSource | None, file_name: str = "", historical: bool = False, by: User | None
) -> ImportBatch:
    """A new hidden batch with the next number of the year (DR-2026-0412).

    `historical` marks a first load of old files: its rows count by the day they became known, not by today.
    """
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                batch = ImportBatch.objects.create(
                    number=_next_number(),
                    target=target,
                    source=source,
                    file_name=file_name[:200],
                    historical=historical,
                    created_by=by,
                )
                details = {"number": batch.number, "target": target, "file": file_name}
                audit.record(by=by, action="batch.open", object_type="batch", object_id=batch.pk, details=details)
        except IntegrityError:
            # Another batch took the number between our look and our insert.
            if attempt == TRIES - 1:
                raise
        else:
            return batch
    raise AssertionError("unreachable")


def show_batch(*, batch: ImportBatch, by: User | None, before_flip: Sequence[BatchStep] = ()) -> None:
    """Make everything in `batch` count, all at once: one transaction, one audit event, one `BATCH_SHOWN`.

    `before_flip` are called with the batch in the same transaction, first (the import applies its staged updates
    of officers so). Raises ValidationError where the batch already counts or was undone.
    """
    with transaction.atomic():
        row = _locked(batch)
        if row.visible:
            raise ValidationError(_("Batch %(number)s already counts.") % {"number": row.number})
        if row.state not in SHOWABLE:
            raise ValidationError(
                _("Batch %(number)s cannot be imported: it is “%(state)s”.")
                % {"number": row.number, "state": row.get_state_display()}
            )
        for step in before_flip:
            step(row)
        now = timezone.now()
        ImportBatch.objects.filter(pk=batch.pk).update(
            visible=True, state=State.COMMITTED, committed_at=now, committed_on=timezone.localdate(now), problem=""
        )
        held = _after_flip(batch, by, LedgerChange.Action.BATCH_SHOWN, "batch.show")
        if not row.counts:
            # no file was read: the list of batches tells what was written instead
            ImportBatch.objects.filter(pk=batch.pk).update(counts={"written": sum(held.values())})
    batch.refresh_from_db()


def hide_batch(*, batch: ImportBatch, by: User | None, reason: str = "", before_flip: Sequence[BatchStep] = ()) -> None:
    """Take `batch` back: nothing of it counts any more. The rows stay, for replays of days on which they counted.

    Raises ValidationError where the batch does not count, or where later records rest on officers it brought.
    """
    with transaction.atomic():
        row = _locked(batch)
        if not row.visible:
            raise ValidationError(_("Batch %(number)s does not count.") % {"number": row.number})
        _refuse_orphans(row)
        for step in before_flip:
            step(row)
        now = timezone.now()
        ImportBatch.objects.filter(pk=batch.pk).update(
            visible=False, state=State.UNDONE, undone_at=now, undone_on=timezone.localdate(now)
        )
        _after_flip(batch, by, LedgerChange.Action.BATCH_HIDDEN, "batch.hide", reason)
    batch.refresh_from_db()
    batch.refresh_from_db()


def erase_batch(*, batch: ImportBatch, on_chunk: Callable[[int], None] | None = None) -> int:
    """Delete what was written for a batch that never counted (an import that failed or is begun anew), in short
    transactions. Returns the number of rows deleted. The batch itself and its staged rows stay."""
    if batch.visible or batch.committed_at is not None:
        raise ValidationError(_("Batch %(number)s has counted; it can only be undone.") % {"number": batch.number})
    deleted = 0
    for model in MODELS:
        rows = model._default_manager.filter(batch=batch)
        while ids := list(rows.values_list("pk", flat=True)[:ERASE_CHUNK]):
            with transaction.atomic():
                model._default_manager.filter(pk__in=ids).delete()
            deleted += len(ids)
            if on_chunk is not None:
                on_chunk(deleted)
    return deleted


def contents(batch: ImportBatch) -> dict[str, int]:
    """How many rows of each sort the batch holds; sorts without rows are left out."""
    counts = {model._meta.model_name or "": model._default_manager.filter(batch=batch).count() for model in MODELS}
    return {name: count for name, count in counts.items() if count}


def _next_number() -> str:
    prefix = f"DR-{timezone.localdate().year}-"
    # By length first: DR-2026-10000 comes after DR-2026-9999.
    numbers = ImportBatch.objects.filter(number__startswith=prefix).values_list("number", flat=True)
    last = max((int(number.removeprefix(prefix)) for number in numbers), default=0)
    return f"{prefix}{last + 1:04d}"


def _locked(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.select_for_update().get(pk=batch.pk)


def _after_flip(batch: ImportBatch, by: User | None, change: str, action: str, reason: str = "") -> dict[str, int]:
    held = contents(batch)
    if held.keys() & DECIDING:
        refresh_batch(batch_id=batch.pk)
    announce(change, batch_id=batch.pk)
    audit.record(
        by=by,
        action=action,
        object_type="batch",
        object_id=batch.pk,
        purpose=reason,
        details={"number": batch.number, "rows": held},
    )
    return held


def _refuse_orphans(batch: ImportBatch) -> None:
    """Officers cannot go while other records rest on them."""
    mine = Officer.objects.filter(batch=batch)
    if not mine.exists():
        return
    for model in MODELS:
        if model is Officer:
            continue
        rows = counting(model._default_manager.filter(officer__batch=batch).exclude(batch=batch))
        found = rows.values_list("pk", "batch__number").first()
        if found is not None:
            other = found[1] or _("entered by hand")
            raise ValidationError(
                _("Later records rest on the officers of batch %(number)s (%(other)s). Undo those first.")
                % {"number": batch.number, "other": other}
            )

"""Undo a batch that counts, discard one that does not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from roster.models import ImportBatch, Officer, Posting, Unit, UnitVersion
from roster.services.batches import erase_batch, hide_batch
from roster.services.imports import files, passes
from roster.services.imports.staging import clear_rows, refuse_unless
from roster.services.imports.writers import make_writer

if TYPE_CHECKING:
    from police_hr.core.models import User

State = ImportBatch.State
UNDO_DAYS = 7


def undo_until(batch: ImportBatch) -> dt.datetime | None:
    """Until when the batch can be undone; None where it does not count."""
    return batch.committed_at + dt.timedelta(days=UNDO_DAYS) if batch.visible and batch.committed_at else None


def undo(*, batch: ImportBatch, by: User | None, reason: str = "") -> None:
    """Take the batch back: its rows no longer count, what it changed is as before. One transaction.

    Raises ValidationError after seven days, and where later records rest on what the batch brought.
    """
    refuse_unless(batch, State.COMMITTED)
    until = undo_until(batch)
    if until is None or until < timezone.now():
        raise ValidationError(_("A batch can be undone for %(days)d days after it was imported.") % {"days": UNDO_DAYS})
    refuse_used_units(batch)
    refuse_replaced(batch)
    writer = make_writer(passes.open_target(batch), batch, by)
    with transaction.atomic():
        hide_batch(batch=batch, by=by, reason=reason, before_flip=[writer.revert])
        batch.refresh_from_db()
        remove_made_units(batch, by)


def discard(*, batch: ImportBatch, by: User | None) -> None:
    """Give a batch up that was never imported: rows and file go, the batch itself stays as a trace."""
    refuse_unless(batch, State.UPLOADED, State.STAGED, State.FAILED)
    erase_batch(batch=batch)
    remove_made_units(batch, by)
    clear_rows(batch)
    with transaction.atomic():
        batch.state = State.DISCARDED
        batch.save(update_fields=["state"])
        details = {"number": batch.number}
        audit.record(by=by, action="import.discard", object_type="batch", object_id=batch.pk, details=details)
    files.forget(batch.file_path)


def refuse_used_units(batch: ImportBatch) -> None:
    """Units that the batch made cannot go while others stand on them."""
    made = Unit.objects.filter(code__in=batch.options.get("made_units", []))
    for unit in made:
        posted = Posting.objects.filter(unit=unit).exclude(batch=batch).exists()
        below = Unit.objects.filter(path__startswith=unit.path).exclude(pk__in=made.values("pk")).exists()
        if posted or below:
            raise ValidationError(
                _("Unit “%(unit)s”, which this batch made, is in use by now. Undo what came later first.")
                % {"unit": unit.label}
            )


def refuse_replaced(batch: ImportBatch) -> None:
    """An entry of this batch that a later batch replaced must be freed by undoing that one first."""
    later = (
        batch.entries.filter(replaced_by__isnull=False, replaced_by__batch__visible=True)
        .exclude(replaced_by__batch=batch)
        .select_related("replaced_by__batch")
        .first()
    )
    if later is not None and later.replaced_by is not None and later.replaced_by.batch is not None:
        raise ValidationError(
            _("Batch %(number)s replaced records of this one. Undo that batch first.")
            % {"number": later.replaced_by.batch.number}
        )


def remove_made_units(batch: ImportBatch, by: User | None) -> None:
    """Delete the units that were made with the batch and that nothing stands on; close the others."""
    codes = batch.options.get("made_units", [])
    if not codes:
        return
    with transaction.atomic():
        for unit in Unit.objects.filter(code__in=codes).order_by("-depth"):
            used = (
                Posting.objects.filter(unit=unit).exists()
                or Officer.objects.filter(unit=unit).exists()
                or unit.numchild
                or unit.child_versions.exclude(unit__code__in=codes).exists()
            )
            if used:  # hidden postings rest on it for replays: it stays, out of use
                Unit.objects.filter(pk=unit.pk).update(active_to=timezone.localdate())
            else:
                UnitVersion.objects.filter(unit=unit).delete()
                unit.delete()
        audit.record(
            by=by, action="import.remove_units", object_type="batch", object_id=batch.pk, details={"units": len(codes)}
        )

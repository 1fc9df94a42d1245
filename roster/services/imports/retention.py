"""Files and staged rows go once nothing can be done with them any more.

They repeat what the file said, ID and phone numbers too; the facts stand in the ledger and the
officers, the trace of the import in the batch. See the undo window in `undoing`.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from police_hr.core import audit
from roster.models import ImportBatch
from roster.services.imports import files
from roster.services.imports.staging import clear_rows
from roster.services.imports.undoing import UNDO_DAYS

State = ImportBatch.State
# A file that nobody went on with for so long is given up.
LEFT_LYING_DAYS = 30


def forget_past(*, now: dt.datetime | None = None) -> int:
    """Delete file and staged rows of every batch past its use; returns how many batches that were.

    Imported ones after the days within which they can be undone, undone ones as long after that,
    files that were only looked at after thirty days. Repeating it does nothing twice.
    """
    moment = now or timezone.now()
    undo_over = moment - dt.timedelta(days=UNDO_DAYS)
    past = (
        Q(state=State.COMMITTED, committed_at__lt=undo_over)
        | Q(state=State.UNDONE, undone_at__lt=undo_over)
        | Q(state__in=[State.STAGED, State.FAILED], created_at__lt=moment - dt.timedelta(days=LEFT_LYING_DAYS))
    )
    batches = list(ImportBatch.objects.filter(past).exclude(file_path=""))
    for batch in batches:
        clear_rows(batch)
        files.forget(batch.file_path)
        with transaction.atomic():
            ImportBatch.objects.filter(pk=batch.pk).update(file_path="")
            details = {"number": batch.number}
            audit.record(by=None, action="import.forget", object_type="batch", object_id=batch.pk, details=details)
    return len(batches)

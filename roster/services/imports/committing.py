"""Commit: write the rows of a batch hidden, in chunks, then let them count in one flip. All or nothing."""

from __future__ import annotations

import datetime as dt
import logging
import resource
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q

from police_hr.core import jobs
from police_hr.core.tabular import TableError
from roster.importing import problems
from roster.importing.problems import ImportStopped
from roster.importing.reading import Staged
from roster.models import ImportBatch
from roster.services.batches import erase_batch, show_batch
from roster.services.imports import passes, profiles
from roster.services.imports.comparing import compare_sources
from roster.services.imports.noting import note
from roster.services.imports.passes import Tally
from roster.services.imports.staging import refuse_unless, stage
from roster.services.imports.undoing import remove_made_units
from roster.services.imports.writers import make_writer
from roster.services.imports.writing import Writer

if TYPE_CHECKING:
    from police_hr.core.jobs import JobContext
    from police_hr.core.models import JobRun, User

logger = logging.getLogger(__name__)
State = ImportBatch.State
REPORT_EVERY = 2_000
_FLIP_LOCK = 7_340_202


def start_commit(*, batch: ImportBatch, by: User | None) -> JobRun:
    """Ask for the job that imports the batch. Raises ValidationError while errors stand or nothing is there."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        refuse_unless(batch, State.STAGED)
        refuse_unfinished(batch)
        job = jobs.start(
            handler="roster.commit_import",
            params={"batch": batch.pk, "by": by.pk if by else None},
            by=by,
            key=f"import:{batch.pk}",
            total=batch.counts["total"],
        )
        batch.job, batch.state = job, State.COMMITTING
        batch.save(update_fields=["job", "state"])
    return job


def refuse_unfinished(batch: ImportBatch) -> None:
    problem = batch.options.get("problem")
    counts = batch.counts
    if problem and problem["code"] not in problems.PASSING:
        raise ValidationError(problems.sentence(problem))
    if counts.get("error") and batch.options.get("on_error") != "skip":
        raise ValidationError(problems.sentence({"code": "errors_left", "args": {"count": counts["error"]}}))
    if not counts.get("total"):
        raise ValidationError(problems.sentence({"code": "empty_batch", "args": {}}))


def commit(batch: ImportBatch, by: User | None, context: JobContext | None = None) -> dict[str, Any]:
    """Import the batch; begun anew at any point it ends the same. Returns what was done.

    Raises ImportStopped with the batch back in STAGED and nothing of it written.
    """
    started = time.monotonic()
    if batch.visible:  # the worker died between the flip and the end of the job
        return _finish(batch, by, started)
    erase_batch(batch=batch)
    try:
        writer = make_writer(passes.open_target(batch), batch, by)
        tally = _write(writer, context)
        if tally.digest != batch.counts["digest"]:
            raise ImportStopped("changed")  # noqa: TRY301  one way out for all that ends a commit
        show_batch(batch=batch, by=by, before_flip=[_alone, _unpassed, writer.apply])
    except OperationalError as fault:
        if not jobs.is_disk_full(fault):
            raise
        # what is written stays hidden; the next attempt or a discard erases it, when there is room again
        note(batch, {"code": "disk_full", "args": {}}, state=State.STAGED)
        raise ImportStopped("disk_full") from fault
    except IntegrityError as fault:
        logger.info("batch %s met another import: %s", batch.number, fault)
        _give_up(batch, by, "taken")
    except ImportStopped as fault:
        _give_up(batch, by, fault.code)
    except TableError as fault:
        erase_batch(batch=batch)
        raise ImportStopped("file_gone") from fault
    _remember(batch, by)
    return _finish(batch, by, started)


def _write(writer: Writer[Any], context: JobContext | None) -> Tally:
    batch, target, tally = writer.batch, writer.target, Tally()
    table = passes.open_batch_table(batch)
    target.look.new_units.update(batch.options.get("found_units", {}))
    reader = passes.make_reader(batch, target)
    decisions = passes.decisions_of(batch)
    writer.prepare()

    def writable() -> Iterator[Staged]:
        for count, row in enumerate(passes.staged_rows(table, reader, decisions), 1):
            state = tally.add(row)
            if context is not None and count % REPORT_EVERY == 0:
                context.progress(done=count)
            if state not in ("error", "skip"):
                yield row

    writer.write(writable())
    return tally


def _alone(batch: ImportBatch) -> None:
    """One flip at a time: SQLite's write lock sees to it, PostgreSQL is asked for one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FLIP_LOCK])


def _unpassed(batch: ImportBatch) -> None:
    """Refuse where another batch of the same family was flipped since this one was checked."""
    checked = dt.datetime.fromisoformat(batch.options["checked_at"])
    since = Q(committed_at__gt=checked) | Q(undone_at__gt=checked)
    ledger = batch.target.startswith("ledger:")
    # officers and careers: any batch but one of the ledger; the ledger: the same kind, or an undone batch of officers
    family = Q(target=batch.target) | Q(undone_at__gt=checked) if ledger else ~Q(target__startswith="ledger:")
    if ImportBatch.objects.filter(since).filter(family).exclude(pk=batch.pk).exists():
        raise ImportStopped("changed")


def _give_up(batch: ImportBatch, by: User | None, code: str) -> None:
    """Take back what was written; where the database has moved on, judge the rows again."""
    erase_batch(batch=batch)
    remove_made_units(batch, by)
    if code == "changed":
        batch.state = State.STAGING
        batch.save(update_fields=["state"])
        stage(batch)
    if batch.state != State.FAILED:
        note(batch, {"code": code, "args": {}}, state=State.STAGED)
    raise ImportStopped(code)


def _remember(batch: ImportBatch, by: User | None) -> None:
    if batch.profile is None or not batch.profile.shipped:
        profiles.remember(
            target=batch.target, columns=batch.header, mapping=batch.mapping, file_name=batch.file_name, by=by
        )


def _finish(batch: ImportBatch, by: User | None, started: float) -> dict[str, Any]:
    """What follows the flip; the batch counts whatever becomes of it."""
    make_writer(passes.open_target(batch), batch, by).after(batch)
    return _result(batch, started)


def _result(batch: ImportBatch, started: float) -> dict[str, Any]:
    compare_sources(batch)
    counts = batch.counts
    acts, reasons = counts.get("acts", {}), counts.get("reasons", {})
    return {
        "batch": batch.number,
        "rows": counts["total"],
        "new": acts.get("new", 0),
        "updated": acts.get("update", 0),
        "unchanged": acts.get("same", 0),
        "doubtful": counts.get("doubt", 0),
        "skipped": counts.get("skip", 0),
        "rejected": counts.get("error", 0),
        "reasons": reasons,
        "seconds": round(time.monotonic() - started, 2),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }

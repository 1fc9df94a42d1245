"""Stage: receive a file, recognise its columns, judge its rows. Nothing is written but the staged rows."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit, jobs
from police_hr.core.tabular import TableError
from police_hr.core.tabular.reader import Table
from roster.importing import problems
from roster.importing.appointment.archive import Archive
from roster.importing.reading import HIDDEN, Reader, Staged, plain
from roster.importing.recognition import recognise
from roster.importing.targets import PREFIX, TABLES, Target
from roster.models import DataSource, ImportBatch, ImportRow, LedgerKind, MappingProfile
from roster.services.batches import open_batch
from roster.services.bulk import insert_rows, write_in_chunks
from roster.services.imports import files, passes, profiles
from roster.services.imports.noting import note
from roster.services.imports.passes import Tally

if TYPE_CHECKING:
    from police_hr.core.jobs import JobContext
    from police_hr.core.models import JobRun, User

State = ImportBatch.State
SAMPLE = 200
# So many rows of a file are stored whatever they say, and so many more with issues (docs/adr).
ROWS_SHOWN = 10_000
ROWS_KEPT = 50_000
DELETE_CHUNK = 5_000
REPORT_EVERY = 5_000
ROW_FIELDS = (
    "batch_id", "row_no", "state", "act", "cells", "values", "before", "issues", "decisions", "key",
    "target_number", "officer_number",
)  # fmt: skip


def receive(
    *,
    upload: IO[bytes],
    file_name: str,
    target: str = "",
    profile: MappingProfile | None = None,
    source: DataSource | None = None,
    expected_size: int | None = None,
    options: Mapping[str, Any] | None = None,
    by: User | None,
) -> ImportBatch:
    """Keep the file and open a batch for it; the caller starts `stage`. `target` or `profile` says what it is.

    Raises ValidationError for an unknown target and for a file that is too large, empty or cut off; then
    nothing is kept.
    """
    target = profile.target if profile is not None else target
    known = target in TABLES or LedgerKind.objects.filter(code=target.removeprefix(PREFIX), withdrawn=False).exists()
    if not known:
        raise ValidationError({"target": _("Choose what the file is about.")})
    kept = files.keep(upload, expected=expected_size)
    name = file_name.replace("\x00", "").replace("\\", "/").rsplit("/", 1)[-1].strip()[-200:]
    settled = dict(profile.options) if profile is not None else {}
    settled.update(options or {})
    try:
        with transaction.atomic():
            batch = open_batch(
                target=target,
                source=source or (profile.source if profile is not None else None),
                file_name=name,
                historical=bool(settled.get("historical")),
                by=by,
            )
            batch.profile = profile
            batch.file_path, batch.file_sha256, batch.file_size = kept.path, kept.sha256, kept.size
            batch.options = settled
            batch.save()
    except BaseException:
        files.forget(kept.path)
        raise
    return batch


def start_staging(*, batch: ImportBatch, by: User | None) -> JobRun:
    """Ask for the job that reads the file."""
    with transaction.atomic():
        job = jobs.start(
            handler="roster.stage_import", params={"batch": batch.pk}, by=by, key=f"import:{batch.pk}", total=0
        )
        batch.job = job
        batch.state = State.STAGING
        batch.save(update_fields=["job", "state"])
    return job


def remap(*, batch: ImportBatch, fields: Mapping[int, str], by: User | None) -> JobRun:
    """Set which column is which field (column number → field name, "" for none) and read the file again."""
    refuse_unless(batch, State.STAGED)
    target = passes.open_target(batch)
    chosen = [name for name in fields.values() if name]
    if wrong := [name for name in chosen if name not in target.fields]:
        raise ValidationError(_("There is no field “%(name)s”.") % {"name": wrong[0]})
    doubled = {name for name in chosen if chosen.count(name) > 1}
    if doubled:
        label = target.fields[doubled.pop()].label
        raise ValidationError(_("Two columns are mapped to “%(field)s”. Leave one of them out.") % {"field": label})
    mapping = []
    for column, header in enumerate(batch.header):
        old = [entry for entry in batch.mapping if entry["column"] == column]
        new = fields.get(column)
        if new is None or any(entry["field"] == new for entry in old):
            mapping += old
        else:
            mapping.append({"column": column, "header": header, "field": new, "how": "hand"})
    with transaction.atomic():
        batch.mapping = mapping
        batch.save(update_fields=["mapping"])
        details = {"number": batch.number}
        audit.record(by=by, action="import.map", object_type="batch", object_id=batch.pk, details=details)
        return start_staging(batch=batch, by=by)


def refuse_unless(batch: ImportBatch, *states: str) -> None:
    if batch.state not in states:
        raise ValidationError(
            _("Batch %(number)s is “%(state)s”; this cannot be done with it now.")
            % {"number": batch.number, "state": batch.get_state_display()}
        )


def stage(batch: ImportBatch, context: JobContext | None = None) -> None:
    """Read the file of `batch` and store what it holds. May be begun anew at any time.

    A file that cannot be read leaves the batch FAILED; one whose columns do not suffice, STAGED with a problem.
    """
    if batch.visible or batch.state in (State.DISCARDED, State.UNDONE):
        return
    decisions = passes.decisions_of(batch)
    clear_rows(batch)
    try:
        table = passes.open_batch_table(batch)
        target = passes.open_target(batch)
        if not batch.mapping:
            _map(batch, table, target)
        problem = _column_problem(batch, table, target)
        if problem is not None:
            batch.counts = {}
            batch.save(update_fields=["counts", "header", "mapping"])
            note(batch, problem, state=State.STAGED)
            return
        _store(batch, table, target, decisions, context)
    except TableError as fault:
        clear_rows(batch)
        note(batch, problems.from_table_error(fault), state=State.FAILED)
        return
    except OperationalError as fault:
        if not jobs.is_disk_full(fault):
            raise
        note(batch, {"code": "disk_full", "args": {}}, state=State.FAILED)
        return
    except problems.ImportStopped as fault:
        note(batch, {"code": fault.code, "args": fault.args_}, state=State.FAILED)
        return
    problem = None if batch.counts["total"] else {"code": "empty_batch", "args": {}}
    note(batch, problem, state=State.STAGED)


def clear_rows(batch: ImportBatch) -> None:
    """Delete the staged rows in short transactions."""
    rows = ImportRow.objects.filter(batch=batch)
    while ids := list(rows.values_list("pk", flat=True)[:DELETE_CHUNK]):
        ImportRow.objects.filter(pk__in=ids).delete()


def _map(batch: ImportBatch, table: Table | Archive, target: Target) -> None:
    known, how = [], "profile"
    if batch.profile is not None and batch.profile.columns:
        known = batch.profile.columns
        how = "profile" if batch.profile.shipped else "last"
    elif (last := profiles.remembered(batch.target, table.columns)) is not None:
        known, how, batch.profile = last.columns, "last", last
    sample = [row.cells for row in islice(table.rows(), SAMPLE)]
    batch.header = table.columns
    batch.mapping = recognise(target.fields, table.columns, sample, known, how)
    batch.options = {**batch.options, "sheet": table.sheet, "header_row": table.header_row}
    batch.save(update_fields=["header", "mapping", "options", "profile"])


def _column_problem(batch: ImportBatch, table: Table | Archive, target: Target) -> dict[str, Any] | None:
    mapped = {entry["field"] for entry in batch.mapping}
    used = {entry["header"] for entry in batch.mapping if entry["field"]}
    for problem in table.header_problems:
        if problem.code == "duplicate_column" and problem.column in used:
            return problems.from_table_error(problem)
    if not mapped - {""}:
        return {"code": "nothing_mapped", "args": {}}
    missing = [
        (field.zh, field.en)
        for name, field in target.fields.items()
        if (field.required or field.key) and name not in mapped
    ]
    return {"code": "missing_fields", "args": {"fields": missing}} if missing else None


def _store(
    batch: ImportBatch,
    table: Table | Archive,
    target: Target,
    decisions: dict[int, dict[str, Any]],
    context: JobContext | None,
) -> None:
    reader, tally = passes.make_reader(batch, target), Tally()
    started = timezone.now()
    keep = _Keeper(batch, reader, decisions)

    def worth_keeping() -> Iterator[tuple[Any, ...]]:
        for count, row in enumerate(passes.staged_rows(table, reader, decisions), 1):
            state = tally.add(row)
            if context is not None and count % REPORT_EVERY == 0:
                context.progress(done=count)
            if keep.wants(row, state, count):
                yield keep.as_row(row, state)

    write_in_chunks(worth_keeping(), lambda rows: insert_rows(ImportRow, ROW_FIELDS, rows))
    batch.counts = {**tally.as_counts(), "kept": keep.count}
    batch.options = {
        **batch.options,
        "checked_at": started.isoformat(),
        "found_units": target.look.new_units,
    }
    batch.save(update_fields=["counts", "options"])


class _Keeper:
    """Which rows are stored, and how. Those that have something to say, and the first ones for the eye."""

    def __init__(self, batch: ImportBatch, reader: Reader, decisions: Mapping[int, Any]) -> None:
        self.batch_id = batch.pk
        self.first: int = ROWS_SHOWN
        self.most: int = ROWS_KEPT
        self.decisions = decisions
        self.count = 0
        self._protected = [
            index for index, name, _memo, _read in reader.columns if reader.target.fields[name].protected
        ]
        self._secret = {name for name, field in reader.target.fields.items() if field.protected}

    def wants(self, row: Staged, state: str, count: int) -> bool:
        if count <= self.first or row.number in self.decisions:
            return True
        # an update must be kept whatever the size: commit takes what it changes from here
        return row.act == "update" or (state in ("error", "doubt", "skip") and self.count < self.most)

    def as_row(self, row: Staged, state: str) -> tuple[Any, ...]:
        self.count += 1
        decisions = self.decisions.get(row.number)
        return (
            self.batch_id, row.number, state, row.act, dumps(self._cells(row.cells)), dumps(self._values(row)),
            dumps(row.before) if row.before else "{}", dumps(row.issues) if row.issues else "[]",
            dumps(decisions) if decisions else "{}", row.key[:120], row.target, row.officer,
        )  # fmt: skip

    def _values(self, row: Staged) -> dict[str, Any]:
        return plain({name: value for name, value in row.values.items() if name not in self._secret})

    def _cells(self, cells: Sequence[Any]) -> Sequence[Any]:
        if not self._protected:
            return cells
        return [HIDDEN if index in self._protected and cell else cell for index, cell in enumerate(cells)]


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain_cell)


def _plain_cell(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)

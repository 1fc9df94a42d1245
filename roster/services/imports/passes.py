"""One pass over the file of a batch: the rows as they would be imported, and what they amount to.

Staging and commit are the same pass. The tally holds a digest of every row's state, act and target, so that
commit knows whether the database has changed since a person looked.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from police_hr.core.tabular import TableError, open_table
from police_hr.core.tabular.limits import Limits
from police_hr.core.tabular.reader import Table
from roster.importing.appointment.archive import Archive
from roster.importing.problems import ImportStopped
from roster.importing.reading import Reader, Staged
from roster.importing.targets import Target, UnknownTarget, make_target
from roster.importing.targets.appointment import AppointmentForms
from roster.models import ImportBatch, ImportRow
from roster.services.imports import files


class Tally:
    """What the rows of a pass amount to."""

    def __init__(self) -> None:
        self.states: Counter[str] = Counter()
        self.acts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.digest = 0

    def add(self, row: Staged) -> str:
        state = row.state
        self.states[state] += 1
        if state not in ("error", "skip"):
            self.acts[row.act] += 1
        if row.issues:
            self.reasons.update({f"{issue['level']}.{issue['code']}" for issue in row.issues})
        self.digest ^= fingerprint(row.number, state, row.act, row.target)
        return state

    def as_counts(self) -> dict[str, Any]:
        total = sum(self.states.values())
        return {
            "total": total,
            **dict(self.states),
            "acts": dict(self.acts),
            "reasons": dict(self.reasons),
            "digest": self.digest,
        }


def fingerprint(number: int, state: str, act: str, target: int | None) -> int:
    """A number for what becomes of a row. Rows that are left out are told by that alone."""
    told = f"{number} {state}" if state in ("error", "skip") else f"{number} {state} {act} {target}"
    return zlib.crc32(told.encode()) << 32 | zlib.crc32(told[::-1].encode())


def open_batch_table(batch: ImportBatch) -> Table | Archive:
    """The kept file of `batch`, opened. Raises ImportStopped or TableError."""
    if not files.is_intact(batch.file_path, batch.file_sha256):
        raise ImportStopped("file_gone")
    name = batch.options.get("true_name") or batch.file_name
    if batch.target == AppointmentForms.code:
        return Archive(files.kept_path(batch.file_path), name)
    return open_table(
        files.kept_path(batch.file_path), filename=name, limits=Limits(), sheet=batch.options.get("sheet")
    )


def open_target(batch: ImportBatch) -> Target:
    try:
        options = {**batch.options, "asked_by": batch.created_by_id}
        return make_target(batch.target, today=timezone.localdate(), options=options)
    except UnknownTarget as problem:
        raise ImportStopped("unknown_target") from problem


def make_reader(batch: ImportBatch, target: Target) -> Reader:
    reader = Reader(target, batch.mapping)
    target.mapped = reader.mapped
    return reader


def decisions_of(batch: ImportBatch) -> dict[int, dict[str, Any]]:
    """Row number → what a person decided about it."""
    rows = ImportRow.objects.filter(batch=batch).exclude(decisions={})
    return dict(rows.values_list("row_no", "decisions"))


def staged_rows(table: Table | Archive, reader: Reader, decisions: dict[int, dict[str, Any]]) -> Iterator[Staged]:
    """Every row of the file, read and judged."""
    read, get = reader.read, decisions.get
    for number, cells, problem in table.rows():
        row = read(number, cells, get(number)) if decisions else read(number, cells)
        if problem is not None:
            row.error("row_shape", "", [{"do": "skip", "label": "skip"}], text=str(problem))
        yield row


__all__ = [
    "TableError",
    "Tally",
    "decisions_of",
    "fingerprint",
    "make_reader",
    "open_batch_table",
    "open_target",
    "staged_rows",
]

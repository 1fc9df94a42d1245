"""The ledger as plain columns, for engines that read very many rows.

Rows come straight from the database driver: days as whole numbers since 1970-01-01, payloads only
as far as they are asked for. Building model instances would cost some hundred times the reading.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet, Value

from police_hr.core.access import Viewer
from roster.counting import counting
from roster.models import ImportBatch, LedgerEntry, LedgerKind

# Keys named in one query; SQLite of older builds takes no more than 999 parameters.
KEYS_A_QUERY = 900
FETCH = 5_000


def evidence_rows(
    viewer: Viewer, officer_ids: Sequence[int], kind_codes: Iterable[str], *, with_payload: bool = True
) -> Iterator[tuple[Any, ...]]:
    """Every ledger row of these officers and kinds that counts now or counted once.

    Yields (officer id, kind code, occurred, known, closed, recorded, voided, amount, verified,
    historical, entry id, payload): days as numbers or None, payload a dict. Voided rows are among
    them, so that any past day can be replayed. Only for a viewer who sees everything (a run);
    raises PermissionError for any other.
    """
    if not viewer.everything:
        raise PermissionError("Evidence is read by runs of the whole force only.")
    kinds = LedgerKind.objects.order_by().filter(code__in=list(kind_codes)).values_list("pk", "code")
    batches = ImportBatch.objects.order_by().filter(historical=True, visible=True).values_list("pk", Value(""))
    # One statement for both; a kind always has a code.
    found = list(kinds.union(batches, all=True))
    codes = {pk: code for pk, code in found if code}
    historical = {pk for pk, code in found if not code}
    columns = [
        "officer_id", "kind_id", "occurred_on", "known_on", "closed_on", "recorded_on", "voided_on",
        "amount", "verified", "batch_id", "id",
    ]  # fmt: skip
    if with_payload:
        columns.append("payload")
    for ids in _chunks(officer_ids, KEYS_A_QUERY):
        # By officer alone: told the kinds as well, SQLite would walk every row of those kinds for each query.
        rows = counting(LedgerEntry.objects.filter(officer__in=ids))
        for row in raw_rows(rows.order_by().values_list(*columns)):
            if row[1] not in codes:
                continue
            payload = json.loads(row[11]) if with_payload and row[11] not in ("{}", None) else {}
            yield (
                row[0], codes[row[1]], *row[2:8], bool(row[8]), row[9] in historical, row[10], payload,
            )  # fmt: skip


def raw_rows(rows: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a `values_list` query as the driver gives them, without Django's conversions."""
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:  # a condition that nothing can meet, such as a choice out of no kinds
        return
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while fetched := cursor.fetchmany(FETCH):
            yield from fetched


def _chunks(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]

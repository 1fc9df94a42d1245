"""The ledger as plain columns, for engines that read very many rows.

Rows come straight from the database driver: days as whole numbers since 1970-01-01, payloads only
as far as they are asked for. Building model instances would cost some hundred times the reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from police_hr.core.access import Viewer
from roster.counting import counting
from roster.models import ImportBatch, LedgerEntry, LedgerKind

# Keys named in one query; SQLite of older builds takes no more than 999 parameters.
KEYS_A_QUERY = 900
FETCH = 5_000
# A day that has not come, as engines write it.
NEVER = 2**31 - 1


@dataclass(frozen=True)
class Evidence:
    """Ledger rows on their way to an engine.

    kinds: id → code of the kinds asked for; rows of other kinds are among the chunks and are to be skipped.
    historical: ids of the batches whose rows count from the day they were known.
    chunks: lists of (officer id, kind id, occurred, known, closed, recorded, voided, amount, verified, batch id,
    entry id, payload as JSON text); days as numbers since 1970-01-01, `NEVER` where there is none.
    """

    kinds: Mapping[int, str]
    historical: frozenset[int]
    chunks: Iterator[list[tuple[Any, ...]]]


def evidence(
    viewer: Viewer, officer_ids: Sequence[int], kind_codes: Iterable[str], *, reporters: bool = False
) -> Evidence:
    """Every ledger row of these officers and kinds that counts now or counted once.

    With `reporters` a row ends with the id of the account that recorded it; -1 where it came from a file, or where a
    second person verified it.

    Voided rows are among them, so that any past day can be replayed. Only for a viewer who sees everything
    (a run); raises PermissionError for any other.
    """
    if not viewer.everything:
        raise PermissionError("Evidence is read by runs of the whole force only.")
    kinds = LedgerKind.objects.order_by().filter(code__in=list(kind_codes)).values_list("pk", "code")
    batches = ImportBatch.objects.order_by().filter(historical=True, visible=True).values_list("pk", Value(""))
    # One statement for both; a kind always has a code.
    found = list(kinds.union(batches, all=True))
    return Evidence(
        kinds={pk: code for pk, code in found if code},
        historical=frozenset(pk for pk, code in found if not code),
        chunks=_chunks_of_rows(officer_ids, reporters=reporters),
    )


def _chunks_of_rows(officer_ids: Sequence[int], *, reporters: bool) -> Iterator[list[tuple[Any, ...]]]:
    never: dict[str, Any] = {f"{day}_day": _or_never(f"{day}_on") for day in ("closed", "voided")}
    columns = [
        "officer_id", "kind_id", "occurred_on", "known_on", "closed_day", "recorded_on", "voided_day",
        "amount", "verified", "batch_id", "id", "payload",
    ]  # fmt: skip
    if reporters:
        columns.append("reporter")
        second = Q(verified=True, verified_by__isnull=False) & ~Q(verified_by=F("recorded_by"))
        never["reporter"] = Case(
            When(second | Q(recorded_by=None), then=Value(-1)), default=F("recorded_by"), output_field=IntegerField()
        )
    for ids in chunks(officer_ids, KEYS_A_QUERY):
        # By officer alone: told the kinds as well, SQLite would walk every row of those kinds for each query.
        rows = counting(LedgerEntry.objects.filter(officer__in=ids))
        yield from raw_chunks(rows.order_by().annotate(**never).values_list(*columns))


def _or_never(day: str) -> Coalesce:
    return Coalesce(F(day), Value(NEVER), output_field=IntegerField())


def raw_rows(rows: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a `values_list` query as the driver gives them, without Django's conversions."""
    for chunk in raw_chunks(rows):
        yield from chunk


def raw_chunks(rows: QuerySet[Any, Any]) -> Iterator[list[tuple[Any, ...]]]:
    """`raw_rows` in lists of at most FETCH."""
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:  # a condition that nothing can meet, such as a choice out of no kinds
        return
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while fetched := cursor.fetchmany(FETCH):
            yield fetched


def chunks(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]

"""The scores of a run on their way to the table, past the model objects (docs/adr/0009)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from police_hr.core.days import to_number
from roster.services.bulk import insert_rows
from scoring.models import CurrentScore, IndexRun, Score, TierPeriod
from scoring.models.run import Tier

COLUMNS = (
    "run", "officer", "unit", "index", "risk", "care", "credit", "tier", "tier_class", "coverage",
    "change_30", "reason", "top", "low_runs",
)  # fmt: skip
SIGNED = ("index", "risk", "care", "credit", "tier", "tier_class", "coverage", "change_30", "reason", "top")
CURRENT = (*SIGNED, "low_runs")  # what a score of the latest run hands on to the current score
FETCH = 5_000
# Numbers of officers in one statement of `make_current`: well under a second on either database.
OFFICERS_A_STATEMENT = 10_000
DIGEST_BITS = 256


def store_scores(run: IndexRun, rows: Sequence[Score]) -> None:
    """Write the scores of one shard, instead of those an earlier attempt may have left. Idempotent."""
    values = [
        (
            run.pk, row.officer_id, row.unit_id, row.index, row.risk, row.care, row.credit, row.tier, row.tier_class,
            row.coverage, row.change_30, row.reason, json.dumps(row.top), row.low_runs,
        )
        for row in rows
    ]  # fmt: skip
    with transaction.atomic():
        left = Score.objects.filter(run=run, officer__in=[row.officer_id for row in rows])
        left._raw_delete(left.db)  # nothing hangs on a score
        insert_rows(Score, COLUMNS, values)


def make_current(run: IndexRun) -> Iterator[int]:
    """Make the scores of `run` the current ones, statement by statement; gives how many each wrote. Idempotent.

    The confirmed tier stays as people left it; who comes (back) into the index has the tier of the register.
    """
    scores = Score.objects.filter(run=run)
    ends = scores.aggregate(first=Min("officer"), last=Max("officer"))
    if ends["first"] is None:
        return
    sql, params = _current_statement(run)
    for start in range(ends["first"], ends["last"] + 1, OFFICERS_A_STATEMENT):
        with connection.cursor() as cursor:
            cursor.execute(sql, [*params, start, start + OFFICERS_A_STATEMENT])
            yield cursor.rowcount


def _current_statement(run: IndexRun) -> tuple[str, list[Any]]:
    """INSERT … SELECT, which the ORM cannot say; a million model objects would take minutes."""
    quote = connection.ops.quote_name
    same = [quote(name) for name in CURRENT]
    told = {"version_id": run.version_id, "as_of": to_number(run.as_of), "low_on": to_number(run.as_of)}
    own = [*told, "updated_at"]
    columns = ["officer_id", "run_id", *same, *own, "confirmed_tier"]
    register = (
        f"SELECT tier FROM {quote(TierPeriod._meta.db_table)} "  # noqa: S608
        "WHERE officer_id = s.officer_id AND ends_on IS NULL AND NOT confidential"
    )
    renewed = ", ".join(f"{column} = excluded.{column}" for column in ["run_id", *same, *own])
    sql = (
        f"INSERT INTO {quote(CurrentScore._meta.db_table)} ({', '.join(columns)}) "  # noqa: S608  names of columns
        f"SELECT s.officer_id, s.run_id, {', '.join(f's.{column}' for column in same)}, %s, %s, %s, %s, "
        f"COALESCE(({register}), %s) FROM {quote(Score._meta.db_table)} s "
        "WHERE s.run_id = %s AND s.officer_id >= %s AND s.officer_id < %s "
        f"ON CONFLICT (officer_id) DO UPDATE SET {renewed}"
    )
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    return sql, [*told.values(), now, Tier.NORMAL.value, run.pk]


def digest_of(run: IndexRun) -> str:
    """A sum over every stored score: equal inputs, equal digests, on any database and in any order.

    Each score with its badge number is hashed (SHA-256) and the hashes are added, so that a force of a million is
    read in passing and neither shards nor the sorting of a database can change the result.
    """
    total = 0
    for row in Score.objects.filter(run=run).values_list("officer__badge_no", *SIGNED).iterator(FETCH):
        total += int.from_bytes(hashlib.sha256(repr(row).encode()).digest(), "big")
    return f"{total % 2**DIGEST_BITS:0{DIGEST_BITS // 4}x}"

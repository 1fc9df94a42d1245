"""The scores of a run on their way to the table, past the model objects (docs/adr/0009)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from django.db import transaction

from roster.services.bulk import insert_rows
from scoring.models import IndexRun, Score

COLUMNS = (
    "run", "officer", "unit", "index", "risk", "care", "credit", "tier", "tier_class", "coverage",
    "change_30", "reason", "top", "low_runs",
)  # fmt: skip
SIGNED = ("index", "risk", "care", "credit", "tier", "tier_class", "coverage", "change_30", "reason", "top")
FETCH = 5_000
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


def digest_of(run: IndexRun) -> str:
    """A sum over every stored score: equal inputs, equal digests, on any database and in any order.

    Each score with its badge number is hashed (SHA-256) and the hashes are added, so that a force of a million is
    read in passing and neither shards nor the sorting of a database can change the result.
    """
    total = 0
    for row in Score.objects.filter(run=run).values_list("officer__badge_no", *SIGNED).iterator(FETCH):
        total += int.from_bytes(hashlib.sha256(repr(row).encode()).digest(), "big")
    return f"{total % 2**DIGEST_BITS:0{DIGEST_BITS // 4}x}"

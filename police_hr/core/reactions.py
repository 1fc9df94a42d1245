"""Reactions go up without an import going up.

A service that writes the ledger calls `announce` in the same transaction. Apps above register a
consumer; each keeps its own cursor, is called with the changes in order, at least once, and must be
idempotent. `react` runs them: soon after each commit, and from beat after a crash.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from police_hr.core import broker
from police_hr.core.models import ConsumerCursor, LedgerChange

logger = logging.getLogger(__name__)
Consumer = Callable[[Sequence[LedgerChange]], None]
consumers: dict[str, Consumer] = {}
CHUNK = 500
# one number for the lock under which changes are numbered on PostgreSQL
_ANNOUNCE_LOCK = 7_340_201


def consumer(name: str) -> Callable[[Consumer], Consumer]:
    """Register a function that is called with each chunk of changes, in order."""

    def register(function: Consumer) -> Consumer:
        consumers[name] = function
        return function

    return register


def announce(
    action: str,
    *,
    kind_code: str = "",
    officer_id: int | None = None,
    entry_id: int | None = None,
    batch_id: int | None = None,
) -> LedgerChange:
    """Write down one change of the ledger, in the transaction that makes it.

    On PostgreSQL writers take one lock to the end of their transaction, so that numbers become
    visible in their order and no cursor can pass a change that is still to appear.
    """
    _take_turn()
    change = LedgerChange.objects.create(
        action=action,
        kind_code=kind_code,
        officer_number=officer_id,
        entry_number=entry_id,
        batch_number=batch_id,
    )
    transaction.on_commit(_wake)
    return change


def announce_dossiers(officer_ids: Iterable[int]) -> None:
    """Write down that facts of these dossiers changed (identity, career, photo), in the transaction that changes
    them. Each officer once, whatever the number of facts."""
    numbers = sorted(set(officer_ids))
    if not numbers:
        return
    _take_turn()
    changed = (LedgerChange(action=LedgerChange.Action.DOSSIER, officer_number=number) for number in numbers)
    LedgerChange.objects.bulk_create(changed, batch_size=2_000)
    transaction.on_commit(_wake)


def _take_turn() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("A ledger change is announced in the transaction that makes it.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ANNOUNCE_LOCK])


def _wake() -> None:
    if consumers:
        broker.send("police_hr.core.tasks.react")


def react(*, limit: int = 20_000) -> dict[str, int]:
    """Bring every consumer up to date. Returns how many changes each was given.

    The cursor's row is locked while its consumer works and moves in the same transaction as what the
    consumer wrote: after a crash the chunk is given again. A consumer that fails is noted and does
    not hold up the others.
    """
    given: dict[str, int] = {}
    for name, function in consumers.items():
        given[name] = 0
        try:
            while given[name] < limit and (count := _one_chunk(name, function)):
                given[name] += count
        except Exception as error:
            logger.exception("reaction %s failed", name)
            ConsumerCursor.objects.filter(name=name).update(error=f"{type(error).__name__}: {error}"[:500])
    return given


def _one_chunk(name: str, function: Consumer) -> int:
    ConsumerCursor.objects.get_or_create(name=name)
    with transaction.atomic():
        rows: Any = ConsumerCursor.objects
        if connection.features.has_select_for_update:
            rows = rows.select_for_update()
        cursor = rows.get(name=name)
        changes = list(LedgerChange.objects.filter(pk__gt=cursor.position).order_by("pk")[:CHUNK])
        if not changes:
            return 0
        function(changes)
        cursor.position, cursor.error = changes[-1].pk, ""
        cursor.save()
    return len(changes)

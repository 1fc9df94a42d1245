"""How many dossiers one account opens in an hour: many are noted, very many are stopped (ASVS 2.4.1).

Each process counts in memory and asks the audit trail only now and then: every `EACH` new dossiers, and always once
the count is near the limits. So a dossier costs no query for it, and two web processes cannot be played off.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import OrderedDict
from enum import StrEnum

from django.conf import settings
from django.utils import timezone

from police_hr.core.models import AuditEvent

HOUR = 3600.0
EACH = 10
MOST_ACCOUNTS = 2_000


class Verdict(StrEnum):
    """What follows from the number of dossiers: nothing, a note in the audit trail, or a stop."""

    FINE = "fine"
    WARN = "warn"
    STOP = "stop"


class Budget:
    """Distinct dossiers by account in the hour that runs."""

    def __init__(self) -> None:
        self._seen: OrderedDict[int, dict[int, float]] = OrderedDict()
        self._told: dict[tuple[int, Verdict], float] = {}

    def verdict(self, account: int, officer: int) -> Verdict:
        """Count this dossier for the account. A dossier that was open already within the hour costs nothing."""
        now = time.time()
        seen = self._seen.setdefault(account, {})
        self._seen.move_to_end(account)
        while len(self._seen) > MOST_ACCOUNTS:
            self._seen.popitem(last=False)
        for old in [pk for pk, at in seen.items() if at < now - HOUR]:
            del seen[old]
        if officer in seen:
            return Verdict.FINE
        if len(seen) >= settings.DOSSIERS_AN_HOUR_WARN or len(seen) % EACH == EACH - 1:
            seen |= dict.fromkeys(opened_lately(account) - seen.keys(), now)
        if len(seen) >= settings.DOSSIERS_AN_HOUR and officer not in seen:
            return Verdict.STOP
        seen[officer] = now
        return Verdict.WARN if len(seen) >= settings.DOSSIERS_AN_HOUR_WARN else Verdict.FINE

    def is_news(self, account: int, verdict: Verdict) -> bool:
        """Whether this verdict is still to be told: once an hour for each account."""
        now = time.time()
        if now - self._told.get((account, verdict), 0.0) < HOUR:
            return False
        self._told[account, verdict] = now
        return True

    def forget(self) -> None:
        self._seen.clear()
        self._told.clear()


def opened_lately(account: int) -> set[int]:
    """The dossiers that the account opened within the hour, wherever. One query over its newest events."""
    since = timezone.now() - dt.timedelta(seconds=HOUR)
    rows = AuditEvent.objects.filter(actor=account, action="officer.view", at__gte=since).order_by()
    numbers = rows.values_list("officer_number", flat=True).distinct()
    return {number for number in numbers if number is not None}


budget = Budget()

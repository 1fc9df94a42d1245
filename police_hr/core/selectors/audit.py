"""Reading the audit trail, newest first, in pages that stay put while events are added."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from police_hr.core.fields.registry import find_reference
from police_hr.core.models import AuditEvent

NOBODY = -1
# readings that an auditor looks at first
FLAGS = {
    "off_duty": Q(details__off_duty=True),
    "peer": Q(details__peer=True),
    "many": Q(action__in=["reading.warn", "reading.stop"]),
}


def events(found: Mapping[str, Any]) -> QuerySet[AuditEvent]:
    """The events that fit the cleaned data of `AuditFilter`, newest first."""
    rows = AuditEvent.objects.order_by("-pk")
    if actor := found.get("actor"):
        rows = rows.filter(actor_label__icontains=actor)
    if officer := found.get("officer"):
        rows = rows.filter(officer_number=find_reference("person", officer) or NOBODY)
    if action := found.get("action"):
        rows = rows.filter(action__startswith=action)
    if flag := found.get("flag"):
        rows = rows.filter(FLAGS[flag])
    if since := found.get("since"):
        rows = rows.filter(at__gte=_midnight(since))
    if until := found.get("until"):
        rows = rows.filter(at__lt=_midnight(until + dt.timedelta(days=1)))
    return rows


def page_of(rows: QuerySet[AuditEvent], *, before: int | None, size: int) -> tuple[Sequence[AuditEvent], int | None]:
    """The newest `size` events with numbers below `before`, and where the next page starts (None: the end)."""
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(rows[: size + 1])
    more = len(page) > size
    page = page[:size]
    return page, page[-1].pk if more else None


def actions() -> list[str]:
    """Every action that was ever recorded, for the filter's suggestions."""
    return list(AuditEvent.objects.order_by("action").values_list("action", flat=True).distinct())


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))

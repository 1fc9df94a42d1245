"""Who read an officer's dossier: for the officer, and for those who watch over the dossiers.

Readings by discipline, supervision and audit are never among them: that somebody looks into a matter is not to be
learned here. Leaders are one number. A visit is what one person read on one day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from police_hr.core.access import Viewer, grants_of
from police_hr.core.models import AuditEvent, User
from police_hr.core.roles import Permission
from roster.access import path_for
from roster.models import Officer

DAYS = 90
MOST_EVENTS = 5_000
READINGS = frozenset(
    {
        "officer.view", "officer.open_with_reason", "officer.unmask", "entry.view", "entry.file", "index.explain",
        "ledger.view", "correction.view", "correction.file", "photo.view",
    }
)  # fmt: skip
# who is never named, nor counted
UNSEEN = frozenset({"discipline_inspector", "audit_admin", "security_admin", "system_admin"})
LEADERS = frozenset({"leadership", "unit_head"})


@dataclass(frozen=True)
class Visit:
    """What one person read on one day: when last, how often, for which reason where they gave one."""

    name: str
    badge_no: str
    role: str
    unit: str
    at: dt.datetime
    purpose: str
    events: int


@dataclass(frozen=True)
class Readers:
    """The visits of the last `DAYS` days, newest first, and those of leaders as one number."""

    visits: Sequence[Visit]
    leaders: int
    days: int = DAYS

    @property
    def total(self) -> int:
        return len(self.visits) + self.leaders


def may_see_readers(viewer: Viewer, officer: Officer) -> bool:
    """The officer, and those who decide corrections over the unit."""
    own = viewer.officer_id == officer.pk
    return own or viewer.covers(Permission.CORRECTION_DECIDE, path_for(viewer, officer, Permission.CORRECTION_DECIDE))


def readers_of(viewer: Viewer, officer: Officer) -> Readers | None:
    """Who read the dossier of `officer` in the last 90 days, without the officer; None where `viewer` may not know.

    Two queries and one for each reader that is named, of whom there are few.
    """
    if not may_see_readers(viewer, officer):
        return None
    since = timezone.now() - dt.timedelta(days=DAYS)
    rows = AuditEvent.objects.filter(officer_number=officer.pk, action__in=READINGS, at__gte=since)
    rows = rows.exclude(actor=None).order_by("-pk")
    events = list(rows.values_list("actor", "at", "purpose", "details")[:MOST_EVENTS])
    accounts = User.objects.in_bulk({actor for actor, *_rest in events})
    grants = {pk: grants_of(user) for pk, user in accounts.items() if user.officer_number != officer.pk}
    visits, leaders = [], 0
    for (actor, _day), found in _by_day(events).items():
        if actor not in grants or _is_unseen(accounts[actor], grants[actor], found):
            continue
        if LEADERS & {grant.role.code for grant in grants[actor]}:
            leaders += 1
        else:
            visits.append(_visit(accounts[actor], grants[actor], found))
    return Readers(visits, leaders)


def _by_day(events: Iterable[tuple[Any, ...]]) -> dict[tuple[int, dt.date], list[tuple[Any, ...]]]:
    found: dict[tuple[int, dt.date], list[tuple[Any, ...]]] = {}
    for event in events:
        found.setdefault((event[0], timezone.localdate(event[1])), []).append(event)
    return found


def _is_unseen(user: User, grants: Sequence[Any], events: Sequence[tuple[Any, ...]]) -> bool:
    """Whether the reader is, or was when they read, one of those who are never named."""
    held = {grant.role.code for grant in grants} | {user.admin_role}
    then = {role for *_rest, details in events for role in details.get("roles", ())}
    return bool(UNSEEN & (held | then))


def _visit(user: User, grants: Sequence[Any], events: Sequence[tuple[Any, ...]]) -> Visit:
    grant = grants[0] if grants else None
    return Visit(
        name=user.name,
        badge_no=user.badge_no,
        role=grant.role.label if grant else "",
        unit=grant.unit_label if grant else "",
        at=events[0][1],
        purpose=next((purpose for _actor, _at, purpose, _details in events if purpose), ""),
        events=len(events),
    )

"""Reads of the reconciliation page: open conflicts and possible duplicates among the officers one may see."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.text import capfirst

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from roster.access import officers_visible_to
from roster.models import Conflict, DataSource, DuplicatePair, Officer
from roster.selectors.masks import masked


def open_conflicts(viewer: Viewer) -> QuerySet[Conflict]:
    """Conflicts that wait for a person, oldest first."""
    found = Conflict.objects.filter(_in_view(viewer, "officer"), resolved_at=None)
    return found.select_related("officer").order_by("found_at", "pk")


def duplicates(viewer: Viewer) -> QuerySet[DuplicatePair]:
    """Pairs that were found to be like one person, settled or not. Both officers must be in view."""
    found = DuplicatePair.objects.filter(_in_view(viewer, "first"), _in_view(viewer, "second"))
    return found.select_related("first__unit", "second__unit").order_by("found_at", "pk")


def open_duplicates(viewer: Viewer) -> QuerySet[DuplicatePair]:
    """Those of them that nobody has judged."""
    return duplicates(viewer).filter(settled_at=None)


def _in_view(viewer: Viewer, officer: str) -> Exists:
    """The condition that the officer of that field is in view: asked for each row, as few rows wait."""
    return Exists(officers_visible_to(viewer, Permission.RECONCILE).filter(pk=OuterRef(officer)))


def described(conflicts: list[Conflict]) -> list[dict[str, Any]]:
    """Conflicts with the label of their field, and claims by source, the leading source first."""
    sources = {source.code: source for source in DataSource.objects.all()}
    found = []
    for conflict in conflicts:
        field = Officer._meta.get_field(conflict.field)
        claims: list[dict[str, Any]] = [
            {"source": sources[code], "value": _shown(conflict.field, str(value))}
            for code, value in conflict.claims.items()
            if code in sources
        ]
        claims.sort(key=lambda claim: claim["source"].priority)
        present = getattr(conflict.officer, conflict.field)
        now = present.isoformat() if hasattr(present, "isoformat") else str(present or "")
        label = capfirst(str(getattr(field, "verbose_name", conflict.field)))
        found.append({"conflict": conflict, "label": label, "claims": claims, "now": _shown(conflict.field, now)})
    return found


def _shown(field: str, value: str) -> str:
    return masked(f"officer.{field}", value)

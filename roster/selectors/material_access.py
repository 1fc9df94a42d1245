"""Requests to see materials: one's own, and those one may decide."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from roster.access import officers_visible_to
from roster.models import Material, MaterialAccess
from roster.selectors.categories import categories

State, Kind = MaterialAccess.State, MaterialAccess.Kind
LISTED = 100


def _rows() -> QuerySet[MaterialAccess]:
    return MaterialAccess.objects.select_related("officer__unit", "requested_by", "decided_by", "returned_to")


def own_requests(viewer: Viewer) -> QuerySet[MaterialAccess]:
    """What `viewer` asked for, newest first."""
    return _rows().filter(requested_by=viewer.user).order_by("-pk")


def to_decide(viewer: Viewer) -> QuerySet[MaterialAccess]:
    """What waits for a decision of `viewer`: of officers in scope, asked for by others, not of one's own file."""
    return _others(viewer, Permission.MATERIAL_DECIDE).filter(state=State.WAITING).order_by("pk")


def lent_out(viewer: Viewer) -> QuerySet[MaterialAccess]:
    """Borrowed paper that is not back, for those who keep the files; the longest due first."""
    rows = _in_scope(viewer, Permission.MATERIAL_EDIT)
    return rows.filter(kind=Kind.BORROW, state=State.APPROVED, returned_at=None).order_by("ends_on", "pk")


def overdue(viewer: Viewer) -> QuerySet[MaterialAccess]:
    """Of `lent_out`, what should have been back."""
    return lent_out(viewer).filter(ends_on__lt=timezone.localdate())


def access_for(viewer: Viewer, pk: int) -> MaterialAccess | None:
    """The request, for the one who asked, for who decides or keeps files in its scope; to others it is not there."""
    found = _rows().filter(pk=pk).first()
    if found is None or viewer.user is None:
        return None
    if found.requested_by_id == viewer.user.pk:
        return found
    for permission in (Permission.MATERIAL_DECIDE, Permission.MATERIAL_EDIT):
        if _others(viewer, permission).filter(pk=pk).exists():
            return found
    return None


def wording(access: MaterialAccess) -> list[str]:
    """What was asked for, in words: categories by name, materials by number and title."""
    known = categories()
    named = [f"{known[code].ordinal} {known[code].label}" for code in access.categories if code in known]
    return [*named, *(str(material) for material in present(access))]


def present(access: MaterialAccess) -> Sequence[Material]:
    """The present versions of the materials that a request names."""
    roots = [material.pk for material in access.materials.all()]
    rows = Material.objects.filter(is_current=True)
    return list(rows.filter(pk__in=roots) | rows.filter(origin__in=roots)) if roots else []


def _in_scope(viewer: Viewer, permission: Permission) -> QuerySet[MaterialAccess]:
    return _rows().filter(officer__in=officers_visible_to(viewer, permission).order_by().values("pk"))


def _others(viewer: Viewer, permission: Permission) -> QuerySet[MaterialAccess]:
    rows = _in_scope(viewer, permission).exclude(requested_by=viewer.user)
    return rows.exclude(officer=viewer.officer_id) if viewer.officer_id else rows

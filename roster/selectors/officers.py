"""Reads of officers by id, for pages and tasks; lists and search stand in their own selectors."""

from __future__ import annotations

from collections.abc import Iterable

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from roster.access import officers_visible_to
from roster.models import Officer
from roster.selectors.photos import with_photo


def officer_for(viewer: Viewer, pk: int, permission: Permission | str = Permission.OFFICER_VIEW) -> Officer | None:
    """The officer with this id, unit joined, where `viewer` holds `permission` over them or it is the viewer
    themselves; else None, which a page answers with 404. One query."""
    officer = with_photo(officers_visible_to(viewer, permission)).select_related("unit").filter(pk=pk).first()
    if officer is None and viewer.officer_id == pk and viewer.has(Permission.OWN_VIEW):
        return with_photo(Officer.objects.all()).select_related("unit").filter(pk=pk).first()
    return officer


def officers_by_badge(
    viewer: Viewer, badges: Iterable[str], permission: Permission | str = Permission.OFFICER_LIST
) -> dict[str, Officer]:
    """Badge number → officer, of those that `viewer` may see."""
    wanted = {badge.strip().upper() for badge in badges}
    return {o.badge_no: o for o in officers_visible_to(viewer, permission).filter(badge_no__in=wanted)}

"""Who sees what of the index.

Points, and tiers as they are computed, are seen where a role with `index.view` may open classes 3 and 4 (with a
reason): they are made of facts of these classes. Everybody else with `index.view` sees confirmed tiers only.
Proposals, and floors of a narrower audience, are for those who confirm.
"""

from __future__ import annotations

from django.db.models import Q

from police_hr.core.access import Viewer, outermost
from police_hr.core.roles import Permission
from roster.access import path_range

SENSITIVE = frozenset({3, 4})


def points_paths(viewer: Viewer) -> tuple[str, ...]:
    """The unit paths below which `viewer` sees points; `("",)` is the whole force."""
    if viewer.everything:
        return ("",)
    return outermost(
        grant.unit_path
        for grant in viewer.grants
        if Permission.INDEX_VIEW in grant.role.permissions
        and grant.role.opens | grant.role.opens_with_reason >= SENSITIVE
    )


def sees_points(viewer: Viewer, unit_path: str) -> bool:
    """Whether `viewer` sees the points of officers of the unit at `unit_path`."""
    return any(unit_path.startswith(path) for path in points_paths(viewer))


def confirms(viewer: Viewer, unit_path: str) -> bool:
    """Whether `viewer` weighs proposals for officers of the unit at `unit_path`."""
    return viewer.covers(Permission.INDEX_CONFIRM, unit_path)


def within(paths: tuple[str, ...], field: str) -> Q | None:
    """The condition that the unit path in `field` lies below one of `paths`; None where there is none."""
    if not paths:
        return None
    condition = Q()
    for path in paths:
        if not path:
            return Q()
        condition |= path_range(path, field)
    return condition


def sees_care(viewer: Viewer, unit_path: str) -> bool:
    """Whether `viewer` sees the care part of officers of the unit at `unit_path`: its lines, points and reasons."""
    return viewer.covers(Permission.CARE_VIEW, unit_path)


def whole_paths(viewer: Viewer) -> tuple[str, ...]:
    """The unit paths below which `viewer` sees both parts of the index, and people may be named by the whole."""
    care = viewer.paths(Permission.CARE_VIEW)
    return tuple(path for path in points_paths(viewer) if any(path.startswith(one) for one in care))


def sees_care_everywhere(viewer: Viewer) -> bool:
    """Whether `viewer` sees the care part wherever they see points: what a list without units to ask may show."""
    return all(
        any(path.startswith(care) for care in viewer.paths(Permission.CARE_VIEW)) for path in points_paths(viewer)
    )


def sees_class(viewer: Viewer, unit_path: str) -> bool:
    """Whether `viewer` sees which class a tier is of: who helps must know, leadership need not."""
    return sees_care(viewer, unit_path) or viewer.covers(Permission.TASK_VIEW, unit_path)

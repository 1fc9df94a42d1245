"""Grants: which account holds which role over which unit. The only importer of guardian.

A grant is guardian's permission `role_<code>` on the root unit of the subtree. It is read once a
request and applied as a range of unit paths, never by asking for single objects.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Permission as PermissionRow
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm, remove_perm

from police_hr.core import audit
from police_hr.core.access import Grant, Viewer
from police_hr.core.models import User
from police_hr.core.roles import ROLES, Permission
from police_hr.core.services import accounts
from roster.counting import counting
from roster.models import ImportBatch, Officer, Posting, Unit, UnitGrant

# what the unit that an officer is lent to may do with the dossier, as the home unit may
SECONDED_TOO = frozenset({Permission.OFFICER_LIST, Permission.OFFICER_VIEW, Permission.LEDGER_ADD})


def load_grants(user: User) -> tuple[Grant, ...]:
    """The grants of `user`: one query."""
    rows = UnitGrant.objects.filter(user=user).values_list(
        "permission__codename",
        "content_object_id",
        "content_object__path",
        "content_object__name",
        "content_object__name_en",
    )
    return tuple(
        Grant(ROLES[codename.removeprefix("role_")], unit_id, path, name, name_en)
        for codename, unit_id, path, name, name_en in rows
        if codename.removeprefix("role_") in ROLES
    )


def grant_role(*, user: User, role: str, unit: Unit, by: User | None) -> None:
    """Give `user` the role over `unit` and all below it. Repeating it changes nothing.

    Raises ValidationError for an administrator's role, an administrator's account or oneself.
    """
    if role not in ROLES or ROLES[role].administrator:
        raise ValidationError(_("“%(role)s” cannot be granted over a unit.") % {"role": role})
    if user.admin_role:
        raise ValidationError(_("An administrator's account holds no role over units."))
    if by is not None and by.pk == user.pk:
        raise ValidationError(_("Nobody grants a role to themselves."))
    with transaction.atomic():
        if not UnitGrant.objects.filter(user=user, permission__codename=f"role_{role}", content_object=unit).exists():
            assign_perm(f"roster.role_{role}", user, unit)
            audit.record(
                by=by,
                action="grant.give",
                object_type="user",
                object_id=user.pk,
                details={"role": role, "unit": unit.code},
            )


def withdraw_role(*, user: User, role: str, unit: Unit, by: User | None) -> None:
    """Take the role over `unit` from `user`. It ends with the next request."""
    with transaction.atomic():
        remove_perm(f"roster.role_{role}", user, unit)
        accounts.end_sessions(user=user, by=by)
        audit.record(
            by=by,
            action="grant.withdraw",
            object_type="user",
            object_id=user.pk,
            details={"role": role, "unit": unit.code},
        )


def grants_over(paths: Iterable[str]) -> list[UnitGrant]:
    """The roles given over the units at these paths or above them, to accounts that are in use, with account and
    unit. One query."""
    above = {path[:end] for path in paths for end in range(Unit.steplen, len(path) + 1, Unit.steplen)}
    found = UnitGrant.objects.filter(content_object__path__in=above, user__is_active=True)
    return list(found.select_related("user", "content_object", "permission").order_by("content_object__path", "user"))


def holders(role: str, unit: Unit) -> QuerySet[User]:
    """The active accounts that hold `role` over `unit` itself or a unit above it, nearest first not assured."""
    paths = [unit.path[: step * Unit.steplen] for step in range(1, unit.depth + 1)]
    permission = PermissionRow.objects.filter(
        content_type=ContentType.objects.get_for_model(Unit), codename=f"role_{role}"
    )
    return User.objects.filter(
        is_active=True, unitgrant__permission__in=permission, unitgrant__content_object__path__in=paths
    ).distinct()


def path_range(path: str, field: str = "path") -> Q:
    """The condition that a unit path lies in the subtree of `path`: a range, so that its index serves.

    The empty path stands for the whole force.
    """
    if not path:
        return Q()
    return Q(**{f"{field}__gte": path, f"{field}__lt": path[:-1] + chr(ord(path[-1]) + 1)})


def in_scope(viewer: Viewer, permission: Permission | str, field: str) -> Q | None:
    """The condition that the unit path in `field` lies where `viewer` holds `permission`.

    None where it is held nowhere: the caller answers with nothing at all.
    """
    paths = viewer.paths(permission)
    if not paths:
        return None
    condition = Q()
    for path in paths:
        if not path:
            return Q()
        condition |= path_range(path, field)
    return condition


def units_visible_to(viewer: Viewer, permission: Permission | str = Permission.UNIT_VIEW) -> QuerySet[Unit]:
    """The units over which `viewer` holds `permission`, in tree order."""
    condition = in_scope(viewer, permission, "path")
    units = Unit.objects.order_by("path")
    return units.none() if condition is None else units.filter(condition)


@dataclass(frozen=True)
class Bounds:
    """What conditions on very many officers are made plain with: the paths of the root units, and the
    batches with officers that do not count."""

    roots: tuple[str, ...]
    hidden: tuple[int, ...]


def read_bounds() -> Bounds:
    """The bounds as of now: one query."""
    roots = Unit.objects.order_by().filter(depth=1).values_list("path", Value(0))
    officers = Officer.objects.filter(batch=OuterRef("pk"))
    hidden = ImportBatch.objects.order_by().filter(Exists(officers), visible=False).values_list(Value(""), "pk")
    rows = list(roots.union(hidden, all=True))
    return Bounds(tuple(path for path, batch in rows if path), tuple(batch for path, batch in rows if not path))


def officers_visible_to(
    viewer: Viewer, permission: Permission | str = Permission.OFFICER_LIST, *, bounds: Bounds | None = None
) -> QuerySet[Officer]:
    """The officers whose present unit lies where `viewer` holds `permission`, and those who are lent to such a unit
    today, where the permission is one of `SECONDED_TOO`.

    Officers of an import batch that does not count (yet, or no more) are left out. Officers without
    a unit are seen by those who hold the permission over a root unit. With `bounds` the same officers
    come by conditions that the indexes of a list serve.
    """
    condition = in_scope(viewer, permission, "path")
    officers = counting(Officer.objects.all(), bounds.hidden if bounds else None)
    if condition is None:
        return officers.none()
    everywhere = bounds is not None and bool(bounds.roots) and all(viewer.covers(permission, p) for p in bounds.roots)
    if condition == Q() or everywhere:
        return officers
    units = Unit.objects.filter(condition).values("pk")
    scope = Q(unit__in=units)
    if permission in SECONDED_TOO:
        scope |= Q(pk__in=_lent(today()).filter(unit__in=units).values("officer"))
    if any(len(path) == Unit.steplen for path in viewer.paths(permission)):
        scope |= Q(unit=None)
    return officers.filter(scope)


def classes_for(viewer: Viewer, officer: Officer) -> dict[str, frozenset[int]]:
    """The sensitivity classes of `officer`'s facts that `viewer` may open: now, and with a reason.

    Officers open S1–S2 of their own (the depth of one's own page is the matter of its own selectors).
    """
    paths = paths_of(viewer, officer)
    now = frozenset().union(*(viewer.classes_at(path) for path in paths))
    asked = frozenset().union(*(viewer.classes_at(path, with_reason=True) for path in paths)) - now
    opened = frozenset(number for officer_id, number in viewer.opened if officer_id == officer.pk)
    if viewer.officer_id == officer.pk:
        now |= {1, 2}
    return {"open": now | (asked & opened), "with_reason": asked - opened}


def paths_of(viewer: Viewer, officer: Officer) -> tuple[str, ...]:
    """The unit paths by which `viewer` may meet `officer`: the own unit's first, then those of units that they are
    lent to today. Where all roles of the viewer reach the own unit the others say nothing more, and nothing is
    asked; else one query, once for each object."""
    home = officer.unit.path if officer.unit_id and officer.unit else ""
    if viewer.everything or all(home.startswith(grant.unit_path) for grant in viewer.grants):
        return (home,)
    known: tuple[str, ...] | None = officer.__dict__.get("_lent_paths")
    if known is None:
        known = tuple(_lent(today()).filter(officer=officer).values_list("unit__path", flat=True))
        officer.__dict__["_lent_paths"] = known
    return (home, *known)


def path_for(viewer: Viewer, officer: Officer, permission: Permission | str) -> str:
    """The unit path by which `viewer` holds `permission` over `officer`; the own unit's where it is held by none."""
    paths = paths_of(viewer, officer)
    return next((path for path in paths if viewer.covers(permission, path)), paths[0])


def _lent(day: dt.date) -> QuerySet[Posting]:
    rows = Posting.objects.filter(secondment=True, voided_on=None, starts_on__lte=day, ends_on__gte=day)
    return rows.order_by("pk")


def today() -> dt.date:
    """Today in the force's time zone."""
    return timezone.localdate()


__all__: list[Any] = [
    "Bounds",
    "classes_for",
    "grant_role",
    "grants_over",
    "holders",
    "in_scope",
    "load_grants",
    "officers_visible_to",
    "path_for",
    "path_range",
    "paths_of",
    "read_bounds",
    "today",
    "units_visible_to",
    "withdraw_role",
]

"""Who holds which role over which unit, for the security administrator: accounts and units, no officers."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from police_hr.core.access import Grant, grants_of
from police_hr.core.models import User
from roster.models import GrantNotice, Unit


def accounts_with_grants(*, text: str = "", role: str = "") -> QuerySet[User]:
    """All accounts by badge number, with `grant_count`. Administrators hold none, but may lose a phone, too.

    Narrowed by a part of badge number or name, and to the holders of one role.
    """
    found = User.objects.annotate(grant_count=Count("unitgrant")).order_by("badge_no")
    if text:
        found = found.filter(Q(badge_no__istartswith=text) | Q(name__icontains=text))
    if role:
        found = found.filter(pk__in=User.objects.filter(unitgrant__permission__codename=f"role_{role}").values("pk"))
    return found


def grants_held(user: User) -> list[Grant]:
    """The grants of `user`, by role and unit."""
    return sorted(grants_of(user), key=lambda grant: (grant.role.code, grant.unit_path))


def unit_named(text: str) -> Unit | None:
    """The open unit with this code, or the only open one with this name."""
    text = text.strip()
    by_code: Unit | None = Unit.objects.filter(code__iexact=text).first()
    if by_code is not None:
        return by_code
    named = list(Unit.objects.filter(Q(name=text) | Q(short_name=text), active_to=None)[:2])
    found: Unit | None = named[0] if len(named) == 1 else None
    return found


def unit_choices() -> QuerySet[Unit]:
    """All open units in tree order, for suggestions."""
    rows: QuerySet[Unit] = Unit.objects.filter(active_to=None).order_by("path")
    return rows.only("code", "name", "name_en", "depth")


def open_notices() -> QuerySet[GrantNotice]:
    """What moves of people left for the security administrator to look at, newest first."""
    found = GrantNotice.objects.filter(settled_at=None).select_related("account", "unit", "move__order")
    return found.order_by("-pk")

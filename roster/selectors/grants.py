"""Who holds which role over which unit, for the security administrator: accounts and units, no officers."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from police_hr.core.access import Grant, Viewer, grants_of
from police_hr.core.models import User
from police_hr.core.selectors.watch import Line
from roster.models import GrantNotice, Unit, UnitGrant

# in place of a role in the address: accounts that hold none
NO_ROLE = "-"


def accounts_with_grants(*, text: str = "", role: str = "") -> QuerySet[User]:
    """All accounts by badge number, with `grant_count`. Administrators hold none, but may lose a phone, too.

    Narrowed by a part of badge number or name, and to the holders of one role (`NO_ROLE`: open accounts without any).
    """
    found = User.objects.annotate(grant_count=Count("unitgrant")).order_by("badge_no")
    if text:
        found = found.filter(Q(badge_no__istartswith=text) | Q(name__icontains=text))
    if role == NO_ROLE:
        return found.filter(grant_count=0, admin_role="", is_active=True)
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


def grant_lines(viewer: Viewer) -> list[Line]:
    """What the security administrator is to look at: four queries."""
    url = reverse("roster:grant-list")
    without = accounts_with_grants(role=NO_ROLE).order_by().count()
    notices = open_notices().order_by().count()
    codeless = User.objects.filter(is_active=True, has_one_time_code=False, totp_waived=False).exclude(admin_role="")
    return [
        Line(_("Moves of people to look at for their roles"), notices, url, notices > 0),
        Line(_("Open accounts without a role"), without, f"{url}?role={NO_ROLE}", without > 0),
        Line(_("Administrators who have not set up their one-time code"), codeless.count()),
        Line(_("Roles held over units"), UnitGrant.objects.count(), url),
    ]

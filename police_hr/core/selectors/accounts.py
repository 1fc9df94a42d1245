"""Reads about accounts: lists for administrators, locked ones, open sessions."""

from __future__ import annotations

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from police_hr.core.models import User, UserSession

CODE_SUFFIX = "#code"
STATES = ("active", "disabled", "first_password", "administrator")


def accounts(*, text: str = "", state: str = "") -> QuerySet[User]:
    """All accounts by badge number, narrowed by a part of number or name and by one of `STATES`."""
    found = User.objects.order_by("badge_no")
    if text:
        found = found.filter(Q(badge_no__istartswith=text) | Q(name__icontains=text))
    narrowed = {
        "active": Q(is_active=True),
        "disabled": Q(is_active=False),
        "first_password": Q(is_active=True, must_change_password=True),
        "administrator": ~Q(admin_role=""),
    }
    return found.filter(narrowed[state]) if state in narrowed else found


def open_sessions(user: User) -> int:
    """How many sessions of `user` are not over yet."""
    return UserSession.objects.filter(user_number=user.pk, expire_date__gt=timezone.now()).count()


def locked_badge_nos(now: datetime | None = None) -> set[str]:
    """The badge numbers, known or not, that cannot sign in from some address at the moment."""
    since = (now or timezone.now()) - timedelta(hours=settings.AXES_COOLOFF_TIME)
    rows = (
        AccessAttempt.objects.filter(attempt_time__gt=since)
        .values("username", "ip_address")
        .annotate(tries=Sum("failures_since_start"))
        .filter(tries__gte=settings.AXES_FAILURE_LIMIT)
        .values_list("username", flat=True)
    )
    return {(name or "").removesuffix(CODE_SUFFIX) for name in rows}


def locked_accounts() -> QuerySet[User]:
    """The existing accounts among `locked_badge_nos`."""
    return User.objects.filter(badge_no__in=locked_badge_nos()).order_by("badge_no")

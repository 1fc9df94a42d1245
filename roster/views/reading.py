"""Officers behind a page: found or refused, and every reading written down before the page is sent."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse

from police_hr.core import audit
from police_hr.core.access import Viewer
from police_hr.core.errors import too_many, unavailable
from police_hr.core.models import User
from police_hr.core.roles import Permission
from roster.access import classes_for
from roster.models import Officer
from roster.selectors.officers import officer_for
from roster.views.budget import Verdict, budget

log = logging.getLogger(__name__)


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer that the middleware set."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def officer_or_refuse(request: HttpRequest, pk: int, permission: Permission = Permission.OFFICER_VIEW) -> Officer:
    """The officer, or 404 where they lie outside the viewer's units, or 403 where the viewer may open nobody."""
    viewer = viewer_of(request)
    officer = officer_for(viewer, pk, permission)
    if officer is None:
        raise Http404 if viewer.has(permission) else PermissionDenied
    return officer


def written_down(request: HttpRequest, *, action: str, officer: Officer, **event: Any) -> HttpResponse | None:
    """Record that this is read, with the classes that are open to the reader where the caller does not say which are
    shown (`details["classes"]`). None where it is; else the page to send in place of the one that was asked for:
    503 where it could not be written down, 429 where the account opened very many dossiers within the hour."""
    event = {"object_type": "officer", "object_id": officer.pk, **event}
    viewer = viewer_of(request)
    event["details"] = {"classes": classes_read(viewer, officer), **event.get("details", {})}
    if viewer.officer_id == officer.pk:
        event["details"]["own"] = True
    elif viewer.user is not None and (stopped := _too_many(request, viewer.user, officer)):
        return stopped
    try:
        audit.record_read(request, action=action, officer_id=officer.pk, **event)
    except DatabaseError:
        log.exception("A reading could not be written down; the page is not sent.")
        return unavailable(request)
    return None


def classes_read(viewer: Viewer, officer: Officer) -> list[int]:
    """The classes that a page about `officer` may show to `viewer`. One's own entries may be of any."""
    own = viewer.officer_id == officer.pk
    return [1, 2, 3, 4] if own else sorted(classes_for(viewer, officer)["open"])


def _too_many(request: HttpRequest, user: User, officer: Officer) -> HttpResponse | None:
    """The page that says to stop, after very many dossiers in an hour; many are told to the auditor only."""
    verdict = budget.verdict(user.pk, officer.pk)
    if verdict is Verdict.FINE:
        return None
    if budget.is_news(user.pk, verdict):
        with transaction.atomic():
            limit = settings.DOSSIERS_AN_HOUR if verdict is Verdict.STOP else settings.DOSSIERS_AN_HOUR_WARN
            audit.record(
                by=user, action=f"reading.{verdict}", object_type="user", object_id=user.pk,
                details={"dossiers": limit, "minutes": 60}, request=request,
            )  # fmt: skip
    return too_many(request) if verdict is Verdict.STOP else None

"""Officers behind a page: found or refused, and every reading written down before the page is sent."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from police_hr.core import audit
from police_hr.core.access import Viewer
from police_hr.core.duty import is_off_duty
from police_hr.core.errors import too_many, unavailable
from police_hr.core.models import User
from police_hr.core.roles import Permission
from roster.access import classes_for
from roster.models import Officer
from roster.selectors.officers import officer_for
from roster.views import duty
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
    """Record that this is read, marked where it is a colleague of the reader's own unit or out of hours, with the
    classes that are open to the reader where the caller does not say which are shown (`details["classes"]`).

    None where it is written; else the page to send in place of the one that was asked for: 503 where it could not be
    written down, 429 where the account opened very many dossiers within the hour, the question what for where it is
    out of hours and was not answered yet.
    """
    event = {"object_type": "officer", "object_id": officer.pk, **event}
    viewer = viewer_of(request)
    event["details"] = {"classes": classes_read(viewer, officer), **event.get("details", {})}
    if viewer.officer_id == officer.pk:
        event["details"]["own"] = True
    elif is_off_duty() and not (event.get("purpose") or duty.purpose_of(request)):
        return _ask_purpose(request, officer)
    elif viewer.user is not None and (stopped := _too_many(request, viewer.user, officer)):
        return stopped
    if _is_peer(request, viewer, officer):
        event["details"]["peer"] = True
    if is_off_duty():
        event["purpose"] = event.get("purpose") or duty.purpose_of(request)
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


def _is_peer(request: HttpRequest, viewer: Viewer, officer: Officer) -> bool:
    """Whether the dossier is that of somebody in the unit of the reader's own dossier, which is read once a session."""
    if viewer.officer_id is None or viewer.officer_id == officer.pk:
        return False
    if duty.OWN_UNIT not in request.session:
        own = Officer.objects.filter(pk=viewer.officer_id).values_list("unit", flat=True).first()
        request.session[duty.OWN_UNIT] = own
    return officer.unit_id is not None and officer.unit_id == request.session[duty.OWN_UNIT]


def _ask_purpose(request: HttpRequest, officer: Officer) -> HttpResponse:
    """To the question what for; from there back to what was asked for, or to the dossier where that was an act."""
    back = request.get_full_path() if request.method == "GET" else reverse("roster:officer-detail", args=[officer.pk])
    htmx = request.htmx  # type: ignore[attr-defined]
    if htmx:
        back = htmx.current_url_abs_path or back
    where = f"{reverse('roster:reading-purpose')}?{urlencode({'next': back})}"
    return HttpResponseClientRedirect(where) if htmx else HttpResponseRedirect(where)


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

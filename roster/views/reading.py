"""Officers behind a page: found or refused, and every reading written down before the page is sent."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse

from police_hr.core import audit
from police_hr.core.access import Viewer
from police_hr.core.errors import unavailable
from police_hr.core.roles import Permission
from roster.models import Officer
from roster.selectors.officers import officer_for

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
    """Record that this is read. None where it is; else the page to send in place of the one that was asked for."""
    event = {"object_type": "officer", "object_id": officer.pk, **event}
    try:
        audit.record_read(request, action=action, officer_id=officer.pk, **event)
    except DatabaseError:
        log.exception("A reading could not be written down; the page is not sent.")
        return unavailable(request)
    return None

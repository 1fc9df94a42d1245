"""What the pages of index models ask before they do anything."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from scoring.models import IndexModelVersion
from scoring.selectors.models import decides_for_all, version_for


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer that the middleware set."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def version_or_404(request: HttpRequest, code: str, number: int) -> IndexModelVersion:
    version = version_for(viewer_of(request), code, number)
    if version is None:
        raise Http404
    return version


def refuse_parts(request: HttpRequest, permission: Permission) -> None:
    """A model scores the whole force: who may act for a part of it only is refused."""
    if not decides_for_all(viewer_of(request), permission):
        raise PermissionDenied

"""Middleware: the request's identity, its viewer, and the enforcement of declared access."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from police_hr.core.access import Viewer, access_of, viewer_for
from police_hr.core.audit import NotWrittenError
from police_hr.core.errors import unavailable
from police_hr.core.services.sign_in import open_step

Next = Callable[[HttpRequest], HttpResponse]
USE_NOTED_EVERY = 60  # seconds
log = logging.getLogger(__name__)


class RequestIdentity:
    """Gives each request a number that error pages, logs and audit rows share; refuses NUL bytes."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = uuid.uuid4().hex[:12]  # type: ignore[attr-defined]
        if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path:
            return HttpResponse(status=400)
        response = self.get_response(request)
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        if request.path.startswith("/static/"):
            return response
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class ViewerMiddleware:
    """Sets `request.viewer`, read lazily and once."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(lambda: _viewer(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _viewer(request: HttpRequest) -> Viewer:
    if not request.user.is_authenticated:
        return Viewer(user=None)
    now = time.time()
    opened = request.session.get("opened", {})
    live = frozenset(
        (int(officer), int(number))
        for key, until in opened.items()
        for officer, number in [key.split(":")]
        if until > now
    )
    return viewer_for(request.user, opened=live)


class AccessMiddleware:
    """Lets a request through to its view only if it meets what the view declares.

    Not signed in: to the sign-in page (401 for the API). First password or one-time code still due:
    to that step. Permission missing: 403. A view that declares nothing is refused.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        declared = access_of(view)
        if declared is None:
            raise PermissionDenied
        if declared.public:
            return None
        if not request.user.is_authenticated or _ended(request):
            return _sign_in_first(request)
        if declared.half_signed_in:
            return None
        step = open_step(request)
        if step:
            return _elsewhere(request, reverse(step), "Finish signing in first.")
        needed = declared.needed(request.method or "GET")
        if needed is not None and not request.viewer.has(needed):  # type: ignore[attr-defined]
            raise PermissionDenied
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What could not be written down was not done and is not sent. It is no fault of the page: try again later."""
        if not isinstance(exception, NotWrittenError):
            return None
        log.error("The audit trail takes no row; nothing was done or sent.", exc_info=exception)
        if request.path.startswith("/api/"):
            return JsonResponse(
                {"detail": "This could not be written down, so nothing was done. Try again later."}, status=503
            )
        return unavailable(request)


def _ended(request: HttpRequest) -> bool:
    """Ends a session unused for too long, or older than any session may grow, however busy.

    Polling (X-Polling) does not count as use and is not exempt: a page left open on a wall signs out.
    """
    now = int(time.time())
    session = request.session
    last, began = session.get("last_used", now), session.get("signed_in_at", now)
    if now - last > settings.SESSION_IDLE_SECONDS or now - began > settings.SESSION_ABSOLUTE_SECONDS:
        logout(request)
        return True
    if "signed_in_at" not in session:
        session["signed_in_at"] = now
    # Once a minute is exact enough, and spares a write for each page.
    if "last_used" not in session or (now - last >= USE_NOTED_EVERY and "X-Polling" not in request.headers):
        session["last_used"] = now
    return False


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    # What is behind a fragment or a form sent too late is no place to return to; the page around it is.
    page = request.get_full_path() if request.method == "GET" else ""
    if request.htmx:  # type: ignore[attr-defined]
        page = request.htmx.current_url_abs_path or ""  # type: ignore[attr-defined]
    where = reverse(settings.LOGIN_URL)
    return _elsewhere(request, f"{where}?{urlencode({'next': page})}" if page else where, "Sign in first.")


def _elsewhere(request: HttpRequest, where: str, detail: str) -> HttpResponse:
    """Send the whole page to `where`; the API gets 401 and is not sent anywhere."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": detail}, status=401)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(where)
    return redirect(where)

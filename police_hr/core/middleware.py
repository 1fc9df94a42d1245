"""Middleware: the request's identity, its viewer, and the enforcement of declared access."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from police_hr.core.access import Viewer, access_of, viewer_for

Next = Callable[[HttpRequest], HttpResponse]


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
        is_api = request.path.startswith("/api/")
        if not request.user.is_authenticated or self._idle_too_long(request):
            if is_api:
                return JsonResponse({"detail": "Sign in first."}, status=401)
            return redirect_to_login(request.get_full_path())
        if declared.half_signed_in:
            return None
        step = self._open_step(request)
        if step:
            return JsonResponse({"detail": "Finish signing in first."}, status=401) if is_api else redirect(step)
        needed = declared.needed(request.method or "GET")
        if needed is not None and not request.viewer.has(needed):  # type: ignore[attr-defined]
            raise PermissionDenied
        return None

    def _idle_too_long(self, request: HttpRequest) -> bool:
        """Ends a session unused for too long. Polling (X-Polling) neither counts as use nor is exempt."""
        now = int(time.time())
        last = request.session.get("last_used", now)
        if now - last > settings.SESSION_IDLE_SECONDS:
            logout(request)
            return True
        if ("X-Polling" not in request.headers and now - last >= 60) or "last_used" not in request.session:
            request.session["last_used"] = now
        return False

    def _open_step(self, request: HttpRequest) -> str | None:
        user = request.user
        if user.must_change_password:  # type: ignore[union-attr]
            return "core:password-change"
        if user.needs_one_time_code and not user.is_verified():  # type: ignore[union-attr]
            return "core:totp-setup" if not user.has_one_time_code else "core:sign-in-code"  # type: ignore[union-attr]
        return None

"""The two switches of the frame: language and theme. For everybody, before and after sign-in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from police_hr.core.access import access
from police_hr.core.models import User
from police_hr.core.navigation import go
from police_hr.core.services import accounts

YEAR = 365 * 24 * 3600
THEMES = ("light", "dark")


@access(public=True)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Set the language cookie and remember the choice for the account."""
    response = go(request, request.POST.get("next", ""))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, chosen)
        if isinstance(request.user, User):
            accounts.set_language(user=request.user, language=chosen)
    return response


@access(public=True)
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Set the theme cookie, which the server reads, so that no page flashes."""
    response = go(request, request.POST.get("next", ""))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        _keep(response, "theme", chosen)
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True)

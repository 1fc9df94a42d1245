"""Signing in and out: badge number and password, then the one-time code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import segno
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from police_hr.core.access import access
from police_hr.core.forms.sign_in import BackupCodeStep, CodeStep, PasswordChange, PasswordStep
from police_hr.core.models import User
from police_hr.core.navigation import go, is_own_address
from police_hr.core.panels import registry
from police_hr.core.services import accounts, one_time_code
from police_hr.core.services import sign_in as service

NEXT = "next"  # where the person wanted to go, kept in the session between the steps
NEW_KEY = "totp_key"  # the secret shown as a picture, until a first code proves that it was taken over


def signed_in(request: HttpRequest) -> User:
    """The account of a request that `@access` let through."""
    if not isinstance(request.user, User):
        raise TypeError("This view is for accounts only; its @access must not be public.")
    return request.user


@access(public=True)
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """First step. The same words, the same count and the same time for every kind of wrong."""
    wanted = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    if request.method == "GET" and service.open_step(request) is None:
        return go(request, wanted)
    form = PasswordStep(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = service.give_password(request, **form.cleaned_data)
        if isinstance(outcome, User):
            request.session[NEXT] = wanted if is_own_address(request, wanted) else ""
            response = _onward(request)
            return _remember_language(response, outcome.language) if outcome.language else response
        words = ngettext(
            "Badge number or password is wrong. %(count)s try left.",
            "Badge number or password is wrong. %(count)s tries left.",
            outcome.tries_left,
        )
        form.add_error(None, words % {"count": outcome.tries_left})
    return render(request, "registration/login.html", {"form": form, NEXT: wanted} | _notes())


@access(public=True)
@require_safe
def sign_in_progress(request: HttpRequest) -> HttpResponse:
    """How far the demonstration force is built, for the sign-in page to ask each second."""
    notes = _notes()
    if not notes.get("demo_job"):
        raise Http404
    return render(request, "registration/_demo_progress.html", notes)


@access(half_signed_in=True)
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Second step, for accounts with a one-time code. `?backup` asks for a code from paper instead."""
    if service.open_step(request) != "core:sign-in-code":
        return _onward(request)
    user = signed_in(request)
    by_paper = "backup" in request.GET
    form = (BackupCodeStep if by_paper else CodeStep)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refused = service.give_code(request, user=user, code=form.cleaned_data["code"])
        if refused is None:
            return _onward(request)
        words = ngettext(
            "The code is wrong or was used already. %(count)s try left.",
            "The code is wrong or was used already. %(count)s tries left.",
            refused.tries_left,
        )
        form.add_error(None, words % {"count": refused.tries_left})
    template = "registration/backup_code.html" if by_paper else "registration/totp.html"
    return render(request, template, {"form": form, "badge_no": user.badge_no})


@access(half_signed_in=True)
@require_http_methods(["GET", "POST"])
def totp_setup(request: HttpRequest) -> HttpResponse:
    """Tie an authenticator to the account: forced for administrators, free for everybody else."""
    if service.open_step(request) not in {None, "core:totp-setup"}:
        return _onward(request)
    user = signed_in(request)
    if user.has_one_time_code:  # replaced only after it was taken away, with the password or by another person
        return redirect("core:account")
    key = request.session.setdefault(NEW_KEY, one_time_code.new_key())
    form = CodeStep(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = one_time_code.set_up(user=user, key=key, code=form.cleaned_data["code"], request=request)
        if made is not None:
            device, codes = made
            del request.session[NEW_KEY]
            one_time_code.mark_verified(request, device)
            return render(request, "registration/backup_codes.html", {"codes": codes, "next_url": _next_of(request)})
        form.add_error(None, _("This code does not fit the key. Check the clock of the phone."))
    picture = segno.make(one_time_code.address_of(user=user, key=key), error="m")
    context = {
        "form": form,
        "qr_uri": picture.svg_data_uri(scale=4, border=1),
        "secret": one_time_code.readable_key(key),
        "forced": user.needs_one_time_code,
    }
    return render(request, "registration/totp_setup.html", context)


@access(half_signed_in=True)
@require_http_methods(["GET", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """A new password of one's own choice. All other sessions of the account end."""
    if service.open_step(request) not in {None, "core:password-change"}:
        return _onward(request)
    user = signed_in(request)
    first = user.must_change_password
    form = PasswordChange(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        accounts.change_password(
            user=user,
            password=form.cleaned_data["new_password"],
            keep_session=request.session.session_key or "",
            request=request,
        )
        update_session_auth_hash(request, user)  # cycles the session's key as well
        return _onward(request) if first else redirect("core:account")
    return render(request, "registration/password_change.html", {"form": form, "first": first})


@access(half_signed_in=True)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    service.sign_out(request)
    return redirect("core:sign-in")


def locked_out(
    request: HttpRequest, original: HttpResponse | None = None, credentials: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Our page in place of django-axes' own (AXES_LOCKOUT_CALLABLE)."""
    return render(request, "registration/locked.html", status=429)


def _next_of(request: HttpRequest) -> str:
    wanted = request.session.get(NEXT, "")
    return wanted if is_own_address(request, wanted) else "/"


def _onward(request: HttpRequest) -> HttpResponse:
    """To the step still open, or else to where the person wanted to go."""
    step = service.open_step(request)
    return redirect(step) if step else go(request, request.session.pop(NEXT, ""))


def _remember_language(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _notes() -> dict[str, Any]:
    """What a demonstration installation adds to the sign-in page; nothing anywhere else."""
    if not settings.DEMO or registry.sign_in_notes is None:
        return {}
    return dict(registry.sign_in_notes())

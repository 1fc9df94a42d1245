"""One's own account: roles and what they mean, password, one-time code, sessions."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from police_hr.core.access import Viewer, access
from police_hr.core.forms.sign_in import PresentPassword
from police_hr.core.roles import ROLES
from police_hr.core.selectors import accounts as selectors
from police_hr.core.services import accounts, one_time_code
from police_hr.core.views.sign_in import signed_in


@access(signed_in=True)
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    context = {
        "roles": _roles(viewer),
        "sessions": selectors.open_sessions(user),
        "backup_codes_left": one_time_code.backup_codes_left(user) if user.has_one_time_code else None,
    }
    return render(request, "registration/account.html", context)


@access(signed_in=True)
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    ended = accounts.end_sessions(
        user=signed_in(request), keep=request.session.session_key or "", by=signed_in(request), request=request
    )
    words = ngettext("%(count)s other session was ended.", "%(count)s other sessions were ended.", ended)
    messages.success(request, words % {"count": ended})
    return redirect("core:account")


@access(signed_in=True)
@require_http_methods(["GET", "POST"])
def backup_codes(request: HttpRequest) -> HttpResponse:
    """Ten new backup codes, after the password was given once more. Shown once."""
    user = signed_in(request)
    if not user.has_one_time_code:
        return redirect("core:account")
    form = PresentPassword(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = one_time_code.renew_backup_codes(user=user, by=user, request=request)
        return render(request, "registration/backup_codes.html", {"codes": codes, "next_url": ""})
    context = {"form": form, "title": _("New backup codes"), "lead": _("The old ones are void at once.")}
    return render(request, "registration/confirm_password.html", context)


@access(signed_in=True)
@require_http_methods(["GET", "POST"])
def totp_remove(request: HttpRequest) -> HttpResponse:
    """Give up the one-time code. Administrators cannot: theirs is reset by the security administrator."""
    user = signed_in(request)
    if not user.has_one_time_code or user.admin_role:
        return redirect("core:account")
    form = PresentPassword(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        one_time_code.forget(user=user, by=user, request=request)
        messages.success(request, _("You now sign in with your password alone."))
        return redirect("core:account")
    context = {
        "form": form,
        "title": _("Remove the one-time code"),
        "lead": _("Your account is then protected by its password alone."),
    }
    return render(request, "registration/confirm_password.html", context)


def _roles(viewer: Viewer) -> list[dict[str, str]]:
    """Each role held with its description, once for each unit it holds over."""
    rows = [
        {"label": grant.role.label, "description": grant.role.about, "unit": grant.unit_label}
        for grant in sorted(viewer.grants, key=lambda grant: (list(ROLES).index(grant.role.code), grant.unit_path))
    ]
    if viewer.user is not None and viewer.user.admin_role:
        role = ROLES[viewer.user.admin_role]
        rows.insert(0, {"label": role.label, "description": role.about, "unit": ""})
    return rows

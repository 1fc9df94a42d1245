"""Accounts, for the system administrator; unlocking and lost phones, for the security administrator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from police_hr.core.access import access
from police_hr.core.components import Choice
from police_hr.core.forms.accounts import AccountForm, AdminRoleForm, ReasonForm
from police_hr.core.models import User
from police_hr.core.navigation import go
from police_hr.core.roles import ROLES, Permission
from police_hr.core.selectors import accounts as selectors
from police_hr.core.services import accounts, one_time_code
from police_hr.core.views.sign_in import signed_in

ROWS = 50


@access(Permission.USER_MANAGE)
@require_safe
def user_list(request: HttpRequest) -> HttpResponse:
    text, state = request.GET.get("q", "").strip()[:60], request.GET.get("state", "")
    page = Paginator(selectors.accounts(text=text, state=state), ROWS).get_page(request.GET.get("page"))
    words = {
        "": _("all"),
        "active": _("active"),
        "disabled": _("disabled"),
        "first_password": _("first password"),
        "administrator": _("administrators"),
    }
    choices = [Choice(word, code, None, state == code, f"?state={code}") for code, word in words.items()]
    rows = [{"user": user, "admin_role": _role_label(user)} for user in page]
    context = {"rows": rows, "page": page, "choices": choices, "q": text, "state": state}
    return render(request, "core/user_list.html", context | {"locked": selectors.locked_badge_nos()})


@access(Permission.USER_MANAGE)
@require_http_methods(["GET", "POST"])
def user_create(request: HttpRequest) -> HttpResponse:
    """Open an account. Its initial password is shown in this one answer and is stored nowhere."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user, password = accounts.create_account(by=signed_in(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return render(request, "core/user_password.html", {"account": user, "password": password, "new": True})
    return render(request, "core/user_form.html", {"form": form})


@access(Permission.USER_MANAGE)
@require_safe
def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(User, pk=pk)
    context: dict[str, Any] = {
        "account": account,
        "admin_role": _role_label(account),
        "sessions": selectors.open_sessions(account),
        "locked": account.badge_no in selectors.locked_badge_nos(),
        "is_self": account == request.user,
        "role_form": AdminRoleForm(initial={"admin_role": account.admin_role}),
    }
    return render(request, "core/user_detail.html", context)


@access(Permission.USER_MANAGE)
@require_POST
def user_disable(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, accounts.disable, _("The account is closed, its sessions have ended."))


@access(Permission.USER_MANAGE)
@require_POST
def user_enable(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, accounts.enable, _("The account is open again."))


@access(Permission.USER_MANAGE)
@require_POST
def user_end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, accounts.end_sessions, _("All sessions of the account have ended."))


@access(Permission.USER_MANAGE)
@require_POST
def user_admin_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the account one of the three administrators, or none."""
    form = AdminRoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("There is no such administrator role."))
        return redirect("core:user-detail", pk=pk)
    return _done(
        request,
        pk,
        lambda *, user, by: accounts.set_admin_role(user=user, admin_role=form.cleaned_data["admin_role"], by=by),
        _("The administrator role is set, the account's sessions have ended."),
    )


@access(Permission.USER_MANAGE)
@require_POST
def user_reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new initial password, shown in this one answer."""
    account = get_object_or_404(User, pk=pk)
    try:
        password = accounts.reset_password(user=account, by=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("core:user-detail", pk=pk)
    return render(request, "core/user_password.html", {"account": account, "password": password, "new": False})


@access(Permission.GRANT_MANAGE)
@require_POST
def user_unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an account that tried too often sign in at once."""
    account = get_object_or_404(User, pk=pk)
    accounts.unlock(user=account, by=signed_in(request))
    messages.success(request, _("The account is unlocked."))
    return go(request, request.POST.get("next", ""))


@access(Permission.GRANT_MANAGE)
@require_POST
def user_forget_code(request: HttpRequest, pk: int) -> HttpResponse:
    """A lost phone: take authenticator and backup codes away, with the reason, and end the sessions."""
    account = get_object_or_404(User, pk=pk)
    form = ReasonForm(request.POST)
    by = signed_in(request)
    if account == by or not form.is_valid():
        messages.error(request, _("Give a reason. One's own code is reset by another security administrator."))
    else:
        one_time_code.forget(user=account, by=by, reason=form.cleaned_data["reason"], request=request)
        accounts.end_sessions(user=account, by=by, request=request)
        messages.success(request, _("The one-time code is reset, the account's sessions have ended."))
    return go(request, request.POST.get("next", ""))


def _done(request: HttpRequest, pk: int, act: Callable[..., object], words: str) -> HttpResponse:
    """Do `act(user=, by=)` to the account and go back to it, with what came of it in words."""
    account = get_object_or_404(User, pk=pk)
    try:
        act(user=account, by=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, words)
    return redirect("core:user-detail", pk=pk)


def _role_label(user: User) -> str:
    return ROLES[user.admin_role].label if user.admin_role else ""

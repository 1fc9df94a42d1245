"""Roles over units, given and withdrawn by the security administrator."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from police_hr.core.access import access
from police_hr.core.forms.accounts import ReasonForm
from police_hr.core.models import User
from police_hr.core.numbers import whole_number
from police_hr.core.roles import ROLES, UNIT_ROLES, Permission
from police_hr.core.selectors import accounts
from police_hr.core.views.sign_in import signed_in
from roster.access import grant_role, withdraw_role
from roster.forms.grants import GrantForm
from roster.models import GrantNotice, Unit
from roster.selectors import grants as selectors
from roster.services.moves.accounts import settle_notice

ROWS = 50
NOTICES = 30


@access(Permission.GRANT_MANAGE)
@require_safe
def grant_list(request: HttpRequest) -> HttpResponse:
    """Accounts and how many roles each holds, narrowed by name and role."""
    text, role = request.GET.get("q", "").strip()[:60], request.GET.get("role", "")
    role = role if role in UNIT_ROLES or role == selectors.NO_ROLE else ""
    found = selectors.accounts_with_grants(text=text, role=role)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "q": text,
        "role": role,
        "no_role": selectors.NO_ROLE,
        "roles": [ROLES[code] for code in UNIT_ROLES],
        "locked": accounts.locked_badge_nos(),
        "notices": selectors.open_notices()[:NOTICES],
    }
    return render(request, "roster/grant_list.html", context)


@access(Permission.GRANT_MANAGE)
@require_POST
def notice_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a notice about an account's roles has been looked at."""
    settle_notice(notice=get_object_or_404(GrantNotice, pk=pk), by=signed_in(request))
    messages.success(request, _("Settled."))
    return redirect("roster:grant-list")


@access(Permission.GRANT_MANAGE)
@require_http_methods(["GET", "POST"])
def grant_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One account's roles; POST gives one more."""
    account = get_object_or_404(User, pk=pk)
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            grant_role(
                user=account, role=form.cleaned_data["role"], unit=form.cleaned_data["unit"], by=signed_in(request)
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The role is given."))
            return redirect("roster:grant-detail", pk=pk)
    context: dict[str, Any] = {
        "account": account,
        "grants": selectors.grants_held(account),
        "form": None if account.admin_role else form,
        "units": selectors.unit_choices(),
        "locked": account.badge_no in accounts.locked_badge_nos(),
        "reason_form": ReasonForm(),
    }
    return render(request, "roster/grant_detail.html", context)


@access(Permission.GRANT_MANAGE)
@require_POST
def grant_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one role over one unit away."""
    account = get_object_or_404(User, pk=pk, admin_role="")
    unit = get_object_or_404(Unit, pk=whole_number(request.POST.get("unit", "")))
    role = request.POST.get("role", "")
    if role in UNIT_ROLES:
        withdraw_role(user=account, role=role, unit=unit, by=signed_in(request))
        messages.success(request, _("The role is withdrawn, the account's sessions have ended."))
    return redirect("roster:grant-detail", pk=pk)

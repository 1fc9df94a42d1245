"""Requests to see materials: asking, deciding, giving back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from police_hr.core.access import access
from police_hr.core.numbers import whole_number
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.forms.materials import AccessForm, DecisionForm
from roster.models import Material, MaterialAccess, Officer
from roster.selectors import categories as ten
from roster.selectors import material_access as selectors
from roster.selectors import materials as material_selectors
from roster.selectors.kin_bar import bar_between
from roster.services import material_access as services
from roster.views.materials import show_errors, tab_url
from roster.views.reading import officer_or_refuse, viewer_of

MOST_NAMED = 50


@access(Permission.MATERIAL_VIEW)
@require_http_methods(["GET", "POST"])
def access_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to read, borrow or copy: categories, or the materials named by `m` in the address."""
    officer = officer_or_refuse(request, pk, Permission.MATERIAL_VIEW)
    viewer = viewer_of(request)
    if bar_between(viewer.user, officer) is not None:
        raise PermissionDenied
    named = _named(request, officer)
    held = material_selectors.counts_by_category(viewer, officer)
    offered = [
        (code, f"{category.ordinal} {category.label} ({held[code]})")
        for code, category in ten.categories().items()
        if held.get(code)
    ]
    form = AccessForm(request.POST or None, offered=offered, initial={"categories": request.GET.getlist("category")})
    if form.is_valid():
        by = signed_in(request)
        data = form.cleaned_data
        try:
            found = services.request_access(
                officer=officer, kind=data["kind"], reason=data["reason"], ends_on=data["ends_on"],
                categories_wanted=data["categories"], materials=named, key=f"{by.pk}:{data['token']}", by=by,
            )  # fmt: skip
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Asked for. You are told here once it is decided."))
            return redirect("roster:material-access", pk=found.pk)
    context = {"officer": officer, "form": form, "named": named, "offered": offered, "tab_url": tab_url(officer)}
    return render(request, "roster/material_request.html", context)


@access(Permission.MATERIAL_VIEW)
@require_safe
def access_list(request: HttpRequest) -> HttpResponse:
    """One's own requests; those one decides; paper that is out."""
    viewer = viewer_of(request)
    context: dict[str, Any] = {"own": selectors.own_requests(viewer)[: selectors.LISTED]}
    if viewer.has(Permission.MATERIAL_DECIDE):
        context["to_decide"] = selectors.to_decide(viewer)[: selectors.LISTED]
    if viewer.has(Permission.MATERIAL_EDIT):
        context["lent"] = selectors.lent_out(viewer)[: selectors.LISTED]
    return render(request, "roster/material_access_list.html", context)


@access(Permission.MATERIAL_VIEW)
@require_safe
def access_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what, why, until when, what was decided; the buttons of whoever looks."""
    found = _access_or_404(request, pk)
    return render(request, "roster/material_access.html", _context(request, found, DecisionForm()))


@access(Permission.MATERIAL_DECIDE)
@require_POST
def access_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or refuse, as the second person."""
    found = _access_or_404(request, pk)
    form = DecisionForm(request.POST)
    if form.is_valid():
        approve = request.POST.get("decision") == "approve"
        try:
            services.decide_access(access=found, approve=approve, note=form.cleaned_data["note"], by=signed_in(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Approved.") if approve else _("Refused."))
            return redirect("roster:material-access", pk=pk)
    return render(request, "roster/material_access.html", _context(request, found, form))


@access(Permission.MATERIAL_VIEW)
@require_POST
def access_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a waiting request back, end a running one, or receive borrowed paper."""
    found = _access_or_404(request, pk)
    act = services.withdraw_access if found.state == MaterialAccess.State.WAITING else services.return_access
    try:
        act(access=found, by=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Ended."))
    return redirect("roster:material-access", pk=pk)


# --- steps ----------------------------------------------------------------------------------------------------


def _access_or_404(request: HttpRequest, pk: int) -> MaterialAccess:
    found = selectors.access_for(viewer_of(request), pk)
    if found is None:
        raise Http404
    return found


def _named(request: HttpRequest, officer: Officer) -> list[Material]:
    numbers = [number for text in request.GET.getlist("m")[:MOST_NAMED] if (number := whole_number(text)) is not None]
    viewer = viewer_of(request)
    running = material_selectors.running_accesses(viewer, officer) if numbers else []
    rows = Material.objects.filter(pk__in=numbers, officer=officer, is_current=True, withdrawn_at=None)
    return [row for row in rows if material_selectors.may_see_title(viewer, row, running)]


def _context(request: HttpRequest, found: MaterialAccess, form: DecisionForm) -> dict[str, Any]:
    viewer = viewer_of(request)
    own = viewer.user is not None and viewer.user.pk == found.requested_by_id
    waiting = found.state == MaterialAccess.State.WAITING
    out = found.state == MaterialAccess.State.APPROVED and found.returned_at is None
    path = found.officer.unit.path if found.officer.unit_id and found.officer.unit else ""
    keeps = viewer.covers(Permission.MATERIAL_EDIT, path)
    borrowed = found.kind == MaterialAccess.Kind.BORROW
    return {
        "access": found,
        "officer": found.officer,
        "form": form,
        "wanted": selectors.wording(found),
        "tab_url": tab_url(found.officer),
        "is_own": own,
        "may_decide": waiting and not services.bar_of_decision(found, viewer),
        "may_take_back": waiting and own,
        "may_end": out and (keeps and not own if borrowed else own),
        "readable": _readable(found) if own and found.runs else [],
    }


def _readable(found: MaterialAccess) -> list[Material]:
    """The scans that a running request opens."""
    rows = Material.objects.filter(officer=found.officer, is_current=True, withdrawn_at=None).exclude(file="")
    return [row for row in rows.order_by("category", "number") if material_selectors.covered([found], row)]

"""The own index, objections to it, and their answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from police_hr.core.access import access
from police_hr.core.components import Choice
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.models import Officer
from roster.selectors.officers import officer_for
from roster.views.reading import viewer_of, written_down
from scoring.forms.objections import AnswerForm, ObjectionForm
from scoring.models import Objection
from scoring.selectors import objections as selectors
from scoring.selectors.visibility import sees_points
from scoring.services import objections as services

LISTED = 30
TIER = "tier"


@access(Permission.OWN_VIEW)
@require_safe
def own_index(request: HttpRequest) -> HttpResponse:
    """One's own tier and lines, each with its last day for an objection."""
    officer = _own_officer(request)
    refused = written_down(request, action="index.explain", officer=officer, details={"page": "own"})
    if refused:
        return refused
    own = selectors.own_index(viewer_of(request), officer)
    return render(request, "scoring/own_index.html", {"own": own, "officer": officer})


@access(Permission.OWN_VIEW)
@require_http_methods(["GET", "POST"])
def objection_new(request: HttpRequest, about: str) -> HttpResponse:
    """Object to the own line on a ledger entry (its number), or to the own tier ("tier")."""
    officer = _own_officer(request)
    own = selectors.own_index(viewer_of(request), officer)
    number = int(about) if about.isascii() and about.isdigit() and len(about) < 16 else None
    line = selectors.line_of(own, number) if number is not None else None
    if line is None and not (about == TIER and own.period is not None):
        raise Http404
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        filed: dict[str, Any] = {**form.cleaned_data, "officer": officer, "by": signed_in(request)}
        try:
            made = (
                services.object_to_line(entry_id=line.entry_id, **filed) if line else services.object_to_tier(**filed)
            )
        except ValidationError as error:
            form.add_error(None, error.messages[0])
        else:
            messages.success(request, _("Your objection is filed. You are told when it is answered."))
            return redirect(made.address)
    context = {"own": own, "line": line, "form": form, "officer": officer}
    return render(request, "scoring/objection_new.html", context, status=400 if form.errors else 200)


@access(Permission.OBJECTION_DECIDE)
@require_safe
def objection_list(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, due first; what was answered."""
    heaps = selectors.heaps(viewer_of(request))
    labels = {"open": _("To be answered"), "answered": _("Answered")}
    tab = request.GET.get("tab", "open")
    if tab not in heaps:
        raise Http404
    tabs = [
        Choice(labels[code], code, rows.order_by().count(), code == tab, f"?tab={code}") for code, rows in heaps.items()
    ]
    page = Paginator(heaps[tab], LISTED).get_page(request.GET.get("page"))
    context = {"tab": tab, "tabs": tabs, "page": page, "rows": selectors.listed(list(page))}
    return render(request, "scoring/objection_list.html", context)


@access(Permission.OWN_VIEW)
@require_safe
def objection_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection: the line as it stood, why it is wrong, the answer."""
    return _detail(request, pk, None)


@access(Permission.OBJECTION_DECIDE)
@require_POST
def objection_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Uphold or refuse."""
    objection = _objection_or_404(request, pk)
    form = AnswerForm(request.POST, remedies=services.remedies(objection))
    if not form.is_valid():
        return _detail(request, pk, form, status=400)
    answer, by = form.cleaned_data["answer"], signed_in(request)
    try:
        if form.cleaned_data["verdict"] == "uphold":
            done = services.uphold(objection=objection, remedy=form.cleaned_data["remedy"], answer=answer, by=by)
            messages.success(request, _("Upheld. The index is computed anew; history keeps what was."))
        else:
            done = services.refuse(objection=objection, answer=answer, by=by)
            messages.success(request, _("Refused. The officer is told."))
    except ValidationError as error:
        code = getattr(error, "code", "")
        if code == "not_yours":
            raise PermissionDenied from error
        form.add_error(None, error)
        return _detail(request, pk, form, status=409 if code == "decided" else 400)
    return redirect(done.address)


@access(Permission.OWN_VIEW)
@require_POST
def objection_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back one's own objection."""
    objection = _objection_or_404(request, pk)
    try:
        services.withdraw(objection=objection, by=signed_in(request))
    except ValidationError as error:
        if getattr(error, "code", "") == "not_yours":
            raise PermissionDenied from error
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Your objection is taken back."))
    return redirect(objection.address)


def _own_officer(request: HttpRequest) -> Officer:
    """The officer to whom the account belongs; 404 for an account that belongs to none."""
    viewer = viewer_of(request)
    officer = officer_for(viewer, viewer.officer_id) if viewer.officer_id is not None else None
    if officer is None:
        raise Http404
    return officer


def _objection_or_404(request: HttpRequest, pk: int) -> Objection:
    objection = selectors.objections_visible_to(viewer_of(request)).filter(pk=pk).first()
    if objection is None:
        raise Http404
    return objection


def _detail(request: HttpRequest, pk: int, form: AnswerForm | None, status: int = 200) -> HttpResponse:
    objection, viewer = _objection_or_404(request, pk), viewer_of(request)
    refused = written_down(
        request, action="objection.view", officer=objection.officer, object_type="objection", object_id=pk
    )
    if refused:
        return refused
    waits = objection.state == Objection.State.OPEN
    own = viewer.officer_id == objection.officer_id
    path = objection.officer.unit.path if objection.officer.unit else ""
    context = {
        "objection": objection,
        "officer": objection.officer,
        "waits": waits,
        "own": own,
        "row": selectors.listed([objection])[0],
        "refusal": selectors.refusal_to_answer(viewer, objection) if waits and not own else "",
        "form": form or AnswerForm(remedies=services.remedies(objection)),
        "points": sees_points(viewer, path),
    }
    return render(request, "scoring/objection_detail.html", context, status=status)

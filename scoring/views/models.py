"""Index models, to be read: what counts, how much, for how long, and by which formula."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from police_hr.core.access import access
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from scoring.selectors import method
from scoring.selectors.gates import OPEN, gates_of
from scoring.selectors.models import decides_for_all, had_a_hand, models_for
from scoring.selectors.preview import preview_of
from scoring.views.approvals import DayForm
from scoring.views.model_access import viewer_of


@access(Permission.MODEL_VIEW)
@require_GET
def model_list(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    may_edit = decides_for_all(viewer, Permission.MODEL_EDIT)
    return render(request, "scoring/models/list.html", {"models": models_for(viewer), "may_edit": may_edit})


@access(Permission.MODEL_VIEW)
@require_GET
def model_detail(request: HttpRequest, code: str) -> HttpResponse:
    """The version in use of a model; `version` names another. What may be done with it stands above."""
    viewer = viewer_of(request)
    found = method.model_page(code, request.GET.get("version", ""))
    if found is None:
        raise Http404
    may_edit, may_approve = (decides_for_all(viewer, p) for p in (Permission.MODEL_EDIT, Permission.MODEL_APPROVE))
    by = signed_in(request)
    context = {
        "page": found,
        "may_edit": may_edit,
        "may_approve": may_approve,
        "own_hand": had_a_hand(found.version, by),
        "preview": preview_of(viewer, found.version),
        "day_form": DayForm(initial={"active_from": timezone.localdate()}),
        "gates": gates_of(found.version) if found.version.state in OPEN else [],
    }
    return render(request, "scoring/models/detail.html", context)

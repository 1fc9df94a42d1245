"""Index models, to be read: what counts, how much, for how long, and by which formula."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from police_hr.core.access import access
from police_hr.core.roles import Permission
from scoring.selectors import method
from scoring.selectors.runs import models_with_versions


@access(Permission.MODEL_VIEW)
@require_GET
def model_list(request: HttpRequest) -> HttpResponse:
    return render(request, "scoring/model_list.html", {"models": models_with_versions()})


@access(Permission.MODEL_VIEW)
@require_GET
def model_detail(request: HttpRequest, code: str) -> HttpResponse:
    """The version in use of a model; `version` names another."""
    found = method.model_page(code, request.GET.get("version", ""))
    if found is None:
        raise Http404
    return render(request, "scoring/model_detail.html", {"page": found})

"""Taking the mask off one field: an act of its own, written down before the value is sent; the mask comes back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from police_hr.core.access import access
from police_hr.core.roles import Permission
from roster.access import classes_for
from roster.selectors import corrections, facts, masks
from roster.views.reading import officer_or_refuse, viewer_of, written_down

SECONDS = 60


@access(Permission.OWN_VIEW)
@require_http_methods(["GET", "POST"])
def officer_unmask(request: HttpRequest, pk: int, fact: str, field: str) -> HttpResponse:
    """GET: the masked field. POST: the whole value for a minute, where its class is open to the viewer."""
    officer = officer_or_refuse(request, pk)
    viewer = viewer_of(request)
    found = facts.find(viewer, officer, fact)
    mask = masks.MASKS.get(f"{found.code}.{field}") if found is not None else None
    if found is None or found.row is None or mask is None:
        raise Http404
    own = viewer.officer_id == officer.pk
    if not own and mask.sensitivity not in classes_for(viewer, officer)["open"]:
        raise PermissionDenied
    value = str(getattr(found.row, field))
    context: dict[str, Any] = {"officer": officer, "seconds": SECONDS}
    context["value"] = masks.maskable(found.code, found.number or 0, field, value, opens=True)
    if request.method == "POST":
        refused = written_down(
            request, action="officer.unmask", officer=officer, details={"fact": found.name, "field": field}
        )
        if refused:
            return refused
        context["whole"] = value
    return render(request, "roster/_maskable.html", context)


@access(Permission.OWN_VIEW)
@require_http_methods(["GET", "POST"])
def correction_unmask(request: HttpRequest, pk: int, field: str, value: str) -> HttpResponse:
    """The same for a value in a request for a correction, so that who decides sees what they decide about. GET: the
    mask. POST: the whole `old`, `now` or `new` value for a minute."""
    viewer = viewer_of(request)
    asked = corrections.request_for(viewer, pk)
    whole = corrections.whole_value(asked, field, value) if asked is not None else None
    if asked is None or whole is None:
        raise Http404
    if not corrections.is_open_to(viewer, asked):
        raise PermissionDenied
    name = f"{asked.fact}.{field}"
    context: dict[str, Any] = {"officer": asked.officer, "seconds": SECONDS}
    context["value"] = masks.maskable_in_request(name, whole, request=pk, value=value)
    if request.method == "POST":
        details = {"fact": f"{asked.fact}.{asked.fact_number or facts.NEW}", "field": field, "value": value}
        refused = written_down(
            request, action="officer.unmask", officer=asked.officer, object_type="correction", object_id=pk,
            details=details,
        )  # fmt: skip
        if refused:
            return refused
        context["whole"] = whole
    return render(request, "roster/_maskable.html", context)

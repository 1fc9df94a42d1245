"""The summary for leaders, to print: 预管理指数情况摘要."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from police_hr.core import audit
from police_hr.core.access import access
from police_hr.core.roles import Permission
from scoring.selectors import summary as selectors
from scoring.views.board import number

MOST_COPIES = 30


@access(Permission.INDEX_VIEW)
@require_GET
def summary(request: HttpRequest) -> HttpResponse:
    """One page about a unit (`unit`) and all below it, `copies` times, each with its number."""
    found = selectors.summary(request.viewer, number(request, "unit"))  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    copies = min(max(number(request, "copies") or 1, 1), MOST_COPIES)
    unit = found.board.scope.unit
    audit.record_read(
        request, action="index.summary", object_type="unit", object_id=unit.pk,
        details={"run": found.run.pk, "copies": copies},
    )  # fmt: skip
    context = {"summary": found, "copies": range(1, copies + 1), "many": copies, "most_copies": MOST_COPIES}
    return render(request, "scoring/summary.html", context)

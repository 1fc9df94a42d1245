"""The fairness panel: shares of raised tiers by groups, month by month. No person is named."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from police_hr.core import audit
from police_hr.core.access import access
from police_hr.core.roles import Permission
from roster.views.reading import viewer_of
from scoring.selectors import fairness as selectors

MONTHS = 12


@access(Permission.FAIRNESS_VIEW)
@require_safe
def fairness(request: HttpRequest) -> HttpResponse:
    """The last run of the month `month` (2026-11; default: the latest)."""
    viewer = viewer_of(request)
    runs = selectors.monthly_runs(viewer)
    wanted = request.GET.get("month", "")
    run = next((one for one in runs if not wanted or f"{one.as_of:%Y-%m}" == wanted), None)
    if run is None and wanted:
        raise Http404
    found = selectors.panel(viewer, run) if run else None
    if run is not None:
        audit.record_read(
            request, action="fairness.view", object_type="index_run", object_id=run.pk, officer_id=None,
            details={"month": f"{run.as_of:%Y-%m}"},
        )  # fmt: skip
    months = [(f"{one.as_of:%Y-%m}", one.pk == (run.pk if run else None)) for one in runs[:MONTHS]]
    return render(request, "scoring/fairness.html", {"panel": found, "months": months})

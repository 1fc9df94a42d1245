"""The own page: what the force holds about the person who is signed in, what they may dispute, who looked at it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from police_hr.core.access import access
from police_hr.core.panels import registry, visible
from police_hr.core.roles import Permission
from roster.selectors import corrections, own
from roster.selectors.axes import axes
from roster.selectors.officers import officer_for
from roster.views.reading import viewer_of, written_down

LISTED = 10


@access(Permission.OWN_VIEW)
@require_safe
def own_dossier(request: HttpRequest) -> HttpResponse:
    """One's own page; 404 for an account that belongs to no officer."""
    viewer = viewer_of(request)
    officer = officer_for(viewer, viewer.officer_id) if viewer.officer_id is not None else None
    if officer is None:
        raise Http404
    refused = written_down(request, action="officer.view", officer=officer, details={"page": "own"})
    if refused:
        return refused
    care = own.care_by_others(viewer, officer)
    panels = [
        {
            "code": panel.code,
            "title": panel.title,
            "url": reverse("roster:officer-panel", args=[officer.pk, panel.code]),
        }
        for panel in visible(registry.dossier, viewer)
        if panel.place == "own" or panel.code == "readers"
    ]
    running = own.disputable(viewer, officer)
    context = {
        "officer": officer,
        "axes": axes(officer),
        "blocks": own.blocks(viewer, officer, care),
        "care": care,
        "disputable": running[:LISTED],
        "running": len(running),
        "more": max(len(running) - LISTED, 0),
        "disputes": [(asked, corrections.steps_of(asked)) for asked in own.disputes_of(viewer)],
        "panels": panels,
    }
    return render(request, "roster/own_page.html", context)

"""Reconciliation: where sources disagree, who may be one person twice, how good each source is."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from police_hr.core.access import Viewer, access
from police_hr.core.components import Choice
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.selectors import reconciliation as selectors
from roster.selectors.imports import source_quality
from roster.services.reconciliation import resolve_conflict, settle_duplicate

ROWS = 30
TABS = ("conflicts", "duplicates", "sources")


def _viewer(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined]


@access(Permission.RECONCILE)
@require_safe
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Three tabs with their counts; one is shown."""
    viewer = _viewer(request)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else TABS[0]
    conflicts, duplicates = selectors.open_conflicts(viewer), selectors.open_duplicates(viewer)
    counts = {"conflicts": conflicts.count(), "duplicates": duplicates.count(), "sources": None}
    labels = {"conflicts": _("Conflicts"), "duplicates": _("Possible duplicates"), "sources": _("Sources")}
    context = {
        "tab": tab,
        "tabs": [Choice(label=labels[t], url=f"?tab={t}", chosen=t == tab, count=counts[t]) for t in TABS],
    }
    if tab == "sources":
        context["sources"] = source_quality(viewer)
    else:
        page = Paginator(conflicts if tab == "conflicts" else duplicates, ROWS).get_page(request.GET.get("page"))
        context["page"] = page
        context["rows"] = selectors.described(list(page)) if tab == "conflicts" else list(page)  # type: ignore[arg-type]
    return render(request, "roster/reconciliation.html", context)


@access(Permission.RECONCILE)
@require_POST
def conflict_resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one source's claim as true."""
    conflict = get_object_or_404(selectors.open_conflicts(_viewer(request)), pk=pk)
    source = request.POST.get("source", "")[:40]
    return _done(
        request, "conflicts", lambda: resolve_conflict(conflict=conflict, source=source, by=signed_in(request))
    )


@access(Permission.RECONCILE)
@require_POST
def duplicate_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether the two are one person."""
    pair = get_object_or_404(selectors.open_duplicates(_viewer(request)), pk=pk)
    verdict = request.POST.get("verdict", "")[:20]
    return _done(request, "duplicates", lambda: settle_duplicate(pair=pair, verdict=verdict, by=signed_in(request)))


def _done(request: HttpRequest, tab: str, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    return HttpResponseRedirect(f"{reverse('roster:reconciliation')}?tab={tab}")

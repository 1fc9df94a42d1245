"""Reconciliation: where sources disagree, who may be one person twice, how good each source is."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from police_hr.core.access import Viewer, access
from police_hr.core.components import Choice
from police_hr.core.numbers import whole_number
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.models import DuplicatePair
from roster.selectors import reconciliation as selectors
from roster.selectors.imports import source_quality
from roster.selectors.merging import fuller, kept_for, merge_plan, words_of
from roster.services.merging import merge_officers
from roster.services.reconciliation import part_officers, resolve_conflict
from roster.views.reading import written_down

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
    """Say that the two are different persons."""
    pair = get_object_or_404(selectors.open_duplicates(_viewer(request)), pk=pk)
    return _done(request, "duplicates", lambda: part_officers(pair=pair, by=signed_in(request)))


@access(Permission.RECONCILE)
@require_http_methods(["GET", "POST"])
def duplicate_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Both dossiers side by side, what merging them would do, and the merging itself: it is final, so it asks."""
    pair = get_object_or_404(selectors.duplicates(_viewer(request)), pk=pk)
    if pair.settled_at is not None:
        return _settled(request, pair)
    officers = {pair.first_id: pair.first, pair.second_id: pair.second}
    asked = whole_number((request.POST if request.method == "POST" else request.GET).get("keep", ""))
    keep = asked if asked in officers else fuller(pair.first, pair.second).pk
    if request.method == "POST":
        return _merge(request, pair, keep)
    for officer in officers.values():
        refused = written_down(request, action="officer.view", officer=officer, details={"duplicate": pk, "class": 2})
        if refused:
            return refused
    plan = merge_plan(officers[keep], officers[pair.second_id if keep == pair.first_id else pair.first_id])
    context = {
        "pair": pair,
        "plan": plan,
        "choices": [
            Choice(label=f"{officer.label} {officer.badge_no}", chosen=number == keep, url=f"?keep={number}")
            for number, officer in officers.items()
        ],
        "moved": list(words_of(plan.facts)),
        "versions": ",".join(f"{number}:{officer.version}" for number, officer in officers.items()),
    }
    return render(request, "roster/duplicate_merge.html", context)


def _merge(request: HttpRequest, pair: DuplicatePair, keep: int) -> HttpResponse:
    again = redirect(f"{reverse('roster:duplicate-merge', args=[pair.pk])}?keep={keep}")
    if not request.POST.get("sure"):
        messages.error(request, _("Confirm that you compared both dossiers."))
        return again
    versions = _versions(request.POST.get("versions", ""))
    try:
        merge = merge_officers(pair=pair, keep=keep, versions=versions, by=signed_in(request))
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
        return again
    said = _("Merged. %(gone)s is known as a former badge number of this dossier.") % {"gone": merge.gone.badge_no}
    messages.success(request, said)
    return redirect("roster:officer-detail", pk=merge.kept_id)


def _settled(request: HttpRequest, pair: DuplicatePair) -> HttpResponse:
    """To the dossier that was kept, or back to the list: somebody was faster, or a form was sent twice."""
    for officer in (pair.first, pair.second):
        kept = kept_for(officer)
        if kept is not None:
            messages.info(request, _("These two dossiers are merged already."))
            return redirect("roster:officer-detail", pk=kept.pk)
    messages.info(request, _("This was settled already."))
    return HttpResponseRedirect(f"{reverse('roster:reconciliation')}?tab=duplicates")


def _versions(text: str) -> dict[int, int]:
    """ "12:3,14:1" as {12: 3, 14: 1}; anything else as nothing, which fits no officer."""
    pairs = [tuple(map(whole_number, part.partition(":")[::2])) for part in text.split(",")]
    return {officer: version for officer, version in pairs if officer is not None and version is not None}


def _done(request: HttpRequest, tab: str, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    return HttpResponseRedirect(f"{reverse('roster:reconciliation')}?tab={tab}")

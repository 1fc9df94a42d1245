"""One officer's dossier: head, timeline, career tabs, panels. Every opening is written down before it is sent."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from police_hr.core.access import Viewer, access
from police_hr.core.panels import DossierPanel, registry, visible
from police_hr.core.roles import Permission
from police_hr.core.services.reasons import OPENED, open_with_reason
from roster.access import classes_for, path_for
from roster.forms.dossier import ReasonForm
from roster.forms.officer_filter import read_query
from roster.models import Officer
from roster.selectors import dossier as selectors
from roster.selectors import ledger
from roster.selectors.axes import axes
from roster.selectors.corrections import may_request
from roster.selectors.merging import kept_for
from roster.selectors.neighbours import neighbours
from roster.views.dossier_tabs import Tab, find_tab, tab_choices
from roster.views.ledger import UNDO
from roster.views.reading import officer_or_refuse, viewer_of, written_down
from roster.views.tabs.base import Holdings, Opening
from roster.views.tabs.person import head_line


@access(Permission.OWN_VIEW)
@require_safe
def officer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The dossier with its first tab."""
    return _dossier(request, pk, "timeline")


@access(Permission.OWN_VIEW)
@require_safe
def officer_tab(request: HttpRequest, pk: int, tab: str) -> HttpResponse:
    """One tab: a fragment for htmx, the whole dossier with that tab open otherwise."""
    return _dossier(request, pk, tab)


@access(Permission.OWN_VIEW)
@require_safe
def officer_panel(request: HttpRequest, pk: int, panel: str) -> HttpResponse:
    """A panel that the dossier asks for once it stands."""
    officer = officer_or_refuse(request, pk)
    entry = _panel(viewer_of(request), panel)
    refused = written_down(request, action="officer.view", officer=officer, details={"panel": panel})
    if refused:
        return refused
    shown = _shown(entry, request, officer)
    return render(request, "roster/dossier/_panel.html", {"panel": shown}) if shown else HttpResponse()


@access(Permission.OFFICER_VIEW)
@require_http_methods(["GET", "POST"])
def officer_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the classes that ask for a reason, for 30 minutes of this session."""
    officer = officer_or_refuse(request, pk)
    classes = sorted(classes_for(viewer_of(request), officer)["with_reason"])
    if not classes:
        raise Http404
    form = ReasonForm(request.POST or None, classes=classes)
    if request.method == "POST" and form.is_valid():
        wanted = {int(number) for number in form.cleaned_data["classes"]}
        try:
            open_with_reason(request, officer.pk, wanted, form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Opened for 30 minutes. What you read is recorded with your reason."))
            return redirect(_address(officer, request.GET.get("from", "")))
    context = {"officer": officer, "form": form, "back": _address(officer, request.GET.get("from", ""))}
    return render(request, "roster/dossier/open.html", context)


def _dossier(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    officer = officer_or_refuse(request, pk)
    kept = kept_for(officer)
    if kept is not None:
        messages.info(request, _("%(badge)s was merged into this dossier.") % {"badge": officer.badge_no})
        return redirect("roster:officer-detail", pk=kept.pk)
    viewer = viewer_of(request)
    tab = find_tab(viewer, code)
    refused = written_down(
        request, action="officer.view", officer=officer, details={"tab": code, "class": tab.sensitivity}
    )
    if refused:
        return refused
    opening = Opening(request, viewer, officer, request.GET.get("from", "")[:2000])
    if request.htmx:  # type: ignore[attr-defined]
        context = _tab_context(opening, tab)
        return render(request, context["template"], context)
    counts = selectors.fact_counts(officer)
    head = opening.head = selectors.head(viewer, officer)
    opening.held = Holdings(counts, ledger.kind_counts(viewer, officer, seen=opening.seen))
    context = {
        "head": head,
        "axes": axes(officer),
        "unit_line": " · ".join(
            filter(None, [*(name for _pk, name in head.unit_chain[1:] or head.unit_chain), officer.post])
        ),
        "facts_line": head_line(head),
        "completeness": selectors.completeness(officer, counts),
        "tabs": tab_choices(opening, code),
        "opened": _opened(request, officer),
        "is_own": opening.is_own,
        "can_edit": _may(viewer, officer, Permission.OFFICER_EDIT),
        "undo": _undo(request, officer),
    }
    context |= _tab_context(opening, tab)
    context |= _panels(request, viewer, officer) | _place(request, viewer, officer, opening.from_query)
    return render(request, "roster/officer_detail.html", context)


def _tab_context(opening: Opening, tab: Tab | DossierPanel) -> dict[str, Any]:
    """What the template named `template` shows, and what every tab may say of its own: closed parts, new entries."""
    if isinstance(tab, DossierPanel):
        shown = _shown(tab, opening.request, opening.officer)
        content: dict[str, Any] = {"template": "roster/dossier/_panel.html", "panel": shown, "is_tab": True}
    else:
        content = tab.content(opening)
    return {
        "officer": opening.officer,
        "with_reason": sorted(opening.classes["with_reason"]),
        "can_add": _may_record(opening.viewer, opening.officer),
        "can_correct": may_request(opening.viewer, opening.officer),
        "from_query": opening.from_query,
    } | content


# --- panels of the apps above ---------------------------------------------------------------------------------


def _panel(viewer: Viewer, code: str, place: str = "") -> DossierPanel:
    for panel in visible(registry.dossier, viewer):
        if panel.code == code and place in ("", panel.place):
            return panel
    raise Http404


def _shown(panel: DossierPanel, request: HttpRequest, officer: Officer) -> dict[str, Any] | None:
    found = panel.selector(viewer_of(request), officer, request)
    if found is None:
        return None
    return {"code": panel.code, "title": panel.title, "template": panel.template, "data": dict(found)}


def _panels(request: HttpRequest, viewer: Viewer, officer: Officer) -> dict[str, Any]:
    """The panels beside the identity and in the right column; lazy ones as the address to ask."""
    places: dict[str, list[dict[str, Any]]] = {"head": [], "side": []}
    for panel in visible(registry.dossier, viewer):
        if panel.place not in places:
            continue
        if panel.lazy and panel.place == "side":
            url = reverse("roster:officer-panel", args=[officer.pk, panel.code])
            places["side"].append({"code": panel.code, "title": panel.title, "url": url})
        elif (shown := _shown(panel, request, officer)) is not None:
            places[panel.place].append(shown)
    return {"head_panels": places["head"], "side_panels": places["side"]}


# --- frame of the page ----------------------------------------------------------------------------------------


def _opened(request: HttpRequest, officer: Officer) -> dict[str, Any] | None:
    """Which classes are open with a reason, and when the first of them closes again."""
    now = time.time()
    live = {
        int(number): until
        for key, until in request.session.get(OPENED, {}).items()
        for number in [key.partition(":")[2]]
        if key.startswith(f"{officer.pk}:") and until > now
    }
    if not live:
        return None
    until = dt.datetime.fromtimestamp(min(live.values()), tz=timezone.get_current_timezone())
    return {"classes": sorted(live), "until_text": f"{until:%H:%M}"}


def _undo(request: HttpRequest, officer: Officer) -> dict[str, Any] | None:
    """What was just recorded for this officer and can still be taken back."""
    noted: dict[str, Any] = request.session.get(UNDO) or {}
    return noted if noted.get("officer") == officer.pk and noted.get("until", 0) > time.time() else None


def _place(request: HttpRequest, viewer: Viewer, officer: Officer, from_query: str) -> dict[str, Any]:
    """Where the officer stands in the list this came from, with the addresses of the neighbours."""
    if not from_query or not viewer.has(Permission.OFFICER_LIST):
        return {}
    query, _notices = read_query(QueryDict(from_query), viewer)
    found = neighbours(viewer, query, officer)
    context: dict[str, Any] = {"list_url": reverse("roster:officer-list") + query.url}
    if found is None:
        return context
    for name in ("previous", "following"):
        beside = getattr(found, name)
        if beside is not None:
            pk, beside_query = beside
            context[f"{name}_url"] = _address(pk, beside_query.url.removeprefix("?"))
    return context | {"place": found}


def _address(officer: Officer | int, from_query: str) -> str:
    pk = officer if isinstance(officer, int) else officer.pk
    address = reverse("roster:officer-detail", args=[pk])
    return f"{address}?{urlencode({'from': from_query})}" if from_query else address


def _may_record(viewer: Viewer, officer: Officer) -> bool:
    return _may(viewer, officer, Permission.LEDGER_ADD)


def _may(viewer: Viewer, officer: Officer, permission: Permission) -> bool:
    return viewer.covers(permission, path_for(viewer, officer, permission))

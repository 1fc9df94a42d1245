"""The row of tabs of a dossier: our own in the order of their parts, and the panels that others registered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from police_hr.core.access import Viewer
from police_hr.core.components import TabChoice
from police_hr.core.panels import DossierPanel, registry, visible
from roster.views.tabs import activity, approval, career, checks, log, person, sanctions
from roster.views.tabs.base import Holdings, Opening, Tab
from roster.views.timeline import timeline_context

PANEL = "panel-"
LOCKED_FROM = 3


def _timeline(opening: Opening) -> dict[str, Any]:
    held = opening.held
    context = timeline_context(
        opening.request, opening.viewer, opening.officer, opening.from_query,
        seen=opening.seen, kinds=held.kinds if held else None,
    )  # fmt: skip
    name = "_timeline_more" if context["is_more"] else "_timeline"
    return {"template": f"roster/dossier/{name}.html", **context}


TIMELINE = Tab("timeline", 0, _("Ledger timeline"), _timeline, front=True)
OWN = (*person.TABS, *approval.TABS, *career.TABS, *activity.TABS, *sanctions.TABS, *log.TABS, *checks.TABS)
TABS: tuple[Tab, ...] = tuple(sorted((TIMELINE, *OWN), key=lambda tab: tab.order))


def find_tab(viewer: Viewer, code: str) -> Tab | DossierPanel:
    """The tab of this code that `viewer` may open. Raises Http404."""
    for found, tab in _all(viewer):
        if found == code:
            return tab
    raise Http404


def tab_choices(opening: Opening, current: str) -> list[TabChoice]:
    """The tabs of a dossier in order. What is closed to the viewer is not said to be empty or full."""
    tail = f"?{urlencode({'from': opening.from_query})}" if opening.from_query else ""
    return [
        TabChoice(
            label=tab.label if isinstance(tab, Tab) else tab.label or tab.title,
            title=tab.title,
            url=reverse("roster:officer-tab", args=[opening.officer.pk, code]) + tail,
            chosen=code == current,
            count=_count(opening, tab),
            front=tab.front,
            locked=tab.sensitivity >= LOCKED_FROM,
        )
        for code, tab in _all(opening.viewer)
    ]


def _count(opening: Opening, tab: Tab | DossierPanel) -> int | None:
    if isinstance(tab, DossierPanel) or tab.holds is None or opening.held is None:
        return None
    closed = not (opening.opens(tab.sensitivity) or opening.may_ask(tab.sensitivity) or opening.is_own)
    return None if closed else tab.holds(opening.held)


def _all(viewer: Viewer) -> Iterator[tuple[str, Tab | DossierPanel]]:
    panels = [panel for panel in visible(registry.dossier, viewer) if panel.place == "tab"]
    every: list[Tab | DossierPanel] = [*TABS, *panels]
    for tab in sorted(every, key=lambda entry: entry.order):
        yield (tab.code if isinstance(tab, Tab) else f"{PANEL}{tab.code}"), tab


__all__ = ["PANEL", "TABS", "Holdings", "Opening", "Tab", "find_tab", "tab_choices"]

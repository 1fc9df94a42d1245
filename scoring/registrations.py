"""What scoring adds to the frame: menu, banner, tiles, dossier panels, list columns, jobs, reactions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from police_hr.core.access import Viewer
from police_hr.core.holds import sources
from police_hr.core.installation import Part, parts
from police_hr.core.panels import Banner, DossierPanel, HomeTile, MenuEntry, OfficerColumn, registry
from police_hr.core.roles import Permission
from roster.access import officers_visible_to
from roster.models import Officer
from scoring import jobs
from scoring.selectors import objections, proposals, standing
from scoring.selectors.course import course_of
from scoring.selectors.holds import promotion_holds
from scoring.selectors.runs import latest_runs
from scoring.selectors.visibility import points_paths, sees_care_everywhere
from scoring.services import mergers, rescore
from scoring.services.models import install_models

__all__ = ["jobs", "mergers", "rescore"]

parts.append(Part("index models", install_models))

registry.menu += [
    MenuEntry(
        group="boards",
        label=gettext_lazy("Force status"),
        url_name="scoring:board",
        icon="layout-dashboard",
        permission=Permission.INDEX_VIEW,
        order=10,
        current_for=("scoring:movements", "scoring:rising", "scoring:summary", "scoring:proposal-new"),
    ),
    MenuEntry(
        group="boards",
        label=gettext_lazy("To be weighed"),
        url_name="scoring:proposal-list",
        icon="scale",
        permission=Permission.INDEX_CONFIRM,
        order=12,
        count=proposals.due_rows,
        current_for=("scoring:proposal-detail",),
    ),
    MenuEntry(
        group="boards",
        label=gettext_lazy("Register of tiers"),
        url_name="scoring:tier-list",
        icon="list-details",
        permission=Permission.INDEX_VIEW,
        order=14,
        current_for=("scoring:tier-",),
    ),
    MenuEntry(
        group="boards",
        label=gettext_lazy("Objections"),
        url_name="scoring:objection-list",
        icon="flag",
        permission=Permission.OBJECTION_DECIDE,
        order=16,
        count=objections.waiting_rows,
        current_for=("scoring:objection-",),
    ),
    MenuEntry(
        group="index",
        label=gettext_lazy("Index runs"),
        url_name="scoring:run-list",
        icon="player-play",
        permission=Permission.INDEX_RUN,
        order=60,
        current_for=("scoring:run-detail",),
    ),
    MenuEntry(
        group="index",
        label=gettext_lazy("Index models"),
        url_name="scoring:model-list",
        icon="adjustments-horizontal",
        permission=Permission.MODEL_VIEW,
        order=70,
        current_for=(
            "scoring:model-detail",
            "scoring:model-edit",
            "scoring:model-indicator",
            "scoring:model-indicator-new",
            "scoring:model-preview",
            "scoring:model-compare",
            "scoring:model-import",
        ),
    ),
    MenuEntry(
        group="index",
        label=gettext_lazy("Fairness"),
        url_name="scoring:fairness",
        icon="scale",
        permission=Permission.FAIRNESS_VIEW,
        order=75,
    ),
    MenuEntry(
        group="index",
        label=gettext_lazy("Back-tests"),
        url_name="scoring:backtest-list",
        icon="chart-line",
        permission=Permission.MODEL_VIEW,
        order=71,
        current_for=("scoring:backtest-detail", "scoring:backtest-new"),
    ),
]


def _banner(viewer: Viewer) -> Mapping[str, Any] | None:
    found = standing.alarm(viewer)
    if found is None:
        return None
    link = {"url": reverse("scoring:board"), "url_label": _("Open the board")}
    if "failed" in found:
        return {"level": "stop", "text": _("The last run of the index failed; older numbers are shown."), **link}
    words = _("%(share)s %% of all officers are in “%(tier)s”: check the model and the data before anybody is judged.")
    text = words % {"share": f"{found['share']:.0f}", "tier": found["tier"]}
    return {"level": "warn", "text": text, **link}


registry.banners.append(Banner("index", _banner))


def _due_tile(viewer: Viewer) -> Mapping[str, Any] | None:
    due = proposals.due_proposals(viewer)
    shown = list(due[:5])
    if not shown:
        return None
    return {"proposals": shown, "count": due.order_by().count()}


def _run_tile(viewer: Viewer) -> Mapping[str, Any] | None:
    return {"runs": latest_runs()}


def _tiers_tile(viewer: Viewer) -> Mapping[str, Any] | None:
    """The tiers of one's people. Who runs the index has them in the tile of the run."""
    if viewer.has(Permission.INDEX_RUN):
        return None
    serving = officers_visible_to(viewer, Permission.INDEX_VIEW).filter(status=Officer.Status.SERVING)
    return {
        "tiers": standing.tier_facet(serving, viewer),
        "confirmed": not points_paths(viewer) or not sees_care_everywhere(viewer),
    }


registry.tiles += [
    HomeTile("proposals", "scoring/_tile_proposals.html", _due_tile, Permission.INDEX_CONFIRM, order=10),
    HomeTile("tiers", "scoring/_tile_tiers.html", _tiers_tile, Permission.INDEX_VIEW, order=25),
    HomeTile("index-run", "scoring/_tile_run.html", _run_tile, Permission.INDEX_RUN, order=40),
]


def _head(viewer: Viewer, officer: Officer, request: HttpRequest) -> Mapping[str, Any] | None:
    return standing.tier_of(viewer, officer)


def _panel(viewer: Viewer, officer: Officer, request: HttpRequest) -> Mapping[str, Any] | None:
    return standing.index_of(viewer, officer)


def _course(viewer: Viewer, officer: Officer, request: HttpRequest) -> Mapping[str, Any] | None:
    return course_of(viewer, officer)


def _own_panel(viewer: Viewer, officer: Officer, request: HttpRequest) -> Mapping[str, Any] | None:
    return standing.index_of(viewer, officer) if viewer.officer_id == officer.pk else None


registry.dossier += [
    DossierPanel(
        "tier", gettext_lazy("Tier"), "scoring/_dossier_tier.html", _head, Permission.INDEX_VIEW, "head", order=10
    ),
    DossierPanel(
        "index",
        gettext_lazy("Pre-management index"),
        "scoring/_dossier_index.html",
        _panel,
        Permission.INDEX_VIEW,
        "side",
        order=10,
        lazy=True,
    ),
]
registry.dossier.append(
    DossierPanel(
        "own-index",
        gettext_lazy("Pre-management index"),
        "scoring/_dossier_index.html",
        _own_panel,
        Permission.OWN_VIEW,
        "own",
        order=10,
        lazy=True,
    )
)
registry.dossier.append(
    DossierPanel(
        "standing",
        gettext_lazy("Index and help plan"),
        "scoring/_dossier_course.html",
        _course,
        Permission.INDEX_VIEW,
        "tab",
        order=17,
        sensitivity=2,
    )
)
registry.entry_points.append(standing.points_of_entries)
sources.append(promotion_holds)
registry.kind_users.append(standing.kind_uses)

registry.officer_columns += [
    OfficerColumn(
        code="tier",
        title=gettext_lazy("Tier"),
        template="scoring/_column_tier.html",
        annotate=standing.with_tier,
        order_by=("index_urgency",),
        permission=Permission.INDEX_VIEW,
        order=10,
        facet=standing.tier_facet,
        narrow=standing.narrow_to_tiers,
    ),
    OfficerColumn(
        code="index",
        title=gettext_lazy("Index"),
        template="scoring/_column_index.html",
        annotate=standing.with_points,
        order_by=("index_order",),
        permission=Permission.INDEX_VIEW,
        align="num",
        order=20,
    ),
    OfficerColumn(
        code="change",
        title=gettext_lazy("30 days"),
        template="scoring/_column_change.html",
        annotate=standing.with_points,
        order_by=("index_change_order",),
        permission=Permission.INDEX_VIEW,
        align="num",
        order=30,
    ),
    OfficerColumn(
        code="reason",
        title=gettext_lazy("Main reason"),
        template="scoring/_column_reason.html",
        annotate=standing.with_points,
        permission=Permission.INDEX_VIEW,
        order=40,
    ),
]

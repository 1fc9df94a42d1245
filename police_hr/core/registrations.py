"""What the core adds to its own frame: menu entries, home tiles, banners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from police_hr.core.access import Viewer
from police_hr.core.models import JobRun
from police_hr.core.panels import HomeTile, MenuEntry, registry
from police_hr.core.roles import Permission
from police_hr.core.selectors import accounts, jobs

registry.menu += [
    MenuEntry(group="", label=_("Home"), url_name="home", icon="home", order=0),
    MenuEntry(
        group="system",
        label=_("Background jobs"),
        url_name="core:job-list",
        icon="player-play",
        order=10,
        current_for=("core:job-detail",),
    ),
    MenuEntry(
        group="system",
        label=_("Accounts"),
        url_name="core:user-list",
        icon="users",
        permission=Permission.USER_MANAGE,
        order=20,
        current_for=("core:user-detail", "core:user-create", "core:user-reset-password"),
    ),
    MenuEntry(
        group="system",
        label=_("Audit trail"),
        url_name="core:audit-list",
        icon="history",
        permission=Permission.AUDIT_VIEW,
        order=40,
    ),
    MenuEntry(group="system", label=_("Roles"), url_name="core:role-list", icon="shield-lock", order=60),
    MenuEntry(
        group="system",
        label=_("Components"),
        url_name="core:gallery",
        icon="layout-dashboard",
        permission=Permission.GALLERY,
        order=90,
    ),
]


def jobs_tile(viewer: Viewer) -> Mapping[str, Any] | None:
    """One's open and lately failed jobs; for those who watch over all jobs, everybody's."""
    mine = jobs.jobs_visible_to(viewer)
    rows = list(mine.filter(state__in=(*JobRun.OPEN, JobRun.State.FAILED)).order_by("-pk")[:5])
    if not rows:
        return None
    return {"rows": [{"job": row, "label": jobs.label_of(row.handler)} for row in rows]}


def locked_tile(viewer: Viewer) -> Mapping[str, Any] | None:
    """Accounts that tried too often and wait for the quarter of an hour, or for help."""
    rows = list(accounts.locked_accounts()[:10])
    return {"rows": rows} if rows else None


registry.tiles += [
    HomeTile(code="jobs", template="core/_tile_jobs.html", selector=jobs_tile, order=80),
    HomeTile(
        code="locked",
        template="core/_tile_locked.html",
        selector=locked_tile,
        permission=Permission.GRANT_MANAGE,
        order=20,
    ),
]

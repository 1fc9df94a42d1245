"""What the core adds to its own frame: menu entries, home tiles, banners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from police_hr.core import calendar
from police_hr.core.access import Viewer
from police_hr.core.installation import Part, parts
from police_hr.core.models import JobRun
from police_hr.core.panels import Banner, HomeTile, MenuEntry, registry
from police_hr.core.roles import Permission
from police_hr.core.selectors import accounts, jobs, notices, watch

ANNOUNCED_IN = 11
NOTICES_SHOWN = 5

parts.append(Part("working-day calendar", calendar.seed_calendar))

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
    MenuEntry(
        group="system",
        label=_("Working days"),
        url_name="core:calendar",
        icon="calendar-event",
        permission=Permission.CALENDAR_EDIT,
        order=30,
        current_for=("core:calendar-year",),
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


def system_tile(viewer: Viewer) -> Mapping[str, Any]:
    lines = watch.system_lines(viewer)
    return {
        "title": _("State of the installation"),
        "lines": lines,
        "url": reverse("core:job-list"),
        "url_label": _("All jobs"),
    }


def accounts_tile(viewer: Viewer) -> Mapping[str, Any]:
    more = {"url": reverse("core:user-create"), "url_label": _("Open an account")}
    return {"title": _("Accounts"), "lines": watch.account_lines(viewer), **more}


def audit_tile(viewer: Viewer) -> Mapping[str, Any]:
    more = {"url": reverse("core:audit-list"), "url_label": _("Audit trail")}
    return {"title": _("Acts of the last 7 days"), "lines": watch.audit_lines(viewer), **more}


def calendar_gap(viewer: Viewer) -> int | None:
    """The year whose holidays nobody has entered: this one, or from November on (when they are announced) the next."""
    today = timezone.localdate()
    due = [today.year, *([today.year + 1] if today.month >= ANNOUNCED_IN else [])]
    known = calendar.maintained_years()
    return next((year for year in due if year not in known), None)


def calendar_banner(viewer: Viewer) -> Mapping[str, Any] | None:
    """Seen by those who can mend it. Everybody else reads it beside the deadline it concerns."""
    if not viewer.has(Permission.CALENDAR_EDIT):
        return None
    year = calendar_gap(viewer)
    if year is None:
        return None
    return {
        "level": "warn",
        "text": _("The working days of %(year)s are not maintained; Monday to Friday are counted.") % {"year": year},
        "url": reverse("core:calendar-year", args=[year]),
        "url_label": _("Maintain"),
    }


def notices_tile(viewer: Viewer) -> Mapping[str, Any] | None:
    """The newest notices that the viewer has not read; nothing where there are none, which costs no query."""
    if viewer.user is None or not viewer.user.unread_notices:
        return None
    rows = notices.notices_for(viewer).filter(read_at=None)[:NOTICES_SHOWN]
    return {"rows": notices.lines(rows), "unread": viewer.user.unread_notices}


registry.banners += [Banner(code="calendar", selector=calendar_banner)]
registry.tiles += [
    HomeTile(code="notices", template="core/_tile_notices.html", selector=notices_tile, order=5),
    HomeTile("system", "core/_tile_lines.html", system_tile, Permission.JOB_MANAGE, order=20),
    HomeTile("accounts", "core/_tile_lines.html", accounts_tile, Permission.USER_MANAGE, order=30),
    HomeTile("audit", "core/_tile_lines.html", audit_tile, Permission.AUDIT_VIEW, order=20),
    HomeTile(code="jobs", template="core/_tile_jobs.html", selector=jobs_tile, order=80),
    HomeTile(
        code="locked",
        template="core/_tile_locked.html",
        selector=locked_tile,
        permission=Permission.GRANT_MANAGE,
        order=20,
    ),
]

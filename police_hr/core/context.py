"""The frame around every page: menu, banners, who is signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from police_hr.core.access import Viewer
from police_hr.core.counting import sizes
from police_hr.core.models import User
from police_hr.core.panels import GROUPS, MenuEntry, registry, visible

GROUP_LABELS = {
    "": "",
    "boards": _("Boards"),
    "work": _("Work"),
    "personnel": _("Personnel work"),
    "data": _("Records and files"),
    "index": _("Index"),
    "system": _("System"),
}
# Written by the browser when a group is folded or opened: the folded ones, with dots between.
FOLDED_COOKIE = "menu"
LINES = 18  # of the menu that a small screen shows


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `frame` for base.html. Fragments (htmx) get the light part only."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    light = {
        "bureau_name": settings.BUREAU_NAME,
        "language": get_language(),
        "theme": "dark" if request.COOKIES.get("theme") == "dark" else "light",
        "demo": settings.DEMO,
        "version": settings.VERSION,
        "mode_label": _("Internal use · demonstration data") if settings.DEMO else _("Internal use"),
    }
    user = getattr(request, "user", None)
    if viewer is None or user is None or not user.is_authenticated or getattr(request, "htmx", False):
        return {"frame": light}
    return {
        "frame": light
        | {
            "menu": _menu(request, viewer),
            "banners": [found for banner in registry.banners if (found := banner.selector(viewer))],
            "user_label": user.name,
            "unit_label": " · ".join(str(role.label) for role in viewer.roles[:1]),
            "watermark": watermark_of(user),
            "unread_notices": user.unread_notices,
            "can_search": viewer.has("officer.list"),
            "search_url": _search_url(),
        }
    }


def watermark_of(user: User) -> str:
    """Who looks, and when: what is drawn over each page and written into each file."""
    return f"{user.name} {user.badge_no} {timezone.localtime():%Y-%m-%d %H:%M}"


def _search_url() -> str:
    try:
        return reverse("roster:officer-search")
    except NoReverseMatch:
        return ""


def _menu(request: HttpRequest, viewer: Viewer) -> list[dict[str, Any]]:
    match = request.resolver_match
    entries = [entry for entry in visible(registry.menu, viewer) if entry.shown is None or entry.shown(viewer)]
    current = _current(entries, match.view_name if match else "")
    groups: dict[str, list[dict[str, Any]]] = {group: [] for group in GROUPS}
    waiting: list[tuple[dict[str, Any], QuerySet[Any]]] = []
    for entry in entries:
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:  # the app is installed but its pages are switched off
            continue
        item: dict[str, Any] = {
            "label": entry.label,
            "url": url,
            "icon": entry.icon,
            "active": entry is current,
            "count": None,
        }
        groups[entry.group].append(item)
        rows = entry.count(viewer) if entry.count else None
        if rows is not None:
            waiting.append((item, rows))
    for (item, _rows), number in zip(waiting, sizes([rows for _item, rows in waiting]), strict=True):
        item["count"] = number or None
    shown = {group: items for group, items in groups.items() if items}
    folded = _folded(request, {group: len(items) for group, items in shown.items()})
    return [
        {
            "code": group,
            "label": GROUP_LABELS[group],
            "items": items,
            # the group in which one is stays open
            "open": group not in folded or any(item["active"] for item in items),
            "count": sum(item["count"] or 0 for item in items),
        }
        for group, items in shown.items()
    ]


def _current(entries: list[MenuEntry], route: str) -> MenuEntry | None:
    """The entry under which `route` stands: the one that names it, else the one that names most of its beginning."""
    places = [(name, entry) for entry in entries for name in (entry.url_name, *entry.current_for)]
    fitting = [
        (len(name), entry)
        for name, entry in places
        if route == name or (name.endswith(("-", ":")) and route.startswith(name))
    ]
    return max(fitting, key=lambda found: found[0], default=(0, None))[1]


def _folded(request: HttpRequest, sizes: dict[str, int]) -> set[str]:
    """The groups that are shut: as left by the reader, at first those that a small screen would not show."""
    kept = request.COOKIES.get(FOLDED_COOKIE)
    if kept is not None:
        return set(kept.split("."))
    folded, lines = set(), 0
    for group, size in sizes.items():
        lines += size + bool(group)
        if lines > LINES:
            folded.add(group)
    return folded

"""Units: the tree, today and on a past day; one unit; its changes, each told in words before it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from police_hr.core.access import Viewer, access
from police_hr.core.components import TreeNode
from police_hr.core.numbers import whole_number
from police_hr.core.roles import Permission
from police_hr.core.wording import day as day_words
from roster.access import in_scope, officers_visible_to, path_range, today
from roster.models import Unit
from roster.selectors import codes
from roster.selectors import units as selectors
from roster.selectors.officer_list import column_facets
from roster.views.reading import viewer_of

OPEN_LEVELS = 2
Cleaned = dict[str, Any]


@access(Permission.UNIT_VIEW)
@require_safe
def unit_list(request: HttpRequest) -> HttpResponse:
    """The tree with the number of officers, as it stands today or stood on `on`."""
    viewer = viewer_of(request)
    on, notice = _past_day(request.GET.get("on", ""))
    closed = request.GET.get("closed") == "1"
    open_units = _numbers(request.GET.get("open", ""))
    nodes = _lines_on(viewer, on) if on else _lines(viewer, closed=closed)
    context = {
        "nodes": _folded(nodes, open_units, request),
        "units": len(nodes),
        "people": sum(node.total for node in nodes if node.level == 0),
        "on": on,
        "notice": notice,
        "closed": closed,
        "can_manage": viewer.has(Permission.UNIT_MANAGE),
        "can_import": viewer.has(Permission.IMPORT_RUN),
    }
    return render(request, "roster/unit_list.html", context)


@access(Permission.UNIT_VIEW)
@require_safe
def unit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: facts, people, heads, units below, history."""
    viewer = viewer_of(request)
    unit = unit_or_404(viewer, pk)
    may_list = viewer.has(Permission.OFFICER_LIST)
    parent = Unit.objects.get_parent(unit)
    nodes = {node.pk: node for node in selectors.unit_tree(viewer)}
    node = nodes.get(unit.pk)
    ranks = codes.labels("police_rank")
    vacant = None if unit.establishment is None else unit.establishment - (node.own if node else 0)
    context = {
        "unit": unit,
        "parent": parent,
        "parent_seen": parent is not None and parent.pk in nodes,
        "facts": _facts(unit),
        "officers_of_unit": f"{reverse('roster:officer-list')}?unit={unit.pk}" if may_list else "",
        "own": node.own if node else 0,
        "total": node.total if node else 0,
        "children": node.children if node else [],
        "history": selectors.history(viewer, unit),
        "related": selectors.came_out_of(viewer, unit),
        "vacant": None if vacant is None else max(vacant, 0),
        "over": max(-vacant, 0) if vacant is not None else 0,
        "lent": selectors.lent(unit, today()),
        "heads": selectors.heads_of(viewer, unit) if may_list else [],
        "by_rank": [(ranks.get(code, code) or _("not recorded"), count) for code, count in
                    (selectors.people_by(viewer, unit, "rank") if may_list else [])],
        "facets": _facets(viewer, unit) if may_list else [],
        "can_manage": unit.active_to is None and viewer.covers(Permission.UNIT_MANAGE, unit.path),
    }  # fmt: skip
    return render(request, "roster/unit_detail.html", context)


# --- steps ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Line:
    pk: int
    label: str
    level: int
    total: int
    has_children: bool
    closed: bool = False


def _lines(viewer: Viewer, *, closed: bool) -> list[_Line]:
    return [
        _Line(n.pk, n.unit.label, n.level, n.total, bool(n.children), closed=n.unit.active_to is not None)
        for n in selectors.unit_tree(viewer, closed=closed)
    ]


def _lines_on(viewer: Viewer, day: dt.date) -> list[_Line]:
    nodes = selectors.unit_tree_on(viewer, day)
    return [_Line(node.pk, node.name, node.level, node.total, bool(node.children)) for node in nodes]


def _folded(lines: Sequence[_Line], open_units: set[int], request: HttpRequest) -> list[TreeNode]:
    """The lines that show: the first two levels, and what was unfolded by hand."""
    shown: list[TreeNode] = []
    closed_label = _("%(unit)s (closed)")
    visible_below = {-1: True}
    for line in lines:
        if not visible_below.get(line.level - 1, False):
            visible_below[line.level] = False
            continue
        expanded = (line.level < OPEN_LEVELS - 1) != (line.pk in open_units)
        visible_below[line.level] = expanded
        query = request.GET.copy()
        query["open"] = ".".join(map(str, sorted(open_units ^ {line.pk})))
        shown.append(
            TreeNode(
                label=closed_label % {"unit": line.label} if line.closed else line.label,
                url=reverse("roster:unit-detail", args=[line.pk]),
                count=line.total,
                depth=min(line.level, 5),
                expanded=expanded,
                toggle_url=f"?{query.urlencode()}" if line.has_children else "",
            )
        )
    return shown


def unit_or_404(viewer: Viewer, pk: int, permission: Permission = Permission.UNIT_VIEW) -> Unit:
    unit = selectors.unit_for(viewer, pk, permission)
    if unit is None:
        raise Http404
    return unit


def _facts(unit: Unit) -> list[tuple[str, str]]:
    facts = [
        (_("Unit code"), unit.code),
        (_("Short name"), unit.short_name),
        (_("English name"), unit.name_en),
        (_("Type"), codes.label("unit_type", unit.type)),
        (_("Police branch"), codes.label("police_branch", unit.branch)),
        (_("Establishment"), "" if unit.establishment is None else str(unit.establishment)),
        (_("Exists since"), day_words(unit.active_from, "full")),
        (_("Last day"), day_words(unit.active_to, "full")),
    ]
    return [(label, text) for label, text in facts if text]


def _facets(viewer: Viewer, unit: Unit) -> list[tuple[Any, list[tuple[Any, int]]]]:
    """What apps above count the unit's officers by, e.g. the tier."""
    below = Unit.objects.filter(path_range(unit.path)).order_by().values("pk")
    officers = officers_visible_to(viewer, Permission.OFFICER_LIST).filter(
        unit__in=below, status__in=selectors.ON_ROLLS
    )
    return [
        (column.title, [(label, count) for _value, label, count in column.facet(officers, viewer) if count])
        for column in column_facets(viewer).values()
        if column.facet is not None and in_scope(viewer, Permission.OFFICER_LIST, "path") is not None
    ]


def _past_day(text: str) -> tuple[dt.date | None, str]:
    if not text:
        return None, ""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None, _("“%(text)s” is no day. The tree of today is shown.") % {"text": text[:20]}
    if day >= today():
        return None, ""
    return day, ""


def _numbers(text: str) -> set[int]:
    return {number for part in text.split(".")[:200] if (number := whole_number(part)) is not None}

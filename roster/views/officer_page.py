"""What the officer list's template needs, made of the query, its counts and the registered columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.template import Context, engines
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from police_hr.core.access import Viewer
from police_hr.core.components import Choice, TreeNode
from police_hr.core.i18n import pick
from police_hr.core.panels import OfficerColumn, registry, visible
from police_hr.core.roles import Permission
from roster.access import Bounds, units_visible_to
from roster.models import Officer, Unit
from roster.selectors import officer_columns as table
from roster.selectors.facets import Counts
from roster.selectors.officer_list import PAGE_ROWS, OfficerQuery, narrowed, ordered
from roster.selectors.photos import with_photo
from roster.views import officer_conditions as conditions

Text = str | Promise
Columns = Sequence[table.Column | OfficerColumn]
ABOVE_BY_DEFAULT = ("tier", "index", "change")
CONDITIONS = ("age_from", "age_to", "post_years_gte")
VIEWS = (("list", gettext_lazy("Roll")), ("wall", gettext_lazy("Photo wall")))


class Counted(Paginator):
    """Pages of a list whose length is known already.

    The page is found by `order` alone; what its cells need is read for its rows only, in the same statement. So
    the database sorts numbers, not whole rows.
    """

    def __init__(self, order: QuerySet[Officer], rows: QuerySet[Officer], count: int) -> None:
        super().__init__(order, PAGE_ROWS)
        self.order, self.rows = order, rows
        self.count = count  # fills the cached property

    def page(self, number: int | str) -> Page[Officer]:
        first = PAGE_ROWS * (self.validate_number(number) - 1)
        wanted = self.order[first : first + PAGE_ROWS].values("pk")
        return Page(self.rows.filter(pk__in=wanted), self.validate_number(number), self)


@dataclass(frozen=True)
class UnitLine:
    """A unit of the tree with the officers of itself and of all below it."""

    pk: int
    path: str
    label: str
    total: int


def all_columns(viewer: Viewer) -> list[table.Column | OfficerColumn]:
    """Every column the viewer may choose, in the order of the table: reminders come last."""
    above = visible(registry.officer_columns, viewer)
    return [*table.LISTED[:-1], *above, *table.LISTED[-1:]]


def chosen_of(viewer: Viewer, codes_chosen: Sequence[str]) -> list[table.Column | OfficerColumn]:
    """The columns of these codes in their order, or the usual ones where none of them is known."""
    known = all_columns(viewer)
    chosen = [column for column in known if column.code in codes_chosen]
    return chosen or [column for column in known if column.code in (*table.DEFAULT, *ABOVE_BY_DEFAULT)]


def build(
    viewer: Viewer, query: OfficerQuery, counts: Counts, bounds: Bounds, codes_chosen: Sequence[str]
) -> dict[str, Any]:
    """The context of the list's page and of its fragment."""
    units = unit_lines(viewer, counts)
    labels = {line.pk: line.label for line in units}
    columns = chosen_of(viewer, codes_chosen)
    officers = narrowed(viewer, query, bounds=bounds)
    shown = ordered(officers, query, viewer, [column.code for column in columns])
    if query.view == "wall":
        shown = with_photo(shown)
    page = Counted(ordered(officers, query, viewer), shown, counts.shown).get_page(query.page)
    unit = next((line for line in units if line.pk == query.unit), None)
    facets = list(conditions.facets_of(viewer, query, counts, bounds))
    known = all_columns(viewer)
    sorted_by = next((column.title for column in known if heading(column)["key"] == query.sort_key), _("Name"))
    return {
        "query": query,
        "page": page,
        "rows": list(rows_of(page, query, columns, table.Words.read(labels))),
        "columns": [heading(column) for column in columns],
        "known_columns": len(known),
        "shown": counts.shown,
        "total": unit.total if unit else sum(counts.units.values()),
        "unit_label": unit.label if unit else top_label(units),
        "tree": list(tree(units, query)),
        "facets": facets,
        "chips": list(conditions.chips(viewer, query, labels, facets)),
        "orders": [
            Choice(label, chosen=query.sort == key, url=query.change(sort=key).url)
            for key, label in conditions.ORDERS.items()
        ],
        "sort_words": conditions.sort_words(sorted_by, query),
        "kept_by_facets": query.change(chosen={}, officers=()).pairs(),
        "kept_by_conditions": [pair for pair in query.change(officers=()).pairs() if pair[0] not in CONDITIONS],
        "saved_filters": conditions.saved_rows(viewer.user, query) if viewer.user else [],
        "views": [Choice(label, chosen=query.view == name, url=query.change(view=name).url) for name, label in VIEWS],
        "list_url": reverse("roster:officer-list"),
        "may_export": viewer.has(Permission.EXPORT),
        "may_move": viewer.has(Permission.OFFICER_EDIT),
    }


def rows_of(
    page: Iterable[Officer], query: OfficerQuery, columns: Columns, words: table.Words
) -> Iterable[dict[str, Any]]:
    """One dict an officer: the officer, its address, its cells as (css, spoken label, text). The address names the
    list, so that the dossier knows who stands before and after."""
    writers = [_writer(column) for column in columns]
    address = reverse("roster:officer-detail", args=[0]).removesuffix("0")
    here = replace(query, fold=frozenset(), officers=())
    came_from = urlencode({"from": urlencode(here.pairs()) or "all"})
    for officer in page:
        yield {
            "officer": officer,
            "url": f"{address}{officer.pk}?{came_from}",
            "unit": words.units.get(officer.unit_id or 0, ""),
            "cells": [(css, spoken, write(officer, words)) for css, spoken, write in writers],
        }


def _writer(column: table.Column | OfficerColumn) -> tuple[str, Text, Any]:
    css = "ph-num" if column.align == "num" else column.align
    if isinstance(column, table.Column):
        long = f"of-long of-{column.code}" if column.long else ""
        return css or long, column.title if column.spoken else "", column.written
    template = engines["django"].get_template(column.template).template  # type: ignore[attr-defined]

    def write(officer: Officer, words: table.Words) -> SafeString:
        return SafeString(template.render(Context({"officer": officer})).strip())

    return css, column.title if column.align == "num" else "", write


def heading(column: table.Column | OfficerColumn) -> dict[str, Any]:
    key = column.sort if isinstance(column, table.Column) else column.code if column.order_by else ""
    return {"title": column.title, "key": key, "align": column.align}


# --- units ----------------------------------------------------------------------------------------------------
def unit_lines(viewer: Viewer, counts: Counts) -> list[UnitLine]:
    """The units that the viewer may list, in tree order, each with its subtree's officers."""
    found = units_visible_to(viewer, Permission.OFFICER_LIST).filter(active_to=None)
    rows = list(found.values_list("pk", "path", "name", "short_name", "name_en"))
    totals: dict[str, int] = {}
    for pk, path, *_names in rows:
        if own := counts.units.get(pk):
            for length in range(Unit.steplen, len(path) + 1, Unit.steplen):
                totals[path[:length]] = totals.get(path[:length], 0) + own
    return [
        UnitLine(pk, path, pick(short or name, name_en), totals.get(path, 0)) for pk, path, name, short, name_en in rows
    ]


def top_label(units: Sequence[UnitLine]) -> str:
    """What the whole list is called: the topmost unit, or all units where there are several."""
    paths = {line.path for line in units}
    tops = [line for line in units if line.path[: -Unit.steplen] not in paths]
    return tops[0].label if len(tops) == 1 else _("all units")


def tree(units: Sequence[UnitLine], query: OfficerQuery) -> Iterable[TreeNode]:
    """The lines to show: open are the topmost units and the way to the chosen one, but for `query.fold`."""
    chosen = next((line.path for line in units if line.pk == query.unit), "")
    paths = {line.path for line in units}
    parents = {path[: -Unit.steplen] for path in paths}
    shown: set[str] = set()
    for line in units:
        above = line.path[: -Unit.steplen]
        if above in paths and above not in shown:
            continue
        is_top = above not in paths
        usual = is_top or (bool(chosen) and chosen.startswith(line.path))
        expanded = line.path in parents and usual != (line.pk in query.fold)
        if expanded:
            shown.add(line.path)
        toggled = query.fold ^ {line.pk}
        yield TreeNode(
            label=line.label,
            url=query.change(unit=line.pk, unit_path=line.path, fold=frozenset()).url,
            count=line.total,
            depth=min((len(line.path) - len(units[0].path)) // Unit.steplen, 5),
            current=line.pk == query.unit,
            expanded=expanded,
            toggle_url=query.change(fold=frozenset(toggled)).url if line.path in parents else "",
        )

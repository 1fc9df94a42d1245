"""The conditions of the officer list in words: chips, facets, order, saved filters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from police_hr.core.access import Viewer
from police_hr.core.components import Chip, Choice, Facet
from police_hr.core.models import User
from roster.access import Bounds
from roster.forms.officer_filter import read_query
from roster.models import Officer, SavedFilter
from roster.selectors import codes
from roster.selectors.facets import Counts
from roster.selectors.officer_list import (
    AGE_BANDS,
    BLANK,
    DEFAULT_SORT,
    DEFAULT_STATUS,
    OfficerQuery,
    column_facets,
    narrowed,
)
from roster.selectors.rule_words import whole_words
from roster.selectors.rules import NO_RULES

Text = str | Promise
LABELS: Mapping[str, Text] = {
    "rank": gettext_lazy("Police rank"),
    "grade": gettext_lazy("Grade"),
    "age": gettext_lazy("Age"),
    "branch": gettext_lazy("Police branch"),
    "party": gettext_lazy("Political status"),
    "status": gettext_lazy("Status"),
    "staffing": gettext_lazy("Staffing type"),
}
TABLES = {"rank": "police_rank", "branch": "police_branch", "party": "political_status", "staffing": "staffing_type"}
# The orders in which cadres read a list, chosen by name and not by a column's head.
ORDERS: Mapping[str, Text] = {
    DEFAULT_SORT: gettext_lazy("Sorted by post → grade → time in post"),
    "strokes": gettext_lazy("Sorted by strokes of the surname"),
    "name": gettext_lazy("Sorted by pinyin"),
}
# The facets that stand open; the others are folded to "N values" until one is ticked in them.
OPEN = frozenset({"tier", "rank", "grade"})


def value_labels(facet: str) -> Mapping[str, Text]:
    """Value → word of a facet, in the order in which the values are listed."""
    if facet == "grade":
        return codes.grade_labels()
    if facet == "status":
        return dict(Officer.Status.choices)
    if facet != "age":
        return codes.labels(TABLES[facet])
    words: dict[str, str] = {}
    for band, (youngest, oldest) in AGE_BANDS.items():
        if youngest is None:
            words[band] = _("%(age)s and younger") % {"age": oldest}
        elif oldest is None:
            words[band] = _("%(age)s and older") % {"age": youngest}
        else:
            words[band] = _("%(from)s–%(to)s") % {"from": youngest, "to": oldest}
    return words


def facets_of(viewer: Viewer, query: OfficerQuery, counts: Counts, bounds: Bounds) -> Iterable[Facet]:
    """The facets with their counts: those of apps above first."""
    for code, column in column_facets(viewer).items():
        ticked = query.chosen.get(code, ())
        rows = column.facet(narrowed(viewer, query, bounds=bounds, without=code), viewer) if column.facet else ()
        choices = [Choice(label, value, count, value in ticked) for value, label, count in rows]
        if choices:
            yield Facet(column.title, code, choices, open=code in OPEN or bool(ticked))
    for facet, label in LABELS.items():
        ticked = query.status if facet == "status" else query.chosen.get(facet, ())
        found, words = counts.facets.get(facet, {}), value_labels(facet)
        # Values without a word in the table come after those with one; "not recorded" is the last.
        values = [value for value in words if value in found or value in ticked]
        values += sorted(({*found, *ticked} - {*words, BLANK}), key=str)
        values += [BLANK] if BLANK in found or BLANK in ticked else []
        choices = [
            Choice(words.get(v, _("not recorded") if v == BLANK else v), v, found.get(v, 0), v in ticked)
            for v in values
        ]
        if choices:
            yield Facet(label, facet, choices, open=facet in OPEN or bool(query.chosen.get(facet)))


def chips(viewer: Viewer, query: OfficerQuery, units: Mapping[int, str], shown: Sequence[Facet]) -> Iterable[Chip]:
    """The active conditions, each with the address of the list without it. `shown` are the facets beside it."""
    above_words = {facet.name: {choice.value: choice.label for choice in facet.choices} for facet in shown}
    if query.q:
        yield Chip(_("Search “%(text)s”") % {"text": query.q}, query.change(q="").url)
    if query.unit is not None:
        label = _("Unit %(unit)s and below") % {"unit": units.get(query.unit, "")}
        yield Chip(label, query.change(unit=None, unit_path="", fold=frozenset()).url)
    if query.rules:
        yield Chip(whole_words(query.rules), query.change(rules=NO_RULES, kept="").url)
    above = column_facets(viewer)
    for facet, values in query.chosen.items():
        if facet == "status" and values == DEFAULT_STATUS and not query.q:
            continue
        words = value_labels(facet) if facet in LABELS else above_words.get(facet, {})
        named = [str(words.get(v, _("not recorded") if v == BLANK else v)) for v in values]
        title = LABELS[facet] if facet in LABELS else above[facet].title
        yield Chip(f"{title} {_list(named)}", query.without(facet).url)
    if query.age_from is not None or query.age_to is not None:
        text = _("Age %(from)s–%(to)s") % {"from": _or_blank(query.age_from), "to": _or_blank(query.age_to)}
        yield Chip(text, query.change(age_from=None, age_to=None).url)
    if query.post_years_gte is not None:
        text = _("In post ≥ %(years)s years") % {"years": query.post_years_gte}
        yield Chip(text, query.change(post_years_gte=None).url)


def _or_blank(number: int | None) -> str:
    return "" if number is None else str(number)


def _list(words: Sequence[str]) -> str:
    return pgettext("between the values of a condition", ", ").join(words)


def sort_words(title: Text, query: OfficerQuery) -> str:
    """The order of the list in words; `title` is the title of the column sorted by."""
    if query.sort_key in ORDERS:
        return str(ORDERS[query.sort_key])
    if query.sort.startswith("-"):
        return _("Sorted by %(column)s, downwards") % {"column": title}
    return _("Sorted by %(column)s") % {"column": title}


def query_of(saved: SavedFilter, viewer: Viewer) -> OfficerQuery:
    """What a saved filter means for this viewer today."""
    return read_query(QueryDict(saved.query), viewer)[0]


def saved_rows(owner: User, query: OfficerQuery) -> list[dict[str, Any]]:
    """One's saved filters with their addresses, and whether the list shows one just now; one query."""
    return [
        {"saved": saved, "url": f"?{saved.query}", "chosen": saved.query == query.conditions}
        for saved in SavedFilter.objects.filter(owner=owner)
    ]

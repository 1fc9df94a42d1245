"""The address of the officer list, checked: what cannot be is left out, with a sentence about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from police_hr.core.access import Viewer
from police_hr.core.numbers import whole_number
from police_hr.core.panels import registry, visible
from roster.access import units_visible_to
from roster.selectors.officer_list import (
    AGE_BANDS,
    BLANK,
    COLUMNS,
    DEFAULT_SORT,
    SORTS,
    VIEWS,
    OfficerQuery,
    column_facets,
)
from roster.selectors.rule_fields import fact_kinds
from roster.selectors.rules import NO_RULES, Rules, read_rules
from roster.services import rules as services

MOST_VALUES = 40
MOST_OFFICERS = 500
NUMBERS = ("age_from", "age_to", "post_years_gte")


class OfficerFilter(forms.Form):
    """The single values of the address. Facets, sort and ticks depend on the viewer: see `read_query`."""

    q = forms.CharField(required=False, max_length=60, label=gettext_lazy("Search"))
    unit = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, label=gettext_lazy("Unit"))
    age_from = forms.IntegerField(required=False, min_value=0, max_value=120, label=gettext_lazy("Age from"))
    age_to = forms.IntegerField(required=False, min_value=0, max_value=120, label=gettext_lazy("Age to"))
    post_years_gte = forms.IntegerField(
        required=False, min_value=0, max_value=60, label=gettext_lazy("Full years in the present post")
    )
    view = forms.ChoiceField(required=False, choices=[(name, name) for name in VIEWS], label=gettext_lazy("View"))
    page = forms.IntegerField(required=False, min_value=1, max_value=1_000_000, label=gettext_lazy("Page"))


def read_query(data: QueryDict, viewer: Viewer, request: HttpRequest | None = None) -> tuple[OfficerQuery, list[str]]:
    """The query that an address asks for, and a sentence for each part of it that had to be left out.

    Conditions that are kept under a token are read, and their use written down, only with the `request` that shows
    what they find. Without it the query still names them, and finds nobody.
    """
    form = OfficerFilter(data)
    form.is_valid()
    notices = [
        _("%(label)s: “%(value)s” cannot be. This condition was left out.")
        % {"label": form.fields[name].label, "value": data.get(name, "")[:40]}
        for name in form.errors
    ]
    given: dict[str, Any] = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
    if given.get("age_from", 0) > given.get("age_to", 999):
        given["age_from"], given["age_to"] = given["age_to"], given["age_from"]
    if "unit" in given:
        unit = units_visible_to(viewer, "officer.list").filter(pk=given["unit"])
        given["unit_path"] = unit.values_list("path", flat=True).first() or ""
    if "unit" in given and not given["unit_path"]:
        given["unit"] = None
        notices.append(_("This unit does not exist or is not yours to see. The whole list is shown."))
    chosen, left_out = _chosen(data, viewer)
    sort, refused = _sort(data.get("sort", ""), viewer)
    kept, rules, unusable = _rules(data, viewer, request)
    query = OfficerQuery(
        **given,
        chosen=chosen,
        sort=sort,
        fold=frozenset(_numbers(data.get("fold", "").split("."))),
        officers=tuple(_numbers(data.getlist("officer"))[:MOST_OFFICERS]),
        rules=rules,
        kept=kept,
    )
    return query, notices + left_out + refused + unusable


def _rules(data: QueryDict, viewer: Viewer, request: HttpRequest | None) -> tuple[str, Rules, list[str]]:
    """The token, the conditions and what is to be said about those left out."""
    token = data.get("set", "")[:40]
    if not token:
        if "r" not in data:
            return "", NO_RULES, []
        pairs = [(name, text) for name in ("r", "any", "join") for text in data.getlist(name)[:MOST_VALUES]]
        rules, refused = read_rules(pairs, fact_kinds(viewer))
        if rules.sensitive:  # typed by hand: it has no reason and is in every log by now
            rules, refused = NO_RULES, [""]
        said = _("Conditions that cannot be used here were left out: %(conditions)s")
        return "", rules, [said % {"conditions": " · ".join(refused)}] if refused else []
    if request is None or viewer.user is None:
        return token, NO_RULES, []
    found = services.kept_pairs(token=token, by=viewer.user)
    if found is None:
        return "", NO_RULES, [_("These conditions belong to somebody else. Make your own, with your own reason.")]
    kept, pairs = found
    rules, refused = read_rules(pairs, fact_kinds(viewer))
    if refused:
        return "", NO_RULES, [_("You may not use these conditions any more.")]
    services.write_down(request=request, kept=kept, rules=rules)
    return token, rules, []


def _chosen(data: QueryDict, viewer: Viewer) -> tuple[Mapping[str, tuple[str, ...]], list[str]]:
    chosen, notices = {}, []
    for facet in (*COLUMNS, *column_facets(viewer)):
        values = list(dict.fromkeys(value for value in data.getlist(facet)[:MOST_VALUES] if value))
        kept = tuple(value for value in values if _possible(facet, value))
        if len(kept) < len(values):
            notices.append(_("A condition of the address is not known here and was left out."))
        if kept:
            chosen[facet] = kept
    return chosen, notices


def _possible(facet: str, value: str) -> bool:
    if facet == "age":
        return value in AGE_BANDS or value == BLANK
    return len(value) <= 40 and value.isprintable()


def _sort(text: str, viewer: Viewer) -> tuple[str, list[str]]:
    key = text.removeprefix("-")
    above = {column.code for column in visible(registry.officer_columns, viewer) if column.order_by}
    if not text or key in SORTS or key in above:
        return text or DEFAULT_SORT, []
    return DEFAULT_SORT, [_("The list cannot be sorted by “%(key)s”; the usual order is shown.") % {"key": key[:40]}]


def _numbers(texts: list[str]) -> list[int]:
    """Those of `texts` that are ids."""
    return [number for text in texts if (number := whole_number(text)) is not None]

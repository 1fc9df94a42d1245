"""The query builder: conditions put together step by step. Its state is its address, but for sensitive conditions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from police_hr.core.access import access
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.access import read_bounds
from roster.forms.officer_filter import read_query
from roster.selectors.officer_list import OfficerQuery, narrowed
from roster.selectors.rule_fields import FIELDS, OPERATORS, FactKind, RuleFault, fact_kinds
from roster.selectors.rule_words import rule_words
from roster.selectors.rules import GROUPS, MOST_RULES, Rules, made
from roster.selectors.shipped_filters import shipped_filters
from roster.services import rules as services

FIRST_FIELD = "in_post"


@access(Permission.OFFICER_LIST)
@require_http_methods(["GET", "POST"])
def officer_rules(request: HttpRequest) -> HttpResponse:
    """The conditions so far, how many officers answer to them, and a form for one more. POST changes them by one
    step and leads to the address of what came of it."""
    viewer = request.viewer  # type: ignore[attr-defined]
    query, notices = read_query(request.GET, viewer, request)
    kinds, asked = fact_kinds(viewer), request.GET
    if request.method == "POST":
        try:
            return redirect(reverse("roster:officer-rules") + _changed(request, query, kinds).url)
        except ValidationError as error:
            notices = [*notices, *error.messages]
        except RuleFault:
            notices = [*notices, _("This condition is not complete or cannot be. Choose a value.")]
        asked = request.POST  # what was typed stays in the form
    rules = query.rules
    context = {
        "query": query,
        "notices": notices,
        "count": narrowed(viewer, query, bounds=read_bounds()).count(),
        "groups": [
            {
                "code": group,
                "any": group in rules.any_groups,
                "rules": [(rules.rules.index(rule), rule_words(rule), rule.sensitivity) for rule in members],
            }
            for group, members in rules.groups
        ],
        "full": len(rules.rules) >= MOST_RULES,
        "all_groups": GROUPS,
        "fields": [(field.code, field.label) for field in FIELDS.values()],
        "shipped": _shipped(query, kinds),
        "list_url": reverse("roster:officer-list") + query.url,
        **_values(asked, kinds),
    }
    return render(request, "roster/officer_rules.html", context)


@access(Permission.OFFICER_LIST)
@require_GET
def officer_rule_field(request: HttpRequest) -> HttpResponse:
    """The operators and values of the chosen field: a fragment."""
    context = _values(request.GET, fact_kinds(request.viewer))  # type: ignore[attr-defined]
    return render(request, "roster/_officer_rule_field.html", context)


def _values(data: QueryDict, kinds: dict[str, FactKind]) -> dict[str, Any]:
    """What the form shows for the chosen field; what was typed for another one stays where it can be meant here."""
    found = FIELDS.get(data.get("field", "")) or FIELDS[FIRST_FIELD]
    typed = {name: data.get(name, "")[:40] for name in ("operator", "value", "level", "years")}
    if data.get("was", found.sort) != found.sort:
        typed["value"] = ""  # a code of another list means nothing here
    kind = kinds.get(data.get("value", "")) or next(iter(kinds.values()), None)
    return {
        "field": found,
        "operators": [(code, OPERATORS[code]) for code in found.operators],
        "words": list(found.words().items()) if found.sort in ("code", "ranked", "appraisal") else [],
        "kinds": kinds.values() if found.sort == "fact" else (),
        "kind": kind,
        "levels": list(kind.levels.items()) if kind and found.sort == "fact" else [],
        "typed": typed,
        "reason": data.get("reason", "")[:200],
        "group": data.get("group", ""),
    }


def _shipped(query: OfficerQuery, kinds: dict[str, FactKind]) -> list[dict[str, Any]]:
    """The filters of the product that this viewer may use, each with its address where it may have one."""
    rows = []
    for shipped in shipped_filters():
        rules = shipped.rules(kinds)
        if rules is not None:
            url = "" if rules.sensitive else OfficerQuery(rules=rules).url
            rows.append({"code": shipped.code, "label": shipped.label, "url": url})
    return rows


def _changed(request: HttpRequest, query: OfficerQuery, kinds: dict[str, FactKind]) -> OfficerQuery:
    """The query after the step of the form. Raises RuleFault or ValidationError."""
    data, rules = request.POST, query.rules
    step = data.get("step", "")
    if step == "add":
        values = [data.get(name, "") for name in ("value", "level", "years")]
        if FIELDS.get(data.get("field", "")) is FIELDS["appraisal"]:
            values = [values[0], values[2]]
        rule = made(data.get("group", GROUPS[0]), data.get("field", ""), data.get("operator", ""), values, kinds)
        if len(rules.rules) >= MOST_RULES:
            raise ValidationError(_("No more than %(most)s conditions.") % {"most": MOST_RULES})
        rules = replace(rules, rules=(*rules.rules, rule))
    elif step == "remove":
        index = data.get("index", "")
        rules = replace(rules, rules=tuple(r for place, r in enumerate(rules.rules) if str(place) != index))
    elif step == "join":
        group = data.get("group", "")
        if group in GROUPS:
            rules = replace(rules, any_groups=rules.any_groups ^ {group})
        else:
            rules = replace(rules, join_any=not rules.join_any)
    elif step == "shipped":
        rules = _of_shipped(data.get("code", ""), kinds)
    return _kept(request, query, rules)


def _of_shipped(code: str, kinds: dict[str, FactKind]) -> Rules:
    found = next((shipped.rules(kinds) for shipped in shipped_filters() if shipped.code == code), None)
    if found is None:
        raise RuleFault(code)
    return found


def _kept(request: HttpRequest, query: OfficerQuery, rules: Rules) -> OfficerQuery:
    """The query with these rules: sensitive ones are kept under a token, with the reason that was written."""
    if rules == query.rules:
        return query
    if not rules.sensitive:
        return query.change(rules=rules, kept="")
    reason = request.POST.get("reason", "") or services.reason_of(token=query.kept, by=signed_in(request))
    kept = services.keep_rules(rules=rules, reason=reason, by=signed_in(request))
    return query.change(rules=rules, kept=kept.token)

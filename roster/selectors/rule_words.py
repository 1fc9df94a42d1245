"""The conditions of a query in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roster.selectors.rule_fields import FIELDS, OPERATORS, Rule
from roster.selectors.rules import Rules


def rule_words(rule: Rule) -> str:
    """One rule: 任现职满 至少 5 年; 近 5 年无 个人记功嘉奖（三等功及以上）."""
    found = FIELDS[rule.code]
    operator = str(OPERATORS[rule.operator])
    if found.sort == "years":
        return _("%(field)s %(operator)s %(years)s") % {
            "field": found.label,
            "operator": operator,
            "years": rule.values[0],
        }
    if found.sort == "fact" and rule.kind is not None:
        return _fact_words(rule)
    word = found.words().get(rule.values[0], rule.values[0]) if found.sort != "text" else rule.values[0]
    if found.sort == "appraisal":
        return _dated(operator, f"{found.label} {word}", rule.values[1])
    return _("%(field)s %(operator)s “%(value)s”") % {"field": found.label, "operator": operator, "value": word}


def _fact_words(rule: Rule) -> str:
    kind, (_code, least, years) = rule.kind, rule.values
    what = kind.label if kind else ""
    if kind and least:
        level = kind.levels.get(least, least)
        last = list(kind.levels)[-1] == least
        what = (
            _("%(kind)s (%(level)s)") % {"kind": what, "level": level}
            if last
            else _("%(kind)s (%(level)s or above)") % {"kind": what, "level": level}
        )
    return _dated(str(OPERATORS[rule.operator]), what, years)


def _dated(operator: str, what: str, years: str) -> str:
    if years:
        return _("%(operator)s %(what)s in the last %(years)s years") % {
            "operator": operator,
            "what": what,
            "years": years,
        }
    return _("%(operator)s %(what)s") % {"operator": operator, "what": what}


def whole_words(rules: Rules) -> str:
    """All of it in one line, with brackets around groups of several."""
    either, both = pgettext("between conditions", " or "), pgettext("between conditions", " and ")
    parts = []
    for group, members in rules.groups:
        text = (either if group in rules.any_groups else both).join(rule_words(rule) for rule in members)
        parts.append(f"({text})" if len(members) > 1 and len(rules.groups) > 1 else text)
    return (either if rules.join_any else both).join(parts)

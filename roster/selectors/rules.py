"""Queries put together of conditions: groups of rules, each joined by "all" or "any", and the groups likewise.

    r=1.in_post.gte.5 & r=1.fact.has.AWARD.A2.10 & r=2.rank.from.R06 & any=1 & join=any

In an address a rule is group.field.operator.values, `any` names the groups of which one rule is enough, `join=any`
says that one group is enough. Conditions on facts of the classes 3 and 4 never stand in an address: they are kept
under a token (`roster.services.rules`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from roster.selectors.rule_fields import FIELDS, FactKind, Rule, RuleFault, Scene, checked, condition_of

MOST_RULES, GROUPS = 12, ("1", "2", "3")
NOT_IN_AN_ADDRESS = 3  # from this class on


@dataclass(frozen=True)
class Rules:
    """All conditions. `any_groups` are the groups of which one rule is enough, `join_any` whether one group is."""

    rules: tuple[Rule, ...] = ()
    any_groups: frozenset[str] = frozenset()
    join_any: bool = False

    def __bool__(self) -> bool:
        return bool(self.rules)

    @property
    def sensitive(self) -> bool:
        """Whether it asks for facts that may not stand in an address."""
        return any(rule.sensitivity >= NOT_IN_AN_ADDRESS for rule in self.rules)

    @property
    def groups(self) -> list[tuple[str, list[Rule]]]:
        """(group, its rules), the empty ones left out."""
        found = [(group, [rule for rule in self.rules if rule.group == group]) for group in GROUPS]
        return [(group, rules) for group, rules in found if rules]

    def pairs(self) -> list[tuple[str, str]]:
        """As the pairs of an address. Raises RuntimeError where they may not stand in one."""
        if self.sensitive:
            raise RuntimeError("Conditions on sensitive facts do not stand in an address.")
        return self.stored()

    def stored(self) -> list[tuple[str, str]]:
        """As pairs, to be kept where no address shows them."""
        joined = [("join", "any")] if self.join_any else []
        return [("r", rule.text) for rule in self.rules] + [("any", g) for g in sorted(self.any_groups)] + joined


NO_RULES = Rules()


def read_rules(pairs: Iterable[tuple[str, str]], kinds: Mapping[str, FactKind]) -> tuple[Rules, list[str]]:
    """The conditions in `pairs`, and the text of each that cannot be or that the viewer (whose `kinds` they are) may
    not use."""
    rules: list[Rule] = []
    refused: list[str] = []
    any_groups, join_any = set(), False
    for name, text in pairs:
        if name == "any" and text in GROUPS:
            any_groups.add(text)
        elif name == "join":
            join_any = text == "any"
        elif name == "r":
            try:
                rule = read_rule(text, kinds)
            except RuleFault:
                refused.append(text[:60])
                continue
            if rule not in rules and len(rules) < MOST_RULES:
                rules.append(rule)
    return Rules(tuple(rules), frozenset(any_groups), join_any), refused


def read_rule(text: str, kinds: Mapping[str, FactKind]) -> Rule:
    """One rule of an address. Raises RuleFault."""
    group, _dot, rest = text.partition(".")
    code, _dot, rest = rest.partition(".")
    operator, _dot, rest = rest.partition(".")
    if group not in GROUPS or code not in FIELDS:
        raise RuleFault(text[:20])
    # a text may hold dots itself
    values = [rest] if FIELDS[code].sort == "text" else rest.split(".")
    return made(group, code, operator, values, kinds)


def made(group: str, code: str, operator: str, values: Sequence[str], kinds: Mapping[str, FactKind]) -> Rule:
    """A rule of these parts, checked. Raises RuleFault."""
    found = checked(code, operator, values, kinds)
    return Rule(group, code, operator, found, kinds[found[0]] if FIELDS[code].sort == "fact" else None)


def condition(rules: Rules, scene: Scene) -> Q:
    """The condition that all of it makes on an officer."""
    whole: Q | None = None
    for group, members in rules.groups:
        part: Q | None = None
        for rule in members:
            one = condition_of(rule, scene)
            part = one if part is None else part | one if group in rules.any_groups else part & one
        if part is not None:
            whole = part if whole is None else whole | part if rules.join_any else whole & part
    return Q() if whole is None else whole

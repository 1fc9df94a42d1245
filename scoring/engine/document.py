"""Models as JSON documents: strict reading with the path of every fault, and writing."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from scoring.engine.checks import check
from scoring.engine.definition import (
    Clause,
    Clock,
    Condition,
    ContextIndicator,
    Decay,
    DecayMode,
    Dimension,
    Evidence,
    Floor,
    Indicator,
    ModelDefinition,
    Part,
    Severity,
    Stage,
    Tier,
    TierClass,
)
from scoring.engine.errors import DefinitionError
from scoring.engine.errors import gettext_noop as _
from scoring.engine.node import Node

TIERS = {"attention": Tier.ATTENTION, "help": Tier.HELP}
POLICIES = ("cn", "allegations")
DATA_CLASSES = ("S1", "S2", "S3", "S4")


def load(document: Mapping[str, Any]) -> ModelDefinition:
    """A checked definition from a parsed JSON document.

    Raises DefinitionError naming the path, e.g. `indicators[3].decay.half_life: must be ...`.
    """
    root = Node(document, "")
    thresholds = root.node("thresholds")
    rise = root.node("rise", optional=True)
    hysteresis = root.node("hysteresis")
    definition = ModelDefinition(
        code=root.text("code"),
        name_zh=root.text("name_zh"),
        name_en=root.text("name_en"),
        population=root.text("population"),
        policy=root.choice("policy", POLICIES),
        dimensions=root.items("dimensions", _dimension),
        classes=root.items("classes", _tier_class),
        indicators=root.items("indicators", _indicator),
        contexts=root.items("contexts", _context, default=()),
        floors=root.items("floors", _floor, default=()) + root.items("red_lines", _red_line, default=()),
        attention_from=thresholds.points("attention"),
        help_from=thresholds.points("help"),
        minor_share=root.share("minor_share"),
        min_coverage=root.number("min_coverage", low=0, high=1),
        hysteresis_margin=hysteresis.points("margin"),
        hysteresis_runs=hysteresis.whole("runs", low=1),
        rise_points=rise.points("points") if rise else None,
        rise_days=rise.whole("days", low=1) if rise else 30,
        share_alarm=root.number("share_alarm", low=0, high=1),
        context_needs=root.points("context_needs", default=100),
        notes=root.text("notes", default=""),
        target=root.text("target", default=""),
    )
    for node in (thresholds, rise, hysteresis, root):
        if node:
            node.finish()
    check(definition)
    return definition


def loads(text: str) -> ModelDefinition:
    """`load` from JSON text."""
    return load(parse(text))


def parse(text: str) -> dict[str, Any]:
    """JSON text as an object, strictly: no key twice, no NaN, not nested beyond reason.

    Raises DefinitionError with the line where the text stops being JSON.
    """
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        line = _("line %(line)s")
        raise DefinitionError(line % {"line": error.lineno}, _("is not JSON: %(fault)s"), fault=error.msg) from None
    except DefinitionError:
        raise
    except RecursionError:
        raise DefinitionError("", _("is nested too deeply")) from None
    except ValueError:  # a whole number of thousands of digits
        raise DefinitionError("", _("holds a number that is far too long")) from None
    if not isinstance(document, dict):
        raise DefinitionError("", _("must be an object"))
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise DefinitionError(key, _("stands twice in one object"))
        found[key] = value
    return found


def _no_number(text: str) -> None:
    raise DefinitionError("", _("%(text)s is not a number"), text=text)


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 of the document in canonical form: names the exact version of a model."""
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _dimension(node: Node) -> Dimension:
    return Dimension(
        code=node.text("code"),
        part=Part(node.choice("part", [part.value for part in Part])),
        name_zh=node.text("name_zh"),
        name_en=node.text("name_en"),
        cap=node.cap_or_none("cap"),
        tier_class=node.text("class", default=""),
    )


def _tier_class(node: Node) -> TierClass:
    return TierClass(node.text("code"), node.text("name_zh"), node.text("name_en"))


def _indicator(node: Node) -> Indicator:
    return Indicator(
        code=node.text("code"),
        dim=node.text("dim"),
        name_zh=node.text("name_zh"),
        name_en=node.text("name_en"),
        evidence=node.items("evidence", _evidence),
        decay=_decay(node.node("decay")),
        data_class=node.choice("data_class", DATA_CLASSES),
        cap=node.cap_or_none("cap"),
        window_days=node.whole_or_none("window_days", low=1),
        clock=_clock(node),
        **_validity(node),
        root_at=node.cap_or_none("root_at"),
        one_reporter_cap=node.cap_or_none("one_reporter_cap"),
    )


def _validity(node: Node) -> dict[str, Any]:
    """Whether an indicator is switched on, and from which day to which it counts."""
    first, last = node.day_or_none("valid_from"), node.day_or_none("valid_to")
    if first is not None and last is not None and last < first:
        raise DefinitionError(node.at("valid_to"), _("must not be before valid_from"))
    return {"enabled": node.flag("enabled", default=True), "valid_from": first, "valid_to": last}


def _clock(node: Node) -> Clock:
    return Clock(node.choice("clock", [clock.value for clock in Clock], default="occurred"))


def _evidence(node: Node) -> Evidence:
    severity = node.node("severity", optional=True)
    return Evidence(
        kind=node.text("kind"),
        where=_where(node),
        points=node.points("points", default=0),
        severity=_severity(severity) if severity else None,
        needs_closed=node.flag("needs_closed"),
        verified_only=node.flag("verified_only"),
    )


def _where(node: Node) -> tuple[Condition, ...]:
    return tuple(_condition(node, field, test) for field, test in sorted(node.mapping("where").items()))


def _condition(node: Node, field: str, test: Any) -> Condition:
    at = f"{node.path}.where.{field}"
    if not isinstance(test, dict):
        return Condition(field, values=_scalars(test, at))
    inner = Node(test, at)
    condition = Condition(
        field,
        excluded=_scalars(inner.take("not"), at) if "not" in test else (),
        gte=inner.number_or_none("gte"),
        gt=inner.number_or_none("gt"),
        lte=inner.number_or_none("lte"),
        lt=inner.number_or_none("lt"),
        reached=inner.flag("reached"),
    )
    inner.finish()
    if condition == Condition(field):
        raise DefinitionError(at, _("tests nothing"))
    return condition


def _scalars(value: Any, at: str) -> tuple[str | int | float | bool, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(v, str | int | float | bool) for v in values):
        raise DefinitionError(at, _("must be a value or a list of values"))
    return tuple(values)


def _severity(node: Node) -> Severity:
    by_value = node.items("map", _value_points, default=())
    severity = Severity(
        field=node.text("field"),
        by_value=by_value,
        max_units=node.number_or_none("max_units", low=0),
        default_units=node.number("default_units", low=0, default=1),
    )
    node.finish()
    return severity


def _value_points(node: Node) -> tuple[str | int | bool, int]:
    return node.scalar("value"), node.points("points")


def _decay(node: Node) -> Decay:
    decay = Decay(
        mode=DecayMode(node.choice("mode", [mode.value for mode in DecayMode])),
        half_life=node.whole_or_none("half_life", low=1),
        until_field=node.text("until_field", default="") or None,
        flat_days=node.whole("flat_days", low=0, default=0),
    )
    node.finish()
    return decay


def _context(node: Node) -> ContextIndicator:
    fact = node.text("fact")
    when = node.take("when", default=None)
    return ContextIndicator(
        code=node.text("code"),
        dim=node.text("dim"),
        name_zh=node.text("name_zh"),
        name_en=node.text("name_en"),
        fact=fact,
        points=node.points("points"),
        when=None if when is None else _condition(node, fact, when),
        max_units=node.number_or_none("max_units", low=0),
        **_validity(node),
    )


def _floor(node: Node, *, red_line: bool = False) -> Floor:
    return Floor(
        code=node.text("code"),
        name_zh=node.text("name_zh"),
        name_en=node.text("name_en"),
        clauses=node.items("clauses", _clause),
        stages=node.items("stages", _stage),
        tier_class=node.text("class"),
        red_line=red_line,
        blocks_promotion=node.flag("blocks_promotion"),
        audience=node.text("audience", default=""),
        enabled=node.flag("enabled", default=True),
        clock=_clock(node),
    )


def _red_line(node: Node) -> Floor:
    return _floor(node, red_line=True)


def _clause(node: Node) -> Clause:
    return Clause(
        evidence=node.items("evidence", _evidence),
        min_count=node.whole("min_count", low=1, default=1),
        within_days=node.whole_or_none("within_days", low=1),
    )


def _stage(node: Node) -> Stage:
    return Stage(
        tier=TIERS[node.choice("tier", list(TIERS))],
        kinds=node.texts("kinds"),
        days=node.whole_or_none("days", low=1),
        until_field=node.text("until_field", default="") or None,
        default_days=node.whole_or_none("default_days", low=1),
    )

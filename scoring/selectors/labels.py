"""Words for what a model is made of, in the active language."""

from __future__ import annotations

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from police_hr.core.i18n import pick
from scoring.engine.definition import ContextIndicator, DecayMode, Indicator, ModelDefinition
from scoring.engine.points import decay_fraction, points

PART_NAMES: dict[str, str | Promise] = {
    "R": gettext_lazy("Risk part R"),
    "C": gettext_lazy("Care part C"),
    "K": gettext_lazy("Credits K"),
}
PART_TONES = {"R": "risk", "C": "care", "K": "credit"}
REASONS: dict[str, str | Promise] = {
    "points": gettext_lazy("by its points"),
    "rise": gettext_lazy("by its rise in 30 days"),
    "floor": gettext_lazy("by a floor rule"),
    "red_line": gettext_lazy("by a red line"),
    "manual": gettext_lazy("by hand"),
    "coverage": gettext_lazy("too little data"),
}


def name_of(definition: ModelDefinition, code: str) -> str:
    """The name of the indicator, context, floor or dimension `code`; the code itself where there is none."""
    for one in (*definition.scored, *definition.floors, *definition.dimensions):
        if one.code == code:
            return pick(one.name_zh, one.name_en)
    return code


def names(definition: ModelDefinition) -> dict[str, str]:
    """Code → name of every indicator, context, floor and dimension."""
    every = (*definition.dimensions, *definition.floors, *definition.scored)
    return {one.code: pick(one.name_zh, one.name_en) for one in every}


def class_name(definition: ModelDefinition, code: str) -> str:
    """The name of a class chip (hardship, discipline, care), "" for none."""
    for one in definition.classes:
        if one.code == code:
            return pick(one.name_zh, one.name_en)
    return ""


def plain(value: int) -> str:
    """Hundredths as people write points: 10, 1.5, 0.05."""
    text = f"{points(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def two(value: int | None) -> str:
    """Hundredths with two decimals and a true minus; "–" for none."""
    if value is None:
        return "–"
    return f"{'−' if value < 0 else ''}{abs(points(value)):.2f}"


def four(value: int) -> str:
    """Ten-thousandths with four decimals, a full one as 1."""
    found: Decimal = decay_fraction(value)
    return "1" if found == 1 else f"{found:.4f}"


def half_life(indicator: Indicator | ContextIndicator) -> str:
    """How points fall with time, in words."""
    if isinstance(indicator, ContextIndicator):
        return _("does not fall")
    decay = indicator.decay
    days = decay.half_life
    match decay.mode:
        case DecayMode.EXP:
            return _("%(days)s days") % {"days": days}
        case DecayMode.FLAT_UNTIL:
            return _("full until the end of its period, then %(days)s days") % {"days": days}
        case DecayMode.WHILE_OPEN if days is not None:
            return _("full while open, then %(days)s days") % {"days": days}
        case DecayMode.WHILE_OPEN:
            return _("full while open")
    return _("does not fall")

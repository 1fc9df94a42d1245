"""A fit as a model document that people read, compare and approve like any other."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.engine.candidates import Candidate, weighted
from scoring.engine.definition import ContextIndicator, ModelDefinition, Part
from scoring.engine.points import HUNDREDTHS, IntArray, points

ATTENTION_SHARE, HELP_SHARE = 0.15, 0.05  # of everybody, above each threshold


@dataclass(frozen=True)
class Naming:
    """What the drafted model is called, and the note that says how it came about."""

    code: str
    name_zh: str
    name_en: str
    notes: str


def drafted(
    content: Mapping[str, Any],
    definition: ModelDefinition,
    columns: Sequence[Candidate],
    chosen: NDArray[np.int64],
    naming: Naming,
) -> dict[str, Any]:
    """The document of `content` with the fitted indicators in place of its own of parts R and K.

    Care, floors, red lines and all that is about people's decisions stay as they were written. Caps of the fitted
    dimensions go: they were no part of the fit, and repetition is the signal.
    """
    document = copy.deepcopy(dict(content))
    fitted_dims = {d.code for d in definition.dimensions if d.part is not Part.CARE}
    own = {one["code"]: one for one in document["indicators"]}
    facts = {one["code"]: one for one in document.get("contexts", [])}
    indicators = [one for one in document["indicators"] if one["dim"] not in fitted_dims]
    contexts = [one for one in document.get("contexts", []) if one["dim"] not in fitted_dims]
    base = {one.code: one for one in definition.indicators}
    for column, value in zip(columns, chosen.tolist(), strict=True):
        if not value:
            continue
        if column.base in facts:
            contexts.append({**facts[column.base], "points": value})
        else:
            indicators.append(_indicator(own[column.base], base[column.base], column, value))
    for dimension in document["dimensions"]:
        if dimension["code"] in fitted_dims:
            dimension["cap"] = None
    document |= {"indicators": indicators, "contexts": contexts, "code": naming.code, "notes": naming.notes}
    return document | {"name_zh": naming.name_zh, "name_en": naming.name_en}


def _indicator(own: Mapping[str, Any], base: Any, column: Candidate, value: int) -> dict[str, Any]:
    one = copy.deepcopy(dict(own))
    scaled = weighted(base, value * HUNDREDTHS, column.half_life)
    for written, evidence in zip(one["evidence"], scaled.evidence, strict=True):
        if "points" in written:
            written["points"] = _number(evidence.points)
        if evidence.severity is not None and not evidence.severity.per_unit:
            written["severity"]["map"] = [
                {**entry, "points": _number(p)}
                for entry, (_value, p) in zip(written["severity"]["map"], evidence.severity.by_value, strict=True)
            ]
    one.pop("cap", None)
    zh, en = [], []
    if column.half_life is not None and column.half_life != base.decay.half_life:
        zh.append(f"半衰期 {column.half_life} 天")
        en.append(f"half-life {column.half_life} d")
    one["decay"]["half_life"] = column.half_life
    if column.half_life is None:
        del one["decay"]["half_life"]
    if column.root:
        one["root_at"] = value
        zh.append("次数开方")
        en.append("square root")
    one["code"] = code_of(column)
    if zh:
        one["name_zh"] = _with(own["name_zh"], f"（{'，'.join(zh)}）")
        one["name_en"] = _with(own["name_en"], f" ({', '.join(en)})")
    return one


LONGEST_NAME = 80


def _with(name: str, ending: str) -> str:
    """The name with its ending, the name shortened where both are too long for a model."""
    room = LONGEST_NAME - len(ending)
    return f"{name if len(name) <= room else name[: room - 1] + '…'}{ending}"


def code_of(column: Candidate) -> str:
    """FORCE-365R: the indicator it comes from, its half-life, R where it counts by the square root."""
    if isinstance(column.scored, ContextIndicator):
        return column.base
    return f"{column.base}{f'-{column.half_life}' if column.half_life else ''}{'R' if column.root else ''}"


def _number(value: int) -> int | float:
    exact = points(value)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def thresholds(index: IntArray, highest: int) -> dict[str, float]:
    """From which index a tier begins, so that it holds the intended share of everybody; half points, in points.

    Where most have no points at all the lowest sensible thresholds are taken: 1 and 2.
    """
    attention, help_ = (float(np.quantile(index, 1 - share)) for share in (ATTENTION_SHARE, HELP_SHARE))
    low = min(max(round(attention / 50) / 2, 1.0), highest / HUNDREDTHS - 1)
    high = min(max(round(help_ / 50) / 2, low + 1), highest / HUNDREDTHS)
    return {"attention": low, "help": high}

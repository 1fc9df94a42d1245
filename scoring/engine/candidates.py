"""What a fit may choose from: the model's own indicators at several half-lives, plain and by their square root."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from scoring.engine.definition import (
    DAYS_WITHOUT_RISK,
    ContextIndicator,
    Decay,
    DecayMode,
    Evidence,
    Indicator,
    ModelDefinition,
    Part,
)
from scoring.engine.events import read_batch
from scoring.engine.ledger import LedgerRows
from scoring.engine.points import HUNDREDTHS, FloatArray
from scoring.engine.score import event_sums, indicator_sums

HALF_LIVES = (90, 180, 365, 730, 1095)
UNIT = 10 * HUNDREDTHS  # points of a candidate's lightest evidence while it is measured: rounding hardly shows


@dataclass(frozen=True)
class Candidate:
    """One column of a fit. `base`: code of the indicator or context of the model it comes from."""

    base: str
    scored: Indicator | ContextIndicator
    root: bool
    credit: bool

    @property
    def half_life(self) -> int | None:
        return self.scored.decay.half_life if isinstance(self.scored, Indicator) else None


def candidates(definition: ModelDefinition) -> list[Candidate]:
    """Of parts R and K: care is for people to weigh, and no forecast may lean on it.

    Indicators that never bring points, and those whose points a person set per value with nothing in common, keep
    their proportions: the lightest evidence is the unit.
    """
    found: list[Candidate] = []
    for indicator in definition.indicators:
        part = definition.part_of(indicator)
        if part is Part.CARE or not (indicator.enabled and lightest(indicator)):
            continue
        for half_life in _half_lives(indicator.decay):
            scaled = weighted(indicator, UNIT, half_life)
            found += [Candidate(indicator.code, scaled, root, part is Part.CREDIT) for root in (False, True)]
    for context in definition.contexts:
        part = definition.part_of(context)
        derived = context.fact == DAYS_WITHOUT_RISK  # follows from the very points that are being fitted
        if part is not Part.CARE and context.enabled and not derived:
            found.append(Candidate(context.code, replace(context, points=UNIT), False, part is Part.CREDIT))
    return found


def _half_lives(decay: Decay) -> tuple[int | None, ...]:
    return (decay.half_life,) if decay.half_life is None or decay.mode is DecayMode.NONE else HALF_LIVES


def lightest(indicator: Indicator) -> int:
    """The smallest points above 0 that one row can bring (for an amount: one unit of it), hundredths; 0: none."""
    return min((points for one in indicator.evidence for points in _points(one) if points > 0), default=0)


def _points(evidence: Evidence) -> list[int]:
    severity = evidence.severity
    if severity is None or severity.per_unit:
        return [evidence.points]
    return [points for _value, points in severity.by_value]


def weighted(indicator: Indicator, points: int, half_life: int | None) -> Indicator:
    """The indicator with its lightest evidence at `points` hundredths, the others in proportion, without a cap."""
    unit = lightest(indicator)

    def scale(value: int) -> int:
        return (value * points + unit // 2) // unit

    evidence = []
    for one in indicator.evidence:
        severity = one.severity
        if severity is not None and not severity.per_unit:
            severity = replace(severity, by_value=tuple((value, scale(p)) for value, p in severity.by_value))
        evidence.append(replace(one, points=scale(one.points), severity=severity))
    decay = replace(indicator.decay, half_life=half_life)
    return replace(indicator, evidence=tuple(evidence), decay=decay, cap=None, root_at=None)


def matrix(
    definition: ModelDefinition,
    columns: list[Candidate],
    rows: LedgerRows,
    officers: int,
    as_of: int,
    contexts: Mapping[str, FloatArray],
) -> FloatArray:
    """officers × columns: what each candidate would bring at one point, computed by the engine itself."""
    plain = [c.scored for c in columns if isinstance(c.scored, Indicator) and not c.root]
    facts = [c.scored for c in columns if isinstance(c.scored, ContextIndicator)]
    wide = replace(definition, indicators=tuple(plain), contexts=tuple(facts), floors=())
    batch = read_batch(wide, rows, officers, as_of)
    sums = event_sums(wide, batch.events, officers, as_of) / UNIT
    place = {(one.code, one.decay.half_life): i for i, one in enumerate(plain)}
    context_sums = indicator_sums(wide, batch, contexts)[:, len(plain) :] / UNIT
    result = np.empty((officers, len(columns)))
    for i, column in enumerate(columns):
        if isinstance(column.scored, Indicator):
            values = sums[:, place[column.base, column.half_life]]
            result[:, i] = np.sqrt(values) if column.root else values
        else:
            result[:, i] = context_sums[:, facts.index(column.scored)]
    return result

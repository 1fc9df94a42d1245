"""The index of one officer as lines that sum exactly to it.

The lines of each step: events and contexts, then what its cap takes away. Part C stands in full or
at the minor share, as does R′; the share, and the clip at the maximum, are lines of their own.
Floors and red lines are lines without points that name a tier and an end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from scoring.engine.definition import (
    DAYS_WITHOUT_RISK,
    ContextIndicator,
    Indicator,
    ModelDefinition,
    Part,
    Tier,
)
from scoring.engine.events import Batch
from scoring.engine.ledger import NEVER
from scoring.engine.points import FULL, decay_table, times
from scoring.engine.score import Scores, days_without_risk, event_points, event_sums, indicator_sums, score


class LineKind(StrEnum):
    EVENT = "event"
    CONTEXT = "context"
    ROOT = "root"  # what counting repeated events by their square root changes
    REPORTER_CAP = "reporter_cap"  # one person alone reported all of it
    INDICATOR_CAP = "indicator_cap"
    DIMENSION_CAP = "dimension_cap"  # for credits too: at most the cap of part K
    CREDIT_UNUSED = "credit_unused"  # credits lower R to 0, never below
    MINOR_SHARE = "minor_share"
    CLIP = "clip"
    FLOOR = "floor"
    RED_LINE = "red_line"


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `points` signed hundredths; `base` hundredths and `decay` ten-thousandths where
    the line is base × severity × decay; days are since 1970-01-01; 0 or None: does not apply."""

    kind: LineKind
    code: str  # of the indicator, dimension or floor
    part: str  # "R", "C", "K" or "" for the whole
    points: int
    event_id: int | None = None
    day: int | None = None
    base: int = 0
    severity: float = 1.0
    decay: int = FULL
    tier: Tier | None = None
    until: int | None = None


@dataclass(frozen=True)
class Explanation:
    """All lines of one officer and the result they add up to (row 0 of `scores`)."""

    lines: tuple[Line, ...]
    scores: Scores

    @property
    def index(self) -> int:
        """Hundredths; equal to the sum of the points of all lines."""
        return int(self.scores.totals.index[0])


def explain(
    definition: ModelDefinition,
    batch: Batch,
    *,
    contexts: Mapping[str, float] | None = None,
    coverage: float | None = None,
    previous: int | None = None,
    scores: Scores | None = None,
) -> Explanation:
    """Lines and score of the one officer of `batch` (`Batch.of_officer`), as `score` computes it.

    Other arguments as of `score`, for this officer; `scores`: what it gave, where that is known already
    (`Scores.of_officer`). Lines that bring nothing are left out.
    """
    facts = {name: np.array([value]) for name, value in (contexts or {}).items()}
    scores = scores or score(
        definition,
        batch,
        contexts=facts,
        coverage=None if coverage is None else np.array([coverage]),
        previous=None if previous is None else np.array([previous]),
    )
    facts[DAYS_WITHOUT_RISK] = days_without_risk(definition, batch)
    sums, points = indicator_sums(definition, batch, facts), event_points(definition, batch)[0]
    lines = [
        *_event_lines(definition, batch),
        *_root_lines(definition, batch, points),
        *_reporter_lines(definition, points, sums[0]),
        *_context_lines(definition, sums[0]),
        *_cap_lines(definition, sums[0], scores),
        *_total_lines(definition, scores),
        *_floor_lines(definition, batch, scores),
    ]
    return Explanation(tuple(lines), scores)


def _sign(definition: ModelDefinition, indicator: Indicator | ContextIndicator) -> int:
    return -1 if definition.part_of(indicator) is Part.CREDIT else 1


def _event_lines(definition: ModelDefinition, batch: Batch) -> list[Line]:
    """Newest first within each indicator."""
    events = batch.events
    lines = []
    for i in np.lexsort((-events.event_id, -events.day, events.indicator)).tolist():
        indicator = definition.indicators[events.indicator[i]]
        age = batch.as_of - int(events.decays_from[i])
        decay = int(decay_table(indicator.decay.half_life)[age])
        points, base = int(events.points[i]), int(events.base[i])
        counted = times(points, decay)
        if counted:
            lines.append(
                Line(
                    LineKind.EVENT,
                    indicator.code,
                    definition.part_of(indicator).value,
                    _sign(definition, indicator) * counted,
                    event_id=int(events.event_id[i]),
                    day=int(events.day[i]),
                    base=base,
                    severity=points / base if base else 1.0,
                    decay=decay,
                )
            )
    return lines


def _root_lines(definition: ModelDefinition, batch: Batch, sums: np.ndarray) -> list[Line]:
    """One line an indicator that counts by the square root: it takes where events repeat, gives where one fades."""
    if not any(indicator.root_at for indicator in definition.indicators):
        return []
    plain = event_sums(definition, batch.events, 1, batch.as_of)[0].tolist()
    lines = []
    for indicator, rooted, before in zip(definition.indicators, sums.tolist(), plain, strict=False):
        if rooted != before:
            sign, part = _sign(definition, indicator), definition.part_of(indicator).value
            lines.append(
                Line(LineKind.ROOT, indicator.code, part, sign * (rooted - before), base=indicator.root_at or 0)
            )
    return lines


def _reporter_lines(definition: ModelDefinition, points: np.ndarray, sums: np.ndarray) -> list[Line]:
    """What is taken where one person alone reported all that counts."""
    lines = []
    for indicator, before, after in zip(definition.indicators, points.tolist(), sums.tolist(), strict=False):
        if before != after:
            sign, part = _sign(definition, indicator), definition.part_of(indicator).value
            lines.append(Line(LineKind.REPORTER_CAP, indicator.code, part, sign * (after - before)))
    return lines


def _context_lines(definition: ModelDefinition, sums: np.ndarray) -> list[Line]:
    lines = []
    for context, amount in zip(definition.contexts, sums[len(definition.indicators) :].tolist(), strict=True):
        if amount:
            lines.append(
                Line(
                    LineKind.CONTEXT,
                    context.code,
                    definition.part_of(context).value,
                    _sign(definition, context) * amount,
                    base=context.points,
                    severity=amount / context.points,
                )
            )
    return lines


def _cap_lines(definition: ModelDefinition, sums: np.ndarray, scores: Scores) -> list[Line]:
    """What the caps of indicators and dimensions take away."""
    lines = []
    totals = scores.totals
    for i, indicator in enumerate(definition.indicators):
        over = int(sums[i] - totals.indicators[0, i])
        if over:
            part, sign = definition.part_of(indicator).value, _sign(definition, indicator)
            lines.append(Line(LineKind.INDICATOR_CAP, indicator.code, part, -sign * over))
    for i, dimension in enumerate(definition.dimensions):
        inside = [n for n, one in enumerate(definition.scored) if one.dim == dimension.code]
        over = int(totals.indicators[0, inside].sum() - totals.dimensions[0, i])
        if over:
            sign = -1 if dimension.part is Part.CREDIT else 1
            part = dimension.part.value
            lines.append(Line(LineKind.DIMENSION_CAP, dimension.code, part, -sign * over))
    return lines


def _total_lines(definition: ModelDefinition, scores: Scores) -> list[Line]:
    totals = scores.totals
    risk_net, care = int(totals.risk_net[0]), int(totals.care[0])
    unused = int(totals.credit[0]) - (int(totals.risk[0]) - risk_net)
    lines = []
    if unused:
        lines.append(Line(LineKind.CREDIT_UNUSED, "K", Part.CREDIT.value, unused))
    minor = min(risk_net, care)
    if minor:
        part = Part.RISK if care >= risk_net else Part.CARE
        taken = times(minor, definition.minor_share) - minor
        lines.append(
            Line(
                LineKind.MINOR_SHARE,
                part.value,
                part.value,
                taken,
                base=minor,
                decay=definition.minor_share,
            )
        )
    clipped = int(totals.index[0] - totals.raw[0])
    if clipped:
        lines.append(Line(LineKind.CLIP, "", "", clipped, base=definition.index_max))
    return lines


def _floor_lines(definition: ModelDefinition, batch: Batch, scores: Scores) -> list[Line]:
    """One line a row that an active floor rests on; the tier and end are those of the floor."""
    tiers, signals = scores.tiers, batch.signals
    lines = []
    for i in np.lexsort((-signals.event_id, -signals.day, signals.clause, signals.floor)).tolist():
        number = int(signals.floor[i])
        held = int(tiers.floor_tier[0, number])
        if held:
            floor = definition.floors[number]
            end = int(tiers.floor_until[0, number])
            lines.append(
                Line(
                    LineKind.RED_LINE if floor.red_line else LineKind.FLOOR,
                    floor.code,
                    "",
                    0,
                    event_id=int(signals.event_id[i]),
                    day=int(signals.day[i]),
                    tier=Tier(held),
                    until=None if end == NEVER else end,
                )
            )
    return lines


@dataclass(frozen=True, slots=True)
class Change:
    """How much one line changed between two explanations, in hundredths."""

    kind: LineKind
    code: str
    event_id: int | None
    before: int
    after: int

    @property
    def points(self) -> int:
        return self.after - self.before


def changes(before: Explanation, after: Explanation) -> list[Change]:
    """Lines that changed, largest first; they sum exactly to the change of the index."""
    old, new = _by_line(before), _by_line(after)
    found = [
        Change(*key, before=old.get(key, 0), after=new.get(key, 0))
        for key in {**old, **new}
        if old.get(key, 0) != new.get(key, 0)
    ]
    return sorted(found, key=lambda c: (-abs(c.points), c.kind, c.code, c.event_id or 0))


def _by_line(explanation: Explanation) -> dict[tuple[LineKind, str, int | None], int]:
    sums: dict[tuple[LineKind, str, int | None], int] = {}
    for line in explanation.lines:
        key = (line.kind, line.code, line.event_id)
        sums[key] = sums.get(key, 0) + line.points
    return sums

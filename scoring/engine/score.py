"""The index of many officers on one day.

    points = base × severity × 0.5^(age / half-life)      (rounded to hundredths, per event)
    indicator = Σ points, or root_at × √(Σ points / root_at) where the model says so
    dimension = min(cap, Σ points)      R, C = Σ dimensions      K = min(cap of K, Σ credits)
    R′ = max(0, R − K)      index = clip(max(R′, C) + minor share × min(R′, C), 0, 100)

Arrays of points are int64 hundredths. `lines.py` computes the same with one line a step.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from scoring.engine.definition import DAYS_WITHOUT_RISK, ContextIndicator, ModelDefinition, Part
from scoring.engine.events import Batch, Events
from scoring.engine.match import in_range
from scoring.engine.points import (
    FULL,
    OLDEST,
    FloatArray,
    IntArray,
    decay_table,
    decayed,
)
from scoring.engine.tiers import Tiering, assign_tiers

CHUNK = 1 << 16  # events whose temporaries stay in the processor's cache
NO_EVENT = 1_000_000  # days without a risk event where there is none
T = TypeVar("T", "Totals", Tiering)


@dataclass(frozen=True)
class Totals:
    """The steps of the formula for n officers, in hundredths of a point."""

    indicators: IntArray  # n × (indicators, then contexts), after each one's cap
    dimensions: IntArray  # n × dimensions, after the cap
    risk: IntArray
    credit: IntArray  # what credits bring after their cap, ≥ 0
    risk_net: IntArray  # R′
    care: IntArray
    raw: IntArray  # before the index is clipped
    index: IntArray


@dataclass(frozen=True)
class Scores:
    """The result for n officers: totals and tiers."""

    totals: Totals
    tiers: Tiering

    def of_officer(self, place: int) -> "Scores":
        """The scores of one officer, who becomes officer 0."""
        return Scores(_row(self.totals, place), _row(self.tiers, place))

    def digest(self) -> str:
        """SHA-256 over every array: equal results have equal digests."""
        sha = hashlib.sha256()
        for part in (self.totals, self.tiers):
            for column in fields(part):
                sha.update(np.ascontiguousarray(getattr(part, column.name)).tobytes())
        return sha.hexdigest()


def _row(part: T, place: int) -> T:
    return replace(part, **{column.name: getattr(part, column.name)[place : place + 1] for column in fields(part)})


def score(
    definition: ModelDefinition,
    batch: Batch,
    *,
    contexts: Mapping[str, FloatArray] | None = None,
    coverage: FloatArray | None = None,
    previous: IntArray | None = None,
    manual: NDArray[np.int8] | None = None,
) -> Scores:
    """The index and computed tier of every officer of the batch.

    contexts: fact name → n numbers (NaN: unknown, no points). coverage: n shares 0..1 of the data
    the model needs (NaN: unknown, not judged); None: not measured, nobody is held back.
    previous: index in hundredths `rise_days` ago, negative where there is none.
    manual: tiers confirmed by hand, negative where there is none.
    """
    totals = combine(definition, indicator_sums(definition, batch, contexts or {}))
    tiers = assign_tiers(
        definition,
        index=totals.index,
        leading_care=totals.care >= totals.risk_net,
        dimensions=totals.dimensions,
        dated_points=_dated_points(definition, totals),
        signals=batch.signals,
        coverage=coverage,
        previous=previous,
        manual=manual,
    )
    return Scores(totals, tiers)


def indicator_sums(definition: ModelDefinition, batch: Batch, contexts: Mapping[str, FloatArray]) -> IntArray:
    """Points of each officer and indicator before any cap: n × (indicators, then contexts)."""
    sums = event_points(definition, batch)
    if batch.one_reporter is not None:
        for i, indicator in enumerate(definition.indicators):
            if indicator.one_reporter_cap is not None:
                over = batch.one_reporter[:, i] & (sums[:, i] > indicator.one_reporter_cap)
                sums[over, i] = indicator.one_reporter_cap
    if not definition.contexts:
        return sums
    facts = dict(contexts)
    facts[DAYS_WITHOUT_RISK] = days_without_risk(definition, batch)
    columns = [
        _context_points(context, facts, batch.officers)
        if context.in_force(batch.as_of)
        else np.zeros(batch.officers, dtype=np.int64)
        for context in definition.contexts
    ]
    return np.hstack([sums, np.column_stack(columns)])


def event_points(definition: ModelDefinition, batch: Batch) -> IntArray:
    """Points of the events of each officer and indicator before any cap: n × indicators."""
    return rooted(definition, event_sums(definition, batch.events, batch.officers, batch.as_of))


def event_sums(definition: ModelDefinition, events: Events, officers: int, as_of: int) -> IntArray:
    """Decayed and rounded points summed by officer × indicator.

    Sums of whole numbers in float64 below 2^53 are exact, so `bincount` needs no fixed order.
    """
    width = max(len(definition.indicators), 1)
    cells = officers * width
    table, offsets = _tables(definition)
    sums = np.zeros(cells)
    # One bincount a block: a block is at least as long as its result, so adding blocks is cheap.
    # The events of one officer need no large one.
    block = max(cells, min(len(events), 1 << 20), 1)
    values, targets = np.empty(block), np.empty(block, dtype=np.int64)
    for start in range(0, len(events), block):
        stop = min(start + block, len(events))
        for low in range(start, stop, CHUNK):
            chunk = slice(low, min(low + CHUNK, stop))
            into = slice(chunk.start - start, chunk.stop - start)
            indicator = events.indicator[chunk]
            place = as_of - events.decays_from[chunk]
            place += offsets[indicator]
            fractions = np.take(table, place, out=values[into], mode="clip")
            decayed(events.points[chunk], fractions)
            np.multiply(events.officer[chunk], width, out=targets[into])
            targets[into] += indicator
        used = stop - start
        sums += np.bincount(targets[:used], weights=values[:used], minlength=cells)
    return sums.astype(np.int64).reshape(officers, width)[:, : len(definition.indicators)]


def rooted(definition: ModelDefinition, sums: IntArray) -> IntArray:
    """Sums of events (n × indicators), with the square root taken where an indicator counts by it.

    √(root_at × Σ) rounded half up. The product of whole numbers stays below 2^53 and IEEE 754 rounds a square
    root correctly, so every platform gives the same.
    """
    roots = [(i, indicator.root_at) for i, indicator in enumerate(definition.indicators) if indicator.root_at]
    if not roots:
        return sums
    sums = sums.copy()
    for i, at in roots:
        sums[:, i] = np.floor(np.sqrt(sums[:, i] * float(at)) + 0.5).astype(np.int64)
    return sums


def _tables(definition: ModelDefinition) -> tuple[FloatArray, NDArray[np.int32]]:
    """One table for all half-lives, and where in it each indicator begins."""
    half_lives = [indicator.decay.half_life for indicator in definition.indicators]
    distinct = sorted(set(half_lives), key=lambda days: days or 0)
    table = np.concatenate([decay_table(days) for days in distinct]) if distinct else np.ones(1)
    begins = {days: i * (OLDEST + 1) for i, days in enumerate(distinct)}
    return table, np.array([begins[days] for days in half_lives], dtype=np.int32)


def days_without_risk(definition: ModelDefinition, batch: Batch) -> FloatArray:
    """Days since risk last weighed in full on each officer; NO_EVENT where it never did.

    Counted from where points begin to fall: an open matter or a sanction in its period is no clean time.
    """
    risky = np.array([definition.part_of(i) is Part.RISK for i in definition.indicators], bool)
    events = batch.events
    counts = risky[events.indicator] & (events.points > 0)
    last = np.full(batch.officers, batch.as_of - NO_EVENT, dtype=np.int64)
    np.maximum.at(last, events.officer[counts], events.decays_from[counts])
    return (batch.as_of - last).astype(np.float64)


def _context_points(context: ContextIndicator, facts: Mapping[str, FloatArray], officers: int) -> IntArray:
    fact = facts.get(context.fact)
    if fact is None:
        return np.zeros(officers, dtype=np.int64)
    if context.when is not None:
        return np.where(in_range(context.when, fact), context.points, 0).astype(np.int64)
    units = np.clip(np.nan_to_num(fact, nan=0.0), 0, context.max_units)
    return np.floor(units * context.points + 0.5).astype(np.int64)


def combine(definition: ModelDefinition, sums: IntArray) -> Totals:
    """Caps, parts, credits, the minor share and the clip, from the sums of each indicator."""
    indicators = sums.copy()
    for i, indicator in enumerate(definition.indicators):
        if indicator.cap is not None:
            np.minimum(indicators[:, i], indicator.cap, out=indicators[:, i])
    dimensions = np.zeros((len(sums), len(definition.dimensions)), dtype=np.int64)
    for i, one in enumerate(definition.scored):
        column = dimensions[:, definition.dimension_index[one.dim]]
        column += indicators[:, i]
    for i, dimension in enumerate(definition.dimensions):
        if dimension.cap is not None:
            np.minimum(dimensions[:, i], dimension.cap, out=dimensions[:, i])
    risk, care, credit = (_part(definition, dimensions, part) for part in Part)
    risk_net = np.maximum(risk - credit, 0)
    minor = np.minimum(risk_net, care)
    raw = np.maximum(risk_net, care) + (minor * definition.minor_share + FULL // 2) // FULL
    index = np.minimum(raw, definition.index_max)
    return Totals(indicators, dimensions, risk, credit, risk_net, care, raw, index)


def _part(definition: ModelDefinition, dimensions: IntArray, part: Part) -> IntArray:
    columns = [i for i, dimension in enumerate(definition.dimensions) if dimension.part is part]
    total: IntArray = dimensions[:, columns].sum(axis=1)
    return total


def _dated_points(definition: ModelDefinition, totals: Totals) -> IntArray:
    """Points of risk and care from dated events alone, without contexts and credits."""
    columns = [
        i for i, indicator in enumerate(definition.indicators) if definition.part_of(indicator) is not Part.CREDIT
    ]
    total: IntArray = totals.indicators[:, columns].sum(axis=1)
    return total

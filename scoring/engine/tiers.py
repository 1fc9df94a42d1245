"""From index to tier: thresholds, rise, floors, coverage, red lines; and when a tier may change.

The engine only computes. A tier takes effect when a named person confirms it.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from scoring.engine.definition import ModelDefinition, Part, Tier
from scoring.engine.events import Signals
from scoring.engine.ledger import NEVER
from scoring.engine.points import FloatArray, IntArray

TierArray = NDArray[np.int8]


class Reason(IntEnum):
    """What carried the computed tier."""

    POINTS = 0
    RISE = 1
    FLOOR = 2
    RED_LINE = 3
    MANUAL = 4
    COVERAGE = 5  # too little data to judge


@dataclass(frozen=True)
class Tiering:
    """Tiers of n officers and what they rest on."""

    tier: TierArray
    reason: NDArray[np.int8]
    tier_class: NDArray[np.int8]  # index into definition.classes; -1: none
    floor: NDArray[np.int16]  # index into definition.floors of the strongest active; -1: none
    floor_tier: TierArray  # tier each active floor holds, n × floors; 0: not active
    floor_until: NDArray[np.int32]  # last day, n × floors; NEVER: no end known


def assign_tiers(
    definition: ModelDefinition,
    *,
    index: IntArray,
    leading_care: NDArray[np.bool_],
    dimensions: IntArray,
    dated_points: IntArray,
    signals: Signals,
    coverage: FloatArray | None,
    previous: IntArray | None,
    manual: TierArray | None,
) -> Tiering:
    """Computed tiers. Later rules prevail: points, rise, floors, coverage, red lines, manual."""
    tier = tiers_by_points(definition, index)
    # Context (tenure, unit rate) is never enough to raise a tier: dated events must be there too.
    tier[dated_points < definition.context_needs] = Tier.NORMAL
    reason = np.full(len(index), Reason.POINTS, dtype=np.int8)
    if previous is not None and definition.rise_points is not None:
        rose = (previous >= 0) & (index - previous >= definition.rise_points)
        _raise(tier, reason, rose * np.int8(Tier.ATTENTION), Reason.RISE)
    floor_tier, floor_until = active_floors(definition, signals, len(index))
    red = np.array([floor.red_line for floor in definition.floors], dtype=np.bool_)
    _raise(tier, reason, _strongest(floor_tier[:, ~red]), Reason.FLOOR)
    if coverage is not None:
        thin = ~(coverage >= definition.min_coverage)  # NaN is thin
        tier[thin], reason[thin] = Tier.INSUFFICIENT, Reason.COVERAGE
    _raise(tier, reason, _strongest(floor_tier[:, red]), Reason.RED_LINE)
    if manual is not None:
        _raise(tier, reason, manual, Reason.MANUAL)
    floor = _deciding_floor(floor_tier, red)
    tier_class = _classes(definition, tier, reason, floor, leading_care, dimensions)
    return Tiering(tier, reason, tier_class, floor, floor_tier, floor_until)


def tiers_by_points(definition: ModelDefinition, index: IntArray) -> TierArray:
    """NORMAL, ATTENTION or HELP by the thresholds alone."""
    edges = [definition.attention_from, definition.help_from]
    return np.searchsorted(edges, index, side="right").astype(np.int8)


def _raise(tier: TierArray, reason: NDArray[np.int8], to: TierArray, why: Reason) -> None:
    up = (to > tier) & (to > 0)
    tier[up], reason[up] = to[up], why


def _strongest(tiers: TierArray) -> TierArray:
    result: TierArray = tiers.max(axis=1, initial=0)
    return result


def active_floors(definition: ModelDefinition, signals: Signals, officers: int) -> tuple[TierArray, NDArray[np.int32]]:
    """Tier and last day of every floor of every officer; a floor needs all of its clauses."""
    tier = np.zeros((officers, len(definition.floors)), dtype=np.int8)
    until = np.full(tier.shape, NEVER, dtype=np.int32)
    for number, floor in enumerate(definition.floors):
        mine = signals.floor == number
        if not mine.any():
            continue
        officer, clause = signals.officer[mine], signals.clause[mine]
        holds = np.ones(officers, dtype=np.bool_)
        for i, one in enumerate(floor.clauses):
            holds &= np.bincount(officer[clause == i], minlength=officers) >= one.min_count
        first = clause == 0  # tier and end rest on the rows of the first clause
        column = np.zeros(officers, dtype=np.int8)
        np.maximum.at(column, officer[first], signals.tier[mine][first])
        tier[:, number] = np.where(holds, column, 0)
        carries = first & (signals.tier[mine] == column[officer])
        last = np.full(officers, -1, dtype=np.int32)
        np.maximum.at(last, officer[carries], signals.until[mine][carries])
        until[:, number] = np.where(tier[:, number] > 0, last, NEVER)
    return tier, until


def _deciding_floor(floor_tier: TierArray, red: NDArray[np.bool_]) -> NDArray[np.int16]:
    """The highest active floor; a red line before a floor of the same tier; then the first."""
    if not floor_tier.shape[1]:
        return np.full(len(floor_tier), -1, dtype=np.int16)
    weight = floor_tier.astype(np.int16) * 2 + (red & (floor_tier > 0))
    best: NDArray[np.int16] = weight.argmax(axis=1).astype(np.int16)
    best[weight.max(axis=1) == 0] = -1
    return best


def _classes(
    definition: ModelDefinition,
    tier: TierArray,
    reason: NDArray[np.int8],
    floor: NDArray[np.int16],
    leading_care: NDArray[np.bool_],
    dimensions: IntArray,
) -> NDArray[np.int8]:
    """Class of the floor that carried the tier, else of the heaviest dimension of the lead part."""
    by_part = []
    for part in (Part.RISK, Part.CARE):
        inside = np.array([d.part is part for d in definition.dimensions], dtype=np.bool_)
        numbers = np.array([definition.class_index.get(d.tier_class, -1) for d in definition.dimensions])
        by_part.append(numbers[np.where(inside, dimensions, -1).argmax(axis=1)])
    tier_class = np.where(leading_care, by_part[1], by_part[0])
    if definition.floors:
        of_floor = np.array([definition.class_index[f.tier_class] for f in definition.floors])
        carried = (reason == Reason.FLOOR) | (reason == Reason.RED_LINE)
        tier_class = np.where(carried, of_floor[floor], tier_class)
    return np.where(tier > Tier.NORMAL, tier_class, -1).astype(np.int8)


@dataclass(frozen=True)
class Moves:
    """What to propose to people: `to` differs from the standing tier only where a move is due."""

    to: TierArray
    low_runs: NDArray[np.int16]  # runs in a row below the standing tier's threshold − margin


def moves(
    definition: ModelDefinition,
    *,
    standing: TierArray,
    computed: TierArray,
    index: IntArray,
    low_runs: NDArray[np.int16],
) -> Moves:
    """Hysteresis: up at once; down only below threshold − margin for `hysteresis_runs` runs.

    standing: the confirmed tiers now. low_runs: the count after the previous run. Officers without
    enough data neither rise nor fall, and their count stays.
    """
    thresholds = np.array([definition.threshold(tier) for tier in (Tier.NORMAL, Tier.ATTENTION, Tier.HELP)])
    held = np.maximum(standing, Tier.NORMAL)
    judged = computed != Tier.INSUFFICIENT
    low = (computed < held) & (index < thresholds[held] - definition.hysteresis_margin)
    counted = np.where(judged, np.where(low, low_runs + 1, 0), low_runs).astype(np.int16)
    down = judged & low & (counted >= definition.hysteresis_runs)
    up = judged & (computed > held)
    return Moves(np.where(up | down, computed, standing).astype(np.int8), counted)


def share_alarm(definition: ModelDefinition, tier: TierArray) -> dict[Tier, float]:
    """Raised tiers whose share of the judged officers is above the alarm: suspect the model."""
    judged = int((tier != Tier.INSUFFICIENT).sum())
    shares = {t: float((tier == t).sum()) / judged for t in (Tier.ATTENTION, Tier.HELP) if judged}
    return {t: share for t, share in shares.items() if share > definition.share_alarm}

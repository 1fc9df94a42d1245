"""The same people on the same day under two definitions: who would move, where, and through which indicator.

Facts are read once for both. What is counted is what lists and boards show: floors of a narrower audience are left
out. Points are hundredths.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from police_hr.core.days import to_number
from scoring.engine.definition import ModelDefinition, Part
from scoring.engine.definition import Tier as EngineTier
from scoring.engine.points import HUNDREDTHS, IntArray
from scoring.engine.score import Scores
from scoring.engine.tiers import Reason, moves
from scoring.selectors import compute
from scoring.selectors.tiers import TIERS

CHUNK = 2_500  # officers read at once, in whole units
MOST_MOVERS = 5_000
BUCKET = 5 * HUNDREDTHS  # width of a bar of the distribution
BARS = 20
RISE = "rise"  # the cause of a move that rests on the rise within some days, not on the index itself


@dataclass
class Replayed:
    """What one or more chunks of officers came to; `merge` adds another chunk."""

    officers: int = 0
    # "before>after" → officers, staying ones among them
    moves: Counter[str] = field(default_factory=Counter)
    # unit id → "before>after" → officers
    units: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    # code → [officers with points before, after, points before, after, who rose through it, who fell through it]
    effects: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 6))
    # officers by index, in bars of five points: before, after
    spread: tuple[list[int], list[int]] = field(default_factory=lambda: ([0] * BARS, [0] * BARS))
    # [officer id, unit id, before, after, index before, index after, what carried it]
    movers: list[list[Any]] = field(default_factory=list)

    def merge(self, other: Replayed) -> None:
        self.officers += other.officers
        self.moves.update(other.moves)
        for unit, counted in other.units.items():
            self.units[unit].update(counted)
        for code, numbers in other.effects.items():
            self.effects[code] = [a + b for a, b in zip(self.effects[code], numbers, strict=True)]
        self.spread = tuple(  # type: ignore[assignment]  # two lists
            [a + b for a, b in zip(mine, theirs, strict=True)]
            for mine, theirs in zip(self.spread, other.spread, strict=True)
        )
        self.movers = (self.movers + other.movers)[:MOST_MOVERS]

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "officers": self.officers,
            "moves": dict(self.moves),
            "units": {str(unit): dict(counted) for unit, counted in self.units.items()},
            "effects": dict(self.effects),
            "spread": list(self.spread),
            "movers": self.movers,
        }


def chunks_of_units(officers: Sequence[int], unit_of: Mapping[int, int]) -> Iterator[list[int]]:
    """The officers in lists of about CHUNK, the members of a unit together."""
    by_unit: dict[int, list[int]] = defaultdict(list)
    for officer in officers:
        by_unit[unit_of.get(officer, 0)].append(officer)
    kept: list[int] = []
    for people in by_unit.values():
        if kept and len(kept) + len(people) > CHUNK:
            yield kept
            kept = []
        kept += people
    if kept:
        yield kept


def replayed(
    before: ModelDefinition,
    after: ModelDefinition,
    officers: Sequence[int],
    *,
    unit_of: Mapping[int, int],
    as_of: dt.date,
) -> Replayed:
    """These officers under both definitions on `as_of`, as it was known then.

    A way down needs the index below the threshold less the margin, as in a run; what the runs before counted is
    taken as fulfilled, so that the preview shows where people end, not when.
    """
    group = compute.read_group(_both(before, after), officers, unit_of=unit_of, as_of=as_of)
    day = to_number(as_of)
    old = replace(group, definition=before).scores(day).shown
    new = old if before is after else replace(group, definition=after).scores(day).shown
    was = old.tiers.tier
    full = np.full(len(was), after.hysteresis_runs, dtype=np.int16)
    moved = moves(after, standing=was, computed=new.tiers.tier, index=new.totals.index, low_runs=full).to
    unjudged = (was == EngineTier.INSUFFICIENT) | (new.tiers.tier == EngineTier.INSUFFICIENT)
    now = np.where(unjudged, new.tiers.tier, moved)
    found = Replayed(officers=len(was), spread=(_spread(old.totals.index), _spread(new.totals.index)))
    sums_before, sums_after, codes = _aligned(before, after, old, new)
    causes = _Causes(before, after, old, new, codes, sums_after - sums_before)
    _count_effects(found, codes, sums_before, sums_after)
    for place, (a, b) in enumerate(zip(was.tolist(), now.tolist(), strict=True)):
        move, unit = f"{TIERS[a]}>{TIERS[b]}", unit_of.get(group.officers[place], 0)
        found.moves[move] += 1
        found.units[unit][move] += 1
        if a != b:
            cause = causes.of(place, up=b > a)
            found.effects[cause][4 if b > a else 5] += 1
            index = (int(old.totals.index[place]), int(new.totals.index[place]))
            found.movers.append([group.officers[place], unit, TIERS[a].value, TIERS[b].value, *index, cause])
    found.movers = found.movers[:MOST_MOVERS]
    return found


def _both(before: ModelDefinition, after: ModelDefinition) -> ModelDefinition:
    """A definition that names all either of them reads; nothing is ever scored by it."""
    return replace(
        before,
        indicators=before.indicators + after.indicators,
        contexts=before.contexts + after.contexts,
        floors=before.floors + after.floors,
        min_coverage=max(before.min_coverage, after.min_coverage),
    )


def _spread(index: IntArray) -> list[int]:
    bars = np.minimum(index // BUCKET, BARS - 1)
    counted: list[int] = np.bincount(bars, minlength=BARS).tolist()
    return counted


def _aligned(
    before: ModelDefinition, after: ModelDefinition, old: Scores, new: Scores
) -> tuple[IntArray, IntArray, list[str]]:
    """Points by officer and indicator under both, in the same columns; credits are negative."""
    codes = list(dict.fromkeys(one.code for one in (*before.scored, *after.scored)))
    column = {code: number for number, code in enumerate(codes)}
    tables = []
    for definition, scores in ((before, old), (after, new)):
        table = np.zeros((len(scores.totals.index), len(codes)), dtype=np.int64)
        for place, one in enumerate(definition.scored):
            sign = -1 if definition.part_of(one) is Part.CREDIT else 1
            table[:, column[one.code]] = sign * scores.totals.indicators[:, place]
        tables.append(table)
    return tables[0], tables[1], codes


def _count_effects(found: Replayed, codes: Sequence[str], before: IntArray, after: IntArray) -> None:
    columns = zip(
        codes,
        np.count_nonzero(before, axis=0).tolist(),
        np.count_nonzero(after, axis=0).tolist(),
        before.sum(axis=0).tolist(),
        after.sum(axis=0).tolist(),
        strict=True,
    )
    for code, *numbers in columns:
        found.effects[code] = [*numbers, 0, 0]


class _Causes:
    """What carried the move of one officer most: a floor, RISE, an indicator, a cap, or "" for a threshold."""

    def __init__(
        self,
        before: ModelDefinition,
        after: ModelDefinition,
        old: Scores,
        new: Scores,
        codes: Sequence[str],
        changes: IntArray,
    ) -> None:
        self._floors = (before.floors, after.floors)
        self._dimensions = [dimension.code for dimension in after.dimensions]
        self._same_dimensions = [d.code for d in before.dimensions] == self._dimensions
        self._old, self._new, self._codes, self._changes = old, new, codes, changes

    def of(self, place: int, *, up: bool) -> str:
        held = (self._new if up else self._old).tiers
        if held.reason[place] in (Reason.FLOOR, Reason.RED_LINE):
            return self._floors[up][int(held.floor[place])].code
        if held.reason[place] == Reason.RISE:
            return RISE
        changes = self._changes[place] if up else -self._changes[place]
        if changes.size and changes.max() > 0:
            return self._codes[int(changes.argmax())]
        if self._same_dimensions:
            of_caps = self._new.totals.dimensions[place] - self._old.totals.dimensions[place]
            of_caps = of_caps if up else -of_caps
            if of_caps.max() > 0:
                return self._dimensions[int(of_caps.argmax())]
        return ""

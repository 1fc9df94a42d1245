"""From the ledger to scores, for some officers on one day. The one path of runs, re-scores and replays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from police_hr.core.access import Viewer
from police_hr.core.days import to_number
from roster.selectors import population
from scoring.engine.definition import ModelDefinition, Part
from scoring.engine.events import Batch, Events, Signals, read_batch
from scoring.engine.ledger import LedgerRows
from scoring.engine.points import FloatArray, IntArray
from scoring.engine.score import Scores, score
from scoring.models import LeftOut
from scoring.selectors.reading import ledger_rows

# Facts about an officer that come from the officer's whole unit: its members are read together.
UNIT_FACTS = frozenset({"unit_force_rate"})
SMALLEST_UNIT = 20
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Group:
    """Officers of one or more whole units, read at once: their rows and what the formula asks of them."""

    definition: ModelDefinition
    officers: tuple[int, ...]
    unit_of: Mapping[int, int]
    joined: Mapping[int, int]
    coverage_of: Mapping[int, float] | None
    rows: LedgerRows

    def __len__(self) -> int:
        return len(self.officers)

    def batch(self, as_of: int) -> Batch:
        """What counts on day `as_of` (a day number), as it was known then."""
        return read_batch(self.definition, self.rows, len(self), as_of)

    def batch_once(self, as_of: int) -> Batch:
        """`batch`, kept for the many explanations of one day."""
        if as_of not in self._kept:
            self._kept.clear()
            self._kept[as_of] = self.batch(as_of)
        return self._kept[as_of]

    @cached_property
    def _kept(self) -> dict[int, Batch]:
        return {}

    def contexts(self, as_of: int) -> dict[str, FloatArray]:
        """Fact name → one number per officer, NaN where unknown."""
        facts: dict[str, FloatArray] = {}
        named = {context.fact for context in self.definition.contexts}
        if "tenure_years" in named:
            facts["tenure_years"] = (as_of - self._joined) / DAYS_A_YEAR
        if "unit_force_rate" in named:
            facts["unit_force_rate"] = self._unit_force_rate(as_of)
        return facts

    @cached_property
    def coverage(self) -> FloatArray | None:
        if self.coverage_of is None:
            return None
        return np.array([self.coverage_of.get(officer, np.nan) for officer in self.officers])

    def scores(self, as_of: int) -> GroupScores:
        """The scores of every officer of the group, with and without the floors that only few may know of."""
        batch = self.batch(as_of)
        before = self._index(as_of - self.definition.rise_days)
        facts = self.contexts(as_of)
        full = score(self.definition, batch, contexts=facts, coverage=self.coverage, previous=before)
        shown = without_confidential(self.definition, batch)
        if shown is batch:
            return GroupScores(full, full, before)
        return GroupScores(
            full, score(self.definition, shown, contexts=facts, coverage=self.coverage, previous=before), before
        )

    def tiers(self, as_of: int) -> np.ndarray:
        """Computed tiers on a day, without the rule about a rise (for the weeks of the heat map)."""
        batch = without_confidential(self.definition, self.batch(as_of))
        return score(self.definition, batch, contexts=self.contexts(as_of), coverage=self.coverage).tiers.tier

    def _index(self, as_of: int) -> IntArray:
        batch = self.batch(as_of)
        return score(self.definition, batch, contexts=self.contexts(as_of)).totals.index

    @cached_property
    def _joined(self) -> FloatArray:
        return np.array([self.joined.get(officer, np.nan) for officer in self.officers], dtype=np.float64)

    @cached_property
    def _units(self) -> tuple[IntArray, IntArray]:
        """Number of the unit of each officer within the group, and the size of each unit."""
        units = np.array([self.unit_of.get(officer, 0) for officer in self.officers], dtype=np.int64)
        _, place, sizes = np.unique(units, return_inverse=True, return_counts=True)
        return place, sizes

    def _unit_force_rate(self, as_of: int) -> FloatArray:
        """Force reports of the last 365 days per officer of the unit; 0 for small units."""
        rows, (place, sizes) = self.rows, self._units
        if "CHI_FORCE" not in rows.kinds:
            return np.zeros(len(self))
        kind = rows.kinds.index("CHI_FORCE")
        recent = (rows.kind == kind) & rows.known_at(as_of) & (rows.known > as_of - 365)
        reports = np.bincount(place[rows.officer[recent]], minlength=len(sizes))
        rate = np.where(sizes >= SMALLEST_UNIT, reports / np.maximum(sizes, 1), 0.0)
        return rate[place]


@dataclass(frozen=True)
class GroupScores:
    """`full` is what proposals rest on; `shown` leaves out the floors of a narrower audience and is what is
    stored for lists and boards; `before` is the index `rise_days` earlier, in hundredths."""

    full: Scores
    shown: Scores
    before: IntArray


def without_confidential(definition: ModelDefinition, batch: Batch) -> Batch:
    """The batch without rows that carry only floors with an `audience`; the same object where it has none."""
    hidden = np.array([bool(floor.audience) for floor in definition.floors], dtype=np.bool_)
    signals = batch.signals
    if not len(signals) or not hidden[signals.floor].any():
        return batch
    keep = ~hidden[signals.floor]
    columns = {column.name: getattr(signals, column.name)[keep] for column in fields(signals)}
    return replace(batch, signals=Signals(**columns))


def without_care(definition: ModelDefinition, batch: Batch) -> Batch:
    """The batch without what brings points of part C or carries a floor of a class that only part C knows."""
    care = np.array([definition.part_of(one) is Part.CARE for one in definition.indicators], dtype=np.bool_)
    risky = {one.tier_class for one in definition.dimensions if one.part is Part.RISK}
    caring = np.array([floor.tier_class not in risky for floor in definition.floors], dtype=np.bool_)
    events, signals = batch.events, batch.signals
    kept_events, kept_signals = ~care[events.indicator], ~caring[signals.floor]
    return replace(
        batch,
        events=Events(**{column.name: getattr(events, column.name)[kept_events] for column in fields(events)}),
        signals=Signals(**{column.name: getattr(signals, column.name)[kept_signals] for column in fields(signals)}),
    )


def read_group(
    definition: ModelDefinition,
    officers: Sequence[int],
    *,
    unit_of: Mapping[int, int],
    as_of: dt.date,
    with_coverage: bool = True,
    with_left_out: bool = True,
) -> Group:
    """Read everything the index of `officers` (ids) needs.

    Without coverage nobody is held back for missing data: for questions about points alone. `with_left_out` False:
    the caller knows that nothing about them is left out.
    """
    viewer = Viewer.system()
    ids = tuple(sorted(officers))
    measured = with_coverage and bool(definition.min_coverage)
    needs_joining = any(context.fact == "tenure_years" for context in definition.contexts)
    rows = ledger_rows(definition, ids)
    return Group(
        definition=definition,
        officers=ids,
        unit_of=unit_of,
        joined=population.joined_on(viewer, list(ids)) if needs_joining else {},
        coverage_of=population.completeness(viewer, list(ids), as_of) if measured else None,
        rows=without_left_out(rows) if with_left_out else rows,
    )


def without_left_out(rows: LedgerRows) -> LedgerRows:
    """The rows with those that an upheld objection left out of the index void from that day on; days before keep them.

    One query for the few there are in the whole force.
    """
    since = dict(LeftOut.objects.order_by().values_list("entry", "since"))
    if not since:
        return rows
    at = np.flatnonzero(np.isin(rows.event_id, np.fromiter(since, dtype=np.int64, count=len(since))))
    if not len(at):
        return rows
    voided = rows.voided.copy()
    days = [to_number(since[int(entry)]) for entry in rows.event_id[at].tolist()]
    voided[at] = np.minimum(voided[at], np.array(days, dtype=np.int32))
    return replace(rows, voided=voided)


def members(definition: ModelDefinition, as_of: dt.date) -> list[int]:
    """Ids of the officers the model is about on `as_of`, ascending."""
    viewer = Viewer.system()
    if definition.population == "roster-year":
        return population.on_yearly_roster(viewer, as_of)
    return population.serving_on(viewer, as_of)


def needs_whole_units(definition: ModelDefinition) -> bool:
    """Whether a score also depends on the officer's unit, so that its members are read together."""
    return any(context.fact in UNIT_FACTS for context in definition.contexts)

"""From ledger rows to the events an index counts on one day."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.engine.definition import (
    DecayMode,
    Evidence,
    Floor,
    Indicator,
    ModelDefinition,
    Stage,
)
from scoring.engine.ledger import NEVER, DayArray, LedgerRows
from scoring.engine.match import Reading, numbers
from scoring.engine.points import MAX_POINTS, OLDEST, IntArray


@dataclass(frozen=True)
class Events:
    """Rows that bring points. `points` and `base` in hundredths, always ≥ 0; severity is their
    quotient. `day` is the day shown, `decays_from` the day from which points begin to fall."""

    officer: NDArray[np.int32]
    indicator: NDArray[np.int32]
    day: DayArray
    decays_from: DayArray
    points: NDArray[np.int32]
    base: NDArray[np.int32]
    event_id: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.officer)


@dataclass(frozen=True)
class Signals:
    """Rows on which a floor or red line rests on this day: `tier` held until day `until`."""

    officer: NDArray[np.int32]
    floor: NDArray[np.int32]
    clause: NDArray[np.int32]
    day: DayArray
    tier: NDArray[np.int8]
    until: DayArray
    event_id: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.officer)


@dataclass(frozen=True)
class Batch:
    """All that `score` and `explain` need of the ledger, for one day."""

    as_of: int
    officers: int
    events: Events
    signals: Signals
    # officers × indicators: all that counts there was reported by one and the same person; None: no model asks
    one_reporter: NDArray[np.bool_] | None = None

    def of_officer(self, officer: int) -> "Batch":
        """The part of one officer, who becomes officer 0."""
        return Batch(
            self.as_of,
            1,
            Events(**_only(self.events, self._events_by_officer.rows(officer))),
            Signals(**_only(self.signals, self._signals_by_officer.rows(officer))),
            None if self.one_reporter is None else self.one_reporter[officer : officer + 1],
        )

    @cached_property
    def _events_by_officer(self) -> "_ByOfficer":
        return _ByOfficer(self.events.officer)

    @cached_property
    def _signals_by_officer(self) -> "_ByOfficer":
        return _ByOfficer(self.signals.officer)


class _ByOfficer:
    """Where the rows of each officer are: put in order once, however many officers are asked for."""

    def __init__(self, officer: NDArray[np.int32]) -> None:
        self._order = np.argsort(officer, kind="stable")
        self._sorted = officer[self._order]

    def rows(self, officer: int) -> IntArray:
        """Row numbers of the officer, ascending."""
        first, last = np.searchsorted(self._sorted, [officer, officer + 1])
        return self._order[first:last]


def _only(part: Events | Signals, keep: IntArray) -> dict[str, NDArray[Any]]:
    columns = {name: getattr(part, name)[keep] for name in part.__dataclass_fields__}
    columns["officer"] = np.zeros_like(columns["officer"])
    return columns


def read_batch(definition: ModelDefinition, rows: LedgerRows, officers: int, as_of: int) -> Batch:
    """The events and signals of `officers` officers on day `as_of`, as it was known that day.

    rows.officer must be within 0..officers-1; rows of kinds the model does not name are ignored.
    """
    reading = Reading(rows, as_of)
    events = [
        part
        for number, indicator in enumerate(definition.indicators)
        if indicator.in_force(as_of)
        for part in _events(reading, indicator, number)
    ]
    signals = [
        part
        for number, floor in enumerate(definition.floors)
        if floor.enabled
        for part in _signals(reading, floor, number)
    ]
    return Batch(
        as_of,
        officers,
        Events(*_joined([columns[:-1] for columns in events], _EVENT_TYPES)),
        Signals(*_joined(signals, _SIGNAL_TYPES)),
        _one_reporter(definition, events, rows, officers),
    )


def _one_reporter(
    definition: ModelDefinition, events: "list[Columns]", rows: LedgerRows, officers: int
) -> NDArray[np.bool_] | None:
    """Where all events of an indicator with a cap for it come from one person (see `Batch.one_reporter`)."""
    asked = [i for i, indicator in enumerate(definition.indicators) if indicator.one_reporter_cap is not None]
    if not asked or rows.reporter is None:
        return None
    found = np.zeros((officers, len(definition.indicators)), dtype=np.bool_)
    for number in asked:
        lowest = np.full(officers, np.iinfo(np.int64).max)
        highest = np.full(officers, -1, dtype=np.int64)
        for officer, _number, *others in (part for part in events if len(part[1]) and part[1][0] == number):
            reporter = rows.reporter[others[-1]]
            np.minimum.at(lowest, officer, reporter)
            np.maximum.at(highest, officer, reporter)
        found[:, number] = (lowest == highest) & (highest >= 0)
    return found


Columns = tuple[NDArray[Any], ...]

_EVENT_TYPES = (np.int32, np.int32, np.int32, np.int32, np.int32, np.int32, np.int64)
_SIGNAL_TYPES = (np.int32, np.int32, np.int32, np.int32, np.int8, np.int32, np.int64)


def _joined(parts: list[Columns], types: tuple[type[np.signedinteger[Any]], ...]) -> Iterator[NDArray[Any]]:
    for i, dtype in enumerate(types):
        columns = [part[i] for part in parts]
        yield np.concatenate(columns).astype(dtype) if columns else np.empty(0, dtype)


def _events(reading: Reading, indicator: Indicator, number: int) -> Iterator[Columns]:
    """Columns of Events for each evidence of the indicator, and last the numbers of their rows."""
    for evidence, found in reading.matching(indicator.evidence, indicator.clock):
        at, decays_from = _decay_start(reading, indicator, found)
        day = reading.clock(indicator.clock, at)
        recent = reading.as_of - decays_from <= OLDEST
        if indicator.window_days is not None:
            recent &= reading.as_of - day <= indicator.window_days
        at, day, decays_from = at[recent], day[recent], decays_from[recent]
        points, base = _points(reading, evidence, at)
        rows = reading.rows
        yield (
            rows.officer[at],
            np.full(len(at), number),
            day,
            decays_from,
            points,
            base,
            rows.event_id[at],
            at,
        )


def _decay_start(reading: Reading, indicator: Indicator, at: IntArray) -> tuple[IntArray, DayArray]:
    """The rows still counting and the day from which their points fall (never after as_of)."""
    decay, as_of = indicator.decay, reading.as_of
    day = reading.clock(indicator.clock, at)
    if decay.mode is DecayMode.EXP:
        return at, day
    if decay.mode is DecayMode.NONE:
        return at, np.full_like(day, as_of)
    closed = reading.closed[at]
    if decay.mode is DecayMode.WHILE_OPEN:
        if decay.half_life is None:
            still = closed == NEVER
            return at[still], np.full_like(day[still], as_of)
        return at, np.minimum(np.maximum(closed, day), as_of)
    until = closed
    if decay.until_field:
        named = reading.days(decay.until_field, at)
        until = np.where(named == NEVER, closed, named)
    until = np.where(until == NEVER, day + decay.flat_days, until)
    return at, np.minimum(np.maximum(until, day), as_of)


def _points(reading: Reading, evidence: Evidence, at: IntArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Points and base of the rows, in hundredths."""
    severity = evidence.severity
    if severity is None:
        base = np.full(len(at), evidence.points, dtype=np.int64)
        return base, base
    if not severity.per_unit:
        table = dict(severity.by_value)
        base = reading.answers(
            severity, severity.field, at,
            lambda column: np.array([table.get(value, 0) for value in column.tolist()], dtype=np.int64),
        )  # fmt: skip
        return base, base
    units = reading.answers((severity.field, float), severity.field, at, numbers)
    units = np.where(np.isnan(units), severity.default_units, units)
    units = np.clip(units, 0, severity.max_units)
    points = np.floor(np.minimum(units * evidence.points + 0.5, MAX_POINTS)).astype(np.int64)
    return points, np.full(len(at), evidence.points, dtype=np.int64)


def _signals(reading: Reading, floor: Floor, number: int) -> Iterator[Columns]:
    """Columns of Signals for each evidence of each clause."""
    for clause_number, clause in enumerate(floor.clauses):
        for evidence, found in reading.matching(clause.evidence, floor.clock):
            at = found
            if clause.within_days is not None:
                age = reading.as_of - reading.clock(floor.clock, at)
                at = at[age <= clause.within_days]
            tier, until = _stage_now(reading, floor, evidence.kind, at)
            at, tier, until = at[tier > 0], tier[tier > 0], until[tier > 0]
            yield (
                reading.rows.officer[at],
                np.full(len(at), number),
                np.full(len(at), clause_number),
                reading.clock(floor.clock, at),
                tier,
                until,
                reading.rows.event_id[at],
            )


def _stage_now(reading: Reading, floor: Floor, kind: str, at: IntArray) -> tuple[NDArray[np.int8], DayArray]:
    """The tier each row holds today (0: none any more) and the last day it does."""
    tier = np.zeros(len(at), dtype=np.int8)
    until = np.full(len(at), NEVER, dtype=np.int32)
    day = reading.clock(floor.clock, at)
    for stage in floor.stages:
        if stage.kinds and kind not in stage.kinds:
            continue
        end = _stage_end(reading, stage, at, day)
        now = (tier == 0) & (end >= reading.as_of)
        tier[now], until[now] = stage.tier, end[now]
    return tier, until


def _stage_end(reading: Reading, stage: Stage, at: IntArray, day: DayArray) -> DayArray:
    """The last day of a stage: the period named by the row, its closing, or a number of days.

    `days` bounds the stage, but never beyond the period of the row where that ends earlier.
    """
    closed = reading.closed[at]
    period = np.where(closed == NEVER, NEVER, closed - 1)  # the day of closing is free again
    if stage.until_field:
        named = reading.days(stage.until_field, at)
        period = np.minimum(np.where(named == NEVER, NEVER, named), period)
    if stage.days is not None:
        return np.minimum(day + stage.days, period).astype(np.int32)
    if stage.default_days is not None:
        period = np.where(period == NEVER, day + stage.default_days, period)
    return period.astype(np.int32)

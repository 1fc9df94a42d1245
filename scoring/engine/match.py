"""Which ledger rows fulfil the evidence of a model, on one day."""

from collections.abc import Callable, Hashable, Iterator
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from scoring.engine.definition import AMOUNT, Clock, Condition, Evidence
from scoring.engine.ledger import NEVER, Column, DayArray, LedgerRows, day_numbers, objects
from scoring.engine.points import FloatArray, IntArray

Mask = NDArray[np.bool_]
Answers = TypeVar("Answers", bound=NDArray[Any])


class Reading:
    """Ledger rows as known on one day, with the derived fields conditions may name."""

    def __init__(self, rows: LedgerRows, as_of: int) -> None:
        self.rows = rows
        self.as_of = as_of
        self.known = rows.known_at(as_of)
        self.closed = rows.closed_at(as_of)

    def column(self, name: str, at: IntArray) -> Column:
        """Values of a payload or derived field for the rows `at`."""
        rows = self.rows
        if name == AMOUNT:
            return rows.amount[at]
        if name == "is_open":
            is_open: Column = self.closed[at] == NEVER
            return is_open
        if name == "duration_days":
            return np.minimum(self.closed[at], self.as_of) - rows.occurred[at]
        if name == "occurred_month":
            months = rows.occurred[at].astype("datetime64[D]").astype("datetime64[M]")
            return months.astype(np.int64) % 12 + 1
        if name in rows.fields:
            return rows.fields[name][rows.combination[at]]
        return objects([None] * len(at))

    def answers(self, question: Hashable, name: str, at: IntArray, answer: Callable[[Column], Answers]) -> Answers:
        """`answer` of the values of a field, one for each of the rows `at`.

        A payload says the same on every day, so its combinations are asked once and the answer is kept with
        the rows: a run replays many days from one reading.
        """
        rows = self.rows
        if name not in rows.fields:
            return answer(self.column(name, at))
        found = rows.kept.get(question)
        if found is None:
            found = rows.kept[question] = answer(rows.fields[name])
        return cast("Answers", found[rows.combination[at]])

    def days(self, name: str, at: IntArray) -> DayArray:
        """A payload field as day numbers."""
        return self.answers(name, name, at, day_numbers)

    def fulfilling(self, condition: Condition, at: IntArray) -> Mask:
        """Which of the rows `at` fulfil the condition."""
        if condition.reached:
            return self.days(condition.field, at) <= self.as_of
        return self.answers(condition, condition.field, at, lambda column: passes(condition, column))

    def clock(self, clock: Clock, at: IntArray) -> DayArray:
        if clock is Clock.CLOSED:
            return self.closed[at]
        days: DayArray = self.rows.known[at] if clock is Clock.KNOWN else self.rows.occurred[at]
        return days

    def matching(self, evidence: tuple[Evidence, ...], clock: Clock) -> Iterator[tuple[Evidence, IntArray]]:
        """Each evidence with the rows that fulfil it; a row goes to the first it fulfils."""
        taken = np.zeros(len(self.rows), dtype=np.bool_)
        for wanted in evidence:
            at = self.rows.rows_by_kind.get(wanted.kind)
            if at is None:
                continue
            at = at[self.known[at] & ~taken[at]]
            if wanted.verified_only:
                at = at[self.rows.verified[at]]
            if wanted.needs_closed:
                at = at[self.closed[at] <= self.as_of]
            at = at[self.clock(clock, at) <= self.as_of]
            for condition in wanted.where:
                at = at[self.fulfilling(condition, at)]
            taken[at] = True
            yield wanted, at


def passes(condition: Condition, column: Column) -> Mask:
    """Which values of `column` fulfil the condition; a list fulfils it when one entry does."""
    if condition.values:
        return _among(column, frozenset(condition.values))
    if condition.excluded:
        return ~_among(column, frozenset(condition.excluded))
    return in_range(condition, numbers(column))


def in_range(condition: Condition, values: FloatArray) -> Mask:
    """Which numbers lie in the range of the condition; NaN never does."""
    fulfilled = ~np.isnan(values)
    if condition.gte is not None:
        fulfilled &= values >= condition.gte
    if condition.gt is not None:
        fulfilled &= values > condition.gt
    if condition.lte is not None:
        fulfilled &= values <= condition.lte
    if condition.lt is not None:
        fulfilled &= values < condition.lt
    return fulfilled


def _among(column: Column, wanted: frozenset[str | int | float | bool]) -> Mask:
    def fulfils(value: object) -> bool:
        if isinstance(value, list):
            return any(isinstance(entry, str | int) and entry in wanted for entry in value)
        return isinstance(value, str | int | float) and value in wanted

    return np.array([fulfils(value) for value in column.tolist()], dtype=np.bool_)


def numbers(column: Column) -> FloatArray:
    """The column as float64; what is not a number (money comes as text) is NaN."""
    if column.dtype != object:
        return column.astype(np.float64)
    return np.array([_number(value) for value in column.tolist()], dtype=np.float64)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return float("nan")
    try:
        return float(value)
    except ValueError:
        return float("nan")

"""Ledger rows as columns, and which of them are known on a past day."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.engine.definition import AMOUNT
from scoring.engine.points import IntArray

NEVER = np.iinfo(np.int32).max  # a day that has not come: not closed, not voided, no end
EPOCH = date(1970, 1, 1).toordinal()

# Columns of LedgerRows with one value a row.
ROW_COLUMNS = (
    "officer", "kind", "occurred", "known", "closed", "recorded", "voided", "amount", "verified", "historical",
    "event_id", "combination",
)  # fmt: skip

DayArray = NDArray[np.int32]
Column = NDArray[Any]

# The order of a raw row for `LedgerRows.from_tuples`; days are integers since 1970-01-01 or None.
RAW_COLUMNS = (
    "officer",
    "kind",
    "occurred",
    "known",
    "closed",
    "recorded",
    "voided",
    "amount",
    "verified",
    "historical",
    "event_id",
    "payload",
)


def day_number(value: object) -> int:
    """A payload day ('YYYY-MM-DD', a date or days since 1970-01-01) as an integer; else NEVER."""
    if isinstance(value, bool) or value is None:
        return NEVER
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, date):
        return value.toordinal() - EPOCH
    if isinstance(value, str):
        try:
            return date.fromisoformat(value[:10]).toordinal() - EPOCH
        except ValueError:
            return NEVER
    return NEVER


def day_numbers(values: Column) -> DayArray:
    """`day_number` of each value."""
    return np.array([day_number(value) for value in values.tolist()], dtype=np.int32)


class Payloads:
    """Reads the payload fields a model names; rows that say the same share one combination.

    Ledgers repeat themselves: a million rows hold some thousand combinations, and a condition is
    answered once for each of them. Texts that were read are kept, so the same text is parsed once.
    """

    KEPT_TEXTS = 50_000

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(name for name in names if name != AMOUNT)
        self._by_text: dict[str, int] = {}
        self._by_values: dict[str, int] = {}
        self._values: list[list[Any]] = []

    def of_text(self, text: str | None) -> int:
        """The combination of a payload as the database keeps it (JSON)."""
        known = self._by_text.get(text or "{}")
        if known is None:
            if len(self._by_text) >= self.KEPT_TEXTS:
                self._by_text.clear()
            known = self._by_text[text or "{}"] = self.of(json.loads(text or "{}"))
        return known

    def of(self, payload: Mapping[str, Any] | None) -> int:
        """The combination of a payload."""
        values = [(payload or {}).get(name) for name in self.names]
        key = repr(values)  # by its words: True and 1 are equal, but not the same
        known = self._by_values.get(key)
        if known is None:
            known = self._by_values[key] = len(self._values)
            self._values.append(values)
        return known

    def columns(self) -> dict[str, Column]:
        """Field → its value in each combination."""
        return {name: objects([values[i] for values in self._values]) for i, name in enumerate(self.names)}


@dataclass(frozen=True)
class LedgerRows:
    """n ledger rows, one array a column, all of length n but `fields`.

    officer: index 0..officers-1 within this shard. kind: index into `kinds`. occurred, known,
    closed, recorded, voided: days since 1970-01-01, NEVER where there is none. amount: float64,
    NaN where there is none. combination: which combination of payload values the row holds.
    reporter: the account that recorded the row, -1 where it came from a file or a second person
    verified it; None: not read.
    fields: payload field the model reads (`ModelDefinition.fields`) → its value in each combination
    (object arrays, None where there is none).
    """

    kinds: tuple[str, ...]
    officer: NDArray[np.int32]
    kind: NDArray[np.int32]
    occurred: DayArray
    known: DayArray
    closed: DayArray
    recorded: DayArray
    voided: DayArray
    amount: NDArray[np.float64]
    verified: NDArray[np.bool_]
    historical: NDArray[np.bool_]
    event_id: NDArray[np.int64]
    combination: NDArray[np.int32]
    fields: Mapping[str, Column] = field(default_factory=dict)
    reporter: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.officer)

    @classmethod
    def from_tuples(cls, rows: Iterable[Sequence[Any]], fields: Iterable[str] = ()) -> "LedgerRows":
        """From rows in the order of RAW_COLUMNS; `payload` is a dict."""
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(RAW_COLUMNS)
        raw = dict(zip(RAW_COLUMNS, columns, strict=True))
        kinds = tuple(sorted(set(raw["kind"])))
        number = {kind: i for i, kind in enumerate(kinds)}
        payloads = Payloads(fields)
        return cls(
            kinds=kinds,
            officer=np.array(raw["officer"], dtype=np.int32),
            kind=np.array([number[kind] for kind in raw["kind"]], dtype=np.int32),
            occurred=_days(raw["occurred"]),
            known=_days(raw["known"]),
            closed=_days(raw["closed"]),
            recorded=_days(raw["recorded"]),
            voided=_days(raw["voided"]),
            amount=np.array([np.nan if v is None else float(v) for v in raw["amount"]], dtype=np.float64),
            verified=np.array(raw["verified"], dtype=np.bool_),
            historical=np.array(raw["historical"], dtype=np.bool_),
            event_id=np.array(raw["event_id"], dtype=np.int64),
            combination=np.array([payloads.of(payload) for payload in raw["payload"]], dtype=np.int32),
            fields=payloads.columns(),
        )

    def of_officers(self, places: IntArray) -> "LedgerRows":
        """The rows of these officers (ascending numbers), renumbered from 0 in that order."""
        number = np.full(int(max(places.max(initial=-1), self.officer.max(initial=-1))) + 1, -1, dtype=np.int32)
        number[places] = np.arange(len(places), dtype=np.int32)
        officer = number[self.officer]
        keep = officer >= 0
        columns = {name: getattr(self, name)[keep] for name in ROW_COLUMNS}
        return LedgerRows(kinds=self.kinds, fields=self.fields, **(columns | {"officer": officer[keep]}))

    def known_at(self, as_of: int) -> NDArray[np.bool_]:
        """Rows that counted on day `as_of` as it was known then (the bitemporal rule).

        A row is there from max(known, recorded); a row of a historical batch from `known`. A row
        voided on or before that day is not.
        """
        there = np.where(self.historical, self.known, np.maximum(self.known, self.recorded))
        known: NDArray[np.bool_] = (there <= as_of) & (self.voided > as_of)
        return known

    def closed_at(self, as_of: int) -> DayArray:
        """`closed` as known on day `as_of`: a case closed later was still open."""
        return np.where(self.closed <= as_of, self.closed, NEVER).astype(np.int32)

    @cached_property
    def kept(self) -> dict[Any, NDArray[Any]]:
        """Answers about the payloads, found once and good for every day (see `match.Reading`)."""
        return {}

    @cached_property
    def rows_by_kind(self) -> dict[str, IntArray]:
        """Row numbers of each kind, ascending."""
        order = np.argsort(self.kind, kind="stable")
        edges = np.searchsorted(self.kind[order], np.arange(len(self.kinds) + 1))
        return {kind: order[edges[i] : edges[i + 1]] for i, kind in enumerate(self.kinds)}


def _days(values: Sequence[int | None]) -> DayArray:
    return np.array([NEVER if value is None else value for value in values], dtype=np.int32)


def objects(values: Sequence[Any]) -> Column:
    """An object array of the values as they are (numpy would unpack lists into a table)."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column

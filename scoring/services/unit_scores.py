"""The index of units: every officer counts for the own unit and for all units above it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from roster.models import Unit
from roster.selectors.evidence import raw_rows
from scoring.models import IndexRun, Score, UnitScore
from scoring.models.run import Tier

DRIVERS = 3
REASONS = 5
SPREAD = (1_000, 2_000, 3_000)  # hundredths: 10, 20 and 30 points
RAISED = (Tier.HELP, Tier.WATCH)


@dataclass
class _Tally:
    officers: int = 0
    index: int = 0
    tiers: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    moves: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)
    spread: list[int] = field(default_factory=lambda: [0] * (len(SPREAD) + 1))
    weeks: dict[int, list[int]] = field(default_factory=dict)

    def add(self, tier: str, index: int, top: Sequence[Sequence[Any]], before: str) -> None:
        self.officers += 1
        self.index += index
        self.tiers[tier] += 1
        if tier in RAISED and top:
            self.reasons[tier][top[0][0]] += 1
        if tier == Tier.NORMAL:
            self.spread[sum(index >= edge for edge in SPREAD)] += 1
        if before != tier:
            self.moves[f"{before}>{tier}"] += 1
            if tier in RAISED and before != Tier.HELP and top:
                self.causes[top[0][0]] += 1

    def merge(self, below: _Tally) -> None:
        self.officers += below.officers
        self.index += below.index
        self.tiers += below.tiers
        for tier, counts in below.reasons.items():
            self.reasons[tier] += counts
        self.moves += below.moves
        self.causes += below.causes
        self.spread = [a + b for a, b in zip(self.spread, below.spread, strict=True)]
        for day, counts_of_day in below.weeks.items():
            self.add_week(day, counts_of_day)

    def add_week(self, day: int, counts: Sequence[int]) -> None:
        old = self.weeks.get(day, [0] * len(counts))
        self.weeks[day] = [a + b for a, b in zip(old, counts, strict=True)]

    def row(self, run: IndexRun, unit: int) -> UnitScore:
        drivers = sum(self.reasons.values(), Counter[str]())
        return UnitScore(
            run=run,
            unit_id=unit,
            officers=self.officers,
            help=self.tiers[Tier.HELP],
            watch=self.tiers[Tier.WATCH],
            normal=self.tiers[Tier.NORMAL],
            insufficient=self.tiers[Tier.INSUFFICIENT],
            mean=round(self.index / self.officers) if self.officers else 0,
            drivers=_ranked(drivers, DRIVERS),
            reasons={tier: _ranked(counts, REASONS) for tier, counts in self.reasons.items()},
            moves=dict(self.moves),
            causes=_ranked(self.causes, REASONS),
            spread=self.spread,
            weeks=[[day, *counts] for day, counts in sorted(self.weeks.items())],
        )


def _ranked(counts: Counter[str], most: int) -> list[list[Any]]:
    """The most frequent first, equals in the order of their codes, so that runs repeat exactly."""
    return [[code, number] for code, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]]


def store(run: IndexRun, weeks: Iterable[Sequence[Any]]) -> None:
    """Write one UnitScore per unit. `weeks`: [unit id, [[day, help, watch, normal, insufficient], …]]."""
    own = _own_tallies(run)
    for unit, rows in weeks:
        for day, *counts in rows:
            own[unit].add_week(day, counts)
    chains = _Chains(dict(Unit.objects.values_list("pk", "path")))
    tallies: dict[int, _Tally] = defaultdict(_Tally)
    for unit, tally in own.items():
        for above in chains.of(unit):
            tallies[above].merge(tally)
    made = [tally.row(run, unit) for unit, tally in sorted(tallies.items())]
    with transaction.atomic():
        UnitScore.objects.filter(run=run).delete()
        UnitScore.objects.bulk_create(made, batch_size=500)


def _own_tallies(run: IndexRun) -> dict[int | None, _Tally]:
    """Unit id → the tally of its own officers, without those of units below it."""
    before = Score.objects.filter(run=run.previous_id, officer=OuterRef("officer")).values("tier")[:1]
    scores = Score.objects.filter(run=run).order_by()
    scores = scores.annotate(before=Subquery(before) if run.previous_id else F("tier"))
    own: dict[int | None, _Tally] = defaultdict(_Tally)
    for unit, tier, index, top, was in raw_rows(scores.values_list("unit_id", "tier", "index", "top", "before")):
        own[unit].add(tier, index, json.loads(top) if tier in RAISED else (), was or "")
    return own


class _Chains:
    """A unit and all units above it, from the materialised paths."""

    def __init__(self, paths: Mapping[int, str]) -> None:
        self._paths = paths
        self._by_path = {path: unit for unit, path in paths.items()}
        self._known: dict[int, list[int]] = {}

    def of(self, unit: int | None) -> list[int]:
        if not unit:
            return []
        if unit not in self._known:
            self._known[unit] = list(self._walk(self._paths.get(unit, "")))
        return self._known[unit]

    def _walk(self, path: str) -> Iterator[int]:
        for end in range(Unit.steplen, len(path) + 1, Unit.steplen):
            if path[:end] in self._by_path:
                yield self._by_path[path[:end]]

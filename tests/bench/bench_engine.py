"""The index engine against the floor of its method: look-up table of 2^(-age / half-life) + bincount in numpy."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from scoring.engine.definition import Decay, Dimension, Evidence, Indicator, ModelDefinition, Part, TierClass
from scoring.engine.events import Batch, Events, Signals
from scoring.engine.score import score

OFFICERS, INDICATORS, EVENTS = 20_000, 20, 10_000_000
AS_OF, YEARS = 20_000, 3_650
GOAL = 3.0


def _definition() -> ModelDefinition:
    half_lives = [30, 60, 90, 180, 365]
    indicators = tuple(
        Indicator(f"I{i}", "A", "指标", "Indicator", (Evidence(f"KIND_{i}"),), Decay(half_life=half_lives[i % 5]), "S1")
        for i in range(INDICATORS)
    )
    return ModelDefinition(
        code="bench",
        name_zh="测速",
        name_en="Bench",
        population="all",
        policy="cn",
        dimensions=(Dimension("A", Part.RISK, "维度", "Dimension", None, "only"),),
        classes=(TierClass("only", "类", "Class"),),
        indicators=indicators,
    )


def _batch() -> Batch:
    random = np.random.default_rng(7)
    days = random.integers(AS_OF - YEARS, AS_OF, EVENTS, dtype=np.int32)
    points = random.integers(100, 2_000, EVENTS, dtype=np.int32)
    events = Events(
        officer=random.integers(0, OFFICERS, EVENTS, dtype=np.int32),
        indicator=random.integers(0, INDICATORS, EVENTS, dtype=np.int32),
        day=days,
        decays_from=days,
        points=points,
        base=points,
        event_id=np.arange(EVENTS, dtype=np.int64),
    )
    none = np.empty(0, dtype=np.int32)
    return Batch(AS_OF, OFFICERS, events, Signals(none, none, none, none, none.astype(np.int8), none, none))


def _floor(definition: ModelDefinition, batch: Batch) -> np.ndarray:
    """What nobody can do without: one table look-up, one product and one bincount over all events."""
    events = batch.events
    ages = np.arange(YEARS + 1)
    table = np.array([0.5 ** (ages / i.decay.half_life) for i in definition.indicators if i.decay.half_life])
    values = table[events.indicator, batch.as_of - events.decays_from] * events.points
    cells = events.officer * np.int32(INDICATORS) + events.indicator
    return np.bincount(cells, weights=values, minlength=OFFICERS * INDICATORS)


def _best_of(times: int, work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def run() -> list[dict[str, Any]]:
    definition, batch = _definition(), _batch()
    floor = _best_of(3, lambda: _floor(definition, batch))
    engine = _best_of(3, lambda: score(definition, batch))
    ratio = engine / floor
    return [
        {
            "name": "engine: numpy floor, 10 M events",
            "value": round(floor, 3),
            "unit": "s",
            "goal": None,
            "holds": None,
        },
        {"name": "engine: score, 10 M events", "value": round(engine, 3), "unit": "s", "goal": None, "holds": None},
        {
            "name": "engine: score / floor",
            "value": round(ratio, 2),
            "unit": "×",
            "goal": GOAL,
            "holds": ratio <= GOAL,
        },
    ]

"""How a run of the index grows: 10,000, 100,000 and 1,000,000 officers on PostgreSQL with two workers.

Takes most of an hour on a small machine, so it runs only when it is named; numbers after the name choose sizes.
"""

from __future__ import annotations

import os
from typing import Any

from tests.bench.index_work import postgresql, row, run_index, told

LONG = True
EVENTS_AN_OFFICER = 20
SIZES = (10_000, 100_000, 1_000_000)
WORKERS = 2
GOAL_SECONDS = {1_000_000: 600.0}


def run() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    before: tuple[int, float] | None = None
    for officers in map(int, os.environ.get("BENCH_SCALE", " ".join(map(str, SIZES))).split()):
        with postgresql() as env:
            told("seed", env, officers, officers * EVENTS_AN_OFFICER)
            found = run_index(env, workers=WORKERS)
        name = f"{officers:,} officers"
        rows += [
            row(f"{name}: run, two workers", found["seconds"], "s", GOAL_SECONDS.get(officers)),
            row(f"{name}: processor time of both", found["processor"], "s"),
            row(f"{name}: peak of a worker", found["peak"], "MiB", 700),
            row(f"{name}: one officer re-scored", found["rescore_ms"], "ms", 300),
        ]
        if before is not None:
            growth = (found["seconds"] / before[1]) / (officers / before[0])
            rows.append(row(f"{name}: time an officer, against {before[0]:,}", round(growth, 2), "×"))
        before = officers, found["seconds"]
    return rows

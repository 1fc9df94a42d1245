"""A run of the index over a force of Chicago's size, by two worker processes: seconds from click to board, memory.

Uses a data directory of its own with 22,000 invented officers and about 260,000 ledger rows on SQLite.
"""

from __future__ import annotations

from typing import Any

from tests.bench.index_work import row, run_index, sqlite, told

OFFICERS = 22_000
WORKERS = 2
SECONDS, MIB = 20.0, 500.0
EVENTS = 264_000


def run() -> list[dict[str, Any]]:
    with sqlite() as env:
        rows = told("seed", env, OFFICERS, EVENTS)["rows"]
        first = run_index(env, workers=WORKERS)
        second = run_index(env, workers=WORKERS)
    return [
        row("ledger rows", rows, "rows"),
        row("first run, click to board", first["seconds"], "s", SECONDS),
        row("second run, click to board", second["seconds"], "s", SECONDS),
        row("processor time of a run, all workers", second["processor"], "s"),
        row("board page, reading", second["board_ms"], "ms"),
        row("one officer explained", second["explain_ms"], "ms"),
        row("peak of a worker", max(first["peak"], second["peak"]), "MiB", MIB),
        row("same digest twice", int(first["digest"] == second["digest"]), "", 1),
    ]

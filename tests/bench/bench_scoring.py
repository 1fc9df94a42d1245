"""The index over 10,000 officers with a million ledger rows: the nightly run on one worker, one officer, the preview
of a changed model, the board; on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import Any

from tests.bench.index_work import postgresql, row, run_index, sqlite, told

OFFICERS, EVENTS = 10_000, 1_000_000


def run() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    digests = []
    for name, installation in (("SQLite", sqlite), ("PostgreSQL", postgresql)):
        with installation() as env:
            told("seed", env, OFFICERS, EVENTS)
            first = run_index(env, workers=1)
            again = run_index(env, workers=2)
            preview = told("preview", env)
        digests += [first["digest"], again["digest"]]
        rows += [
            row(f"{name}: nightly run, one worker", first["seconds"], "s", 15),
            row(f"{name}: the same, two workers", again["seconds"], "s"),
            row(f"{name}: processor time, one worker", first["processor"], "s"),
            row(f"{name}: peak of a worker", max(first["peak"], again["peak"]), "MiB", 700),
            row(f"{name}: one officer re-scored", first["rescore_ms"], "ms", 300),
            row(f"{name}: one officer explained", first["explain_ms"], "ms"),
            row(f"{name}: preview of a changed model", preview["seconds"], "s", 5),
            row(f"{name}: board, reading", again["board_ms"], "ms", 100),
        ]
    rows.append(row("one digest, on both, with one worker and two", int(len(set(digests)) == 1), "", 1))
    return rows

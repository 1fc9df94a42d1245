"""Pages over a force of their own of 10,000 and of 100,000 officers: median time, queries, size.

The time of the larger force may be half as much again; the ratio to the floor (fifty rows and their count,
straight from the database) tells what the page adds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SIZES = {10_000: 1.0, 100_000: 1.5}  # officers: share of the goal


def run() -> list[dict[str, Any]]:
    return [row for officers, share in SIZES.items() for row in _rows(officers, share)]


def _rows(officers: int, share: float) -> list[dict[str, Any]]:
    found = {row["page"]: row for row in _measured(officers)}
    floor = found.pop("floor")["ms"]
    rows = [_row(f"floor, {officers:,} officers", floor, "ms")]
    for page, row in found.items():
        goal = row["goal"]
        rows += [
            _row(f"{page}, {officers:,} officers", row["ms"], "ms", goal["ms"] * (1 if goal["steady"] else share)),
            _row(f"{page}: processor", row["cpu"], "ms"),
            _row(f"{page}: times the floor", row["ms"] / floor, "×"),
            _row(f"{page}: the first time", row["first"], "ms"),
            _row(f"{page}: queries", row["queries"], "queries", goal["queries"]),
            _row(f"{page}: size", row["bytes"], "bytes", goal["size"]),
        ]
    return rows


def _row(name: str, value: float, unit: str, goal: float | None = None) -> dict[str, Any]:
    rounded = round(value, 1) if isinstance(value, float) else value
    return {
        "name": name,
        "value": rounded,
        "unit": unit,
        "goal": goal,
        "holds": None if goal is None else value <= goal,
    }


def _measured(officers: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="police_hr-bench-") as data:
        settings = {"POLICE_HR_DATA": data, "POLICE_HR_DEMO": "1", "REDIS_URL": "", "DATABASE_URL": ""}
        command = [sys.executable, "-W", "ignore", "-m", "tests.bench.pages", str(officers)]
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | settings, check=True, stdout=subprocess.PIPE, timeout=900
        )
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found

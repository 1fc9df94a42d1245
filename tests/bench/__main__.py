"""The driver of script/bench: runs tests/bench/bench_*.py and keeps what they measured.

A bench is a module with `run() -> list[dict]`; each dict has name, value, unit, goal and holds (None where there
is no goal). It gets the settings of POLICE_HR_DATA and must leave that data as it found it, or use its own.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
KEYS = ("name", "value", "unit", "goal", "holds")


def names() -> list[str]:
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def quick() -> list[str]:
    """Those that run without being named: a bench with `LONG` takes most of an hour."""
    return [name for name in names() if not getattr(_module(name), "LONG", False)]


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"tests.bench.bench_{name}")


def shown(value: Any) -> str:
    if value is None:
        return "-"
    return (
        f"{value:,.4g}"
        if isinstance(value, float) and abs(value) < 1000
        else f"{value:,}"
        if _number(value)
        else str(value)
    )


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def print_table(name: str, rows: list[dict[str, Any]], seconds: float) -> None:
    print(f"\n{name}   ({seconds:.0f} s)")
    width = max((len(str(row["name"])) for row in rows), default=10)
    for row in rows:
        verdict = {True: "holds", False: "MISSED", None: ""}[row["holds"]]
        print(
            f"  {row['name']:<{width}}  {shown(row['value']):>12} {row['unit']:<10} {shown(row['goal']):>12}  {verdict}"
        )


def checked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for row in rows:
        if sorted(row) != sorted(KEYS):
            raise ValueError(f"a bench row has the keys {', '.join(KEYS)}; this one has {', '.join(row)}")
    return rows


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(names())
    if unknown:
        print(f"No bench named {', '.join(sorted(unknown))}. There are: {', '.join(names())}", file=sys.stderr)
        return 2
    folder = Path(os.environ.get("POLICE_HR_DATA") or HERE.parent.parent / "var") / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    failed = False
    for name in wanted or quick():
        started = time.monotonic()
        try:
            rows = checked(_module(name).run())
        except Exception:  # noqa: BLE001  the other benches run all the same
            traceback.print_exc()
            failed = True
            continue
        print_table(name, rows, time.monotonic() - started)
        (folder / f"{name}.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        failed |= any(row["holds"] is False for row in rows)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Real and invented files through the import door, against the floor of bare csv parsing and inserting.

Each database gets an installation of its own in a temporary directory; times are of whole commands, start included.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests import postgres

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("POLICE_HR_SHARED", ROOT.parent / "shared")) / "data" / "chicago"
FILES = {
    "officers": "officers",
    "postings": "postings",
    "complaints": "complaints",
    "force": "force_reports",
    "salary": "salary",
}
SECONDS, MIB = 120.0, 600
OFFICER_GOALS = {1_000: 3.0, 10_000: 20.0}


def _manage(folder: Path, url: str, *arguments: str) -> str:
    env = {**os.environ, "POLICE_HR_DATA": str(folder), "POLICE_HR_DEMO": "1", "DATABASE_URL": url, "REDIS_URL": ""}
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments[:2])} failed:\n{done.stderr[-3000:]}")
    return done.stdout


def _row(name: str, value: float, unit: str, goal: float | None = None) -> dict[str, Any]:
    holds = None if goal is None else value <= goal
    return {"name": name, "value": round(value, 2), "unit": unit, "goal": goal, "holds": holds}


def _chicago(database: str, folder: Path, url: str) -> Iterator[dict[str, Any]]:
    total, rows, peak = 0.0, 0, 0
    for profile, file in FILES.items():
        started = time.monotonic()
        told = _manage(folder, url, "import_records", f"chicago-{profile}", str(SHARED / f"{file}.csv.gz"), "--json")
        seconds = time.monotonic() - started
        found = json.loads(told)[0]
        total, rows, peak = total + seconds, rows + found["rows"], max(peak, found["peak_mib"])
        yield _row(f"{database}: {profile}, {found['rows']:,} rows", seconds, "s")
    yield _row(f"{database}: five files, {rows:,} rows", total, "s", SECONDS)
    yield _row(f"{database}: largest process", peak, "MiB", MIB)


def _floor() -> float:
    """The same files: parsed by the csv module, inserted as text with executemany, nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        database = sqlite3.connect(Path(folder) / "floor.sqlite3")
        database.execute("PRAGMA journal_mode=WAL")
        for file in FILES.values():
            with gzip.open(SHARED / f"{file}.csv.gz", "rt", encoding="utf-8", newline="") as text:
                reader = csv.reader(text)
                columns = next(reader)
                names = ", ".join(f'"{name}"' for name in columns)
                database.execute(f'CREATE TABLE "{file}" ({names})')
                places = ", ".join("?" * len(columns))
                database.executemany(f'INSERT INTO "{file}" VALUES ({places})', reader)
        database.commit()
        database.close()
        return time.monotonic() - started


def _officer_file(path: Path, count: int, *, since: str) -> None:
    """Invented officers. A second file with another `since` updates every one of them."""
    chance = random.Random(count)
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["警号", "姓名", "性别", "出生日期", "入警时间", "学历", "联系电话", "籍贯"])
        for number in range(count):
            year, month = chance.randrange(1967, 2003), chance.randrange(1, 13)
            name = chance.choice("赵钱孙李周吴郑王") + chance.choice("明华文军志秀敏静") + chance.choice("伟芳娜强磊洋")
            writer.writerow(
                [f"{700_000 + number}", name, chance.choice("男女"), f"{year}.{month:02d}", since, "大学本科",
                 f"139{number:08d}", "示例省示例市"]
            )  # fmt: skip


def _officers(folder: Path) -> Iterator[dict[str, Any]]:
    for count, goal in OFFICER_GOALS.items():
        path = folder / f"officers-{count}.csv"
        _officer_file(path, count, since="2018.07")
        told = json.loads(_manage(folder, "", "import_records", "officers", str(path), "--json"))[0]
        yield _row(f"{count:,} officers, read and imported", told["seconds"], "s", goal)
    _officer_file(path, count, since="2018.08")
    told = json.loads(_manage(folder, "", "import_records", "officers", str(path), "--json"))[0]
    yield _row(f"{told['updated']:,} officers updated by badge number", told["seconds"], "s", goal)


def run() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name:
        _manage(Path(name), "", "migrate", "-v0")
        rows += _officers(Path(name))
    if not SHARED.is_dir():
        return rows
    rows.append(_row("floor: parse and insert the five files, SQLite", _floor(), "s"))
    with tempfile.TemporaryDirectory() as name:
        _manage(Path(name), "", "migrate", "-v0")
        rows += _chicago("SQLite", Path(name), "")
    with tempfile.TemporaryDirectory() as name, postgres.server() as url:
        _manage(Path(name), url, "migrate", "-v0")
        rows += _chicago("PostgreSQL", Path(name), url)
    return rows

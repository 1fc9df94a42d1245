"""The invented force of 10,000 officers and 8,000 auxiliaries, the first index run included: time and memory.

Measured as it is at the first start: an installation of its own with two workers, from the order to the end of the job.
"""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
OFFICERS = 10_000
SECONDS, MEMORY, ROWS = 90, 500, 250_000
PATIENCE = 900


def _job(data: Path) -> tuple[str, float] | None:
    """(state, seconds from order to end) of the job that builds the force."""
    database = sqlite3.connect(f"file:{data}/police_hr.sqlite3?mode=ro", uri=True)
    try:
        found = database.execute(
            "SELECT state, (julianday(finished_at) - julianday(created_at)) * 86400 "
            "FROM core_jobrun WHERE handler = 'demo.build'"
        ).fetchone()
    except sqlite3.OperationalError:
        return None
    finally:
        database.close()
    return found


def _workers(supervisor: int) -> list[int]:
    """The processes of the worker below the supervisor."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()[1:]]
    below, found = {supervisor}, []
    for _depth in range(4):
        below |= {int(pid) for pid, parent, _args in rows if int(parent) in below}
    for pid, _parent, args in rows:
        if int(pid) in below and " worker " in args:
            found.append(int(pid))
    return found


def _peak(pid: int) -> float:
    """The largest memory a process has had, in MiB."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def run() -> list[dict[str, Any]]:
    env = {key: value for key, value in os.environ.items() if key not in ("REDIS_URL", "DATABASE_URL")}
    with tempfile.TemporaryDirectory(prefix="bench-demo-") as folder:
        data, peak = Path(folder) / "data", 0.0
        server = subprocess.Popen(
            ["script/server", "--port", "8899", "--data", str(data), "--officers", str(OFFICERS)],
            cwd=ROOT, env=env, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            started = time.monotonic()
            job = None
            while job is None or job[0] in ("waiting", "running"):
                if server.poll() is not None or time.monotonic() - started > PATIENCE:
                    raise RuntimeError("the force was not built")
                time.sleep(1)
                job = _job(data) if (data / "police_hr.sqlite3").exists() else None
                peak = max([peak, *map(_peak, _workers(server.pid))])
            database = sqlite3.connect(data / "police_hr.sqlite3")
            rows = database.execute("SELECT COUNT(*) FROM roster_ledgerentry").fetchone()[0]
            database.close()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)
    if job[0] != "done":
        raise RuntimeError(f"the job ended as {job[0]}")
    return [
        _row("force of 10,000 and 8,000 with index", round(job[1], 1), "s", SECONDS, job[1] <= SECONDS),
        _row("largest worker", round(peak), "MiB", MEMORY, peak <= MEMORY),
        _row("ledger rows", rows, "rows", ROWS, rows >= ROWS),
    ]


def _row(name: str, value: float, unit: str, goal: float, holds: bool) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "goal": goal, "holds": holds}

"""The driver of script/real-data: a real force through the import door and the index, measured.

Starts an installation of its own for each database (broker, web, two worker processes), imports the
five files with their shipped profiles, runs the index by the workers, opens pages, and writes the
figures, never a row, to docs/real-data.md.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.bench import real_backtest
from tests.postgres import server as postgresql

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("POLICE_HR_SHARED", ROOT.parent / "shared"))
FILES = {
    "chicago-officers": "officers",
    "chicago-postings": "postings",
    "chicago-complaints": "complaints",
    "chicago-force": "force_reports",
    "chicago-salary": "salary",
}
DOCUMENT = ROOT / "docs" / "real-data.md"
AS_OF = "2014-12-31"
PORT = 8790
MIB = 1024 * 1024


@dataclass
class Peaks:
    """The largest resident size seen of each kind of process, MiB."""

    seen: dict[str, float] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def watch(self, root: int) -> None:
        while not self._stop.wait(0.2):
            with contextlib.suppress(psutil.Error):
                for process in psutil.Process(root).children(recursive=True):
                    with contextlib.suppress(psutil.Error):
                        self._note(process)

    def _note(self, process: psutil.Process) -> None:
        words = " ".join(process.cmdline())
        kind = (
            "web worker"
            if "gunicorn" in words
            else "Celery worker"
            if "celery" in words and "beat" not in words
            else ""
        )
        if kind:
            self.seen[kind] = max(self.seen.get(kind, 0), process.memory_info().rss / MIB)

    def stop(self) -> None:
        self._stop.set()


@contextlib.contextmanager
def installation(environment: dict[str, str]) -> Iterator[Peaks]:
    """script/server's supervisor with an empty database; ended afterwards."""
    peaks = Peaks()
    argv = [sys.executable, "-m", "police_hr.supervisor", "--port", str(PORT), "--officers", "0"]
    process = subprocess.Popen(argv, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for_health()
        threading.Thread(target=peaks.watch, args=(process.pid,), daemon=True).start()
        yield peaks
    finally:
        peaks.stop()
        process.terminate()
        process.wait(60)


def wait_for_health() -> None:
    until = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=5):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)


def manage(environment: dict[str, str], *arguments: str) -> tuple[Any, float, float]:
    """What a command printed as JSON, its seconds, and its own peak in MiB."""
    started = time.monotonic()
    argv = [sys.executable, "manage.py", *arguments]
    with subprocess.Popen(argv, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        peak = 0.0
        reader: list[str] = []
        thread = threading.Thread(target=lambda: reader.append(process.stdout.read() if process.stdout else ""))
        thread.start()
        while process.poll() is None:
            with contextlib.suppress(psutil.Error):
                peak = max(peak, psutil.Process(process.pid).memory_info().rss / MIB)
            time.sleep(0.1)
        thread.join()
    if process.returncode:
        raise SystemExit(f"manage.py {' '.join(arguments)} ended with {process.returncode}")
    return json.loads(reader[0]), time.monotonic() - started, peak


def measure(database: str, environment: dict[str, str]) -> dict[str, Any]:
    """All figures of one database."""
    found: dict[str, Any] = {"database": database, "files": []}
    with installation(environment) as peaks:
        for profile, name in FILES.items():
            path = SHARED / "data" / "chicago" / f"{name}.csv.gz"
            (result,), seconds, peak = manage(environment, "import_records", profile, str(path), "--json")
            found["files"].append({**result, "name": name, "wall": seconds, "peak": peak})
            print(f"{database}: {name} {result['rows']} rows in {seconds:.1f} s, {peak:.0f} MiB", flush=True)
        run, _seconds, _peak = manage(environment, "run_index", "chicago", "--as-of", AS_OF, "--workers", "--json")
        again, _seconds, _peak = manage(environment, "run_index", "chicago", "--as-of", AS_OF, "--workers", "--json")
        found["run"], found["repeats"] = run, run["digest"] == again["digest"]
        everybody, _seconds, _peak = manage(
            environment, "run_index", "chicago", "--as-of", AS_OF, "--workers", "--everybody", "--json"
        )
        found["everybody"] = everybody
        print(
            f"{database}: index {run['officers']} officers {run['seconds']} s; all {everybody['seconds']} s", flush=True
        )
    found["peaks"] = {kind: round(size) for kind, size in sorted(peaks.seen.items())}
    return found


REASONS = {
    "officer_unknown": "officer not in officers.csv",
    "overlap": "two postings of an officer overlap (imported, flagged)",
    "left_before_joined": "left before joining (imported, flagged)",
    "under_age": "joined under age (imported, flagged)",
    "closed_before_occurred": "closed before it occurred (imported, flagged)",
    "known_before_occurred": "known before it occurred (imported, flagged)",
}


def report(results: list[dict[str, Any]]) -> str:
    """The text of docs/real-data.md."""
    lines = [
        "# A real force through the product",
        "",
        "Figures of the Chicago panel (public records, pseudonymised; cite: Invisible Institute). No row of it is in",
        "this repository, in a picture or in a text; `race` goes to a table that only a fairness panel reads. Made by",
        f"`script/real-data` on {os.cpu_count()} cores, Python {platform.python_version()}; seconds vary by machine.",
        "",
        *_import_section(results),
        "",
        *_index_section(results),
    ]
    return "\n".join(lines) + "\n"


def _import_section(results: list[dict[str, Any]]) -> list[str]:
    lines = [
        "## Import",
        "",
        "| file | rows | imported | rejected | " + " | ".join(f"{r['database']}, s" for r in results) + " | MiB |",
        "|---|--:|--:|--:|" + "--:|" * len(results) + "--:|",
    ]
    for place, file in enumerate(results[0]["files"]):
        walls = " | ".join(f"{r['files'][place]['wall']:.1f}" for r in results)
        peak = max(r["files"][place]["peak"] for r in results)
        lines.append(
            f"| {file['name']} | {file['rows']:,} | {file['new']:,} | {file['rejected']:,} | {walls} | {peak:.0f} |"
        )
    totals = " | ".join(f"**{sum(f['wall'] for f in r['files']):.1f}**" for r in results)
    rows = sum(file["rows"] for file in results[0]["files"])
    new = sum(file["new"] for file in results[0]["files"])
    rejected = sum(file["rejected"] for file in results[0]["files"])
    lines += [f"| **all five** | **{rows:,}** | **{new:,}** | **{rejected:,}** | {totals} | |", ""]
    lines += [
        "Goal: all five in at most 120 s and 600 MiB on either database. What was rejected or flagged, and why:",
        "",
    ]
    lines += ["| file | reason | rows |", "|---|---|--:|"]
    for file in results[0]["files"]:
        for code, count in sorted(file["reasons"].items()):
            lines.append(f"| {file['name']} | {REASONS.get(code.partition('.')[2], code)} | {count:,} |")
    return lines


def _index_section(results: list[dict[str, Any]]) -> list[str]:
    first = results[0]["run"]
    lines = [
        "## Index",
        "",
        f"Model `chicago`, version {first['version']}, as of {AS_OF}: the {first['officers']:,} officers of that year.",
        "",
        "| tier | officers | share |",
        "|---|--:|--:|",
    ]
    for tier, name in (
        ("help", "重点帮助 key help"),
        ("watch", "重点关注 key attention"),
        ("normal", "常态管理 normal"),
    ):
        lines.append(f"| {name} | {first[tier]:,} | {first[tier] / first['officers']:.1%} |")
    lines += [
        "",
        "A tier is a proposal: it takes effect for nobody before people confirm it, and of a list of 5 % most later",
        "cases are not on it. It is a help list, never proof.",
        "",
        "| | " + " | ".join(r["database"] for r in results) + " |",
        "|---|" + "--:|" * len(results),
        "| roster of the year, from request to board, s | "
        + " | ".join(f"{r['run']['seconds']:.1f}" for r in results)
        + " |",
        f"| all {results[0]['everybody']['officers']:,} officers ever held, s (goal 20) | "
        + " | ".join(f"{r['everybody']['seconds']:.1f}" for r in results)
        + " |",
        "| a second run is equal to the byte | " + " | ".join("yes" if r["repeats"] else "NO" for r in results) + " |",
    ]
    for kind in ("Celery worker", "web worker"):
        lines.append(f"| largest {kind}, MiB | " + " | ".join(str(r["peaks"].get(kind, "–")) for r in results) + " |")
    digests = {r["run"]["digest"] for r in results}
    if len(results) > 1:
        equal = "equal" if len(digests) == 1 else "NOT equal"
        lines += [
            "",
            f"The scores of all officers are {equal} on the two databases (SHA-256 `{first['digest'][:16]}…`).",
        ]
    return lines


def write_backtest() -> int:
    """Import the panel into a database of its own and exchange the section of the back-test."""
    with tempfile.TemporaryDirectory(prefix="real-", dir="/tmp") as folder:
        environment = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "DATABASE_URL"}}
        environment |= {"POLICE_HR_DATA": folder, "POLICE_HR_DEBUG": "1"}
        for arguments in (["migrate", "-v0"], ["install_defaults"]):
            subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)
        for profile, name in FILES.items():
            manage(
                environment, "import_records", profile, str(SHARED / "data" / "chicago" / f"{name}.csv.gz"), "--json"
            )
        lines = real_backtest.section(real_backtest.measure(manage, environment))
    DOCUMENT.write_text(real_backtest.put(DOCUMENT.read_text(encoding="utf-8"), lines), encoding="utf-8")
    return 0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="script/real-data", description=__doc__)
    parser.add_argument(
        "--only",
        choices=["sqlite", "postgresql", "backtest"],
        help="measure one database and write nothing; backtest: write that section alone",
    )
    options = parser.parse_args(arguments)
    if not (SHARED / "data" / "chicago").is_dir():
        print("The Chicago panel is not on this machine (POLICE_HR_SHARED).", file=sys.stderr)
        return 1
    if options.only == "backtest":
        return write_backtest()
    results = []
    for database in [options.only] if options.only else ["SQLite", "PostgreSQL"]:
        with tempfile.TemporaryDirectory(prefix="real-", dir="/tmp") as folder, contextlib.ExitStack() as stack:
            # the broker's address is the installation's own: manage.py reads it from the data directory
            environment = {
                name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "DATABASE_URL"}
            }
            environment["POLICE_HR_DATA"] = folder
            if database.lower() == "postgresql":
                environment["DATABASE_URL"] = stack.enter_context(postgresql())
            results.append(measure(database, environment))
    if options.only:
        print(json.dumps(results[0], indent=1, ensure_ascii=False))
    else:
        old = DOCUMENT.read_text(encoding="utf-8")
        kept = old[old.index(real_backtest.BEGINS) :] if real_backtest.BEGINS in old else ""
        DOCUMENT.write_text(report(results) + (f"\n{kept}" if kept else ""), encoding="utf-8")
        write_backtest()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

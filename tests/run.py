"""What script/test runs: the suite on SQLite, then on PostgreSQL, one summary of pytest for each."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

from tests import postgres

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS = 5


def suite(arguments: list[str], database_url: str) -> int:
    """One run of pytest. Answers its exit code; no test for this database is not a failure."""
    env = {**os.environ, "DATABASE_URL": database_url}
    started = time.monotonic()
    name = "PostgreSQL" if database_url else "SQLite"
    print(f"\n=== {name} ===", flush=True)
    code = subprocess.run([sys.executable, "-m", "pytest", "-n", "2", *arguments], cwd=ROOT, env=env, check=False)
    print(f"=== {name}: {time.monotonic() - started:.0f} s ===", flush=True)
    return 0 if database_url and code.returncode == NO_TESTS else code.returncode


def main(arguments: list[str]) -> int:
    given = os.environ.get("DATABASE_URL", "")
    codes = [suite(arguments, "")]
    try:
        with contextlib.nullcontext(given) if given else postgres.server() as url:
            codes.append(suite(arguments, url))
    except postgres.NoPostgresError as error:
        print(f"PostgreSQL could not be started: {error}", file=sys.stderr)
        codes.append(1)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

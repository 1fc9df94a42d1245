"""A migrated SQLite database, kept between runs of the tests: migrating takes longer than most tests.

The copy is named by a digest of everything that makes its tables, so a changed migration makes a new one. Migrating
it once more does nothing, but proves that nothing is missing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAKERS = ("*/migrations/*.py", "police_hr/*/migrations/*.py", "police_hr/core/triggers.py", "requirements-dev.txt")


def digest() -> str:
    """Of our migrations and of the versions of Django, of the packages with tables, of Python and of SQLite."""
    made_by = hashlib.sha256(f"{sys.version} {sqlite3.sqlite_version}".encode())
    for path in sorted({path for pattern in MAKERS for path in ROOT.glob(pattern)}):
        made_by.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return made_by.hexdigest()[:16]


def lay_out(template: Path, target: Path) -> None:
    """Start from the template where there is one."""
    if template.is_file():
        shutil.copyfile(template, target)


def keep(source: sqlite3.Connection, template: Path) -> None:
    """Keep a migrated database for the next run, older ones go. Of two workers that do it at once, both are right."""
    if template.is_file():
        return
    unfinished = template.with_suffix(f".{os.getpid()}")
    copy = sqlite3.connect(unfinished)
    source.backup(copy)
    copy.close()
    for old in template.parent.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    unfinished.replace(template)

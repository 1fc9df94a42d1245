"""The pages of a kept document as pictures, marked with who looks: what is only to be read never leaves as a file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from police_hr.core.files.recognising import Sort

CHILD = Path(__file__).with_name("pages_child.py")
MEMORY, CPU_SECONDS, WALL_SECONDS = 2 * 1024**3, 20, 40
# an A4 page becomes 1190 pixels wide: small print can be read
PPI = 144


def count_pages(path: Path, sort: Sort) -> int:
    """How many pages a kept file has; 1 for a picture. Raises ValidationError for one that cannot be read."""
    found = int(_child(path, sort, page=1, mark="", count=True))
    if not found:
        raise _unreadable()
    return found


def draw_page(path: Path, sort: Sort, page: int, mark: str) -> bytes:
    """One page (from 1) as PNG with `mark` over it. Raises ValidationError where there is no such page."""
    return _child(path, sort, page=page, mark=mark, count=False)


def _child(path: Path, sort: Sort, *, page: int, mark: str, count: bool) -> bytes:
    options = {
        "root": str(path.parent),
        "file": f"/{path.name}",
        "format": sort.value,
        "page": page,
        "mark": mark,
        "count": count,
        "ppi": PPI,
        "memory": MEMORY,
        "cpu_seconds": CPU_SECONDS,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD), json.dumps(options)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired as error:
        raise _unreadable() from error
    if done.returncode != 0 or not done.stdout:
        raise _unreadable()
    return done.stdout


def _unreadable() -> ValidationError:
    return ValidationError(
        _("The pages of this file cannot be read. Print it to a new PDF, or scan the paper anew."), code="unreadable"
    )

"""Files whose row never came, or went: taken away once they are a day old, so that no upload under way is hit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.conf import settings

from police_hr.core.files.keeping import ROOT

DAY = 24 * 3600
# folder → who knows which paths (relative to the data directory) rows refer to
_owners: dict[str, list[Callable[[], Iterable[str]]]] = {}


def register_owner(folder: str, paths: Callable[[], Iterable[str]]) -> None:
    """Say that rows refer to these files below `files/<folder>`. Every part that keeps files there must say so;
    folders without an owner are not swept."""
    _owners.setdefault(folder, []).append(paths)


def sweep(*, older_than: float = DAY) -> int:
    """Delete the files of owned folders that are older (in seconds) and that no row refers to; how many."""
    gone = 0
    limit = time.time() - older_than
    for folder, owners in _owners.items():
        root = Path(settings.DATA_DIR) / ROOT / folder
        stale = {str(file.relative_to(settings.DATA_DIR)): file for file in _files(root) if _age(file) < limit}
        if not stale:
            continue
        wanted = {path for paths in owners for path in paths() if path in stale}
        for path, file in stale.items():
            # looked at once more: the same bytes may have come again in between (evidence lies by digest)
            if path not in wanted and _age(file) < limit:
                file.unlink(missing_ok=True)
                gone += 1
    return gone


def _files(root: Path) -> Iterator[Path]:
    return (file for file in root.rglob("*") if file.is_file()) if root.is_dir() else iter(())


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return time.time()

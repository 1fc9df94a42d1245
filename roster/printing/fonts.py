"""The Song type (宋体) that the machine has. None is shipped: those that may be are tens of megabytes."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

# in the order of preference; the first file that is found is used, with its bold companion
CANDIDATES = (
    ("simsun.ttc", "simsunb.ttf"),
    ("NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc"),
    ("NotoSerifCJKsc-Regular.otf", "NotoSerifCJKsc-Bold.otf"),
    ("NotoSerifSC-Regular.otf", "NotoSerifSC-Bold.otf"),
    ("NotoSerifSC-Regular.ttf", "NotoSerifSC-Bold.ttf"),
    ("SourceHanSerifSC-Regular.otf", "SourceHanSerifSC-Bold.otf"),
    ("SourceHanSerif-Regular.ttc", "SourceHanSerif-Bold.ttc"),
    ("FandolSong-Regular.otf", "FandolSong-Bold.otf"),
    ("Songti.ttc", ""),
    ("STSONG.TTF", ""),
    ("uming.ttc", ""),
)
FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)


class FontMissing(RuntimeError):
    """No Song type is to be found; the page says what to install."""


def find_fonts(chosen: str = "", folders: tuple[str, ...] = FOLDERS) -> tuple[Path, ...]:
    """The files of the type to print with: `chosen` (a path) where it is set, else the best one of the machine.

    Raises FontMissing where there is none, or where the chosen one is no file.
    """
    if chosen:
        path = Path(chosen)
        if not path.is_file():
            raise FontMissing(chosen)
        return (path,)
    found = _found(folders)
    if not found:
        raise FontMissing
    return found


@lru_cache(maxsize=4)
def _found(folders: tuple[str, ...]) -> tuple[Path, ...]:
    held: dict[str, Path] = {}
    for folder in folders:
        for place, _folders, files in os.walk(Path(folder).expanduser()):
            for name in files:
                held.setdefault(name.lower(), Path(place) / name)
    for names in CANDIDATES:
        if names[0].lower() in held:
            return tuple(held[name.lower()] for name in names if name.lower() in held)
    return ()

"""Starting the process that draws, and taking what it made.

The folder is the whole interface: `forms.json`, `photo-N` and `fonts/` go in; `forms.pdf` or `N.docx` and `report.json`
come out. Nothing of a form stands on a command line.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roster.printing.drawing import MARK
from roster.printing.sheet import Sheet

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 300
PDF, DOCX, WALL = "pdf", "docx", "wall"


class DrawingFailed(RuntimeError):
    """The process ended with a fault. Its words may quote a form, so they are not passed on."""


@dataclass(frozen=True, slots=True)
class Small:
    """A cell whose text did not fit at 8 pt: the place of the form in the bundle, the cell, the size it got (pt).
    `cell` "photo" with size 0: the picture could not be read and was left out."""

    form: int
    cell: str
    size: float


def draw(kind: str, sheets: Sequence[Sheet], folder: Path, fonts: Sequence[Path], *, mark: str = "") -> list[Small]:
    """Draw `sheets` into the empty `folder`: `forms.pdf`, or 0.docx, 1.docx …; returns what had to be too small.
    `mark` says whose files they are: it goes into their properties, as the sheet itself is an official form."""
    (folder / MARK).write_text(mark, encoding="utf-8")
    forms = []
    for number, sheet in enumerate(sheets):
        name = f"photo-{number}" if sheet.photo else ""
        if name:
            (folder / name).write_bytes(sheet.photo)
        forms.append({**sheet.as_data(), "photo": name})
    _hand_over(forms, folder, fonts)
    run([kind, str(folder)])
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return [Small(**entry) for entry in report]


def draw_wall(wall: Mapping[str, Any], photos: Sequence[bytes], folder: Path, fonts: Sequence[Path]) -> None:
    """Draw sheets of photos into the empty `folder` as `forms.pdf`. `wall` has the texts: title, note, mark, the number
    of its `first` sheet and of all `sheets`, and `cards` of {initial, lines}; `photos` has a picture for each card, or
    b"". One that cannot be read is left out: its card shows the initial."""
    cards = []
    for number, (card, photo) in enumerate(zip(wall["cards"], photos, strict=True)):
        name = f"photo-{number}" if photo else ""
        if name:
            (folder / name).write_bytes(photo)
        cards.append({**card, "photo": name})
    _hand_over({**wall, "cards": cards}, folder, fonts)
    run([WALL, str(folder)])


def _hand_over(forms: Any, folder: Path, fonts: Sequence[Path]) -> None:
    (folder / "forms.json").write_text(json.dumps(forms, ensure_ascii=False), encoding="utf-8")
    (folder / "fonts").mkdir()
    for font in fonts:
        (folder / "fonts" / font.name).symlink_to(font.resolve())


def merge(parts: Sequence[Path], target: Path) -> None:
    """One PDF of several, in their order."""
    run(["merge", str(target), *map(str, parts)])


def run(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "roster.printing.drawing", *arguments]
    try:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise DrawingFailed(arguments[0]) from error

"""The roster with photos as a PDF: drawn in bundles of sheets, so that memory does not grow with the force."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings

from police_hr.core.jobs import JobError
from roster.models import Officer
from roster.printing import process
from roster.printing.fonts import find_fonts
from roster.printing.process import DrawingFailed
from roster.selectors.photos import latest_photos, photo_path
from roster.selectors.roster_rows import PaperWords, rows_of
from roster.selectors.rosters import Roster
from roster.services.appointment_prints import CannotPrint, empty, told, workshop
from roster.services.export_forms import Writing, Written, lost

ON_A_SHEET = 20  # photos on one page of A4: four across, five down
BUNDLE = 10 * ON_A_SHEET


def write(writing: Writing, roster: Roster, *, note: str) -> Written:
    """All photos in one PDF, `ON_A_SHEET` a page, with the sheets numbered through. Raises JobError with a sentence
    where there is no font or the drawing fails."""
    words, officers = PaperWords.read(), writing.officers()
    texts = {"title": roster.label, "note": note, "mark": " · ".join(writing.mark.values())}
    sheets, count = sheets_of(len(writing.export.officers)), 0
    parts: list[Path] = []
    with tempfile.TemporaryDirectory(dir=workshop()) as place:
        while bundle := list(islice(officers, BUNDLE)):
            folder, part = Path(place) / "now", Path(place) / f"{len(parts)}.pdf"
            folder.mkdir()
            rows = rows_of(roster, bundle, words)
            cards = [
                {"initial": officer.name[:1] or "?", "lines": row} for officer, row in zip(bundle, rows, strict=True)
            ]
            wall = {**texts, "first": sheets_of(count) + 1, "sheets": sheets, "cards": cards}
            _draw(wall, list(_pictures(writing, bundle)), folder)
            (folder / "forms.pdf").rename(part)
            empty(folder)
            parts.append(part)
            count += len(bundle)
        if not parts:
            raise lost()
        try:
            process.merge(parts, writing.path)
        except DrawingFailed as error:
            raise lost() from error
    return Written(count)


def check(writing: Writing, written: Written) -> None:
    """Raises where the PDF has another number of A4 pages than its photos fill."""
    try:
        process.run(["check", str(writing.path), str(sheets_of(written.rows))])
    except DrawingFailed as error:
        raise lost() from error


def sheets_of(photos: int) -> int:
    """How many pages so many photos fill."""
    return -(-photos // ON_A_SHEET)


def _draw(wall: dict[str, Any], pictures: list[bytes], folder: Path) -> None:
    try:
        with told():
            process.draw_wall(wall, pictures, folder, find_fonts(settings.PRINT_FONT))
    except CannotPrint as error:
        raise JobError(str(error)) from error


def _pictures(writing: Writing, officers: list[Officer]) -> Iterator[bytes]:
    """The picture of each, or b"" where there is none or its file is lost."""
    kept = latest_photos(writing.viewer, [officer.pk for officer in officers])
    for officer in officers:
        path = photo_path(kept[officer.pk]) if officer.pk in kept else None
        yield path.read_bytes() if path is not None and path.is_file() else b""

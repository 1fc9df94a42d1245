"""Handing a kept file out: its type is what we recognised, its name is ours, and no browser guesses."""

from __future__ import annotations

import re
from pathlib import Path

from django.http import FileResponse

from police_hr.core.files.recognising import Sort

# what a name of a file may not hold on one system or another, and what ends a header line
UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]+')
LONGEST = 120


def tidy_name(text: str) -> str:
    """`text` as the name of a file on any system."""
    return UNSAFE.sub("_", text).strip(" ._")[:LONGEST] or "file"


def safe_name(text: str, sort: Sort) -> str:
    """`text` as the name of a file on any system, with the ending of what the file is."""
    return f"{tidy_name(text)}.{sort.value}"


def send(path: Path, *, name: str, sort: Sort, attachment: bool) -> FileResponse:
    """The file as an answer, under `name` (RFC 6266, Chinese names included). Raises FileNotFoundError."""
    return FileResponse(
        path.open("rb"), as_attachment=attachment, filename=safe_name(name, sort), content_type=sort.media_type
    )

"""The files of imports: kept as they came, under a name nobody can guess, until the batch is forgotten."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from police_hr.core import files
from police_hr.core.files.keeping import CHUNK, MIB, Kept

FOLDER = "imports"


def folder() -> Path:
    """Where they lie."""
    return Path(settings.DATA_DIR) / "files" / FOLDER


def keep(source: IO[bytes], *, expected: int | None = None) -> Kept:
    """Copy `source` to the data directory, completely or not at all. `expected` is its announced size.

    Raises ValidationError for a file that is too large, empty or cut off, and when the disk is full. What a table is
    made of is judged when it is read (`police_hr.core.tabular`), in a process of its own.
    """
    name = secrets.token_urlsafe(18)
    try:
        return files.keep(_chunks(source), folder=FOLDER, most=settings.IMPORT_MAX_BYTES, expected=expected, name=name)
    except ValidationError as error:
        if error.code != "size":
            raise
        most = settings.IMPORT_MAX_BYTES // MIB
        raise ValidationError(_("The file is larger than %(most)d MB. Split it.") % {"most": most}) from error


def _chunks(source: IO[bytes]) -> Iterable[bytes]:
    while chunk := source.read(CHUNK):
        yield chunk


def kept_path(path: str) -> Path:
    """The whole path of a kept file; never one outside the folder."""
    return files.kept_path(path, FOLDER)


def is_intact(path: str, sha256: str) -> bool:
    """Whether the kept file is there and is what was received."""
    return files.is_intact(path, sha256, FOLDER)


def forget(path: str) -> None:
    files.forget(path, FOLDER)


__all__ = ["folder", "forget", "is_intact", "keep", "kept_path"]

"""The files of imports: kept as they came, under a name nobody can guess, until the batch is forgotten."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CHUNK = 1024 * 1024


@dataclass(frozen=True)
class KeptFile:
    """A file under the data directory: `path` relative to it."""

    path: str
    sha256: str
    size: int


def folder() -> Path:
    found = Path(settings.DATA_DIR) / "files" / "imports"
    found.mkdir(parents=True, exist_ok=True)
    return found


def keep(source: IO[bytes], *, expected: int | None = None) -> KeptFile:
    """Copy `source` to the data directory, completely or not at all. `expected` is its announced size.

    Raises ValidationError for a file that is too large, empty or cut off, and when the disk is full.
    """
    name = secrets.token_urlsafe(18) + ".part"
    part = folder() / name
    try:
        kept = _copy(source, part, expected)
    except OSError as problem:
        part.unlink(missing_ok=True)
        raise ValidationError(
            _(
                "The file could not be stored: the disk of the server is full or cannot be written. "
                "Tell the administrator."
            )
        ) from problem
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    final = part.with_suffix("")
    part.rename(final)
    return KeptFile(str(final.relative_to(settings.DATA_DIR)), kept.sha256, kept.size)


def _copy(source: IO[bytes], part: Path, expected: int | None) -> KeptFile:
    digest, size = hashlib.sha256(), 0
    with part.open("xb") as copy:
        for chunk in _chunks(source):
            size += len(chunk)
            if size > settings.IMPORT_MAX_BYTES:
                most = settings.IMPORT_MAX_BYTES // (1024 * 1024)
                raise ValidationError(_("The file is larger than %(most)d MB. Split it.") % {"most": most})
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    if expected is not None and size != expected:
        raise ValidationError(_("The upload was cut off; nothing was kept. Upload the file again."))
    if not size:
        raise ValidationError(_("The file is empty."))
    return KeptFile(str(part), digest.hexdigest(), size)


def _chunks(source: IO[bytes]) -> Iterable[bytes]:
    while chunk := source.read(CHUNK):
        yield chunk


def kept_path(path: str) -> Path:
    """The whole path of a kept file; never one outside the folder."""
    found = (Path(settings.DATA_DIR) / path).resolve()
    if not found.is_relative_to(folder().resolve()):
        raise ValueError(path)
    return found


def is_intact(path: str, sha256: str) -> bool:
    """Whether the kept file is there and is what was received."""
    found = kept_path(path)
    if not path or not found.is_file():
        return False
    with found.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def forget(path: str) -> None:
    if path:
        kept_path(path).unlink(missing_ok=True)


__all__ = ["KeptFile", "forget", "is_intact", "keep", "kept_path"]

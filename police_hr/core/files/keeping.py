"""Files under the data directory: completely there or not at all, under names nobody can guess."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

ROOT = "files"
PART = ".part"
CHUNK = 1024 * 1024
MIB = 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """A file under the data directory: `path` relative to it, digest, size in bytes."""

    path: str
    sha256: str
    size: int


def keep(chunks: Iterable[bytes], *, folder: str, most: int, expected: int | None = None, name: str = "") -> Kept:
    """Write `chunks` to a file of its own below `files/<folder>`, readable by nobody else, and on the disk before
    this returns.

    The name is `name`, or drawn from the digest and chance. `most` and `expected` are bytes. Raises ValidationError
    for a file that is too large, empty or cut off, and where the disk is full: nothing is kept then.
    """
    parent = Path(settings.DATA_DIR) / ROOT / folder
    part = parent / (secrets.token_urlsafe(18) + PART)
    try:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sha256, size = _write(chunks, part, most)
        _refuse_partial(size, expected)
        final = parent / (name or f"{sha256[:2]}/{sha256[:24]}-{secrets.token_hex(8)}")
        final.parent.mkdir(mode=0o700, exist_ok=True)
        part.replace(final)
        _settle(final.parent)
    except OSError as problem:
        _drop(part)
        raise ValidationError(
            _(
                "The file could not be stored: the disk of the server is full or cannot be written. "
                "Tell the administrator."
            ),
            code="disk",
        ) from problem
    except BaseException:
        _drop(part)
        raise
    return Kept(str(final.relative_to(settings.DATA_DIR)), sha256, size)


def _refuse_partial(size: int, expected: int | None) -> None:
    if expected is not None and size != expected:
        raise ValidationError(_("The upload was cut off; nothing was kept. Upload the file again."))
    if not size:
        raise ValidationError(_("The file is empty."), code="empty")


def _write(chunks: Iterable[bytes], part: Path, most: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise too_large(most)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size


def _settle(folder: Path) -> None:
    """The name of a new file is only safe once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _drop(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return  # the sweep takes it


def too_large(most: int) -> ValidationError:
    """The sentence for a file of more than `most` bytes."""
    return ValidationError(
        _("The file is larger than %(most)d MB. Send a smaller one."), code="size", params={"most": most // MIB}
    )


def kept_path(path: str, folder: str) -> Path:
    """The whole path of a kept file; ValueError for one outside its folder, whatever a row says."""
    found = (Path(settings.DATA_DIR) / path).resolve()
    if not found.is_relative_to((Path(settings.DATA_DIR) / ROOT / folder).resolve()):
        raise ValueError(path)
    return found


def is_intact(path: str, sha256: str, folder: str) -> bool:
    """Whether the kept file is there and is what was received."""
    if not path:
        return False
    found = kept_path(path, folder)
    if not found.is_file():
        return False
    with found.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def forget(path: str, folder: str) -> None:
    """Delete a kept file; none there is fine."""
    if path:
        kept_path(path, folder).unlink(missing_ok=True)


@contextmanager
def or_forget(kept: Kept | None, folder: str) -> Iterator[None]:
    """For the lines that commit the row of a file just kept: where they fail, the file goes at once. Where the
    process dies instead, the sweep takes it."""
    try:
        yield
    except BaseException:
        if kept is not None:
            _drop(kept_path(kept.path, folder))
        raise

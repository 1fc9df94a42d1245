"""Taking a file in: judged by its bytes, then kept."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

from police_hr.core.files.keeping import MIB, Kept, keep, too_large
from police_hr.core.files.recognising import Picture, Sort, recognise

PICTURES: frozenset[Sort] = frozenset({Sort.JPEG, Sort.PNG})
DOCUMENTS: frozenset[Sort] = frozenset(Sort)
# An A3 page at 600 dpi has 70 million pixels; nothing we take in has more.
MOST_PIXELS = 80_000_000
MOST_BYTES = 20 * MIB


@dataclass(frozen=True)
class Taken:
    """A file that was judged and kept."""

    kept: Kept
    picture: Picture


def check(
    source: File[bytes] | bytes,
    *,
    allowed: Collection[Sort] = DOCUMENTS,
    most: int = MOST_BYTES,
    most_pixels: int = MOST_PIXELS,
) -> tuple[bytes, Picture]:
    """The bytes of `source` and what they are. Raises ValidationError, with a sentence, for what is not taken in."""
    if not isinstance(source, bytes):
        if (source.size or 0) > most:
            raise too_large(most)
        source.seek(0)
        data = source.read(most + 1)
        if source.size is not None and source.size <= most and len(data) != source.size:
            raise ValidationError(_("The upload was cut off; nothing was kept. Upload the file again."))
        source.seek(0)
    else:
        data = source
    if len(data) > most:
        raise too_large(most)
    picture = recognise(data)
    if picture.sort not in allowed:
        raise ValidationError(_("Only pictures are taken here: JPEG or PNG."), code="sort")
    if picture.pixels > most_pixels:
        raise ValidationError(
            _("The picture has more than %(most)d million pixels. Send a smaller one."),
            code="pixels",
            params={"most": most_pixels // 1_000_000},
        )
    return data, picture


def take_in(
    source: File[bytes] | bytes, *, folder: str, allowed: Collection[Sort] = DOCUMENTS, by_digest: bool = False
) -> Taken:
    """Judge `source` and keep it below `files/<folder>`. With `by_digest` its name is its SHA-256: the same bytes
    are one file. Raises ValidationError for what is not taken in, and where the disk is full."""
    data, picture = check(source, allowed=allowed)
    name = ""
    if by_digest:
        digest = hashlib.sha256(data).hexdigest()
        name = f"{digest[:2]}/{digest}"
    return Taken(keep([data], folder=folder, most=MOST_BYTES, name=name), picture)

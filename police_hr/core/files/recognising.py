"""What a file is, told by its bytes alone. A file that is two things at once, or only half of one, is nothing.

JPEG (ITU-T T.81 annex B) and PNG (W3C PNG 2nd edition, §5) are walked from the first marker or chunk to the last, so
the size of the picture is known before anything decodes it, and what hides behind the end is found. PDF (ISO 32000-1
§7.5) is checked at both ends, and for what runs when it is opened.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class Sort(StrEnum):
    """The sorts of file that are taken in; the value is the ending of the name it is handed out with."""

    JPEG = "jpg"
    PNG = "png"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        return {"jpg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}[self.value]


@dataclass(frozen=True)
class Picture:
    """What was recognised: the sort, and the size in pixels (0 × 0 for a PDF)."""

    sort: Sort
    width: int = 0
    height: int = 0

    @property
    def pixels(self) -> int:
        return self.width * self.height


PNG_HEAD = b"\x89PNG\r\n\x1a\n"
ARCHIVE_END, ARCHIVE_TAIL = b"PK\x05\x06", 22 + 65_535
# A page or a program that is carried along in a comment or in the first bytes.
MARKUP = re.compile(rb"<\s*(?:script|html|svg|iframe|body|!doctype|\?php)", re.IGNORECASE)
LOOKED_AT = 2048
# What a PDF does by itself when it is opened, and what it carries inside: names of ISO 32000-1 §12.6.4 and §7.11.4.
ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)(?![A-Za-z])")
NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
OBJECT_STREAM = re.compile(rb"/ObjStm.{0,400}?stream\r?\n", re.DOTALL)
UNPACKED_MOST = 1 << 20


def recognise(data: bytes) -> Picture:
    """What `data` is. Raises ValidationError, with the sentence for who sent it, where it is none of our sorts,
    is cut off, goes on behind its end, or does something when it is opened."""
    if not data:
        raise ValidationError(_("The file is empty. Choose another one."), code="empty")
    if data.startswith(b"\xff\xd8\xff"):
        found = _jpeg(data)
    elif data.startswith(PNG_HEAD):
        found = _png(data)
    elif data.startswith(b"%PDF-"):
        found = _pdf(data)
    else:
        raise ValidationError(
            _("This is no JPEG, PNG or PDF, whatever its name says. Scan it or save it as one of these."),
            code="unknown",
        )
    _refuse_second_nature(data)
    return found


def _refuse_second_nature(data: bytes) -> None:
    at = data.rfind(ARCHIVE_END, max(0, len(data) - ARCHIVE_TAIL))
    is_archive = at >= 0 and len(data) - at == 22 + int.from_bytes(data[at + 20 : at + 22], "little")
    if is_archive or MARKUP.search(data, 0, LOOKED_AT):
        raise _hidden()


def _hidden() -> ValidationError:
    return ValidationError(
        _("Something else is hidden in this file. Scan the paper anew, or save the picture anew."), code="hidden"
    )


def _cut_off() -> ValidationError:
    return ValidationError(_("The file is damaged or was cut off on its way. Send it again."), code="cut_off")


# --- JPEG -----------------------------------------------------------------------------------------------------

STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
START_OF_SCAN, END = 0xDA, 0xD9


def _jpeg(data: bytes) -> Picture:
    width = height = 0
    for marker, segment, end in _segments(data):
        if marker == END:
            if not width or not height:
                raise _cut_off()
            if data[end:].strip(b"\x00\r\n"):
                raise _hidden()
            return Picture(Sort.JPEG, width, height)
        if marker in SIZES:
            if len(segment) < 5:
                raise _cut_off()
            height, width = int.from_bytes(segment[1:3], "big"), int.from_bytes(segment[3:5], "big")
        elif marker >= 0xE0 and MARKUP.search(segment):
            raise _hidden()
    raise _cut_off()


def _segments(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """(marker, what its segment holds, where it ends), up to the end of the image."""
    at, size = 2, len(data)
    while at + 2 <= size:
        if data[at] != 0xFF:
            raise _cut_off()
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        at += 2
        if marker == END:
            yield marker, b"", at
            return
        if marker in STANDALONE:
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        if length < 2 or at + length > size:
            raise _cut_off()
        yield marker, data[at + 2 : at + length], at + length
        at += length
        if marker == START_OF_SCAN:
            at = _next_marker(data, at)


def _next_marker(data: bytes, at: int) -> int:
    """Where the coded data from `at` on ends: at the first FF that neither stands for itself nor restarts."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] and data[at + 1] not in STANDALONE:
            return at
        at += 2
    raise _cut_off()


# --- PNG ------------------------------------------------------------------------------------------------------


def _png(data: bytes) -> Picture:
    at, size, found = len(PNG_HEAD), len(data), None
    while at + 12 <= size:
        length = int.from_bytes(data[at : at + 4], "big")
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > size or zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            raise _cut_off()
        body = data[at + 8 : end - 4]
        if (found is None) != (name == b"IHDR"):
            raise _cut_off()
        if name == b"IHDR":
            found = Picture(Sort.PNG, int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big"))
        elif name == b"IEND":
            break
        elif name != b"IDAT" and MARKUP.search(body):
            raise _hidden()
        at = end
    else:
        raise _cut_off()
    if found is None or not found.pixels:
        raise _cut_off()
    if data[end:].strip(b"\x00\r\n"):
        raise _hidden()
    return found


# --- PDF ------------------------------------------------------------------------------------------------------


def _pdf(data: bytes) -> Picture:
    tail = data.rstrip(b"\x00\r\n \t")
    if not tail.endswith(b"%%EOF"):
        at = tail.rfind(b"%%EOF")
        raise _hidden() if at >= 0 else _cut_off()
    if b"startxref" not in tail[-1024:]:
        raise _cut_off()
    names = NAME_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), data)
    if re.search(rb"/Encrypt(?![A-Za-z])", names):
        raise ValidationError(
            _("The PDF is protected by a password or against printing. Save it without protection."), code="locked"
        )
    if ACTIVE.search(names) or any(ACTIVE.search(part) for part in _object_streams(data)):
        raise ValidationError(
            _("The PDF carries a program or other files inside. Print it to a new PDF and send that."), code="active"
        )
    return Picture(Sort.PDF)


def _object_streams(data: bytes) -> Iterator[bytes]:
    """The packed objects of the file, each unpacked to 1 MiB at most. What cannot be unpacked holds nothing."""
    for match in OBJECT_STREAM.finditer(data):
        try:
            yield zlib.decompressobj().decompress(data[match.end() :], UNPACKED_MOST)
        except zlib.error:
            continue

"""Small files as cadres send them, and such as they should not: all drawn here, no real person's."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib


def jpeg(width: int = 600, height: int = 800, colour: str = "navy", **save: object) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG", **save)
    return out.getvalue()


def png(width: int = 60, height: int = 80, mode: str = "RGBA") -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new(mode, (width, height)).save(out, "PNG")
    return out.getvalue()


def pdf(*pages: str) -> bytes:
    """A PDF with one page for each text."""
    import typst

    return typst.compile("\n#pagebreak()\n".join(pages or ("= Form",)).encode())


def plain_pdf(extra: bytes = b"") -> bytes:
    """A PDF written by hand, with `extra` inside its catalogue."""
    body = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + extra + b" >>\nendobj\n"
    body += b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    return body + b"xref\n0 3\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"


def packed_pdf(inside: bytes) -> bytes:
    """A PDF whose objects are packed (ISO 32000-1 §7.5.7)."""
    packed = zlib.compress(inside)
    head = b"%%PDF-1.5\n3 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\n" % len(packed)
    return head + b"stream\n" + packed + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("a.txt", "hidden")
    return out.getvalue()


def flood_png(side: int = 60_000) -> bytes:
    """A PNG of a few bytes that says it has side × side pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")

"""Looks at an xlsx before anything parses it: is it a workbook, and what does it unpack to?

Constant memory and no XML parser. Refuses zip bombs, encrypted parts and DTDs.
"""

import struct
import zipfile
import zlib
from typing import BinaryIO

from police_hr.core.tabular.errors import TableError
from police_hr.core.tabular.limits import MIB, Limits

END_RECORD = b"PK\x05\x06"
END_RECORD_64 = b"PK\x06\x06"
END_RECORD_MAX = 22 + 65_535  # with the longest comment
DIRECTORY_BYTES_PER_ENTRY = 512
ENCRYPTED_FLAG = 0x1
CHUNK = 256 * 1024
OVERLAP = 32
RATIO_SLACK = 1 * MIB
# UTF-8, UTF-16-LE and UTF-16-BE; Excel writes no document type in any part.
DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))


def check_workbook(file: BinaryIO, *, size: int, limits: Limits) -> None:
    """Raise `TableError` unless `file` is a workbook that is safe to hand to the parser."""
    _check_directory(file, size, limits)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_entries(archive.infolist(), size, limits)
            if "xl/workbook.xml" not in {name.lower() for name in archive.namelist()}:
                raise TableError("not_zip")
            cells = sum(_scan_part(archive, part) for part in archive.infolist())
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,  # a compression method no Excel writes
        EOFError,
        OSError,
        ValueError,
        struct.error,
        RuntimeError,
    ) as error:
        raise TableError("damaged") from error
    if cells > limits.xlsx_cells:
        raise TableError("too_many_cells", limit=limits.xlsx_cells)


def _check_directory(file: BinaryIO, size: int, limits: Limits) -> None:
    """zipfile loads the whole directory, however long: bound it before."""
    file.seek(max(0, size - END_RECORD_MAX))
    tail = file.read(END_RECORD_MAX)
    at = tail.rfind(END_RECORD)
    if at < 0 or len(tail) - at < 22:
        raise TableError("cut_off")
    directory_size = struct.unpack_from("<L", tail, at + 12)[0]
    at_64 = tail.rfind(END_RECORD_64, 0, at)
    if at_64 >= 0 and at - at_64 >= 56:
        directory_size = max(
            struct.unpack_from("<Q", tail, at_64 + 40)[0],
            directory_size if directory_size != 0xFFFFFFFF else 0,
        )
    if directory_size > limits.xlsx_entries * DIRECTORY_BYTES_PER_ENTRY:
        raise TableError("too_many_parts", limit=limits.xlsx_entries)


def _check_entries(parts: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    if len(parts) > limits.xlsx_entries:
        raise TableError("too_many_parts", limit=limits.xlsx_entries)
    if any(part.flag_bits & ENCRYPTED_FLAG for part in parts):
        raise TableError("encrypted")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > min(limits.xlsx_unpacked, size * limits.xlsx_ratio + RATIO_SLACK):
        raise TableError("unpacks_too_big", limit=limits.xlsx_unpacked // MIB, ratio=limits.xlsx_ratio)


def _scan_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Unpack one part, which also checks its length and CRC; the number of cells in it.

    zipfile stops at the declared length, so what `_check_entries` has summed up holds.
    """
    is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    is_sheet = is_xml and "worksheets/" in part.filename.lower()
    cells, tail = 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            if not is_xml:
                continue
            window = tail + chunk
            if any(doctype in window for doctype in DOCTYPES):
                raise TableError("external_entities")
            if is_sheet:
                cells += window.count(b"<c ") - tail.count(b"<c ")
            tail = window[-OVERLAP:]
    return cells

"""The kept file of a batch as a table: one .lrmx, or a zip of them."""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from police_hr.core import files
from police_hr.core.tabular.reader import Row
from roster.importing.problems import ImportStopped
from roster.lrmx import MOST_BYTES, Document, FamilyMember, LrmxError, read
from roster.lrmx.document import FAMILY, TAGS, TEXT_TAGS
from roster.lrmx.words import family_key

ENDING = ".lrmx"
MOST_FILES = 5_000
MOST_TOTAL = 2 * 1024 * 1024 * 1024
FILE, BADGE, UNIT, PHOTO = "文件", "警号", "单位", "ZhaoPian"
COLUMNS = (FILE, BADGE, UNIT, *TAGS)
# what may carry the badge number although the form has no place for it
BADGE_TAGS = ("JingHao", "警号")
_BADGE = re.compile(r"(?<![0-9A-Za-z])([0-9A-Z]{5,10})(?![0-9A-Za-z])")
MARK = "#"
# before the size of a photo that cannot be taken over
BAD = "! "
MOST_PHOTO = 10 * 1024 * 1024
SMALLEST = 90

REASONS: dict[str, str | Promise] = {
    "too_large": _("The file is larger than %(most)s MB. Save the photo smaller and export it again."),
    "empty": _("The file is empty. Export it again."),
    "encoding": _("The characters of the file cannot be read (%(found)s). Save it as UTF-8."),
    "not_xml": _("The file is damaged at line %(line)s: it is no complete exchange file. Export it again."),
    "forbidden": _("The file holds a document type, entities or endless parts, as no exchange file does."),
    "root": _("This is no exchange file of the appointment form: it begins with “%(found)s” instead of “Person”."),
    "doubled": _("The tag “%(tag)s” stands twice in the file. Take one out."),
    "photo": _("The photo in the file is damaged."),
    "locked": _("The file is locked with a password inside the archive. Pack it without one."),
    "ending": _("This is no .lrmx file."),
}


class Fault:
    """Why one file cannot be read; its text is the sentence."""

    def __init__(self, error: LrmxError) -> None:
        self.error = error

    def __str__(self) -> str:
        return str(REASONS[self.error.code]) % self.error.args_


class Archive:
    """The files of a batch in a fixed order. Used like `police_hr.core.tabular.reader.Table`."""

    sheet: str | None = None
    header_row = 0
    header_problems: Sequence[Any] = ()
    columns = list(COLUMNS)

    def __init__(self, path: Path, file_name: str) -> None:
        self.path, self.file_name = path, file_name
        self._zip = zipfile.is_zipfile(path)
        self.names = self._names() if self._zip else [file_name]

    def _names(self) -> list[str]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                entries = [entry for entry in archive.infolist() if _is_one(entry)]
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            raise ImportStopped("archive_damaged") from error
        if not any(entry.filename.lower().endswith(ENDING) for entry in entries):
            raise ImportStopped("archive_without")
        if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_TOTAL:
            raise ImportStopped("archive_too_large", most=MOST_FILES)
        return sorted(entry.filename for entry in entries)

    def rows(self) -> Iterator[Row]:
        """One row a file. What cannot be read is a row of its name with the reason."""
        for number in range(1, len(self.names) + 1):
            shown = self.shown(number)
            try:
                document = self.document(number)
            except LrmxError as error:
                cells: list[Any] = [shown, *([None] * (len(COLUMNS) - 1))]
                yield Row(number, cells, Fault(error))  # type: ignore[arg-type]
            else:
                yield Row(number, cells_of(document, shown), None)

    def shown(self, number: int) -> str:
        """The name of a file as people see it: without folders, in the characters it was packed with."""
        return _readable(self.names[number - 1]).replace("\\", "/").rsplit("/", 1)[-1][:120]

    def document(self, number: int) -> Document:
        """The document of row `number`. Raises LrmxError."""
        if not self.shown(number).lower().endswith(ENDING):
            raise LrmxError("ending")
        return read(self._bytes(self.names[number - 1]))

    def _bytes(self, name: str) -> bytes:
        if not self._zip:
            with self.path.open("rb") as file:
                return file.read(MOST_BYTES + 1)
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(name) as file:
                return file.read(MOST_BYTES + 1)
        except RuntimeError as error:  # a password is asked for
            raise LrmxError("locked") from error
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
            raise LrmxError("not_xml", line=0) from error


def _is_one(entry: zipfile.ZipInfo) -> bool:
    """Not a folder, nor what systems put into archives for themselves."""
    base = entry.filename.replace("\\", "/").rsplit("/", 1)[-1]
    return not entry.is_dir() and not entry.filename.startswith("__MACOSX/") and not base.startswith(".")


def _readable(name: str) -> str:
    """Archives made on Chinese machines name files in GBK without saying so."""
    try:
        return name.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return name


def cells_of(document: Document, file_name: str) -> list[Any]:
    """The row of a document. Family and photo stand as a count and a mark, never in words: they are not stored."""
    said: dict[str, str | None] = {tag: document.text(tag) or None for tag in TEXT_TAGS}
    said[PHOTO] = photo_cell(document)
    said[FAMILY] = family_cell(document.family)
    return [f"{file_name}{MARK}{document_mark(document)}", _badge(document, file_name), None, *(said[t] for t in TAGS)]


def _badge(document: Document, file_name: str) -> str | None:
    for tag, xml in document.extra:
        if tag in BADGE_TAGS:
            return re.sub(r"<[^>]*>", "", xml).strip() or None
    found = _BADGE.search(file_name.rsplit(".", 1)[0])
    return found[1] if found else None


def document_mark(document: Document) -> str:
    """A short digest of everything the document says."""
    return hashlib.sha256(repr(document).encode()).hexdigest()[:12]


def photo_cell(document: Document) -> str | None:
    if not document.photo:
        return None
    size = max(1, len(document.photo) * 3 // 4 // 1024)
    bad = "" if _is_picture(document) else BAD
    return f"{bad}{size} KB{MARK}{hashlib.sha256(document.photo.encode()).hexdigest()[:12]}"


def _is_picture(document: Document) -> bool:
    """Whether the photo can be taken over: a JPEG or PNG by its bytes, large enough to recognise anybody."""
    try:
        _data, picture = files.check(document.photo_bytes(), allowed=files.PICTURES, most=MOST_PHOTO)
    except (ValidationError, LrmxError):
        return False
    return min(picture.width, picture.height) >= SMALLEST


def family_cell(family: Sequence[FamilyMember]) -> str | None:
    """How many, and a mark by which two wordings of the same family agree."""
    if not family:
        return None
    keys = "\n".join(sorted("\t".join(family_key(member)) for member in family))
    return f"{len(family)}{MARK}{hashlib.sha256(keys.encode()).hexdigest()[:12]}"


def unmarked(text: str) -> str:
    """A cell without its mark."""
    return text.rpartition(MARK)[0] or text

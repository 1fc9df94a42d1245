"""Appointment forms as files: PDF, Word, exchange file; one for a page, many as an export."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from police_hr.core import audit
from police_hr.core.files import tidy_name
from police_hr.core.jobs import JobError
from roster.lrmx import LrmxError, read, write
from roster.models import ExportRequest, Officer
from roster.printing import process
from roster.printing.fonts import FontMissing, find_fonts
from roster.printing.process import DrawingFailed, Small
from roster.printing.sheet import Sheet, sheet_of
from roster.selectors.appointment import Form, appointment_forms
from roster.services.export_forms import Writing, Written, lost

PDF, DOCX, LRMX = "pdf", "docx", "lrmx"
FORMATS = (PDF, DOCX, LRMX)
# forms drawn by one process: it takes about 4 MB each and gives all back
BUNDLE = 25
MOST_NOTES = 200
CELLS = {
    "name": gettext_lazy("Name"),
    "native_place": gettext_lazy("Ancestral home"),
    "birthplace": gettext_lazy("Birthplace"),
    "title": gettext_lazy("Professional title"),
    "speciality": gettext_lazy("Speciality"),
    "full_time_school": gettext_lazy("School and subject (full time)"),
    "in_service_school": gettext_lazy("School and subject (in service)"),
    "current": gettext_lazy("Current post"),
    "proposed": gettext_lazy("Proposed post"),
    "removed": gettext_lazy("Post to be removed from"),
    "resume": gettext_lazy("Resume"),
    "awards": gettext_lazy("Awards and sanctions"),
    "appraisals": gettext_lazy("Annual appraisals"),
    "reason": gettext_lazy("Reason for the appointment"),
    "family": gettext_lazy("Family"),
    "reporting": gettext_lazy("Reporting unit"),
}


class CannotPrint(Exception):
    """No file could be made; the text is a sentence for the page."""


@dataclass(frozen=True)
class Printed:
    """A file in memory, and sentences about what did not fit."""

    content: bytes
    notes: list[str]


def sheet(form: Form) -> Sheet:
    """The form as it is drawn, with its picture."""
    try:
        photo = form.document.photo_bytes()
    except LrmxError:
        photo = b""
    return replace(sheet_of(form.document, today=timezone.localdate()), photo=photo)


def print_one(form: Form, file_format: str, *, mark: str = "") -> Printed:
    """One form in one of `FORMATS`, with `mark`, whose file it is, in its properties.

    Raises CannotPrint where there is no font or the drawing fails."""
    if file_format == LRMX:
        return Printed(write(form.document), [])
    with tempfile.TemporaryDirectory(dir=workshop()) as place:
        small = _draw(file_format, [sheet(form)], Path(place), mark)
        name = "forms.pdf" if file_format == PDF else "0.docx"
        return Printed((Path(place) / name).read_bytes(), [note_of(entry) for entry in small])


def note_of(small: Small) -> str:
    """What a reader should know about a cell that did not fit."""
    cell = str(CELLS.get(small.cell, small.cell))
    if small.cell == "photo":
        return _("The photo cannot be read and was left out.")
    return _("“%(cell)s” does not fit at 8 pt: it is printed whole at %(size)s pt. Shorten it.") % {
        "cell": cell,
        "size": f"{small.size:g}",
    }


@contextmanager
def told() -> Iterator[None]:
    """What the drawing process cannot do, as CannotPrint with a sentence for the page."""
    try:
        yield
    except FontMissing as error:
        raise CannotPrint(
            _(
                "There is no Song typeface on the server, so nothing can be printed. The administrator installs one, "
                "for instance the package fonts-noto-cjk, or names a font file in POLICE_HR_PRINT_FONT."
            )
        ) from error
    except DrawingFailed as error:
        raise CannotPrint(
            _("The form could not be drawn. Try again; if it fails again tell the administrator.")
        ) from error


def _draw(kind: str, sheets: Sequence[Sheet], place: Path, mark: str) -> list[Small]:
    with told():
        fonts = find_fonts(settings.PRINT_FONT) if kind == PDF else ()
        return process.draw(kind, sheets, place, fonts, mark=mark)


def workshop() -> Path:
    """Where files are made: below the data directory, readable by nobody else."""
    place = Path(settings.DATA_DIR) / "exports"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


# --- many at once ---------------------------------------------------------------------------------------------


def write_pdf(writing: Writing) -> Written:
    """All forms in one PDF, two pages each: drawn in bundles, so that memory does not grow with their number."""
    notes: list[str] = []
    with tempfile.TemporaryDirectory(dir=workshop()) as place:
        parts: list[Path] = []
        count = 0
        for number, forms in enumerate(_bundles(writing)):
            folder = Path(place) / str(number)
            folder.mkdir()
            notes += _drawn(PDF, forms, folder, mark_of(writing))
            part = Path(place) / f"{number}.pdf"
            (folder / "forms.pdf").rename(part)
            empty(folder)
            parts.append(part)
            count += len(forms)
            writing.progress(count)
        if not parts:
            raise lost()
        try:
            process.merge(parts, writing.path)
        except DrawingFailed as error:
            raise lost() from error
    _remember(writing, notes)
    return Written(count)


def write_archive(writing: Writing) -> Written:
    """A zip with one file an officer: Word files or exchange files, as the form of the export says."""
    kind = LRMX if writing.export.form.endswith(LRMX) else DOCX
    notes: list[str] = []
    count = 0
    with zipfile.ZipFile(writing.path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = mark_of(writing).encode()
        for forms in _bundles(writing):
            with tempfile.TemporaryDirectory(dir=workshop()) as place:
                if kind == DOCX:
                    notes += _drawn(DOCX, forms, Path(place), mark_of(writing))
                for number, form in enumerate(forms):
                    name = f"{tidy_name(f'{form.officer.badge_no} {form.officer.name}')}.{kind}"
                    content = (Path(place) / f"{number}.docx").read_bytes() if kind == DOCX else write(form.document)
                    archive.writestr(name, content)
            count += len(forms)
            writing.progress(count)
    _remember(writing, notes)
    return Written(count)


def check_pdf(writing: Writing, written: Written) -> None:
    """Raises where the PDF does not hold two A4 pages for each form."""
    try:
        process.run(["check", str(writing.path), str(2 * written.rows)])
    except DrawingFailed as error:
        raise lost() from error


def check_archive(writing: Writing, written: Written) -> None:
    """Raises where the zip does not hold one readable file an officer."""
    with zipfile.ZipFile(writing.path) as archive:
        names = archive.namelist()
        if archive.testzip() is not None or len(set(names)) != written.rows:
            raise lost()
        try:
            for name in names:
                if name.endswith(LRMX):
                    read(archive.read(name))
        except LrmxError as error:
            raise lost() from error


def _bundles(writing: Writing) -> Iterator[list[Form]]:
    officers = writing.officers("unit")
    while bundle := list(islice(officers, BUNDLE)):
        yield _forms(writing, bundle)


def _forms(writing: Writing, officers: Sequence[Officer]) -> list[Form]:
    """The forms, whole: the export's reason opens what opens with one, for each officer written down."""
    by, reason = writing.export.requested_by, writing.export.reason
    opened = frozenset((officer.pk, number) for officer in officers for number in (3, 4))
    forms = appointment_forms(replace(writing.viewer, opened=opened), officers, timezone.localdate())
    with transaction.atomic():
        for form in forms:
            audit.record(
                by=by, action="appointment.print", object_type="officer", object_id=form.officer.pk,
                officer_id=form.officer.pk, purpose=reason,
                details={"export": writing.export.number, "class": 3, "withheld": list(form.withheld)},
            )  # fmt: skip
    return forms


def mark_of(writing: Writing) -> str:
    """Whose file it is, in one line."""
    return " · ".join(writing.mark.values())


def _drawn(kind: str, forms: Sequence[Form], place: Path, mark: str) -> list[str]:
    try:
        small = _draw(kind, [sheet(form) for form in forms], place, mark)
    except CannotPrint as error:
        raise JobError(str(error)) from error
    whose = [form.officer.badge_no for form in forms]
    notes = [f"{whose[entry.form]}: {note_of(entry)}" for entry in small]
    for form in forms:
        if form.faults:
            faults = len(form.faults)
            words = ngettext(
                "the resume has %(count)d place that does not join",
                "the resume has %(count)d places that do not join",
                faults,
            )
            notes.append(f"{form.officer.badge_no}: {words % {'count': faults}}")
        if form.withheld:
            left_out = _("parts that the asking person may not open are left out")
            notes.append(f"{form.officer.badge_no}: {left_out}")
    return notes


def _remember(writing: Writing, notes: Iterable[str]) -> None:
    """What did not fit stands with the export, for its page."""
    all_notes = list(notes)
    options = {
        **writing.export.options,
        "notes": all_notes[:MOST_NOTES],
        "notes_more": max(0, len(all_notes) - MOST_NOTES),
    }
    ExportRequest.objects.filter(pk=writing.export.pk).update(options=options)


def empty(folder: Path) -> None:
    """Remove a folder of the drawing process with all that is in it, fonts it only points to excepted."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    folder.rmdir()

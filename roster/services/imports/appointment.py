"""How appointment forms are written: officers, courses, appraisals, resumes, families, what only the form holds."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from police_hr.core.days import from_number
from roster.counting import counting
from roster.importing.appointment import archive, facts
from roster.importing.appointment.archive import Archive
from roster.importing.problems import ImportStopped
from roster.importing.reading import Staged
from roster.importing.targets.appointment import AppointmentForms
from roster.importing.targets.appointment_fields import COURSES
from roster.importing.targets.officer_fields import OFFICER_COLUMNS
from roster.lrmx import Document, LrmxError
from roster.lrmx.document import TAGS
from roster.lrmx.words import stated_appraisals
from roster.models import (
    AppointmentForm,
    Appraisal,
    FamilyMember,
    ImportBatch,
    ImportRow,
    Officer,
    OfficerPhoto,
    ResumeLine,
)
from roster.models.career import CareerFact
from roster.services import careers
from roster.services.bulk import update_rows
from roster.services.imports import changes, files
from roster.services.imports.writing import Writer
from roster.services.officers import create_officers
from roster.services.photos import store_photo, withdraw_photo

if TYPE_CHECKING:
    from police_hr.core.models import User

logger = logging.getLogger(__name__)
CHUNK = 200
# what a form states whole: the stated set takes the place of the held one
WHOLE: dict[str, type[CareerFact]] = {"resume": ResumeLine, "family": FamilyMember}
RESTORED = "replaced"
PHOTO = "photo_stored"


class AppointmentWriter(Writer[AppointmentForms]):
    """Writes the forms of one batch."""

    def write(self, rows: Iterable[Staged]) -> None:
        self._archive = open_archive(self.batch)
        waiting = iter(rows)
        while chunk := list(islice(waiting, CHUNK)):
            self._write_chunk([row for row in chunk if row.act != "same"])

    def _write_chunk(self, rows: list[Staged]) -> None:
        new = [row for row in rows if row.act == "new"]
        plain = [{n: _day(n, v) for n, v in row.values.items() if n in OFFICER_COLUMNS | JOINED} for row in new]
        for row, pk in zip(new, create_officers(rows=plain, **self.common), strict=True):
            row.officer = pk
        documents = {row.number: self._document(row) for row in rows}
        for add, facts_of in (
            (careers.add_postings, _postings),
            (careers.add_educations, _educations),
            (careers.add_appraisals, _appraisals),
        ):
            found = [fact for row in rows for fact in facts_of(row)]
            if found:
                add(rows=found, **self.common)
        relatives = [fact for row in rows for fact in _family(row, documents[row.number])]
        if relatives:
            careers.add_family(rows=relatives, **self.common)
        self._write_resumes(rows)
        self._write_forms(rows, documents)

    def _document(self, row: Staged) -> Document:
        """The file of the row, with what a person mended."""
        document = self._archive.document(row.number)
        told = archive.cells_of(document, "")
        for column, tag in enumerate(TAGS, len(archive.COLUMNS) - len(TAGS)):
            mended = row.cells[column]
            if tag in (archive.PHOTO, archive.FAMILY) or mended == told[column]:
                continue
            setattr(document, TAGS[tag], str(mended or ""))
        return document

    def _write_resumes(self, rows: list[Staged]) -> None:
        """The lines, then what happened meanwhile: those name the line they stand in."""
        stated = [(row, facts.periods(row.values.get("resume", ""))) for row in rows if _states(row, "resume")]
        lines = [
            {"officer_id": row.officer, "starts_on": one.starts, "ends_on": one.ends, "text": one.text[:200]}
            for row, periods in stated
            for one in periods or ()
        ]
        if not lines:
            return
        careers.add_resume_lines(rows=lines, **self.common)
        officers = [row.officer for row, _periods in stated]
        written = ResumeLine.objects.filter(batch=self.batch, officer__in=officers, within=None).order_by("pk")
        ids: dict[tuple[Any, ...], int] = {(w.officer_id, w.starts_on, w.ends_on, w.text): w.pk for w in written}
        inner = [
            {"officer_id": row.officer, "starts_on": one.starts, "ends_on": one.ends, "text": one.text[:200],
             "within_id": ids[row.officer, outer.starts, outer.ends, outer.text[:200]]}
            for row, periods in stated
            for outer in periods or ()
            for one in outer.within
        ]  # fmt: skip
        if inner:
            careers.add_resume_lines(rows=inner, **self.common)

    def _write_forms(self, rows: list[Staged], documents: dict[int, Document]) -> None:
        held = Officer.objects.in_bulk([row.officer for row in rows if row.act == "update"])
        forms = []
        for row in rows:
            document = documents[row.number]
            officer = held.get(row.officer or 0)
            basis = [row.values.get("unit"), row.values.get("post", ""), ""]
            if officer is not None:
                basis = [officer.unit_id, officer.post, officer.grade]
            forms.append(
                AppointmentForm(
                    officer_id=row.officer or 0,
                    texts=_texts(document),
                    kept={**_kept(document), "mark": row.values["file"], "photo": row.values.get("photo", "")},
                    basis=basis,
                    family=[_member(member) for member in document.family],
                    batch=self.batch,
                    written_by=self.by,
                )
            )
        AppointmentForm.objects.bulk_create(forms, batch_size=CHUNK)

    # --- in the flip, and back --------------------------------------------------------------------------------

    def apply(self, batch: ImportBatch) -> None:
        changes.apply_officers(batch)
        for rows in changes.updates_of(batch):
            noted = [row for row in rows if _replace(row, batch, self.by)]
            update_rows(ImportRow, ["before"], noted)

    def revert(self, batch: ImportBatch) -> None:
        changes.revert_officers(batch)
        for rows in changes.updates_of(batch):
            for row in rows:
                for name, ids in row.before.get(RESTORED, {}).items():
                    WHOLE[name]._default_manager.filter(pk__in=ids).update(
                        voided_on=None, voided_by=None, void_reason=""
                    )
        for row in ImportRow.objects.filter(batch=batch, before__has_key=PHOTO):
            photo = OfficerPhoto.objects.filter(pk=row.before[PHOTO]).first()
            if photo is not None:
                withdraw_photo(photo=photo, by=self.by)

    def after(self, batch: ImportBatch) -> None:
        """The pictures, once the batch counts: each in a transaction of its own, and only once."""
        try:
            opened = open_archive(batch)
        except (ImportStopped, OSError):
            return  # the file is forgotten by now: its pictures came with the first attempt
        rows = ImportRow.objects.filter(batch=batch).exclude(state__in=["error", "skip"]).exclude(act="same")
        new = dict(Officer.objects.filter(batch=batch).values_list("badge_no", "pk"))
        for row in rows.order_by("row_no").iterator(chunk_size=CHUNK):
            if not row.values.get("photo") or PHOTO in row.before:
                continue
            officer = Officer.objects.filter(pk=row.target_number or new.get(row.values.get("badge_no", ""), 0)).first()
            if officer is None or (row.act == "update" and "photo" not in row.before):
                continue
            try:
                photo = store_photo(officer=officer, content=opened.document(row.row_no).photo_bytes(), by=self.by)
            except (ValidationError, LrmxError) as error:
                reason = type(error).__name__
                logger.info("batch %s row %s: the photo was left out (%s)", batch.number, row.row_no, reason)
                continue
            row.before = {**row.before, PHOTO: photo.pk}
            ImportRow.objects.filter(pk=row.pk).update(before=row.before)


JOINED = frozenset({"political_status", "party_joined_on"})


def open_archive(batch: ImportBatch) -> Archive:
    return Archive(files.kept_path(batch.file_path), batch.options.get("true_name") or batch.file_name)


def _states(row: Staged, name: str) -> bool:
    """Whether the row says something new about `name`."""
    return bool(row.values.get(name)) and (row.act == "new" or name in row.before)


def _postings(row: Staged) -> Iterator[dict[str, Any]]:
    """New officers only: moves of those who are known go through orders."""
    unit = row.values.get("unit")
    if row.act == "new" and unit:
        yield {"officer_id": row.officer, "unit_id": unit, "post": row.values.get("post", ""), "main": True,
               "starts_on": _since(row)}  # fmt: skip


def _since(row: Staged) -> dt.date:
    """When the present post began: the last period of the resume, else the start of work, else today."""
    periods = facts.periods(row.values.get("resume", ""))
    if periods and periods[-1].ends is None:
        return periods[-1].starts
    work = row.values.get("work_started_on")
    return from_number(work) if work is not None else timezone.localdate()


def _educations(row: Staged) -> Iterator[dict[str, Any]]:
    for prefix in COURSES:
        course = facts.course(row.values, prefix)
        if course is not None and (row.act == "new" or f"{prefix}_school" in row.before):
            yield {"officer_id": row.officer, **course}


def _appraisals(row: Staged) -> Iterator[dict[str, Any]]:
    if not _states(row, "appraisals"):
        return
    held = dict(
        counting(Appraisal.objects.filter(officer=row.officer, period="")).order_by("pk").values_list("year", "result")
    )
    for year, result in stated_appraisals(row.values["appraisals"]).items():
        if held.get(year) != result:
            yield {"officer_id": row.officer, "year": year, "result": result}


def _family(row: Staged, document: Document) -> Iterator[dict[str, Any]]:
    if _states(row, "family"):
        for member in document.family:
            yield {"officer_id": row.officer, **facts.relative(member)}


def _replace(row: ImportRow, batch: ImportBatch, by: User | None) -> bool:
    """Void what the form states anew, and note it at the row, for undo. Whether anything was noted."""
    replaced: dict[str, list[int]] = {}
    for name, model in WHOLE.items():
        if name not in row.before or (name == "resume" and facts.periods(row.values.get("resume", "")) is None):
            continue
        held = counting(model._default_manager.filter(officer=row.target_number)).exclude(batch=batch)
        if ids := list(held.values_list("pk", flat=True)):
            replaced[name] = ids
            held = model._default_manager.filter(pk__in=ids)
            held.update(voided_on=timezone.localdate(), voided_by=by, void_reason=batch.number)
    if replaced:
        row.before[RESTORED] = replaced
    return bool(replaced)


def _texts(document: Document) -> dict[str, str]:
    """Every text of the form but those of other classes: number, photo and family have places of their own."""
    skipped = ("family", "photo", "id_number")
    return {name: str(getattr(document, name)) for name in TAGS.values() if name not in skipped}


def _kept(document: Document) -> dict[str, Any]:
    return {
        "order": list(document.order),
        "extra": [list(entry) for entry in document.extra],
        "family_extra": [list(entry) for entry in document.family_extra],
        "attributes": {tag: dict(found) for tag, found in document.attributes.items()},
    }


def _member(member: Any) -> dict[str, Any]:
    return {
        "relation": member.relation, "name": member.name, "age": member.age, "birth_month": member.birth_month,
        "political_status": member.political_status, "employment": member.employment,
        "order": list(member.order), "extra": [list(entry) for entry in member.extra],
    }  # fmt: skip


def _day(name: str, value: Any) -> Any:
    return from_number(value) if name in ("birth_date", "party_joined_on", "work_started_on") else value

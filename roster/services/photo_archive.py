"""Many pictures at once: a zip of files named by badge number, taken in by a job that tells what it did with each."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit, files, jobs
from police_hr.core.access import viewer_for
from police_hr.core.files.keeping import CHUNK
from police_hr.core.models import JobRun
from police_hr.core.roles import Permission
from roster.models import Officer, OfficerPhoto
from roster.selectors.officers import officers_by_badge
from roster.selectors.photos import ARCHIVE_JOB
from roster.services.photos import MOST, store_photo

if TYPE_CHECKING:
    from police_hr.core.models import User

FOLDER = "photo-archives"
MOST_PICTURES = 20_000
MOST_TOLD = 500
RETRIED_WITHIN = dt.timedelta(days=7)
BADGE = re.compile(r"[A-Za-z]*\d{4,}")
# what systems put into a zip beside the files that were chosen
NOT_MEANT = re.compile(r"(^|/)(__MACOSX/|\.|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


@dataclass
class Report:
    """What became of the pictures: how many were stored or were the same already, and (name, sentence) of the rest."""

    stored: int = 0
    same: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)

    def as_result(self) -> dict[str, Any]:
        told = [list(problem) for problem in self.problems[:MOST_TOLD]]
        return {"stored": self.stored, "same": self.same, "refused": len(self.problems), "problems": told}


def start_archive(*, source: IO[bytes], size: int | None, name: str, by: User) -> JobRun:
    """Keep a zip of pictures and start the job that takes them in.

    Raises ValidationError for what is no zip, too large, cut off, or holds too many files.
    """
    kept = files.keep(
        iter(lambda: source.read(CHUNK), b""), folder=FOLDER, most=settings.IMPORT_MAX_BYTES, expected=size
    )
    with files.or_forget(kept, FOLDER):
        with _opened(files.kept_path(kept.path, FOLDER)) as archive:
            number = len(_pictures(archive))
        if not number:
            raise ValidationError(_("The zip holds no file. Put in pictures named by badge number, e.g. 091346.jpg."))
        with transaction.atomic():
            params = {"file": kept.path, "sha256": kept.sha256, "name": name[-100:], "by": by.pk}
            run = jobs.start(handler=ARCHIVE_JOB, params=params, by=by, total=number)
            audit.record(
                by=by, action="photo.archive", object_type="job", object_id=run.pk,
                details={"files": number, "sha256": kept.sha256},
            )  # fmt: skip
    return run


def take_archive(*, path: str, sha256: str, by: User, step: Callable[[int], None]) -> Report:
    """Take in every picture of a kept zip, for officers whom `by` may edit; then forget the zip. Done again after a
    crash, it finds what it stored before. `step` is told how many files are done.

    Raises JobError where the zip is gone or is not what was received.
    """
    if not files.is_intact(path, sha256, FOLDER):
        raise jobs.JobError(_("The zip is not there any more. Upload it again."))
    report = Report()
    viewer = viewer_for(by)
    with _opened(files.kept_path(path, FOLDER)) as archive:
        entries = _pictures(archive)
        wanted = {badge for entry in entries for badge in _badges(entry.filename)}
        officers = officers_by_badge(viewer, wanted, Permission.OFFICER_EDIT)
        seen: dict[int, str] = {}
        for number, entry in enumerate(entries, 1):
            name = PurePosixPath(entry.filename).name
            try:
                officer = _whose(entry.filename, officers, seen)
                _store(officer, _read(archive, entry), report, by)
            except ValidationError as error:
                report.problems.append((name, " ".join(error.messages)))
            step(number)
    files.forget(path, FOLDER)
    return report


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, EOFError, OSError) as error:
        raise ValidationError(
            _("This is no zip, or it is damaged. Pack the pictures as .zip and send it again.")
        ) from error


def _pictures(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of a zip without folders and what systems add. Nothing is unpacked."""
    found = [entry for entry in archive.infolist() if not entry.is_dir() and not NOT_MEANT.search(entry.filename)]
    if len(found) > MOST_PICTURES:
        raise ValidationError(_("The zip holds more than %(most)d files. Split it."), params={"most": MOST_PICTURES})
    return found


def _badges(path: str) -> Iterator[str]:
    """What in the name of a file can be a badge number: 091346.jpg, 沈立群_091346.jpg."""
    for match in BADGE.finditer(PurePosixPath(path).stem):
        yield match[0].upper()


def _whose(path: str, officers: dict[str, Officer], seen: dict[int, str]) -> Officer:
    found = {officers[badge].pk: officers[badge] for badge in _badges(path) if badge in officers}
    if len(found) != 1:
        raise ValidationError(
            _("No officer with this badge number is yours to edit.")
            if not found
            else _("The name holds the badge numbers of several officers.")
        )
    officer = next(iter(found.values()))
    if officer.pk in seen:
        raise ValidationError(
            _("The zip holds another picture of this officer: %(name)s.") % {"name": seen[officer.pk]}
        )
    seen[officer.pk] = PurePosixPath(path).name
    return officer


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One file, never more than a picture may have, whatever the zip says of its size."""
    try:
        with archive.open(entry) as packed:
            return packed.read(MOST + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise ValidationError(_("This file of the zip is damaged or protected by a password.")) from error


def _store(officer: Officer, content: bytes, report: Report, by: User) -> None:
    before = OfficerPhoto.objects.filter(officer=officer, withdrawn_at=None).order_by("-pk").values_list("pk").first()
    photo = store_photo(officer=officer, content=content, by=by)
    if before == (photo.pk,):
        report.same += 1
    else:
        report.stored += 1


def archives_in_use() -> Iterator[str]:
    """The zips that an open job still needs, or one that failed so lately that somebody may try it again."""
    lately = Q(created_at__gte=timezone.now() - RETRIED_WITHIN) & ~Q(state=JobRun.State.DONE)
    rows = JobRun.objects.filter(Q(state__in=JobRun.OPEN) | lately, handler=ARCHIVE_JOB)
    return (str(params.get("file", "")) for params in rows.values_list("params", flat=True).iterator())

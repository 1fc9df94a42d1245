"""Pictures of officers: which one is shown, and its bytes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.db.models import OuterRef, QuerySet, Subquery

from police_hr.core import files
from police_hr.core.access import Viewer
from police_hr.core.models import JobRun
from roster.access import officers_visible_to
from roster.models import Officer, OfficerPhoto

FOLDER = "photos"
ARCHIVE_JOB = "roster.import_photos"


def with_photo(officers: QuerySet[Officer]) -> QuerySet[Officer]:
    """`officers` with what `Officer.photo_url` needs, in the same statement."""
    latest = OfficerPhoto.objects.filter(officer=OuterRef("pk"), withdrawn_at=None).order_by("-pk")
    return officers.annotate(photo_sha256=Subquery(latest.values("sha256")[:1]))


def latest_photos(viewer: Viewer, officers: Iterable[int]) -> dict[int, OfficerPhoto]:
    """Officer id → the picture shown, of those among `officers` (ids) that `viewer` may list. One query."""
    visible = officers_visible_to(viewer).order_by().values("pk")
    rows = OfficerPhoto.objects.filter(officer__in=list(officers), withdrawn_at=None).filter(officer__in=visible)
    # the later row of an officer takes the place of the earlier one
    return {photo.officer_id: photo for photo in rows.order_by("pk")}


def photo_of(viewer: Viewer, officer: Officer) -> OfficerPhoto | None:
    """The picture shown of an officer whom `viewer` may open, or None. One query."""
    return OfficerPhoto.objects.filter(officer=officer, withdrawn_at=None).order_by("-pk").first()


def photo_history(viewer: Viewer, officer: Officer) -> list[OfficerPhoto]:
    """All pictures of an officer, withdrawn ones included, newest first. One query."""
    return list(OfficerPhoto.objects.filter(officer=officer).select_related("stored_by").order_by("-pk"))


def photo_path(photo: OfficerPhoto) -> Path:
    """Where the file of a picture lies."""
    return files.kept_path(photo.file, FOLDER)


def photo_bytes(viewer: Viewer, officer: Officer) -> bytes | None:
    """The picture shown as JPEG (at most 376 × 460), or None where there is none or its file is lost."""
    photo = photo_of(viewer, officer)
    if photo is None or not photo_path(photo).is_file():
        return None
    return photo_path(photo).read_bytes()


def photos_in_use() -> Iterable[str]:
    """The paths of all pictures that a row refers to, withdrawn ones included."""
    return OfficerPhoto.objects.values_list("file", flat=True).iterator()


def archive_runs(viewer: Viewer) -> QuerySet[JobRun]:
    """The zips of pictures that `viewer` sent, newest first."""
    return JobRun.objects.filter(handler=ARCHIVE_JOB, created_by=viewer.user).order_by("-pk")

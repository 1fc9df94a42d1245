"""Exports of officers: asked for with a reason, consented to by a second person where they are large,
written in the background, opened again and checked, handed to nobody but the one who asked."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from police_hr.core import audit, jobs, notices
from police_hr.core.access import Viewer, viewer_for
from police_hr.core.roles import Permission
from police_hr.core.tabular import TableError
from roster.access import officers_visible_to
from roster.models import ROWS_WITHOUT_CONSENT, ExportRequest
from roster.selectors import officer_columns as table
from roster.selectors.officer_list import OfficerQuery, narrowed, ordered
from roster.services.export_forms import KEYS_A_QUERY, Writing, form_of

if TYPE_CHECKING:
    from police_hr.core.models import User

JOB = "roster.export_officers"
KEPT = dt.timedelta(hours=24)
MOST_ROWS = 200_000
SHORTEST_REASON = 5
State = ExportRequest.State


def request_export(
    *,
    viewer: Viewer,
    query: OfficerQuery,
    reason: str,
    file_format: str,
    by: User,
    form: str = "list",
    columns: Sequence[str] = (),
) -> ExportRequest:
    """Ask for the officers of `query`, in their order, as a file of this `form`: see `request_officers`."""
    found = narrowed(viewer, query, permission=Permission.EXPORT)
    ids = list(ordered(found, query, viewer).values_list("pk", flat=True)[: MOST_ROWS + 1])
    return request_officers(
        viewer=viewer,
        officers=ids,
        reason=reason,
        file_format=file_format,
        by=by,
        form=form,
        columns=columns,
        query=query.conditions[:1000],
    )


def request_officers(
    *,
    viewer: Viewer,
    officers: Sequence[int],
    reason: str,
    file_format: str,
    by: User,
    form: str = "list",
    columns: Sequence[str] = (),
    options: Mapping[str, Any] | None = None,
    query: str = "",
    rows: int | None = None,
) -> ExportRequest:
    """Ask for these officers (ids, in the order of the file) as a file of this `form`. `options` are the form's own;
    `rows` is given where the file has another number of rows than officers. Up to `ROWS_WITHOUT_CONSENT` rows
    are written at once, more wait for a second person.

    Raises ValidationError without a reason, for a form or column that the viewer may not take along, for no
    officers or more rows than `MOST_ROWS`. Officers that may not be exported are left out when it is written.
    """
    asked = form_of(form)
    if asked is None or not asked.usable(viewer) or file_format not in asked.formats:
        raise ValidationError(_("Choose a form and a format that there are."), code="file_format")
    if len(reason.strip()) < SHORTEST_REASON:
        raise ValidationError(_("Write what the file is for."), code="reason")
    allowed = {column.code for column in table.exportable(role.code for role in viewer.roles)}
    if asked.chooses_columns and (not columns or set(columns) - allowed):
        raise ValidationError(_("Choose columns that you may export."), code="columns")
    count = len(officers) if rows is None else rows
    if not officers or not 0 < count <= MOST_ROWS:
        raise ValidationError(_("The list is empty or has more than %(most)s rows.") % {"most": MOST_ROWS})
    with transaction.atomic():
        export = ExportRequest.objects.create(
            requested_by=by,
            reason=reason.strip(),
            query=query,
            form=form,
            options=dict(options or {}),
            officers=list(officers),
            columns=[column.code for column in table.COLUMNS if column.code in columns],
            rows=count,
            format=file_format,
        )
        _record(export, "export.request", by, rows=export.rows, form=form, columns=export.columns)
        if export.rows <= ROWS_WITHOUT_CONSENT:
            _start(export)
    return export


def may_decide(viewer: Viewer, export: ExportRequest) -> bool:
    """Whether `viewer` can be the second person: not the one who asked, with the right to export every row."""
    if viewer.user is None or viewer.user.pk == export.requested_by_id or not viewer.has(Permission.EXPORT):
        return False
    visible, asked = officers_visible_to(viewer, Permission.EXPORT), list(set(export.officers))
    parts = (asked[start : start + KEYS_A_QUERY] for start in range(0, len(asked), KEYS_A_QUERY))
    return sum(visible.filter(pk__in=ids).count() for ids in parts) == len(asked)


def decide_export(*, export: ExportRequest, viewer: Viewer, consent: bool, by: User) -> ExportRequest:
    """Consent to an export or refuse it. Raises ValidationError for who may not, or where it is decided."""
    if not may_decide(viewer, export):
        raise ValidationError(_("Another person, with the right to export all of these officers, must decide."))
    with transaction.atomic():
        waiting = ExportRequest.objects.filter(pk=export.pk, state=State.WAITING)
        changes = {"approved_by": by, "approved_at": timezone.now()}
        if not waiting.update(state=State.WAITING if consent else State.REFUSED, **changes):
            raise ValidationError(_("This export is decided already."))
        export.refresh_from_db()
        _record(export, "export.consent" if consent else "export.refuse", by, rows=export.rows)
        told = "export.consented" if consent else "export.refused"
        notices.send(told, to=[export.requested_by], about=export.pk, facts={"rows": export.rows}, by=by)
        if consent:
            _start(export)
    return export


def _start(export: ExportRequest) -> None:
    run = jobs.start(
        handler=JOB, params={"export": export.pk}, by=export.requested_by, key=f"export-{export.pk}", total=export.rows
    )
    ExportRequest.objects.filter(pk=export.pk).update(state=State.WRITING, job=run)
    export.refresh_from_db()


def write_export(*, export_id: int, progress: Callable[[int], None] = lambda done: None) -> ExportRequest | None:
    """Write the file of an export, open it again, and keep it only if it holds what was asked for.

    None where there is nothing to write. Officers that the one who asked may no longer export are left out.
    `progress` is told how many officers are through. Raises JobError where the file does not hold what it should;
    nothing is kept then.
    """
    export = ExportRequest.objects.select_related("requested_by").filter(pk=export_id, state=State.WRITING).first()
    if export is None:
        return None
    path = folder() / f"{secrets.token_hex(16)}.{export.format}"
    try:
        rows = _write(export, path, progress)
    except TableError as error:
        path.unlink(missing_ok=True)
        raise jobs.JobError(str(error)) from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    digest = _digest(path)
    with transaction.atomic():
        ExportRequest.objects.filter(pk=export.pk, state=State.WRITING).update(
            state=State.READY, file=path.name, file_sha256=digest, expires_at=timezone.now() + KEPT
        )
        export.refresh_from_db()
        _record(export, "export.write", None, rows=rows, sha256=digest)
    return export


def _write(export: ExportRequest, path: Path, progress: Callable[[int], None]) -> int:
    """Write and check; how many rows the file has."""
    form = form_of(export.form)
    if form is None:
        raise jobs.JobError(_("Choose a form and a format that there are."))
    path.touch(mode=0o600, exist_ok=False)
    writing = Writing(export, viewer_for(export.requested_by), path, progress)
    with translation.override(export.requested_by.language or settings.LANGUAGE_CODE):
        written = form.write(writing)
        form.check(writing, written)
    return written.rows


def file_for(*, export: ExportRequest, by: User) -> Path:
    """The file for the one who asked for it. Raises ValidationError once it expired, for anybody else, or where it is
    not the one that was checked.

    Each handing-out is an audit event of its own.
    """
    path = folder() / export.file
    ready = export.state == State.READY and export.expires_at is not None and export.expires_at > timezone.now()
    if export.requested_by_id != by.pk or not ready or not path.is_file():
        raise ValidationError(_("The file is not there any more. Ask for it again."))
    if _digest(path) != export.file_sha256:
        raise ValidationError(_("The file is not the one that was checked. Ask for it again."))
    with transaction.atomic():
        _record(export, "export.download", by, rows=export.rows)
    return path


def _digest(path: Path) -> str:
    """Read in pieces: a bundle of scans is larger than a worker's memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fail_export(*, export_id: int) -> None:
    """Mark an export whose job failed or was cancelled."""
    ExportRequest.objects.filter(pk=export_id, state=State.WRITING).update(state=State.FAILED)


def expire_exports() -> int:
    """Delete the files whose time is over; how many."""
    over = list(ExportRequest.objects.filter(state=State.READY, expires_at__lte=timezone.now()))
    for export in over:
        (folder() / export.file).unlink(missing_ok=True)
    return ExportRequest.objects.filter(pk__in=[export.pk for export in over]).update(state=State.EXPIRED, file="")


def folder() -> Path:
    """Where files wait: below the data directory, readable by nobody else."""
    path = Path(settings.DATA_DIR) / "exports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _record(export: ExportRequest, action: str, by: User | None, **details: Any) -> None:
    audit.record(
        by=by, action=action, object_type="export", object_id=export.pk, purpose=export.reason, details=details
    )

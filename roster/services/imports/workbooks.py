"""Workbooks that the import hands out: the rows with errors, and an empty form for each target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from police_hr.core.i18n import pick
from police_hr.core.tabular import write_xlsx
from roster.importing import issues
from roster.importing.targets import Target, make_target
from roster.models import ImportBatch, ImportRow
from roster.services.imports import passes

if TYPE_CHECKING:
    from police_hr.core.models import User

PROBLEM_STATES = ("error", "doubt", "skip")


def write_error_workbook(*, batch: ImportBatch, file: IO[bytes], by: User | None) -> int:
    """The rows with errors, doubts and skipped ones: the file's own columns and, last, what is wrong with them.

    Mended and saved it can be uploaded again. Returns the number of rows. Audited: it holds personal data.
    """
    target = passes.open_target(batch)
    columns = [*batch.header, _("Problems")]

    def rows() -> Iterator[list[Any]]:
        stored = ImportRow.objects.filter(batch=batch, state__in=PROBLEM_STATES).order_by("row_no")
        for row in stored.iterator(chunk_size=500):
            yield [*row.cells, _sentences(row, target)]

    with transaction.atomic():
        details = {"number": batch.number}
        audit.record(by=by, action="import.errors", object_type="batch", object_id=batch.pk, details=details)
    return write_xlsx(rows(), columns, file, sheet_name=batch.number, watermark=_mark(by))


def _sentences(row: ImportRow, target: Target) -> str:
    told = []
    for issue in row.issues:
        field = target.fields.get(issue["field"])
        told.append(f"{field.label} {issues.sentence(issue)}" if field else issues.sentence(issue))
    if row.state == "skip":
        told.append(_("skipped"))
    return pick("；", "; ").join(told)


def write_template(*, target_code: str, file: IO[bytes], by: User | None) -> None:
    """An empty form: our own words as the header, one line of invented examples."""
    target = make_target(target_code, today=timezone.localdate())
    fields = [field for field in target.fields.values() if not field.protected]
    columns = [field.label + ("*" if field.required or field.key else "") for field in fields]
    write_xlsx([[field.example for field in fields]], columns, file, sheet_name=target.label, watermark=_mark(by))


def _mark(by: User | None) -> dict[str, str]:
    moment = f"{timezone.localtime():%Y-%m-%d %H:%M}"
    return {"name": by.name, "badge": by.badge_no, "time": moment} if by is not None else {"time": moment}

"""The board of doubts as a file, in the one flow of exports: a row for each doubt, both places side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from roster.access import officers_visible_to
from roster.models import ExportRequest
from roster.selectors.doubts import BoardQuery, DoubtLine, board_rows, described, doubts_by_id
from roster.services.export_forms import KEYS_A_QUERY, Writing, Written
from roster.services.export_list import register_table, write_table
from roster.services.exports import MOST_ROWS, request_officers

if TYPE_CHECKING:
    from police_hr.core.models import User

DOUBTS = "doubts"


def register_doubt_export() -> None:
    """Make the board a form of export, asked for on the board itself."""
    register_table(DOUBTS, gettext_lazy("Dossier doubts"), doubt_titles, write_doubts)


def request_doubts(*, viewer: Viewer, query: BoardQuery, reason: str, file_format: str, by: User) -> ExportRequest:
    """Ask for the doubts of `query` in its order as a file; see `request_officers` for what is refused.

    Only doubts about officers whom `viewer` may also export. Rows are counted in doubts, so that the second person
    is asked from 51 doubts on.
    """
    exportable = officers_visible_to(viewer, Permission.EXPORT).order_by().values("pk")
    found = board_rows(viewer, query).filter(officer__in=exportable)
    pairs = list(found.values_list("pk", "officer")[: MOST_ROWS + 1])
    return request_officers(
        viewer=viewer,
        officers=list(dict.fromkeys(officer for _pk, officer in pairs)),
        rows=len(pairs),
        form=DOUBTS,
        options={"doubts": [pk for pk, _officer in pairs]},
        reason=reason,
        file_format=file_format,
        query=query.but()[:1000],
        by=by,
    )


def doubt_titles(export: ExportRequest) -> list[str]:
    """The titles of the file's columns."""
    return [
        _("Badge number"), _("Name"), _("Unit"), _("Severity"), _("Check of the dossier"),
        _("What is amiss"), _("First place"), _("Its value"), _("Second place"), _("Its value there"), _("Since"),
        _("Ruling"),
    ]  # fmt: skip


def write_doubts(writing: Writing) -> Written:
    """One row a doubt that still stands; those of officers who may no longer be exported are left out."""
    asked = writing.export.options["doubts"]
    allowed = {officer.pk for officer in writing.officers()}

    def rows() -> Iterator[list[Any]]:
        for start in range(0, len(asked), KEYS_A_QUERY):
            found = doubts_by_id(writing.viewer, asked[start : start + KEYS_A_QUERY])
            for line in described(row for row in found if row.officer_id in allowed):
                yield _row(line)

    return write_table(writing, rows(), doubt_titles(writing.export), sheet=_("Dossier doubts"))


def _row(line: DoubtLine) -> list[Any]:
    officer, (first, second) = line.doubt.officer, line.places
    unit = officer.unit.label if officer.unit else ""
    ruling = f"{line.ruling.document} · {line.verdict}" if line.ruling is not None else ""
    return [
        officer.badge_no, officer.name, unit, line.doubt.get_severity_display(), line.title, line.text, first.label,
        first.value, second.label, second.value, line.doubt.since, ruling,
    ]  # fmt: skip

"""The list of missing materials as a file, in the one flow of exports: a row for each officer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from police_hr.core.i18n import pick
from roster.models import ExportRequest, Unit
from roster.selectors.kin_bar import barred_officers
from roster.selectors.missing_materials import missing_of, wanted
from roster.services.export_forms import Writing, Written
from roster.services.export_list import register_table, write_table

MISSING = "missing_materials"


def register_missing_export() -> None:
    """Make the list a form of export, asked for on its own page."""
    register_table(MISSING, gettext_lazy("Missing materials"), missing_titles, write_missing)


def missing_titles(export: ExportRequest) -> list[str]:
    """The titles of the file's columns."""
    return [_("Badge number"), _("Name"), _("Unit"), _("Post"), _("How many"), _("Missing materials")]


def write_missing(writing: Writing) -> Written:
    """One row an officer with all that the file lacks now; a file closed to the asking person is left out."""
    of, units = wanted(), {unit.pk: unit.label for unit in Unit.objects.all()}
    barred = barred_officers(writing.viewer.user)

    def rows() -> Iterator[list[Any]]:
        for chunk in writing.chunks():
            lacks = missing_of(chunk, of)
            for officer in chunk:
                if officer.pk not in barred:
                    labels = [one.label for one in lacks[officer.pk]]
                    words = pick("、", ", ").join(labels)
                    unit = units.get(officer.unit_id or 0, "")
                    yield [officer.badge_no, officer.name, unit, officer.post, len(labels), words]

    return write_table(writing, rows(), missing_titles(writing.export), sheet=_("Missing materials"))

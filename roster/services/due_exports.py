"""The due list of promotions and the forecast of retirements as files, in the one flow of exports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from roster.engine.retirement import retirement_of
from roster.models import ExportRequest, Unit
from roster.selectors import codes
from roster.selectors.promotions import due_lines, reason_words
from roster.services.export_forms import Writing, Written
from roster.services.export_list import register_table, write_table

PROMOTIONS, RETIREMENTS = "promotion_due", "retirements"


def register_due_exports() -> None:
    """Make both lists forms of export, asked for on their own pages."""
    for code, label, titles, write in (
        (PROMOTIONS, gettext_lazy("Due for promotion"), promotion_titles, write_promotions),
        (RETIREMENTS, gettext_lazy("Retirement forecast"), retirement_titles, write_retirements),
    ):
        register_table(code, label, titles, write)


def promotion_titles(export: ExportRequest) -> list[str]:
    """The titles of the due list's columns."""
    return [
        _("Badge number"), _("Name"), _("Unit"), _("Post"), _("Held now"), _("Since"), _("Next"), _("Due on"),
        _("With delays"), _("What to look at"),
    ]  # fmt: skip


def retirement_titles(export: ExportRequest) -> list[str]:
    """The titles of the forecast's columns."""
    return [
        _("Badge number"), _("Name"), _("Sex"), _("Unit"), _("Post"), _("Date of birth"), _("Retires on"),
        _("Age then"), _("Earliest"), _("Latest"), _("Table of ages"),
    ]  # fmt: skip


def write_promotions(writing: Writing) -> Written:
    """One row an officer, judged as of now. Facts about sanctions only where the list was opened with a reason."""
    options = writing.export.options
    axis = options.get("axis", "rank")
    words = codes.labels("police_rank") if axis == "rank" else codes.grade_labels()
    units = {unit.pk: unit.label for unit in Unit.objects.all()}

    def rows() -> Iterator[list[Any]]:
        for chunk in writing.chunks():
            lines = due_lines(writing.viewer, axis, chunk, with_sanctions=bool(options.get("sanctions")))
            for officer in chunk:
                result = lines[officer.pk].result
                reasons = "；".join(
                    f"{what}（{basis}）" for what, basis, _until, _binding in reason_words(result.reasons)
                )
                yield [
                    officer.badge_no, officer.name, units.get(officer.unit_id or 0, ""), officer.post,
                    words.get(lines[officer.pk].held, ""), lines[officer.pk].since,
                    words.get(result.following, ""), result.due_on, result.on, reasons,
                ]  # fmt: skip

    return write_table(writing, rows(), promotion_titles(writing.export), sheet=_("Officers"))


def write_retirements(writing: Writing) -> Written:
    """One row an officer; who has no date of birth any more has empty cells."""
    units = {unit.pk: unit.label for unit in Unit.objects.all()}

    def rows() -> Iterator[list[Any]]:
        for officer in writing.officers():
            found = retirement_of(officer.birth_date, officer.sex, officer.staffing)
            age = (
                ""
                if found is None
                else pgettext("age", "%(years)sy %(months)sm") % dict(zip(("years", "months"), found.age, strict=True))
            )
            yield [
                officer.badge_no, officer.name, officer.get_sex_display(), units.get(officer.unit_id or 0, ""),
                officer.post, officer.birth_date, found and found.on, age, found and found.earliest,
                found and found.latest, found.version if found else "",
            ]  # fmt: skip

    return write_table(writing, rows(), retirement_titles(writing.export), sheet=_("Officers"))

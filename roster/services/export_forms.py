"""What an export can look like: the table of the list, a roster, a form for each officer. Each is registered here with
its writer and its checker; asking, consent, handing out and expiry (`roster.services.exports`) are the same for all.

    register_form(
        ExportForm(
            code="approval_pdf", label=_("Appointment forms"), formats=("pdf",), write=write_forms, check=check_forms
        )
    )

A writer gets a `Writing`, puts the file at its `path` and returns what it `Written`. A checker gets the same two
once the file is closed, opens it again and raises `JobError` or `TableError` where it holds anything else. Writers
read officers through `Writing.officers()` only: whoever the asking person may no longer export is not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from police_hr.core.access import Viewer
from police_hr.core.jobs import JobError
from police_hr.core.roles import Permission
from roster.access import officers_visible_to
from roster.models import ExportRequest, Officer
from roster.selectors import officer_columns as table

KEYS_A_QUERY = 900
Shape = Callable[[QuerySet[Officer]], QuerySet[Officer]]


@dataclass(frozen=True)
class Written:
    """What a writer wrote: its rows, the titles of its columns where it is a table, the bands between its rows."""

    rows: int
    titles: Sequence[str] = ()
    bands: int = 0


@dataclass(frozen=True)
class Writing:
    """One file being written: for which request, with whose eyes, where to, and how to report progress."""

    export: ExportRequest
    viewer: Viewer
    path: Path
    progress: Callable[[int], None] = field(default=lambda done: None)

    @cached_property
    def mark(self) -> dict[str, str]:
        """Whose file it is, when, and under which number."""
        by = self.export.requested_by
        return {
            "name": by.name,
            "badge": by.badge_no,
            "time": f"{timezone.localtime():%Y-%m-%d %H:%M}",
            "number": self.export.number,
        }

    def chunks(
        self, *related: str, ids: Sequence[int] | None = None, shape: Shape = lambda officers: officers
    ) -> Iterator[list[Officer]]:
        """`officers`, some hundreds at a time, so that a writer can read what belongs to them in one query. `ids` are
        those of the export in another order, `shape` adds columns to the query."""
        visible = shape(officers_visible_to(self.viewer, Permission.EXPORT).select_related(*related))
        wanted = self.export.officers if ids is None else ids
        for start in range(0, len(wanted), KEYS_A_QUERY):
            part = wanted[start : start + KEYS_A_QUERY]
            found: Mapping[int, Officer] = by_id(visible, part)
            yield [found[pk] for pk in part if pk in found]
            self.progress(start + len(part))

    def officers(self, *related: str) -> Iterator[Officer]:
        """The officers asked for that may still be exported, in the order asked for; `related` are joined."""
        for chunk in self.chunks(*related):
            yield from chunk


def by_id(officers: QuerySet[Officer], ids: Sequence[int]) -> dict[int, Officer]:
    """Those of `officers` with these ids, by their id."""
    return {officer.pk: officer for officer in officers.filter(pk__in=ids).order_by()}


@dataclass(frozen=True)
class ExportForm:
    """One thing an export can be. `formats` are the file endings it comes in, the usual one first.

    With `chooses_columns` the asking person ticks columns of the list; else the form has its own, `titles` says
    which, for the page on which a second person consents. `usable` says for whom it is there at all.
    """

    code: str
    label: str | Promise
    write: Callable[[Writing], Written]
    check: Callable[[Writing, Written], None]
    formats: tuple[str, ...] = ("xlsx",)
    about: str | Promise = ""
    chooses_columns: bool = False
    # whether it is offered for the officers of a list; others are asked for on a page of their own
    from_list: bool = True
    titles: Callable[[ExportRequest], Sequence[str]] = lambda export: ()
    usable: Callable[[Viewer], bool] = lambda viewer: True
    # whether it holds ID numbers and personal facts in full: the page that asks for it says so
    is_whole: bool = False
    # what a fetched file is called, before its number
    file_name: str | Promise = ""


_forms: dict[str, ExportForm] = {}


def register_form(form: ExportForm) -> None:
    """Add a form; its code must be new."""
    if form.code in _forms:
        raise ValueError(f"There is an export form {form.code!r} already.")
    _forms[form.code] = form


def form_of(code: str) -> ExportForm | None:
    """The form with this code, or None."""
    return _forms.get(code)


def forms_for(viewer: Viewer) -> list[ExportForm]:
    """The forms that `viewer` may ask for, in the order in which they were registered."""
    return [form for form in _forms.values() if form.usable(viewer)]


def titles_of(export: ExportRequest) -> list[str]:
    """The titles of the columns that this export has, in words; empty for a form that nobody registered any more."""
    form = form_of(export.form)
    if form is None:
        return []
    if form.chooses_columns:
        return [str(table.BY_CODE[code].title) for code in export.columns if code in table.BY_CODE]
    return [str(title) for title in form.titles(export)]


def lost() -> JobError:
    """What a checker raises for a file that does not hold what was asked for."""
    return JobError(_("The file did not hold what was asked for and was thrown away."))

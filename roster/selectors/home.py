"""What the home page says of the roster: what waits for this person, what came in lately, whom they look after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from police_hr.core.selectors.watch import Line
from roster.access import in_scope, officers_visible_to, read_bounds, units_visible_to
from roster.counting import counting
from roster.models import CorrectionRequest, ExportRequest, ImportBatch, LedgerEntry, Officer
from roster.selectors import corrections, doubts, material_access, moves, own, reconciliation
from roster.selectors.imports import batches_visible_to
from roster.selectors.officer_list import BLANK
from roster.selectors.officers import officer_for
from roster.selectors.readers import readers_of

SHOWN = 5
# stages of a batch in which a person is to act
AWAITING = (ImportBatch.State.STAGED, ImportBatch.State.FAILED)
# what every dossier should hold, by the facet of the list that shows who lacks it
GAPS: Mapping[str, Q] = {"age": Q(birth_date=None), "party": Q(political_status=""), "staffing": Q(staffing="")}


@dataclass(frozen=True)
class Waiting:
    """A heap of work: what it is, how many, and the list behind the number."""

    label: str
    number: int
    url: str


def waiting(viewer: Viewer) -> list[Waiting]:
    """What this person is to settle, also where it is nothing: a 0 says that somebody looked."""
    heaps: list[tuple[Permission, Callable[[Viewer], Waiting]]] = [
        (Permission.IMPORT_RUN, _batches),
        (Permission.RECONCILE, _conflicts),
        (Permission.RECONCILE, _duplicates),
        (Permission.OFFICER_EDIT, _gaps),
        (Permission.MATERIAL_DECIDE, _material_requests),
        (Permission.MATERIAL_EDIT, _lent_paper),
        (Permission.DOUBT_RULE, _doubts),
    ]
    found = [heap(viewer) for permission, heap in heaps if viewer.has(permission)]
    exports = _exports(viewer) if viewer.has(Permission.EXPORT) else None
    # What is asked of oneself, or comes back to oneself, is said only where there is something.
    rare = [exports, *_corrections(viewer), _failed_moves(viewer) if viewer.has(Permission.OFFICER_EDIT) else None]
    return [*found, *(heap for heap in rare if heap is not None and heap.number)]


def _batches(viewer: Viewer) -> Waiting:
    rows = batches_visible_to(viewer).filter(state__in=AWAITING)
    return Waiting(_("Imports to be checked"), rows.order_by().count(), reverse("roster:import-list"))


def _conflicts(viewer: Viewer) -> Waiting:
    number = reconciliation.open_conflicts(viewer).order_by().count()
    return Waiting(_("Conflicts between sources"), number, reverse("roster:reconciliation"))


def _duplicates(viewer: Viewer) -> Waiting:
    number = reconciliation.open_duplicates(viewer).order_by().count()
    return Waiting(_("Possible duplicates"), number, reverse("roster:reconciliation") + "?tab=duplicates")


def _gaps(viewer: Viewer) -> Waiting:
    """Facts that dossiers lack. The link opens the list of those who lack the one that is missing most."""
    rows = officers_visible_to(viewer, Permission.OFFICER_EDIT, bounds=read_bounds())
    rows = rows.filter(status=Officer.Status.SERVING).order_by()
    # Three small counts, each in an index, in place of one that reads every officer.
    lacking = {facet: rows.filter(condition).count() for facet, condition in GAPS.items()}
    facet = max(lacking, key=lambda name: lacking[name])
    url = reverse("roster:officer-list") + (f"?{facet}={BLANK}" if lacking[facet] else "")
    return Waiting(_("Basic facts missing in dossiers"), sum(lacking.values()), url)


def _doubts(viewer: Viewer) -> Waiting:
    return Waiting(_("Doubts about dossiers"), doubts.open_count(viewer), reverse("roster:doubt-list"))


def _failed_moves(viewer: Viewer) -> Waiting:
    number = moves.unsettled(viewer).order_by().count()
    return Waiting(_("Moves that could not take effect"), number, reverse("roster:move-list") + "?show=failed")


def _exports(viewer: Viewer) -> Waiting:
    """Requests of others. Whether every row is in view is checked when one is opened."""
    rows = ExportRequest.objects.filter(state=ExportRequest.State.WAITING)
    number = rows.exclude(requested_by=viewer.user).order_by().count()
    return Waiting(_("Exports waiting for consent"), number, reverse("roster:export-list"))


def _corrections(viewer: Viewer) -> list[Waiting]:
    """Corrections to decide, and own ones that somebody else's change overtook."""
    url = reverse("roster:correction-list")
    found = []
    if viewer.has(Permission.CORRECTION_DECIDE):
        number = corrections.to_decide(viewer).order_by().count()
        found.append(Waiting(_("Corrections and disputes to decide"), number, f"{url}?tab=waiting"))
    if viewer.has(Permission.OWN_VIEW):
        number = corrections.overtaken(viewer).count()
        found.append(Waiting(_("Own requests overtaken by another change"), number, f"{url}?tab=mine"))
    return found


def _material_requests(viewer: Viewer) -> Waiting:
    number = material_access.to_decide(viewer).order_by().count()
    return Waiting(_("Requests for materials to be decided"), number, reverse("roster:material-access-list"))


def _lent_paper(viewer: Viewer) -> Waiting:
    number = material_access.overdue(viewer).order_by().count()
    return Waiting(_("Borrowed materials overdue"), number, reverse("roster:material-access-list"))


def recent_batches(viewer: Viewer) -> list[ImportBatch]:
    """The newest batches: those that wait for a person first."""
    rows = batches_visible_to(viewer).exclude(state=ImportBatch.State.DISCARDED)
    due = list(rows.filter(state__in=AWAITING)[:SHOWN])
    rest = rows.exclude(state__in=AWAITING)[: SHOWN - len(due)]
    return [*due, *rest]


def own_units(viewer: Viewer) -> dict[str, Any] | None:
    """Whom a viewer of single units looks after, and the matters there that are still open, newest first.

    None for who sees the whole force, and for who sees no list.
    """
    unit = units_visible_to(viewer, Permission.OFFICER_LIST).first()
    if unit is None or unit.depth == 1:
        return None
    serving = officers_visible_to(viewer).filter(status=Officer.Status.SERVING).order_by()
    open_entries = _open_entries(viewer)
    return {
        "unit": unit,
        "people": serving.count(),
        "open": open_entries.order_by().count(),
        "entries": list(open_entries[:SHOWN]),
    }


def own_lines(viewer: Viewer) -> list[Line] | None:
    """What the home page says of oneself to those who look after nobody: officers, counsellors. Numbers only, so that
    nothing sensitive is read on the way in."""
    if viewer.officer_id is None or viewer.has(Permission.OFFICER_LIST):
        return None
    officer = officer_for(viewer, viewer.officer_id)
    if officer is None:
        return None
    url = reverse("roster:own-dossier")
    readers = readers_of(viewer, officer)
    asked = CorrectionRequest.objects.filter(requested_by=viewer.user, state=CorrectionRequest.State.OPEN).count()
    return [
        Line(_("New entries that I may dispute"), len(own.disputable(viewer, officer)), url),
        Line(_("My requests and disputes not yet decided"), asked, reverse("roster:correction-list") + "?tab=mine"),
        Line(_("Times my dossier was read in 90 days"), readers.total if readers else 0, url),
    ]


def _open_entries(viewer: Viewer) -> QuerySet[LedgerEntry]:
    """Entries not closed yet, of the classes that the viewer's grants open without a reason."""
    condition = Q(pk=None)
    for path in viewer.paths(Permission.OFFICER_VIEW):
        classes = viewer.classes_at(path) - {4}
        condition |= Q(in_scope(viewer, Permission.OFFICER_VIEW, "officer__unit__path"), sensitivity__in=classes)
    rows = counting(LedgerEntry.objects.filter(kind_version__open_ended=True, closed_on=None, voided_on=None))
    rows = rows.filter(condition)
    if viewer.officer_id is not None:
        rows = rows.exclude(officer=viewer.officer_id)
    return rows.select_related("officer", "kind_version").order_by("-occurred_on", "-pk")

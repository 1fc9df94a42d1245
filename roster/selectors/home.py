"""What the home page says of the roster: what waits for this person, what came in lately, whom they look after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from police_hr.core.access import Viewer
from police_hr.core.counting import sizes
from police_hr.core.roles import Permission
from police_hr.core.selectors.watch import Line
from roster.access import Bounds, in_scope, officers_visible_to, read_bounds, units_visible_to
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


@dataclass(frozen=True)
class Heap:
    """What makes a `Waiting`: rows to count, each with the address of their list. The largest leads."""

    label: str
    parts: Sequence[tuple[QuerySet[Any], str]]
    # told only where there is something: what is asked of oneself, or comes back to oneself
    rare: bool = False

    def counted(self, numbers: Sequence[int]) -> Waiting:
        return Waiting(self.label, sum(numbers), self.parts[numbers.index(max(numbers))][1])


def waiting(viewer: Viewer) -> list[Waiting]:
    """What this person is to settle, also where it is nothing: a 0 says that somebody looked. Two queries."""
    bounds = read_bounds()
    heaps = [heap for permission, heap in _heaps(viewer, bounds) if viewer.has(permission)]
    numbers = iter(sizes([rows for heap in heaps for rows, _url in heap.parts]))
    found = [(heap, heap.counted([next(numbers) for _part in heap.parts])) for heap in heaps]
    return [told for heap, told in found if told.number or not heap.rare]


def _heaps(viewer: Viewer, bounds: Bounds) -> Iterator[tuple[Permission, Heap]]:
    """Every heap there may be, in the order of the page, with the permission it is settled by."""
    conflicts, corrected = reverse("roster:reconciliation"), reverse("roster:correction-list")
    requests = reverse("roster:material-access-list")
    due = batches_visible_to(viewer).filter(state__in=AWAITING)
    yield Permission.IMPORT_RUN, Heap(_("Imports to be checked"), [(due, reverse("roster:import-list"))])
    open_conflicts, duplicates = reconciliation.open_conflicts(viewer), reconciliation.open_duplicates(viewer)
    yield Permission.RECONCILE, Heap(_("Conflicts between sources"), [(open_conflicts, conflicts)])
    yield Permission.RECONCILE, Heap(_("Possible duplicates"), [(duplicates, f"{conflicts}?tab=duplicates")])
    yield Permission.OFFICER_EDIT, Heap(_("Basic facts missing in dossiers"), _gaps(viewer, bounds))
    asked, lent = material_access.to_decide(viewer), material_access.overdue(viewer)
    yield Permission.MATERIAL_DECIDE, Heap(_("Requests for materials to be decided"), [(asked, requests)])
    yield Permission.MATERIAL_EDIT, Heap(_("Borrowed materials overdue"), [(lent, requests)])
    open_doubts = doubts.unsettled(viewer, bounds)
    yield Permission.DOUBT_RULE, Heap(_("Doubts about dossiers"), [(open_doubts, reverse("roster:doubt-list"))])
    # Requests of others. Whether every row is in view is checked when one is opened.
    exports = ExportRequest.objects.filter(state=ExportRequest.State.WAITING).exclude(requested_by=viewer.user)
    address = reverse("roster:export-list")
    yield Permission.EXPORT, Heap(_("Exports waiting for consent"), [(exports, address)], rare=True)
    to_decide = [(corrections.to_decide(viewer), f"{corrected}?tab=waiting")]
    yield Permission.CORRECTION_DECIDE, Heap(_("Corrections and disputes to decide"), to_decide, rare=True)
    failed = [(moves.unsettled(viewer), reverse("roster:move-list") + "?show=failed")]
    yield Permission.OFFICER_EDIT, Heap(_("Moves that could not take effect"), failed, rare=True)
    overtaken = [(corrections.overtaken(viewer), f"{corrected}?tab=mine")]
    yield Permission.OWN_VIEW, Heap(_("Own requests overtaken by another change"), overtaken, rare=True)


def _gaps(viewer: Viewer, bounds: Bounds) -> list[tuple[QuerySet[Any], str]]:
    """Facts that dossiers lack, each by a small count in an index in place of one that reads every officer."""
    rows = officers_visible_to(viewer, Permission.OFFICER_EDIT, bounds=bounds)
    rows = rows.filter(status=Officer.Status.SERVING)
    url = reverse("roster:officer-list")
    return [(rows.filter(condition), f"{url}?{facet}={BLANK}") for facet, condition in GAPS.items()]


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

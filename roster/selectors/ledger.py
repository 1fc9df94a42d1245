"""Reads of the ledger: what a viewer may see of an officer's facts, and what was known on a past day.

What is shown to whom, of the facts that count:

* classes that are open to the viewer for this officer (`roster.access.classes_for`): whole;
* classes that could be opened with a reason: a stub, group of the kind and day only;
* other classes: nothing, not even that something is there;
* class 4 further: a clue (not verified) is seen only by those who open class 4 by their office (discipline
  inspectors); a sanction that is still to be served is not seen by others either;
* one's own: what was decided and served, and what one reported oneself, is seen by the person whom it is about,
  although its class is not open to them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from police_hr.core.access import Viewer
from police_hr.core.fields import FieldList
from police_hr.core.fields.payload import texts_many
from police_hr.core.i18n import pick
from police_hr.core.roles import Permission
from roster.access import classes_for
from roster.counting import counting
from roster.models import CorrectionRequest, ImportBatch, LedgerEntry, LedgerGroup, LedgerKindVersion, Officer
from roster.selectors.kinds import COUNSELLOR_KINDS, group_codes_below

DISCIPLINE = 4

# the field of a kind that says when a decision was handed to the person it is about
SERVED = "served_on"


@dataclass(frozen=True)
class Sight:
    """What a viewer sees of one officer's ledger: conditions on entries. None: nothing."""

    whole: Q | None
    stub: Q | None

    @property
    def either(self) -> Q | None:
        """What is seen at all, whole or as a stub."""
        if self.whole is None or self.stub is None:
            return self.whole if self.stub is None else self.stub
        return self.whole | self.stub


@dataclass(frozen=True)
class TimelineRow:
    """One line of the timeline. Of a stub only `pk`, `day`, `group_code`, `group`, `sensitivity` are given: `entry`
    is None, so that a template cannot show more. `texts` are the filled-in fields, name → (label, text) in the active
    language."""

    pk: int
    day: dt.date
    group_code: str
    group: str
    sensitivity: int
    entry: LedgerEntry | None = None
    kind: str = ""
    texts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    amount_label: str = ""

    @property
    def fields(self) -> list[tuple[str, str]]:
        """(label, text) of the filled-in fields, in their order."""
        return list(self.texts.values())

    @property
    def is_stub(self) -> bool:
        return self.entry is None

    @property
    def is_open(self) -> bool:
        """Whether the matter is one that stays open until closed, and has not been."""
        return self.entry is not None and self.entry.kind_version.open_ended and self.entry.closed_on is None


@dataclass(frozen=True)
class TimelinePage:
    """A page of the timeline, newest first. `next_before` is the `before` of the next page, "" at the end."""

    rows: Sequence[TimelineRow]
    next_before: str


@dataclass(frozen=True)
class KindCount:
    """How many entries of a kind a viewer sees whole, and how many can be opened with a reason."""

    code: str
    group: str
    group_id: int
    whole: int
    stubs: int

    @property
    def total(self) -> int:
        return self.whole + self.stubs


@dataclass(frozen=True)
class GroupCount:
    """How many entries a root group holds; `stubs` of them can be opened with a reason."""

    code: str
    label: str
    count: int
    stubs: int


def sight(viewer: Viewer, officer: Officer) -> Sight:
    """The conditions under which `viewer` sees entries of `officer`, whole or as stubs. At most two queries."""
    if viewer.everything:
        return Sight(Q(), None)
    classes = classes_for(viewer, officer)
    path = officer.unit.path if officer.unit_id and officer.unit else ""
    by_office = DISCIPLINE in viewer.classes_at(path)
    told = viewer.covers(Permission.INDEX_CONFIRM, path)
    whole, stub = (_of_classes(classes[name], by_office=by_office) for name in ("open", "with_reason"))
    if viewer.officer_id == officer.pk and not by_office:
        own = _served() | reported_by(viewer, officer)
        whole = own if whole is None else whole | own
    if told:
        return Sight(whole, stub)
    # A counsellor's mark is for the counsellor and for who confirms tiers; others do not learn that it is there.
    kept = ~Q(kind__code__in=COUNSELLOR_KINDS)
    return Sight(whole and whole & kept, stub and stub & kept)


def _of_classes(classes: Collection[int], *, by_office: bool) -> Q | None:
    if not classes:
        return None
    plain = [number for number in classes if number != DISCIPLINE or by_office]
    condition = Q(sensitivity__in=plain)
    if DISCIPLINE in classes and not by_office:
        condition |= Q(sensitivity=DISCIPLINE, verified=True) & ~_unserved()
    return condition


def _unserved() -> Q:
    """Entries of kinds that have a day of serving, without one."""
    return Q(kind_version__in=_versions_to_serve()) & Q(**{f"payload__{SERVED}__isnull": True})


def _served() -> Q:
    """What was decided about somebody and handed to them: they may read it themselves."""
    decided = Q(sensitivity=DISCIPLINE, verified=True, kind_version__in=_versions_to_serve())
    return decided & Q(**{f"payload__{SERVED}__isnull": False})


def reported_by(viewer: Viewer, officer: Officer) -> Q:
    """What the officer `viewer` recorded of themselves, or asked for and got: entries up to class 3."""
    asked = CorrectionRequest.objects.filter(
        officer=officer, requested_by=viewer.user, fact="ledgerentry", state=CorrectionRequest.State.APPLIED
    )
    got = asked.exclude(result_number=None).values("result_number")
    return Q(sensitivity__lt=DISCIPLINE) & (Q(recorded_by=viewer.user) | Q(pk__in=got))


def _versions_to_serve() -> list[int]:
    versions = LedgerKindVersion.objects.filter(sensitivity=DISCIPLINE).values_list("pk", "fields")
    return [pk for pk, fields in versions if any(spec["name"] == SERVED for spec in fields)]


def entries_of(
    viewer: Viewer, officer: Officer, *, kinds: Iterable[str] | None = None, groups: Iterable[str] | None = None
) -> QuerySet[LedgerEntry]:
    """The entries of `officer` that count, are not void and that `viewer` may see whole, newest first.

    `kinds` and `groups` are codes, either is enough; a group means itself and all below it. `kind__group` and
    `kind_version` are joined. What is not open comes from `closed_stubs`.
    """
    seen = sight(viewer, officer).whole
    rows = _of(officer, kinds, groups)
    return rows.none() if seen is None else rows.filter(seen)


def closed_stubs(
    viewer: Viewer, officer: Officer, *, kinds: Iterable[str] | None = None, groups: Iterable[str] | None = None
) -> list[TimelineRow]:
    """Stubs of the entries that `viewer` could open with a reason, newest first."""
    seen = sight(viewer, officer).stub
    if seen is None:
        return []
    return [_stub(entry) for entry in _of(officer, kinds, groups).filter(seen).defer("payload")]


def entry_for(viewer: Viewer, pk: int) -> LedgerEntry | None:
    """The entry with this id where `viewer` may see it whole, void ones included; else None."""
    entry = (
        counting(LedgerEntry.objects.filter(pk=pk))
        .select_related("officer__unit", "kind__group", "kind_version", "source", "batch", "recorded_by", "voided_by")
        .first()
    )
    if entry is None:
        return None
    seen = sight(viewer, entry.officer).whole
    return entry if seen is not None and LedgerEntry.objects.filter(seen, pk=pk).exists() else None


def timeline(
    viewer: Viewer,
    officer: Officer,
    *,
    kinds: Iterable[str] | None = None,
    groups: Iterable[str] | None = None,
    before: str | None = None,
    limit: int = 15,
    voided: bool = False,
    seen: Sight | None = None,
) -> TimelinePage:
    """A page of the officer's whole ledger, newest first, paged by (day, id): entries and stubs in one order.

    `kinds` and `groups` narrow it as in `entries_of`, `before` is the `next_before` of the page above, `voided` adds
    what no longer holds, `seen` spares a page that asks twice one query. Raises ValidationError for a `before` that
    is none.
    """
    seen = seen or sight(viewer, officer)
    if seen.either is None:
        return TimelinePage((), "")
    rows = _of(officer, kinds, groups, voided=voided).filter(seen.either)
    if before:
        day, pk = _read_mark(before)
        rows = rows.filter(Q(occurred_on__lt=day) | Q(occurred_on=day, pk__lt=pk))
    found = list(_marked(rows, seen).select_related("source", "recorded_by")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    whole = [entry for entry in found if entry.is_whole]  # type: ignore[attr-defined]
    texts = dict(zip((e.pk for e in whole), named_texts(whole), strict=True))
    shown = [_row(entry, texts[entry.pk]) if entry.pk in texts else _stub(entry) for entry in found]
    mark = f"{found[-1].occurred_on.isoformat()}.{found[-1].pk}" if more else ""
    return TimelinePage(shown, mark)


def kind_counts(viewer: Viewer, officer: Officer, *, seen: Sight | None = None) -> list[KindCount]:
    """How many entries of each kind `viewer` sees of `officer`; kinds without one are left out. One query."""
    seen = seen or sight(viewer, officer)
    if seen.either is None:
        return []
    rows = _of(officer, None, None).order_by().select_related(None).filter(seen.either)
    counts: Any = rows.values("kind__code", "kind__group__code", "kind__group_id").annotate(
        whole=_number_of(seen.whole), stubs=_number_of(seen.stub)
    )
    names = ("kind__code", "kind__group__code", "kind__group_id", "whole", "stubs")
    return [KindCount(*(row[name] for name in names)) for row in counts]


def group_counts(viewer: Viewer, officer: Officer, *, kinds: Sequence[KindCount] | None = None) -> list[GroupCount]:
    """The root groups of the menu in order with the number of entries and stubs `viewer` sees; empty ones left out.
    `kinds` are the `kind_counts` where they are known already. One query, of the groups, then."""
    kinds = kinds if kinds is not None else kind_counts(viewer, officer)
    if not kinds:
        return []
    roots = _roots()
    totals: dict[int, list[int]] = {}
    for kind in kinds:
        total = totals.setdefault(roots[kind.group_id].pk, [0, 0])
        total[0] += kind.whole
        total[1] += kind.stubs
    ordered = sorted({root.pk: root for root in roots.values()}.values(), key=lambda g: (g.order, g.code))
    return [
        GroupCount(group.code, str(group), sum(totals[group.pk]), totals[group.pk][1])
        for group in ordered
        if sum(totals.get(group.pk, ()))
    ]


def describe(entries: Sequence[LedgerEntry]) -> list[list[tuple[str, str]]]:
    """(label, text) pairs of the filled-in fields of each entry, in the active language; one look-up of names for
    each sort of reference. `kind_version` should be joined."""
    return [list(texts.values()) for texts in named_texts(entries)]


def named_texts(entries: Sequence[LedgerEntry]) -> list[dict[str, tuple[str, str]]]:
    """As `describe`, by the names of the fields: name → (label, text)."""
    lists: dict[int, FieldList] = {}
    for entry in entries:
        if entry.kind_version_id not in lists:
            lists[entry.kind_version_id] = FieldList(entry.kind_version.fields)
    return texts_many((lists[entry.kind_version_id], entry.payload) for entry in entries)


# --- past days ------------------------------------------------------------------------------------------------


def known_by(day: dt.date) -> Q:
    """The condition on entries that they held and were known on `day` (bitemporal replay).

    Known and recorded by then and not void by then; of a historical batch the day it became known alone decides.
    A batch that was undone later counts for the days on which it counted.
    """
    historical = ImportBatch.objects.filter(historical=True, visible=True).values("pk")
    shown_later = ImportBatch.objects.filter(visible=True, historical=False, committed_on__gt=day).values("pk")
    gone = ImportBatch.objects.filter(visible=False).exclude(committed_on__lte=day, undone_on__gt=day).values("pk")
    in_time = Q(recorded_on__lte=day) & (Q(batch=None) | ~Q(batch__in=shown_later))
    return (
        Q(known_on__lte=day)
        & (in_time | Q(batch__in=historical))
        & (Q(batch=None) | ~Q(batch__in=gone))
        & (Q(voided_on=None) | Q(voided_on__gt=day))
    )


def entries_known_by(viewer: Viewer, day: dt.date, officer: Officer) -> QuerySet[LedgerEntry]:
    """The entries of `officer` as the ledger stood on `day`, of the classes open to `viewer`, newest first."""
    seen = sight(viewer, officer).whole
    rows = LedgerEntry.objects.filter(officer=officer).select_related("kind__group", "kind_version")
    rows = rows.order_by("-occurred_on", "-pk")
    return rows.none() if seen is None else rows.filter(seen, known_by(day))


def is_finding(entry: LedgerEntry, day: dt.date) -> bool:
    """Whether an entry that was known on `day` was also decided by then."""
    return entry.closed_on is not None and entry.closed_on <= day


# --- steps ----------------------------------------------------------------------------------------------------


def _of(
    officer: Officer, kinds: Iterable[str] | None, groups: Iterable[str] | None, *, voided: bool = False
) -> QuerySet[LedgerEntry]:
    rows = counting(LedgerEntry.objects.filter(officer=officer))
    if not voided:
        rows = rows.filter(voided_on=None)
    wanted = Q()
    if kinds is not None:
        wanted |= Q(kind__code__in=list(kinds))
    if groups is not None:
        wanted |= Q(kind__group__code__in=group_codes_below(*groups))
    return rows.filter(wanted).select_related("kind__group", "kind_version").order_by("-occurred_on", "-pk")


def _marked(rows: QuerySet[LedgerEntry], seen: Sight) -> QuerySet[LedgerEntry]:
    """`rows` with `is_whole`. The database decides, so that there is one rule."""
    if seen.whole is None or seen.stub is None:
        return rows.annotate(is_whole=Value(seen.whole is not None))
    return rows.annotate(is_whole=Case(When(seen.whole, then=Value(True)), default=Value(False)))


def _number_of(condition: Q | None) -> Count | Value:
    """The number of entries under a condition; none of them where there is no condition to see any."""
    if condition is None:
        return Value(0)
    return Count("pk", filter=condition) if condition else Count("pk")


def _row(entry: LedgerEntry, texts: Mapping[str, tuple[str, str]]) -> TimelineRow:
    version = entry.kind_version
    return TimelineRow(
        pk=entry.pk,
        day=entry.occurred_on,
        group_code=entry.kind.group.code,
        group=str(entry.kind.group),
        sensitivity=entry.sensitivity,
        entry=entry,
        kind=str(version),
        texts=texts,
        amount_label=pick(version.amount_label_zh, version.amount_label_en),
    )


def _stub(entry: LedgerEntry) -> TimelineRow:
    group = entry.kind.group
    return TimelineRow(
        pk=entry.pk, day=entry.occurred_on, group_code=group.code, group=str(group), sensitivity=entry.sensitivity
    )


def _read_mark(before: str) -> tuple[dt.date, int]:
    day, _dot, number = before.partition(".")
    try:
        return dt.date.fromisoformat(day), int(number)
    except ValueError as error:
        raise ValidationError(_("This page of the timeline does not exist.")) from error


def _roots() -> dict[int, LedgerGroup]:
    """Every group's id → its root group. One query."""
    groups = {group.pk: group for group in LedgerGroup.objects.all()}
    roots: dict[int, LedgerGroup] = {}
    for pk, group in groups.items():
        root = group
        while root.parent_id is not None:
            root = groups[root.parent_id]
        roots[pk] = root
    return roots


def open_matters(viewer: Viewer, officer: Officer) -> QuerySet[LedgerEntry]:
    """The entries of kinds that stay open until closed and have not been, that `viewer` may see whole."""
    return entries_of(viewer, officer).filter(kind_version__open_ended=True, closed_on=None)

"""Reads of doubts: those of one dossier, and the board over a whole force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from police_hr.core.access import Viewer
from police_hr.core.remembered import Remembered
from police_hr.core.roles import Permission
from roster.access import Bounds, classes_for, officers_visible_to, path_range
from roster.models import Doubt, Officer, Ruling, Unit
from roster.selectors import codes
from roster.selectors.dossier_facts import officers_of_batch
from roster.selectors.doubt_words import PlaceWords, place_words, sentence
from roster.selectors.units import ON_ROLLS

# The board shows what every role that has it opens without a reason; the rest stands on the dossier.
BOARD_CLASSES = (1, 2)
NEW_DAYS = 7
OPEN, RULED, NEW = "open", "ruled", "new"
STATES = (OPEN, NEW, RULED)
# the order of the list by the key of a column; severity first where nothing is asked
SORTS: Mapping[str, tuple[str, ...]] = {
    "severity": ("weight", "-since"),
    "name": ("officer__pinyin", "officer__name"),
    "unit": ("officer__unit__path",),
    "check": ("code",),
    "since": ("since",),
}


@dataclass(frozen=True)
class DoubtLine:
    """One doubt in words. `title` is the check, `text` what is amiss; the two places stand side by side."""

    doubt: Doubt
    title: str
    text: str
    severity: str
    places: tuple[PlaceWords, PlaceWords]
    new: bool
    ruling: Ruling | None = None
    verdict: str = ""


@dataclass(frozen=True)
class BoardQuery:
    """What of the board is asked for. Empty values ask for everything."""

    unit: int | None = None
    check: str = ""
    group: str = ""
    severity: str = ""
    state: str = OPEN
    batch: int | None = None
    sort: str = "severity"

    def but(self, **changes: Any) -> str:
        """The address of the board with some conditions changed. Starts with "?"."""
        changed = replace(self, **changes)
        named = {name: getattr(changed, name) for name in self.__dataclass_fields__}
        kept = {
            name: value for name, value in named.items() if value and value != self.__dataclass_fields__[name].default
        }
        return f"?{urlencode(kept)}"


# --- one dossier --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DossierDoubts:
    """The doubts of one dossier as a viewer may see them; `closed` counts those that open with a reason."""

    open: Sequence[DoubtLine]
    ruled: Sequence[DoubtLine]
    closed: int


def of_dossier(viewer: Viewer, officer: Officer) -> DossierDoubts:
    """The doubts of `officer`, worst first. Those of classes that are not open to the viewer are left out; of classes
    that open with a reason their number is told. One query."""
    classes = classes_for(viewer, officer)
    rows = list(_ordered(Doubt.objects.filter(officer=officer, cleared_on=None).select_related("ruling__made_by")))
    seen = [row for row in rows if row.sensitivity in classes["open"]]
    closed = sum(row.sensitivity in classes["with_reason"] and row.ruling_id is None for row in rows)
    path = officer.unit.path if officer.unit_id and officer.unit else ""
    mends = viewer.covers(Permission.CORRECTION_REQUEST, path) or viewer.officer_id == officer.pk
    lines = described(seen, mends=mends)
    return DossierDoubts(
        [line for line in lines if line.ruling is None], [line for line in lines if line.ruling is not None], closed
    )


def doubt_for(viewer: Viewer, pk: int, permission: Permission = Permission.DOUBT_RULE) -> Doubt | None:
    """The open doubt with this id, officer and unit joined, where `viewer` holds `permission` over the officer and its
    class is open to them; else None."""
    officers = officers_visible_to(viewer, permission)
    row = Doubt.objects.filter(pk=pk, officer__in=officers.values("pk"), cleared_on=None)
    found = row.select_related("officer__unit", "ruling__made_by").first()
    if found is None or found.sensitivity not in classes_for(viewer, found.officer)["open"]:
        return None
    return found


def ruling_for(viewer: Viewer, pk: int) -> Ruling | None:
    """The ruling with this id that holds, where `viewer` may rule over the officer and the class is open."""
    officers = officers_visible_to(viewer, Permission.DOUBT_RULE)
    row = Ruling.objects.filter(pk=pk, officer__in=officers.values("pk"), withdrawn_at=None)
    found = row.select_related("officer__unit").first()
    if found is None:
        return None
    level = next((e.attributes["class"] for e in codes.entries("dossier_check") if e.code == found.code), 4)
    return found if level in classes_for(viewer, found.officer)["open"] else None


def described(rows: Iterable[Doubt], *, mends: bool = False) -> list[DoubtLine]:
    """Doubts in words. `mends`: with the addresses where the values are corrected."""
    titles, verdicts = codes.labels("dossier_check"), codes.labels("dossier_ruling")
    border = timezone.localdate() - dt.timedelta(days=NEW_DAYS)
    found = []
    for row in rows:
        first, second = (place_words(place, row.officer_id, mends=mends) for place in row.details["places"])
        ruling = row.ruling
        found.append(
            DoubtLine(
                doubt=row,
                title=titles.get(row.code, row.code),
                text=sentence(row.code, row.details["params"]),
                severity=row.severity,
                places=(first, second),
                new=row.since > border,
                ruling=ruling,
                verdict=verdicts.get(ruling.verdict, ruling.verdict) if ruling is not None else "",
            )
        )
    return found


# --- the board ----------------------------------------------------------------------------------------------------


def doubts_visible_to(viewer: Viewer, bounds: Bounds | None = None) -> QuerySet[Doubt]:
    """The doubts that stand, of the officers on the rolls over whom `viewer` holds `DOUBT_VIEW`: S1 and S2."""
    return _standing(viewer, bounds).filter(sensitivity__in=BOARD_CLASSES)


def _standing(viewer: Viewer, bounds: Bounds | None) -> QuerySet[Doubt]:
    """Of every class. Each doubt asks for its own officer: there are fewer doubts than officers."""
    officers = officers_visible_to(viewer, Permission.DOUBT_VIEW, bounds=bounds).filter(status__in=ON_ROLLS)
    return Doubt.objects.filter(Exists(officers.filter(pk=OuterRef("officer"))), cleared_on=None)


def closed_count(viewer: Viewer, bounds: Bounds | None = None) -> int:
    """How many open doubts about family facts (class 3) there are where the viewer may ask for them with a reason."""
    if not any(3 in role.opens_with_reason for role in viewer.roles if Permission.DOUBT_VIEW in role.permissions):
        return 0
    return _standing(viewer, bounds).filter(ruling=None, sensitivity=3).count()


def narrowed(rows: QuerySet[Doubt], query: BoardQuery, *, besides: Iterable[str] = ()) -> QuerySet[Doubt]:
    """`rows` by the conditions of `query` but those named in `besides`."""
    free = frozenset(besides)
    if query.unit and "unit" not in free:
        unit = Unit.objects.filter(pk=query.unit).first()
        rows = rows.filter(officer__unit__in=_below(unit)) if unit is not None else rows.none()
    if query.check and "check" not in free:
        rows = rows.filter(code=query.check)
    if query.group and "group" not in free:
        rows = rows.filter(code__in=_checks_of(query.group))
    if query.severity and "severity" not in free:
        rows = rows.filter(severity=query.severity)
    if query.batch and "batch" not in free:
        rows = rows.filter(officer__in=sorted(officers_of_batch(query.batch)))
    if "state" not in free:
        rows = rows.filter(ruling__isnull=query.state != RULED)
        if query.state == NEW:
            rows = rows.filter(since__gt=timezone.localdate() - dt.timedelta(days=NEW_DAYS))
    return rows


def board_ids(viewer: Viewer, query: BoardQuery, bounds: Bounds) -> QuerySet[Any]:
    """The ids of the board's list in its order, which the database sorts sooner than whole rows."""
    return _ordered(narrowed(doubts_visible_to(viewer, bounds), query), query.sort).values_list("pk", flat=True)


def board_rows(viewer: Viewer, query: BoardQuery) -> QuerySet[Doubt]:
    """The list of the board in its order, officer, unit and ruling joined."""
    rows = narrowed(doubts_visible_to(viewer), query).select_related("officer__unit", "ruling__made_by")
    return _ordered(rows, query.sort)


def doubts_by_id(viewer: Viewer, ids: Sequence[int], bounds: Bounds | None = None) -> list[Doubt]:
    """Those of the doubts with these ids that still stand in the viewer's view, in the order of `ids`. One query."""
    rows = doubts_visible_to(viewer, bounds).filter(pk__in=ids).select_related("officer__unit", "ruling__made_by")
    found = {row.pk: row for row in rows}
    return [found[pk] for pk in ids if pk in found]


def _ordered(rows: QuerySet[Doubt], sort: str = "severity") -> QuerySet[Doubt]:
    weight = Case(
        *(When(severity=code, then=Value(place)) for place, code in enumerate(Doubt.Severity.values)),
        output_field=IntegerField(),
    )
    key, turned = sort.removeprefix("-"), sort.startswith("-")
    order: list[Any] = []
    for name in SORTS.get(key, SORTS["severity"]):
        down = name.startswith("-") != turned
        order.append(F(name.removeprefix("-")).desc() if down else F(name.removeprefix("-")).asc())
    return rows.annotate(weight=weight).order_by(*order, "weight", "officer_id", "pk")


def _below(unit: Unit) -> Any:
    return Unit.objects.filter(path_range(unit.path)).order_by().values("pk")


def _checks_of(group: str) -> list[str]:
    return [entry.code for entry in codes.entries("dossier_check") if entry.attributes["group"] == group]


@dataclass(frozen=True)
class CheckCount:
    """A check with its open doubts: how many, since lately, and settled by a ruling."""

    code: str
    title: str
    severity: str
    open: int
    new: int
    ruled: int


@dataclass(frozen=True)
class GroupCount:
    """One of 三龄两历一身份 with its checks that found anything."""

    code: str
    title: str
    checks: Sequence[CheckCount]

    @property
    def open(self) -> int:
        return sum(check.open for check in self.checks)


def by_check(viewer: Viewer, query: BoardQuery, bounds: Bounds | None = None) -> list[GroupCount]:
    """The doubts of the unit (and batch) asked for, by check. Checks that found nothing are left out. One query."""
    border = timezone.localdate() - dt.timedelta(days=NEW_DAYS)
    rows = narrowed(doubts_visible_to(viewer, bounds), query, besides=("check", "group", "severity", "state"))
    open_ones = Q(ruling=None)
    counts = {
        code: (severity, open_, new, ruled)
        for code, severity, open_, new, ruled in rows.order_by()
        .values_list("code", "severity")
        .annotate(
            open=Count("pk", filter=open_ones),
            new=Count("pk", filter=open_ones & Q(since__gt=border)),
            ruled=Count("pk", filter=~open_ones),
        )
    }
    groups: dict[str, list[CheckCount]] = {}
    for entry in codes.entries("dossier_check"):
        if entry.code in counts:
            groups.setdefault(entry.attributes["group"], []).append(
                CheckCount(entry.code, entry.label, *counts[entry.code])
            )
    return [
        GroupCount(entry.code, entry.label, groups[entry.code])
        for entry in codes.entries("dossier_check_group")
        if entry.code in groups
    ]


@dataclass(frozen=True)
class UnitCount:
    """A unit with the open doubts of it and all below it, by severity, and how many officers they concern."""

    unit: Unit
    severities: tuple[int, int, int]
    officers: int
    people: int
    deeper: bool

    @property
    def total(self) -> int:
        return sum(self.severities)

    @property
    def share(self) -> float | None:
        """Officers with doubts in per cent of those on the rolls."""
        return 100 * self.officers / self.people if self.people else None


def by_unit(viewer: Viewer, query: BoardQuery, bounds: Bounds | None = None) -> list[UnitCount]:
    """The units one step below the one asked for (or the viewer's topmost ones) that have doubts, most first.
    Three queries."""
    rows = narrowed(doubts_visible_to(viewer, bounds), query, besides=("unit",)).order_by()
    by_severity = {code: Count("pk", filter=Q(severity=code)) for code in Doubt.Severity.values}
    counts = rows.values_list("officer__unit").annotate(**by_severity, people=Count("officer", distinct=True))
    per_unit = {unit or 0: numbers for unit, *numbers in _kept(counts)}
    officers = officers_visible_to(viewer, Permission.DOUBT_VIEW, bounds=bounds).filter(status__in=ON_ROLLS)
    people = dict(_kept(officers.order_by().values_list("unit").annotate(Count("pk"))))
    units = list(Unit.objects.filter(active_to=None).order_by("path"))
    paths = {unit.pk: unit.path for unit in units}
    tops = _steps(viewer, query, units)
    found = []
    for top in tops:
        inside = [pk for pk, path in paths.items() if path.startswith(top.path)]
        held = [per_unit[pk] for pk in inside if pk in per_unit]
        if not held:
            continue
        *sums, concerned = map(sum, zip(*held, strict=True))
        deeper = any(unit.path.startswith(top.path) and unit.pk != top.pk for unit in units)
        number = sum(people.get(pk, 0) for pk in inside)
        found.append(UnitCount(top, tuple(sums), concerned, number, deeper))  # type: ignore[arg-type]
    return sorted(found, key=lambda row: (-row.total, row.unit.path))


_remembered: Remembered[list[Any]] = Remembered()


def _kept(counts: QuerySet[Any, Any]) -> list[Any]:
    """Numbers by unit, the number of people last; those over very many people are kept for some seconds."""
    return _remembered.of_query(counts, lambda: list(counts), rows=lambda found: sum(row[-1] for row in found))


def _steps(viewer: Viewer, query: BoardQuery, units: Sequence[Unit]) -> list[Unit]:
    """The units to compare: the children of the one asked for, or of the topmost where the viewer has but one."""
    roots = viewer.paths(Permission.DOUBT_VIEW)
    seen = [unit for unit in units if any(unit.path.startswith(path) for path in roots)]
    asked = next((unit for unit in seen if unit.pk == query.unit), None)
    if asked is not None:
        below = [unit for unit in seen if unit.path.startswith(asked.path) and unit.depth == asked.depth + 1]
        return below or [asked]
    least = min((unit.depth for unit in seen), default=1)
    tops = [unit for unit in seen if unit.depth == least]
    below = [unit for unit in seen if unit.depth == least + 1] if len(tops) == 1 else []
    return below or tops


def unsettled(viewer: Viewer, bounds: Bounds | None = None) -> QuerySet[Doubt]:
    """The doubts in the viewer's view that wait to be mended or settled; hints do not."""
    return doubts_visible_to(viewer, bounds).filter(ruling=None).exclude(severity=Doubt.Severity.HINT)

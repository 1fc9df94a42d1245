"""Reads of units: the tree a viewer may see, and what units were called and where officers served on a past day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from roster.access import officers_visible_to, path_range, units_visible_to
from roster.counting import counting
from roster.models import Officer, Posting, Unit, UnitGrant, UnitVersion

ON_ROLLS = (Officer.Status.SERVING, Officer.Status.SECONDED)
# the leadership level of those who lead nobody
NO_LEVEL = "L0"


@dataclass
class UnitNode:
    """A unit in the tree of a viewer. `level` 0 are the viewer's topmost units; `own` and `total` count the
    officers on the rolls (serving or seconded) of the unit itself and of its whole subtree."""

    unit: Unit
    level: int
    own: int
    total: int = 0
    children: list[UnitNode] = field(default_factory=list)

    @property
    def pk(self) -> int:
        return int(self.unit.pk)


def unit_tree(
    viewer: Viewer, permission: Permission | str = Permission.UNIT_VIEW, *, closed: bool = False
) -> list[UnitNode]:
    """The units over which `viewer` holds `permission`, in tree order (parents before children), as a flat list
    whose nodes also know their children. Closed units only with `closed`. Two queries."""
    units = units_visible_to(viewer, permission)
    if not closed:
        units = units.filter(active_to=None)
    # order_by() first: a default order would be grouped by.
    counts = dict(
        counting(Officer.objects.filter(status__in=ON_ROLLS, unit__isnull=False))
        .order_by()
        .values_list("unit_id")
        .annotate(count=Count("pk"))
    )
    nodes: list[UnitNode] = []
    by_path: dict[str, UnitNode] = {}
    for unit in units:
        parent = by_path.get(unit.path[: -Unit.steplen])
        node = UnitNode(unit=unit, level=parent.level + 1 if parent else 0, own=counts.get(unit.pk, 0))
        if parent is not None:
            parent.children.append(node)
        by_path[unit.path] = node
        nodes.append(node)
    for node in reversed(nodes):
        node.total = node.own + sum(child.total for child in node.children)
    return nodes


def unit_for(viewer: Viewer, pk: int, permission: Permission | str = Permission.UNIT_VIEW) -> Unit | None:
    """The unit with this id where `viewer` may see it, else None."""
    return units_visible_to(viewer, permission).filter(pk=pk).first()


def search_units(viewer: Viewer, text: str, *, limit: int = 20) -> list[Unit]:
    """Open units whose code, name, short name, pinyin or initials begin with or contain `text`."""
    text = text.strip()
    if not text:
        return []
    condition = (
        Q(code__istartswith=text)
        | Q(name__icontains=text)
        | Q(short_name__icontains=text)
        | Q(name_en__icontains=text)
        | Q(pinyin__startswith=text.lower())
        | Q(initials__startswith=text.lower())
    )
    return list(units_visible_to(viewer, Permission.UNIT_VIEW).filter(condition, active_to=None)[:limit])


def history(viewer: Viewer, unit: Unit) -> list[UnitVersion]:
    """All versions of the unit, oldest first. A version without length tells why the unit closed."""
    return list(UnitVersion.objects.filter(unit=unit).select_related("parent", "into").order_by("valid_from", "pk"))


@dataclass(frozen=True)
class UnitNames:
    """What a set of units were called when; one query for all of them (`names_of`)."""

    versions: dict[int, tuple[UnitVersion, ...]]

    def on(self, unit_id: int, day: dt.date | None) -> str:
        """The name on `day`: before the first version its name, after the last one its name; "" if unknown."""
        found = self.versions.get(unit_id, ())
        if not found:
            return ""
        best = found[0]
        for version in found:
            if day is None or version.valid_from is None or version.valid_from <= day:
                best = version
        return best.name


def names_of(unit_ids: Iterable[int]) -> UnitNames:
    """The names of these units at all times: one query."""
    versions: dict[int, list[UnitVersion]] = {}
    for version in UnitVersion.objects.filter(unit__in=set(unit_ids)).order_by("valid_from", "pk"):
        versions.setdefault(version.unit_id, []).append(version)
    # NULL sorts first on SQLite and last on PostgreSQL: since ever comes first.
    ordered = {
        key: tuple(sorted(found, key=lambda v: (v.valid_from or dt.date.min, v.pk))) for key, found in versions.items()
    }
    return UnitNames(ordered)


def unit_name_on(unit: Unit, day: dt.date) -> str:
    """What `unit` was called on `day`."""
    return names_of([unit.pk]).on(unit.pk, day) or unit.name


def version_on(unit: Unit, day: dt.date) -> UnitVersion | None:
    """The version that held on `day`, or None where the unit did not exist."""
    return (
        UnitVersion.objects.filter(unit=unit)
        .filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gt=day))
        .select_related("parent")
        .first()
    )


def postings_on(day: dt.date) -> QuerySet[Posting]:
    """The postings that count and were held on `day` (the last day counts as served)."""
    return counting(Posting.objects.filter(starts_on__lte=day)).filter(Q(ends_on=None) | Q(ends_on__gte=day))


def officer_unit_on(officer: Officer, day: dt.date) -> Unit | None:
    """Where `officer` served on `day`: the unit of the main posting, the latest where several overlap."""
    posting = (
        postings_on(day).filter(officer=officer).select_related("unit").order_by("-main", "-starts_on", "-pk").first()
    )
    return posting.unit if posting is not None else None


@dataclass
class PastNode:
    """A unit as it stood on a past day: its name then, and the officers whose main posting it was."""

    pk: int
    name: str
    level: int = 0
    own: int = 0
    total: int = 0
    children: list[PastNode] = field(default_factory=list)


def unit_tree_on(viewer: Viewer, day: dt.date) -> list[PastNode]:
    """The tree as it stood on `day`, flat and in order: names and parents of that day, of the units that `viewer`
    may see today. Three queries."""
    seen = {unit.pk: unit for unit in units_visible_to(viewer, Permission.UNIT_VIEW)}
    versions = UnitVersion.objects.filter(unit__in=list(seen)).filter(
        Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gt=day)
    )
    counts = dict(
        postings_on(day)
        .filter(main=True)
        .order_by()
        .values_list("unit_id")
        .annotate(count=Count("officer_id", distinct=True))
    )
    nodes: dict[int, PastNode] = {}
    parents: dict[int, int | None] = {}
    for version in sorted(versions, key=lambda v: (seen[v.unit_id].order, seen[v.unit_id].code)):
        nodes[version.unit_id] = PastNode(version.unit_id, version.name, own=counts.get(version.unit_id, 0))
        parents[version.unit_id] = version.parent_id
    roots: list[PastNode] = []
    for pk, node in nodes.items():
        parent = nodes.get(parents[pk] or 0)
        (parent.children if parent is not None else roots).append(node)
    return [node for root in roots for node in _walk(root, 0)]


def _walk(node: PastNode, level: int) -> list[PastNode]:
    node.level = level
    below = [found for child in node.children for found in _walk(child, level + 1)]
    node.total = node.own + sum(child.total for child in node.children)
    return [node, *below]


@dataclass(frozen=True)
class Weight:
    """What hangs on a unit: officers on its rolls, those of all units below, open units below, roles given over it."""

    own: int
    total: int
    children: int
    below: int
    grants: int


def weight_of(unit: Unit) -> Weight:
    """What a change of `unit` touches. Four queries."""
    subtree = Unit.objects.filter(path_range(unit.path), active_to=None).order_by()
    on_rolls = counting(Officer.objects.filter(status__in=ON_ROLLS))
    return Weight(
        own=on_rolls.filter(unit=unit).count(),
        total=on_rolls.filter(unit__in=subtree.values("pk")).count(),
        children=subtree.filter(depth=unit.depth + 1).count(),
        below=subtree.exclude(pk=unit.pk).count(),
        grants=UnitGrant.objects.filter(content_object=unit).count(),
    )


def heads_of(viewer: Viewer, unit: Unit, *, limit: int = 12) -> list[Officer]:
    """The officers of the unit itself who hold a leading post, highest first, where `viewer` may list them."""
    leading = officers_visible_to(viewer, Permission.OFFICER_LIST).filter(unit=unit, status__in=ON_ROLLS)
    return list(leading.exclude(post_level__in=["", NO_LEVEL]).order_by("post_level", "standing", "pk")[:limit])


def people_by(viewer: Viewer, unit: Unit, column: str) -> list[tuple[str, int]]:
    """(value of `column`, officers on the rolls of the unit and all below), most senior code first."""
    below = Unit.objects.filter(path_range(unit.path)).order_by().values("pk")
    officers = officers_visible_to(viewer, Permission.OFFICER_LIST).filter(unit__in=below, status__in=ON_ROLLS)
    return list(officers.order_by(column).values_list(column).annotate(count=Count("pk")))


def serving_in(unit: Unit) -> list[Officer]:
    """The officers on the rolls of the unit itself, highest first: for who may change the unit."""
    officers = counting(Officer.objects.filter(unit=unit, status__in=ON_ROLLS))
    return list(officers.only("pk", "name", "badge_no", "post").order_by("standing", "pk"))


def open_children(unit: Unit) -> list[Unit]:
    """The open units directly below, in order."""
    return list(Unit.objects.get_children(unit).filter(active_to=None))


def came_out_of(viewer: Viewer, unit: Unit) -> list[UnitVersion]:
    """The first versions of the units that came out of this one, or went over into it, oldest first."""
    related = UnitVersion.objects.filter(into=unit, unit__in=units_visible_to(viewer, Permission.UNIT_VIEW))
    return list(related.select_related("unit").order_by("valid_from", "pk"))


@dataclass(frozen=True)
class Lent:
    """Officers lent to a unit and from it today."""

    to: int
    away: int


def lent(unit: Unit, day: dt.date) -> Lent:
    """How many are lent to the unit, and from it, on `day`. One query."""
    running = Posting.objects.filter(secondment=True, starts_on__lte=day, ends_on__gte=day)
    counted = running.aggregate(
        to=Count("pk", filter=Q(unit=unit)), away=Count("pk", filter=Q(officer__unit=unit) & ~Q(unit=unit))
    )
    return Lent(**counted)

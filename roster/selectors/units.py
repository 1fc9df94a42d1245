"""Reads of units: the tree a viewer may see, and what units were called and where officers served on a past day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from roster.access import units_visible_to
from roster.models import Officer, Posting, Unit, UnitVersion
from roster.selectors.counting import counting

ON_ROLLS = (Officer.Status.SERVING, Officer.Status.SECONDED)


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

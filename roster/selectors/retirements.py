"""Who retires when, by the versioned table of ages, and what that means for the establishment."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from police_hr.core.access import Viewer
from police_hr.core.remembered import Remembered
from police_hr.core.roles import Permission
from roster.access import Bounds, officers_visible_to, path_range, today
from roster.engine.retirement import WORKERS, Group, Retirement, born_for, group_of, retirement_of
from roster.models import Officer, Unit
from roster.selectors import codes
from roster.selectors.units import ON_ROLLS

# kinds of person without a place in the establishment
BESIDE = frozenset({"auxiliary", "cadet"})
OVERDUE = "overdue"


@dataclass(frozen=True)
class RetirementLine:
    """One officer, by id, and when they retire."""

    officer_id: int
    badge_no: str
    unit_id: int | None
    retirement: Retirement
    # whether the age is passed already: nobody has entered the retirement
    overdue: bool

    @property
    def month(self) -> str:
        return f"{self.retirement.on:%Y-%m}"

    @property
    def quarter(self) -> str:
        return f"{self.retirement.on.year}-Q{(self.retirement.on.month + 2) // 3}"


def retiring(viewer: Viewer, until: dt.date, bounds: Bounds, *, unit: Unit | None = None) -> list[RetirementLine]:
    """The officers on the rolls who reach the age by `until`, earliest first. One query: the table says up to which
    day of birth that is for each group."""
    old_enough = Q(pk__in=[])
    women, workers = Q(sex="F"), Q(staffing__in=WORKERS)
    groups: dict[Group, Q] = {"man": Q(sex="M"), "woman_cadre": women & ~workers, "woman_worker": women & workers}
    for group, members in groups.items():
        old_enough |= members & Q(birth_date__lte=born_for(until, group))
    officers = _on_establishment(viewer, bounds).filter(old_enough)
    if unit is not None:
        officers = officers.filter(unit__in=Unit.objects.filter(path_range(unit.path)).order_by().values("pk"))
    # many share a day of birth in a large force
    on = today()
    known: dict[tuple[dt.date | None, Group | None], Retirement | None] = {}
    lines = []
    rows = officers.values_list("pk", "badge_no", "unit_id", "birth_date", "sex", "staffing")
    for pk, badge_no, unit_id, born, sex, staffing in rows:
        key = born, group_of(sex, staffing)
        if key not in known:
            known[key] = retirement_of(born, sex, staffing)
        found = known[key]
        if found is not None:
            lines.append(RetirementLine(pk, badge_no, unit_id, found, found.on < on))
    return sorted(lines, key=lambda line: (line.retirement.on, line.badge_no))


def _on_establishment(viewer: Viewer, bounds: Bounds) -> QuerySet[Officer]:
    """Who counts against an establishment: auxiliaries and cadets do not."""
    beside = [entry.code for entry in codes.entries("staffing_type") if entry.attributes.get("person_type") in BESIDE]
    seen = officers_visible_to(viewer, Permission.OFFICER_LIST, bounds=bounds).filter(status__in=ON_ROLLS)
    return seen.exclude(staffing__in=beside)


def period_of(line: RetirementLine, *, quarters: bool) -> str:
    """Under which bar of the chart a retirement falls."""
    if line.overdue:
        return OVERDUE
    return line.quarter if quarters else line.month


def by_time(lines: Sequence[RetirementLine], *, quarters: bool) -> list[tuple[str, int]]:
    """(month or quarter, officers) in order of time, empty ones in between included; who is overdue comes first."""
    counts = Counter(period_of(line, quarters=quarters) for line in lines)
    found = [(OVERDUE, counts.pop(OVERDUE))] if OVERDUE in counts else []
    if not counts:
        return found
    last, step = lines[-1].retirement.on, 3 if quarters else 1
    place = today().year * 12 + (today().month - 1) // step * step
    while place <= last.year * 12 + last.month - 1:
        year, month = divmod(place, 12)
        name = f"{year}-Q{month // 3 + 1}" if quarters else f"{year}-{month + 1:02}"
        found.append((name, counts.get(name, 0)))
        place += step
    return found


@dataclass(frozen=True)
class UnitGap:
    """A unit with all below it: places (None: none are held), officers now, those who retire, places then empty."""

    unit: Unit
    establishment: int | None
    present: int
    leaving: int

    @property
    def gap(self) -> int | None:
        """Places without an officer once they have left; below zero: too many."""
        return None if self.establishment is None else self.establishment - self.present + self.leaving


_present: Remembered[dict[int | None, int]] = Remembered()


def gaps(viewer: Viewer, lines: Sequence[RetirementLine], top: Unit, bounds: Bounds) -> list[UnitGap]:
    """The units directly below `top` (itself where there are none) with what the retirements leave open, largest gap
    first. Three queries."""
    units = list(Unit.objects.filter(path_range(top.path), active_to=None).order_by("path"))
    children = [unit for unit in units if unit.depth == top.depth + 1] or [top]
    counted = _on_establishment(viewer, bounds).order_by().values_list("unit_id").annotate(count=Count("pk"))
    present = _present.of_query(counted, lambda: dict(counted), rows=lambda found: sum(found.values()))
    leaving = Counter(line.unit_id for line in lines)
    found = []
    for child in children:
        below = [unit for unit in units if unit.path.startswith(child.path)]
        found.append(
            UnitGap(
                child,
                sum(places) if (places := [u.establishment for u in below if u.establishment is not None]) else None,
                sum(present.get(unit.pk, 0) for unit in below),
                sum(leaving.get(unit.pk, 0) for unit in below),
            )
        )
    return sorted(found, key=lambda gap: (-gap.leaving, gap.unit.path))

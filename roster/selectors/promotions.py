"""Who is due for the next police rank or grade (晋衔到期, 职级晋升): facts of many officers, judged by the engine.

Facts about sanctions are class S4: without `with_sanctions`, which a page sets once a reason is written down, nobody is
judged by them, so that the list marks out no one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from police_hr.core.access import Viewer
from police_hr.core.i18n import pick
from police_hr.core.roles import Permission
from roster.access import Bounds, officers_visible_to, path_range, today
from roster.counting import counting
from roster.engine.months import add_months
from roster.engine.promotion import Case, Reason, Result, Step, Verdict, assess, ladder
from roster.models import Appraisal, LedgerEntry, Officer, Unit
from roster.selectors import codes
from roster.selectors.units import ON_ROLLS

Steps = Mapping[str, tuple[Step, Step | None]]
AXES = ("rank", "grade")
TABLES: Mapping[str, tuple[str, ...]] = {
    "rank": ("police_rank",),
    "grade": ("duty_grade", "technical_grade", "general_grade"),
}
WEAK = ("N3", "N4")
NEEDED = (
    "pk", "badge_no", "name", "unit_id", "post", "post_level", "rank", "rank_since", "grade", "grade_since",
)  # fmt: skip


@dataclass(frozen=True)
class DueLine:
    """One officer of the list: what is held since when, and how the engine judges it."""

    officer: Officer
    held: str
    since: dt.date | None
    result: Result

    @property
    def month(self) -> str:
        """The month of the day on which it is due, as 2026-12."""
        return month_of(self.result)


def month_of(result: Result) -> str:
    return f"{result.on:%Y-%m}" if result.on else ""


def steps_of(axis: str) -> Steps:
    """The ladder of an axis; sequences of grades do not mix, as their codes do not overlap."""
    found: dict[str, tuple[Step, Step | None]] = {}
    for table in TABLES[axis]:
        steps = [
            Step(
                entry.code,
                entry.order,
                entry.attributes["min_years"] * 12 if entry.attributes.get("min_years") else None,
                selective=bool(entry.attributes.get("selective")),
                group=str(entry.attributes.get("class", "")),
            )
            for entry in codes.entries(table)
            if not entry.withdrawn
        ]
        found |= ladder(steps)
    return found


@dataclass(frozen=True)
class Bands:
    """The place of the highest police rank that a post level or a grade allows."""

    by_level: Mapping[str, int]
    by_grade: Mapping[str, int]

    def ceiling(self, officer: Officer) -> int | None:
        """The higher of the two; None where neither is known."""
        found = [self.by_level.get(officer.post_level), self.by_grade.get(officer.grade)]
        return min((place for place in found if place is not None), default=None)


def bands() -> Bands:
    """From the code tables, which are cached."""
    places = {entry.code: entry.order for entry in codes.entries("police_rank")}
    levels: dict[str, int] = {}
    grades: dict[str, int] = {}
    for entry in codes.entries("rank_band"):
        place = places.get(str(entry.attributes.get("highest")))
        if place is None:
            continue
        if level := entry.attributes.get("post_level"):
            levels[level] = place
        grades |= dict.fromkeys(entry.attributes.get("grades", ()), place)
    return Bands(levels, grades)


def due_list(
    viewer: Viewer, axis: str, until: dt.date, *, unit: Unit | None = None, with_sanctions: bool = False
) -> list[DueLine]:
    """The officers on the rolls whose term ends by `until`, those whom an award may bring forward, and those who are
    promoted by selection, earliest first. A fixed number of queries."""
    steps = steps_of(axis)
    officers = on_rolls(viewer, unit).filter(candidate(axis, steps, until))
    facts = facts_of(officers, axis, with_sanctions=with_sanctions)
    limits = bands() if axis == "rank" else None
    lines = [line_of(officer, axis, steps, facts, limits) for officer in officers.only(*NEEDED).order_by("pk")]
    far = dt.date.max
    return sorted(lines, key=lambda line: (line.result.on or far, line.result.due_on or far, line.officer.badge_no))


def due_lines(
    viewer: Viewer, axis: str, officers: Sequence[Officer], *, with_sanctions: bool = False
) -> dict[int, DueLine]:
    """How these officers stand, by id: for files."""
    steps = steps_of(axis)
    wanted = officers_visible_to(viewer).filter(pk__in=[officer.pk for officer in officers])
    facts = facts_of(wanted, axis, with_sanctions=with_sanctions)
    limits = bands() if axis == "rank" else None
    return {officer.pk: line_of(officer, axis, steps, facts, limits) for officer in officers}


def reason_words(reasons: Iterable[Reason]) -> list[tuple[str, str, dt.date | None, bool]]:
    """(what, basis, until, whether it decides) of these reasons, in the active language."""
    table = {entry.code: entry for entry in codes.entries("promotion_rule")}
    found = []
    for reason in reasons:
        entry = table.get(reason.code)
        basis = pick(str(entry.attributes["basis_zh"]), str(entry.attributes["basis_en"])) if entry else ""
        found.append((entry.label if entry else reason.code, basis, reason.until, reason.binding))
    return found


# --- steps ----------------------------------------------------------------------------------------------------


@dataclass
class Facts:
    """What is known of officers, by id, beside what they hold."""

    effects: dict[int, list[tuple[dt.date, dt.date]]] = field(default_factory=lambda: defaultdict(list))
    awards: dict[int, list[dt.date]] = field(default_factory=lambda: defaultdict(list))
    delayed: dict[int, list[dt.date]] = field(default_factory=lambda: defaultdict(list))
    trained: dict[int, dt.date] = field(default_factory=dict)
    weak: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    @property
    def officers(self) -> set[int]:
        return {*self.effects, *self.awards, *self.delayed, *self.trained, *self.weak}


def on_rolls(viewer: Viewer, unit: Unit | None, bounds: Bounds | None = None) -> QuerySet[Officer]:
    """The officers among whom `due_list` looks."""
    officers = officers_visible_to(viewer, Permission.OFFICER_LIST, bounds=bounds).filter(status__in=ON_ROLLS)
    if unit is not None:
        officers = officers.filter(unit__in=Unit.objects.filter(path_range(unit.path)).order_by().values("pk"))
    return officers


def candidate(axis: str, steps: Steps, until: dt.date) -> Q:
    """The condition of the officers that `due_list` judges."""
    condition = Q(pk__in=_awarded().values("officer")) & ~Q(**{axis: ""}) if axis == "rank" else Q(pk__in=[])
    for code, (step, above) in steps.items():
        if above is None:
            continue
        if step.selective or step.months is None:
            condition |= Q(**{axis: code}) if step.selective else Q(pk__in=[])
        else:
            condition |= Q(**{axis: code, f"{axis}_since__lte": add_months(until, -step.months)})
    return condition


def _awarded() -> QuerySet[LedgerEntry]:
    return counting(LedgerEntry.objects.filter(_early(), voided_on=None))


def _early() -> Q:
    """The condition of awards that may bring a rank forward."""
    grades = [entry.code for entry in codes.entries("honour") if entry.attributes.get("early_rank")]
    return Q(kind__code="AWARD", payload__grade__in=grades)


def facts_of(officers: QuerySet[Officer], axis: str, *, with_sanctions: bool, deciding_only: bool = False) -> Facts:
    """What counts beside what `officers` hold. Each fact asks for its own officer: few have any. Two queries at most.

    With `deciding_only` nothing is read that is merely named beside the verdict.
    """
    facts = Facts()
    mine = Exists(officers.order_by().filter(pk=OuterRef("officer")))
    wanted = _early() if axis == "rank" else Q(pk__in=[])
    if with_sanctions:
        wanted |= Q(kind__code="PUNISHMENT", verified=True, payload__served_on__isnull=False)
    if not deciding_only:
        wanted |= Q(kind__code="TRAINING_RESULT", payload__type="promotion")
        if with_sanctions:
            wanted |= Q(kind__code="RANK_MEASURE", verified=True, payload__measure="delay")
    entries = counting(LedgerEntry.objects.filter(mine, wanted, voided_on=None))
    for pk, kind, day, payload in entries.values_list("officer_id", "kind__code", "occurred_on", "payload"):
        _take(facts, pk, kind, day, payload)
    if axis == "grade" and not deciding_only:
        weak = counting(Appraisal.objects.filter(mine, result__in=WEAK, period=""))
        for pk, year in weak.values_list("officer_id", "year"):
            facts.weak[pk].append(year)
    return facts


def _take(facts: Facts, pk: int, kind: str, day: dt.date, payload: Mapping[str, Any]) -> None:
    if kind == "PUNISHMENT":
        if until := payload.get("effect_until"):
            facts.effects[pk].append((day, max(day, dt.date.fromisoformat(until))))
    elif kind == "RANK_MEASURE":
        facts.delayed[pk].append(day)
    elif kind == "AWARD":
        facts.awards[pk].append(day)
    elif pk not in facts.trained or day > facts.trained[pk]:
        facts.trained[pk] = day


def line_of(officer: Officer, axis: str, steps: Steps, facts: Facts, limits: Bands | None) -> DueLine:
    held, since = getattr(officer, axis), getattr(officer, f"{axis}_since")
    delays = facts.delayed.get(officer.pk, ())
    case = Case(
        held,
        since,
        ceiling=limits.ceiling(officer) if limits else None,
        effects=facts.effects.get(officer.pk, ()),
        awards=facts.awards.get(officer.pk, ()) if limits else (),
        delayed=any(since is None or day >= since for day in delays),
        weak_years=facts.weak.get(officer.pk, ()),
        trained_on=facts.trained.get(officer.pk),
    )
    return DueLine(officer, held, since, assess(case, steps, today()))


VERDICTS = (Verdict.READY, Verdict.HELD, Verdict.EARLY, Verdict.SELECTIVE)

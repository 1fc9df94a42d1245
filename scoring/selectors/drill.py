"""From a unit down to the evidence: units, their officers, one officer's lines, one line's fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from roster.access import officers_visible_to, path_range
from roster.models import LedgerEntry, Officer, Unit
from roster.selectors.ledger import describe, entry_for
from scoring.models import IndexRun, Score, UnitScore
from scoring.models.run import Tier
from scoring.selectors.board import Scope
from scoring.selectors.explain import Explained, ShownLine, explain_officer
from scoring.selectors.visibility import sees_care, sees_points

SHOWN_OFFICERS = 40


@dataclass(frozen=True)
class DrillUnit:
    """A unit below, and how many of its officers have a raised tier."""

    unit: Unit
    raised: int
    officers: int


@dataclass(frozen=True)
class Evidence:
    """The fact behind a line. `entry` None: open only with a reason."""

    line: ShownLine
    entry: LedgerEntry | None
    fields: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Drill:
    """Four columns; those to the right of the deepest choice are empty."""

    units: Sequence[DrillUnit]
    unit: Unit | None = None
    officers: Sequence[Score] = ()
    others: int = 0
    officer: Officer | None = None
    explained: Explained | None = None
    line: ShownLine | None = None
    line_number: int | None = None
    evidence: Evidence | None = None


def drill(
    viewer: Viewer, scope: Scope, run: IndexRun, *, unit: int | None, officer: int | None, line: int | None
) -> Drill:
    """The columns under a scope for a choice of unit, officer and line (its number among the officer's lines).

    A choice that the viewer may not see, or that is not below the one before it, counts as none.
    """
    below = UnitScore.objects.filter(path_range(scope.unit.path, "unit__path"), run=run)
    rows = list(below.filter(unit__depth=scope.unit.depth + 1).select_related("unit").order_by("unit__path"))
    if not rows:
        rows = list(below.filter(unit=scope.unit).select_related("unit"))
    units = [DrillUnit(row.unit, row.help + row.watch, row.officers) for row in rows]
    worst = max(units, key=lambda one: one.raised, default=None) if unit is None else None
    chosen = next((one.unit for one in units if one.unit.pk == unit), worst.unit if worst and worst.raised else None)
    if chosen is None:
        return Drill(units)
    scores = Score.objects.filter(path_range(chosen.path, "unit__path"), run=run).exclude(tier=Tier.INSUFFICIENT)
    raised = scores.filter(tier__in=[Tier.HELP, Tier.WATCH]).select_related("officer", "unit")
    shown = list(raised.order_by("-index", "officer")[:SHOWN_OFFICERS])
    if not sees_care(viewer, chosen.path):
        for score in shown:
            score.index = score.risk
    others = next(one for one in units if one.unit.pk == chosen.pk).officers - len(shown)
    person = _officer(viewer, chosen, officer)
    if person is None:
        return Drill(units, chosen, shown, others)
    explained = explain_officer(viewer, person, as_of=run.as_of, version=run.version)
    found = _line(explained, line)
    return Drill(
        units,
        chosen,
        shown,
        others,
        person,
        explained,
        found,
        line if found is not None else None,
        _evidence(viewer, found) if found is not None else None,
    )


def _officer(viewer: Viewer, unit: Unit, pk: int | None) -> Officer | None:
    if pk is None:
        return None
    officers = officers_visible_to(viewer, Permission.INDEX_VIEW).select_related("unit")
    person = officers.filter(path_range(unit.path, "unit__path"), pk=pk).first()
    if person is None or person.unit is None or not sees_points(viewer, person.unit.path):
        return None
    return person


def _line(explained: Explained | None, number: int | None) -> ShownLine | None:
    if explained is None or number is None or not 0 <= number < len(explained.lines):
        return None
    return explained.lines[number]


def _evidence(viewer: Viewer, line: ShownLine) -> Evidence:
    entry = entry_for(viewer, line.entry) if line.entry is not None and not line.masked else None
    return Evidence(line, entry, describe([entry])[0] if entry is not None else ())

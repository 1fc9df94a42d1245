"""The board: the state of a unit and all below it, from the rows that the last run stored.

The full board is for those who see points; the reduced one shows confirmed tiers of the viewer's own units.
Numbers are those of the last good run, never newer than its date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, F, Q, Sum

from police_hr.core.access import Viewer
from police_hr.core.components import Change
from police_hr.core.days import from_number, to_number
from police_hr.core.roles import Permission
from roster.access import path_range, units_visible_to
from roster.models import Unit
from scoring.models import CurrentScore, IndexRun, Score, UnitScore
from scoring.models.run import Tier
from scoring.selectors.labels import names, two
from scoring.selectors.models import definition_of
from scoring.selectors.proposals import DueProposal, due_proposals, listed
from scoring.selectors.runs import Latest, counts_of, latest_runs, tier_changes
from scoring.selectors.visibility import sees_care, sees_points

SHOWN_PROPOSALS = 7
SHOWN_PEOPLE = 3
SHOWN_RAISED = 30
FEW = 20  # a unit under so many people shows counts without colour
CHECK_SHARE = 20.0  # per cent of raised tiers above which the unit is marked for checking
PANELS = (Tier.HELP, Tier.WATCH, Tier.NORMAL)
SPREAD_LABELS = ("0–10", "10–20", "20–30", "30+")


@dataclass(frozen=True)
class Scope:
    """The unit the board is about and the units above it that the viewer may choose, topmost first."""

    unit: Unit
    above: Sequence[Unit]


@dataclass(frozen=True)
class Reason:
    label: str
    number: int


@dataclass(frozen=True)
class Person:
    """An officer in a panel: name, unit, index and change in 30 days, in hundredths."""

    pk: int
    name: str
    unit: str
    index: int
    change: int | None

    @property
    def index_text(self) -> str:
        return two(self.index)


@dataclass(frozen=True)
class TierPanel:
    """One tier: how many, which share (per cent), who came and went, why, and who is most urgent."""

    tier: str
    number: int
    share: float
    came: int | None  # None: nothing to compare with
    went: int | None
    reasons: Sequence[Reason]
    people: Sequence[Person]

    @property
    def most(self) -> int:
        return max((reason.number for reason in self.reasons), default=0)


@dataclass(frozen=True)
class HeatCell:
    """A week of a unit: how many have a raised tier, and their share in per cent."""

    raised: int
    share: float


@dataclass(frozen=True)
class HeatRow:
    """A unit over the weeks. `few`: too small for shares. `check`: the share is so high that data or model are to
    be looked at first. `unit` None: the unit of the scope itself, without those below it."""

    unit: Unit | None
    officers: int
    cells: Sequence[HeatCell]
    few: bool
    drivers: Sequence[Reason] = ()
    help: int = 0  # of those with a raised tier
    # share in per cent of raised tiers among all units of the same type; None where it is the only one
    of_its_type: float | None = None

    @property
    def check(self) -> bool:
        return not self.few and bool(self.cells) and self.cells[-1].share > CHECK_SHARE

    @property
    def against_last_week(self) -> int:
        return self.cells[-1].raised - self.cells[-2].raised if len(self.cells) > 1 else 0

    @property
    def raised(self) -> int:
        return self.cells[-1].raised if self.cells else 0


@dataclass(frozen=True)
class Board:
    """All that the page shows. `full` False: `confirmed` and `raised` only."""

    scope: Scope
    runs: Latest
    full: bool
    care: bool = False  # people may be named by the whole of their index
    officers: int = 0
    proposals: Sequence[DueProposal] | None = None
    proposal_count: int = 0
    changes: Sequence[Change] = ()
    causes: Sequence[Reason] = ()
    insufficient: int = 0
    panels: Sequence[TierPanel] = ()
    weeks: Sequence[dt.date] = ()
    heat: Sequence[HeatRow] = ()
    total: HeatRow | None = None
    confirmed: Sequence[tuple[Unit, Mapping[str, int]]] = field(default_factory=list)
    raised: Sequence[CurrentScore] = ()


def scope_for(viewer: Viewer, unit_id: int | None) -> Scope | None:
    """The unit asked for, or the viewer's topmost; None where there is none (or none of that number)."""
    units = units_visible_to(viewer, Permission.INDEX_VIEW)
    unit = units.filter(pk=unit_id).first() if unit_id else units.first()
    if unit is None:
        return None
    paths = [unit.path[:end] for end in range(Unit.steplen, len(unit.path), Unit.steplen)]
    return Scope(unit, list(units.filter(path__in=paths)) if paths else [])


def board(viewer: Viewer, unit_id: int | None = None) -> Board | None:
    """The board of a unit (default: the viewer's topmost). Not more than 15 queries, however large the force."""
    scope = scope_for(viewer, unit_id)
    if scope is None:
        return None
    runs = latest_runs()
    if not sees_points(viewer, scope.unit.path):
        return _reduced(scope, runs)
    if runs.done is None:
        return Board(scope, runs, full=True)
    run = runs.done
    rows = UnitScore.objects.filter(run=run).filter(
        Q(unit=scope.unit) | path_range(scope.unit.path, "unit__path") & Q(unit__depth=scope.unit.depth + 1)
    )
    scored = list(rows.select_related("unit").order_by("unit__path"))
    whole = next((row for row in scored if row.unit_id == scope.unit.pk), None)
    if whole is None:
        return Board(scope, runs, full=True)
    labels = names(definition_of(run.version))
    before = UnitScore.objects.filter(run=run.previous_id, unit=scope.unit).first() if run.previous_id else None
    changes = tier_changes(counts_of(whole), counts_of(before) if before else None, whole.moves)
    proposals, count = _proposals(viewer, scope.unit)
    care = sees_care(viewer, scope.unit.path)
    children = [row for row in scored if row.unit_id != scope.unit.pk]
    return Board(
        scope,
        runs,
        full=True,
        care=care,
        officers=whole.officers,
        proposals=proposals,
        proposal_count=count,
        changes=changes,
        causes=_reasons(whole.causes, labels),
        insufficient=whole.insufficient,
        panels=[_panel(run, scope.unit, whole, one, labels, care=care) for one in changes if one.tier in PANELS],
        weeks=[from_number(week[0]) for week in whole.weeks] + [run.as_of],
        heat=_heat(run, whole, children, labels),
        total=_heat_row(run, whole, labels),
    )


def _reasons(ranked: Sequence[Sequence[object]], labels: Mapping[str, str]) -> list[Reason]:
    return [Reason(labels.get(str(code), str(code)), int(str(number))) for code, number in ranked]


def _panel(
    run: IndexRun, unit: Unit, whole: UnitScore, change: Change, labels: Mapping[str, str], *, care: bool
) -> TierPanel:
    people = Score.objects.filter(path_range(unit.path, "unit__path"), run=run, tier=change.tier)
    people = people.select_related("officer", "unit").order_by("-index", "officer")[:SHOWN_PEOPLE]
    if change.tier == Tier.NORMAL:
        reasons = [Reason(label, number) for label, number in zip(SPREAD_LABELS, whole.spread, strict=False)]
    else:
        reasons = _reasons(whole.reasons.get(change.tier, []), labels)
    return TierPanel(
        tier=change.tier,
        number=change.now,
        share=100 * change.now / whole.officers if whole.officers else 0.0,
        came=change.came,
        went=change.went,
        reasons=reasons,
        people=[_person(row, care=care) for row in people],
    )


def _person(row: Score, *, care: bool) -> Person:
    """An officer of a panel; to who does not see the care part with the risk part alone."""
    unit = row.unit.short_label if row.unit else ""
    index, change = (row.index, row.change_30) if care else (row.risk, None)
    return Person(row.officer_id, row.officer.label, unit, index, change)


def _proposals(viewer: Viewer, unit: Unit) -> tuple[list[DueProposal] | None, int]:
    """The proposals the viewer is to weigh, due first; None for who weighs none."""
    if not viewer.has(Permission.INDEX_CONFIRM):
        return None, 0
    due = due_proposals(viewer).filter(path_range(unit.path, "officer__unit__path"))
    return listed(list(due[:SHOWN_PROPOSALS])), due.order_by().count()


def _heat(run: IndexRun, whole: UnitScore, children: Sequence[UnitScore], labels: Mapping[str, str]) -> list[HeatRow]:
    """A row for each unit below, largest units first as in the tree, and one for who belongs to the unit itself."""
    of_type = shares_by_type(run, [child.unit.type for child in children])
    rows = [_heat_row(run, child, labels, of_type.get(child.unit.type)) for child in children]
    own = whole.officers - sum(child.officers for child in children)
    if not children or own <= 0:
        return rows
    weeks = {week[0]: week for week in whole.weeks}
    for child in children:
        for week in child.weeks:
            weeks[week[0]] = [week[0], *(a - b for a, b in zip(weeks[week[0]][1:], week[1:], strict=True))]
    now = [to_number(run.as_of), *(_now(whole, tier) - sum(_now(c, tier) for c in children) for tier in Tier.values)]
    cells = [_cell(week) for week in (*weeks.values(), now)]
    return [HeatRow(None, own, cells, own < FEW, help=now[1]), *rows]


def _now(row: UnitScore, tier: str) -> int:
    return int(getattr(row, tier))


def shares_by_type(run: IndexRun, types: Sequence[str]) -> dict[str, float]:
    """Unit type → share in per cent of raised tiers in all units of that type of the force. One query.

    A type with one unit alone compares with nothing and is left out; a unit without a type, too.
    """
    rows = UnitScore.objects.filter(run=run, unit__type__in={one for one in types if one}).order_by()
    sums = rows.values_list("unit__type").annotate(
        units=Count("pk"), people=Sum("officers"), raised=Sum(F("help") + F("watch"))
    )
    return {kind: 100 * raised / people for kind, units, people, raised in sums if units > 1 and people}


def _heat_row(run: IndexRun, row: UnitScore, labels: Mapping[str, str], of_its_type: float | None = None) -> HeatRow:
    now = [to_number(run.as_of), *(_now(row, tier) for tier in Tier.values)]
    cells = [_cell(week) for week in (*row.weeks, now)]
    return HeatRow(
        row.unit,
        row.officers,
        cells,
        row.officers < FEW,
        _reasons(row.drivers[:2], labels),
        help=row.help,
        of_its_type=of_its_type,
    )


def _cell(week: Sequence[int]) -> HeatCell:
    """From [day, help, watch, normal, insufficient]."""
    raised, everybody = week[1] + week[2], sum(week[1:])
    return HeatCell(raised, 100 * raised / everybody if everybody else 0.0)


def _reduced(scope: Scope, runs: Latest) -> Board:
    """Confirmed tiers of the unit and the units below it, and who has a raised one. No points, no reasons."""
    inside = path_range(scope.unit.path, "officer__unit__path")
    scores = CurrentScore.objects.filter(inside)
    counts: dict[int, dict[str, int]] = {}
    for unit, tier, number in scores.order_by().values_list("officer__unit", "confirmed_tier").annotate(n=Count("pk")):
        counts.setdefault(unit, {})[tier] = number
    units = Unit.objects.filter(pk__in=counts).order_by("path")
    raised = scores.filter(confirmed_tier__in=[Tier.HELP, Tier.WATCH]).select_related("officer__unit")
    return Board(
        scope,
        runs,
        full=False,
        officers=sum(sum(tiers.values()) for tiers in counts.values()),
        confirmed=[(unit, counts[unit.pk]) for unit in units],
        raised=list(raised.order_by("confirmed_tier", "officer")[:SHOWN_RAISED]),
    )

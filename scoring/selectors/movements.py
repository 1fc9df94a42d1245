"""Who moved between two runs, and who rises fast: the diff of a run, officer by officer, for those who see points."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from police_hr.core.access import Viewer
from roster.access import path_range
from roster.models import Unit
from scoring.models import IndexRun, Score
from scoring.models.run import Tier
from scoring.selectors.models import definition_of
from scoring.selectors.tiers import rank
from scoring.selectors.visibility import whole_paths, within

WEEK = dt.timedelta(days=7)
# where somebody comes from who was not in the earlier run
NEW = ""


@dataclass(frozen=True)
class Comparison:
    """Two runs of one model: `run` against `earlier`. `earlier` None: there is none to compare with."""

    run: IndexRun
    earlier: IndexRun | None


@dataclass(frozen=True)
class Move:
    """A change of tier and how many made it. `code` is what an address calls it."""

    was: str
    tier: str
    number: int

    @property
    def code(self) -> str:
        return f"{self.was}>{self.tier}"

    @property
    def up(self) -> bool:
        return rank(self.tier) > rank(self.was or Tier.NORMAL)


def comparison(run: IndexRun, *, weekly: bool) -> Comparison:
    """`run` against the run before it, or against the newest run of the week before (`weekly`)."""
    if not weekly:
        return Comparison(run, run.previous)
    runs = IndexRun.objects.filter(version__model=run.version.model, state=IndexRun.State.DONE, replay=False)
    week_ago = runs.filter(as_of__lte=run.as_of - WEEK).order_by("-as_of", "-pk").first()
    first = runs.filter(as_of__lt=run.as_of).order_by("as_of", "-pk").first()
    return Comparison(run, week_ago or first)


def scores_of(viewer: Viewer, run: IndexRun, unit: Unit | None) -> QuerySet[Score]:
    """The scores of a run below `unit` (None: everywhere) whose points the viewer sees; nobody's where none."""
    condition = within(whole_paths(viewer), "unit__path")
    if condition is None:
        return Score.objects.none()
    scores = Score.objects.filter(condition, run=run)
    return scores.filter(path_range(unit.path, "unit__path")) if unit is not None else scores


def moved(viewer: Viewer, compared: Comparison, unit: Unit | None, move: str = "") -> QuerySet[Score]:
    """Scores whose tier differs from the earlier run, with `was` (its tier there, "" for newcomers) and `was_index`.

    Largest index first. `move` ("normal>watch") keeps one kind of change.
    """
    # a run compared with itself: nobody moved
    before = Score.objects.filter(run=compared.earlier or compared.run, officer=OuterRef("officer"))
    scores = (
        scores_of(viewer, compared.run, unit)
        .annotate(
            was=Coalesce(Subquery(before.values("tier")[:1]), Value(NEW)),
            was_index=Subquery(before.values("index")[:1]),
        )
        .exclude(was=F("tier"))
    )
    came_from, arrow, to = move.partition(">")
    if arrow:
        scores = scores.filter(was=came_from, tier=to)
    return scores.select_related("officer", "unit").order_by("-index", "officer")


def left(viewer: Viewer, compared: Comparison, unit: Unit | None) -> int:
    """How many of the earlier run are not in this one (they left the force or the units)."""
    if compared.earlier is None:
        return 0
    now = Score.objects.filter(run=compared.run, officer=OuterRef("officer"))
    return scores_of(viewer, compared.earlier, unit).exclude(Exists(now)).count()


def kinds_of_move(scores: QuerySet[Any]) -> list[Move]:
    """How often each change of tier occurred among `moved(...)`, upward ones first, the most urgent on top."""
    counted = scores.order_by().values_list("was", "tier").annotate(number=Count("pk"))
    moves = [Move(was, tier, number) for was, tier, number in counted]
    return sorted(moves, key=lambda move: (not move.up, -rank(move.tier), rank(move.was or Tier.NORMAL)))


def rising(viewer: Viewer, run: IndexRun, unit: Unit | None) -> QuerySet[Score]:
    """Early warning: who rose by the model's `rise_points` or more in its `rise_days`, the steepest first.

    Nobody where the model has no such rule (index.md §3.3: 15 points in 30 days).
    """
    least = definition_of(run.version).rise_points
    scores = scores_of(viewer, run, unit)
    if least is None:
        return scores.none()
    rows = scores.filter(change_30__gte=least).select_related("officer", "unit")
    return rows.order_by("-change_30", "-index", "officer")

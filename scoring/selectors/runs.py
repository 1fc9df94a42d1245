"""Runs of the index as pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext

from police_hr.core.access import Viewer
from police_hr.core.components import Change
from police_hr.core.models import JobRun
from police_hr.core.roles import Permission
from roster.models import Unit
from scoring.models import IndexModel, IndexRun, UnitScore
from scoring.models.run import Tier

DONE, RUNNING = IndexRun.State.DONE, IndexRun.State.RUNNING
NAMED_UNITS = 6
BROKEN = frozenset({IndexRun.State.FAILED, IndexRun.State.PARTIAL})


@dataclass(frozen=True)
class Latest:
    """The runs of the model on dossiers: the last good one, one that runs now, one that failed after it."""

    done: IndexRun | None
    running: IndexRun | None
    failed: IndexRun | None


def latest_runs() -> Latest:
    """One query: the newest run that counts (no replay), and the last good one."""
    runs = IndexRun.objects.filter(version__model__is_default=True, replay=False)
    runs = runs.select_related("version__model", "job", "previous")
    newest = list(runs.order_by("-pk")[:1])
    if not newest or newest[0].state == DONE:
        return Latest(newest[0] if newest else None, None, None)
    done = runs.filter(state=DONE).order_by("-pk").first()
    first = newest[0]
    return Latest(done, first if first.state == RUNNING else None, first if first.state in BROKEN else None)


def duration(run: IndexRun) -> dt.timedelta | None:
    """From the request to the end."""
    return run.finished_at - run.created_at if run.finished_at else None


def runs_list(viewer: Viewer) -> QuerySet[IndexRun]:
    """Every run, newest first; for those who run indices or see models."""
    if not (viewer.has(Permission.INDEX_RUN) or viewer.has(Permission.MODEL_VIEW)):
        return IndexRun.objects.none()
    return IndexRun.objects.select_related("version__model", "created_by", "job").order_by("-pk")


def run_for(viewer: Viewer, pk: int) -> IndexRun | None:
    return runs_list(viewer).filter(pk=pk).select_related("version__model", "created_by", "job", "previous").first()


def shards_of(run: IndexRun) -> Sequence[JobRun]:
    if run.job is None:
        return []
    return list(run.job.shards.order_by("pk").defer("params", "log", "result"))


def tier_changes(now: dict[str, int], before: dict[str, int] | None, moves: dict[str, int]) -> list[Change]:
    """The rows of the change table: before + in − out = now, for each tier.

    `moves` counts who changed tier ("normal>watch"). Who came to or left the unit in between is in no move,
    and is added to in or out, so that every row balances. `before` None: a first run, compared with nothing.
    """
    if before is None:
        return [Change(Tier(tier).label, None, None, None, now.get(tier, 0), tier) for tier in Tier.values]
    rows = []
    for tier in Tier.values:
        after, was = now.get(tier, 0), before.get(tier, 0)
        came = sum(number for move, number in moves.items() if move.endswith(f">{tier}"))
        came = max(came, after - was)
        rows.append(Change(Tier(tier).label, was, came, was + came - after, after, tier))
    return rows


def counts_of(row: UnitScore | None) -> dict[str, int]:
    return {tier: getattr(row, tier) if row is not None else 0 for tier in Tier.values}


def changes_of(run: IndexRun) -> list[Change]:
    """What a whole run changed against the one before it."""
    roots = UnitScore.objects.filter(run__in=[run.pk, run.previous_id or 0], unit__depth=1)
    now, before = dict.fromkeys(Tier.values, 0), dict.fromkeys(Tier.values, 0)
    moves: dict[str, int] = {}
    for row in roots:
        target = now if row.run_id == run.pk else before
        for tier, number in counts_of(row).items():
            target[tier] += number
        if row.run_id == run.pk:
            for move, number in row.moves.items():
                moves[move] = moves.get(move, 0) + number
    return tier_changes(now, before if run.previous_id else None, moves)


@dataclass(frozen=True)
class Missing:
    """A part of a run that could not be computed: its first units by name and how many more, how many officers, why."""

    units: Sequence[str]
    more: int
    officers: int
    error: str


def missing_of(run: IndexRun) -> list[Missing]:
    """What an incomplete run lacks. One query; officers of no unit stand under a name of their own."""
    wanted = {unit for part in run.missing for unit in part["units"][:NAMED_UNITS]}
    named = {unit.pk: unit.label for unit in Unit.objects.filter(pk__in=wanted)}
    nameless = gettext("without a unit")
    return [
        Missing(
            units=[named.get(unit, nameless) for unit in part["units"][:NAMED_UNITS]],
            more=max(len(part["units"]) - NAMED_UNITS, 0),
            officers=part["officers"],
            error=part["error"],
        )
        for part in run.missing
    ]


def default_model() -> IndexModel | None:
    return IndexModel.objects.select_related("active").filter(is_default=True).first()


def models_with_versions() -> list[IndexModel]:
    return list(IndexModel.objects.exclude(active=None).select_related("active").order_by("-is_default", "code"))

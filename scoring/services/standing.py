"""What stands for an officer now: the current score, and proposals that wait for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from police_hr.core import jobs
from police_hr.core.calendar import add_workdays
from police_hr.core.days import to_number
from scoring.engine import lines as engine_lines
from scoring.engine.definition import Tier as EngineTier
from scoring.engine.tiers import moves
from scoring.models import CurrentScore, IndexRun, Proposal, Score
from scoring.models.run import Tier

if TYPE_CHECKING:
    from scoring.services.compute import Group

WRITE_CHUNK = 2_000
# Working days within which the named role weighs a proposal, and days after which it lapses
# (domain: index.md §3.3).
DECIDE_WORKDAYS = 3
EXPIRE_DAYS = 10
CURRENT_FIELDS = ["index", "risk", "care", "credit", "tier", "tier_class", "coverage", "change_30", "reason", "top"]
ENGINE = {
    Tier.HELP: EngineTier.HELP,
    Tier.WATCH: EngineTier.ATTENTION,
    Tier.NORMAL: EngineTier.NORMAL,
    Tier.INSUFFICIENT: EngineTier.INSUFFICIENT,
}
NAMES = {number: name for name, number in ENGINE.items()}


def draft_proposals(run: IndexRun, group: Group, rows: Sequence[Score]) -> int:
    """Write a draft proposal, with its lines, for each officer whose tier should move. Idempotent."""
    if not run.version.model.is_default:
        return 0
    held = {
        current.officer_id: current for current in CurrentScore.objects.filter(officer__in=[r.officer_id for r in rows])
    }
    due = moves(
        group.definition,
        standing=np.array([ENGINE[Tier(_standing(held.get(row.officer_id)))] for row in rows], dtype=np.int8),
        computed=np.array([ENGINE[Tier(row.tier)] for row in rows], dtype=np.int8),
        index=np.array([row.index for row in rows], dtype=np.int64),
        low_runs=np.array(
            [held[row.officer_id].low_runs if row.officer_id in held else 0 for row in rows], dtype=np.int16
        ),
    )
    now = timezone.now()
    drafts = []
    for place, row in enumerate(rows):
        from_tier, to_tier = _standing(held.get(row.officer_id)), NAMES[EngineTier(int(due.to[place]))]
        if from_tier == to_tier:
            continue
        drafts.append(
            Proposal(
                run=run,
                officer_id=row.officer_id,
                from_tier=from_tier,
                to_tier=to_tier,
                tier_class=row.tier_class,
                index=row.index,
                lines=proposal_lines(group, place, to_number(run.as_of)),
                due_at=end_of_day(add_workdays(run.as_of, DECIDE_WORKDAYS)),
                expires_at=now + dt.timedelta(days=EXPIRE_DAYS),
            )
        )
    with transaction.atomic():
        ids = [row.officer_id for row in rows]
        Proposal.objects.filter(run=run, officer__in=ids, state=Proposal.State.DRAFT).delete()
        Proposal.objects.bulk_create(drafts, batch_size=500, ignore_conflicts=True)
    return len(drafts)


def _standing(current: CurrentScore | None) -> str:
    return current.confirmed_tier if current is not None else Tier.NORMAL


def end_of_day(day: dt.date) -> dt.datetime:
    """18:00 of that day, when the office closes."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(18)))


def proposal_lines(group: Group, place: int, as_of: int) -> list[dict[str, Any]]:
    """The lines of one officer of the group, as JSON: what the engine added up, to the hundredth."""
    coverage = group.coverage
    facts = {name: float(values[place]) for name, values in group.contexts(as_of).items()}
    explanation = engine_lines.explain(
        group.definition,
        group.batch_once(as_of).of_officer(place),
        contexts=facts,
        coverage=None if coverage is None else float(coverage[place]),
    )
    return [line_record(line) for line in explanation.lines]


def line_record(line: engine_lines.Line) -> dict[str, Any]:
    """A line as it is stored with a proposal; whole numbers as in the engine."""
    return {
        "kind": line.kind.value,
        "code": line.code,
        "part": line.part,
        "points": line.points,
        "entry": line.event_id,
        "day": line.day,
        "base": line.base,
        "severity": line.severity,
        "decay": line.decay,
        "tier": NAMES[line.tier] if line.tier is not None else "",
        "until": line.until,
    }


def publish(run: IndexRun, context: jobs.JobContext) -> None:
    """Make the run's scores the current ones and its drafts the pending proposals. Idempotent.

    Scores are copied in chunks of well under a second; then one transaction turns the proposals.
    """
    if not run.version.model.is_default:
        return
    last = 0
    while chunk := list(Score.objects.filter(run=run, officer__gt=last).order_by("officer")[:WRITE_CHUNK]):
        store_current(run, chunk)
        last = chunk[-1].officer_id
        context.check()
    with transaction.atomic():
        CurrentScore.objects.exclude(run=run).filter(as_of__lte=run.as_of).delete()
        drafts = Proposal.objects.filter(run=run, state=Proposal.State.DRAFT)
        _keep_older(run)
        Proposal.objects.filter(state=Proposal.State.PENDING).exclude(run=run).update(state=Proposal.State.SUPERSEDED)
        drafts.update(state=Proposal.State.PENDING)


def _keep_older(run: IndexRun) -> None:
    """A proposal of an earlier run that says the same keeps its dates: the clock is not wound back."""
    older = Proposal.objects.filter(state=Proposal.State.PENDING).exclude(run=run)
    dates = {
        (p.officer_id, p.to_tier): (p.due_at, p.expires_at)
        for p in older.only("officer", "to_tier", "due_at", "expires_at")
    }
    kept = []
    for draft in Proposal.objects.filter(run=run, state=Proposal.State.DRAFT):
        if (draft.officer_id, draft.to_tier) in dates:
            draft.due_at, draft.expires_at = dates[draft.officer_id, draft.to_tier]
            kept.append(draft)
    Proposal.objects.bulk_update(kept, ["due_at", "expires_at"], batch_size=500)


def store_current(run: IndexRun, rows: Sequence[Score]) -> None:
    """Upsert the current score of each row's officer; the confirmed tier stays as people left it."""
    CurrentScore.objects.bulk_create(
        [
            CurrentScore(
                officer_id=row.officer_id,
                run=run if row.run_id else None,
                version=run.version,
                as_of=run.as_of,
                **{field: getattr(row, field) for field in CURRENT_FIELDS},
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["officer"],
        update_fields=["run", "version", "as_of", *CURRENT_FIELDS],
    )

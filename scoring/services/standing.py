"""What stands for an officer now: the current score, and proposals that wait for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from police_hr.core import audit, jobs
from police_hr.core.calendar import add_workdays
from police_hr.core.days import to_number
from scoring.engine import lines as engine_lines
from scoring.engine.tiers import Moves, moves
from scoring.models import CurrentScore, IndexRun, Proposal, Score
from scoring.models.run import Tier
from scoring.selectors.tiers import ENGINE_TIERS, TIERS

if TYPE_CHECKING:
    from scoring.engine.score import Scores
    from scoring.selectors.compute import Group, GroupScores

WRITE_CHUNK = 2_000
# Working days within which the named role weighs a proposal, and days after which it lapses
# (domain: index.md §3.3).
DECIDE_WORKDAYS = 3
EXPIRE_DAYS = 10
CURRENT_FIELDS = ["index", "risk", "care", "credit", "tier", "tier_class", "coverage", "change_30", "reason", "top"]


def due_moves(run: IndexRun, group: Group, found: GroupScores, rows: Sequence[Score]) -> Moves:
    """Which officers should move, against the tiers people have confirmed (`engine.tiers.moves`)."""
    held = CurrentScore.objects.filter(officer__in=group.officers).in_bulk() if run.version.model.is_default else {}
    return moves(
        group.definition,
        standing=np.array([ENGINE_TIERS[standing_tier(held.get(row.officer_id))] for row in rows], dtype=np.int8),
        computed=found.full.tiers.tier,
        index=found.full.totals.index,
        low_runs=np.array([_low_before(held.get(row.officer_id), run.as_of) for row in rows], dtype=np.int16),
    )


def _low_before(current: CurrentScore | None, as_of: dt.date) -> int:
    """Runs in a row below the threshold, those of `as_of` itself not among them."""
    if current is None:
        return 0
    counted_today = current.low_on is not None and current.low_on >= as_of
    return max(current.low_runs - counted_today, 0)


def draft_proposals(run: IndexRun, group: Group, found: GroupScores, to_tiers: Sequence[int]) -> int:
    """Write a draft proposal, with its lines, for each officer whose tier should move. Idempotent."""
    if not run.version.model.is_default:
        return 0
    held = CurrentScore.objects.filter(officer__in=group.officers).in_bulk()
    due_at = end_of_day(add_workdays(run.as_of, DECIDE_WORKDAYS))
    expires_at = timezone.now() + dt.timedelta(days=EXPIRE_DAYS)
    drafts = []
    for place, (officer, number) in enumerate(zip(group.officers, to_tiers, strict=True)):
        from_tier, to_tier = standing_tier(held.get(officer)), TIERS[number]
        if from_tier == to_tier:
            continue
        drafts.append(
            Proposal(
                run=run,
                officer_id=officer,
                from_tier=from_tier,
                to_tier=to_tier,
                tier_class=class_code(group, found.full, place),
                index=int(found.full.totals.index[place]),
                lines=proposal_lines(group, place, to_number(run.as_of)),
                due_at=due_at,
                expires_at=expires_at,
            )
        )
    with transaction.atomic():
        Proposal.objects.filter(run=run, officer__in=group.officers, state=Proposal.State.DRAFT).delete()
        Proposal.objects.bulk_create(drafts, batch_size=500, ignore_conflicts=True)
    return len(drafts)


def class_code(group: Group, found: Scores, place: int) -> str:
    """The code of the class of the raised tier of one officer; "" for other tiers."""
    number = int(found.tiers.tier_class[place])
    return group.definition.classes[number].code if number >= 0 else ""


def standing_tier(current: CurrentScore | None) -> Tier:
    """The tier that holds for an officer: what people confirmed, else normal."""
    return Tier(current.confirmed_tier) if current is not None else Tier.NORMAL


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
        "tier": TIERS[line.tier] if line.tier is not None else "",
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
        # who is no longer scored has no current score; who was re-scored meanwhile keeps it
        CurrentScore.objects.exclude(officer__in=Score.objects.filter(run=run).values("officer")).delete()
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
    """Upsert the current score of each row's officer; the confirmed tier stays as people left it.

    The rows of a run also bring the count of low runs; those of a re-score (a run without a number) leave it.
    """
    counted = {"low_on": run.as_of} if run.pk else {}
    fields = [*CURRENT_FIELDS, "low_runs"] if run.pk else CURRENT_FIELDS
    CurrentScore.objects.bulk_create(
        [
            CurrentScore(
                officer_id=row.officer_id,
                run=run if run.pk else None,
                version=run.version,
                as_of=run.as_of,
                **counted,
                **{field: getattr(row, field) for field in fields},
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["officer"],
        update_fields=["run", "version", "as_of", "updated_at", *counted, *fields],
    )


def expire_proposals() -> int:
    """Let proposals lapse that nobody decided in time, each with its audit event; returns how many."""
    with transaction.atomic():
        lapsed = list(
            Proposal.objects.filter(state=Proposal.State.PENDING, expires_at__lt=timezone.now()).values_list(
                "pk", "officer", "to_tier"
            )
        )
        Proposal.objects.filter(pk__in=[pk for pk, _officer, _tier in lapsed]).update(state=Proposal.State.EXPIRED)
        for pk, officer, tier in lapsed:
            audit.record(
                by=None, action="proposal.expire", object_type="proposal", object_id=pk, officer_id=officer,
                details={"tier": tier},
            )  # fmt: skip
    return len(lapsed)

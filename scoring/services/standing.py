"""What stands for an officer now: the current score, and the proposals of the last run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from police_hr.core import audit, jobs
from scoring.models import CurrentScore, IndexModelVersion, IndexRun, Proposal, Score, TierPeriod
from scoring.models.run import Tier
from scoring.selectors.tiers import rank
from scoring.services import storing

PENDING, SUPERSEDED = Proposal.State.PENDING, Proposal.State.SUPERSEDED


def publish(run: IndexRun, context: jobs.JobContext) -> None:
    """Make the run's scores the current ones and its drafts the pending proposals. Idempotent.

    Scores are copied in statements of well under a second; then one transaction turns the proposals.
    """
    if not run.version.model.is_default:
        return
    for _written in storing.make_current(run):
        context.check()
    with transaction.atomic():
        # who is no longer scored has no current score; who was re-scored meanwhile keeps it
        CurrentScore.objects.exclude(officer__in=Score.objects.filter(run=run).values("officer")).delete()
        drafts = Proposal.objects.filter(run=run, state=Proposal.State.DRAFT)
        _keep_older(run)
        _give_way_to_people(run)
        Proposal.objects.filter(state=PENDING, run__isnull=False).exclude(run=run).update(state=SUPERSEDED)
        drafts.update(state=PENDING)


def _keep_older(run: IndexRun) -> None:
    """A proposal of an earlier run that says the same keeps its dates: the clock is not wound back."""
    older = Proposal.objects.filter(
        state=PENDING,
        run__isnull=False,
        officer=OuterRef("officer"),
        to_tier=OuterRef("to_tier"),
        confidential=OuterRef("confidential"),
    ).exclude(run=run)
    Proposal.objects.filter(run=run, state=Proposal.State.DRAFT).update(
        due_at=Coalesce(Subquery(older.values("due_at")[:1]), F("due_at")),
        expires_at=Coalesce(Subquery(older.values("expires_at")[:1]), F("expires_at")),
    )


def _give_way_to_people(run: IndexRun) -> None:
    """Of a proposal of a person that still waits and a draft for the same officer the higher stays."""
    by_hand = Proposal.objects.filter(state=PENDING, run=None)
    waiting = {one.officer_id: one for one in by_hand.only("officer", "to_tier")}
    if not waiting:
        return
    drafts = Proposal.objects.filter(run=run, state=Proposal.State.DRAFT, confidential=False, officer__in=waiting)
    for draft in drafts.only("officer", "to_tier"):
        mine = waiting[draft.officer_id]
        loser = mine if rank(draft.to_tier) > rank(mine.to_tier) else draft
        Proposal.objects.filter(pk=loser.pk).update(state=SUPERSEDED)


def store_rescored(version: IndexModelVersion, as_of: dt.date, rows: Sequence[Score]) -> None:
    """Upsert the current score of each row's officer, outside of a run; the confirmed tier and the count of low runs
    stay as they are."""
    confirmed = _confirmed_tiers([row.officer_id for row in rows])
    CurrentScore.objects.bulk_create(
        [
            CurrentScore(
                officer_id=row.officer_id,
                run=None,
                version=version,
                as_of=as_of,
                confirmed_tier=confirmed.get(row.officer_id, Tier.NORMAL),
                **{field: getattr(row, field) for field in storing.SIGNED},
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["officer"],
        update_fields=["run", "version", "as_of", "updated_at", *storing.SIGNED],
    )


def _confirmed_tiers(officers: Sequence[int]) -> dict[int, str]:
    """Officer → the tier in the register, for who comes (back) into the index; a row that is there keeps its own."""
    rows = TierPeriod.objects.filter(officer__in=officers, ends_on=None, confidential=False)
    return dict(rows.order_by().values_list("officer", "tier"))


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

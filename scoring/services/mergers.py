"""When two dossiers become one: no score and no proposal stays with the one that ended."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from police_hr.core import audit, reactions
from police_hr.core.models import LedgerChange
from roster.selectors.merging import kept_ids
from scoring.models import CurrentScore, LeftOut, Objection, Proposal, TierPeriod
from scoring.models.run import Tier
from scoring.services.rescore import rescore_officers

State = Proposal.State


@reactions.consumer("scoring.mergers")
def follow_mergers(changes: Sequence[LedgerChange]) -> None:
    """Hand over what people confirmed and end what a run proposed, for each dossier that ended; in order, as one may
    end in another that ends."""
    ended = [change.officer_number for change in changes if change.action == LedgerChange.Action.MERGED]
    kept = kept_ids(number for number in ended if number)
    for number in ended:
        if number in kept:
            end_scores(gone=number, kept=kept[number])
    if kept:
        rescore_officers(officer_ids=set(kept.values()))


def end_scores(*, gone: int, kept: int) -> None:
    """End the score and the open proposals of the officer `gone`. Repeating changes nothing.

    A tier that people confirmed is about the person, so the more urgent of the two stands for `kept`; that a program
    should lower it silently is out of the question. What the points say follows from the merged ledger.
    """
    with transaction.atomic():
        open_ones = Proposal.objects.filter(officer=gone, state__in=[State.DRAFT, State.PENDING])
        superseded = open_ones.update(state=State.SUPERSEDED)
        lost = CurrentScore.objects.select_for_update().filter(officer=gone).first()
        if lost is None and not superseded and not TierPeriod.objects.filter(officer=gone).exists():
            return
        held = CurrentScore.objects.select_for_update().filter(officer=kept).first()
        tier = held.confirmed_tier if held else ""
        if lost is not None and held is None:
            tier = lost.confirmed_tier
            CurrentScore.objects.filter(officer=gone).update(officer=kept)
        elif lost is not None and held is not None:
            tier = min(lost.confirmed_tier, held.confirmed_tier, key=Tier.values.index)
            CurrentScore.objects.filter(officer=kept).update(confirmed_tier=tier)
            CurrentScore.objects.filter(officer=gone).delete()
        _hand_over_register(gone, kept)
        audit.record(
            by=None, action="index.merge", object_type="officer", object_id=gone, officer_id=kept,
            details={"gone": gone, "kept": kept, "superseded": superseded, "tier": tier},
        )  # fmt: skip


def _hand_over_register(gone: int, kept: int) -> None:
    """The register follows the person. Where both have a tier the more urgent runs on; the other ends, by the name of
    who confirmed it, as replaced."""
    running = TierPeriod.objects.filter(officer__in=[gone, kept], ends_on=None, confidential=False)
    urgent_first = sorted(running, key=lambda one: Tier.values.index(one.tier))
    for lower in urgent_first[1:]:
        TierPeriod.objects.filter(pk=lower.pk).update(
            ends_on=max(timezone.localdate(), lower.starts_on), exit=TierPeriod.Exit.REPLACED,
            ended_by=lower.confirmed_by, ended_at=timezone.now(),
        )  # fmt: skip
    for rows in (TierPeriod, Objection, LeftOut):
        rows.objects.filter(officer=gone).update(officer=kept)

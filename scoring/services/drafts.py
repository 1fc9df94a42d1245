"""Drafts of proposals: who should move, against the tiers that people confirmed, and on what grounds.

Two accounts are kept apart. The open one rests on what everybody with the right to the board may know; the
confidential one on floors of a narrower audience (a counsellor's mark), and is seen by those who confirm alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from police_hr.core.calendar import add_workdays
from police_hr.core.days import from_number, to_number
from scoring.engine import lines as engine_lines
from scoring.engine.definition import Tier as EngineTier
from scoring.engine.ledger import NEVER
from scoring.engine.tiers import Moves, Reason, moves
from scoring.models import CurrentScore, IndexRun, Proposal, Score, Source, TierPeriod
from scoring.models.run import Tier
from scoring.selectors import compute
from scoring.selectors.tiers import ENGINE_TIERS, TIERS, rank
from workflows.services.tasks import end_of_day

if TYPE_CHECKING:
    from scoring.engine.score import Scores
    from scoring.selectors.compute import Group, GroupScores

# Working days within which the named role weighs a proposal, and days after which it lapses
# (domain: index.md §3.3).
DECIDE_WORKDAYS = 3
EXPIRE_DAYS = 10
# Days for which a refused proposal is not made again on the same facts.
REFUSED_FOR = 30


def due_moves(run: IndexRun, group: Group, found: GroupScores, rows: Sequence[Score]) -> Moves:
    """Which officers should move, against the tiers people have confirmed (`engine.tiers.moves`).

    A tier that people gave by hand holds until the end that they gave it, whatever the points say.
    """
    held = CurrentScore.objects.filter(officer__in=group.officers).in_bulk() if run.version.model.is_default else {}
    computed = found.shown.tiers.tier
    by_hand = _held_by_hand(group.officers, run.as_of) if held else {}
    if by_hand:
        computed = computed.copy()
        for place, officer in enumerate(group.officers):
            if officer in by_hand:
                computed[place] = max(computed[place], by_hand[officer])
    return moves(
        group.definition,
        standing=np.array([ENGINE_TIERS[standing_tier(held.get(row.officer_id))] for row in rows], dtype=np.int8),
        computed=computed,
        index=found.shown.totals.index,
        low_runs=np.array([_low_before(held.get(row.officer_id), run.as_of) for row in rows], dtype=np.int16),
    )


def _held_by_hand(officers: Sequence[int], as_of: dt.date) -> dict[int, EngineTier]:
    rows = TierPeriod.objects.filter(source=Source.MANUAL, ends_on=None, until__gte=as_of, officer__in=officers)
    return {officer: ENGINE_TIERS[tier] for officer, tier in rows.order_by().values_list("officer", "tier")}


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
    drafter = _Drafter(run, group)
    drafts = []
    for place, (officer, number) in enumerate(zip(group.officers, to_tiers, strict=True)):
        from_tier, to_tier = standing_tier(held.get(officer)), TIERS[number]
        if from_tier != to_tier:
            drafts.append(drafter.draft(found.shown, place, from_tier, to_tier))
    drafts += _confidential_drafts(drafter, found)
    drafts = _without_refused(drafts)
    with transaction.atomic():
        Proposal.objects.filter(run=run, officer__in=group.officers, state=Proposal.State.DRAFT).delete()
        Proposal.objects.bulk_create(drafts, batch_size=500, ignore_conflicts=True)
    return len(drafts)


def _confidential_drafts(drafter: _Drafter, found: GroupScores) -> list[Proposal]:
    """Where a floor of a narrower audience asks for a higher tier than all else, or no longer does."""
    if found.full is found.shown:
        wanted = np.zeros(len(drafter.group), dtype=np.bool_)
    else:
        wanted = found.full.tiers.tier > np.maximum(found.shown.tiers.tier, EngineTier.NORMAL)
    rows = TierPeriod.objects.filter(officer__in=drafter.group.officers, confidential=True, ends_on=None)
    standing = dict(rows.order_by().values_list("officer", "tier"))
    drafts = []
    for place, officer in enumerate(drafter.group.officers):
        from_tier = Tier(standing.get(officer, Tier.NORMAL))
        to_tier = TIERS[int(found.full.tiers.tier[place])] if wanted[place] else Tier.NORMAL
        if from_tier != to_tier:
            drafts.append(drafter.draft(found.full, place, from_tier, to_tier, confidential=True))
    return drafts


def _without_refused(drafts: Sequence[Proposal]) -> list[Proposal]:
    """Leave out what a person refused lately on the same facts: only a new fact brings it before them again."""
    since = timezone.now() - dt.timedelta(days=REFUSED_FOR)
    refused = Proposal.objects.filter(
        officer__in=[draft.officer_id for draft in drafts], state=Proposal.State.REFUSED, decided_at__gte=since
    )
    known = {
        (one.officer_id, one.to_tier, one.confidential): entries_of(one.lines)
        for one in refused.order_by("decided_at").only("officer", "to_tier", "confidential", "lines")
    }
    return [
        draft
        for draft in drafts
        if not (
            (key := (draft.officer_id, draft.to_tier, draft.confidential)) in known
            and entries_of(draft.lines) <= known[key]
        )
    ]


def entries_of(lines: Sequence[dict[str, Any]]) -> set[int]:
    """The ledger entries that stored lines rest on."""
    return {line["entry"] for line in lines if line["entry"] is not None}


class _Drafter:
    """Makes the drafts of one run for the officers of one group."""

    def __init__(self, run: IndexRun, group: Group) -> None:
        self.run, self.group = run, group
        self._due_at = end_of_day(add_workdays(run.as_of, DECIDE_WORKDAYS))
        self._expires_at = timezone.now() + dt.timedelta(days=EXPIRE_DAYS)

    def draft(
        self, found: Scores, place: int, from_tier: Tier, to_tier: Tier, *, confidential: bool = False
    ) -> Proposal:
        source, basis, until = _grounds(self.group, found, place)
        if rank(to_tier) < rank(from_tier):
            source, basis, until = Source.LOW, "", None
        return Proposal(
            run=self.run,
            officer_id=self.group.officers[place],
            from_tier=from_tier,
            to_tier=to_tier,
            tier_class=class_code(self.group, found, place),
            index=int(found.totals.index[place]),
            source=source,
            basis=basis,
            until=until,
            confidential=confidential,
            lines=proposal_lines(self.group, found, place, to_number(self.run.as_of), confidential=confidential),
            due_at=self._due_at,
            expires_at=self._expires_at,
        )


def _grounds(group: Group, found: Scores, place: int) -> tuple[Source, str, dt.date | None]:
    """What carried the tier of one officer; of a floor its code and its last day.

    A floor that holds the tier is named even where points or a rise would hold it as well: it has an end.
    """
    tiers = found.tiers
    floor = int(tiers.floor[place])
    if floor < 0 or tiers.floor_tier[place, floor] < tiers.tier[place]:
        return Source.RISE if tiers.reason[place] == Reason.RISE else Source.POINTS, "", None
    end = int(tiers.floor_until[place, floor])
    named = group.definition.floors[floor]
    return Source.RED_LINE if named.red_line else Source.FLOOR, named.code, None if end == NEVER else from_number(end)


def class_code(group: Group, found: Scores, place: int) -> str:
    """The code of the class of the raised tier of one officer; "" for other tiers."""
    number = int(found.tiers.tier_class[place])
    return group.definition.classes[number].code if number >= 0 else ""


def standing_tier(current: CurrentScore | None) -> Tier:
    """The tier that holds for an officer: what people confirmed, else normal."""
    return Tier(current.confirmed_tier) if current is not None else Tier.NORMAL


def proposal_lines(group: Group, found: Scores, place: int, as_of: int, *, confidential: bool) -> list[dict[str, Any]]:
    """The lines of one officer of the group, as JSON: what the engine added up, to the hundredth."""
    facts = {name: float(values[place]) for name, values in group.contexts(as_of).items()}
    batch = group.batch_once(as_of).of_officer(place)
    explanation = engine_lines.explain(
        group.definition,
        batch if confidential else compute.without_confidential(group.definition, batch),
        contexts=facts,
        scores=found.of_officer(place),
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

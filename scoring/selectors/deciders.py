"""Who decides on a tier: the named role, and nobody about themselves.

Key attention is confirmed and ended by the political director of the sub-bureau, key help by the one of the bureau,
who may stand in for the former (docs/adr). A grant over a smaller unit decides nothing.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from roster.access import path_range
from roster.models import Officer, Unit
from scoring.models import Proposal
from scoring.models.run import Tier
from scoring.selectors.tiers import rank

BUREAU, SUB_BUREAU = 1, 2  # depth in the tree of units


def deciding_tier(from_tier: str, to_tier: str) -> str:
    """The tier whose named role decides on a move: the higher of the two."""
    return max(from_tier, to_tier, key=rank)


def decides(viewer: Viewer, officer: Officer, tier: str) -> bool:
    """Whether `viewer` is the named role for `tier` of this officer."""
    path = officer.unit.path if officer.unit_id and officer.unit else ""
    deepest = BUREAU if tier == Tier.HELP else SUB_BUREAU
    return any(
        Permission.INDEX_CONFIRM in grant.role.permissions
        and path.startswith(grant.unit_path)
        and len(grant.unit_path) <= deepest * Unit.steplen
        for grant in viewer.grants
    )


def to_decide(viewer: Viewer) -> Q | None:
    """The condition on proposals that `viewer` is the named role for; None where there is none."""
    condition = Q()
    for grant in viewer.grants:
        depth = len(grant.unit_path) // Unit.steplen
        if Permission.INDEX_CONFIRM not in grant.role.permissions or depth > SUB_BUREAU:
            continue
        within = path_range(grant.unit_path, "officer__unit__path")
        if depth > BUREAU:
            within &= ~Q(to_tier=Tier.HELP) & ~Q(from_tier=Tier.HELP)
        condition |= within
    if not condition:
        return None
    return condition & ~Q(officer=viewer.officer_id) if viewer.officer_id else condition


def refusal_to_decide(viewer: Viewer, proposal: Proposal) -> str:
    """Why `viewer` may not decide on this proposal; "" where they may."""
    if viewer.officer_id == proposal.officer_id:
        return _("Nobody decides on their own tier.")
    if viewer.user is not None and proposal.proposed_by_id == viewer.user.pk:
        return _("Whoever proposed a tier by hand does not confirm it: a second person decides.")
    tier = deciding_tier(proposal.from_tier, proposal.to_tier)
    if decides(viewer, proposal.officer, tier):
        return ""
    if tier == Tier.HELP:
        return _("Key help is decided by the political director of the bureau.")
    return _("Key attention is decided by the political director of the sub-bureau.")

"""Tiers proposed by hand: by somebody who knows the officer, with grounds, confirmed by the named role."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from police_hr.core.access import viewer_for
from police_hr.core.calendar import add_workdays
from police_hr.core.models import User
from police_hr.core.roles import Permission
from roster.models import Officer
from scoring.models import CurrentScore, Proposal, Source
from scoring.models.run import Tier
from scoring.selectors.proposals import class_choices
from scoring.selectors.tiers import rank
from scoring.services.drafts import DECIDE_WORKDAYS, EXPIRE_DAYS
from scoring.services.register import open_period
from workflows.services.tasks import end_of_day

LONGEST_DAYS = 366


def propose_tier(*, officer: Officer, tier: str, tier_class: str, until: dt.date, grounds: str, by: User) -> Proposal:
    """Propose a raised tier for `officer` until a day. It waits for the named role, who is another person.

    A lower proposal that waits gives way; grounds for the same or a higher one are laid beside it. Raises
    ValidationError for a tier that is not above the one that holds, for an end that is not within a year, without
    grounds, for who may not propose here, and for oneself.
    """
    _require(officer, tier, tier_class, until, grounds, by)
    now = timezone.now()
    with transaction.atomic():
        Officer.objects.select_for_update().filter(pk=officer.pk).first()
        period = open_period(officer.pk)
        standing = Tier(period.tier) if period is not None else Tier.NORMAL
        if rank(tier) <= rank(standing):
            raise ValidationError({"tier": _("The officer has this tier, or a higher one, already.")})
        waiting = Proposal.objects.filter(officer=officer, state=Proposal.State.PENDING, confidential=False).first()
        if waiting is not None and rank(waiting.to_tier) >= rank(tier):
            return _join(waiting, grounds, by)
        if waiting is not None:
            Proposal.objects.filter(pk=waiting.pk).update(state=Proposal.State.SUPERSEDED)
        score = CurrentScore.objects.filter(officer=officer).only("index").first()
        proposal = Proposal.objects.create(
            officer=officer, from_tier=standing, to_tier=tier, tier_class=tier_class,
            index=score.index if score else 0, source=Source.MANUAL, until=until, proposed_by=by,
            grounds=grounds.strip()[:500], state=Proposal.State.PENDING,
            due_at=end_of_day(add_workdays(timezone.localdate(), DECIDE_WORKDAYS)),
            expires_at=now + dt.timedelta(days=EXPIRE_DAYS),
        )  # fmt: skip
        audit.record(
            by=by, action="proposal.make", object_type="proposal", object_id=proposal.pk, officer_id=officer.pk,
            purpose=grounds, details={"to": tier, "until": until.isoformat()},
        )  # fmt: skip
    return proposal


def _join(waiting: Proposal, grounds: str, by: User) -> Proposal:
    """Lay the grounds beside a proposal that waits already. Who may not know of it is told nothing else."""
    waiting.grounds = f"{waiting.grounds}\n{by.name}: {grounds.strip()}".strip()[:500]
    waiting.save(update_fields=["grounds"])
    audit.record(
        by=by, action="proposal.make", object_type="proposal", object_id=waiting.pk, officer_id=waiting.officer_id,
        purpose=grounds, details={"joined": True},
    )  # fmt: skip
    return waiting


def _require(officer: Officer, tier: str, tier_class: str, until: dt.date, grounds: str, by: User) -> None:
    errors: dict[str, str] = {}
    today = timezone.localdate()
    path = officer.unit.path if officer.unit_id and officer.unit else ""
    if by.officer_number == officer.pk or not viewer_for(by).covers(Permission.INDEX_PROPOSE, path):
        raise ValidationError(_("You cannot propose a tier for this officer."), code="not_yours")
    if tier not in {Tier.HELP, Tier.WATCH}:
        errors["tier"] = _("Choose key help or key attention.")
    if tier_class not in dict(class_choices()):
        errors["tier_class"] = _("Choose a class.")
    if not today < until <= today + dt.timedelta(days=LONGEST_DAYS):
        errors["until"] = _("Choose a day after today and within a year.")
    if not grounds.strip():
        errors["grounds"] = _("Say what it rests on: the person who confirms reads this.")
    if errors:
        raise ValidationError(errors)

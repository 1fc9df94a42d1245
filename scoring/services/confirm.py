"""Confirming and refusing proposals: by the named role, with a reason, one or several at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from police_hr.core.access import viewer_for
from roster.models import Officer
from scoring.models import Proposal
from scoring.selectors.deciders import refusal_to_decide
from scoring.services.register import take_up

if TYPE_CHECKING:
    from police_hr.core.models import User

State = Proposal.State
CONFIRM, REFUSE = "confirm", "refuse"


@dataclass(frozen=True)
class Outcome:
    """What became of one of several proposals: `problem` is empty where it was decided as asked."""

    proposal_id: int
    problem: str = ""


def confirm(*, proposal: Proposal, reason: str, by: User) -> Proposal:
    """Let a proposal take effect: the tier, its entry in the register, the help plan, all in one transaction.

    Raises ValidationError without a reason, with the code `not_yours` for who is not the named role, and `decided`
    where somebody else was faster; the proposal then shows their decision.
    """
    with transaction.atomic():
        current = _ready(proposal, reason, by)
        _decide(current, State.CONFIRMED, reason, by)
        take_up(proposal=current, reason=reason, by=by)
    return current


def refuse(*, proposal: Proposal, reason: str, by: User) -> Proposal:
    """Turn a proposal down. It is not made again on the same facts for 30 days. Raises as `confirm`."""
    with transaction.atomic():
        current = _ready(proposal, reason, by)
        _decide(current, State.REFUSED, reason, by)
    return current


def decide_many(*, verdict: str, reasons: Mapping[int, str], by: User) -> list[Outcome]:
    """Decide several proposals alike, id → reason. Each is a transaction of its own: what somebody else decided
    meanwhile, or what is not theirs to decide, does not hold up the others."""
    act = confirm if verdict == CONFIRM else refuse
    found = Proposal.objects.in_bulk(list(reasons))
    outcomes = []
    for pk, reason in reasons.items():
        if pk not in found:
            continue
        try:
            act(proposal=found[pk], reason=reason, by=by)
        except ValidationError as error:
            outcomes.append(Outcome(pk, " ".join(error.messages)))
        else:
            outcomes.append(Outcome(pk))
    return outcomes


def _ready(proposal: Proposal, reason: str, by: User) -> Proposal:
    """The proposal as it is now, its officer locked, open to a decision of `by`."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: the register keeps it, and the officer may ask for it.")})
    Officer.objects.select_for_update().filter(pk=proposal.officer_id).first()
    current = Proposal.objects.select_related("officer__unit", "decided_by").get(pk=proposal.pk)
    if current.state != State.PENDING:
        raise ValidationError(decided_words(current), code="decided")
    refusal = refusal_to_decide(viewer_for(by), current)
    if refusal:
        raise ValidationError(refusal, code="not_yours")
    return current


def decided_words(proposal: Proposal) -> str:
    """What became of a proposal that no longer waits, for who came too late."""
    if proposal.decided_by is not None and proposal.decided_at is not None:
        return _("%(who)s decided this before you (%(state)s, %(when)s): “%(reason)s”.") % {
            "who": proposal.decided_by.name,
            "state": proposal.get_state_display(),
            "when": f"{timezone.localtime(proposal.decided_at):%m-%d %H:%M}",
            "reason": proposal.decision_reason,
        }
    return _("This proposal no longer waits (%(state)s).") % {"state": proposal.get_state_display()}


def _decide(proposal: Proposal, state: str, reason: str, by: User) -> None:
    rows = Proposal.objects.filter(pk=proposal.pk, state=State.PENDING)
    if not rows.update(state=state, decided_by=by, decided_at=timezone.now(), decision_reason=reason.strip()[:300]):
        proposal.refresh_from_db()
        raise ValidationError(decided_words(proposal), code="decided")
    proposal.refresh_from_db()
    audit.record(
        by=by, action=f"proposal.{'confirm' if state == State.CONFIRMED else 'refuse'}", object_type="proposal",
        object_id=proposal.pk, officer_id=proposal.officer_id, purpose=reason,
        details={"from": proposal.from_tier, "to": proposal.to_tier, "by": proposal.source},
    )  # fmt: skip

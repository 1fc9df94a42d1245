"""The register of tiers: opening and ending periods, with the help plan that each asks for."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit, notices
from police_hr.core.access import viewer_for
from police_hr.core.calendar import add_workdays
from police_hr.core.models import User
from roster.models import Officer
from roster.services.ledger import close_entry
from scoring.models import CurrentScore, Proposal, TierPeriod
from scoring.models.run import Tier
from scoring.selectors import register as selectors
from scoring.selectors.deciders import decides
from scoring.services.drafts import entries_of
from scoring.services.rescore import rescore_officers
from workflows.models import Task
from workflows.services.tasks import add_measurement, end_task_by_key, make_task

Exit = TierPeriod.Exit
# Working days until the help plan stands (domain: index.md §3.3).
PLAN_WORKDAYS = {Tier.HELP: 3, Tier.WATCH: 5}
UNIT_OWNER, CONFIDENTIAL_OWNER = "unit_political_officer", "political_director"
MEASURED = "index"


def take_up(*, proposal: Proposal, reason: str, by: User) -> TierPeriod | None:
    """Make a confirmed proposal hold: the period before it ends, the new one begins, plans follow. None where the
    officer goes back to normal management. Part of the caller's transaction and decision."""
    before = open_period(proposal.officer_id, confidential=proposal.confidential)
    falls = proposal.to_tier == Tier.NORMAL
    if before is not None:
        end_period(period=before, how=Exit.LOW if falls else Exit.REPLACED, reason=reason, index=proposal.index, by=by)
    period = None
    if not falls:
        period = TierPeriod.objects.create(
            officer=proposal.officer, proposal=proposal, tier=proposal.to_tier, tier_class=proposal.tier_class,
            source=proposal.source, basis=proposal.basis, until=proposal.until, confidential=proposal.confidential,
            reason=reason[:300], starts_on=timezone.localdate(), confirmed_by=by, confirmed_at=timezone.now(),
            index_before=proposal.index,
        )  # fmt: skip
        _ask_for_plan(period, by)
        if not period.confidential:
            _tell_officer(period, by)
    if not proposal.confidential:
        CurrentScore.objects.filter(officer=proposal.officer_id).update(confirmed_tier=proposal.to_tier, low_runs=0)
    return period


def end_period(
    *,
    period: TierPeriod,
    how: str,
    reason: str,
    index: int | None,
    document: str = "",
    by: User,
) -> None:
    """Write the end of a period, and end its plan with the index before and after. Part of the caller's transaction."""
    today, key = timezone.localdate(), period.plan_key
    rows = TierPeriod.objects.filter(pk=period.pk, ends_on=None)
    ended = rows.update(
        ends_on=today, exit=how, exit_reason=reason[:300], exit_document=document[:80], ended_by=by,
        ended_at=timezone.now(), index_after=index,
    )  # fmt: skip
    if not ended:
        raise ValidationError(_("This tier has ended already."), code="decided")
    if index is not None:
        add_measurement(key=key, day=today, name=MEASURED, value=index / 100, by=by)
    words = _("The tier ended: %(how)s.") % {"how": Exit(how).label}
    end_task_by_key(key=key, outcome=words, cancelled=how == Exit.CLEARED, by=by)
    period.refresh_from_db()


def end_tier(*, period: TierPeriod, how: str, reason: str, document: str = "", by: User) -> TierPeriod:
    """End a raised tier by hand: by a decision document, at the end of its period, or because its ground is cleared.

    A document also closes the open facts on which a floor or red line rests, so that they do not carry the tier again.
    Raises ValidationError for who is not the named role, without a reason (or document number), and while a floor
    still holds that nothing was said about.
    """
    _require_exit(period, how, reason, document)
    with transaction.atomic():
        Officer.objects.select_for_update().filter(pk=period.officer_id).first()
        current = TierPeriod.objects.select_related("officer__unit", "proposal").get(pk=period.pk)
        if not decides(viewer_for(by), current.officer, current.tier) or by.officer_number == current.officer_id:
            raise ValidationError(_("Only the role that confirms this tier ends it."), code="not_yours")
        if how == Exit.DOCUMENT and current.basis:
            _close_grounds(current, by)
        rescore_officers(officer_ids=[current.officer_id])
        score = CurrentScore.objects.filter(officer=current.officer_id).first()
        end_period(
            period=current, how=how, reason=reason, document=document, index=score.index if score else None, by=by
        )
        if not current.confidential:
            CurrentScore.objects.filter(officer=current.officer_id).update(confirmed_tier=Tier.NORMAL, low_runs=0)
        drop_pending(current.officer_id, confidential=current.confidential)
        audit.record(
            by=by, action="tier.end", object_type="tier_period", object_id=current.pk, officer_id=current.officer_id,
            purpose=reason, details={"tier": current.tier, "exit": how},
        )  # fmt: skip
    return current


def open_period(officer_id: int, *, confidential: bool = False) -> TierPeriod | None:
    """The raised tier that holds for an officer now."""
    return TierPeriod.objects.filter(officer=officer_id, confidential=confidential, ends_on=None).first()


def drop_pending(officer_id: int, *, confidential: bool = False) -> None:
    """What waits about an officer rests on a state of things that is over; the next run looks anew."""
    waiting = Proposal.objects.filter(officer=officer_id, confidential=confidential, state=Proposal.State.PENDING)
    waiting.update(state=Proposal.State.SUPERSEDED)


def _require_exit(period: TierPeriod, how: str, reason: str, document: str) -> None:
    errors: dict[str, str] = {}
    if how not in selectors.EXITS_BY_HAND:
        errors["how"] = _("Choose how the tier ends.")
    if not reason.strip():
        errors["reason"] = _("Say why: the officer and the register keep this.")
    if how == Exit.DOCUMENT and not document.strip():
        errors["document"] = _("Give the number of the decision.")
    if how == Exit.ENDED and not (period.until and period.until < timezone.localdate()):
        errors["how"] = _("Its period has not ended yet.")
    if errors:
        raise ValidationError(errors)


def _close_grounds(period: TierPeriod, by: User) -> None:
    """Close the open ledger facts of the floor that carried the tier."""
    if period.proposal is None:
        return
    carried = [line for line in period.proposal.lines if line["code"] == period.basis]
    for entry in selectors.open_entries(period.officer_id, entries_of(carried)):
        close_entry(entry=entry, on=timezone.localdate(), by=by)


def _ask_for_plan(period: TierPeriod, by: User) -> None:
    """A help plan for a raised tier, due within the days of its tier. Asked for twice it is one.

    The unit's political officer owns it; what is confidential stays with those who confirm.
    """
    officer = period.officer
    due_on: dt.date = add_workdays(period.starts_on, PLAN_WORKDAYS[Tier(period.tier)])
    unit = officer.unit
    if unit is None:
        return
    make_task(
        kind=Task.Kind.PLAN, key=period.plan_key, due_on=due_on, officer=officer, unit=unit,
        owner_role=CONFIDENTIAL_OWNER if period.confidential else UNIT_OWNER, address=period.address, by=by,
    )  # fmt: skip
    add_measurement(key=period.plan_key, day=period.starts_on, name=MEASURED, value=period.index_before / 100, by=by)
    for number in range(selectors.advice_of(period)):
        make_task(
            kind=Task.Kind.ADVICE, key=f"scoring.period:{period.pk}:advice:{number}",
            due_on=add_workdays(period.starts_on, 1), officer=officer, unit=unit,
            owner_role=selectors.ADVISERS[number],
            title=_("Confidential: weigh a change of the gun post"), by=by,
        )  # fmt: skip


def _tell_officer(period: TierPeriod, by: User) -> None:
    """Tell the officer that a tier of theirs was confirmed, and until when they may object."""
    until = add_workdays(period.starts_on, settings.DISPUTE_WORKDAYS)
    people = User.objects.filter(officer_number=period.officer_id, is_active=True)
    notices.send("tier.decided", to=people, key=f"{period.pk}", facts={"until": until}, by=by)

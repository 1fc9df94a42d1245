"""Objections: filed by the officer within the days for it, answered by somebody else, with all that follows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit, notices
from police_hr.core.access import viewer_for
from police_hr.core.calendar import current_calendar
from police_hr.core.models import User
from roster.access import holders
from roster.models import LedgerEntry, Officer
from roster.services.ledger import void_entry
from scoring.models import CurrentScore, LeftOut, Objection, TierPeriod
from scoring.models.run import Tier
from scoring.selectors import objections as selectors
from scoring.selectors.tiers import rank
from scoring.services.drafts import entries_of
from scoring.services.register import Exit, drop_pending, end_period, open_period
from scoring.services.rescore import rescore_officers
from workflows.models import Task
from workflows.services.tasks import end_task_by_key, make_task

State, Remedy = Objection.State, Objection.Remedy
SHORTEST_REASON = 4
# Who answers, so that somebody else than the confirming director always can.
REVIEWER = "hr_cadre"


def object_to_line(*, officer: Officer, entry_id: int, reason: str, token: str, by: User) -> Objection:
    """Object to the own line that rests on a ledger entry. A form sent twice makes one objection.

    Raises ValidationError where the line is not one's own or not shown, where the days are over, without a reason, and
    where an objection to it waits already.
    """
    _require_own(officer, reason, by)
    own = selectors.own_index(viewer_for(by), officer)
    line = selectors.line_of(own, entry_id)
    if line is None:
        raise ValidationError(_("This is no line of your index."), code="not_yours")
    entry = LedgerEntry.objects.get(pk=entry_id)
    made = Objection.objects.filter(filed_by=by, token=token).first()
    if made is not None:
        return made
    if line.is_over:
        raise ValidationError(
            _("The days for an objection are over; ask for a correction with evidence instead."), code="over"
        )
    return _file(
        officer=officer, entry=entry, sensitivity=entry.sensitivity, line=selectors.stored(line), reason=reason,
        token=token, by=by,
    )  # fmt: skip


def object_to_tier(*, officer: Officer, reason: str, token: str, by: User) -> Objection:
    """Object to the own tier as it was confirmed. Raises as `object_to_line`."""
    _require_own(officer, reason, by)
    made = Objection.objects.filter(filed_by=by, token=token).first()
    if made is not None:
        return made
    period = open_period(officer.pk)
    if period is None:
        raise ValidationError(_("No tier holds for you now."))
    until = current_calendar().add_workdays(period.starts_on, settings.DISPUTE_WORKDAYS)
    if until < timezone.localdate():
        raise ValidationError(
            _("The days for an objection are over; ask for a correction with evidence instead."), code="over"
        )
    return _file(officer=officer, period=period, line={"tier": period.tier}, reason=reason, token=token, by=by)


def uphold(*, objection: Objection, remedy: str, answer: str, by: User) -> Objection:
    """Give the officer right: the fact is voided or left out of the index, or the tier ends; the index is computed
    anew at once, and a tier that rested on the fact ends as cleared. All in one transaction; history keeps it all."""
    with transaction.atomic():
        current = _ready(objection, answer, by)
        if remedy not in remedies(current):
            raise ValidationError({"remedy": _("Choose what is to be done.")})
        before = _index_of(current.officer_id)
        if current.entry is not None:
            _remedy(current, current.entry, remedy, answer, by)
        rescore_officers(officer_ids=[current.officer_id])
        _decide(
            current, State.UPHELD, answer, by, remedy=remedy, index_before=before,
            index_after=_index_of(current.officer_id),
        )  # fmt: skip
        _settle_tier(current, answer, by)
    return current


def refuse(*, objection: Objection, answer: str, by: User) -> Objection:
    """Turn an objection down; the officer reads the answer."""
    with transaction.atomic():
        current = _ready(objection, answer, by)
        _decide(current, State.REFUSED, answer, by)
    return current


def withdraw(*, objection: Objection, by: User) -> Objection:
    """Take back one's own objection while it waits."""
    if objection.filed_by_id != by.pk:
        raise ValidationError(_("Only the person who objected takes it back."), code="not_yours")
    with transaction.atomic():
        if not Objection.objects.filter(pk=objection.pk, state=State.OPEN).update(state=State.WITHDRAWN):
            raise ValidationError(_("This objection is answered already."), code="decided")
        end_task_by_key(key=objection.task_key, cancelled=True, by=by)
        _tell(objection, "objection.withdraw", by)
    objection.refresh_from_db()
    return objection


def remedies(objection: Objection) -> list[str]:
    """What can be done where the officer is right."""
    return [Remedy.CLOSE] if objection.entry_id is None else [Remedy.VOID, Remedy.LEAVE_OUT]


# --- steps ----------------------------------------------------------------------------------------------------


def _require_own(officer: Officer, reason: str, by: User) -> None:
    if by.officer_number != officer.pk:
        raise ValidationError(_("Only the officer objects to the own index."), code="not_yours")
    if len(reason.strip()) < SHORTEST_REASON:
        raise ValidationError({"reason": _("Say in a few words what is wrong.")})


def _file(*, officer: Officer, reason: str, by: User, **values: Any) -> Objection:
    with transaction.atomic():
        Officer.objects.select_for_update().filter(pk=officer.pk).first()
        about = {"entry": values["entry"]} if "entry" in values else {"entry": None, "period": values["period"]}
        if Objection.objects.filter(officer=officer, state=State.OPEN, **about).exists():
            raise ValidationError(_("Your objection to this waits already."), code="waits")
        answer_by = current_calendar().add_workdays(timezone.localdate(), settings.DISPUTE_ANSWER_WORKDAYS)
        objection = Objection.objects.create(
            officer=officer, reason=reason.strip()[:500], answer_by=answer_by, filed_by=by, **values
        )
        if officer.unit is not None:
            make_task(
                kind=Task.Kind.OBJECTION, key=objection.task_key, due_on=answer_by, officer=officer, unit=officer.unit,
                owner_role=REVIEWER, address=objection.address, by=by,
            )  # fmt: skip
            notices.send(
                "objection.waits", to=holders(REVIEWER, officer.unit), about=objection.pk, facts={"until": answer_by},
                by=by,
            )  # fmt: skip
        _tell(objection, "objection.file", by, reason)
    return objection


def _ready(objection: Objection, answer: str, by: User) -> Objection:
    if not answer.strip():
        raise ValidationError({"answer": _("Say why: the officer reads this.")})
    Officer.objects.select_for_update().filter(pk=objection.officer_id).first()
    current = Objection.objects.select_related("officer__unit", "entry", "period").get(pk=objection.pk)
    if current.state != State.OPEN:
        raise ValidationError(_("This objection is answered already."), code="decided")
    refusal = selectors.refusal_to_answer(viewer_for(by), current)
    if refusal:
        raise ValidationError(refusal, code="not_yours")
    return current


def _remedy(objection: Objection, entry: LedgerEntry, remedy: str, answer: str, by: User) -> None:
    """Void the fact in the ledger, or leave it out of the index from today on; days before today keep it."""
    if remedy == Remedy.VOID:
        if entry.voided_on is None:
            void_entry(entry=entry, reason=f"{objection.number} {answer}"[:200], by=by)
        return
    LeftOut.objects.get_or_create(
        entry=entry, defaults={"officer": objection.officer, "objection": objection, "since": timezone.localdate()}
    )


def _settle_tier(objection: Objection, answer: str, by: User) -> None:
    """End the tier where its ground is gone, and drop what waits on the old state of things."""
    period = open_period(objection.officer_id)
    score = CurrentScore.objects.filter(officer=objection.officer_id).first()
    if period is not None and _ground_is_gone(objection, period, score):
        reason = f"{objection.number} {answer}"
        end_period(period=period, how=Exit.CLEARED, reason=reason, index=score.index if score else None, by=by)
        CurrentScore.objects.filter(officer=objection.officer_id).update(confirmed_tier=Tier.NORMAL, low_runs=0)
        audit.record(
            by=by, action="tier.end", object_type="tier_period", object_id=period.pk, officer_id=period.officer_id,
            details={"tier": period.tier, "exit": Exit.CLEARED.value},
        )  # fmt: skip
    drop_pending(objection.officer_id)


def _ground_is_gone(objection: Objection, period: TierPeriod, score: CurrentScore | None) -> bool:
    if objection.entry_id is None:
        return period.pk == objection.period_id
    rested = period.proposal is not None and objection.entry_id in entries_of(period.proposal.lines)
    return rested and (score is None or rank(score.tier) < rank(period.tier))


def _index_of(officer_id: int) -> int | None:
    return CurrentScore.objects.filter(officer=officer_id).values_list("index", flat=True).first()


def _decide(objection: Objection, state: str, answer: str, by: User, **values: Any) -> None:
    rows = Objection.objects.filter(pk=objection.pk, state=State.OPEN)
    if not rows.update(state=state, answer=answer.strip()[:500], decided_by=by, decided_at=timezone.now(), **values):
        raise ValidationError(_("This objection is answered already."), code="decided")
    objection.refresh_from_db()
    end_task_by_key(key=objection.task_key, outcome=objection.get_state_display(), by=by)
    notices.send("objection.answered", to=[objection.filed_by], about=objection.pk, by=by)
    _tell(objection, "objection.uphold" if state == State.UPHELD else "objection.refuse", by, answer)


def _tell(objection: Objection, action: str, by: User, purpose: str = "") -> None:
    """The audit names the entry, never what it says: its readers open no dossier."""
    audit.record(
        by=by, action=action, object_type="objection", object_id=objection.pk, officer_id=objection.officer_id,
        purpose=purpose, details={"entry": objection.entry_id, "period": objection.period_id},
    )  # fmt: skip

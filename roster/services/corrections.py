"""Corrections of a dossier: asked for with evidence, decided by somebody else, applied with the old value kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit, notices
from police_hr.core.calendar import current_calendar
from police_hr.core.models import User
from roster.models import CorrectionRequest, LedgerEntry, Officer
from roster.models.career import CareerFact
from roster.selectors import corrections as selectors
from roster.selectors import facts
from roster.selectors.facts import Fact
from roster.services.facts import add_fact, change_fact, remove_fact
from roster.services.ledger import correct_entry, void_entry
from roster.services.officers import update_officer

State, Operation = CorrectionRequest.State, CorrectionRequest.Operation
SHORTEST_REASON = 4


@dataclass(frozen=True)
class Evidence:
    """Why, and what it rests on. `file` is the stored form of a file field: name, size, sha256."""

    reason: str
    document: str = ""
    file: Mapping[str, Any] | None = None


def request_correction(
    *,
    fact: Fact,
    operation: str,
    wanted: Mapping[str, Any],
    seen: Mapping[str, Any],
    evidence: Evidence,
    token: str,
    follows: CorrectionRequest | None = None,
    by: User,
) -> CorrectionRequest:
    """Ask for a correction of `fact`. `wanted` and `seen` are payloads of the fields that are to change.

    The same token of the same person gives the request that is there already. The officer's own request is a
    dispute: it is answered within `DISPUTE_ANSWER_WORKDAYS`. Raises ValidationError for a request that says nothing,
    or rests on nothing.
    """
    _require(fact, operation, wanted, evidence, by)
    own = by.officer_number == fact.officer.pk
    with transaction.atomic():
        Officer.objects.select_for_update().filter(pk=fact.officer.pk).first()
        made = CorrectionRequest.objects.filter(requested_by=by, token=token).first()
        if made is not None:
            return made
        request = CorrectionRequest.objects.create(
            officer=fact.officer,
            fact=fact.code,
            fact_number=fact.number,
            operation=operation,
            sensitivity=_class_of(fact, wanted),
            dispute=own,
            seen=dict(seen),
            wanted=dict(wanted),
            reason=evidence.reason.strip(),
            document=evidence.document.strip(),
            evidence=dict(evidence.file or {}),
            token=token,
            follows=follows,
            requested_by=by,
            answer_by=_answer_by() if own else None,
        )
        if follows is not None:
            CorrectionRequest.objects.filter(pk=follows.pk, state=State.OPEN).update(state=State.STALE)
        _tell(request, "correction.request", by, evidence.reason)
    return request


def approve(*, request: CorrectionRequest, note: str = "", by: User) -> CorrectionRequest:
    """Apply a request: the fact changes, the old value stays in its history, all in one transaction.

    Raises ValidationError where `by` may not decide it (`not_yours`), where it is decided already, and with the code
    `stale` where what stands there is no longer what the requester saw; the request is then marked stale.
    """
    try:
        with transaction.atomic():
            Officer.objects.select_for_update().filter(pk=request.officer_id).first()
            current = _open(request)
            _may_decide(current, by)
            result = _apply(current, _as_it_was_seen(current), by)
            _decide(current, State.APPLIED, note, by, result_number=result)
            _tell(current, "correction.approve", by, note)
            _notify(current, "correction.applied", by)
    except ValidationError as error:
        if getattr(error, "code", "") == "stale":
            _mark_stale(request, by)
        raise
    return CorrectionRequest.objects.get(pk=request.pk)


def refuse(*, request: CorrectionRequest, note: str, by: User) -> CorrectionRequest:
    """Refuse a request; the person who asked reads the note."""
    if not note.strip():
        raise ValidationError({"note": _("Say why: the person who asked reads this.")})
    with transaction.atomic():
        current = _open(request)
        _may_decide(current, by)
        _decide(current, State.REFUSED, note, by)
        _tell(current, "correction.refuse", by, note)
        _notify(current, "correction.refused", by)
    return CorrectionRequest.objects.get(pk=request.pk)


def withdraw(*, request: CorrectionRequest, by: User) -> CorrectionRequest:
    """Take back one's own request while nobody has decided it."""
    if request.requested_by_id != by.pk:
        raise ValidationError(_("Only the person who asked takes a request back."))
    with transaction.atomic():
        rows = CorrectionRequest.objects.filter(pk=request.pk, state__in=[State.OPEN, State.STALE])
        if not rows.update(state=State.WITHDRAWN):
            raise ValidationError(_("This request is decided already."))
        _tell(request, "correction.withdraw", by)
    return CorrectionRequest.objects.get(pk=request.pk)


# --- steps ----------------------------------------------------------------------------------------------------


def _require(fact: Fact, operation: str, wanted: Mapping[str, Any], evidence: Evidence, by: User) -> None:
    errors: dict[str, Any] = {}
    if len(evidence.reason.strip()) < SHORTEST_REASON:
        errors["reason"] = _("Say in a few words what is wrong.")
    late = isinstance(fact.row, LedgerEntry) and selectors.dispute_until(fact.row) < timezone.localdate()
    needs_paper = by.officer_number != fact.officer.pk or late
    if needs_paper and not evidence.document.strip() and not evidence.file:
        errors["document"] = _("Give the number of a document or attach a file: the second person decides by it.")
    if errors:
        raise ValidationError(errors)
    if operation != Operation.REMOVE and not wanted:
        raise ValidationError(_("Nothing differs from what is recorded."))
    if (operation == Operation.ADD) != (fact.row is None) or (
        operation == Operation.REMOVE and fact.code == facts.OFFICER
    ):
        raise ValidationError(_("This cannot be done to this fact."))


def _class_of(fact: Fact, wanted: Mapping[str, Any]) -> int:
    if fact.code == facts.OFFICER:
        return max((facts.class_of(fact.code, name) for name in wanted), default=1)
    return fact.sensitivity


def _answer_by() -> dt.date:
    return current_calendar().add_workdays(timezone.localdate(), settings.DISPUTE_ANSWER_WORKDAYS)


def _open(request: CorrectionRequest) -> CorrectionRequest:
    current = (
        CorrectionRequest.objects.select_for_update(of=("self",)).select_related("officer__unit").get(pk=request.pk)
    )
    if current.state != State.OPEN:
        raise ValidationError(_("This request is decided already."), code="decided")
    return current


def _as_it_was_seen(request: CorrectionRequest) -> Fact:
    """The fact, where it still is what the requester saw."""
    fact = selectors.fact_of(request)
    if fact is None or selectors.differing(request, fact):
        raise ValidationError(_("Somebody else changed this fact meanwhile."), code="stale")
    return fact


def _may_decide(request: CorrectionRequest, by: User) -> None:
    refusal = selectors.refusal_to_decide(request, by)
    if refusal:
        raise ValidationError(refusal, code="not_yours")


def _decide(request: CorrectionRequest, state: str, note: str, by: User, **values: Any) -> None:
    rows = CorrectionRequest.objects.filter(pk=request.pk, state=State.OPEN)
    if not rows.update(state=state, note=note.strip()[:500], decided_by=by, decided_at=timezone.now(), **values):
        raise ValidationError(_("This request is decided already."), code="decided")


def _mark_stale(request: CorrectionRequest, by: User) -> None:
    with transaction.atomic():
        if CorrectionRequest.objects.filter(pk=request.pk, state=State.OPEN).update(state=State.STALE):
            _tell(request, "correction.stale", by)
            _notify(request, "correction.overtaken", by)


def _apply(request: CorrectionRequest, fact: Fact, by: User) -> int:
    """Carry the change out through the service of its fact. Returns the number of the row that holds now."""
    row, reason = fact.row, request.reason
    if isinstance(row, LedgerEntry):
        if request.operation == Operation.REMOVE:
            return int(void_entry(entry=row, reason=reason, by=by).pk)
        return int(correct_entry(entry=row, changes=_entry_changes(row, request.wanted), reason=reason[:200], by=by).pk)
    if fact.code == facts.OFFICER:
        changes = facts.attributes_of(fact.code, request.wanted)
        return int(update_officer(officer=fact.officer, changes=changes, version=None, by=by).pk)
    values = facts.attributes_of(fact.code, request.wanted)
    if row is None:
        model = facts.CAREER[fact.code]
        return int(
            add_fact(
                model=model, officer=fact.officer, values=values, reason=reason, document=request.document, by=by
            ).pk
        )
    assert isinstance(row, CareerFact)  # noqa: S101  what is no officer and no entry is a career fact
    if request.operation == Operation.REMOVE:
        return int(remove_fact(fact=row, reason=reason, by=by).pk)
    return int(change_fact(fact=row, changes=values, reason=reason, document=request.document, by=by).pk)


def _entry_changes(entry: LedgerEntry, wanted: Mapping[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name, attribute in facts.ENTRY_FIELDS.items():
        if name not in wanted:
            continue
        value = wanted[name]
        if name == "AMOUNT":
            changes[attribute] = _number(value)
        else:
            changes[attribute] = dt.date.fromisoformat(value) if value else None
    own = {name: value for name, value in wanted.items() if name not in facts.ENTRY_FIELDS}
    if own:
        changes["payload"] = {k: v for k, v in {**entry.payload, **own}.items() if v is not None}
    return changes


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError as error:
        raise ValidationError({"AMOUNT": _("This is not a number.")}) from error


def _notify(request: CorrectionRequest, code: str, by: User) -> None:
    """The person who asked learns that it is decided; what was decided they read on the page."""
    facts = {"day": timezone.localdate(request.requested_at)}
    notices.send(code, to=[request.requested_by], about=request.pk, facts=facts, by=by)


def _tell(request: CorrectionRequest, action: str, by: User, purpose: str = "") -> None:
    """The audit names fact and fields, never values: its readers open no dossier."""
    audit.record(
        by=by,
        action=action,
        object_type="correction",
        object_id=request.pk,
        officer_id=request.officer_id,
        purpose=purpose,
        details={
            "fact": f"{request.fact}.{request.fact_number or facts.NEW}",
            "operation": request.operation,
            "fields": sorted(request.wanted),
        },
    )

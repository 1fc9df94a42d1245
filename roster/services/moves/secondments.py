"""Secondments in their term: prolonged, ended early, and ending by themselves."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from roster.models import LedgerEntry, Move, Officer, Posting
from roster.services.ledger import close_entry, correct_entry
from roster.services.moves.checks import LONGEST_SECONDMENT

if TYPE_CHECKING:
    from police_hr.core.models import User

State = Move.State


def set_last_day(*, move: Move, until: dt.date, document: str, by: User | None) -> Move:
    """Give a running secondment another last day: later prolongs it, earlier ends it early. A last day before today
    ends it now. The second unit sees the officer exactly as long as the term lasts.

    Raises ValidationError for a day before the first, before yesterday, or one too far ahead.
    """
    today = timezone.localdate()
    if not document.strip():
        raise ValidationError({"document": _("Say by which document.")})
    with transaction.atomic():
        move = Move.objects.select_for_update(of=("self",)).select_related("order", "entry").get(pk=move.pk)
        if move.state != State.DONE or move.ends_on is None:
            raise ValidationError(_("This secondment no longer runs."))
        if until == move.ends_on:
            raise ValidationError({"until": _("This is its last day already.")})
        if until < move.effective_on or until < today - dt.timedelta(days=1):
            raise ValidationError({"until": _("The last day cannot lie before yesterday or before the first day.")})
        if (until - today).days > LONGEST_SECONDMENT:
            raise ValidationError({"until": _("A secondment lasts at most three years; then it is prolonged.")})
        before = move.ends_on
        Posting.objects.filter(pk=move.trace.get("posting", 0)).update(ends_on=until)
        Move.objects.filter(pk=move.pk).update(ends_on=until, entry=_rewrite(move, until, document, by))
        audit.record(
            by=by,
            action="move.prolong" if until > before else "move.shorten",
            object_type="move",
            object_id=move.order_id,
            officer_id=move.officer_id,
            details={"from": before.isoformat(), "to": until.isoformat(), "document": document},
        )
        move.refresh_from_db()
        if until < today:
            _end(move, by)
            move.refresh_from_db()
    return move


def end_due_secondments() -> int:
    """End the secondments whose last day has passed. Who sees the officer was settled by the days already; this
    closes the books. Returns how many ended."""
    over = Move.objects.filter(state=State.DONE, ends_on__lt=timezone.localdate()).select_related("entry")
    ended = 0
    for move in over.order_by("pk"):
        with transaction.atomic():
            ended += _end(move, None)
    return ended


def _end(move: Move, by: User | None) -> int:
    if not Move.objects.filter(pk=move.pk, state=State.DONE).update(state=State.ENDED):
        return 0
    entry = (
        LedgerEntry.objects.select_related("kind").filter(pk=move.entry_id or 0, voided_on=None, closed_on=None).first()
    )
    if entry is not None and move.ends_on is not None:
        close_entry(entry=entry, on=max(move.ends_on, entry.occurred_on), by=by)
    others = Move.objects.filter(officer=move.officer_id, state=State.DONE, ends_on__isnull=False)
    if "state" in move.trace and not others.filter(order__unit=None).exists():
        lent = Officer.objects.filter(pk=move.officer_id, status=Officer.Status.SECONDED)
        lent.update(status=Officer.Status.SERVING, version=F("version") + 1)
    audit.record(
        by=by,
        action="move.end",
        object_type="move",
        object_id=move.order_id,
        officer_id=move.officer_id,
        details={"on": move.ends_on.isoformat() if move.ends_on else ""},
    )
    return 1


def _rewrite(move: Move, until: dt.date, document: str, by: User | None) -> LedgerEntry | None:
    """The ledger's entry with the new period; the old one stays readable, struck through."""
    entry = move.entry
    if entry is None or entry.voided_on is not None:
        return entry
    period = {"from": move.effective_on.isoformat(), "to": until.isoformat()}
    reason = _("new last day by %(document)s") % {"document": document}
    return correct_entry(entry=entry, changes={"payload": {**entry.payload, "period": period}}, reason=reason, by=by)

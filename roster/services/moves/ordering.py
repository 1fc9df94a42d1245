"""Taking an order: checked, kept once however often its form is sent, carried out at once or on its day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from roster.models import Move, MoveOrder, Officer
from roster.selectors.moves import seen_of, standing_words
from roster.services.moves.carrying import carry_out
from roster.services.moves.checks import check_officer, check_order

if TYPE_CHECKING:
    from police_hr.core.models import User

MOST = 500
STALE = "stale"


def order_move(
    *, order: MoveOrder, officers: Sequence[Officer], seen: Mapping[int, str] | None = None, by: User | None
) -> MoveOrder:
    """Order a move of `officers`: `order` is not saved yet. For today or a past day all are carried out, or none;
    for a later day they wait.

    `seen` says what state each officer was seen in (`selectors.moves.seen_of`): where somebody else changed it
    meanwhile nothing is written, and the error (code `STALE`) says what holds now. The same token of the same
    person gives the order that is there already. Raises ValidationError by field.
    """
    if not 1 <= len(officers) <= MOST:
        raise ValidationError(_("One order moves 1 to %(most)d officers.") % {"most": MOST})
    check_order(order)
    with transaction.atomic():
        ids = sorted(officer.pk for officer in officers)
        # In the order of their ids, so that two orders over the same people never wait for each other.
        locked = list(Officer.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        made = MoveOrder.objects.filter(created_by=by, token=order.token).first() if order.token else None
        if made is not None:
            return made
        _refuse_stale(locked, seen or {})
        errors = [message for officer in locked for message in _refusals(order, officer)]
        if errors:
            raise ValidationError(errors)
        order.created_by = by
        order.save(force_insert=True)
        moves = Move.objects.bulk_create(
            Move(order=order, officer=officer, effective_on=order.effective_on, ends_on=order.ends_on)
            for officer in locked
        )
        audit.record(
            by=by,
            action="move.order",
            object_type="move",
            object_id=order.pk,
            officer_id=locked[0].pk if len(locked) == 1 else None,
            purpose=order.reason,
            details={
                "kind": order.kind, "document": order.document, "on": order.effective_on.isoformat(),
                "officers": len(locked), "to": order.unit_id,
            },
        )  # fmt: skip
        if order.effective_on <= timezone.localdate():
            for move in moves:
                carry_out(move, by=by)
    return order


def cancel_order(*, order: MoveOrder, by: User) -> int:
    """Cancel what of an order still waits for its day. Returns how many moves that were.

    Raises ValidationError where nothing waits any more.
    """
    with transaction.atomic():
        waiting = Move.objects.filter(order=order, state=Move.State.PENDING)
        count = waiting.update(state=Move.State.CANCELLED, settled_by=by)
        if not count:
            raise ValidationError(_("Nothing of this order waits any more."))
        audit.record(
            by=by, action="move.cancel", object_type="move", object_id=order.pk,
            details={"kind": order.kind, "document": order.document, "officers": count},
        )  # fmt: skip
    return count


def _refusals(order: MoveOrder, officer: Officer) -> list[str]:
    try:
        check_officer(order, officer)
    except ValidationError as error:
        return list(error.messages)
    return []


def _refuse_stale(officers: Sequence[Officer], seen: Mapping[int, str]) -> None:
    changed = [officer for officer in officers if officer.pk in seen and seen[officer.pk] != seen_of(officer)]
    if changed:
        words = [
            _("Somebody else changed %(officer)s meanwhile: now %(now)s.")
            % {"officer": officer.label, "now": standing_words(officer)}
            for officer in changed
        ]
        words.append(_("Nothing was written. Your entries stand below; look at them again and confirm once more."))
        raise ValidationError([ValidationError(text, code=STALE) for text in words])

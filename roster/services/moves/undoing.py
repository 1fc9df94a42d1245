"""Undoing a move on its day, by the person who ordered it: a correction that leaves its trace, not a deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from police_hr.core.access import Viewer
from roster.models import Move, MoveOrder, Officer
from roster.services.moves import accounts, facts

if TYPE_CHECKING:
    from police_hr.core.models import User

State = Move.State


def may_undo(viewer: Viewer, order: MoveOrder, moves: list[Move]) -> bool:
    """Whether `viewer` may undo the order: they gave it, and it took effect today."""
    today = timezone.localdate()
    in_effect = [move for move in moves if move.state == State.DONE]
    return (
        viewer.user is not None
        and order.created_by_id == viewer.user.pk
        and bool(in_effect)
        and all(move.carried_out_at and timezone.localdate(move.carried_out_at) == today for move in in_effect)
    )


def undo_order(*, order: MoveOrder, reason: str, by: User) -> int:
    """Take back what an order did today, for all its officers or for none. Returns how many those were.

    The order, its ledger entries (void, with the reason) and the audit events stay readable; the career is as it
    was. Roles that ended with the move are laid before the security administrator, never given back by themselves.
    Raises ValidationError on another day, for another person, or where something later was built on it.
    """
    if len(reason.strip()) < 2:
        raise ValidationError({"reason": _("Say what was wrong.")})
    with transaction.atomic():
        moves = list(Move.objects.select_for_update().filter(order=order, state=State.DONE).order_by("officer"))
        if not may_undo(Viewer(user=by), order, moves):
            raise ValidationError(
                _("Only the person who ordered a move undoes it, on the day it took effect. Later it is corrected.")
            )
        for move in moves:
            _undo(move, by)
        audit.record(
            by=by, action="move.undo", object_type="move", object_id=order.pk, purpose=reason.strip(),
            details={"kind": order.kind, "document": order.document, "officers": len(moves)},
        )  # fmt: skip
    return len(moves)


def _undo(move: Move, by: User) -> None:
    officer = Officer.objects.select_for_update().get(pk=move.officer_id)
    later = Move.objects.filter(officer=officer, pk__gt=move.pk, state=State.DONE).exists()
    if later:
        raise ValidationError(
            _("%(officer)s was moved again after it; that move must be undone first.") % {"officer": officer.label}
        )
    facts.take_back(move.trace, officer)
    facts.void_entry_of(move.entry, by)
    Move.objects.filter(pk__in=move.trace.get("secondments", ()), state=State.ENDED).update(state=State.DONE)
    accounts.ask_for_return(move)
    Move.objects.filter(pk=move.pk).update(state=State.UNDONE, settled_by=by)

"""Carrying a move out for one officer: fact, ledger entry, audit event and accounts in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from police_hr.core import audit, notices
from roster.models import Move, MoveOrder, Officer, Unit
from roster.services.moves import accounts, facts
from roster.services.moves.checks import LEAVING, MAIN_KINDS, check_officer

if TYPE_CHECKING:
    from police_hr.core.models import User

State = Move.State


def carry_out(move: Move, *, by: User | None) -> Move:
    """Let a pending move take effect. Of two at the same moment the second finds it done and changes nothing.

    Raises ValidationError where the officer's state no longer allows it; nothing is written then.
    """
    with transaction.atomic():
        officer = Officer.objects.select_for_update().get(pk=move.officer_id)
        if not Move.objects.filter(pk=move.pk, state=State.PENDING).update(
            state=State.DONE, carried_out_at=timezone.now(), settled_by=by
        ):
            move.refresh_from_db()
            return move
        order = MoveOrder.objects.select_related("unit").get(pk=move.order_id)
        check_officer(order, officer)
        old_unit = Unit.objects.filter(pk=officer.unit_id or 0).first()
        trace = facts.write_fact(order, officer, by)
        entry = facts.write_entry(order, officer, old_unit.pk if old_unit else None, by)
        leaves = order.kind in LEAVING
        if leaves:
            facts.close_secondments(officer, order.effective_on, by)
            ended = Move.objects.filter(officer=officer, state=State.DONE, ends_on__gte=order.effective_on)
            trace["secondments"] = list(ended.values_list("pk", flat=True))
            ended.update(state=State.ENDED)
        new_unit = (order.unit or old_unit) if order.kind in MAIN_KINDS else old_unit
        told = accounts.follow_move(move, old_unit, new_unit, leaves=leaves, by=by)
        Move.objects.filter(pk=move.pk).update(trace=trace, entry=entry)
        audit.record(
            by=by,
            action="move.carry_out",
            object_type="move",
            object_id=move.order_id,
            officer_id=officer.pk,
            details={
                "kind": order.kind,
                "document": order.document,
                "on": order.effective_on.isoformat(),
                "from": old_unit.pk if old_unit else None,
                "to": order.unit_id,
                "notices": len(told),
            },
        )
    move.refresh_from_db()
    return move


def carry_out_due() -> tuple[int, int]:
    """Carry out every move whose day has come; a beat asks at 00:00 and again every few minutes, so that a missed
    midnight is made good. A move that its officer's state no longer allows is marked, with the reason, for the
    personnel office. Returns how many took effect and how many could not."""
    due = Move.objects.filter(state=State.PENDING, effective_on__lte=timezone.localdate())
    done = failed = 0
    for move in due.select_related("order__created_by").order_by("effective_on", "pk"):
        try:
            carry_out(move, by=move.order.created_by)
            done += 1
        except ValidationError as error:
            failed += _fail(move, " ".join(error.messages))
    return done, failed


def _fail(move: Move, problem: str) -> int:
    with transaction.atomic():
        marked = Move.objects.filter(pk=move.pk, state=State.PENDING).update(state=State.FAILED, problem=problem[:300])
        if marked:
            audit.record(
                by=None,
                action="move.fail",
                object_type="move",
                object_id=move.order_id,
                officer_id=move.officer_id,
                details={"problem": problem[:300]},
            )
            order = move.order
            notices.send(
                "move.failed", to=[order.created_by], about=order.pk, key=str(move.pk), facts={"on": move.effective_on}
            )
    return marked

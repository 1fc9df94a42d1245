"""Moves under faults: broken between two steps, two people at once, a form sent by two hands."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.utils import timezone

from roster.models import LedgerEntry, Move, MoveOrder, Officer, Posting
from roster.selectors.moves import seen_of
from roster.services.moves import accounts, carrying, facts
from roster.services.moves.ordering import order_move
from tests.factories.cast import Cast, cast
from tests.factories.force import install_defaults
from tests.factories.moves import days, move, order

Broken = RuntimeError("power cut")


def broken(*_args: Any, **_more: Any) -> Any:
    raise Broken


def state(officer: Officer) -> tuple[Any, ...]:
    return (
        Officer.objects.values_list("unit", "post", "status", "version").get(pk=officer.pk),
        list(Posting.objects.filter(officer=officer).order_by("pk").values_list("pk", "unit", "ends_on")),
        LedgerEntry.objects.filter(officer=officer).count(),
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("where", "step"), [(facts, "write_fact"), (facts, "write_entry"), (accounts, "follow_move")])
def test_a_crash_between_two_steps_leaves_nothing_and_the_next_round_finishes(
    monkeypatch: pytest.MonkeyPatch, where: Any, step: str
):
    install_defaults()
    force = cast()
    waiting = move("transfer", force.officer_a, unit=force.branch_b, effective_on=days(1)).moves.get()
    MoveOrder.objects.update(effective_on=timezone.localdate())
    Move.objects.update(effective_on=timezone.localdate())
    before = state(force.officer_a)
    with monkeypatch.context() as patched:
        patched.setattr(where, step, broken)
        with pytest.raises(RuntimeError):
            carrying.carry_out_due()
    assert state(force.officer_a) == before
    waiting.refresh_from_db()
    assert waiting.state == Move.State.PENDING
    assert carrying.carry_out_due() == (1, 0)
    assert Officer.objects.get(pk=force.officer_a.pk).unit == force.branch_b


def at_once(force: Cast, orders: list[MoveOrder], users: list[Any]) -> list[str]:
    """Give the orders over the same officer in threads of their own; what each came to."""
    seen = {force.officer_a.pk: seen_of(force.officer_a)}
    start, found = threading.Barrier(len(orders)), []

    def run(one: MoveOrder, by: Any) -> None:
        try:
            start.wait()
            found.append(f"order {order_move(order=one, officers=[force.officer_a], seen=seen, by=by).pk}")
        except ValidationError:
            found.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in zip(orders, users, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    connection.close()
    return sorted(found)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_the_same_moment_one_moves_the_officer():
    install_defaults()
    force = cast()
    orders = [order("transfer", unit=force.branch_b, document=f"文{n}", post=f"岗{n}") for n in range(2)]
    found = at_once(force, orders, [force["hr_cadre"], force["political_director"]])
    assert [word.partition(" ")[0] for word in found] == ["order", "refused"]
    assert Posting.objects.filter(officer=force.officer_a, ends_on=None).count() == 1
    assert MoveOrder.objects.count() == Move.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_the_same_moment_is_one_order():
    install_defaults()
    force = cast()
    orders = [order("transfer", unit=force.branch_b, token="b" * 24) for _time in range(2)]
    found = at_once(force, orders, [force["hr_cadre"]] * 2)
    assert len(set(found)) == 1
    assert found[0].startswith("order")
    assert MoveOrder.objects.count() == 1

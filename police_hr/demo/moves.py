"""Moves of people in the invented force: some wait for their day, some are lent to other units, one was cancelled."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from police_hr.core.models import User
from police_hr.demo.force import Force
from police_hr.demo.writing import unit_ids
from roster.models import MoveOrder, Officer, Unit
from roster.services.moves.ordering import cancel_order, order_move

Kind = MoveOrder.Kind
WAITING, LENT = 4, 6


def order_some(force: Force) -> None:
    """Let the personnel office order a few moves, once. Each order is a transaction of its own."""
    role = next((role for role in force.cast if role.role == "hr_cadre"), None)
    if role is None or MoveOrder.objects.exists():
        return
    by = User.objects.get(badge_no=force.people[role.person].badge_no)
    units = list(Unit.objects.filter(pk__in=unit_ids(force), numchild=0, active_to=None).order_by("path"))
    cast = [force.people[one.person].badge_no for one in force.cast]
    free = Officer.objects.filter(post_level="L0", staffing="police", status=Officer.Status.SERVING, left_on=None)
    people = list(free.exclude(badge_no__in=cast).order_by("-badge_no").select_related("unit")[: 2 * LENT + WAITING])
    if len(units) < LENT + WAITING or len(people) < LENT + WAITING + 3:
        return
    today = timezone.localdate()
    places = [units[place * len(units) // (LENT + WAITING)] for place in range(LENT + WAITING)]
    for number, unit in enumerate(places[:LENT]):
        officer = people[number]
        if unit.pk != officer.unit_id:
            until = today + dt.timedelta(days=20 + 45 * number)
            _order(Kind.SECONDMENT, [officer], number, by, unit=unit, post="专案民警", ends_on=until)
    for number, unit in enumerate(places[LENT:]):
        officer = people[LENT + number]
        on = today + dt.timedelta(days=3 + 7 * number)
        if unit.pk != officer.unit_id:
            _order(Kind.TRANSFER, [officer], LENT + number, by, unit=unit, effective_on=on)
    several = people[LENT + WAITING :][:3]
    _order(Kind.ROTATION, several, 40, by, unit=places[0], effective_on=today + dt.timedelta(days=30))
    called_off = _order(Kind.TRANSFER, several[:1], 41, by, unit=places[1], effective_on=today + dt.timedelta(days=9))
    cancel_order(order=called_off, by=by)


def _order(kind: str, officers: list[Officer], number: int, by: User, **said: object) -> MoveOrder:
    today = timezone.localdate()
    values = {"effective_on": today, "document": f"示干任〔{today.year}〕{60 + number}号"} | said
    return order_move(order=MoveOrder(kind=kind, **values), officers=officers, by=by)

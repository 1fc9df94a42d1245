"""Orders of moves, for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from police_hr.core.models import User
from roster.models import MoveOrder, Officer
from roster.services.moves.ordering import order_move


def order(kind: str, **more: Any) -> MoveOrder:
    """An order that is not given yet: from today, with a document."""
    return MoveOrder(kind=kind, **{"document": "示干任〔2026〕1号", "effective_on": timezone.localdate()} | more)


def move(kind: str, *officers: Officer, by: User | None = None, **more: Any) -> MoveOrder:
    """Give an order for these officers."""
    return order_move(order=order(kind, **more), officers=officers, by=by)


def days(number: int) -> dt.date:
    """A day so many days from today."""
    return timezone.localdate() + dt.timedelta(days=number)

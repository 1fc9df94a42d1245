"""Keeping the working-day calendar: one day at a time, each change with its trace."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from police_hr.core import audit
from police_hr.core.models import User, WorkCalendarDay


@transaction.atomic
def set_day(*, day: dt.date, kind: str, name: str = "", by: User | None) -> WorkCalendarDay:
    """Enter `day` as a working day, a rest day, a public holiday or a working day in lieu."""
    if kind not in WorkCalendarDay.Kind.values:
        raise ValidationError({"kind": _("There is no such kind of day.")})
    before = WorkCalendarDay.objects.filter(date=day).values_list("kind", flat=True).first() or ""
    row, _created = WorkCalendarDay.objects.update_or_create(
        date=day, defaults={"kind": kind, "name": name.strip(), "source": str(by or "")[:80]}
    )
    _trace(by, day, before, kind)
    return row


@transaction.atomic
def clear_day(*, day: dt.date, by: User | None) -> None:
    """Take the entry of `day` away: its weekday decides again. Nothing happens where there is none."""
    row = WorkCalendarDay.objects.filter(date=day).first()
    if row is not None:
        row.delete()
        _trace(by, day, row.kind, "")


def _trace(by: User | None, day: dt.date, before: str, after: str) -> None:
    audit.record(
        by=by,
        action="calendar.set_day",
        object_type="calendar",
        object_id=day.isoformat(),
        details={"before": before, "after": after},
    )

"""Tasks: made once, ended once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from roster.models import Officer, Unit
from workflows.models import Task

if TYPE_CHECKING:
    from police_hr.core.models import User

CLOSING_TIME = dt.time(18)


def end_of_day(day: dt.date) -> dt.datetime:
    """18:00 of that day, when the office closes."""
    return timezone.make_aware(dt.datetime.combine(day, CLOSING_TIME))


def make_task(
    *,
    kind: str,
    key: str,
    due_on: dt.date,
    officer: Officer | None = None,
    unit: Unit | None = None,
    owner_role: str = "",
    assignee: User | None = None,
    title: str = "",
    address: str = "",
    by: User | None,
) -> Task:
    """Make the task `key`, due at the end of `due_on`. A key that is there already gives the task that is there.

    Somebody must own it: `assignee`, or `owner_role` over `unit`. Raises ValidationError where nobody does.
    """
    if assignee is None and not (owner_role and unit is not None):
        raise ValidationError(_("A task belongs to somebody: name a person, or a role and a unit."))
    with transaction.atomic():
        task, made = Task.objects.get_or_create(
            key=key,
            defaults={
                "kind": kind, "officer": officer, "unit": unit, "owner_role": owner_role, "assignee": assignee,
                "title": title, "address": address, "due_at": end_of_day(due_on), "made_by": by,
            },
        )  # fmt: skip
        if made:
            _tell(task, "task.make", by)
    return task


def end_task(*, task: Task, outcome: str = "", cancelled: bool = False, by: User | None) -> Task:
    """Say that a task is done, or that it is no longer wanted. One that has ended stays as it ended."""
    state = Task.State.CANCELLED if cancelled else Task.State.DONE
    with transaction.atomic():
        rows = Task.objects.filter(pk=task.pk, state=Task.State.OPEN)
        ended = rows.update(state=state, outcome=outcome[:300], ended_by=by, ended_at=timezone.now())
        task.refresh_from_db()
        if ended:
            _tell(task, "task.cancel" if cancelled else "task.end", by)
    return task


def end_task_by_key(*, key: str, outcome: str = "", cancelled: bool = False, by: User | None) -> Task | None:
    """`end_task` for what knows a task by its key only; None where there is none."""
    task = Task.objects.filter(key=key).first()
    return end_task(task=task, outcome=outcome, cancelled=cancelled, by=by) if task is not None else None


def add_measurement(*, key: str, day: dt.date, name: str, value: float, by: User | None) -> None:
    """Write a plain measurement beside a task, such as a number before and after. The same day and name once."""
    with transaction.atomic():
        task = Task.objects.select_for_update().filter(key=key).first()
        if task is None:
            return
        kept = [one for one in task.measurements if (one["day"], one["name"]) != (day.isoformat(), name)]
        task.measurements = [*kept, {"day": day.isoformat(), "name": name, "value": value}]
        task.save(update_fields=["measurements"])
        audit.record(by=by, action="task.measure", object_type="task", object_id=task.pk, officer_id=task.officer_id)


def _tell(task: Task, action: str, by: User | None) -> None:
    audit.record(
        by=by, action=action, object_type="task", object_id=task.pk, officer_id=task.officer_id,
        details={"kind": task.kind, "due": task.due_at.isoformat()},
    )  # fmt: skip

"""Tasks as their owners see them: one's own, and those of the roles one holds over the task's unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from police_hr.core.access import Viewer
from police_hr.core.calendar import current_calendar
from police_hr.core.roles import ROLES, Permission
from roster.access import path_range
from workflows.models import Task


@dataclass(frozen=True)
class ShownTask:
    """A task of a list: until when in words, whether that has passed, who is in charge."""

    task: Task
    due: str
    is_late: bool
    is_today: bool
    owner: str


def tasks_for(viewer: Viewer) -> QuerySet[Task]:
    """The tasks that `viewer` owns: named, or by a role held over the unit of the task."""
    mine = Q(assignee=viewer.user) if viewer.user is not None else Q(pk=None)
    for grant in viewer.grants:
        mine |= Q(assignee=None, owner_role=grant.role.code) & path_range(grant.unit_path, "unit__path")
    return Task.objects.filter(mine).select_related("officer", "unit", "assignee")


def task_for(viewer: Viewer, pk: int) -> Task | None:
    return tasks_for(viewer).filter(pk=pk).first()


def open_rows(viewer: Viewer) -> QuerySet[Task] | None:
    """The tasks that wait, behind the number in the menu; None shows none."""
    return tasks_for(viewer).filter(state=Task.State.OPEN) if viewer.has(Permission.TASK_VIEW) else None


def heaps(viewer: Viewer) -> dict[str, QuerySet[Task]]:
    """The lists of the page: to be done (due first), overdue among them, ended (newest first)."""
    every, now = tasks_for(viewer), timezone.now()
    waiting = every.filter(state=Task.State.OPEN).order_by("due_at", "pk")
    return {
        "open": waiting,
        "late": waiting.filter(due_at__lt=now),
        "ended": every.exclude(state=Task.State.OPEN).order_by("-ended_at", "-pk"),
    }


def listed(tasks: Sequence[Task], now: dt.datetime | None = None) -> list[ShownTask]:
    """Tasks with the words of their list."""
    moment, calendar = now or timezone.now(), current_calendar()
    today = timezone.localtime(moment).date()
    found = []
    for task in tasks:
        is_open = task.state == Task.State.OPEN
        found.append(
            ShownTask(
                task,
                calendar.due_words(task.due_at, moment) if is_open else "",
                is_open and task.due_at < moment,
                is_open and timezone.localtime(task.due_at).date() == today,
                task.assignee.name if task.assignee is not None else ROLES[task.owner_role].label,
            )
        )
    return found

"""A task: an obligation with somebody who owns it, a moment by which it is due, and what ended it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from police_hr.core.roles import UNIT_ROLES


class Task(models.Model):
    """One obligation. It never stands without an owner: a person, or those who hold `owner_role` over `unit`.

    Whatever makes a task names it by `key`, so that asking twice makes one. Titles are neutral: they are read by
    everybody who may see the list and go into reminders; what it is about stands behind `address`.
    """

    class Kind(models.TextChoices):
        PLAN = "plan", _("help plan")
        OBJECTION = "objection", _("objection to be answered")
        ADVICE = "advice", _("confidential advice")

    class State(models.TextChoices):
        OPEN = "open", _("to be done")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    key = models.CharField(_("key"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    officer = models.ForeignKey(
        "roster.Officer", verbose_name=_("officer"), null=True, on_delete=models.CASCADE, related_name="tasks"
    )
    unit = models.ForeignKey(
        "roster.Unit", verbose_name=_("unit"), null=True, on_delete=models.PROTECT, related_name="tasks"
    )
    owner_role = models.CharField(
        _("role in charge"), max_length=40, blank=True, choices=[(role, role) for role in UNIT_ROLES]
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person in charge"), null=True, on_delete=models.PROTECT,
        related_name="tasks",
    )  # fmt: skip
    # where the work is done; a path of this site
    address = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField(_("due"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    # plain measurements that whoever made the task writes beside it: [{"day", "name", "value"}, …]
    measurements = models.JSONField(default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(_("outcome"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["state", "due_at"]), models.Index(fields=["unit", "state", "due_at"])]
        constraints = [
            models.CheckConstraint(
                name="workflows_task_has_owner",
                condition=Q(assignee__isnull=False) | (Q(unit__isnull=False) & ~Q(owner_role="")),
            ),
            models.CheckConstraint(
                name="workflows_task_ended_at",
                condition=Q(state="open", ended_at=None) | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.get_kind_display())

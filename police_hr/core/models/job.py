"""Background jobs. The row is the truth; the broker only wakes workers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JobRun(models.Model):
    """One background job: who asked for what, how far it is, what came of it.

    A worker holds it by a lease that it renews; a job whose lease ran out is waiting again. `token`
    names the present holder: a worker that lost its lease can no longer write to the row. Shards of
    a job are jobs with a `parent`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    OPEN = (State.WAITING, State.RUNNING)

    handler = models.CharField(_("kind"), max_length=60)
    params = models.JSONField(_("parameters"), default=dict)
    parent = models.ForeignKey(
        "self", verbose_name=_("part of"), null=True, blank=True, on_delete=models.CASCADE, related_name="shards"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    # Two starts with the same key are one job while it is open.
    key = models.CharField(_("key"), max_length=120, blank=True, default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("started by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    done = models.BigIntegerField(_("done"), default=0)
    total = models.BigIntegerField(_("of"), default=0)
    message = models.CharField(_("stage"), max_length=200, blank=True)
    log = models.TextField(_("log"), blank=True)
    error = models.TextField(_("error"), blank=True)
    result = models.JSONField(_("result"), default=dict)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    max_attempts = models.PositiveSmallIntegerField(_("attempts at most"), default=5)
    cancel_asked = models.BooleanField(_("to be cancelled"), default=False)
    token = models.CharField(max_length=32, blank=True, default="")
    worker = models.CharField(_("worker"), max_length=80, blank=True, default="")
    lease_until = models.DateTimeField(null=True)
    woken_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(fields=["state", "lease_until"]),
            models.Index(fields=["parent", "state"]),
            models.Index(fields=["handler", "-created_at"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="core_jobrun_one_open_per_key",
                fields=["key"],
                condition=Q(state__in=["waiting", "running"]) & ~Q(key=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handler} #{self.pk} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def percent(self) -> int:
        """Progress in whole per cent; 0 while the total is unknown."""
        if self.state == self.State.DONE:
            return 100
        return min(99, int(100 * self.done / self.total)) if self.total else 0

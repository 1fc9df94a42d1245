"""Moves of people: what was ordered, for whom, from when; and what it means for their accounts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from police_hr.core.days import DayField
from police_hr.core.roles import ROLES


class MoveOrder(models.Model):
    """One decision with one document: a kind of move, from a day on, for one officer or for many.

    A future day makes it wait; a beat carries it out at 00:00 of that day. What an order says never changes: it is
    carried out, cancelled before its day, or undone on the day it was carried out.
    """

    class Kind(models.TextChoices):
        TRANSFER = "transfer", pgettext_lazy("kind of move", "Transfer")
        ROTATION = "rotation", pgettext_lazy("kind of move", "Rotation")
        SECONDMENT = "secondment", pgettext_lazy("kind of move", "Secondment")
        CONCURRENT = "concurrent", pgettext_lazy("kind of move", "Concurrent post")
        POST_UP = "post_up", pgettext_lazy("kind of move", "Promotion to a post")
        POST_DOWN = "post_down", pgettext_lazy("kind of move", "Demotion of post")
        GRADE_UP = "grade_up", pgettext_lazy("kind of move", "Promotion of grade")
        GRADE_DOWN = "grade_down", pgettext_lazy("kind of move", "Demotion of grade")
        RANK_UP = "rank_up", pgettext_lazy("kind of move", "Promotion of police rank")
        RANK_DOWN = "rank_down", pgettext_lazy("kind of move", "Lowering of police rank")
        RETIREMENT = "retirement", pgettext_lazy("kind of move", "Retirement")
        RESIGNATION = "resignation", pgettext_lazy("kind of move", "Resignation, dismissal")
        TRANSFER_OUT = "transfer_out", pgettext_lazy("kind of move", "Transfer out of the force")
        DEATH = "death", pgettext_lazy("kind of move", "Death")
        RETURN = "return", pgettext_lazy("kind of move", "Return to the force")

    class Leaving(models.TextChoices):
        RESIGNED = "resigned", _("Resigned")
        DISMISSED = "dismissed", _("Dismissed")
        REMOVED = "removed", _("Removed from the service")

    kind = models.CharField(_("kind of move"), max_length=12, choices=Kind.choices)
    document = models.CharField(_("document number"), max_length=80)
    effective_on = DayField(_("takes effect on"))
    # the last day of a secondment
    ends_on = DayField(_("until"), null=True, blank=True)
    unit = models.ForeignKey(
        "roster.Unit", verbose_name=_("unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # where somebody is lent to outside the force
    host = models.CharField(_("host outside the force"), max_length=80, blank=True)
    post = models.CharField(_("post"), max_length=60, blank=True)
    level = models.CharField(_("post level"), max_length=10, blank=True)
    rank = models.CharField(_("police rank"), max_length=10, blank=True)
    grade = models.CharField(_("grade"), max_length=10, blank=True)
    leaving = models.CharField(_("how the service ends"), max_length=12, blank=True, choices=Leaving.choices)
    reason = models.CharField(_("why the day lies in the past"), max_length=200, blank=True)
    note = models.CharField(_("remark"), max_length=200, blank=True)
    # what a form carries, so that one sent twice makes one order
    token = models.CharField(max_length=24, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("ordered by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("ordered at"), auto_now_add=True)

    class Meta:
        verbose_name = _("move order")
        verbose_name_plural = _("move orders")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="roster_moveorder_once", fields=["created_by", "token"], condition=~Q(token="")
            ),
            models.CheckConstraint(
                name="roster_moveorder_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gte=F("effective_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.document}".strip()


class Move(models.Model):
    """An order as it concerns one officer: whether it holds, and what it wrote, so that it can be put right."""

    class State(models.TextChoices):
        PENDING = "pending", _("waits for its day")
        DONE = "done", _("in effect")
        ENDED = "ended", pgettext_lazy("state of a secondment", "ended")
        FAILED = "failed", _("could not take effect")
        CANCELLED = "cancelled", _("cancelled")
        UNDONE = "undone", _("undone")

    order = models.ForeignKey(MoveOrder, on_delete=models.PROTECT, related_name="moves")
    officer = models.ForeignKey(
        "roster.Officer", verbose_name=_("officer"), on_delete=models.PROTECT, related_name="moves", db_index=False
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    effective_on = DayField(_("takes effect on"))
    # the last day of a secondment as it stands now; prolonging and ending early move it
    ends_on = DayField(_("until"), null=True, blank=True)
    problem = models.CharField(_("what stood in the way"), max_length=300, blank=True)
    entry = models.ForeignKey(
        "roster.LedgerEntry", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # what carrying it out wrote and replaced (ids, days, states): undoing reads nothing else
    trace = models.JSONField(default=dict)
    carried_out_at = models.DateTimeField(_("carried out at"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        indexes = [
            models.Index(fields=["officer", "-id"]),
            models.Index(fields=["state", "effective_on"]),
            models.Index(fields=["state", "ends_on"]),
        ]
        constraints = [models.UniqueConstraint(name="roster_move_once", fields=["order", "officer"])]

    def __str__(self) -> str:
        return f"{self.order_id} {self.officer_id}"


class GrantNotice(models.Model):
    """Something about an account's roles for the security administrator to look at, because its owner moved."""

    class Kind(models.TextChoices):
        ENDED = "ended", _("ended with the move")
        REVIEW = "review", _("to be reviewed")
        RESTORE = "restore", _("ended by a move that was undone: give it back if right")
        CLOSE = "close", _("its owner has left: close the account")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="grant_notices"
    )
    role = models.CharField(_("role"), max_length=30, blank=True)
    unit = models.ForeignKey("roster.Unit", null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    move = models.ForeignKey(Move, null=True, on_delete=models.SET_NULL, related_name="notices")
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("notice about roles")
        verbose_name_plural = _("notices about roles")
        ordering = ["-pk"]
        indexes = [models.Index(name="roster_grantnotice_open", fields=["id"], condition=Q(settled_at=None))]

    def __str__(self) -> str:
        return f"{self.kind} {self.account_id} {self.role}"

    @property
    def role_label(self) -> str:
        return ROLES[self.role].label if self.role in ROLES else ""

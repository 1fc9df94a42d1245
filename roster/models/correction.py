"""Requests to correct what a dossier says: asked by one person, decided by another, the old value kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from police_hr.core.days import DayField


class CorrectionRequest(models.Model):
    """One request to correct one fact.

    `seen` and `wanted` are payloads of the fact's field list (`roster.selectors.facts`) in stored form: what stood
    there when it was asked for, and what is to stand there (None: nothing). Where what stands there has changed by
    the time of the decision, the request turns stale and is asked for anew, so that nobody's change is lost.
    """

    class Operation(models.TextChoices):
        CHANGE = "change", _("change")
        ADD = "add", _("add")
        REMOVE = "remove", _("take out")

    class State(models.TextChoices):
        OPEN = "open", _("waits for a decision")
        APPLIED = "applied", _("approved and applied")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        STALE = "stale", _("overtaken by another change")

    officer = models.ForeignKey(
        "roster.Officer", verbose_name=_("officer"), on_delete=models.PROTECT, related_name="corrections",
        db_index=False,
    )  # fmt: skip
    # the model's name and the row's number; no number: the fact is to be added
    fact = models.CharField(_("fact"), max_length=20)
    fact_number = models.BigIntegerField(null=True)
    # the row that took its place when the request was applied
    result_number = models.BigIntegerField(null=True)
    operation = models.CharField(_("operation"), max_length=6, choices=Operation.choices)
    sensitivity = models.PositiveSmallIntegerField(_("class"), default=1)
    # asked by the officer concerned, about what is held about them
    dispute = models.BooleanField(_("dispute"), default=False)
    seen = models.JSONField(default=dict)
    wanted = models.JSONField(default=dict)
    reason = models.CharField(_("reason"), max_length=500)
    document = models.CharField(_("document number"), max_length=80, blank=True)
    evidence = models.JSONField(_("evidence"), default=dict)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    # of a form sent twice the second finds the first
    token = models.CharField(max_length=24)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("requested by"), on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    answer_by = DayField(_("to be answered by"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    note = models.CharField(_("note on the decision"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("correction request")
        verbose_name_plural = _("correction requests")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "-id"]), models.Index(fields=["officer", "state"])]
        constraints = [
            models.UniqueConstraint(name="roster_correction_once", fields=["requested_by", "token"]),
            models.CheckConstraint(
                name="roster_correction_second_person", condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by"))
            ),
            models.CheckConstraint(
                name="roster_correction_decided_by_and_at",
                condition=Q(decided_by=None, decided_at=None) | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="roster_correction_decided_has_decider",
                condition=Q(state__in=["open", "withdrawn", "stale"]) | Q(decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="roster_correction_new_has_no_number",
                condition=Q(operation="add", fact_number=None) | (Q(fact_number__isnull=False) & ~Q(operation="add")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def address(self) -> str:
        return reverse("roster:correction-detail", args=[self.pk])

    @property
    def number(self) -> str:
        """What people call the request on paper."""
        return f"{'YY' if self.dispute else 'GZ'}-{self.pk:05d}"

"""Doubts about a dossier (三龄两历一身份) and the rulings (组织认定) that settle them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from police_hr.core.days import DayField


class Ruling(models.Model):
    """A decision that a doubt is settled as the record stands, with its paper. It holds for the very values that
    disagreed when it was made: `values` keeps them, `Doubt.ruling` points here as long as they are the same."""

    officer = models.ForeignKey("roster.Officer", on_delete=models.CASCADE, related_name="rulings")
    code = models.CharField(_("check"), max_length=40)
    # made for every doubt of this check that the dossier had on that day, not for one pair of values
    whole = models.BooleanField(_("for the whole check"), default=False)
    verdict = models.CharField(_("verdict"), max_length=20)
    document = models.CharField(_("document number"), max_length=80)
    reason = models.CharField(_("reason"), max_length=500)
    decided_on = DayField(_("decided on"))
    values = models.JSONField(default=list)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    made_at = models.DateTimeField(auto_now_add=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("ruling")
        verbose_name_plural = _("rulings")
        constraints = [
            models.CheckConstraint(
                name="roster_ruling_withdrawal_is_whole",
                condition=Q(withdrawn_at=None, withdrawn_why="") | Q(withdrawn_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.code} {self.document}"


class Doubt(models.Model):
    """Two places of one dossier that disagree. `roster.services.doubts.recheck` is the only writer.

    `details`: {"places": [{"model", "pk", "field", "value"}, …two], "params": {…}}. The row stays when the doubt
    is cleared, and comes back as the same one when the same values return.
    """

    class Severity(models.TextChoices):
        ERROR = "error", _("error")
        DOUBT = "doubt", _("doubt")
        HINT = "hint", _("hint")

    officer = models.ForeignKey("roster.Officer", on_delete=models.CASCADE, related_name="doubts", db_index=False)
    code = models.CharField(_("check"), max_length=40)
    fingerprint = models.CharField(max_length=32)
    severity = models.CharField(_("severity"), max_length=5, choices=Severity.choices)
    sensitivity = models.PositiveSmallIntegerField(_("class"), default=1)
    details = models.JSONField(default=dict)
    first_seen = DayField(_("first seen"))
    # since when it stands without a break
    since = DayField(_("since"))
    last_seen = DayField(_("last seen"))
    cleared_on = DayField(_("cleared on"), null=True)
    ruling = models.ForeignKey(Ruling, null=True, on_delete=models.SET_NULL, related_name="doubts")

    class Meta:
        verbose_name = _("doubt")
        verbose_name_plural = _("doubts")
        indexes = [
            models.Index(fields=["code", "severity"], condition=Q(cleared_on=None), name="roster_doubt_open"),
        ]
        constraints = [
            models.UniqueConstraint(name="roster_doubt_unique", fields=["officer", "fingerprint"]),
            models.CheckConstraint(name="roster_doubt_seen_in_order", condition=Q(since__gte=models.F("first_seen"))),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.code}"

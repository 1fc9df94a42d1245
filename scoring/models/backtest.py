"""Back-tests and fits that were asked for, with what came of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class BacktestRun(models.Model):
    """One back-test of a version, or one fit to history. The result is plain figures; no officer is named in it."""

    class Purpose(models.TextChoices):
        BACKTEST = "backtest", _("back-test")
        FIT = "fit", _("fit of points")

    version = models.ForeignKey(
        "scoring.IndexModelVersion", verbose_name=_("model version"), on_delete=models.CASCADE, related_name="backtests"
    )
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose.choices)
    # KIND[:FIELD=VALUE], several divided by commas
    target = models.CharField(_("later cases"), max_length=500)
    cuts = models.JSONField(_("cuts"))
    share = models.FloatField(_("share of the list"), default=0.05)
    # of a fit: the code of the model that gets the draft, and the draft itself
    code = models.CharField(_("code"), max_length=40, blank=True, default="")
    draft = models.ForeignKey("scoring.IndexModelVersion", null=True, on_delete=models.SET_NULL, related_name="+")
    job = models.ForeignKey("core.JobRun", null=True, on_delete=models.SET_NULL, related_name="+")
    # `engine.backtest.assess`; of a fit, how it came about and the effect of each indicator
    result = models.JSONField(default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("back-test")
        verbose_name_plural = _("back-tests")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def address(self) -> str:
        return reverse("scoring:backtest-detail", args=[self.pk])

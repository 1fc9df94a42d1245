"""Dossiers that turned out to be one person's."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from roster.models.officer import Officer


class OfficerMerge(models.Model):
    """The dossier `gone` was merged into `kept`. Its badge number stays known: who looks for it, or imports under
    it, comes to the dossier that was kept."""

    gone = models.OneToOneField(Officer, on_delete=models.PROTECT, related_name="merged_into")
    kept = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="merged_from")
    # numbers of what went over: {"fields": 2, "ledgerentry": 31, "posting": 2 …}
    moved = models.JSONField(default=dict)
    merged_at = models.DateTimeField(_("merged at"), auto_now_add=True)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("merged dossier")
        verbose_name_plural = _("merged dossiers")
        constraints = [
            models.CheckConstraint(name="roster_merge_into_another", condition=~models.Q(gone=F("kept"))),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"

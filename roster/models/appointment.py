"""What stands on an officer's appointment form (干部任免审批表) and nowhere else in the dossier."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AppointmentForm(models.Model):
    """One version of it: rows are added, never changed, and the latest that counts is the current one.

    `texts`: names of `roster.lrmx.Document` → text: what was proposed and why, and the file's own wording, which an
    export repeats as long as it says what the dossier says. `kept`: order, unknown tags and attributes of the file.
    `basis`: unit, post and grade to which the wording of the current post belongs.
    """

    officer = models.ForeignKey(
        "roster.Officer", on_delete=models.CASCADE, related_name="appointment_forms", db_index=False
    )
    texts = models.JSONField(_("texts"), default=dict)
    kept = models.JSONField(default=dict)
    basis = models.JSONField(default=list)
    # class 3: the family as the file words it, returned only to those who may open it
    family = models.JSONField(default=list)
    batch = models.ForeignKey(
        "roster.ImportBatch", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)

    class Meta:
        verbose_name = _("appointment form")
        verbose_name_plural = _("appointment forms")
        indexes = [models.Index(fields=["officer", "-id"]), models.Index(fields=["batch"])]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.pk}"

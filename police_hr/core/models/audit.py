"""Audit events: who did or read what, when and why. Rows are only ever added."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from police_hr.core.audit_words import action_label


class AuditEvent(models.Model):
    """One act. Written by `police_hr.core.audit` in the transaction of the act; database triggers
    refuse UPDATE and DELETE (migration 0002)."""

    at = models.DateTimeField(_("time"), auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("actor"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_label = models.CharField(_("actor's name and badge number"), max_length=90, blank=True)
    action = models.CharField(_("action"), max_length=60, db_index=True)
    object_type = models.CharField(_("kind of object"), max_length=40, blank=True)
    object_id = models.CharField(_("object"), max_length=40, blank=True)
    officer_number = models.BigIntegerField(_("officer concerned"), null=True, db_index=True)
    purpose = models.CharField(_("reason given"), max_length=200, blank=True)
    details = models.JSONField(_("details"), default=dict)
    ip = models.CharField(_("address"), max_length=45, blank=True)
    request_id = models.CharField(_("request"), max_length=12, blank=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [models.Index(fields=["object_type", "object_id"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.object_type} {self.object_id}"

    @property
    def action_words(self) -> str:
        """The action as the auditor's page names it."""
        return action_label(self.action)

"""Notices: that something a person asked for was decided, or that something came to them. Never what it says."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """One line for one person. Its words stand in the code (`police_hr.core.notices`), so that each reads them in
    their own language; the row holds which words, the number of what they are about, and days and counts."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("for whom"), on_delete=models.PROTECT, related_name="notices"
    )
    kind = models.CharField(_("kind"), max_length=60)
    about = models.BigIntegerField(_("what it is about"), null=True)
    # what makes it one and the same notice, so that a repeated act does not tell twice
    key = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("time"), auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["recipient", "kind", "key"], name="core_notice_told_once")]
        indexes = [models.Index(fields=["recipient", "read_at"], name="core_notice_unread")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

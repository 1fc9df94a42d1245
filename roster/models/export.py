"""Officers that leave the product as files: lists, rosters, forms."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

# A file of more rows than these needs the consent of a second person.
ROWS_WITHOUT_CONSENT = 50


class ExportRequest(models.Model):
    """One export: who, why, which officers, in which form, who consented, which file.

    `officers` holds the ids as they were when asked for: what was consented to is what is written,
    whatever the list shows by then. `form` is the code of a form registered in `roster.services.export_forms`,
    `options` what that form was asked with beside the officers; `rows` are those of the file.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for consent")
        WRITING = "writing", _("being written")
        READY = "ready", _("ready")
        REFUSED = "refused", _("refused")
        FAILED = "failed", _("failed")
        EXPIRED = "expired", _("expired")

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("requested by"), on_delete=models.PROTECT, related_name="exports"
    )
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    reason = models.CharField(_("reason"), max_length=200)
    query = models.CharField(_("conditions"), max_length=1000, blank=True)
    form = models.CharField(_("form"), max_length=40, default="list")
    options = models.JSONField(default=dict)
    officers = models.JSONField(default=list)
    columns = models.JSONField(_("columns"), default=list)
    rows = models.PositiveIntegerField(_("rows"))
    format = models.CharField(_("format"), max_length=4, default="xlsx")
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("second person"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_at = models.DateTimeField(_("decided at"), null=True)
    job = models.ForeignKey("core.JobRun", null=True, on_delete=models.SET_NULL, related_name="+")
    file = models.CharField(max_length=80, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(_("to be fetched until"), null=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "expires_at"])]
        constraints = [
            models.CheckConstraint(
                name="roster_export_second_person", condition=Q(approved_by=None) | ~Q(approved_by=F("requested_by"))
            ),
            models.CheckConstraint(
                name="roster_export_decided_by_and_at",
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="roster_export_large_needs_consent",
                condition=Q(rows__lte=ROWS_WITHOUT_CONSENT)
                | Q(approved_by__isnull=False)
                | ~Q(state__in=["writing", "ready"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The export's number, as it stands in the file's watermark."""
        return f"EX-{self.pk:06d}"

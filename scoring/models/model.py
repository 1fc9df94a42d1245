"""Index models: what counts, how much, for how long. Versions are never edited."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from police_hr.core.days import DayField
from police_hr.core.i18n import pick


class IndexModel(models.Model):
    """One index, e.g. the pre-management index. Its content is in its versions."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    active = models.ForeignKey(
        "scoring.IndexModelVersion",
        verbose_name=_("version in use"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # the model whose scores stand on dossiers and lists
    is_default = models.BooleanField(_("shown on dossiers"), default=False)
    shipped = models.BooleanField(_("shipped with the product"), default=False)

    class Meta:
        verbose_name = _("index model")
        verbose_name_plural = _("index models")
        constraints = [
            models.UniqueConstraint(
                name="scoring_model_one_default", fields=["is_default"], condition=Q(is_default=True)
            )
        ]

    def __str__(self) -> str:
        return pick(self.name_zh, self.name_en)


class IndexModelVersion(models.Model):
    """One version: a definition document that `scoring.engine.definition` reads. Frozen once made."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("in use")
        RETIRED = "retired", _("no longer in use")

    model = models.ForeignKey(IndexModel, verbose_name=_("model"), on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    definition = models.JSONField(_("definition"))
    digest = models.CharField(_("digest"), max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    reason = models.CharField(_("reason of the change"), max_length=300, blank=True)
    active_from = DayField(_("in use from"), null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("model version")
        verbose_name_plural = _("model versions")
        ordering = ["model", "-number"]
        constraints = [
            models.UniqueConstraint(name="scoring_version_unique", fields=["model", "number"]),
            models.CheckConstraint(
                name="scoring_version_second_person",
                condition=Q(approved_by=None) | Q(created_by=None) | ~Q(approved_by=F("created_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"V{self.number}"

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
    """One version: a definition document that `scoring.engine.definition` reads.

    Only a draft is edited; from the moment it is submitted nothing in its definition changes any more.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("waits for approval")
        APPROVED = "approved", _("approved, begins later")
        ACTIVE = "active", _("in use")
        RETIRED = "retired", _("no longer in use")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("given up")

    model = models.ForeignKey(IndexModel, verbose_name=_("model"), on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    definition = models.JSONField(_("definition"))
    digest = models.CharField(_("digest"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    reason = models.CharField(_("reason of the change"), max_length=300, blank=True)
    based_on = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    # what an editor saw when the form was opened: of two editors the second is told
    edition = models.PositiveIntegerField(default=1)
    # the first day it counts; kept for good, so that a past day finds the version then in force
    active_from = DayField(_("in use from"), null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    # everybody who had a hand in it: none of them approves it
    authors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refused_because = models.CharField(_("reason of the refusal"), max_length=300, blank=True)

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
            models.CheckConstraint(
                name="scoring_version_submitter_is_not_approver",
                condition=Q(approved_by=None) | Q(submitted_by=None) | ~Q(approved_by=F("submitted_by")),
            ),
            models.CheckConstraint(
                name="scoring_version_refusal_is_whole",
                condition=Q(refused_by=None, refused_at=None) | Q(refused_by__isnull=False, refused_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"V{self.number}"


class ModelPreview(models.Model):
    """What a version would change on the day of a run: who enters and leaves each tier. Officers by id only;
    `selectors.preview` shows names to those entitled."""

    version = models.OneToOneField(IndexModelVersion, on_delete=models.CASCADE, related_name="preview")
    run = models.ForeignKey("scoring.IndexRun", null=True, on_delete=models.SET_NULL, related_name="+")
    # of the definition that was replayed: another digest than the version's means the preview is out of date
    digest = models.CharField(max_length=64)
    against = models.ForeignKey(IndexModelVersion, null=True, on_delete=models.SET_NULL, related_name="+")
    as_of = DayField(null=True)
    job = models.ForeignKey("core.JobRun", null=True, on_delete=models.SET_NULL, related_name="+")
    result = models.JSONField(default=dict)
    made_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("model preview")
        verbose_name_plural = _("model previews")

    def __str__(self) -> str:
        return f"{self.version_id}"

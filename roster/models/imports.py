"""Imports: batches, their staged rows, mapping profiles, and what sources disagree about."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from police_hr.core.days import DayField
from police_hr.core.i18n import pick


class MappingProfile(models.Model):
    """How the columns of a known file correspond to our fields; shipped ones and saved ones.

    `columns`: [{"header", "field", "options"}]; `options`: key, source, historical, create_units …
    """

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    target = models.CharField(_("target"), max_length=60)
    columns = models.JSONField(_("columns"), default=list)
    options = models.JSONField(_("options"), default=dict)
    source = models.ForeignKey("roster.DataSource", null=True, on_delete=models.PROTECT, related_name="+")
    shipped = models.BooleanField(_("shipped with the product"), default=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("mapping profile")
        verbose_name_plural = _("mapping profiles")
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return pick(self.name_zh, self.name_en)


class ImportBatch(models.Model):
    """One file on its way in. Its rows count from the moment `visible` is set, all at once."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        STAGING = "staging", _("being read")
        STAGED = "staged", _("to be checked")
        COMMITTING = "committing", _("being written")
        COMMITTED = "committed", _("imported")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        DISCARDED = "discarded", _("discarded")
        FAILED = "failed", _("failed")

    number = models.CharField(_("batch number"), max_length=20, unique=True)
    target = models.CharField(_("target"), max_length=60)
    profile = models.ForeignKey(MappingProfile, null=True, on_delete=models.SET_NULL, related_name="batches")
    source = models.ForeignKey("roster.DataSource", null=True, on_delete=models.PROTECT, related_name="batches")
    file_name = models.CharField(_("file"), max_length=200)
    file_path = models.CharField(max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_size = models.BigIntegerField(_("size"), default=0)
    header = models.JSONField(default=list)
    mapping = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.UPLOADED)
    counts = models.JSONField(default=dict)
    problem = models.TextField(_("problem"), blank=True, default="")
    historical = models.BooleanField(_("first load of old files"), default=False)
    visible = models.BooleanField(_("counts"), default=False)
    job = models.ForeignKey("core.JobRun", null=True, on_delete=models.SET_NULL, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    committed_at = models.DateTimeField(null=True)
    committed_on = DayField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_on = DayField(null=True)

    class Meta:
        verbose_name = _("import batch")
        verbose_name_plural = _("import batches")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="roster_batch_visible_means_committed",
                condition=Q(visible=False) | Q(state="committed"),
            )
        ]

    def __str__(self) -> str:
        return self.number


class ImportRow(models.Model):
    """One staged row of a file: what the file says, what we make of it, what stands in the way."""

    class State(models.TextChoices):
        NEW = "new", _("new")
        UPDATE = "update", _("update")
        SAME = "same", _("unchanged")
        DOUBT = "doubt", _("doubtful")
        ERROR = "error", _("error")
        SKIP = "skip", _("skipped")

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows", db_index=False)
    row_no = models.PositiveIntegerField()
    state = models.CharField(max_length=6, choices=State.choices)
    # a doubtful row still is new, an update or unchanged: what will be done with it
    act = models.CharField(max_length=6, blank=True, default="")
    cells = models.JSONField(default=list)
    values = models.JSONField(default=dict)
    # {"field": old value} of what an update changes; also what undo puts back
    before = models.JSONField(default=dict)
    # [{"level", "code", "field", "args", "fixes"}], see roster.importing.issues
    issues = models.JSONField(default=list)
    # what a person decided: {"cells": {column: text}, "accept": [code], "skip": true}
    decisions = models.JSONField(default=dict)
    key = models.CharField(max_length=120, blank=True, default="")
    target_number = models.BigIntegerField(null=True)
    officer_number = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("import row")
        verbose_name_plural = _("import rows")
        indexes = [models.Index(fields=["batch", "state", "row_no"]), models.Index(fields=["batch", "row_no"])]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.row_no}"


class SourceRecord(models.Model):
    """What one source last said about one officer: {"field": value}."""

    source = models.ForeignKey("roster.DataSource", on_delete=models.CASCADE, related_name="records")
    officer = models.ForeignKey("roster.Officer", on_delete=models.CASCADE, related_name="source_records")
    values = models.JSONField(default=dict)
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.SET_NULL, related_name="+")
    said_on = DayField()

    class Meta:
        verbose_name = _("source record")
        verbose_name_plural = _("source records")
        constraints = [models.UniqueConstraint(name="roster_sourcerecord_unique", fields=["source", "officer"])]

    def __str__(self) -> str:
        return f"{self.source_id} {self.officer_id}"


class Conflict(models.Model):
    """A field of an officer about which two sources disagree."""

    officer = models.ForeignKey("roster.Officer", on_delete=models.CASCADE, related_name="conflicts")
    field = models.CharField(_("field"), max_length=40)
    claims = models.JSONField(default=dict)  # {source code: value}
    resolved_value = models.CharField(_("settled as"), max_length=200, blank=True, default="")
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("conflict")
        verbose_name_plural = _("conflicts")
        constraints = [
            models.UniqueConstraint(
                name="roster_conflict_one_open", fields=["officer", "field"], condition=Q(resolved_at=None)
            ),
            models.CheckConstraint(
                name="roster_conflict_resolution_is_whole",
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.field}"


class DuplicatePair(models.Model):
    """Two officers that may be one person."""

    first = models.ForeignKey("roster.Officer", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("roster.Officer", on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(_("reason"), max_length=40)
    verdict = models.CharField(_("verdict"), max_length=20, blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(name="roster_duplicate_unique", fields=["first", "second"]),
            models.CheckConstraint(name="roster_duplicate_in_order", condition=Q(first__lt=F("second"))),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"

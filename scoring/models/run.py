"""Runs of the index, and scores of officers and units. Points are whole hundredths: 100 = one point."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from police_hr.core.days import DayField


class Tier(models.TextChoices):
    """The three tiers, and the state of too little data. Order: urgency."""

    HELP = "help", _("key help")
    WATCH = "watch", _("key attention")
    NORMAL = "normal", _("normal management")
    INSUFFICIENT = "insufficient", _("too little data")


class IndexRun(models.Model):
    """One computation of one model version for everybody, as of one day."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        # some parts could not be computed: nothing of it is in force
        PARTIAL = "partial", _("incomplete")
        FAILED = "failed", _("failed")

    version = models.ForeignKey(
        "scoring.IndexModelVersion", verbose_name=_("model version"), on_delete=models.PROTECT, related_name="runs"
    )
    as_of = DayField(_("as of"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.RUNNING)
    job = models.ForeignKey("core.JobRun", null=True, on_delete=models.SET_NULL, related_name="+")
    previous = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    counts = models.JSONField(_("counts"), default=dict)
    # of an incomplete one what lacks: [{"units": [unit id, …], "officers": number, "error": sentence}, …]
    missing = models.JSONField(_("not computed"), default=list)
    # sha256 over all scores in officer order: the same inputs give the same digest
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    # a replay answers a question; it moves no current score and makes no proposal
    replay = models.BooleanField(_("replay"), default=False)

    class Meta:
        verbose_name = _("index run")
        verbose_name_plural = _("index runs")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"#{self.pk} {self.as_of}"


class Score(models.Model):
    """One officer in one run. Lines are recomputed from the ledger on demand and proven equal."""

    run = models.ForeignKey(IndexRun, on_delete=models.CASCADE, related_name="scores")
    officer = models.ForeignKey("roster.Officer", on_delete=models.CASCADE, related_name="scores")
    unit = models.ForeignKey("roster.Unit", null=True, on_delete=models.SET_NULL, related_name="+")
    index = models.IntegerField(_("index"))
    risk = models.IntegerField(_("risk part"))
    care = models.IntegerField(_("care part"))
    credit = models.IntegerField(_("credits"))
    tier = models.CharField(_("tier"), max_length=12, choices=Tier.choices)
    # a class of the model's definition: hardship, discipline, care …
    tier_class = models.CharField(_("class"), max_length=20, blank=True, default="")
    coverage = models.PositiveSmallIntegerField(_("completeness in per cent"), null=True)
    change_30 = models.IntegerField(_("change in 30 days"), null=True)
    # what carried the tier: points, rise, floor, red_line, manual, coverage
    reason = models.CharField(_("carried by"), max_length=10, default="points")
    # what carried it most: [[code of the floor or indicator, hundredths of a point], …]
    top = models.JSONField(default=list)
    # runs in a row below the threshold of the standing tier, less the margin (hysteresis)
    low_runs = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [models.UniqueConstraint(name="scoring_score_unique", fields=["run", "officer"])]
        indexes = [
            models.Index(fields=["run", "tier", "-index"]),
            models.Index(fields=["run", "unit", "tier"]),
            models.Index(fields=["officer", "-run"]),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.officer_id}"


class CurrentScore(models.Model):
    """The latest score of an officer under the default model: what lists and dossiers show."""

    officer = models.OneToOneField(
        "roster.Officer", on_delete=models.CASCADE, primary_key=True, related_name="current_score"
    )
    run = models.ForeignKey(IndexRun, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.ForeignKey("scoring.IndexModelVersion", on_delete=models.PROTECT, related_name="+")
    as_of = DayField()
    index = models.IntegerField()
    risk = models.IntegerField()
    care = models.IntegerField()
    credit = models.IntegerField()
    # what the points say; what people confirmed is `confirmed_tier`
    tier = models.CharField(max_length=12, choices=Tier.choices)
    tier_class = models.CharField(max_length=20, blank=True, default="")
    confirmed_tier = models.CharField(max_length=12, choices=Tier.choices, default=Tier.NORMAL)
    coverage = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=10, default="points")
    # as in Score, with the day of the run that counted it: a day counts once, however often it is run
    low_runs = models.PositiveSmallIntegerField(default=0)
    low_on = DayField(null=True)
    change_30 = models.IntegerField(_("change in 30 days"), null=True)
    top = models.JSONField(default=list)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("current score")
        verbose_name_plural = _("current scores")
        indexes = [models.Index(fields=["tier", "-index"]), models.Index(fields=["-index"])]

    def __str__(self) -> str:
        return f"{self.officer_id}"


class UnitScore(models.Model):
    """The index of a unit and all below it in one run."""

    run = models.ForeignKey(IndexRun, on_delete=models.CASCADE, related_name="unit_scores")
    unit = models.ForeignKey("roster.Unit", on_delete=models.CASCADE, related_name="unit_scores")
    officers = models.PositiveIntegerField()
    help = models.PositiveIntegerField(default=0)
    watch = models.PositiveIntegerField(default=0)
    normal = models.PositiveIntegerField(default=0)
    insufficient = models.PositiveIntegerField(default=0)
    mean = models.IntegerField(_("mean index"), default=0)
    # what drives it: [[indicator code, officers], …]
    drivers = models.JSONField(default=list)
    # what carried the raised tiers: {tier: [[code, officers], …]}
    reasons = models.JSONField(default=dict)
    # who moved since the previous run: {"normal>watch": officers, …}; "" for who was not in it
    moves = models.JSONField(default=dict)
    # what carried those who rose since the previous run: [[code, officers], …]
    causes = models.JSONField(default=list)
    # officers of the normal tier by index: [below 10, below 20, below 30, up to the threshold]
    spread = models.JSONField(default=list)
    # the weeks before, for the same people: [[day number, help, watch, normal, insufficient], …]
    weeks = models.JSONField(default=list)

    class Meta:
        verbose_name = _("unit index")
        verbose_name_plural = _("unit indices")
        constraints = [models.UniqueConstraint(name="scoring_unitscore_unique", fields=["run", "unit"])]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.unit_id}"

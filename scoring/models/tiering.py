"""Tiers as people decide them: proposals, the register of tiers, objections, and facts left out of the index."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from police_hr.core.days import DayField
from scoring.models.run import IndexRun, Tier


class Source(models.TextChoices):
    """What carried a tier."""

    POINTS = "points", _("by its points")
    RISE = "rise", _("by its rise in 30 days")
    FLOOR = "floor", _("by a floor rule")
    RED_LINE = "red_line", _("by a red line")
    MANUAL = "manual", _("by hand")
    LOW = "low", _("by a lower index in two runs")


class Proposal(models.Model):
    """A tier that a run, or a person, proposes for an officer. Nothing takes effect until a named person confirms."""

    class State(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        PENDING = "pending", _("to be weighed")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")
        EXPIRED = "expired", _("expired")
        SUPERSEDED = "superseded", _("superseded by a later run")

    # none: proposed by a person
    run = models.ForeignKey(IndexRun, null=True, on_delete=models.CASCADE, related_name="proposals")
    officer = models.ForeignKey("roster.Officer", on_delete=models.CASCADE, related_name="proposals")
    from_tier = models.CharField(max_length=12, choices=Tier.choices)
    to_tier = models.CharField(max_length=12, choices=Tier.choices)
    tier_class = models.CharField(max_length=20, blank=True, default="")
    index = models.IntegerField()
    source = models.CharField(_("carried by"), max_length=10, choices=Source.choices, default=Source.POINTS)
    # the floor or red line that carried it, and the last day it does so; of a manual one the end that was asked for
    basis = models.CharField(max_length=20, blank=True, default="")
    until = DayField(_("until"), null=True)
    # carried by a floor of a narrower audience: for those who confirm alone
    confidential = models.BooleanField(_("confidential"), default=False)
    # what carried it, as it stood: the lines of the engine
    lines = models.JSONField(default=list)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    grounds = models.CharField(_("grounds"), max_length=500, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    due_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.UniqueConstraint(name="scoring_proposal_unique", fields=["run", "officer", "confidential"]),
            models.UniqueConstraint(
                name="scoring_proposal_one_pending", fields=["officer", "confidential"], condition=Q(state="pending")
            ),
            models.CheckConstraint(
                name="scoring_proposal_named_decision",
                condition=~Q(state__in=["confirmed", "refused"])
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision_reason="")),
            ),
            models.CheckConstraint(
                name="scoring_proposal_second_person",
                condition=Q(proposed_by=None) | Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="scoring_proposal_by_run_or_person", condition=Q(run__isnull=False) | Q(proposed_by__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"]), models.Index(fields=["officer", "state"])]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.from_tier}→{self.to_tier}"

    @property
    def address(self) -> str:
        return reverse("scoring:proposal-detail", args=[self.pk])


class TierPeriod(models.Model):
    """A raised tier of an officer, from the day a person confirmed it to the day a person ended it: the register.

    Rows are never deleted; `ends_on` and what goes with it are set once. The index before and after is what the help
    is measured by.
    """

    class Exit(models.TextChoices):
        LOW = "low", _("the index stayed below the threshold")
        DOCUMENT = "document", _("by a decision document")
        ENDED = "ended", _("its period ended")
        CLEARED = "cleared", _("cleared: the ground does not hold")
        REPLACED = "replaced", _("another tier took its place")

    officer = models.ForeignKey("roster.Officer", on_delete=models.CASCADE, related_name="tier_periods")
    proposal = models.OneToOneField(Proposal, null=True, on_delete=models.PROTECT, related_name="period")
    tier = models.CharField(_("tier"), max_length=12, choices=[(t.value, t.label) for t in (Tier.HELP, Tier.WATCH)])
    tier_class = models.CharField(_("class"), max_length=20, blank=True, default="")
    source = models.CharField(_("carried by"), max_length=10, choices=Source.choices)
    basis = models.CharField(max_length=20, blank=True, default="")
    until = DayField(_("until"), null=True)
    confidential = models.BooleanField(_("confidential"), default=False)
    reason = models.CharField(_("reason"), max_length=300)
    starts_on = DayField(_("from"))
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    index_before = models.IntegerField(_("index at the start"))
    ends_on = DayField(_("ended on"), null=True)
    exit = models.CharField(_("how it ended"), max_length=10, blank=True, default="", choices=Exit.choices)
    exit_document = models.CharField(_("document number"), max_length=80, blank=True, default="")
    exit_reason = models.CharField(_("reason of the end"), max_length=300, blank=True, default="")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    index_after = models.IntegerField(_("index at the end"), null=True)

    class Meta:
        verbose_name = _("tier period")
        verbose_name_plural = _("tier periods")
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["officer", "ends_on"]), models.Index(fields=["ends_on", "tier"])]
        constraints = [
            models.UniqueConstraint(
                name="scoring_period_one_open", fields=["officer", "confidential"], condition=Q(ends_on=None)
            ),
            models.CheckConstraint(
                name="scoring_period_named_end",
                condition=Q(ends_on=None, ended_by=None, ended_at=None, exit="")
                | (Q(ends_on__isnull=False, ended_by__isnull=False, ended_at__isnull=False) & ~Q(exit="")),
            ),
            models.CheckConstraint(
                name="scoring_period_order", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.tier} {self.starts_on}"

    @property
    def is_open(self) -> bool:
        return self.ends_on is None

    @property
    def plan_key(self) -> str:
        """The key of its help plan among the tasks."""
        return f"scoring.period:{self.pk}:plan"

    @property
    def address(self) -> str:
        return reverse("scoring:tier-detail", args=[self.pk])


class Objection(models.Model):
    """What an officer holds against an own line of the index, or against the own tier; answered by somebody else.

    `line` is the line as it stood. Upheld, the fact is voided in the ledger or left out of the index (`LeftOut`).
    """

    class State(models.TextChoices):
        OPEN = "open", _("being weighed")
        UPHELD = "upheld", _("upheld")
        REFUSED = "refused", pgettext_lazy("objection", "refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Remedy(models.TextChoices):
        VOID = "void", _("the fact is wrong: it is voided in the ledger")
        LEAVE_OUT = "leave_out", _("the fact stands, but does not count in the index")
        CLOSE = "close", _("the tier ends")

    officer = models.ForeignKey("roster.Officer", on_delete=models.CASCADE, related_name="objections")
    entry = models.ForeignKey("roster.LedgerEntry", null=True, on_delete=models.PROTECT, related_name="objections")
    period = models.ForeignKey(TierPeriod, null=True, on_delete=models.PROTECT, related_name="objections")
    line = models.JSONField(_("line as it stood"), default=dict)
    sensitivity = models.PositiveSmallIntegerField(_("class"), default=1)
    reason = models.CharField(_("reason"), max_length=500)
    # of a form sent twice the second finds the first
    token = models.CharField(max_length=24)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(auto_now_add=True)
    answer_by = DayField(_("to be answered by"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    remedy = models.CharField(max_length=9, choices=Remedy.choices, blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True, default="")
    # the index before and after the recomputation, in hundredths
    index_before = models.IntegerField(null=True)
    index_after = models.IntegerField(null=True)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "answer_by"]), models.Index(fields=["officer", "state"])]
        constraints = [
            models.UniqueConstraint(name="scoring_objection_once", fields=["filed_by", "token"]),
            models.UniqueConstraint(name="scoring_objection_one_open", fields=["entry"], condition=Q(state="open")),
            models.UniqueConstraint(
                name="scoring_objection_one_open_tier", fields=["period"], condition=Q(state="open", entry=None)
            ),
            models.CheckConstraint(
                name="scoring_objection_about_something", condition=Q(entry__isnull=False) | Q(period__isnull=False)
            ),
            models.CheckConstraint(
                name="scoring_objection_second_person", condition=Q(decided_by=None) | ~Q(decided_by=F("filed_by"))
            ),
            models.CheckConstraint(
                name="scoring_objection_named_answer",
                condition=~Q(state__in=["upheld", "refused"])
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call it on paper."""
        return f"ZY-{self.pk:05d}"

    @property
    def task_key(self) -> str:
        return f"scoring.objection:{self.pk}"

    @property
    def address(self) -> str:
        return reverse("scoring:objection-detail", args=[self.pk])


class LeftOut(models.Model):
    """A fact that stays in the ledger and counts in no index from `since` on; days before keep it."""

    entry = models.OneToOneField("roster.LedgerEntry", on_delete=models.CASCADE, related_name="left_out")
    officer = models.ForeignKey("roster.Officer", on_delete=models.CASCADE, related_name="+")
    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="+")
    since = DayField(_("from"))

    class Meta:
        verbose_name = _("fact left out of the index")
        verbose_name_plural = _("facts left out of the index")

    def __str__(self) -> str:
        return f"{self.entry_id} {self.since}"

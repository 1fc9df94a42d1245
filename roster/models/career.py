"""The typed career facts of an officer. Rows of hidden batches and void rows do not count (`roster.counting`)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from police_hr.core.days import DayField


class CareerFact(models.Model):
    """What all career facts share: whose it is, where it came from, in which batch, and whether it still holds.

    Every model below indexes officer (with its day) and batch itself. A fact corrected by a person is voided and
    replaced (`roster.services.facts`), so that what was held before stays readable.
    """

    officer = models.ForeignKey(
        "roster.Officer",
        verbose_name=_("officer"),
        on_delete=models.CASCADE,
        related_name="%(class)ss",
        db_index=False,
    )
    source = models.ForeignKey(
        "roster.DataSource", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    batch = models.ForeignKey(
        "roster.ImportBatch", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    document = models.CharField(_("document number"), max_length=80, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    voided_on = DayField(_("voided on"), null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    void_reason = models.CharField(_("reason of voiding"), max_length=200, blank=True, default="")
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.RESTRICT, related_name="+", db_index=False)

    class Meta:
        abstract = True


class Posting(CareerFact):
    """A post held at a unit. Open while `ends_on` is empty; the last day counts as served."""

    unit = models.ForeignKey(
        "roster.Unit", verbose_name=_("unit"), on_delete=models.PROTECT, related_name="postings", db_index=False
    )
    post = models.CharField(_("post"), max_length=60, blank=True)
    level = models.CharField(_("post level"), max_length=10, blank=True)
    main = models.BooleanField(_("main post"), default=True)
    # lent to the unit for a term; the home unit keeps the main post
    secondment = models.BooleanField(_("secondment"), default=False)
    starts_on = DayField(_("from"))
    ends_on = DayField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        indexes = [
            models.Index(fields=["officer", "-starts_on"]),
            models.Index(fields=["unit", "starts_on"]),
            models.Index(fields=["batch"]),
            # Few of very many: who is lent to a unit is asked with every list.
            models.Index(name="roster_posting_lent", fields=["unit", "ends_on"], condition=Q(secondment=True)),
        ]
        constraints = [
            models.CheckConstraint(
                name="roster_posting_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="roster_posting_secondment_has_end",
                condition=Q(secondment=False) | Q(main=False, ends_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.starts_on}–{self.ends_on or ''}"


class RankRecord(CareerFact):
    """A police rank (警衔) conferred on a day."""

    rank = models.CharField(_("police rank"), max_length=10)
    since = DayField(_("since"))
    kind = models.CharField(_("kind"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("rank record")
        verbose_name_plural = _("rank records")
        indexes = [models.Index(fields=["officer", "-since"]), models.Index(fields=["batch"])]

    def __str__(self) -> str:
        return f"{self.rank} {self.since}"


class GradeRecord(CareerFact):
    """A grade (职级) held from a day."""

    grade = models.CharField(_("grade"), max_length=10)
    since = DayField(_("since"))

    class Meta:
        verbose_name = _("grade record")
        verbose_name_plural = _("grade records")
        indexes = [models.Index(fields=["officer", "-since"]), models.Index(fields=["batch"])]

    def __str__(self) -> str:
        return f"{self.grade} {self.since}"


class Education(CareerFact):
    """A course of study with its degree."""

    level = models.CharField(_("education"), max_length=10)
    degree = models.CharField(_("degree"), max_length=40, blank=True)
    school = models.CharField(_("school"), max_length=80, blank=True)
    major = models.CharField(_("major"), max_length=80, blank=True)
    full_time = models.BooleanField(_("full time"), default=True)
    starts_on = DayField(_("from"), null=True, blank=True)
    ends_on = DayField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("education record")
        verbose_name_plural = _("education records")
        indexes = [models.Index(fields=["officer", "-ends_on"]), models.Index(fields=["batch"])]

    def __str__(self) -> str:
        return f"{self.school} {self.major}"


class Appraisal(CareerFact):
    """A yearly or quarterly appraisal."""

    year = models.PositiveSmallIntegerField(_("year"))
    period = models.CharField(_("period"), max_length=4, blank=True, default="")
    result = models.CharField(_("result"), max_length=20)

    class Meta:
        verbose_name = _("appraisal")
        verbose_name_plural = _("appraisals")
        indexes = [models.Index(fields=["officer", "-year"]), models.Index(fields=["batch"])]

    def __str__(self) -> str:
        return f"{self.year} {self.result}"


class Qualification(CareerFact):
    """A qualification or certificate, e.g. law-enforcement level."""

    kind = models.CharField(_("kind"), max_length=40)
    level = models.CharField(_("level"), max_length=20, blank=True)
    number = models.CharField(_("certificate number"), max_length=60, blank=True)
    gained_on = DayField(_("gained on"), null=True, blank=True)
    expires_on = DayField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        indexes = [models.Index(fields=["officer", "-gained_on"]), models.Index(fields=["batch"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.level}"


class FamilyMember(CareerFact):
    """A member of the family, as on the appointment form. Class S3."""

    relation = models.CharField(_("relation"), max_length=10)
    name = models.CharField(_("name"), max_length=60)
    birth_month = DayField(_("month of birth"), null=True, blank=True)
    political_status = models.CharField(_("political status"), max_length=10, blank=True)
    employment = models.CharField(_("employer and post"), max_length=120, blank=True)
    deceased = models.BooleanField(_("deceased"), default=False)

    class Meta:
        verbose_name = _("family member")
        verbose_name_plural = _("family members")
        indexes = [models.Index(fields=["officer"]), models.Index(fields=["batch"])]

    def __str__(self) -> str:
        return f"{self.relation} {self.name}"


class ResumeLine(CareerFact):
    """One line of the resume (简历) as it stands on the appointment form, months only.

    A line whose `within` is set happened during another one (其间): in-service study, secondment.
    """

    starts_on = DayField(_("from"))
    ends_on = DayField(_("until"), null=True, blank=True)
    text = models.CharField(_("place and post"), max_length=200)
    within = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="meanwhile", db_index=False
    )

    class Meta:
        verbose_name = _("resume line")
        verbose_name_plural = _("resume lines")
        indexes = [models.Index(fields=["officer", "starts_on"]), models.Index(fields=["batch"])]
        constraints = [
            models.CheckConstraint(
                name="roster_resumeline_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}–{self.ends_on or ''} {self.text}"

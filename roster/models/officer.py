"""Officers and what stands beside them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from police_hr.core.days import DayField
from police_hr.core.names import display_name


class Officer(models.Model):
    """One person of the force: identity, and the current state of the career for lists.

    The `unit … grade_since` fields repeat the latest posting, rank and grade so that a list of
    100,000 needs no join per row; `roster.services.careers.refresh_current` is their only writer.
    """

    class Status(models.TextChoices):
        SERVING = "serving", _("serving")
        SECONDED = "seconded", _("seconded")
        RETIRED = "retired", _("retired")
        LEFT = "left", _("left")
        DIED = "died", _("died")
        # the dossier ended: it was a second one of a person (`OfficerMerge`)
        MERGED = "merged", pgettext_lazy("state of a dossier", "merged")

    class Precision(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")
        YEAR = "year", _("year")

    badge_no = models.CharField(_("badge number"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    former_name = models.CharField(_("former name"), max_length=60, blank=True)
    pinyin = models.CharField(max_length=120, blank=True)
    initials = models.CharField(max_length=20, blank=True)
    # the order of strokes as a text: see police_hr.core.names.stroke_key
    strokes = models.CharField(max_length=60, blank=True, editable=False)
    sex = models.CharField(_("sex"), max_length=1, blank=True, choices=[("M", _("male")), ("F", _("female"))])
    birth_date = DayField(_("date of birth"), null=True, blank=True)
    birth_precision = models.CharField(max_length=5, choices=Precision.choices, default=Precision.DAY)
    id_number = models.CharField(_("ID number"), max_length=18, blank=True)
    phone = models.CharField(_("mobile phone"), max_length=20, blank=True)
    phone_tail = models.CharField(max_length=4, blank=True)
    ethnicity = models.CharField(_("ethnicity"), max_length=10, blank=True)
    native_place = models.CharField(_("ancestral home"), max_length=60, blank=True)
    political_status = models.CharField(_("political status"), max_length=10, blank=True)
    party_joined_on = DayField(_("joined the party"), null=True, blank=True)
    work_started_on = DayField(_("start of work"), null=True, blank=True)
    police_since = DayField(_("joined the police"), null=True, blank=True)
    left_on = DayField(_("left the force"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.SERVING)
    staffing = models.CharField(_("staffing type"), max_length=20, blank=True)
    branch = models.CharField(_("police branch"), max_length=40, blank=True)
    education = models.CharField(_("education"), max_length=10, blank=True)
    speciality = models.CharField(_("speciality"), max_length=200, blank=True)
    birthplace = models.CharField(_("birthplace"), max_length=60, blank=True)
    # codes of the tables "health" and "marriage" (GB/T 2261.3 and 2261.2)
    health = models.CharField(_("state of health"), max_length=10, blank=True)
    marriage = models.CharField(_("marital status"), max_length=10, blank=True)
    professional_title = models.CharField(_("professional title"), max_length=60, blank=True)
    blood_type = models.CharField(_("blood type"), max_length=4, blank=True)
    address = models.CharField(_("home address"), max_length=200, blank=True)
    entry_source = models.CharField(_("how they joined the police"), max_length=20, blank=True)

    unit = models.ForeignKey(
        "roster.Unit",
        verbose_name=_("unit"),
        null=True,
        on_delete=models.PROTECT,
        related_name="officers",
        db_index=False,
    )
    post = models.CharField(_("post"), max_length=60, blank=True)
    post_level = models.CharField(_("post level"), max_length=10, blank=True)
    post_since = DayField(_("in post since"), null=True, blank=True)
    rank = models.CharField(_("police rank"), max_length=10, blank=True)
    rank_since = DayField(_("rank since"), null=True, blank=True)
    grade = models.CharField(_("grade"), max_length=10, blank=True)
    grade_since = DayField(_("grade since"), null=True, blank=True)
    # post level, grade and time in post folded into one text, so that the usual order is an index
    standing = models.CharField(max_length=30, blank=True, editable=False)

    source = models.ForeignKey(
        "roster.DataSource", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    batch = models.ForeignKey(
        "roster.ImportBatch", null=True, on_delete=models.PROTECT, related_name="officers", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("officer")
        verbose_name_plural = _("officers")
        indexes = [
            models.Index(fields=["status", "standing", "id"]),
            models.Index(fields=["unit", "status"]),
            models.Index(fields=["name"]),
            models.Index(fields=["pinyin"]),
            models.Index(fields=["initials"]),
            models.Index(fields=["phone_tail"]),
            models.Index(fields=["id_number"]),
            # searched within: read instead of the whole rows
            models.Index(name="roster_officer_speciality", fields=["speciality"], condition=~models.Q(speciality="")),
            models.Index(fields=["batch"]),
            # The list counts its facets in these alone, without touching the rows.
            models.Index(fields=["status", "unit", "batch"]),
            models.Index(fields=["status", "rank", "batch"]),
            models.Index(fields=["status", "grade", "batch"]),
            models.Index(fields=["status", "branch", "batch"]),
            models.Index(fields=["status", "political_status", "batch"]),
            models.Index(fields=["status", "staffing", "batch"]),
            models.Index(fields=["status", "birth_date", "batch"]),
            # The list is put in order by these alone: a page of 100,000 officers is read, not sorted.
            models.Index(fields=["status", "pinyin", "name", "id"]),
            models.Index(fields=["status", "strokes", "id"]),
            models.Index(fields=["status", "badge_no", "id"]),
            models.Index(fields=["status", "sex", "id"]),
            models.Index(fields=["status", "post", "id"]),
            models.Index(fields=["status", "post_level", "id"]),
            models.Index(fields=["status", "post_since", "id"]),
            models.Index(fields=["status", "rank_since", "id"]),
            models.Index(fields=["status", "grade_since", "id"]),
            models.Index(fields=["status", "party_joined_on", "id"]),
            models.Index(fields=["status", "education", "id"]),
            models.Index(fields=["status", "work_started_on", "id"]),
            models.Index(fields=["status", "police_since", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.badge_no} {self.badge_no}".strip()

    @property
    def label(self) -> str:
        """The name as it is written (two characters spaced), or the badge number where none is held."""
        return display_name(self.name) if self.name else self.badge_no

    @property
    def initial(self) -> str:
        """What stands where there is no picture."""
        return self.name[:1] or self.badge_no[-2:]

    @property
    def photo_url(self) -> str:
        """The address of the picture that `selectors.photos.with_photo` found; it changes with the picture, so that
        a browser may keep what it has."""
        digest = getattr(self, "photo_sha256", None)
        return f"{reverse('roster:officer-photo', args=[self.pk])}?v={digest[:16]}" if digest else ""


class OfficerPhoto(models.Model):
    """A picture of an officer as it was checked and stored. The latest that is not withdrawn is shown."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="photos", db_index=False)
    # name below the data directory, made of the digest: never of what the sender called it
    file = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField(_("bytes"))
    stored_at = models.DateTimeField(auto_now_add=True)
    stored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        indexes = [models.Index(fields=["officer", "-id"])]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.sha256[:8]}"


class ProtectedAttribute(models.Model):
    """An attribute that nothing but a fairness panel may read (`roster.selectors.protected`)."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="protected_attributes")
    name = models.CharField(max_length=20)
    value = models.CharField(max_length=40)
    batch = models.ForeignKey("roster.ImportBatch", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("protected attribute")
        verbose_name_plural = _("protected attributes")
        constraints = [models.UniqueConstraint(name="roster_protected_unique", fields=["officer", "name"])]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.name}"


class SavedFilter(models.Model):
    """A named set of conditions of the officer list (方案), kept per account, shared by its link."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(_("conditions"), max_length=1000)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(name="roster_savedfilter_unique", fields=["owner", "name"])]

    def __str__(self) -> str:
        return self.name

"""The paper file in ten categories (干部人事档案): its catalogue, and who asked to see what of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from police_hr.core.days import DayField
from roster.models.officer import Officer


class Material(models.Model):
    """One material of an officer's file, as the catalogue names it: 类号-序号, title, when formed, pages, remark.

    A row never changes: replacing the scan or correcting the entry makes a new row of the same number, moving it one
    of another category; the old one keeps what it said and names its successor. Versions share their `origin`.
    """

    officer = models.ForeignKey(
        "roster.Officer", verbose_name=_("officer"), on_delete=models.CASCADE, related_name="materials", db_index=False
    )
    # a code of the table "dossier_category" that is no heading: 1, 2, 3, 4-1 …
    category = models.CharField(_("category"), max_length=4)
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=120)
    formed_on = DayField(_("formed on"), null=True, blank=True)
    formed_precision = models.CharField(max_length=5, choices=Officer.Precision.choices, default=Officer.Precision.DAY)
    pages = models.PositiveSmallIntegerField(_("pages"), default=1)
    copies = models.PositiveSmallIntegerField(_("copies"), default=1)
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    # the scan; blank where only the paper is held
    file = models.CharField(max_length=90, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(_("bytes"), default=0)
    sort = models.CharField(max_length=4, blank=True)
    scan_pages = models.PositiveSmallIntegerField(default=0)

    origin = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="versions", db_index=False)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_current = models.BooleanField(default=True)
    reason = models.CharField(_("why it was replaced or moved"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(_("taken out at"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    catalogued_at = models.DateTimeField(_("catalogued at"), auto_now_add=True)
    catalogued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # the import that brought it; hidden (not current) until that batch counts
    batch = models.ForeignKey(
        "roster.ImportBatch", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # the same form sent twice is one material
    key = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        indexes = [
            models.Index(fields=["officer", "category", "number"]),
            models.Index(fields=["file"]),
            models.Index(fields=["batch"], name="roster_material_batch", condition=Q(batch__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                name="roster_material_number_once",
                fields=["officer", "category", "number"],
                condition=Q(is_current=True),
            ),
            models.UniqueConstraint(name="roster_material_key_once", fields=["key"], condition=~Q(key="")),
            models.CheckConstraint(
                name="roster_material_scan_whole",
                condition=Q(file="", sha256="", sort="", scan_pages=0)
                | ~Q(file="") & ~Q(sha256="") & ~Q(sort="") & Q(scan_pages__gte=1),
            ),
            models.CheckConstraint(name="roster_material_has_pages", condition=Q(pages__gte=1, copies__gte=1)),
            models.CheckConstraint(
                name="roster_material_replaced_is_past", condition=Q(replaced_by=None) | Q(is_current=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def code(self) -> str:
        """类号-序号, as the catalogue writes it."""
        return f"{self.category}-{self.number}"

    @property
    def root_id(self) -> int:
        """The first version of this material: what requests name."""
        return self.origin_id or self.pk

    @property
    def holds(self) -> bool:
        """Whether it stands in the catalogue now."""
        return self.is_current and self.withdrawn_at is None


class MaterialAccess(models.Model):
    """A request to read, borrow or copy materials of one officer: why, who decided, until when, when returned."""

    class Kind(models.TextChoices):
        READ = "read", _("read on screen")
        BORROW = "borrow", _("borrow the paper")
        COPY = "copy", _("take a copy")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a decision")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    officer = models.ForeignKey(
        "roster.Officer", on_delete=models.CASCADE, related_name="material_accesses", db_index=False
    )
    kind = models.CharField(_("what for"), max_length=6, choices=Kind.choices, default=Kind.READ)
    # what was asked for: categories (codes, headings included), and materials by their first version
    categories = models.JSONField(_("categories"), default=list)
    materials = models.ManyToManyField(Material, related_name="accesses")
    reason = models.CharField(_("reason"), max_length=200)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="material_accesses", db_index=False
    )
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    ends_on = DayField(_("until"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    note = models.CharField(_("note of the decision"), max_length=200, blank=True)
    returned_at = models.DateTimeField(_("returned at"), null=True)
    returned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        verbose_name = _("request for materials")
        verbose_name_plural = _("requests for materials")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["officer", "requested_by"]),
            models.Index(fields=["requested_by", "-id"]),
            models.Index(fields=["state", "ends_on"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="roster_materialaccess_second_person",
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
            ),
            models.CheckConstraint(
                name="roster_materialaccess_decided_by_and_at",
                condition=Q(decided_by=None, decided_at=None) | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="roster_materialaccess_approved_by_somebody",
                condition=~Q(state__in=["approved", "refused"]) | Q(decided_by__isnull=False),
            ),
            models.UniqueConstraint(name="roster_materialaccess_key_once", fields=["key"], condition=~Q(key="")),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The number people quote."""
        return f"CY-{self.pk:06d}"

    @property
    def runs(self) -> bool:
        """Whether what was asked for may be read now."""
        return self.state == self.State.APPROVED and self.returned_at is None and self.ends_on >= timezone.localdate()

    @property
    def is_overdue(self) -> bool:
        """Whether borrowed paper should have been back."""
        lent = self.kind == self.Kind.BORROW and self.state == self.State.APPROVED and self.returned_at is None
        return lent and self.ends_on < timezone.localdate()

    @property
    def standing(self) -> str:
        """The state in one word for lists: the stored one, or what time has made of it."""
        if self.state != self.State.APPROVED:
            return str(self.get_state_display())
        if self.returned_at is not None:
            return str(_("returned") if self.kind == self.Kind.BORROW else _("ended"))
        if self.is_overdue:
            return str(_("overdue"))
        return str(self.get_state_display() if self.runs else _("ran out"))

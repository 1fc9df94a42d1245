"""The ledger: one row per dated fact about an officer, and the kinds of fact there are."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from police_hr.core.days import DayField
from police_hr.core.i18n import pick


class LedgerGroup(models.Model):
    """A place in the menu tree of kinds."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80)
    parent = models.ForeignKey(
        "self", verbose_name=_("below"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("ledger group")
        verbose_name_plural = _("ledger groups")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return pick(self.name_zh, self.name_en)


class LedgerKind(models.Model):
    """A kind of fact. What it looks like is in its versions; entries keep the version they were made with."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    group = models.ForeignKey(LedgerGroup, verbose_name=_("group"), on_delete=models.PROTECT, related_name="kinds")
    order = models.PositiveIntegerField(_("order"), default=0)
    current = models.ForeignKey(
        "roster.LedgerKindVersion",
        verbose_name=_("current version"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    pack = models.CharField(_("pack"), max_length=20, default="cn")
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    shipped = models.BooleanField(_("shipped with the product"), default=False)

    class Meta:
        verbose_name = _("ledger kind")
        verbose_name_plural = _("ledger kinds")
        ordering = ["group__order", "order", "code"]

    def __str__(self) -> str:
        return self.code


class LedgerKindVersion(models.Model):
    """One version of a kind: its words, its class and its list of fields. Frozen once used."""

    kind = models.ForeignKey(LedgerKind, verbose_name=_("kind"), on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80)
    hint_zh = models.CharField(_("Chinese help text"), max_length=300, blank=True)
    hint_en = models.CharField(_("English help text"), max_length=300, blank=True)
    sensitivity = models.PositiveSmallIntegerField(_("class"), default=1)
    fields = models.JSONField(_("fields"), default=list)
    needs_verification = models.BooleanField(_("counts only once verified"), default=False)
    care = models.BooleanField(_("care"), default=False)
    open_ended = models.BooleanField(_("stays open until closed"), default=False)
    amount_label_zh = models.CharField(_("Chinese name of the amount"), max_length=40, blank=True)
    amount_label_en = models.CharField(_("English name of the amount"), max_length=40, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("kind version")
        verbose_name_plural = _("kind versions")
        ordering = ["kind", "-number"]
        constraints = [
            models.UniqueConstraint(name="roster_kindversion_unique", fields=["kind", "number"]),
            models.CheckConstraint(name="roster_kindversion_class", condition=Q(sensitivity__range=(1, 4))),
        ]

    def __str__(self) -> str:
        return pick(self.name_zh, self.name_en)


class LedgerEntry(models.Model):
    """One dated fact about an officer.

    Bitemporal: at a past day T it counts if max(known_on, recorded_on) ≤ T (rows of a historical
    batch: known_on alone) and it was not voided by T; as a finding only if closed_on ≤ T.
    `closed_on`, `voided_on`, `voided_by` and `replaced_by` are set once; nothing else ever changes.

    Of its keys only those are indexed that a page or a replay searches by: each index costs an import of half a
    million rows seconds.
    """

    officer = models.ForeignKey(
        "roster.Officer",
        verbose_name=_("officer"),
        on_delete=models.PROTECT,
        related_name="entries",
        db_index=False,
    )
    kind = models.ForeignKey(
        LedgerKind, verbose_name=_("kind"), on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    kind_version = models.ForeignKey(
        LedgerKindVersion, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    occurred_on = DayField(_("occurred on"))
    known_on = DayField(_("known on"))
    closed_on = DayField(_("closed on"), null=True, blank=True)
    recorded_on = DayField(_("recorded on"))
    voided_on = DayField(_("voided on"), null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    void_reason = models.CharField(_("reason of voiding"), max_length=200, blank=True, default="")
    replaced_by = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaces")
    amount = models.FloatField(_("amount"), null=True, blank=True)
    payload = models.JSONField(_("fields"), default=dict)
    sensitivity = models.PositiveSmallIntegerField(_("class"), default=1)
    verified = models.BooleanField(_("verified"), default=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    source = models.ForeignKey(
        "roster.DataSource", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    batch = models.ForeignKey(
        "roster.ImportBatch", null=True, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    # what the source calls this fact: the same key from the same kind is the same fact
    key = models.CharField(_("key at the source"), max_length=80, blank=True, default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        indexes = [
            models.Index(fields=["officer", "-occurred_on", "-id"]),
            models.Index(fields=["kind", "key"]),
            models.Index(fields=["batch"]),
        ]
        constraints = [
            models.CheckConstraint(name="roster_entry_class", condition=Q(sensitivity__range=(1, 4))),
            models.CheckConstraint(
                name="roster_entry_void_is_whole",
                condition=Q(voided_on=None, replaced_by=None) | Q(voided_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.occurred_on}"

"""Units: a tree with a history."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from treebeard.mp_tree import MP_Node

from police_hr.core.days import DayField
from police_hr.core.i18n import pick
from police_hr.core.roles import ROLES, UNIT_ROLES


class Unit(MP_Node):
    """A unit as it stands today. `path` is its materialised path: a subtree is a range of paths.

    Renaming, moving, merging and closing go through `roster.services.units`, which keeps `UnitVersion`.
    """

    code = models.CharField(_("unit code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    pinyin = models.CharField(max_length=200, blank=True)
    initials = models.CharField(max_length=40, blank=True)
    type = models.CharField(_("type"), max_length=40, blank=True)
    branch = models.CharField(_("police branch"), max_length=40, blank=True)
    establishment = models.PositiveIntegerField(_("establishment"), null=True, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    active_from = DayField(_("from"), null=True, blank=True)
    active_to = DayField(_("until"), null=True, blank=True)

    node_order_by = ["order", "code"]

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        permissions = [(f"role_{code}", ROLES[code].en) for code in UNIT_ROLES]
        constraints = [
            models.CheckConstraint(
                name="roster_unit_ends_after_start",
                condition=Q(active_to__isnull=True) | Q(active_from__isnull=True) | Q(active_to__gte=F("active_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return pick(self.name, self.name_en)

    @property
    def short_label(self) -> str:
        return pick(self.short_name or self.name, self.name_en)


class UnitVersion(models.Model):
    """What a unit was called and where it stood, from one day until another (exclusive)."""

    class Reason(models.TextChoices):
        CREATED = "created", _("created")
        RENAMED = "renamed", _("renamed")
        MOVED = "moved", _("moved")
        MERGED = "merged", _("merged into another")
        SPLIT = "split", _("came out of another")
        CLOSED = "closed", _("closed")

    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.CASCADE, related_name="versions")
    name = models.CharField(_("name"), max_length=80)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    parent = models.ForeignKey(
        Unit, verbose_name=_("parent unit"), null=True, on_delete=models.PROTECT, related_name="child_versions"
    )
    type = models.CharField(_("type"), max_length=40, blank=True)
    valid_from = DayField(_("from"), null=True)
    valid_to = DayField(_("until"), null=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices, default=Reason.CREATED)
    # the unit that took this one over, or the one that this one came out of
    into = models.ForeignKey(
        Unit, verbose_name=_("merged into"), null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed"
    )

    class Meta:
        verbose_name = _("unit version")
        verbose_name_plural = _("unit versions")
        ordering = ["unit", "valid_from"]
        constraints = [
            models.UniqueConstraint(name="roster_unitversion_one_open", fields=["unit"], condition=Q(valid_to=None)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from}–{self.valid_to or ''}"


class UnitGrant(UserObjectPermissionBase):
    """guardian's row for a role that an account holds over a unit and all below it."""

    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)


class UnitGroupGrant(GroupObjectPermissionBase):
    """guardian's row for groups; the product grants to accounts only."""

    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)

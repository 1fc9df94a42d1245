"""Code tables: ranks, grades, unit types … as versioned data in both languages."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from police_hr.core.i18n import pick


class CodeTable(models.Model):
    """One list of codes, e.g. `rank` (警衔)."""

    slug = models.SlugField(_("name"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("code table")
        verbose_name_plural = _("code tables")
        ordering = ["slug"]

    def __str__(self) -> str:
        return pick(self.name_zh, self.name_en)


class Code(models.Model):
    """One code of a table. Withdrawn codes stay, so that old facts keep their words."""

    table = models.ForeignKey(CodeTable, verbose_name=_("table"), on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(_("code"), max_length=40)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120)
    order = models.PositiveIntegerField(_("order"), default=0)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        ordering = ["table", "order", "code"]
        constraints = [models.UniqueConstraint(name="roster_code_unique", fields=["table", "code"])]

    def __str__(self) -> str:
        return pick(self.name_zh, self.name_en)

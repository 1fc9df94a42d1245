"""Where facts come from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from police_hr.core.i18n import pick


class DataSource(models.Model):
    """A department or system that supplies facts. Where two disagree, the lower `priority` leads."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    priority = models.PositiveSmallIntegerField(_("priority"), default=100)

    class Meta:
        verbose_name = _("data source")
        verbose_name_plural = _("data sources")
        ordering = ["priority", "code"]

    def __str__(self) -> str:
        return pick(self.name_zh, self.name_en)

"""The working-day calendar: one row for each day that a year's decree names."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from police_hr.core.days import DayField


class WorkCalendarDay(models.Model):
    """One maintained day. A year without rows falls back to Monday–Friday, with a visible warning."""

    class Kind(models.TextChoices):
        WORKDAY = "workday", _("working day")
        REST = "rest", _("rest day")
        HOLIDAY = "holiday", _("public holiday")
        SHIFTED = "shifted", _("working day in lieu")

    date = DayField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=40, blank=True)
    source = models.CharField(_("source"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.kind}"

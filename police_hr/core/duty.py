"""Duty hours: between which a dossier opens without a word why."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone


def is_off_duty(now: dt.datetime | None = None) -> bool:
    """Whether the clock of the force stands outside `DUTY_HOURS`. A police force works on Sundays, so days do not
    count. With 22-6 duty goes over midnight."""
    start, end = map(int, settings.DUTY_HOURS.split("-"))
    hour = timezone.localtime(now).hour
    return not (start <= hour < end if start < end else hour >= start or hour < end)

"""The form of the calendar page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from police_hr.core.models import WorkCalendarDay


def _kinds() -> list[tuple[str, Any]]:
    return [*WorkCalendarDay.Kind.choices, ("", _("as the weekday says"))]


class CalendarDayForm(forms.Form):
    """One day of the calendar; without a kind its entry is taken away."""

    date = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    kind = forms.ChoiceField(label=_("Kind"), choices=_kinds, required=False)
    name = forms.CharField(label=_("Name"), max_length=40, required=False)

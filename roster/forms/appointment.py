"""The form for what is written on an appointment form by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from roster.lrmx.texts import day_of
from roster.services.appointment import DAYS, LONGEST


class AppointmentTextsForm(forms.Form):
    proposed_post = forms.CharField(label=_("Proposed post"), max_length=LONGEST, required=False)
    removed_post = forms.CharField(label=_("Post to be removed from"), max_length=LONGEST, required=False)
    reason = forms.CharField(
        label=_("Reason for the appointment"), max_length=LONGEST, required=False, widget=forms.Textarea({"rows": 4})
    )
    reporting_unit = forms.CharField(label=_("Reporting unit"), max_length=80, required=False)
    filled_by = forms.CharField(label=_("Filled in by"), max_length=60, required=False)
    age_as_of = forms.DateField(
        label=_("Day for ages"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("Ages are counted by months up to this day. Empty: the day of printing."),
    )
    filled_on = forms.DateField(
        label=_("Day of filling in"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("Empty: the day of printing."),
    )
    # the version the editor started from; empty where there was none
    started_from = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def start(cls, texts: dict[str, str], version: int | None) -> AppointmentTextsForm:
        """The form filled with the current version."""
        days = {name: day_of(texts.get(name, "")) for name in DAYS}
        return cls(initial={**texts, **days, "started_from": version})

    def texts(self) -> dict[str, str]:
        """The cleaned fields as the service takes them."""
        found: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if name != "started_from"}
        return {name: _text(value) for name, value in found.items()}


def _text(value: Any) -> str:
    return f"{value:%Y%m%d}" if isinstance(value, dt.date) else value or ""

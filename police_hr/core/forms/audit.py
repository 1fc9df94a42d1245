"""The filter of the audit page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class AuditFilter(forms.Form):
    """Who, about whom, what, when. Every field narrows; all empty means everything."""

    actor = forms.CharField(label=_("Who (badge number or name)"), max_length=60, required=False)
    officer = forms.CharField(label=_("About officer (badge number)"), max_length=60, required=False)
    action = forms.CharField(
        label=_("Action"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "actions", "autocomplete": "off"}),
    )
    flag = forms.ChoiceField(
        label=_("Readings to look at"),
        required=False,
        choices=[
            ("", "–"),
            ("off_duty", _("out of hours")),
            ("peer", _("of colleagues of one's own unit")),
            ("many", _("very many within an hour")),
        ],
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    # keyset: events older than this number; the sequence is the table's own, so paging never repeats or skips
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

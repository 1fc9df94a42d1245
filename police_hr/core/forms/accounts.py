"""Forms of the account administration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from police_hr.core.roles import ADMINISTRATORS, ROLES
from police_hr.core.services.sign_in import clean_badge_no


def _administrators() -> list[tuple[str, Any]]:
    return [("", _("none")), *((code, ROLES[code].label) for code in ADMINISTRATORS)]


class AccountForm(forms.Form):
    """A new account."""

    badge_no = forms.CharField(
        label=_("Badge number"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    admin_role = forms.ChoiceField(
        label=_("Administrator role"),
        choices=_administrators,
        required=False,
        help_text=_("An administrator sees no dossier and holds no role over units."),
    )

    def clean_badge_no(self) -> str:
        badge_no = clean_badge_no(self.cleaned_data["badge_no"])
        RegexValidator(r"\A[0-9A-Z-]{2,20}\Z", _("Digits, capital letters and hyphens only."))(badge_no)
        return badge_no


class AdminRoleForm(forms.Form):
    """Which of the three administrators an account is."""

    admin_role = forms.ChoiceField(label=_("Administrator role"), choices=_administrators, required=False)


class ReasonForm(forms.Form):
    """Why something is done to another's account."""

    reason = forms.CharField(label=_("Reason"), min_length=4, max_length=200)

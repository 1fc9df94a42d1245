"""Giving a role over a unit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from police_hr.core.roles import ROLES, UNIT_ROLES
from roster.models import Unit
from roster.selectors import grants


def _roles() -> list[tuple[str, Any]]:
    return [(code, ROLES[code].label) for code in UNIT_ROLES]


class GrantForm(forms.Form):
    """A role, and the unit over which (with all below it) it shall hold. Cleans to a Unit."""

    role = forms.ChoiceField(label=_("Role"), choices=_roles)
    unit = forms.CharField(
        label=_("Unit (code or name)"),
        max_length=80,
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )

    def clean_unit(self) -> Unit:
        unit = grants.unit_named(self.cleaned_data["unit"])
        if unit is None:
            raise forms.ValidationError(_("No unit has this code, or several have this name: give the code."))
        return unit

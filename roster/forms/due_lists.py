"""The conditions of the due list and of the forecast, and what asks for their files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from roster.access import units_visible_to
from roster.models import Unit
from roster.selectors.references import unit_ids


class UnitCondition(forms.Form):
    """A unit of the address, by code or name; one that the viewer does not see is no condition but a sentence."""

    unit = forms.CharField(
        label=_("Unit"),
        max_length=120,
        required=False,
        widget=forms.TextInput(
            attrs={"class": "ph-input", "data-reference": "unit", "autocomplete": "off", "placeholder": _("All units")}
        ),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    def clean_unit(self) -> Unit | None:
        text = self.cleaned_data["unit"].strip()
        if not text:
            return None
        seen = units_visible_to(self.viewer, Permission.OFFICER_LIST)
        unit = seen.filter(pk=unit_ids([text]).get(text)).first()
        if unit is None:
            raise forms.ValidationError(_("There is no such unit that you see; all are shown."))
        return unit


class FileForm(forms.Form):
    """What a file of the list is for, and its format."""

    reason = forms.CharField(label=_("What the file is for"), min_length=5, max_length=200)
    file_format = forms.ChoiceField(label=_("Format"), choices=[("xlsx", "xlsx"), ("csv", "csv")])


class PurposeForm(forms.Form):
    """Why facts about sanctions are needed."""

    reason = forms.CharField(
        label=_("What you need this for"),
        min_length=4,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "ph-input"}),
    )

"""Forms around a ledger kind: a group of the menu, a kind from a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from roster.models import LedgerGroup
from roster.services.kind_files import LARGEST


class GroupChangeForm(forms.Form):
    """What a group is called and below which it stands."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=80)
    parent = forms.ModelChoiceField(
        label=_("Below"), queryset=LedgerGroup.objects.order_by("order", "code"), required=False
    )


class KindFileForm(forms.Form):
    """A file that describes a kind; on the second step its text comes along, so that it is not chosen twice."""

    file = forms.FileField(label=_("File (.json)"), required=False, widget=forms.FileInput(attrs={"accept": ".json"}))
    text = forms.CharField(required=False, max_length=LARGEST, strip=False, widget=forms.HiddenInput)
    group = forms.ModelChoiceField(
        label=_("Group"),
        queryset=LedgerGroup.objects.order_by("order", "code"),
        required=False,
        empty_label=_("as the file says"),
        help_text=_("Only for a new kind whose group is not known here."),
    )
    content: bytes = b""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        upload = data.get("file")
        if upload is not None and upload.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than a kind can be (200 kB)."))
        self.content = upload.read() if upload is not None else data.get("text", "").encode()
        if not self.content:
            raise forms.ValidationError(_("Choose the file of a kind."))
        return data

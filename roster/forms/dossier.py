"""Forms of the dossier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from police_hr.core.templatetags.ui import SENSITIVITY


class ReasonForm(forms.Form):
    """Why closed facts are opened, and which classes of them."""

    reason = forms.CharField(
        label=_("What you need this for"),
        min_length=4,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Stands in the audit trail beside your name; the officer can read it."),
    )
    classes = forms.MultipleChoiceField(label=_("To open"), widget=forms.CheckboxSelectMultiple())

    def __init__(self, *args: Any, classes: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["classes"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  declared above
        field.choices = [(str(number), SENSITIVITY[number]) for number in classes]
        # The milder class alone is the usual need.
        field.initial = [str(classes[0])] if classes else []

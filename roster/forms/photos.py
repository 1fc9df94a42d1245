"""Forms of pictures."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class PhotoForm(forms.Form):
    """A new picture."""

    photo = forms.FileField(
        label=_("Photo"), max_length=200, error_messages={"empty": _("The file is empty. Choose another one.")}
    )


class PhotoArchiveForm(forms.Form):
    """Many pictures at once."""

    archive = forms.FileField(
        label=_("Zip of pictures"),
        max_length=200,
        error_messages={"empty": _("The file is empty. Choose another one.")},
    )

"""Forms of the import pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from roster.importing.targets.appointment import AppointmentForms
from roster.models import DataSource, MappingProfile
from roster.selectors.imports import shipped_profiles, target_choices

PROFILE = "profile:"


class SeveralInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    """One file or several; cleaned to a list of uploads."""

    widget = SeveralInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        uploads = data if isinstance(data, list | tuple) else [data]
        return [super(SeveralFiles, self).clean(upload, initial) for upload in uploads or [None]]


class ImportForm(forms.Form):
    """A file and what it is. Cleaned: `target`, `profile` (or None), `source`, `file` (a list)."""

    what = forms.ChoiceField(label=_("What the file is about"))
    source = forms.ModelChoiceField(
        label=_("Supplied by"),
        queryset=DataSource.objects.all(),
        required=False,
        empty_label=_("by the file, or not known"),
    )
    file = SeveralFiles(label=_("File"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(PROFILE + profile.code, str(profile)) for profile in shipped_profiles()]
        choices: list[Any] = [*target_choices()]
        if known:
            choices.append((_("Known files"), known))
        self.fields["what"].choices = choices  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        uploads = self.cleaned_data["file"]
        if sum(upload.size for upload in uploads) > settings.IMPORT_MAX_BYTES:
            most = settings.IMPORT_MAX_BYTES // (1024 * 1024)
            raise ValidationError(_("The file is larger than %(most)d MB. Split it."), params={"most": most})
        return uploads

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        what = cleaned.get("what", "")
        profile = None
        if what.startswith(PROFILE):
            profile = MappingProfile.objects.filter(code=what.removeprefix(PROFILE)).first()
        cleaned["profile"] = profile
        cleaned["target"] = "" if profile is not None else what
        if len(cleaned.get("file") or ()) > 1 and what != AppointmentForms.code:
            self.add_error("file", _("Of this kind one file is read at a time. Choose a single one."))
        return cleaned


class DecisionForm(forms.Form):
    """What to do with a row: `act` is mend, fix, skip or keep."""

    act = forms.ChoiceField(choices=[(act, act) for act in ("mend", "fix", "skip", "keep")])
    field = forms.CharField(required=False, max_length=60)
    text = forms.CharField(required=False, max_length=8_000)
    issue = forms.IntegerField(required=False, min_value=0, max_value=1_000)
    fix = forms.IntegerField(required=False, min_value=0, max_value=1_000)

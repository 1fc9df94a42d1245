"""Forms of the paper file: a material, its moves, a request to see it, the decision."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from police_hr.core.dates import DateError, parse_date
from roster.models import Material, MaterialAccess
from roster.selectors import categories
from roster.services.material_access import LONGEST_DAYS
from roster.services.materials import MOST_PAGES

USUAL_DAYS = 7


class TokenForm(forms.Form):
    """A form that makes one thing however often it is sent."""

    token = forms.RegexField(r"\A[0-9a-f]{24}\Z", widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial.setdefault("token", secrets.token_hex(12))

    def clean_token(self) -> str:
        return self.cleaned_data["token"] or secrets.token_hex(12)


class MaterialForm(TokenForm):
    """What the catalogue says of a material, and its scan."""

    title = forms.CharField(label=_("Title of the material"), max_length=120, help_text=_("As it stands on the paper."))
    category = forms.ChoiceField(label=_("Category"))
    formed = forms.CharField(
        label=_("Formed on"),
        max_length=20,
        required=False,
        help_text=_("2021-03-05, 2021.03 or 2021, as exactly as the paper says."),
    )
    pages = forms.IntegerField(label=pgettext_lazy("paper", "Pages"), min_value=1, max_value=MOST_PAGES, initial=1)
    copies = forms.IntegerField(label=_("Copies"), min_value=1, max_value=20, initial=1)
    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)
    scan = forms.FileField(
        label=_("Scan"),
        max_length=200,
        required=False,
        error_messages={"empty": _("The file is empty. Choose another one.")},
    )

    def __init__(self, *args: Any, material: Material | None = None, **kwargs: Any) -> None:
        if material is not None:
            kwargs["initial"] = {
                "title": material.title,
                "formed": formed_text(material, "-"),
                "pages": material.pages,
                "copies": material.copies,
                "remark": material.remark,
            }
        super().__init__(*args, **kwargs)
        if material is not None:
            del self.fields["category"]
            self.fields["reason"] = forms.CharField(
                label=_("Why it is replaced"),
                min_length=2,
                max_length=200,
                help_text=_("The old version stays readable."),
            )
        else:
            field = self.fields["category"]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
            field.choices = [("", _("choose")), *categories.choices()]

    def clean_formed(self) -> tuple[dt.date | None, str]:
        text = self.cleaned_data["formed"].strip()
        return read_formed(text) if text else (None, "day")

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned data as the services take it."""
        day, precision = self.cleaned_data["formed"]
        names = ("title", "pages", "copies", "remark")
        return {name: self.cleaned_data[name] for name in names} | {"formed_on": day, "formed_precision": precision}


def read_formed(text: object) -> tuple[dt.date, str]:
    """A day, the first of a month, or the first of a year, and which of them. Raises ValidationError."""
    fault: DateError | None = None
    for precision in ("day", "month", "year"):
        try:
            return parse_date(text, today=timezone.localdate(), precision=precision), precision  # type: ignore[return-value]
        except DateError as error:
            fault = error
            if error.code not in {"no_day", "no_month"}:
                break
    raise ValidationError(str(fault)) from fault


def formed_text(material: Material, joint: str = ".") -> str:
    """2021.03.05, 2021.03 or 2021."""
    day = material.formed_on
    if day is None:
        return ""
    parts = {"day": 3, "month": 2, "year": 1}[material.formed_precision]
    return joint.join([f"{day.year:04}", f"{day.month:02}", f"{day.day:02}"][:parts])


class MoveForm(TokenForm):
    """To which category, and why."""

    category = forms.ChoiceField(label=_("New category"))
    reason = forms.CharField(label=_("Why it is moved"), min_length=2, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
        field.choices = [("", _("choose")), *categories.choices()]


class TakeOutForm(forms.Form):
    """Why a material leaves the catalogue."""

    reason = forms.CharField(label=_("Why it is taken out"), min_length=2, max_length=200)


class AccessForm(TokenForm):
    """What somebody wants to see, what for, until when."""

    kind = forms.ChoiceField(
        label=_("What you want to do"), choices=MaterialAccess.Kind.choices, widget=forms.RadioSelect, initial="read"
    )
    categories = forms.MultipleChoiceField(label=_("Categories"), widget=forms.CheckboxSelectMultiple, required=False)
    reason = forms.CharField(
        label=_("What you need this for"),
        min_length=4,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Read by the one who decides, and kept in the audit trail beside your name."),
    )
    ends_on = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At most %(days)d days ahead; then it closes by itself.") % {"days": LONGEST_DAYS},
    )

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["categories"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  declared above
        field.choices = offered
        if not self.is_bound:
            self.initial.setdefault("ends_on", timezone.localdate() + dt.timedelta(days=USUAL_DAYS))


class DecisionForm(forms.Form):
    """A word to the decision."""

    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, help_text=_("Must be written where you refuse.")
    )

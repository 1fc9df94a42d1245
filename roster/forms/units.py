"""Forms of units. Every change has the day from which it holds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from roster.access import units_visible_to
from roster.models import Unit
from roster.selectors import codes
from roster.selectors.references import unit_ids
from roster.selectors.units import open_children, serving_in


class UnitField(forms.CharField):
    """A unit by its code, or by a name that only one open unit has. The form sets `viewer`: only units that the
    viewer manages are found."""

    viewer: Viewer

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"data-reference": "unit", "autocomplete": "off"})
        options = {"help_text": _("Unit code or name; suggestions appear while you type.")} | options
        super().__init__(max_length=120, widget=widget, **options)

    def clean(self, value: Any) -> Unit | None:
        text = super().clean(value).strip()
        if not text:
            return None
        pk = unit_ids([text]).get(text)
        unit = units_visible_to(self.viewer, Permission.UNIT_MANAGE).filter(pk=pk, active_to=None).first()
        if unit is None:
            raise ValidationError(_("There is no open unit “%(text)s” that you manage."), params={"text": text[:40]})
        return unit


def _day(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


def _choices(table: str) -> list[tuple[str, Any]]:
    return [("", "—"), *codes.choices(table)]


class UnitForm(forms.Form):
    """What all forms of units share: the viewer whose units may be named, today as the first day."""

    def __init__(self, *args: Any, viewer: Viewer, unit: Unit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        for field in self.fields.values():
            if isinstance(field, UnitField):
                field.viewer = viewer
        if "on" in self.fields:
            self.initial.setdefault("on", timezone.localdate())
            # a later day is refused (docs/adr): better said before than after
            day = self.fields["on"]
            day.widget.attrs["max"] = timezone.localdate().isoformat()
            day.help_text = day.help_text or _("Today at the latest: a change of units is entered on its day.")


class DetailsForm(UnitForm):
    """What a unit has without history."""

    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    type = forms.ChoiceField(label=_("Type"), choices=lambda: _choices("unit_type"), required=False)
    branch = forms.ChoiceField(label=_("Police branch"), choices=lambda: _choices("police_branch"), required=False)
    establishment = forms.IntegerField(label=_("Establishment"), min_value=0, max_value=100_000, required=False)
    order = forms.IntegerField(
        label=_("Order"), min_value=0, max_value=100_000, required=False, help_text=_("Among its sister units.")
    )

    def clean_order(self) -> int:
        return self.cleaned_data["order"] or 0


class CreateForm(DetailsForm):
    """A new unit."""

    field_order = ["code", "name", "short_name", "name_en", "parent", "valid_from"]
    code = forms.CharField(label=_("Unit code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=80)
    short_name = forms.CharField(label=_("Short name"), max_length=40, required=False)
    parent = UnitField(label=_("Parent unit"))
    valid_from = _day(_("Exists since"), required=False, help_text=_("Empty: since before anything we know."))


class RenameForm(UnitForm):
    name = forms.CharField(label=_("New name"), max_length=80)
    short_name = forms.CharField(label=_("New short name"), max_length=40, required=False)
    on = _day(_("Holds from"))


class MoveForm(UnitForm):
    parent = UnitField(label=_("New parent unit"))
    on = _day(_("Holds from"))


class MergeForm(UnitForm):
    into = UnitField(label=_("Goes over into"))
    on = _day(_("Holds from"))


class CloseForm(UnitForm):
    on = _day(_("First day without the unit"))


class SplitForm(UnitForm):
    """A unit that comes out of this one: who and what goes there."""

    code = forms.CharField(label=_("Code of the new unit"), max_length=40)
    name = forms.CharField(label=_("Name of the new unit"), max_length=80)
    short_name = forms.CharField(label=_("Short name"), max_length=40, required=False)
    establishment = forms.IntegerField(label=_("Establishment"), min_value=0, max_value=100_000, required=False)
    on = _day(_("Holds from"))
    posts = forms.MultipleChoiceField(
        label=_("All who hold these posts go"), required=False, widget=forms.CheckboxSelectMultiple
    )
    officers = forms.TypedMultipleChoiceField(
        label=_("These officers go"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    units = forms.TypedMultipleChoiceField(
        label=_("These units below go along"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(name="", short_name="")
        people = serving_in(self.unit) if self.unit else []
        choices = {
            "posts": sorted({(o.post, o.post) for o in people if o.post}),
            "officers": [(o.pk, f"{o.label} {o.badge_no} {o.post}") for o in people],
            "units": [(u.pk, u.label) for u in (open_children(self.unit) if self.unit else [])],
        }
        for name, found in choices.items():
            if found:
                self.fields[name].choices = found  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not any(data.get(name) for name in ("posts", "officers", "units")):
            raise ValidationError(_("Say who or what goes to the new unit."))
        return data

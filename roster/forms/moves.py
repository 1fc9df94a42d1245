"""Forms of moves: one form that keeps the fields of its kind, the last day of a secondment, why a move is undone."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from roster.access import units_visible_to
from roster.models import MoveOrder, Unit
from roster.selectors import codes
from roster.selectors.references import unit_ids

Kind = MoveOrder.Kind
PLACE = ("unit", "post", "level")
# kind → what its form asks besides document, days and remark
FIELDS: Mapping[str, tuple[str, ...]] = {
    Kind.TRANSFER: PLACE,
    Kind.ROTATION: PLACE,
    Kind.SECONDMENT: ("unit", "host", "ends_on", "post"),
    Kind.CONCURRENT: PLACE,
    Kind.POST_UP: ("post", "level", "unit"),
    Kind.POST_DOWN: ("post", "level", "unit"),
    Kind.GRADE_UP: ("grade",),
    Kind.GRADE_DOWN: ("grade",),
    Kind.RANK_UP: ("rank",),
    Kind.RANK_DOWN: ("rank",),
    Kind.RETIREMENT: (),
    Kind.RESIGNATION: ("leaving",),
    Kind.TRANSFER_OUT: (),
    Kind.DEATH: (),
    Kind.RETURN: PLACE,
}
COMMON = ("kind", "token", "document", "effective_on", "reason", "note")
# what may be left open although the kind has it
OPTIONAL: Mapping[str, frozenset[str]] = {
    Kind.TRANSFER: frozenset({"post", "level"}),
    Kind.ROTATION: frozenset({"post", "level"}),
    Kind.SECONDMENT: frozenset({"unit", "host", "post"}),
    Kind.CONCURRENT: frozenset({"level"}),
    Kind.POST_UP: frozenset({"unit"}),
    Kind.POST_DOWN: frozenset({"unit"}),
    Kind.RETURN: frozenset({"level", "post"}),
}


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class PlaceField(forms.CharField):
    """A unit by its code, or by a name that only one open unit has, where the viewer may move people."""

    viewer: Viewer

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"data-reference": "unit", "autocomplete": "off"})
        super().__init__(max_length=120, widget=widget, **options)

    def clean(self, value: Any) -> Unit | None:
        text = super().clean(value).strip()
        if not text:
            return None
        found = units_visible_to(self.viewer, Permission.OFFICER_EDIT).filter(pk=unit_ids([text]).get(text))
        unit = found.filter(active_to=None).first()
        if unit is None:
            raise ValidationError(
                _("There is no open unit “%(text)s” to which you may move people."), params={"text": text[:40]}
            )
        return unit


class MoveForm(forms.Form):
    """What a move of this kind must say. `order` turns it into an order that is not saved yet."""

    kind = forms.ChoiceField(choices=Kind.choices, widget=forms.HiddenInput)
    token = forms.RegexField(r"\A[0-9a-f]{24}\Z", widget=forms.HiddenInput, required=False)
    unit = PlaceField(label=_("Unit"), help_text=_("Unit code or name; suggestions appear while you type."))
    host = forms.CharField(
        label=_("Host outside the force"), max_length=80, help_text=_("Instead of a unit: who borrows the officer.")
    )
    post = forms.CharField(
        label=_("Post"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "posts", "autocomplete": "off"}),
        help_text=_("Empty: the post stays as it is."),
    )
    level = forms.ChoiceField(label=_("Post level"), choices=lambda: [("", "—"), *codes.choices("leadership_level")])
    rank = forms.ChoiceField(label=_("New police rank"), choices=lambda: [("", "—"), *codes.choices("police_rank")])
    grade = forms.ChoiceField(label=_("New grade"), choices=lambda: [("", "—"), *codes.grade_labels().items()])
    leaving = forms.ChoiceField(label=_("How the service ends"), choices=[("", "—"), *MoveOrder.Leaving.choices])
    document = forms.CharField(
        label=_("Document number"), max_length=80, help_text=_("As on the paper, with year and number.")
    )
    effective_on = _day(
        label=_("Takes effect on"),
        help_text=_("A later day waits and takes effect at 00:00 of it. A past day needs a reason."),
    )
    ends_on = _day(label=_("Last day of the secondment"))
    reason = forms.CharField(label=_("Why the day lies in the past"), max_length=200, required=False)
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)

    def __init__(self, *args: Any, viewer: Viewer, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = (*COMMON[:2], *FIELDS[kind], *COMMON[2:])
        self.fields = {name: self.fields[name] for name in wanted}
        for name in OPTIONAL.get(kind, ()):
            self.fields[name].required = False
        if "post" in self.fields and self.fields["post"].required:
            self.fields["post"].help_text = ""
        if "unit" in self.fields:
            self.fields["unit"].viewer = viewer  # type: ignore[attr-defined]
        self.initial.update(kind=kind, token=secrets.token_hex(12))
        self.initial.setdefault("effective_on", timezone.localdate())

    def order(self) -> MoveOrder:
        """The order that the valid form describes."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "token"}
        return MoveOrder(**values, token=self.cleaned_data["token"] or secrets.token_hex(12))


class LastDayForm(forms.Form):
    """Another last day of a running secondment."""

    until = _day(
        label=_("Last day of the secondment"),
        help_text=_("A later day prolongs it, an earlier one ends it early; yesterday ends it now."),
    )
    document = forms.CharField(label=_("Document number"), max_length=80)


class UndoForm(forms.Form):
    """Why a move is undone."""

    reason = forms.CharField(label=_("What was wrong"), min_length=2, max_length=200)

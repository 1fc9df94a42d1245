"""Forms of ledger entries: days and amount, which every kind has, beside the fields of the kind."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.core.files.base import File
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from police_hr.core.fields import PayloadForm, build_form
from police_hr.core.fields.base import is_empty
from police_hr.core.fields.payload import FieldList
from police_hr.core.fields.registry import load_names
from police_hr.core.i18n import pick
from roster.models import LedgerEntry, LedgerKindVersion

FIELDS = "f"  # prefix of the kind's own inputs, which may be called anything


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class FactsForm(forms.Form):
    """When it occurred, when it became known, when it ended, how much. Fields that the kind does not have go."""

    token = forms.RegexField(r"\A[0-9a-f]{24}\Z", widget=forms.HiddenInput, required=False)
    occurred_on = _day(label=_("Occurred on"))
    known_on = _day(label=_("Known on"), required=False, help_text=_("When the force learned of it; empty: today."))
    closed_on = _day(label=_("Closed on"), required=False, help_text=_("Empty while the matter is open."))
    amount = forms.FloatField(label=_("Amount"), required=False)

    def clean_token(self) -> str:
        return self.cleaned_data["token"] or secrets.token_hex(12)

    def __init__(self, *args: Any, version: LedgerKindVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not version.open_ended:
            del self.fields["closed_on"]
        label = pick(version.amount_label_zh, version.amount_label_en)
        if label:
            self.fields["amount"].label = label
        else:
            del self.fields["amount"]
        if not self.is_bound:
            self.initial.setdefault("token", secrets.token_hex(12))
            self.initial.setdefault("occurred_on", timezone.localdate())


class CorrectionReason(forms.Form):
    """Why an entry is corrected."""

    reason = forms.CharField(label=_("What was wrong"), min_length=2, max_length=200)


class VoidForm(forms.Form):
    """Why an entry is void."""

    reason = forms.CharField(
        label=_("Why the entry is void"),
        min_length=2,
        max_length=200,
        help_text=_("The entry stays readable, struck through, with this reason."),
    )


class CloseForm(forms.Form):
    """When an open matter ended."""

    on = _day(label=_("Ended on"))


def payload_form(version: LedgerKindVersion, data: Any = None, files: Any = None, initial: Any = None) -> PayloadForm:
    """The kind's own fields. On a correction a file that is not sent again stays as it is: it is the initial value."""
    return build_form(version.fields)(data, files, prefix=FIELDS, initial=initial)


def initial_of(entry: LedgerEntry, version: LedgerKindVersion) -> dict[str, Any]:
    """The payload of `entry` as the inputs of its form start: references as keys, the rest as stored."""
    fields = FieldList(version.fields)
    known = {name: value for name, value in entry.payload.items() if name in fields.fields and not is_empty(value)}
    names = load_names(fields.references(known), keys=True)
    initial: dict[str, Any] = {}
    for name, value in known.items():
        spec, field_type = fields.fields[name]
        initial[name] = value if spec["type"] in AS_STORED else field_type.to_cell(spec, value, names)
    return initial


AS_STORED = frozenset({"choice", "choices", "period", "file", "date"})


def uploads_of(form: PayloadForm) -> dict[str, File]:
    """The files that were sent, by field name."""
    return {name: value for name, value in form.cleaned_data.items() if isinstance(value, File)}

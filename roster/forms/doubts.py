"""Forms of the doubts about dossiers: the conditions of the board, and the ruling."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from roster.models import Doubt
from roster.selectors import codes
from roster.selectors.doubts import OPEN, SORTS, STATES, BoardQuery

LARGEST = 2**31


def read_board(params: QueryDict) -> BoardQuery:
    """The conditions of an address. What is unknown or makes no sense is left out."""
    sort = params.get("sort", "")
    return BoardQuery(
        unit=_number(params.get("unit", "")),
        check=_known(params.get("check", ""), codes.labels("dossier_check")),
        group=_known(params.get("group", ""), codes.labels("dossier_check_group")),
        severity=_known(params.get("severity", ""), Doubt.Severity.values),
        state=_known(params.get("state", ""), STATES) or OPEN,
        batch=_number(params.get("batch", "")),
        sort=sort if sort.removeprefix("-") in SORTS else "severity",
    )


def _known(value: str, known: Any) -> str:
    return value if value in known else ""


def _number(text: str) -> int | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 11 else 0
    return number if 0 < number < LARGEST else None


class RulingForm(forms.Form):
    """The paper by which a doubt is settled."""

    verdict = forms.ChoiceField(label=_("Verdict"), widget=forms.RadioSelect)
    document = forms.CharField(
        label=_("Document number"),
        max_length=80,
        help_text=_("The paper that decided it, as it stands in the personnel file."),
    )
    decided_on = forms.DateField(label=_("Ruled on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(
        label=_("Grounds of the ruling"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was looked at, and by whom. It stands beside the doubt from now on."),
    )

    whole = forms.BooleanField(label=_("Settle all open doubts of this check in this dossier"), required=False)

    def __init__(self, *args: Any, several: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verdict = self.fields["verdict"]
        assert isinstance(verdict, forms.ChoiceField)  # noqa: S101  declared above
        verdict.choices = codes.choices("dossier_ruling")
        self.fields["decided_on"].initial = timezone.localdate()
        if not several:
            del self.fields["whole"]


class WithdrawForm(forms.Form):
    """Why a ruling is taken back."""

    reason = forms.CharField(label=_("Why it is withdrawn"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

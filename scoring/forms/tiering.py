"""Forms for deciding on tiers, ending them and proposing them by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scoring.models import TierPeriod
from scoring.models.run import Tier

LONGEST_REASON = 300
RAISED = [(Tier.HELP.value, Tier.HELP.label), (Tier.WATCH.value, Tier.WATCH.label)]


def _reason(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}), help_text=help_text
    )


class DecisionForm(forms.Form):
    """Confirm or refuse one proposal; neither is chosen beforehand."""

    verdict = forms.ChoiceField(choices=[("confirm", ""), ("refuse", "")], widget=forms.HiddenInput)
    reason = _reason(_("Reason"), _("Kept in the register; the officer may ask for it."))


class EndForm(forms.Form):
    """How a raised tier ends."""

    how = forms.ChoiceField(label=_("How it ends"), widget=forms.RadioSelect)
    document = forms.CharField(
        label=_("Document number"), max_length=80, required=False, help_text=_("For an end by a decision document.")
    )
    reason = _reason(_("Reason"), _("Kept in the register; the officer may ask for it."))

    def __init__(self, *args: Any, exits: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["how"].choices = [(one, TierPeriod.Exit(one).label) for one in exits]  # type: ignore[attr-defined]


class ProposeForm(forms.Form):
    """A tier proposed by hand: which, of what class, until when, and why."""

    tier = forms.ChoiceField(label=_("Tier"), choices=RAISED, widget=forms.RadioSelect)
    tier_class = forms.ChoiceField(label=_("Class"), widget=forms.RadioSelect)
    until = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Until this day the tier holds whatever the points say; at most a year."),
    )
    grounds = forms.CharField(
        label=_("Grounds"), max_length=500, min_length=4, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Verified facts only: complaints that nobody verified are no ground."),
    )  # fmt: skip

    def __init__(self, *args: Any, classes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier_class"].choices = list(classes)  # type: ignore[attr-defined]

    def clean_until(self) -> dt.date:
        day: dt.date = self.cleaned_data["until"]
        today = timezone.localdate()
        if not today < day <= today + dt.timedelta(days=366):
            raise ValidationError(_("Choose a day after today and within a year."))
        return day

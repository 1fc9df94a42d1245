"""Forms for filing and answering objections."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scoring.models import Objection


class ObjectionForm(forms.Form):
    """Why an own line, or the own tier, is wrong."""

    token = forms.RegexField(r"\A[0-9a-f]{24}\Z", widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("What is wrong"), min_length=4, max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Somebody who neither recorded nor confirmed it reads this and answers within 10 working days."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = secrets.token_hex(12)


class AnswerForm(forms.Form):
    """The answer: right or not, what is done, and why."""

    verdict = forms.ChoiceField(choices=[("uphold", ""), ("refuse", "")], widget=forms.HiddenInput)
    remedy = forms.ChoiceField(label=_("Where the officer is right"), widget=forms.RadioSelect, required=False)
    answer = forms.CharField(
        label=_("Answer"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The officer reads this."),
    )  # fmt: skip

    def __init__(self, *args: Any, remedies: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one, Objection.Remedy(one).label) for one in remedies]
        self.fields["remedy"].choices = choices  # type: ignore[attr-defined]

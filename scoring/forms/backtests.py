"""Forms for back-tests and fits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from scoring.engine.backtest import read_target
from scoring.engine.definition import ModelDefinition
from scoring.engine.errors import DefinitionError
from scoring.selectors.history import a_year_on

MOST_CUTS = 12
EARLIEST = dt.date(1990, 1, 1)


def latest_cut() -> dt.date:
    """The latest first of a month with a whole year behind it."""
    return a_year_on(timezone.localdate().replace(day=1), -1)


def latest_possible() -> dt.date:
    return a_year_on(timezone.localdate(), -1)


# what a Chinese keyboard gives for the signs of a list of codes
HALF_WIDTH = str.maketrans({"，": ",", "；": ",", "、": ",", "：": ":", "＝": "="})


class BacktestForm(forms.Form):
    """What counts as a later case, at which past New Years, and how long the list is."""

    facts = forms.MultipleChoiceField(
        label=_("Later cases"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Who had one of these facts within a year after a cut is a later case. Choose verified facts only."
        ),
    )
    more = forms.CharField(
        label=_("More exactly"),
        required=False,
        max_length=200,
        help_text=_("Only for those who know the kinds by code: KIND or KIND:FIELD=VALUE, several divided by commas."),
    )
    last = forms.DateField(
        label=_("Last cut"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At a cut only what was known by the day before is used. The year after it must be over."),
    )
    years = forms.IntegerField(
        label=_("Number of yearly cuts"),
        min_value=1,
        max_value=MOST_CUTS,
        help_text=_("The last cut and the same day of the years before it. The more, the surer."),
    )

    def __init__(self, *args: Any, definition: ModelDefinition, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        self.fields["facts"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        last, years = data.get("last"), data.get("years")
        if last and not EARLIEST <= last <= latest_possible():
            words = gettext("Choose a day from %(first)s to %(last)s: the year after a cut must be over.")
            self.add_error("last", words % {"first": EARLIEST, "last": latest_possible()})
        elif last and years:
            data["cuts"] = [a_year_on(last, -back) for back in range(years - 1, -1, -1)]
        data["target"] = self._target(data)
        return data

    def _target(self, data: dict[str, Any]) -> str:
        typed = data.get("more", "").translate(HALF_WIDTH).split(",")
        parts = [*data.get("facts", []), *(part.strip() for part in typed if part.strip())]
        if not parts:
            self.add_error("facts", gettext("Choose at least one kind of fact."))
            return ""
        text = ",".join(dict.fromkeys(parts))
        try:
            read_target(self.definition, text)
        except DefinitionError:
            self.add_error("more", gettext("Write KIND or KIND:FIELD=VALUE, for example PUNISHMENT:measure=P1."))
        return text


class MeasureForm(BacktestForm):
    """A back-test: besides, the size of the list."""

    percent = forms.IntegerField(
        label=_("Size of the list in per cent"),
        min_value=1,
        max_value=50,
        initial=5,
        help_text=_("5: of a hundred officers the five with the highest index."),
    )


class FitForm(BacktestForm):
    """A fit: besides, which model gets the draft."""

    code = forms.CharField(
        label=_("Code of the model that gets the draft"),
        max_length=40,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$", _("Small letters, digits and hyphens only."))],
        help_text=_("A new code makes a new model; the model in use is never changed by a fit."),
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code == self.definition.code:
            raise ValidationError(_("A fit goes to a model of its own: choose another code."))
        return code

"""Forms for back-tests and fits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from scoring.engine.backtest import read_target
from scoring.engine.definition import ModelDefinition
from scoring.engine.errors import DefinitionError

MOST_CUTS = 12
EARLIEST = 1990


def last_complete_cut() -> int:
    """The year whose first day is the latest cut with a whole year behind it."""
    return timezone.localdate().year - 1


class BacktestForm(forms.Form):
    """What counts as a later case, at which past New Years, and how long the list is."""

    facts = forms.MultipleChoiceField(
        label=_("Later cases"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Who had one of these facts within a year after a cut is a later case. Choose verified facts only."),
    )
    more = forms.CharField(
        label=_("More exactly"),
        required=False,
        max_length=200,
        help_text=_("Only for those who know the kinds by code: KIND or KIND:FIELD=VALUE, several divided by commas."),
    )
    first = forms.IntegerField(label=_("First cut: 1 January"), min_value=EARLIEST)
    last = forms.IntegerField(
        label=_("Last cut: 1 January"),
        min_value=EARLIEST,
        help_text=_("At each cut only what was known by the day before is used; the year after it must be over."),
    )

    def __init__(self, *args: Any, definition: ModelDefinition, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        self.fields["facts"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last:
            if last > last_complete_cut():
                latest = {"year": last_complete_cut()}
                self.add_error("last", _now("The latest cut with a whole year behind it is %(year)s.") % latest)
            elif not first <= last < first + MOST_CUTS:
                self.add_error("first", _now("Choose one to %(most)s years, the first before the last.") % {"most": MOST_CUTS})
            else:
                data["cuts"] = [dt.date(year, 1, 1) for year in range(first, last + 1)]
        data["target"] = self._target(data)
        return data

    def _target(self, data: dict[str, Any]) -> str:
        parts = [*data.get("facts", []), *(part.strip() for part in data.get("more", "").split(",") if part.strip())]
        if not parts:
            self.add_error("facts", _now("Choose at least one kind of fact."))
            return ""
        text = ",".join(dict.fromkeys(parts))
        try:
            read_target(self.definition, text)
        except DefinitionError:
            self.add_error("more", _now("Write KIND or KIND:FIELD=VALUE, for example PUNISHMENT:measure=P1."))
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

"""The fairness panel: how the tiers of a month fall on groups of people. Sums only; small groups are hidden.

Protected attributes are read here and nowhere else in scoring; no model can name them (`engine.forbidden`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from police_hr.core.access import Viewer
from police_hr.core.roles import Permission
from roster.models import Unit
from roster.selectors import codes, protected
from scoring.engine.fairness import GroupShare, shares
from scoring.models import IndexRun, Score
from scoring.models.run import Tier

RAISED = (Tier.HELP.value, Tier.WATCH.value)
AGES = (30, 40, 50)
SERVICE = (5, 10, 20)

TITLES: dict[str, str | Promise] = {
    "sex": gettext_lazy("Sex"),
    "age": gettext_lazy("Age"),
    "unit": gettext_lazy("Type of unit"),
    "service": gettext_lazy("Length of service"),
    "staffing": gettext_lazy("Police and auxiliaries"),
    "race": gettext_lazy("Race (only in this panel)"),
}


@dataclass(frozen=True)
class Axis:
    """One way of dividing everybody, with its groups; `alerts`: groups beyond the four-fifths rule."""

    code: str
    title: str
    rows: Sequence[tuple[str, GroupShare]]

    @property
    def alerts(self) -> int:
        return sum(share.alert for _name, share in self.rows)


@dataclass(frozen=True)
class Panel:
    run: IndexRun
    axes: Sequence[Axis]
    officers: int
    raised: int
    smallest: int

    @property
    def alerts(self) -> int:
        return sum(axis.alerts for axis in self.axes)


def monthly_runs(viewer: Viewer) -> list[IndexRun]:
    """The last finished run of each month under the model on dossiers, newest month first."""
    if not viewer.has(Permission.FAIRNESS_VIEW):
        return []
    rows = IndexRun.objects.filter(state=IndexRun.State.DONE, replay=False, version__model__is_default=True)
    latest: dict[tuple[int, int], IndexRun] = {}
    for run in rows.select_related("version__model").order_by("as_of", "pk"):
        latest[run.as_of.year, run.as_of.month] = run
    return sorted(latest.values(), key=lambda run: run.as_of, reverse=True)


def panel(viewer: Viewer, run: IndexRun) -> Panel | None:
    """The panel of a run; None for who may not see it. Who has too little data is left out."""
    if not viewer.has(Permission.FAIRNESS_VIEW):
        return None
    scores = Score.objects.filter(run=run).exclude(tier=Tier.INSUFFICIENT).order_by()
    rows = list(
        scores.values_list(
            "tier", "officer__sex", "officer__birth_date", "officer__police_since", "officer__staffing",
            "unit", "officer",
        )
    )  # fmt: skip
    smallest = settings.FAIRNESS_SMALLEST
    axes = [
        Axis(code, str(TITLES[code]), _groups(rows, key, names, smallest))
        for code, (key, names) in _dividers(run).items()
    ]
    axes = [axis for axis in axes if len(axis.rows) > 1]
    return Panel(run, axes, len(rows), sum(row[0] in RAISED for row in rows), smallest)


def _groups(
    rows: Sequence[Any], key: Callable[[Any], str], names: Mapping[str, str], smallest: int
) -> list[tuple[str, GroupShare]]:
    everybody, raised = Counter(map(key, rows)), Counter(key(row) for row in rows if row[0] in RAISED)
    order = [code for code in names if everybody[code]] + sorted(code for code in everybody if code not in names)
    counts = {code: (everybody[code], raised[code]) for code in order}
    return [(names.get(one.code) or one.code or _("not held"), one) for one in shares(counts, smallest=smallest)]


def _dividers(run: IndexRun) -> dict[str, tuple[Callable[[Any], str], Mapping[str, str]]]:
    """Code of an axis → what group a row belongs to, and the names of groups in their order."""
    types = dict(Unit.objects.values_list("pk", "type"))
    found: dict[str, tuple[Callable[[Any], str], Mapping[str, str]]] = {
        "sex": (lambda row: row[1], {"F": _("female"), "M": _("male")}),
        "age": (lambda row: _band(row[2], run.as_of, AGES), _band_names(AGES)),
        "unit": (lambda row: types.get(row[5], ""), codes.labels("unit_type")),
        "service": (lambda row: _band(row[3], run.as_of, SERVICE), _band_names(SERVICE)),
        "staffing": (lambda row: row[4], codes.labels("staffing_type")),
    }
    race = protected.values("race") if run.version.definition["policy"] == "allegations" else {}
    if race:
        found["race"] = (lambda row: race.get(row[6], ""), {})
    return found


def _band(since: dt.date | None, on: dt.date, limits: Sequence[int]) -> str:
    if since is None:
        return ""
    years = on.year - since.year - ((on.month, on.day) < (since.month, since.day))
    return str(sum(years >= limit for limit in limits))


def _band_names(limits: Sequence[int]) -> dict[str, str]:
    names = [_("under %(years)s years") % {"years": limits[0]}]
    names += [_("%(low)s to %(high)s years") % {"low": low, "high": high - 1} for low, high in pairwise(limits)]
    names.append(_("%(years)s years and more") % {"years": limits[-1]})
    return {str(place): name for place, name in enumerate(names)}

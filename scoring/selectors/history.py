"""A force at past days, for back-tests and fits: read once, replayed at every cut.

Jobs and commands only: about 100 bytes a ledger row, and a few seconds for a force of ten thousand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from police_hr.core.access import Viewer
from police_hr.core.days import to_number
from roster.models import LedgerKind
from roster.selectors import population
from scoring.engine import backtest
from scoring.engine.backtest import CutScores, Target
from scoring.engine.definition import ModelDefinition
from scoring.engine.ledger import LedgerRows
from scoring.engine.points import IntArray
from scoring.engine.score import score
from scoring.selectors import compute
from scoring.selectors.reading import ledger_rows

NOBODY = gettext_noop("Nobody belonged to the force at any of the cuts.")
YEARS_BEFORE = 4  # cuts from which chances are read, and on which a fit is trained


def a_year_on(day: dt.date, years: int = 1) -> dt.date:
    """The same day of another year; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass(frozen=True)
class Past:
    """The rows of everybody who belonged to the force at any of the cuts, and who did at each."""

    definition: ModelDefinition
    target: Target
    officers: IntArray  # ids, ascending
    rows: LedgerRows
    members: Mapping[dt.date, tuple[int, ...]]
    joined: Mapping[int, int]

    def group(self, cut: dt.date, definition: ModelDefinition | None = None) -> compute.Group:
        """Those who were there at a cut, ready to be scored as of the day before."""
        ids = self.members[cut]
        return compute.Group(
            definition=definition or self.definition,
            officers=ids,
            unit_of=population.units_on(Viewer.system(), cut - dt.timedelta(days=1), ids),
            joined=self.joined,
            coverage_of=None,
            rows=self.rows.of_officers(np.searchsorted(self.officers, np.array(ids, dtype=np.int64))),
        )

    def labels(self, group: compute.Group, cut: dt.date) -> np.ndarray:
        since, until = to_number(cut), to_number(a_year_on(cut))
        return backtest.later_cases(group.rows, self.target, len(group), since=since, until=until)

    def cut(self, cut: dt.date, definition: ModelDefinition | None = None) -> CutScores:
        """The scores of a definition (default: the one read for), the baselines and the later cases."""
        group, as_of = self.group(cut, definition), to_number(cut) - 1
        totals = score(group.definition, group.batch(as_of), contexts=group.contexts(as_of)).totals

        def count(days: int) -> IntArray:
            return backtest.recent_counts(group.rows, self.target, len(group), as_of=as_of, days=days)

        return CutScores(
            day=cut.isoformat(),
            officers=np.array(group.officers, dtype=np.int64),
            scores=totals.raw,
            count_12=count(backtest.YEAR),
            count_60=count(backtest.FIVE_YEARS),
            labels=self.labels(group, cut),
        )


def check_target(target: Target) -> None:
    """Raises ValueError where the target names a kind, or a field of it, that the ledger does not know."""
    for one in target.evidence:
        kind = LedgerKind.objects.select_related("current").filter(code=one.kind).first()
        if kind is None or kind.current is None:
            raise ValueError(_("There is no ledger kind called %(kind)s.") % {"kind": one.kind})
        names = {field["name"] for field in kind.current.fields}
        for condition in one.where:
            if condition.field not in names:
                words = _("The kind %(kind)s has no field “%(field)s”; it has: %(names)s.")
                named = {"kind": one.kind, "field": condition.field, "names": ", ".join(sorted(names))}
                raise ValueError(words % named)


def read_past(definition: ModelDefinition, target: Target, cuts: Iterable[dt.date]) -> Past:
    """Everything that scoring at these cuts and knowing what came later needs. A cut without people is left out."""
    check_target(target)
    members = {cut: tuple(compute.members(definition, cut)) for cut in sorted(set(cuts))}
    members = {cut: ids for cut, ids in members.items() if ids}
    everyone = sorted({officer for ids in members.values() for officer in ids})
    wanted = backtest.reading_both(definition, target)
    return Past(
        definition=definition,
        target=target,
        officers=np.array(everyone, dtype=np.int64),
        rows=ledger_rows(wanted, everyone),
        members=members,
        joined=population.joined_on(Viewer.system(), everyone),
    )


def cuts_before(cut: dt.date) -> list[dt.date]:
    """The yearly cuts before `cut`, oldest first, whose year was complete by then."""
    return [a_year_on(cut, -years) for years in range(YEARS_BEFORE, 0, -1)]


def back_test(
    definition: ModelDefinition,
    target: Target,
    cuts: Iterable[dt.date],
    *,
    share: float,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, object]:
    """`engine.backtest.assess` of a definition on the force's own history. `tell(done, total)` is called after each
    cut. Raises ValueError where the force had nobody at any of the cuts."""
    asked = sorted(set(cuts))
    past = read_past(definition, target, {*asked, *(day for cut in asked for day in cuts_before(cut))})
    known: dict[dt.date, CutScores] = {}
    for cut in past.members:
        known[cut] = past.cut(cut)
        tell(len(known), len(past.members))
    held = [cut for cut in asked if cut in known]
    if not held:
        raise ValueError(_(NOBODY))
    history = {cut.isoformat(): _complete(cut, known) for cut in held}
    report = backtest.assess([known[cut] for cut in held], share=share, history=history)
    return {"target": target.text, **report}


def _complete(cut: dt.date, known: Mapping[dt.date, CutScores]) -> list[CutScores]:
    """The earlier cuts with cases; a year before the first record would teach that nothing ever happens."""
    return [known[day] for day in cuts_before(cut) if day in known and known[day].labels.any()]

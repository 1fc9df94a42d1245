"""One officer's score follows the ledger within a second: the consumer of ledger changes."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence

from django.utils import timezone

from police_hr.core import reactions
from police_hr.core.access import Viewer
from police_hr.core.days import to_number
from police_hr.core.models import LedgerChange
from roster.selectors import population
from scoring.models import CurrentScore, IndexRun
from scoring.selectors import compute
from scoring.selectors.models import default_version, definition_of
from scoring.services import standing
from scoring.services.runs import score_rows

logger = logging.getLogger(__name__)
# More officers than this at once are left to the next run of the whole force.
MOST_AT_ONCE = 2_000


@reactions.consumer("scoring.rescore")
def follow_ledger(changes: Sequence[LedgerChange]) -> None:
    """Re-score the officers whose ledger changed. A whole batch and what stands beside the ledger are left to the
    next run."""
    touched = {
        change.officer_number
        for change in changes
        if change.officer_number and change.action != LedgerChange.Action.DOSSIER
    }
    if touched:
        rescore_officers(officer_ids=touched)


def rescore_officers(*, officer_ids: Iterable[int], as_of: dt.date | None = None) -> int:
    """Bring the current score of these officers up to date; returns how many were.

    Uses the default model. Where no run has filled the current scores yet, there is nothing to follow.
    """
    version = default_version()
    latest = IndexRun.objects.filter(state=IndexRun.State.DONE, replay=False, version=version).order_by("-pk").first()
    if version is None or latest is None:
        return 0
    definition = definition_of(version)
    day = as_of or timezone.localdate()
    wanted = set(CurrentScore.objects.filter(officer__in=set(officer_ids)).values_list("officer", flat=True))
    if not wanted or len(wanted) > MOST_AT_ONCE:
        return 0
    read = wanted
    whole_units = compute.needs_whole_units(definition)
    unit_of = population.units_on(Viewer.system(), day, None if whole_units else sorted(wanted))
    if whole_units:
        units = {unit_of.get(officer, 0) for officer in wanted}
        read = {officer for officer in compute.members(definition, day) if unit_of.get(officer, 0) in units}
    group = compute.read_group(definition, sorted(read | wanted), unit_of=unit_of, as_of=day)
    mark = IndexRun(version=version, as_of=day)
    rows = [row for row in score_rows(mark, group, group.scores(to_number(day))) if row.officer_id in wanted]
    standing.store_rescored(version, day, rows)
    return len(rows)

"""How the index of one officer has moved from run to run: the part 17 of a dossier."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from police_hr.core.access import Viewer
from roster.models import Officer
from scoring.models import IndexRun, Score
from scoring.selectors.labels import class_name
from scoring.selectors.models import default_version, definition_of
from scoring.selectors.visibility import sees_care, sees_points

DAYS = 13


@dataclass(frozen=True)
class Step:
    """One day of the course, points in hundredths. `moved`: against the run before, None for the first."""

    day: dt.date
    index: int
    care: int
    risk: int
    tier: str
    class_name: str
    moved: int | None


def course_of(viewer: Viewer, officer: Officer) -> dict[str, Any] | None:
    """The last 13 days on which the index in use was run, newest first; None for who sees no points.

    A replay answers a question and is no step. Of several runs of a day the last one counts. Three queries.
    """
    path = officer.unit.path if officer.unit_id and officer.unit else ""
    if not (sees_points(viewer, path) and sees_care(viewer, path)):
        return None
    version = default_version()
    if version is None:
        return {"steps": [], "points": []}
    rows = (
        Score.objects.filter(officer=officer, run__state=IndexRun.State.DONE, run__replay=False,
                             run__version__model_id=version.model_id)
        .select_related("run").order_by("run__as_of", "run_id")
    )  # fmt: skip
    by_day = {row.run.as_of: row for row in rows}
    kept = [by_day[day] for day in sorted(by_day)][-DAYS:]
    definition = definition_of(version)
    steps = [
        Step(row.run.as_of, row.index, row.care, row.risk, row.tier, class_name(definition, row.tier_class),
             row.index - before.index if before else None)
        for before, row in zip([None, *kept], kept, strict=False)
    ]  # fmt: skip
    return {"steps": steps[::-1], "points": [step.index / 100 for step in steps]}

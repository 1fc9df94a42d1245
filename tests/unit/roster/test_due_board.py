"""The due list in pages says what the whole list says: the same people in the same order, and the same numbers."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from typing import Any

import pytest
from django.utils import timezone

from police_hr.core.access import Viewer
from roster.access import read_bounds
from roster.engine.months import add_months
from roster.models import Officer
from roster.selectors import promotions
from roster.selectors.due_board import due_board
from tests.factories.force import facts, install_defaults, officers, units, viewer


@pytest.fixture
def cadre(db: Any) -> Viewer:
    """Seventy officers of every rank and several grades and posts, some of whom share a day, with awards, sanctions and
    a training here and there."""
    install_defaults()
    made = units("S1")
    unit = made["S1"]
    today = timezone.localdate()
    ranks = [f"R{number:02d}" for number in range(1, 14)]
    grades = ["G02", "G06", "G09", "G11", ""]
    people = officers(70, unit)
    for place, officer in enumerate(people):
        officer.rank, officer.grade = ranks[place % 13], grades[place % 5]
        officer.rank_since = add_months(today, -36 - place % 4) if place % 9 else None
        officer.grade_since = add_months(today, -24 + place % 3)
        officer.post_level = ("L0", "L8", "L7", "")[place % 4]
    Officer.objects.bulk_update(people, ["rank", "grade", "rank_since", "grade_since", "post_level"])
    recent, later = today - dt.timedelta(days=20), today + dt.timedelta(days=50)
    sanction = {"measure": "P2", "served_on": recent.isoformat(), "effect_until": later.isoformat()}
    rows = [{"officer_id": officer.pk, "kind": "AWARD", "payload": {"grade": "A4"}} for officer in people[::6]]
    rows += [{"officer_id": officer.pk, "kind": "PUNISHMENT", "payload": sanction} for officer in people[::5]]
    rows += [
        {"officer_id": officer.pk, "kind": "TRAINING_RESULT", "payload": {"type": "promotion"}}
        for officer in people[::4]
    ]
    facts([row | {"occurred_on": recent, "verified": True} for row in rows])
    return viewer("900001", "hr_cadre", made["B"])


@pytest.mark.parametrize("axis", promotions.AXES)
@pytest.mark.parametrize("with_sanctions", [False, True])
def test_pages_and_numbers_are_those_of_the_whole_list(cadre: Viewer, axis: str, with_sanctions: bool):
    seen: Counter[str] = Counter()
    for months in (0, 3, 12):
        until = add_months(timezone.localdate(), months)
        whole = promotions.due_list(cadre, axis, until, with_sanctions=with_sanctions)
        board = due_board(cadre, axis, until, read_bounds(), with_sanctions=with_sanctions)
        counts = Counter(str(line.result.verdict) for line in whole)
        for verdict in promotions.VERDICTS:
            lines = [line for line in whole if line.result.verdict == verdict]
            shown = board.lines(verdict)
            assert len(shown) == len(lines) == board.verdicts()[verdict] == counts[verdict]
            pages = [shown[start : start + 3] for start in range(0, len(lines), 3)]
            assert list(itertools.chain(*pages)) == lines
            assert board.months(verdict) == Counter(line.month for line in lines if line.month)
            for month in board.months(verdict):
                assert board.lines(verdict, month)[0:100] == [line for line in lines if line.month == month]
        seen += counts
    assert seen[promotions.VERDICTS[0]]
    assert seen["held"] or axis == "grade"

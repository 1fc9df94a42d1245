"""The course of an officer's index from run to run."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from scoring.models import IndexRun, Score
from scoring.selectors.course import DAYS, course_of
from tests.factories import force as make


def counted(force: SimpleNamespace, day: dt.date, index: int, **more: Any) -> None:
    """A finished run as of a day in which the first officer had so many hundredths of a point."""
    run = IndexRun.objects.create(version=force.version, as_of=day, state=IndexRun.State.DONE, **more)
    Score.objects.create(
        run=run, officer=force.people[0], index=index, risk=index, care=0, credit=0, tier="normal", coverage=100
    )


def test_each_day_of_a_run_is_a_step_against_the_one_before(force: SimpleNamespace, django_assert_num_queries: Any):
    """3.10, then 4.35, then 4.00: +1.25 and −0.35. A replay answers a question, and of two runs of a day the later
    one counts."""
    first, second, today = (force.today - dt.timedelta(days=n) for n in (20, 10, 0))
    counted(force, first, 310)
    counted(force, second, 435)
    counted(force, second - dt.timedelta(days=1), 999, replay=True)
    counted(force, today, 777)
    counted(force, today, 400)
    viewer = make.viewer("HR", "hr_cadre", force.units["B"])
    with django_assert_num_queries(3):
        found = course_of(viewer, force.people[0])
    assert found is not None
    steps = [(step.day, step.index, step.moved) for step in found["steps"]]
    assert steps == [(today, 400, -35), (second, 435, 125), (first, 310, None)]
    assert found["points"] == [3.1, 4.35, 4.0]


def test_the_oldest_steps_fall_away(force: SimpleNamespace):
    for n in range(DAYS + 1):
        counted(force, force.today - dt.timedelta(days=n), n)
    found = course_of(make.viewer("HR", "hr_cadre", force.units["B"]), force.people[0])
    assert found is not None
    assert [step.index for step in found["steps"]] == list(range(DAYS))


def test_who_sees_no_points_sees_no_course(force: SimpleNamespace, run_index: Any):
    run_index()
    for number, role in enumerate(("unit_head", "unit_political_officer", "discipline_inspector", "officer")):
        assert course_of(make.viewer(f"V{number}", role, force.units["B"]), force.people[0]) is None
    assert course_of(make.viewer("X", "hr_cadre", force.units["S2"]), force.people[0]) is None

"""Whatever is ordered and undone: the present state is what replaying the postings gives, and units part the force."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from police_hr.core.access import Viewer
from roster.models import Move, Officer
from roster.selectors.units import officer_unit_on, postings_on, unit_tree
from roster.services.moves.undoing import undo_order
from tests.factories import force
from tests.factories.moves import move

PEOPLE, UNITS = 3, ("U1", "U2", "U3")
steps = st.lists(
    st.tuples(
        st.sampled_from(["transfer", "rotation", "post_up", "secondment", "transfer_out", "return", "undo"]),
        st.integers(0, PEOPLE - 1),
        st.integers(0, len(UNITS) - 1),
        st.integers(0, 300),
    ),
    max_size=8,
)


@pytest.fixture
def made(db: Any) -> dict[str, Any]:
    force.install_defaults()
    units = force.units(*UNITS)
    return {"units": units, "people": force.officers(PEOPLE, units["U1"]), "by": force.account("HR1")}


@given(steps)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_present_state_is_the_replay_of_postings_and_units_part_the_force(made: dict[str, Any], steps: Any) -> None:
    with transaction.atomic():
        _do(made, steps)
        _check(made)
        transaction.set_rollback(True)


def _do(made: dict[str, Any], steps: Any) -> None:
    """Order what can be ordered; what is refused must leave no trace, which the check finds."""
    today = timezone.localdate()
    given_orders = []
    for kind, person, unit, back in steps:
        try:
            with transaction.atomic():
                if kind == "undo":
                    if given_orders:
                        undo_order(order=given_orders[-1], reason="试", by=made["by"])
                        given_orders.pop()
                    continue
                said: dict[str, Any] = {"effective_on": today - dt.timedelta(days=back), "reason": "补录"}
                if kind != "transfer_out":
                    said["unit"] = made["units"][UNITS[unit]]
                if kind == "post_up":
                    said["post"] = f"岗位{back}"
                if kind == "secondment":
                    said["ends_on"] = today + dt.timedelta(days=back)
                given_orders.append(move(kind, made["people"][person], by=made["by"], **said))
        except ValidationError:
            pass


def _check(made: dict[str, Any]) -> None:
    today = timezone.localdate()
    people = list(Officer.objects.select_related("unit").filter(pk__in=[o.pk for o in made["people"]]))
    for officer in people:
        if officer.status == Officer.Status.SERVING:
            assert officer_unit_on(officer, today) == officer.unit
        for back in (0, 1, 37, 150, 299, 301):
            day = today - dt.timedelta(days=back)
            assert postings_on(day).filter(officer=officer, main=True).count() <= 1
        if officer.left_on:
            assert officer_unit_on(officer, officer.left_on) is None
    on_rolls = [officer for officer in people if officer.status in ("serving", "seconded")]
    assert sum(node.own for node in unit_tree(Viewer.system())) == len(on_rolls)
    in_effect = Move.objects.filter(state=Move.State.DONE)
    assert in_effect.filter(entry__voided_on=None).count() == in_effect.count()

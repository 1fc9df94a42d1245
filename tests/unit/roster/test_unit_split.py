"""A unit splits: who goes, what stays, and what was on any past day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from police_hr.core import audit
from police_hr.core.access import Viewer
from police_hr.core.models import AuditEvent
from roster.models import Officer, Unit, UnitVersion
from roster.selectors.units import came_out_of, lent, officer_unit_on, unit_tree, unit_tree_on
from roster.services.careers import add_postings
from roster.services.moves.ordering import order_move
from roster.services.units import Part, split_unit
from tests.factories import force
from tests.factories.moves import days, order

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)
BEFORE = DAY - dt.timedelta(days=1)


@pytest.fixture
def station() -> dict[str, Any]:
    made = force.units("S", "S.P1", "S.P2")
    people = force.officers(4, made["S"])
    posts = [{"officer_id": people[3].pk, "unit_id": made["S"].pk, "post": "内勤", "starts_on": dt.date(2020, 1, 1)}]
    add_postings(rows=posts, by=None)
    return {"unit": made["S"], "people": people, "units": made}


def unit_of(officer: Officer) -> str:
    return str(Officer.objects.get(pk=officer.pk).unit.code)  # type: ignore[union-attr]


def test_officers_by_hand_and_by_post_and_units_go_along(station: dict[str, Any]) -> None:
    people = station["people"]
    part = Part(
        "S2", "城东二所", officers=[people[0].pk], posts=["内勤"], units=[station["units"]["S.P1"].pk], establishment=9
    )
    (made,) = split_unit(unit=station["unit"], parts=[part], on=DAY, by=None)
    assert [unit_of(officer) for officer in people] == ["S2", "S", "S", "S2"]
    assert Unit.objects.get_parent(Unit.objects.get(code="S.P1")).code == "S2"
    assert Unit.objects.get_parent(made).code == "B"
    # before, all served in the old unit
    assert {officer_unit_on(officer, BEFORE).code for officer in people} == {"S"}  # type: ignore[union-attr]
    assert officer_unit_on(people[0], DAY).code == "S2"  # type: ignore[union-attr]
    version = UnitVersion.objects.get(unit=made)
    assert (version.reason, version.into.code, version.valid_from) == ("split", "S", DAY)
    assert [v.unit.code for v in came_out_of(Viewer.system(), station["unit"])] == ["S2"]
    assert AuditEvent.objects.get(action="unit.split").details["officers"] == 2
    assert Unit.objects.find_problems() == ([], [], [], [], [])
    assert "S2" not in {node.name for node in unit_tree_on(Viewer.system(), BEFORE)}


def test_several_parts_at_once_and_the_force_stays_whole(station: dict[str, Any]) -> None:
    people = station["people"]
    parts = [Part("S2", "二所", officers=[people[0].pk]), Part("S3", "三所", officers=[people[1].pk, people[2].pk])]
    split_unit(unit=station["unit"], parts=parts, on=DAY, by=None)
    tree = unit_tree(Viewer.system())
    assert sum(node.own for node in tree) == len(people)
    assert {node.unit.code: node.own for node in tree if node.own} == {"S": 1, "S2": 1, "S3": 2}


@pytest.mark.parametrize("fault", ["none", "code", "stranger", "twice", "unit", "future", "empty name"])
def test_what_cannot_be_leaves_everything_as_it_was(station: dict[str, Any], fault: str) -> None:
    people = station["people"]
    stranger = force.officers(1, station["units"]["B"], first=900)[0]
    parts = {
        "none": [],
        "code": [Part("S.P1", "重码")],
        "stranger": [Part("S2", "二所", officers=[stranger.pk])],
        "twice": [Part("S2", "二所", officers=[people[0].pk]), Part("S3", "三所", officers=[people[0].pk])],
        "unit": [Part("S2", "二所", units=[station["unit"].pk])],
        "future": [Part("S2", "二所", officers=[people[0].pk])],
        "empty name": [Part("S2", " ", officers=[people[0].pk])],
    }[fault]
    on = timezone.localdate() + dt.timedelta(days=1) if fault == "future" else DAY
    with pytest.raises(ValidationError):
        split_unit(unit=station["unit"], parts=parts, on=on, by=None)
    assert Unit.objects.count() == 4
    assert {unit_of(officer) for officer in people} == {"S"}


def test_nothing_remains_where_the_audit_event_cannot_be_written(
    station: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_event: Any) -> None:
        raise RuntimeError("full")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError):
        split_unit(
            unit=station["unit"], parts=[Part("S2", "二所", officers=[station["people"][0].pk])], on=DAY, by=None
        )
    assert not Unit.objects.filter(code="S2").exists()


@pytest.mark.usefixtures("defaults")
def test_who_is_lent_is_counted_at_both_ends(station: dict[str, Any]) -> None:
    other = station["units"]["S.P2"]
    secondment = order("secondment", unit=other, ends_on=days(9))
    order_move(order=secondment, officers=station["people"][:2], by=None)
    today = timezone.localdate()
    assert (lent(other, today).to, lent(other, today).away) == (2, 0)
    assert (lent(station["unit"], today).to, lent(station["unit"], today).away) == (0, 2)
    assert lent(other, days(10)).to == 0

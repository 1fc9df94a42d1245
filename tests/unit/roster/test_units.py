"""Units: the tree of today and its history on any past day."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from police_hr.core import audit
from police_hr.core.access import Viewer, viewer_for
from police_hr.core.models import AuditEvent
from police_hr.core.roles import Permission
from roster.models import Officer, Unit, UnitVersion
from roster.selectors.units import names_of, officer_unit_on, search_units, unit_name_on, unit_tree, version_on
from roster.services.units import (
    close_unit,
    create_unit,
    create_units,
    merge_units,
    move_unit,
    rename_unit,
    update_unit,
)
from tests.factories import force

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 5, 1)


def reload(unit: Unit) -> Unit:
    return Unit.objects.get(pk=unit.pk)


def says(error: pytest.ExceptionInfo[ValidationError], *words: str) -> None:
    text = " ".join(error.value.messages)
    assert all(word in text for word in words), text


def test_many_units_are_made_in_order_with_one_audit_event() -> None:
    rows = [
        {"code": "B", "name": "市局"},
        {"code": "S2", "name": "二分局", "parent_code": "B", "order": 2},
        {"code": "S1", "name": "一分局", "parent_code": "B", "order": 1},
        {"code": "P1", "name": "东门派出所", "parent_code": "S2"},
    ]
    made = create_units(rows=rows, by=None)
    assert [unit.code for unit in Unit.objects.all()] == ["B", "S1", "S2", "P1"]
    assert Unit.objects.get_parent(reload(made["P1"])) == made["S2"]
    assert reload(made["P1"]).initials == "dmpcs"
    assert reload(made["B"]).numchild == 2
    assert AuditEvent.objects.filter(action="unit.create_many").count() == 1
    assert Unit.objects.find_problems() == ([], [], [], [], [])


def test_units_are_added_among_those_that_exist() -> None:
    tree = force.units("S1", "S3")
    create_units(
        rows=[{"code": "S2", "name": "二", "parent_code": "B"}, {"code": "S2.P", "name": "所", "parent_code": "S2"}],
        by=None,
    )
    create_unit(code="A", name="另一局", by=None)
    assert [unit.code for unit in Unit.objects.all()] == ["A", "B", "S1", "S2", "S2.P", "S3"]
    assert reload(tree["B"]).numchild == 3
    assert Unit.objects.find_problems() == ([], [], [], [], [])


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"code": "B", "name": "一"}, {"code": "B", "name": "二"}], ["B"]),
        ([{"code": "", "name": "一"}], []),
        ([{"code": "X", "name": " "}], []),
        ([{"code": "X", "name": "一", "parent_code": "Y"}], ["X", "Y"]),
        ([{"code": "X", "name": "一", "parent_code": "Y"}, {"code": "Y", "name": "二"}], ["X", "Y"]),
        ([{"code": "X", "name": "一", "valid_from": dt.date(2999, 1, 1)}], ["2999-01-01"]),
        ([{"code": "X", "name": "一", "colour": "red"}], ["colour"]),
        ([{"code": "X", "name": "一" * 81}], []),
    ],
)
def test_bad_rows_are_refused_and_leave_nothing(rows: list[dict[str, Any]], words: list[str]) -> None:
    with pytest.raises(ValidationError) as error:
        create_units(rows=rows, by=None)
    says(error, *words)
    assert not Unit.objects.exists()


def test_a_code_is_taken_once() -> None:
    force.units()
    with pytest.raises(ValidationError) as error:
        create_unit(code="B", name="再来一个", by=None)
    says(error, "B")


def test_a_renamed_unit_keeps_its_old_name_on_old_days() -> None:
    unit = force.units("S1")["S1"]
    rename_unit(unit=unit, name="新城分局", short_name="新城", on=DAY, by=None)
    assert reload(unit).name == "新城分局"
    assert reload(unit).initials == "xcfj"
    assert unit_name_on(unit, DAY - dt.timedelta(days=1)) == "单位S1"
    assert unit_name_on(unit, DAY) == "新城分局"
    assert AuditEvent.objects.get(action="unit.rename").details["from"] == "单位S1"


def test_a_moved_unit_takes_its_subtree_and_its_grants_along() -> None:
    tree = force.units("S1", "S1.P1", "S2")
    account = force.account("700001", "unit_head", tree["S1.P1"])
    move_unit(unit=tree["S1.P1"], parent=tree["S2"], on=DAY, by=None)
    moved = reload(tree["S1.P1"])
    assert Unit.objects.get_parent(moved) == tree["S2"]
    assert viewer_for(account).paths(Permission.UNIT_VIEW) == (moved.path,)
    before, after = version_on(moved, DAY - dt.timedelta(days=1)), version_on(moved, DAY)
    assert before is not None
    assert after is not None
    assert (before.parent, after.parent) == (tree["S1"], tree["S2"])
    move_unit(unit=moved, parent=None, on=DAY + dt.timedelta(days=1), by=None)
    assert reload(moved).depth == 1
    assert Unit.objects.find_problems() == ([], [], [], [], [])


def test_a_unit_cannot_be_moved_below_itself_or_nowhere() -> None:
    tree = force.units("S1", "S1.P1")
    with pytest.raises(ValidationError):
        move_unit(unit=tree["S1"], parent=tree["S1.P1"], on=DAY, by=None)
    with pytest.raises(ValidationError):
        move_unit(unit=tree["S1"], parent=tree["S1"], on=DAY, by=None)
    with pytest.raises(ValidationError):
        move_unit(unit=tree["S1"], parent=tree["B"], on=DAY, by=None)
    assert UnitVersion.objects.count() == 3


def test_history_cannot_be_rewritten_and_has_no_future() -> None:
    unit = force.units("S1")["S1"]
    rename_unit(unit=unit, name="乙", on=DAY, by=None)
    with pytest.raises(ValidationError) as error:
        rename_unit(unit=unit, name="丙", on=DAY - dt.timedelta(days=1), by=None)
    says(error, DAY.isoformat())
    with pytest.raises(ValidationError):
        rename_unit(unit=unit, name="丁", on=timezone.localdate() + dt.timedelta(days=1), by=None)
    assert reload(unit).name == "乙"


def test_two_changes_on_one_day_are_one_state() -> None:
    tree = force.units("S1", "S2")
    rename_unit(unit=tree["S1"], name="新名", on=DAY, by=None)
    move_unit(unit=tree["S1"], parent=tree["S2"], on=DAY, by=None)
    versions = list(UnitVersion.objects.filter(unit=tree["S1"]).order_by("pk"))
    assert [(v.name, v.parent) for v in versions] == [("单位S1", tree["B"]), ("新名", tree["S2"])]


def test_a_merged_unit_hands_over_officers_and_children_and_keeps_its_past() -> None:
    tree = force.units("S1", "S1.P1", "S2")
    officer = force.officers(1, tree["S1"])[0]
    merge_units(units=[tree["S1"]], into=tree["S2"], on=DAY, by=None)
    officer.refresh_from_db()
    assert officer.unit == tree["S2"]
    assert officer_unit_on(officer, DAY - dt.timedelta(days=1)) == tree["S1"]
    assert officer_unit_on(officer, DAY) == tree["S2"]
    assert Unit.objects.get_parent(reload(tree["S1.P1"])) == tree["S2"]
    assert reload(tree["S1"]).active_to == DAY - dt.timedelta(days=1)
    last = UnitVersion.objects.filter(unit=tree["S1"]).order_by("-pk")[0]
    assert (last.reason, last.into, last.valid_from) == ("merged", tree["S2"], last.valid_to)
    assert AuditEvent.objects.get(action="unit.merge").details["officers"] == 1


def test_a_unit_cannot_be_merged_into_what_stands_below_it() -> None:
    tree = force.units("S1", "S1.P1")
    for into in (tree["S1"], tree["S1.P1"]):
        with pytest.raises(ValidationError):
            merge_units(units=[tree["S1"]], into=into, on=DAY, by=None)


def test_a_unit_closes_only_when_nobody_is_left() -> None:
    tree = force.units("S1", "S1.P1")
    officer = force.officers(1, tree["S1.P1"])[0]
    with pytest.raises(ValidationError) as error:
        close_unit(unit=tree["S1"], on=DAY, by=None)
    says(error, "单位S1")
    with pytest.raises(ValidationError) as error:
        close_unit(unit=tree["S1.P1"], on=DAY, by=None)
    says(error, "1", "单位S1.P1")
    Officer.objects.filter(pk=officer.pk).update(status=Officer.Status.RETIRED)
    close_unit(unit=tree["S1.P1"], on=DAY, by=None)
    closed = reload(tree["S1.P1"])
    assert closed.active_to == DAY - dt.timedelta(days=1)
    assert unit_name_on(closed, DAY + dt.timedelta(days=9)) == "单位S1.P1"
    assert version_on(closed, DAY) is None
    with pytest.raises(ValidationError):
        rename_unit(unit=closed, name="复活", on=DAY, by=None)


def test_a_unit_cannot_close_before_it_began() -> None:
    unit = create_unit(code="N", name="新", valid_from=DAY, by=None)
    with pytest.raises(ValidationError) as error:
        close_unit(unit=unit, on=DAY, by=None)
    says(error, DAY.isoformat())


def test_details_change_without_history_and_order_moves_the_unit() -> None:
    tree = force.units("S1", "S2")
    update_unit(unit=tree["S1"], changes={"order": 9, "establishment": 30}, by=None)
    assert [unit.code for unit in Unit.objects.all()] == ["B", "S2", "S1"]
    assert UnitVersion.objects.filter(unit=tree["S1"]).count() == 1
    with pytest.raises(ValidationError):
        update_unit(unit=tree["S1"], changes={"path": "0009"}, by=None)


@pytest.mark.parametrize("act", ["create", "rename", "move", "merge", "close"])
def test_without_its_audit_event_nothing_happens(act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = force.units("S1", "S2")
    before = list(UnitVersion.objects.order_by("pk").values()), list(Unit.objects.values())
    acts = {
        "create": lambda: create_unit(code="N", name="新", by=None),
        "rename": lambda: rename_unit(unit=tree["S1"], name="新", on=DAY, by=None),
        "move": lambda: move_unit(unit=tree["S1"], parent=tree["S2"], on=DAY, by=None),
        "merge": lambda: merge_units(units=[tree["S1"]], into=tree["S2"], on=DAY, by=None),
        "close": lambda: close_unit(unit=tree["S1"], on=DAY, by=None),
    }

    def refuse(**_details: Any) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr(audit, "record", refuse)
    with pytest.raises(RuntimeError):
        acts[act]()
    assert (list(UnitVersion.objects.order_by("pk").values()), list(Unit.objects.values())) == before


def test_the_tree_counts_subtrees_in_two_queries(django_assert_num_queries: Any) -> None:
    tree = force.units("S1", "S1.P1", "S2")
    force.officers(2, tree["S1.P1"])
    force.officers(1, tree["S1"], first=10)
    gone = force.officers(1, tree["S2"], first=20)[0]
    Officer.objects.filter(pk=gone.pk).update(status=Officer.Status.LEFT)
    with django_assert_num_queries(2):
        nodes = unit_tree(Viewer.system())
    assert [(n.unit.code, n.level, n.own, n.total) for n in nodes] == [
        ("B", 0, 0, 3), ("S1", 1, 1, 3), ("S1.P1", 2, 2, 2), ("S2", 1, 0, 0),
    ]  # fmt: skip
    head = force.viewer("700002", "unit_head", tree["S1"])
    assert [(n.unit.code, n.level, n.total) for n in unit_tree(head)] == [("S1", 0, 3), ("S1.P1", 1, 2)]
    assert unit_tree(force.viewer("700003")) == []


def test_units_are_found_by_what_people_type() -> None:
    tree = force.units("S1")
    rename_unit(unit=tree["S1"], name="东门派出所", on=DAY, by=None)
    for text in ("S1", "东门", "dmp", "dongmen"):
        assert search_units(Viewer.system(), text) == [tree["S1"]], text
    assert search_units(Viewer.system(), " ") == []


STEPS = st.lists(
    st.tuples(st.sampled_from(["rename", "move", "same-day"]), st.integers(min_value=0, max_value=400)), max_size=8
)


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, began=st.one_of(st.none(), st.just(dt.date(2015, 1, 1))))
def test_history_has_neither_gap_nor_overlap(steps: list[tuple[str, int]], began: dt.date | None) -> None:
    serial = Unit.objects.count()
    homes = [create_unit(code=f"H{serial}-{n}", name=f"家{n}", by=None) for n in range(2)]
    unit = create_unit(code=f"U{serial}", name="最初", parent=homes[0], valid_from=began, by=None)
    day, expected = dt.date(2015, 1, 1), {None: "最初"}
    for number, (step, days) in enumerate(steps):
        day += dt.timedelta(days=0 if step == "same-day" else days)
        if step == "move":
            target = homes[1] if Unit.objects.get_parent(reload(unit)) == homes[0] else homes[0]
            move_unit(unit=unit, parent=target, on=day, by=None)
        else:
            rename_unit(unit=unit, name=f"第{number}", on=day, by=None)
            expected[day] = f"第{number}"
    versions = sorted(UnitVersion.objects.filter(unit=unit), key=lambda v: v.valid_from or dt.date.min)
    assert versions[0].valid_from == began
    assert versions[-1].valid_to is None
    assert all(a.valid_to == b.valid_from for a, b in pairwise(versions))
    assert all(v.valid_to is None or v.valid_from is None or v.valid_from < v.valid_to for v in versions)
    names = names_of([unit.pk])
    for since, name in expected.items():
        if since is not None:
            assert names.on(unit.pk, since) == name

"""The summary for leaders: every total agrees with the board, nobody is named, and who may not see points gets none."""

from __future__ import annotations

import re

import pytest

from police_hr.core.models import AuditEvent
from scoring.models import UnitScore
from scoring.selectors import board as boards
from scoring.selectors import summary as summaries


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_totals_are_those_of_the_board_and_nobody_is_named(board):
    client = board.client("director")
    page = client.get("/scoring/summary").content.decode()
    whole = UnitScore.objects.get(run=board.run, unit=board.units["B"])
    raised = whole.help + whole.watch
    share = f"{100 * raised / whole.officers:.1f} %"
    assert f"together {raised} people, {share} of all" in words(page)
    for number in (whole.help, whole.watch, whole.normal, whole.insufficient):
        assert f"<b>{number}</b>" in page
    for officer in board.people:
        assert officer.name not in page
        assert officer.badge_no not in page
    event = AuditEvent.objects.filter(action="index.summary").get()
    assert event.details["run"] == board.run.pk


def test_units_add_up_to_the_last_row_and_small_ones_are_not_listed(board, rf):
    from police_hr.core.access import viewer_for

    found = summaries.summary(viewer_for(board.users["director"]))
    assert found is not None
    assert found.folded == 0
    for column in ("officers", "help", "watch", "against_last_week"):
        assert sum(getattr(line, column) for line in found.units) == getattr(found.total, column)
    assert [line.raised for line in found.units] == sorted((line.raised for line in found.units), reverse=True)
    assert len(found.shares) == 12
    board.make.officers(2, board.units["S1"], first=301)  # a unit of its own right with two people is no line
    UnitScore.objects.filter(unit=board.units["S2"]).update(officers=4)
    again = summaries.summary(viewer_for(board.users["director"]))
    assert again is not None
    assert all(line.officers >= 5 for line in again.units)
    assert again.folded == 1


def test_copies_are_numbered_and_bad_numbers_are_one_copy(board):
    client = board.client("director")
    page = client.get("/scoring/summary?copies=3").content.decode()
    assert [f"Copy {number} of 3" in page for number in (1, 2, 3)] == [True, True, True]
    for bad in ("0", "-1", "x", "", "9" * 40):
        assert "Copy 1 of 1" in client.get("/scoring/summary", {"copies": bad}).content.decode()
    assert client.get("/scoring/summary?copies=5000").content.decode().count("<article") == 30


def test_who_sees_no_points_sees_no_summary(board, empty):
    assert board.client("unit_head").get("/scoring/summary").status_code == 404
    assert board.client("officer").get("/scoring/summary").status_code == 403
    assert board.client("director").get("/scoring/summary?unit=999999").status_code == 404


def test_before_the_first_run_there_is_none(empty):
    empty.make.officers(3, empty.units["S1"])
    assert empty.client("director").get("/scoring/summary").status_code == 404


def test_a_unit_is_set_beside_all_units_of_its_type(board):
    for code in ("S1", "S2"):
        board.units[code].type = "station"
        board.units[code].save(update_fields=["type"])
    one, two = (UnitScore.objects.get(run=board.run, unit=board.units[code]) for code in ("S1", "S2"))
    share = 100 * (one.help + one.watch + two.help + two.watch) / (one.officers + two.officers)
    assert boards.shares_by_type(board.run, ["station", ""]) == {"station": pytest.approx(share)}
    assert f">{share:.1f}</td>" in board.client("director").get("/scoring/board").content.decode()
    board.units["S2"].type = "detachment"
    board.units["S2"].save(update_fields=["type"])
    assert boards.shares_by_type(board.run, ["station", "detachment"]) == {}, "alone of its type: nothing to compare"

"""Moves of people: the fact, the ledger, the audit event and the accounts in one transaction, and back again."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils import timezone

from police_hr.core import audit
from police_hr.core.access import viewer_for
from police_hr.core.models import AuditEvent, Notice
from police_hr.core.notices import text_of
from roster.access import classes_for, grant_role, officers_visible_to
from roster.models import GradeRecord, GrantNotice, LedgerEntry, Move, MoveOrder, Officer, Posting, RankRecord
from roster.selectors import home
from roster.selectors.moves import access_change, seen_of
from roster.services.careers import add_grades, add_ranks
from roster.services.moves import ordering, secondments, undoing
from roster.services.moves.carrying import carry_out_due
from roster.tasks import carry_out_moves
from tests.factories.cast import Cast, account, cast
from tests.factories.force import LONG_AGO, install_defaults, officers
from tests.factories.moves import days, move, order

State = Move.State


@pytest.fixture
def force(db: Any) -> Cast:
    install_defaults()
    made = cast()
    add_ranks(rows=[{"officer_id": made.officer_a.pk, "rank": "R09", "since": dt.date(2020, 1, 1)}], by=None)
    add_grades(rows=[{"officer_id": made.officer_a.pk, "grade": "G09", "since": dt.date(2020, 1, 1)}], by=None)
    return made


def fresh(officer: Officer) -> Officer:
    return Officer.objects.select_related("unit").get(pk=officer.pk)


def entries(officer: Officer) -> list[tuple[str, dict[str, Any]]]:
    rows = LedgerEntry.objects.filter(officer=officer, voided_on=None).select_related("kind").order_by("pk")
    return [(entry.kind.code, entry.payload) for entry in rows]


def test_a_transfer_writes_posting_entry_and_audit_together(force: Cast):
    made = move("transfer", force.officer_a, unit=force.branch_b, post="民警", by=force["hr_cadre"])
    officer = fresh(force.officer_a)
    today = timezone.localdate()
    assert (officer.unit, officer.post, officer.post_since) == (force.branch_b, "民警", today)
    old, new = Posting.objects.filter(officer=officer).order_by("starts_on")
    assert (old.ends_on, new.starts_on, new.document) == (days(-1), today, made.document)
    (kind, payload), = entries(officer)  # fmt: skip
    assert kind == "POST_CHANGE"
    assert payload == {
        "from_unit": force.branch_a.pk, "to_unit": force.branch_b.pk, "post": "民警", "document_no": made.document,
    }  # fmt: skip
    event = AuditEvent.objects.get(action="move.carry_out")
    assert (event.officer_number, event.actor) == (officer.pk, force["hr_cadre"])


def test_nothing_remains_where_the_audit_event_cannot_be_written(force: Cast, monkeypatch: pytest.MonkeyPatch):
    real = audit.record

    def broken(**event: Any) -> Any:
        if event["action"] == "move.carry_out":
            raise DatabaseError("disk full")
        return real(**event)

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(DatabaseError):
        move("transfer", force.officer_a, unit=force.branch_b, by=force["hr_cadre"])
    assert fresh(force.officer_a).unit == force.branch_a
    assert not MoveOrder.objects.exists()
    assert not entries(force.officer_a)
    assert Posting.objects.filter(officer=force.officer_a).count() == 1


@pytest.mark.parametrize(
    ("kind", "said", "entry", "payload"),
    [
        ("post_up", {"post": "副所长", "level": "L8"}, "PROMOTION", {"axis": "post", "to": "副所长"}),
        ("post_down", {"post": "民警", "level": "L0"}, "DEMOTION", {"axis": "post", "to": "民警"}),
        ("grade_up", {"grade": "G08"}, "PROMOTION", {"axis": "grade", "to": "G08"}),
        ("grade_down", {"grade": "G10"}, "DEMOTION", {"axis": "grade", "to": "G10"}),
        ("rank_up", {"rank": "R08"}, "PROMOTION", {"axis": "rank", "to": "R08"}),
        ("rank_down", {"rank": "R10"}, "DEMOTION", {"axis": "rank", "to": "R10"}),
        ("resignation", {"leaving": "dismissed"}, "RESIGN", {"type": "dismissed"}),
        ("transfer_out", {}, "RESIGN", {"type": "transferred"}),
        ("retirement", {}, "RETIREMENT", {"stage": "day"}),
        ("death", {}, "DECEASED", {}),
    ],
)
def test_each_kind_is_its_own_kind_of_entry(force: Cast, kind: str, said: dict[str, Any], entry: str, payload: Any):
    move(kind, force.officer_a, by=force["hr_cadre"], **said)
    ((code, found),) = entries(force.officer_a)
    assert code == entry
    assert payload.items() <= found.items()
    officer = fresh(force.officer_a)
    for axis in ("post", "grade", "rank"):
        if axis in said:
            assert getattr(officer, axis) == said[axis]


def test_who_leaves_holds_no_open_posting_and_may_return(force: Cast):
    move("transfer_out", force.officer_a)
    officer = fresh(force.officer_a)
    assert (officer.status, officer.left_on) == ("left", timezone.localdate())
    assert not Posting.objects.filter(officer=officer, ends_on=None).exists()
    with pytest.raises(ValidationError):
        move("transfer", officer, unit=force.branch_b)
    move("return", officer, unit=force.branch_b, post="民警")
    back = fresh(officer)
    assert (back.status, back.left_on, back.unit) == ("serving", None, force.branch_b)


@pytest.mark.parametrize(
    ("kind", "said", "field"),
    [
        ("transfer", {}, "unit"),
        ("transfer", {"document": " "}, "document"),
        ("transfer", {"effective_on": days(-3)}, "reason"),
        ("transfer", {"effective_on": days(-400), "reason": "补录"}, "effective_on"),
        ("transfer", {"effective_on": days(400)}, "effective_on"),
        ("rank_up", {}, "rank"),
        ("grade_up", {}, "grade"),
        ("post_up", {}, "post"),
        ("resignation", {}, "leaving"),
        ("secondment", {"host": "市委政法委"}, "ends_on"),
        ("secondment", {"ends_on": days(30)}, "unit"),
        ("secondment", {"host": "市委政法委", "ends_on": days(-1)}, "ends_on"),
        ("secondment", {"host": "市委政法委", "ends_on": days(2000)}, "ends_on"),
    ],
)
def test_an_order_that_lacks_something_says_at_which_field(force: Cast, kind: str, said: Any, field: str):
    with pytest.raises(ValidationError) as refused:
        move(kind, force.officer_a, **said)
    assert field in refused.value.message_dict
    assert not MoveOrder.objects.exists()


def test_up_must_lead_up(force: Cast):
    for kind, said in (("rank_up", {"rank": "R10"}), ("rank_down", {"rank": "R08"}), ("grade_up", {"grade": "G09"})):
        with pytest.raises(ValidationError):
            move(kind, force.officer_a, **said)


def test_a_later_day_waits_and_takes_effect_on_it(force: Cast, monkeypatch: pytest.MonkeyPatch):
    made = move("transfer", force.officer_a, unit=force.branch_b, effective_on=days(3), by=force["hr_cadre"])
    assert made.moves.get().state == State.PENDING
    assert fresh(force.officer_a).unit == force.branch_a
    assert carry_out_due() == (0, 0)
    days_later = days(3)
    monkeypatch.setattr(timezone, "localdate", lambda *args: days_later)
    carry_out_moves()
    assert made.moves.get().state == State.DONE
    assert fresh(force.officer_a).unit == force.branch_b
    assert carry_out_due() == (0, 0)


def test_a_waiting_move_can_be_cancelled_until_its_day(force: Cast):
    made = move("transfer", force.officer_a, unit=force.branch_b, effective_on=days(1), by=force["hr_cadre"])
    assert ordering.cancel_order(order=made, by=force["hr_cadre"]) == 1
    assert made.moves.get().state == State.CANCELLED
    with pytest.raises(ValidationError):
        ordering.cancel_order(order=made, by=force["hr_cadre"])


def test_what_can_no_longer_take_effect_is_marked_with_its_reason(force: Cast):
    made = move("transfer", force.officer_a, unit=force.branch_b, effective_on=days(1))
    move("retirement", force.officer_a)
    Move.objects.filter(order=made).update(effective_on=timezone.localdate())
    assert carry_out_due() == (0, 1)
    failed = made.moves.get()
    assert failed.state == State.FAILED
    assert failed.problem
    assert AuditEvent.objects.filter(action="move.fail", officer_number=force.officer_a.pk).exists()


def test_who_ordered_is_told_and_the_home_page_counts_until_it_is_ordered_again(force: Cast):
    cadre, day = force["hr_cadre"], timezone.localdate()
    made = move("transfer", force.officer_a, unit=force.branch_b, effective_on=days(2), by=cadre)
    move("retirement", force.officer_a, by=cadre)
    Move.objects.filter(order=made).update(effective_on=days(1))
    with mock.patch.object(timezone, "localdate", return_value=day + dt.timedelta(days=1)):
        assert carry_out_due() == (0, 1)
        assert carry_out_due() == (0, 0)
    notice = Notice.objects.get(kind="move.failed")
    assert (notice.recipient, notice.about) == (cadre, made.pk)
    assert force.officer_a.name not in text_of(notice)

    def waits(role: str) -> list[int]:
        return [heap.number for heap in home.waiting(viewer_for(force[role])) if heap.url.endswith("?show=failed")]

    assert waits("hr_cadre") == [1]
    assert waits("unit_political_officer") == []
    Officer.objects.filter(pk=force.officer_a.pk).update(status="serving")
    move("transfer", Officer.objects.get(pk=force.officer_a.pk), unit=force.branch_b, effective_on=days(3), by=cadre)
    assert waits("hr_cadre") == []


def test_many_officers_go_with_one_document_or_none_does(force: Cast):
    more = officers(3, force.branch_a, first=100)
    made = move("rotation", *more, unit=force.branch_b)
    assert made.moves.filter(state=State.DONE).count() == 3
    assert set(Officer.objects.filter(pk__in=[o.pk for o in more]).values_list("unit", flat=True)) == {
        force.branch_b.pk
    }
    with pytest.raises(ValidationError):
        move("rotation", force.officer_a, *more, unit=force.branch_b)  # three are there already
    assert fresh(force.officer_a).unit == force.branch_a


def test_a_form_sent_twice_makes_one_order(force: Cast):
    first, second = (
        order_twice(force)
        for _time in range(2)
    )  # fmt: skip
    assert first.pk == second.pk
    assert Move.objects.count() == 1


def order_twice(force: Cast) -> MoveOrder:
    return ordering.order_move(
        order=order("transfer", unit=force.branch_b, token="a" * 24), officers=[force.officer_a], by=force["hr_cadre"]
    )


def test_of_two_people_the_second_is_told_what_holds_now(force: Cast):
    seen = {force.officer_a.pk: seen_of(fresh(force.officer_a))}
    move("transfer", force.officer_a, unit=force.branch_b, post="内勤")
    later = order("transfer", unit=force.branch_a, effective_on=days(1))
    with pytest.raises(ValidationError) as refused:
        ordering.order_move(order=later, officers=[force.officer_a], seen=seen, by=force["hr_cadre"])
    assert "内勤" in refused.value.messages[0]
    assert MoveOrder.objects.count() == 1


# --- undo -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("transfer", {"post": "新岗"}),
        ("secondment", {"ends_on": days(60)}),
        ("concurrent", {"post": "兼职"}),
        ("post_up", {"post": "所长", "level": "L7"}),
        ("grade_up", {"grade": "G08"}),
        ("rank_up", {"rank": "R08"}),
        ("retirement", {}),
    ],
)
def test_undoing_restores_exactly_what_was(force: Cast, kind: str, said: dict[str, Any]):
    before = state(force.officer_a)
    if kind in {"transfer", "secondment", "concurrent", "post_up"}:
        said = {**said, "unit": force.branch_b}
    made = move(kind, force.officer_a, by=force["hr_cadre"], **said)
    assert state(force.officer_a) != before
    undoing.undo_order(order=made, reason="选错人了", by=force["hr_cadre"])
    assert state(force.officer_a) == before
    assert made.moves.get().state == State.UNDONE
    entry = LedgerEntry.objects.get(officer=force.officer_a)
    assert (entry.voided_on, bool(entry.void_reason)) == (timezone.localdate(), True)
    assert AuditEvent.objects.get(action="move.undo").purpose == "选错人了"


def state(officer: Officer) -> Any:
    row = Officer.objects.filter(pk=officer.pk).values(
        "unit", "post", "post_level", "rank", "grade", "status", "left_on"
    )
    postings = list(Posting.objects.filter(officer=officer).order_by("pk").values_list("pk", "unit", "ends_on"))
    more = [model.objects.filter(officer=officer).count() for model in (RankRecord, GradeRecord)]
    return list(row), postings, more


def test_only_the_person_who_ordered_undoes_and_only_that_day(force: Cast):
    made = move("transfer", force.officer_a, unit=force.branch_b, by=force["hr_cadre"])
    with pytest.raises(ValidationError):
        undoing.undo_order(order=made, reason="不对", by=force["political_director"])
    Move.objects.update(carried_out_at=timezone.now() - dt.timedelta(days=1))
    with pytest.raises(ValidationError):
        undoing.undo_order(order=made, reason="不对", by=force["hr_cadre"])
    assert fresh(force.officer_a).unit == force.branch_b


def test_a_move_with_a_later_one_is_not_undone_alone(force: Cast):
    first = move("grade_up", force.officer_a, grade="G08", by=force["hr_cadre"])
    second = move("transfer", force.officer_a, unit=force.branch_b, by=force["hr_cadre"])
    with pytest.raises(ValidationError):
        undoing.undo_order(order=first, reason="不对", by=force["hr_cadre"])
    undoing.undo_order(order=second, reason="不对", by=force["hr_cadre"])
    undoing.undo_order(order=first, reason="不对", by=force["hr_cadre"])
    assert fresh(force.officer_a).grade == "G09"


# --- access ---------------------------------------------------------------------------------------------------


def sees(user: Any, officer: Officer) -> bool:
    return officers_visible_to(viewer_for(user)).filter(pk=officer.pk).exists()


def test_access_follows_the_same_moment(force: Cast):
    lin, zhou = force["unit_political_officer"], force["zhou"]
    assert (sees(lin, force.officer_a), sees(zhou, force.officer_a)) == (True, False)
    move("transfer", force.officer_a, unit=force.branch_b)
    assert (sees(lin, force.officer_a), sees(zhou, force.officer_a)) == (False, True)


def test_a_seconded_officer_is_seen_by_both_units_for_the_term(force: Cast, monkeypatch: pytest.MonkeyPatch):
    lin, zhou = force["unit_political_officer"], force["zhou"]
    made = move("secondment", force.officer_a, unit=force.branch_b, ends_on=days(10), by=force["hr_cadre"])
    assert fresh(force.officer_a).unit == force.branch_a
    assert (sees(lin, force.officer_a), sees(zhou, force.officer_a)) == (True, True)
    assert classes_for(viewer_for(zhou), fresh(force.officer_a))["open"] == {1, 2}
    over = days(11)
    monkeypatch.setattr(timezone, "localdate", lambda *args: over)
    # who sees follows the days alone; the beat closes the books
    assert (sees(lin, force.officer_a), sees(zhou, force.officer_a)) == (True, False)
    assert classes_for(viewer_for(zhou), fresh(force.officer_a))["open"] == set()
    assert secondments.end_due_secondments() == 1
    assert made.moves.get().state == State.ENDED
    assert LedgerEntry.objects.get(kind__code="SECONDMENT").closed_on == over - dt.timedelta(days=1)
    assert secondments.end_due_secondments() == 0


def test_a_secondment_is_prolonged_and_ended_early(force: Cast):
    made = move("secondment", force.officer_a, unit=force.branch_b, ends_on=days(10), by=force["hr_cadre"])
    running = secondments.set_last_day(
        move=made.moves.get(), until=days(40), document="延〔2026〕2号", by=force["hr_cadre"]
    )
    assert (running.ends_on, running.entry.payload["period"]["to"]) == (days(40), days(40).isoformat())
    assert Posting.objects.get(secondment=True).ends_on == days(40)
    Posting.objects.filter(secondment=True).update(starts_on=days(-5))
    Move.objects.filter(order=made).update(effective_on=days(-5))
    LedgerEntry.objects.filter(kind__code="SECONDMENT").update(occurred_on=days(-5), known_on=days(-5))
    ended = secondments.set_last_day(move=running, until=days(-1), document="终〔2026〕3号", by=force["hr_cadre"])
    assert ended.state == State.ENDED
    assert not sees(force["zhou"], force.officer_a)
    with pytest.raises(ValidationError):
        secondments.set_last_day(move=ended, until=days(5), document="x", by=force["hr_cadre"])


def test_a_secondment_outside_the_force_is_a_state_that_ends(force: Cast, monkeypatch: pytest.MonkeyPatch):
    move("secondment", force.officer_a, host="市委政法委", ends_on=days(5))
    assert fresh(force.officer_a).status == Officer.Status.SECONDED
    over = days(6)
    monkeypatch.setattr(timezone, "localdate", lambda *args: over)
    secondments.end_due_secondments()
    assert fresh(force.officer_a).status == Officer.Status.SERVING


def test_the_preview_names_who_gains_and_who_loses(force: Cast):
    change = access_change([force.branch_a], [force.branch_b])
    gained = {line.account for line in change.gain}
    lost = {line.account for line in change.lose}
    assert gained == {str(force["zhou"])}
    assert str(force["unit_political_officer"]) in lost
    # who reaches both, the whole bureau's, neither gains nor loses
    assert str(force["hr_cadre"]) not in gained | lost


def test_the_movers_own_roles_over_the_old_unit_end_and_the_administrator_is_told(force: Cast):
    mover = account("MOVER", officer_number=force.officer_b.pk)
    grant_role(user=mover, role="unit_political_officer", unit=force.branch_b, by=None)
    made = move("transfer", force.officer_b, unit=force.branch_a, by=force["hr_cadre"])
    assert viewer_for(mover).grants == ()
    notice = GrantNotice.objects.get()
    assert (notice.kind, notice.role, notice.unit) == ("ended", "unit_political_officer", force.branch_b)
    undoing.undo_order(order=made, reason="不对", by=force["hr_cadre"])
    # nobody but the security administrator gives a role
    assert viewer_for(mover).grants == ()
    assert set(GrantNotice.objects.values_list("kind", flat=True)) == {"ended", "restore"}


def test_roles_over_what_lies_above_are_only_flagged(force: Cast):
    sub = units_below(force)
    mover = account("MOVER", officer_number=force.officer_b.pk)
    move("transfer", force.officer_b, unit=sub)
    grant_role(user=mover, role="unit_head", unit=force.branch_a, by=None)
    grant_role(user=mover, role="leadership", unit=force.bureau, by=None)
    move_order = order("transfer", unit=force.branch_b, effective_on=days(1))
    ordering.order_move(order=move_order, officers=[force.officer_b], by=None)
    Move.objects.filter(order=move_order).update(effective_on=timezone.localdate())
    Posting.objects.filter(officer=force.officer_b).update(starts_on=LONG_AGO)
    MoveOrder.objects.filter(pk=move_order.pk).update(effective_on=timezone.localdate())
    assert carry_out_due() == (1, 0)
    assert {grant.role.code for grant in viewer_for(mover).grants} == {"unit_head", "leadership"}
    assert list(GrantNotice.objects.values_list("kind", "role")) == [("review", "unit_head")]


def units_below(force: Cast) -> Any:
    from roster.services.units import create_unit

    return create_unit(code="A1", name="A1", parent=force.branch_a, by=None)


def test_who_leaves_loses_every_role_but_sight_of_themselves(force: Cast):
    mover = account("MOVER", officer_number=force.officer_b.pk)
    for role in ("leadership", "officer"):
        grant_role(user=mover, role=role, unit=force.bureau, by=None)
    move("retirement", force.officer_b)
    assert {grant.role.code for grant in viewer_for(mover).grants} == {"officer"}
    assert set(GrantNotice.objects.values_list("kind", flat=True)) == {"ended", "close"}

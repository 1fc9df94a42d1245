"""The pages of moves: form, preview, confirmation, cancelling, undoing; who may open them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from roster.access import grant_role
from roster.models import Move, MoveOrder, Officer
from roster.services.defaults import install_defaults
from tests.factories.cast import Cast, cast
from tests.factories.force import officers
from tests.factories.moves import days, move

State = Move.State


@pytest.fixture
def force(db: Any) -> Cast:
    install_defaults()
    return cast()


def client(force: Cast, role: str) -> Client:
    found = Client()
    found.force_login(force[role])
    return found


@pytest.fixture
def cadre(force: Cast) -> Client:
    return client(force, "hr_cadre")


def said(**more: str) -> dict[str, str]:
    return {
        "kind": "transfer", "document": "示干任〔2026〕12号", "effective_on": days(0).isoformat(), "token": "a" * 24,
    } | more  # fmt: skip


def test_a_transfer_goes_through_its_preview(force: Cast, cadre: Client):
    url = reverse("roster:officer-move", args=[force.officer_a.pk])
    assert cadre.get(url).status_code == 200
    preview = cadre.post(url, said(unit="B2"))
    assert not MoveOrder.objects.exists()
    html = preview.content.decode()
    assert "单位B2" in html
    assert str(force["zhou"]) in html
    seen = preview.context["preview"].seen
    done = cadre.post(url, said(unit="B2", confirmed="1", seen=seen))
    order = MoveOrder.objects.get()
    assert done.headers["Location"] == reverse("roster:move-detail", args=[order.pk])
    assert Officer.objects.get(pk=force.officer_a.pk).unit == force.branch_b
    assert client(force, "unit_political_officer").get(dossier(force)).status_code == 404
    assert client(force, "zhou").get(dossier(force)).status_code == 200
    # sent once more, by an impatient hand: the same order
    cadre.post(url, said(unit="B2", confirmed="1", seen=seen))
    assert MoveOrder.objects.count() == 1


def dossier(force: Cast) -> str:
    return reverse("roster:officer-detail", args=[force.officer_a.pk])


def test_the_loser_of_two_sees_what_holds_now_and_keeps_the_entries(force: Cast, cadre: Client):
    url = reverse("roster:officer-move", args=[force.officer_a.pk])
    seen = cadre.post(url, said(unit="B2")).context["preview"].seen
    move("post_up", force.officer_a, post="副所长", level="L8")
    late = {"effective_on": days(1).isoformat()}
    answer = cadre.post(url, said(unit="B2", confirmed="1", seen=seen, **late))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "副所长" in html
    assert "单位B2" in html
    assert MoveOrder.objects.count() == 1
    again = answer.context["preview"].seen
    assert cadre.post(url, said(unit="B2", confirmed="1", seen=again, **late)).status_code == 302


@pytest.mark.parametrize(
    "more",
    [
        {"unit": "nowhere"},
        {"unit": "B2", "document": ""},
        {"unit": "B2", "effective_on": "31.12."},
        {"unit": "B2", "effective_on": days(-2).isoformat()},
        {"unit": "A"},
        {"kind": "secondment", "host": "市委", "ends_on": ""},
        {"kind": "rank_up", "rank": "R99"},
        {"unit": "B2", "token": "x"},
        {"unit": "B2\x00"},
    ],
)
def test_bad_input_stays_on_the_form_with_a_sentence(force: Cast, cadre: Client, more: dict[str, str]):
    url = reverse("roster:officer-move", args=[force.officer_a.pk])
    answer = cadre.post(url, said(**more) | {"confirmed": "1"})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not MoveOrder.objects.exists()


@pytest.mark.parametrize("kind", list(MoveOrder.Kind.values))
def test_every_kind_has_its_form(force: Cast, cadre: Client, kind: str):
    answer = cadre.get(reverse("roster:officer-move", args=[force.officer_a.pk]), {"kind": kind})
    assert answer.status_code == 200
    assert answer.context["kind"] == kind


def test_several_officers_by_ticks_and_badge_numbers(force: Cast, cadre: Client):
    more = officers(2, force.branch_a, first=100)
    url = reverse("roster:move-new")
    page = cadre.get(url, {"officer": [more[0].pk, "9" * 30, "x"]})
    assert [officer.pk for officer in page.context["officers"]] == [more[0].pk]
    data = said(unit="B2", badges=f"{more[1].badge_no}，nobody") | {"officer": str(more[0].pk)}
    assert "NOBODY" in cadre.post(url, data).content.decode()
    data["badges"] = more[1].badge_no
    seen = cadre.post(url, data).context["preview"].seen
    assert cadre.post(url, data | {"confirmed": "1", "seen": seen}).status_code == 302
    assert MoveOrder.objects.get().moves.filter(state=State.DONE).count() == 2
    assert cadre.post(url, said(unit="B2")).context["form"].non_field_errors()


def test_a_waiting_move_is_listed_and_cancelled(force: Cast, cadre: Client):
    order = move("transfer", force.officer_a, unit=force.branch_b, effective_on=days(5), by=force["hr_cadre"])
    page = cadre.get(reverse("roster:move-list"))
    assert [row.officer for row in page.context["rows"]] == [force.officer_a]
    assert cadre.post(reverse("roster:move-cancel", args=[order.pk])).status_code == 302
    assert cadre.get(reverse("roster:move-list")).context["rows"] == []


def test_undo_asks_why_and_is_for_who_ordered(force: Cast, cadre: Client):
    order = move("transfer", force.officer_a, unit=force.branch_b, by=force["hr_cadre"])
    url = reverse("roster:move-undo", args=[order.pk])
    assert cadre.post(url, {"reason": ""}).context["undo"].errors
    assert cadre.post(url, {"reason": "选错了单位"}).status_code == 302
    assert Officer.objects.get(pk=force.officer_a.pk).unit == force.branch_a
    other = move("transfer", force.officer_b, unit=force.branch_a)
    assert cadre.post(reverse("roster:move-undo", args=[other.pk]), {"reason": "x y"}).status_code == 200
    assert not cadre.get(reverse("roster:move-detail", args=[other.pk])).context["may_undo"]


def test_a_secondment_is_prolonged_on_its_page(force: Cast, cadre: Client):
    order = move("secondment", force.officer_a, unit=force.branch_b, ends_on=days(5))
    lent = order.moves.get()
    url = reverse("roster:secondment-end", args=[lent.pk])
    assert cadre.get(url).status_code == 200
    assert cadre.post(url, {"until": days(-9).isoformat(), "document": "x"}).context["form"].errors["until"]
    assert cadre.post(url, {"until": days(50).isoformat(), "document": "延〔2026〕1号"}).status_code == 302
    lent.refresh_from_db()
    assert lent.ends_on == days(50)
    other = move("transfer", force.officer_b, unit=force.branch_a).moves.get()
    assert cadre.get(reverse("roster:secondment-end", args=[other.pk])).status_code == 404


def test_the_dossiers_panel_shows_moves_and_hides_what_only_waits(force: Cast, cadre: Client):
    move("secondment", force.officer_a, unit=force.branch_b, ends_on=days(5))
    move("grade_up", force.officer_a, grade="G08", effective_on=days(5))
    url = reverse("roster:officer-panel", args=[force.officer_a.pk, "moves"])
    assert len(cadre.get(url).context["data"]["rows"]) == 2
    assert len(client(force, "unit_political_officer").get(url).context["data"]["rows"]) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_board_takes_the_same_queries_at_any_length(
    force: Cast, cadre: Client, django_assert_num_queries: Any, number: int
):
    for officer in officers(number, force.branch_a, first=100):
        move("transfer", officer, unit=force.branch_b, effective_on=days(5))
    cadre.get(reverse("roster:move-list"))  # code tables are read once a process
    with django_assert_num_queries(9):
        assert len(cadre.get(reverse("roster:move-list")).context["rows"]) == number


def test_the_security_administrator_settles_what_a_move_left(force: Cast):
    grant_role(user=force["nobody"], role="unit_head", unit=force.branch_b, by=None)
    force["nobody"].officer_number = force.officer_b.pk
    force["nobody"].save()
    move("transfer", force.officer_b, unit=force.branch_a)
    administrator = client(force, "security_admin")
    page = administrator.get(reverse("roster:grant-list"))
    (notice,) = page.context["notices"]
    assert (notice.kind, notice.role) == ("ended", "unit_head")
    for _time in range(2):
        administrator.post(reverse("roster:notice-settle", args=[notice.pk]))
    assert list(administrator.get(reverse("roster:grant-list")).context["notices"]) == []

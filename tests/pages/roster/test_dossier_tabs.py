"""The tabs of a dossier: what each shows to whom, how many queries it takes, and that every reading is written down."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from police_hr.core.models import AuditEvent
from roster.sanctions import add_months
from roster.selectors import codes
from roster.services.defaults import install_defaults
from roster.views.dossier_tabs import TABS
from tests.factories.cast import Cast, cast
from tests.factories.force import facts

# one kind of each tab of ledger facts, with a word that its table shows and the class of the entry
SHOWN: dict[str, tuple[str, dict[str, Any], str, int]] = {
    "awards": ("AWARD", {"grade": "A2"}, "三等功", 1),
    "complaints": ("COMPLAINT_VERIFIED", {"severity": "minor", "category": "态度生硬"}, "态度生硬", 4),
    "training": ("TRAINING_COURSE", {"type": "rotation", "name": "轮训一班"}, "轮训一班", 1),
    "talents": ("TALENT_POOL", {"level": "chief", "field": "cyber"}, "首席专家", 1),
    "attendance": ("LEAVE", {"type": "annual", "reason": "回乡探亲"}, "回乡探亲", 2),
    "family": ("HARDSHIP", {"basis": "recognised"}, "家庭经济困难", 3),
    "care": ("HEALTH_HOSPITAL", {"impact": "major"}, "生病住院", 3),
    "talks": ("TALK", {"type": "heart", "topic": "近期思想"}, "近期思想", 2),
    "political": ("PATROL_PROBLEM", {"item": "DP04", "severity": "minor"}, "警容风纪", 1),
    "party": ("PARTY_REVIEW", {"year": 2025, "result": "excellent"}, "优秀", 2),
    "sanctions": ("PUNISHMENT", {"measure": "P1", "served_on": "2026-01-05"}, "警告", 4),
}
OPENS = {
    "hr_cadre": {1, 2},
    "unit_political_officer": {1, 2},
    "unit_head": {1, 2},
    "discipline_inspector": {1, 4},
    "officer": {1, 2},
}


@pytest.fixture
def force(db: Any) -> Cast:
    codes.forget()
    install_defaults()
    return cast()


def client_of(force: Cast, role: str) -> Client:
    client = Client()
    client.force_login(force[role])
    return client


def tab(force: Cast, code: str) -> str:
    return reverse("roster:officer-tab", args=[force.officer_a.pk, code])


def fragment(client: Client, force: Cast, code: str) -> str:
    answer = client.get(tab(force, code), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def put(force: Cast, kind: str, payload: dict[str, Any], *, days: int = 10, verified: bool = True) -> None:
    day = timezone.localdate() - dt.timedelta(days=days)
    if kind == "PUNISHMENT":
        payload = {"effect_until": add_months(day, 6).isoformat()} | payload
    facts([{"officer_id": force.officer_a.pk, "kind": kind, "payload": payload, "verified": verified,
            "occurred_on": day}])  # fmt: skip


def open_all(client: Client, force: Cast) -> None:
    url = reverse("roster:officer-open", args=[force.officer_a.pk])
    assert client.post(url, {"reason": "任前档案审核", "classes": ["3", "4"]}).status_code == 302


@pytest.mark.parametrize("role", OPENS)
def test_each_tab_shows_what_the_role_opens_and_nothing_else(force: Cast, role: str):
    for kind, payload, _word, _class in SHOWN.values():
        put(force, kind, payload)
    client = client_of(force, role)
    for code, (_kind, _payload, word, sensitivity) in SHOWN.items():
        # what was decided about oneself and served is one's own to read
        served = role == "officer" and code == "sanctions"
        assert (word in fragment(client, force, code)) == (sensitivity in OPENS[role] or served), (role, code)


def test_a_reason_opens_the_closed_tabs_to_those_who_may_give_one(force: Cast):
    for kind, payload, _word, _class in SHOWN.values():
        put(force, kind, payload)
    client = client_of(force, "hr_cadre")
    assert "填写理由后查看" in fragment(client, force, "sanctions")
    open_all(client, force)
    for code, (_kind, _payload, word, _class) in SHOWN.items():
        assert word in fragment(client, force, code), code
    assert "填写理由后查看" not in fragment(client_of(force, "unit_head"), force, "sanctions")


def test_a_running_sanction_says_until_when_and_how_many_days_are_left(force: Cast):
    put(force, "PUNISHMENT", {"measure": "P2", "form": "F2", "served_on": "2026-01-05"}, days=10)
    client = client_of(force, "discipline_inspector")
    today = timezone.localdate()
    until = add_months(today - dt.timedelta(days=10), 6)
    html = fragment(client, force, "sanctions")
    assert f"影响期至 {until.isoformat()}，还剩 {(until - today).days} 天" in html
    # 记过 lasts twelve months; the decision says six, which somebody should look at
    assert "请核对" in html
    assert "不得晋升工资档次" in html
    assert "不得晋升职务" in html


def test_an_expired_sanction_stays_in_the_file_and_forbids_nothing(force: Cast):
    put(force, "PUNISHMENT", {"measure": "P1", "served_on": "2020-01-05"}, days=900)
    html = fragment(client_of(force, "discipline_inspector"), force, "sanctions")
    assert "没有正在执行的处分影响期" in html
    assert "届满" in html
    assert "不得晋升职务" not in html


def test_what_is_not_verified_or_not_served_is_the_inspectors_alone(force: Cast):
    put(force, "PUNISHMENT", {"measure": "P1"})
    put(force, "COMPLAINT_VERIFIED", {"severity": "minor", "category": "未核实一"}, verified=False)
    put(force, "COMPLAINT_RECEIVED", {"category": "线索一"})
    inspector, cadre, own = (client_of(force, role) for role in ("discipline_inspector", "hr_cadre", "officer"))
    assert "尚未送达" in fragment(inspector, force, "sanctions")
    open_all(cadre, force)
    assert "警告" not in fragment(cadre, force, "sanctions")
    assert "警告" not in fragment(own, force, "sanctions")
    # a clue stands on no tab, not even for those who look into it
    for client in (inspector, cadre, own):
        html = fragment(client, force, "complaints")
        assert "线索一" not in html
        assert "未核实一" not in html


def test_health_shows_levels_and_no_words(force: Cast):
    put(force, "MOOD_ALERT", {"level": "marked", "facts": "与家人争执后整夜未眠"})
    client = client_of(force, "hr_cadre")
    open_all(client, force)
    html = fragment(client, force, "care")
    assert "情绪异常" in html
    assert "整夜未眠" not in html


def test_empty_tabs_are_dimmed_and_closed_ones_say_neither(force: Cast):
    put(force, "AWARD", {"grade": "A2"})
    context = client_of(force, "unit_head").get(tab(force, "timeline")).context
    counts = {choice.url.rsplit("/", 1)[-1]: choice.count for choice in context["tabs"]}
    assert (counts["awards"], counts["training"], counts["sanctions"], counts["family"]) == (1, 0, None, None)
    locked = {choice.url.rsplit("/", 1)[-1] for choice in context["tabs"] if choice.locked}
    assert {"sanctions", "complaints", "family", "care"} <= locked


@pytest.mark.parametrize("code", [tab.code for tab in TABS])
def test_every_reading_is_written_down_with_the_class_of_its_tab(force: Cast, code: str):
    fragment(client_of(force, "hr_cadre"), force, code)
    event = AuditEvent.objects.filter(action="officer.view").latest("pk")
    found = next(tab for tab in TABS if tab.code == code)
    assert (event.details["tab"], event.details["class"]) == (code, found.sensitivity)


@pytest.mark.parametrize("code", SHOWN)
def test_a_tab_takes_the_same_queries_with_1_and_with_3_entries(force: Cast, code: str):
    client = client_of(force, "discipline_inspector" if SHOWN[code][3] == 4 else "hr_cadre")
    if SHOWN[code][3] == 3:
        open_all(client, force)
    kind, payload, _word, _class = SHOWN[code]
    put(force, kind, payload)
    fragment(client, force, code)
    numbers = []
    for more in (0, 2):
        for day in range(more):
            put(force, kind, payload, days=20 + day)
        with CaptureQueriesContext(connection) as captured:
            fragment(client, force, code)
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]
    assert numbers[0] <= 14


def test_what_is_closed_is_never_said_to_be_empty(force: Cast):
    """An inspector opens classes 1 and 4: the talk of class 2 is there, and not theirs to know of."""
    put(force, "TALK", {"type": "heart", "topic": "近期思想"})
    html = fragment(client_of(force, "discipline_inspector"), force, "talks")
    assert "此部分不在您的查阅范围内" in html
    assert "没有谈话记录" not in html
    assert "没有关爱措施记录" not in fragment(client_of(force, "unit_head"), force, "care")


def test_what_opens_with_a_reason_is_not_said_to_be_out_of_reach(force: Cast):
    for code in ("sanctions", "family", "care"):
        html = fragment(client_of(force, "hr_cadre"), force, code)
        assert "查看人和理由会留痕" in html, code
        assert "不在您的查阅范围内" not in html, code


def test_an_empty_part_offers_what_fills_it_to_those_who_may(force: Cast):
    new_entry = reverse("roster:ledger-add", args=[force.officer_a.pk])
    ask = reverse("roster:correction-new", args=[force.officer_a.pk]) + "?fact=posting.new"
    cadre, own = client_of(force, "hr_cadre"), client_of(force, "officer")
    assert new_entry in fragment(cadre, force, "awards")
    assert ask in fragment(cadre, force, "postings")
    assert new_entry not in fragment(own, force, "awards")


def test_no_two_blocks_of_a_part_bear_one_name(force: Cast):
    """A screen reader lists them by their names."""
    client = client_of(force, "hr_cadre")
    for found in TABS:
        answer = client.get(tab(force, found.code), headers={"HX-Request": "true"})
        titles = [str(block.title) for block in answer.context.get("blocks", ())]
        assert len(titles) == len(set(titles)), found.code


def test_a_field_that_few_entries_hold_is_told_among_the_particulars(force: Cast):
    """Of three entries of load one has a month: no column for it, and its words beside the others."""
    put(force, "OVERTIME", {"period": {"from": "2026-02-02", "to": "2026-02-02"}, "task": "安保值守"}, days=5)
    put(force, "OVERTIME", {"period": {"from": "2026-02-03", "to": "2026-02-04"}}, days=6)
    put(force, "OVERTIME", {"period": {"from": "2026-02-05", "to": "2026-02-06"}}, days=7)
    html = fragment(client_of(force, "hr_cadre"), force, "attendance")
    assert "任务：安保值守" in html
    assert '<th scope="col">任务</th>' not in html
    assert '<th scope="col">起止日期</th>' in html
    # a period of one day is that day
    assert "2026年2月2日" in html
    assert "2026年2月2日—2026年2月2日" not in html

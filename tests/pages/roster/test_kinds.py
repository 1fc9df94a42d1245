"""The editor of ledger kinds: a new kind or field needs no code and no migration."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from roster.models import LedgerGroup, LedgerKind
from roster.selectors import codes
from roster.services.defaults import install_defaults
from roster.services.ledger import record_entry
from tests.factories.cast import Cast, cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def force(db: Any) -> Cast:
    codes.forget()
    install_defaults()
    return cast()


@pytest.fixture
def cadre(force: Cast) -> Client:
    client = Client()
    client.force_login(force["hr_cadre"])
    return client


def words(**more: str) -> dict[str, str]:
    group = LedgerGroup.objects.get(code="ATTENDANCE")
    return {
        "code": "GYM", "group": str(group.pk), "name_zh": "体能打卡", "name_en": "Gym visit", "sensitivity": "1",
    } | more  # fmt: skip


def field(number: int, type_: str, zh: str, en: str, **more: str) -> dict[str, str]:
    return {f"f{number}-{key}": value for key, value in {"type": type_, "label_zh": zh, "label_en": en, **more}.items()}


def three_fields() -> dict[str, str]:
    return {
        "rows": "3",
        **field(0, "int", "分钟", "Minutes", required="1", min="1", max="600"),
        **field(1, "choice", "项目", "Exercise", source="own", choices="2"),
        "f1-c0-zh": "跑步", "f1-c0-en": "Running", "f1-c1-zh": "力量", "f1-c1-en": "Weights", "f1-c1-value": "w",
        **field(2, "text", "备注", "Remark"),
    }  # fmt: skip


def test_a_new_kind_can_be_recorded_at_once(force: Cast, cadre: Client):
    url = reverse("roster:kind-create")
    assert cadre.post(url, words() | three_fields()).status_code == 302
    kind = LedgerKind.objects.get(code="GYM")
    assert kind.pack == "own"
    assert [(spec["name"], spec["type"]) for spec in kind.current.fields] == [
        ("minutes", "int"), ("exercise", "choice"), ("remark", "text"),
    ]  # fmt: skip
    assert [choice["value"] for choice in kind.current.fields[1]["choices"]] == ["running", "w"]
    form = {"kind": "GYM", "occurred_on": "2026-11-02", "f-minutes": "45", "f-exercise": "running"}
    assert cadre.post(reverse("roster:ledger-add", args=[force.officer_a.pk]), form).status_code == 302
    html = cadre.get(reverse("roster:officer-detail", args=[force.officer_a.pk])).content.decode()
    assert "体能打卡 · 跑步" in html


def test_faults_stand_beside_their_field(force: Cast, cadre: Client):
    data = words() | {"rows": "3", **field(0, "text", "备注", ""), **field(1, "choice", "项目", "Exercise"),
                      **field(2, "int", "分钟", "Minutes", min="9", max="1")}  # fmt: skip
    answer = cadre.post(reverse("roster:kind-create"), data)
    assert answer.status_code == 200
    assert [len(row.errors) for row in answer.context["rows"]] == [1, 1, 1]
    assert not LedgerKind.objects.filter(code="GYM").exists()
    assert "min" not in {spec.split("-")[0] for spec in answer.context["rows"][0].errors}


def test_buttons_add_move_and_remove_without_saving(force: Cast, cadre: Client):
    data = words() | three_fields()
    url = reverse("roster:kind-create")

    def labels(action: str) -> list[str]:
        rows = cadre.post(url, data | {"do": action}, headers=HTMX).context["rows"]
        return [row.values["label_en"] for row in rows]

    assert labels("add") == ["Minutes", "Exercise", "Remark", ""]
    assert labels("up-1") == ["Exercise", "Minutes", "Remark"]
    assert labels("down-1") == ["Minutes", "Remark", "Exercise"]
    assert labels("remove-0") == ["Exercise", "Remark"]
    assert labels("remove-9") == labels("nonsense") == ["Minutes", "Exercise", "Remark"]
    rows = cadre.post(url, data | {"do": "choice-1"}).context["rows"]
    assert len(rows[1].choices) == 3
    assert not LedgerKind.objects.filter(code="GYM").exists()


def test_the_preview_shows_form_and_timeline_line_and_saves_nothing(force: Cast, cadre: Client):
    html = cadre.post(reverse("roster:kind-preview"), words() | three_fields(), headers=HTMX).content.decode()
    assert "体能打卡 · 跑步" in html
    assert 'name="f-minutes"' in html
    assert cadre.post(reverse("roster:kind-preview"), {"rows": "1", "f0-type": "nonsense"}).status_code == 200
    assert not LedgerKind.objects.filter(code="GYM").exists()


def test_a_used_version_stays_and_the_next_one_tells_what_changed(force: Cast, cadre: Client):
    cadre.post(reverse("roster:kind-create"), words() | three_fields())
    entry = record_entry(
        officer=force.officer_a, kind="GYM", occurred_on=dt.date(2026, 11, 2), payload={"minutes": 30}, by=None
    )
    data = words(name_zh="健身打卡") | three_fields() | {"f2-required": "1", "f2-name": "remark", "base": "1"}
    data |= {"f0-name": "minutes", "f1-name": "exercise"}
    url = reverse("roster:kind-edit", args=["GYM"])
    # a field becomes required while entries exist: that is asked about first
    assert cadre.post(url, data).context["warnings"]
    data["meant"] = "1"
    assert cadre.post(url, data).status_code == 302
    entry.refresh_from_db()
    assert entry.kind_version.number == 1
    page = cadre.get(reverse("roster:kind-detail", args=["GYM"]))
    (newest, changes), (_oldest, none) = page.context["versions"]
    assert newest.number == 2
    assert none == []
    assert ("体能打卡", "健身打卡") in {(change.old, change.new) for change in changes}
    assert page.context["entries"] == 1
    # somebody who started from the first version is told so
    assert cadre.post(url, data | {"name_zh": "又改"}).context["form"].non_field_errors()


def test_a_shipped_kind_opens_in_the_editor_and_saves_unchanged(force: Cast, cadre: Client):
    page = cadre.get(reverse("roster:kind-edit", args=["TALK"]))
    rows = page.context["rows"]
    kind = LedgerKind.objects.get(code="TALK")
    from roster.forms.kind_editor import checked

    assert checked(rows) == kind.current.fields
    assert [row.errors for row in rows] == [[] for _row in rows]


def test_a_withdrawn_kind_is_not_offered_until_it_is_put_back(force: Cast, cadre: Client):
    add = reverse("roster:ledger-add", args=[force.officer_a.pk])
    cadre.post(reverse("roster:kind-withdraw", args=["AWARD"]))
    assert cadre.get(add, {"kind": "AWARD"}).status_code == 404
    assert "AWARD" in cadre.get(reverse("roster:kind-list"), {"withdrawn": "1"}).content.decode()
    cadre.post(reverse("roster:kind-restore", args=["AWARD"]))
    assert cadre.get(add, {"kind": "AWARD"}).status_code == 200


def test_who_may_only_look_cannot_change(force: Cast):
    client = Client()
    client.force_login(force["unit_political_officer"])
    assert client.get(reverse("roster:kind-detail", args=["TALK"])).status_code == 200
    assert client.get(reverse("roster:kind-edit", args=["TALK"])).status_code == 403
    assert client.get(reverse("roster:kind-list")).status_code == 200

"""Around a ledger kind: try out, compare, arrange, copy, take along as a file, and what is said before a change."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from roster.models import LedgerEntry, LedgerGroup, LedgerKind, LedgerKindVersion, MappingProfile
from roster.selectors import codes
from roster.services import kind_files, kind_tree
from roster.services.defaults import install_defaults
from roster.services.kinds import revise_kind
from roster.services.ledger import record_entry
from tests.factories.cast import Cast, cast


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


def kind(code: str = "AWARD") -> LedgerKind:
    return LedgerKind.objects.select_related("current", "group").get(code=code)


def order_of(group: str) -> list[str]:
    return list(LedgerKind.objects.filter(group__code=group).order_by("order", "code").values_list("code", flat=True))


# --- try out, compare -----------------------------------------------------------------------------------------


def test_trying_the_form_out_saves_nothing(force: Cast, cadre: Client):
    url = reverse("roster:kind-try", args=["AWARD"])
    assert cadre.get(url).status_code == 200
    assert not cadre.post(url, {"occurred_on": "2026-11-02"}).context["fields"].is_valid()
    page = cadre.post(url, {"occurred_on": "2026-11-02", "f-grade": "A2"})
    assert "三等功" in str(page.context["lines"][0].title) + str(page.context["lines"][0].detail)
    assert not LedgerEntry.objects.exists()


def test_any_two_versions_are_compared(force: Cast, cadre: Client):
    for number in range(3):
        record_entry(
            officer=force.officer_a, kind="AWARD", occurred_on=dt.date(2026, 3, 2), payload={"grade": "A1"}, by=None
        )
        revise_kind(kind=kind(), changes={"name_zh": f"表彰{number}"}, by=None)
    url = reverse("roster:kind-compare", args=["AWARD"])
    changes = cadre.get(url, {"old": "1", "new": "4"}).context["changes"]
    assert [(change.old, change.new) for change in changes] == [("个人记功嘉奖", "表彰2")]
    assert cadre.get(url, {"old": "4", "new": "4"}).context["changes"] == []
    assert cadre.get(url, {"old": "99", "new": "x"}).status_code == 200


# --- the menu -------------------------------------------------------------------------------------------------


def test_a_kind_moves_up_and_down_and_stops_at_the_ends(force: Cast, cadre: Client):
    before = order_of("HONOUR")
    url = reverse("roster:kind-shift", args=[before[1]])
    cadre.post(url)
    assert order_of("HONOUR")[:2] == [before[1], before[0]]
    assert not kind_tree.shift_kind(kind=kind(before[1]), down=False, by=None)
    cadre.post(url, {"down": "1"})
    assert order_of("HONOUR") == before
    assert "arrange=1" in cadre.post(url).headers["Location"]
    assert cadre.get(reverse("roster:kind-list"), {"arrange": "1"}).context["arrange"]


def test_a_group_moves_is_renamed_and_hung_elsewhere(force: Cast, cadre: Client):
    group = LedgerGroup.objects.get(code="HONOUR")
    url = reverse("roster:kind-group-change", args=[group.pk])
    life = LedgerGroup.objects.get(code="LIFE")
    words = {"name_zh": "表彰奖励", "name_en": "Awards"}
    assert cadre.post(url, words | {"parent": life.pk}).status_code == 302
    group.refresh_from_db()
    assert (group.name_zh, group.parent) == ("表彰奖励", life)
    assert cadre.post(url, {"shift": "down"}).status_code == 302
    names = list(LedgerGroup.objects.filter(parent=life).order_by("order").values_list("code", flat=True))
    assert names == ["FAMILY", "HONOUR", "HEALTH", "MATTERS"]
    below_itself = reverse("roster:kind-group-change", args=[life.pk])
    assert cadre.post(below_itself, {"name_zh": "a", "name_en": "b", "parent": group.pk}).context["form"].errors


def test_the_menu_has_three_levels(force: Cast):
    top, middle, low = (LedgerGroup.objects.get(code=code) for code in ("LIFE", "FAMILY", "HONOUR"))
    kind_tree.change_group(group=low, name_zh="a", name_en="a", parent=middle, by=None)
    with pytest.raises(ValidationError):
        kind_tree.change_group(
            group=top, name_zh="a", name_en="a", parent=LedgerGroup.objects.get(code="DAILY"), by=None
        )


# --- who rests on it ------------------------------------------------------------------------------------------


def test_import_profiles_are_among_those_who_read_a_kind(force: Cast, cadre: Client):
    MappingProfile.objects.create(code="p1", name_zh="奖励月报", name_en="Awards", target="ledger:AWARD")
    uses = cadre.get(reverse("roster:kind-detail", args=["AWARD"])).context["uses"]
    assert any("奖励月报" in str(use.label) for use in uses)


def test_a_change_that_its_readers_feel_is_asked_about_first(force: Cast, cadre: Client):
    record_entry(
        officer=force.officer_a, kind="AWARD", occurred_on=dt.date(2026, 3, 2), payload={"grade": "A1"}, by=None
    )
    url = reverse("roster:kind-edit", args=["AWARD"])
    words = {
        "group": kind().group_id, "order": "1", "name_zh": "个人记功嘉奖", "name_en": "Individual award",
        "sensitivity": "2", "rows": "0", "base": "1",
    }  # fmt: skip
    asked = cadre.post(url, words)
    assert len(asked.context["warnings"]) >= 3
    assert kind().current.number == 1
    assert cadre.post(url, words | {"meant": "1"}).status_code == 302
    assert kind().current.number == 2


def test_a_copy_begins_with_the_fields_of_the_other(force: Cast, cadre: Client):
    page = cadre.get(reverse("roster:kind-create"), {"copy": "AWARD"})
    assert [row.values["name"] for row in page.context["rows"]] == [spec["name"] for spec in kind().current.fields]
    assert "code" in page.context["form"].fields
    assert cadre.get(reverse("roster:kind-create"), {"copy": "NOBODY"}).status_code == 404


# --- files ----------------------------------------------------------------------------------------------------


def upload(content: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("kind.json", content, content_type="application/json")}


def test_a_kind_goes_out_and_comes_in_without_loss(force: Cast, cadre: Client):
    content = cadre.get(reverse("roster:kind-export", args=["AWARD"])).content
    found = json.loads(content)
    assert "个人记功嘉奖" in content.decode()
    url = reverse("roster:kind-import")
    same = cadre.post(url, upload(content))
    assert same.context["changes"] == []
    found |= {"code": "LOCAL_AWARD", "name_zh": "本局表彰"}
    preview = cadre.post(url, upload(json.dumps(found).encode()))
    assert not LedgerKind.objects.filter(code="LOCAL_AWARD").exists()
    sent = {"text": preview.context["text"], "confirmed": "1"}
    assert cadre.post(url, sent).status_code == 302
    made = kind("LOCAL_AWARD")
    assert (made.current.name_zh, made.current.fields, made.group.code) == (
        "本局表彰",
        kind().current.fields,
        "HONOUR",
    )
    assert kind_files.read_kind(kind_files.write_kind(made).encode()).values == {
        name: getattr(made.current, name) for name in kind_files.VERSION_FIELDS
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"format": "something"}',
        b'{"format": "police_hr.ledger_kind", "code": "x y"}',
        b'{"format": "police_hr.ledger_kind", "code": "LOCAL", "evil": 1}',
        b'{"format": "police_hr.ledger_kind", "code": "LOCAL", "name_zh": "a", "name_en": "b", "sensitivity": true}',
        b'{"format": "police_hr.ledger_kind", "code": "LOCAL", "name_zh": "a", "name_en": "b", "sensitivity": 9}',
        b'{"format": "police_hr.ledger_kind", "code": "LOCAL", "name_zh": [], "name_en": "b", "sensitivity": 1}',
        b'{"format":"police_hr.ledger_kind","code":"LOCAL","name_zh":"a","name_en":"b","sensitivity":1,"fields":7}',
        b'{"format": "police_hr.ledger_kind", "code": "LOCAL", "name_zh": "a", "name_en": "b", "sensitivity": 1}',
        b" " * 300_000,
    ],
)
def test_a_file_that_is_no_kind_is_refused_with_a_sentence(force: Cast, cadre: Client, content: bytes):
    """The last but one is sound but names no group that is here."""
    answer = cadre.post(reverse("roster:kind-import"), upload(content))
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not LedgerKind.objects.filter(code="LOCAL").exists()
    assert LedgerKindVersion.objects.filter(kind__code="LOCAL").count() == 0

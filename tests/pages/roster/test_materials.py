"""The pages of the paper file: the tab, the forms, requests from asking to their end, and what is written down."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image  # noqa: TID253  # the pages themselves are under test

from police_hr.core.models import AuditEvent
from roster.models import Material, MaterialAccess
from roster.selectors import codes
from roster.services.careers import add_family
from roster.services.defaults import install_defaults
from roster.services.material_access import decide_access, request_access
from roster.services.materials import catalogue_material
from tests.factories import papers
from tests.factories.cast import Cast, cast

SCAN = papers.pdf("= 履历", "= 第二页")


@pytest.fixture
def force(db: Any) -> Cast:
    codes.forget()
    install_defaults()
    return cast()


@pytest.fixture
def material(force: Cast) -> Material:
    facts = {
        "title": "干部履历表",
        "formed_on": dt.date(2021, 3, 1),
        "formed_precision": "month",
        "pages": 2,
        "copies": 1,
    }
    made, _new = catalogue_material(officer=force.officer_a, category="1", facts=facts, content=SCAN, by=None)
    return made


def client_of(force: Cast, role: str) -> Client:
    client = Client()
    client.force_login(force[role])
    return client


def tab(force: Cast) -> str:
    return reverse("roster:officer-tab", args=[force.officer_a.pk, "panel-materials"])


def approved(force: Cast, role: str = "unit_head", kind: str = "read") -> MaterialAccess:
    access = request_access(
        officer=force.officer_a, kind=kind, reason="任职考察", ends_on=timezone.localdate(), categories_wanted=["1"],
        by=force[role],
    )  # fmt: skip
    return decide_access(access=access, approve=True, by=force["leadership"])


def page(name: str, *args: int) -> str:
    return reverse(f"roster:material-{name}", args=args)


# --- the catalogue --------------------------------------------------------------------------------------------


def test_the_tab_shows_the_catalogue_to_those_in_scope(force: Cast, material: Material):
    html = client_of(force, "unit_head").get(tab(force)).content.decode()
    assert "干部履历表" in html
    assert "2021.03" in html
    assert "1-1" in html
    assert page("add", force.officer_a.pk) not in html
    assert page("add", force.officer_a.pk) in client_of(force, "hr_cadre").get(tab(force)).content.decode()
    assert client_of(force, "zhou").get(tab(force)).status_code == 404


def test_an_empty_file_says_what_is_missing_and_offers_the_form(force: Cast):
    html = client_of(force, "hr_cadre").get(tab(force)).content.decode()
    assert page("add", force.officer_a.pk) in html
    assert "ph-tag--watch" in html


def test_the_file_of_oneself_and_of_a_relative_is_closed(force: Cast, material: Material):
    officer = client_of(force, "officer")
    assert officer.get(tab(force)).status_code == 404  # there is no such tab for them
    assert officer.get(page("detail", material.pk)).status_code == 403
    approved(force)
    force["unit_head"].officer_number = force.officer_b.pk
    force["unit_head"].save()
    add_family(rows=[{"officer_id": force.officer_a.pk, "relation": "spouse", "name": force.officer_b.name}], by=None)
    relative = client_of(force, "unit_head")
    html = relative.get(tab(force)).content.decode()
    assert "干部履历表" not in html
    for name in ("detail", "read", "copy"):
        assert relative.get(page(name, material.pk)).status_code == 403
    assert relative.get(page("page", material.pk, 1)).status_code == 403
    for name in ("catalogue", "request"):
        assert relative.get(page(name, force.officer_a.pk)).status_code == 403


def test_a_cadre_catalogues_a_scan_and_mends_what_was_wrong(force: Cast):
    client, form_url = client_of(force, "hr_cadre"), page("add", force.officer_a.pk)
    form = {"title": "干部任免审批表", "category": "3", "formed": "2024.06", "pages": 2, "copies": 1, "token": "a" * 24}
    for _twice in range(2):
        upload = SimpleUploadedFile("扫描件.exe", SCAN, content_type="application/x-msdownload")
        assert client.post(form_url, form | {"scan": upload}).status_code == 302
    material = Material.objects.get()
    assert (material.code, material.formed_precision, material.scan_pages) == ("3-1", "month", 2)
    assert material.catalogued_by == force["hr_cadre"]
    move = {"category": "9-2", "reason": "任免审批表归第九类"}
    assert client.post(page("move", material.pk), move).status_code == 302
    moved = Material.objects.get(is_current=True)
    assert moved.code == "9-2-1"
    replace = {"title": "干部任免审批表", "formed": "2024-06-03", "pages": 2, "copies": 1, "reason": "补日期"}
    assert client.post(page("replace", moved.pk), replace).status_code == 302
    late = client.post(page("replace", moved.pk), replace).content.decode()
    assert "ph-note--stop" in late
    fresh = Material.objects.get(is_current=True)
    assert client.post(page("withdraw", fresh.pk), {"reason": "重复"}).status_code == 302
    html = client.get(page("detail", fresh.pk)).content.decode()
    assert "重复" in html
    assert AuditEvent.objects.filter(object_type="material", officer_number=force.officer_a.pk).count() >= 4


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("category", "4"),
        ("formed", "三月"),
        ("formed", "2999"),
        ("pages", "0"),
        ("pages", "x"),
        ("scan", b""),
        ("scan", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("scan", b"MZ\x90"),
        ("title", "a\u202e" * 80),
    ],
)
def test_bad_input_stays_on_the_form_with_a_sentence(force: Cast, field: str, value: Any):
    form: dict[str, Any] = {"title": "自传", "category": "2", "formed": "2020", "pages": 1, "copies": 1}
    form[field] = SimpleUploadedFile("a.pdf", value) if field == "scan" else value
    answer = client_of(force, "hr_cadre").post(page("add", force.officer_a.pk), form)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode() or "ph-note--stop" in answer.content.decode()
    assert not Material.objects.exists()


def test_a_title_suggests_its_category(force: Cast):
    client = client_of(force, "hr_cadre")
    html = client.get(reverse("roster:material-suggest"), {"title": "拟任人选考察材料"}).content.decode()
    assert 'data-value="9-2"' in html
    assert "data-value" not in client.get(reverse("roster:material-suggest"), {"title": "<b>便条"}).content.decode()


def test_the_printed_catalogue_has_all_ten_and_is_written_down(force: Cast, material: Material):
    html = client_of(force, "hr_cadre").get(page("catalogue", force.officer_a.pk)).content.decode()
    for ordinal in "一二三四五六七八九十":
        assert f'<th scope="rowgroup">{ordinal}</th>' in html
    assert AuditEvent.objects.filter(action="material.catalogue").count() == 1


# --- reading --------------------------------------------------------------------------------------------------


def test_pages_open_only_while_a_request_runs_and_carry_the_reader(force: Cast, material: Material):
    reader = client_of(force, "unit_head")
    assert reader.get(page("read", material.pk)).status_code == 403
    assert reader.get(page("page", material.pk, 1)).status_code == 403
    access = approved(force)
    assert reader.get(page("read", material.pk)).status_code == 200
    drawn = reader.get(page("page", material.pk, 1))
    assert drawn["Content-Type"] == "image/png"
    assert drawn["Cache-Control"] == "no-store"
    shown = Image.open(io.BytesIO(drawn.content)).convert("L")
    assert shown.width == 1191
    assert shown.crop((0, 900, 1191, shown.height)).getextrema()[0] < 250  # the mark, where the page is blank
    assert reader.get(page("page", material.pk, 3)).status_code == 404
    # nobody else's request opens it for them, and reading is not copying
    assert client_of(force, "unit_political_officer").get(page("read", material.pk)).status_code == 403
    assert reader.get(page("copy", material.pk)).status_code == 403
    MaterialAccess.objects.filter(pk=access.pk).update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    assert reader.get(page("read", material.pk)).status_code == 403
    assert reader.get(page("page", material.pk, 1)).status_code == 403


def test_a_copy_is_the_file_itself_under_the_name_of_the_material(force: Cast, material: Material):
    approved(force, kind="copy")
    reader = client_of(force, "unit_head")
    shown, saved = reader.get(page("copy", material.pk)), reader.get(page("copy", material.pk), {"save": ""})
    assert b"".join(shown.streaming_content) == SCAN
    assert b"".join(saved.streaming_content) == SCAN
    assert shown["Content-Disposition"].startswith("inline; filename*=utf-8''1-1%20%E5%B9%B2")
    assert saved["Content-Disposition"].startswith("attachment; ")
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in shown["Content-Security-Policy"]


def test_every_opening_is_written_down_with_the_reason_or_does_not_happen(
    force: Cast, material: Material, monkeypatch: pytest.MonkeyPatch
):
    access = approved(force, kind="copy")
    reader = client_of(force, "unit_head")
    for name, args in (("read", ()), ("page", (2,))):
        assert reader.get(page(name, material.pk, *args)).status_code == 200
    assert b"".join(reader.get(page("copy", material.pk)).streaming_content) == SCAN
    events = AuditEvent.objects.filter(object_type="material", purpose="任职考察").order_by("pk")
    assert [event.action for event in events] == ["material.read", "material.page", "material.copy"]
    assert {event.details["request"] for event in events} == {access.pk}

    def broken(**_event: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr("police_hr.core.audit.record", broken)
    for name, args in (("read", ()), ("page", (1,)), ("copy", ()), ("detail", ())):
        assert reader.get(page(name, material.pk, *args)).status_code == 503


# --- requests -------------------------------------------------------------------------------------------------


def test_a_request_goes_from_asking_to_its_end(force: Cast, material: Material):
    reader, leader = client_of(force, "unit_head"), client_of(force, "leadership")
    form = {"kind": "read", "reason": "任职考察", "ends_on": timezone.localdate().isoformat()}
    asking = page("request", force.officer_a.pk) + f"?m={material.pk}"
    assert reader.get(asking).status_code == 200
    token = {"token": "b" * 24}
    for _twice in range(2):
        assert reader.post(asking, form | token).status_code == 302
    access = MaterialAccess.objects.get()
    assert list(access.materials.all()) == [material]
    url = page("access", access.pk)
    assert access.label in leader.get(reverse("home")).content.decode() or leader.get(url).status_code == 200
    assert access.label in leader.get(reverse("roster:material-access-list")).content.decode()
    assert client_of(force, "zhou").get(url).status_code == 404
    assert client_of(force, "unit_political_officer").get(url).status_code == 404
    assert reader.post(page("access-decide", access.pk), {"decision": "approve"}).status_code == 403
    assert leader.post(page("access-decide", access.pk), {"decision": "refuse"}).status_code == 200
    assert leader.post(page("access-decide", access.pk), {"decision": "approve"}).status_code == 302
    assert page("read", material.pk) in reader.get(url).content.decode()
    assert reader.post(page("access-end", access.pk)).status_code == 302
    assert reader.get(page("read", material.pk)).status_code == 403
    assert page("read", material.pk) not in reader.get(url).content.decode()


def test_the_second_of_two_deciders_is_told(force: Cast, material: Material):
    access = request_access(
        officer=force.officer_a, kind="read", reason="任职考察", ends_on=timezone.localdate(), categories_wanted=["1"],
        by=force["hr_cadre"],
    )  # fmt: skip
    decide_access(access=access, approve=True, by=force["leadership"])
    answer = client_of(force, "political_director").post(page("access-decide", access.pk), {"decision": "approve"})
    assert answer.status_code == 200
    assert "ph-note--stop" in answer.content.decode()


def test_a_request_for_nothing_and_one_beyond_its_days_stay_on_the_form(force: Cast, material: Material):
    reader = client_of(force, "unit_head")
    form = {"kind": "read", "reason": "任职考察", "ends_on": timezone.localdate().isoformat()}
    assert reader.post(page("request", force.officer_a.pk), form).status_code == 200
    late = form | {"categories": "1", "ends_on": "2099-01-01"}
    assert reader.post(page("request", force.officer_a.pk), late).status_code == 200
    assert not MaterialAccess.objects.exists()

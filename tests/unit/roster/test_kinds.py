"""Ledger kinds and code tables: shipped, edited here, frozen once used."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from police_hr.core import audit, fields
from police_hr.core.access import Viewer
from police_hr.core.models import AuditEvent
from roster.models import Code, CodeTable, DataSource, LedgerGroup, LedgerKind, LedgerKindVersion, Officer
from roster.selectors import codes, kinds, ledger
from roster.services.defaults import install_defaults
from roster.services.kinds import create_group, create_kind, restore_kind, revise_kind, withdraw_kind
from roster.services.ledger import record_entry
from tests.factories import force

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("defaults")]
DAY = dt.date(2026, 3, 2)
FIELDS = [{"name": "place", "type": "text", "label_zh": "地点", "label_en": "Place", "required": True}]


def fresh(code: str = "RIVER_RESCUE", **more: Any) -> LedgerKind:
    values: dict[str, Any] = {
        "name_zh": "水上救援", "name_en": "River rescue", "fields": FIELDS, "sensitivity": 1, **more,
    }  # fmt: skip
    return create_kind(code=code, group=LedgerGroup.objects.get(code="HONOUR"), by=None, **values)


def used(kind: LedgerKind) -> Officer:
    officer = force.officers(1, force.units()["B"])[0]
    record_entry(officer=officer, kind=kind.code, occurred_on=DAY, payload={"place": "瓯江"}, by=None)
    return officer


def test_defaults_are_installed_once() -> None:
    counts = [model.objects.count() for model in (CodeTable, Code, LedgerGroup, LedgerKind, DataSource)]
    assert min(counts) > 9
    assert LedgerKindVersion.objects.count() == counts[3]
    assert AuditEvent.objects.filter(action="defaults.install").count() == 1
    install_defaults()
    assert [model.objects.count() for model in (CodeTable, Code, LedgerGroup, LedgerKind, DataSource)] == counts
    assert AuditEvent.objects.filter(action="defaults.install").count() == 1


def test_what_we_ship_is_brought_up_to_date_and_what_they_changed_stays() -> None:
    ours, theirs = (LedgerKind.objects.get(code=code) for code in ("GOOD_DEED", "OVERTIME"))
    LedgerKindVersion.objects.filter(kind=ours).update(name_en="An old name")
    revise_kind(kind=theirs, changes={"name_zh": "加班（本局）"}, by=force.account("700001"))
    Code.objects.filter(table__slug="honour", code="A1").update(name_zh="旧名")
    install_defaults()
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert ours.current is not None
    assert theirs.current is not None
    assert ours.current.name_en == "Good deed or letter of thanks"
    assert theirs.current.name_zh == "加班（本局）"
    assert codes.label("honour", "A1") == "嘉奖"
    assert CodeTable.objects.get(slug="honour").version == 2


def test_a_new_kind_needs_no_code_to_be_recorded() -> None:
    kind = fresh()
    officer = used(kind)
    row = ledger.timeline(Viewer.system(), officer).rows[0]
    assert (row.kind, row.fields) == ("水上救援", [("地点", "瓯江")])
    with translation.override("en"):
        assert ledger.timeline(Viewer.system(), officer).rows[0].fields == [("Place", "瓯江")]
    assert AuditEvent.objects.filter(action="kind.create").count() == 1


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"code": "x"}, "code"),
        ({"code": "GOOD_DEED"}, "code"),
        ({"name_zh": ""}, "name_zh"),
        ({"sensitivity": 9}, "sensitivity"),
        ({"fields": [{"name": "Ort", "type": "text", "label_zh": "地", "label_en": "x"}]}, "Ort"),
        ({"fields": [*FIELDS, *FIELDS]}, "place"),
        ({"fields": [{**FIELDS[0], "type": "choice", "code_table": "no_such_table"}]}, "no_such_table"),
    ],
)
def test_a_kind_that_is_not_sound_is_refused(values: dict[str, Any], word: str) -> None:
    before = LedgerKind.objects.count()
    with pytest.raises(ValidationError) as error:
        fresh(**values)
    assert word in str(error.value)
    assert LedgerKind.objects.count() == before


def test_an_unused_version_is_replaced_and_a_used_one_frozen() -> None:
    kind = fresh()
    assert revise_kind(kind=kind, changes={"name_en": "Water rescue"}, by=None, version=1).number == 1
    officer = used(kind)
    assert kinds.is_frozen(LedgerKindVersion.objects.get(kind=kind))
    more = [*FIELDS, {"name": "people", "type": "int", "label_zh": "人数", "label_en": "People", "required": True}]
    second = revise_kind(kind=kind, changes={"fields": more}, by=None, version=1)
    assert second.number == 2
    record_entry(officer=officer, kind=kind.code, occurred_on=DAY, payload={"place": "塘河", "people": 2}, by=None)
    shown = [row.fields for row in ledger.timeline(Viewer.system(), officer).rows]
    assert shown == [[("地点", "塘河"), ("人数", "2")], [("地点", "瓯江")]]
    assert [(v.number, v.entries_count) for v in kinds.versions_of(Viewer.system(), kind)] == [(2, 1), (1, 1)]  # type: ignore[attr-defined]


def test_two_editors_of_a_kind_do_not_overwrite_each_other() -> None:
    kind = fresh()
    used(kind)
    revise_kind(kind=kind, changes={"name_zh": "甲"}, by=None, version=1)
    with pytest.raises(ValidationError):
        revise_kind(kind=kind, changes={"name_zh": "乙"}, by=None, version=1)
    with pytest.raises(ValidationError):
        revise_kind(kind=kind, changes={"shipped": True}, by=None)


def test_a_kind_moves_in_the_menu_without_a_new_version() -> None:
    kind = fresh()
    used(kind)
    revise_kind(kind=kind, changes={"group": LedgerGroup.objects.get(code="TRAINING"), "order": 3}, by=None)
    kind.refresh_from_db()
    assert (kind.group.code, kind.order, kind.versions.count()) == ("TRAINING", 3, 1)


def test_the_menu_tree(django_assert_num_queries: Any) -> None:
    kind = fresh(sensitivity=3)
    create_group(code="own", name_zh="本局", name_en="Our own", by=None)
    with django_assert_num_queries(2):
        tree = kinds.kind_tree(Viewer.system())
    assert [node.group.code for node in tree][:3] == ["OWN", "DAILY", "DISCIPLINE"]
    assert sum(node.total for node in tree) == LedgerKind.objects.count()
    withdraw_kind(kind=kind, by=None)
    assert sum(node.total for node in kinds.kind_tree(Viewer.system())) == LedgerKind.objects.count() - 1
    assert sum(node.total for node in kinds.kind_tree(Viewer.system(), withdrawn=True)) == LedgerKind.objects.count()
    restore_kind(kind=kind, by=None)
    assert AuditEvent.objects.filter(action="kind.restore").count() == 1
    narrow = kinds.kind_tree(Viewer.system(), pack="chicago")
    assert [(node.group.code, node.total) for node in narrow] == [("CHICAGO", 3)]
    assert kinds.kind_tree(force.viewer("700009")) == []


def test_only_what_may_be_recorded_is_offered() -> None:
    tree = force.units("S1", "S2")
    head = force.viewer("700001", "unit_political_officer", tree["S1"])
    offered = {
        kind.current.sensitivity
        for node in kinds.recordable_kinds(head, Officer(unit=tree["S1"]).unit.path)  # type: ignore[union-attr]
        for kind in [*node.kinds, *(kind for child in node.children for kind in child.kinds)]
        if kind.current
    }
    assert offered == {1, 2}
    assert kinds.recordable_kinds(head, tree["S2"].path) == []


@pytest.mark.parametrize("act", ["create", "revise", "withdraw"])
def test_without_its_audit_event_nothing_happens(act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = LedgerKind.objects.get(code="GOOD_DEED")
    before = list(LedgerKind.objects.values()), list(LedgerKindVersion.objects.values())

    def refuse(**_details: Any) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr(audit, "record", refuse)
    with pytest.raises(RuntimeError):
        {
            "create": fresh,
            "revise": lambda: revise_kind(kind=kind, changes={"name_zh": "新"}, by=None),
            "withdraw": lambda: withdraw_kind(kind=kind, by=None),
        }[act]()
    assert (list(LedgerKind.objects.values()), list(LedgerKindVersion.objects.values())) == before


def test_codes_have_words_in_both_languages_without_a_query(django_assert_num_queries: Any) -> None:
    assert codes.label("police_rank", "R07") == "二级警督"
    with django_assert_num_queries(0):
        assert codes.label("police_rank", "R08") == "三级警督"
        assert codes.label("police_rank", "X1") == "X1"
        with translation.override("en"):
            assert codes.label("police_rank", "R07") == "Supervisor 2nd class"
    assert codes.labels("no_such_table") == {}
    assert codes.grade_labels()["G07"] == "一级警长"
    Code.objects.filter(table__slug="police_rank", code="R01").update(withdrawn=True)
    codes.forget()
    assert "R01" not in dict(codes.choices("police_rank"))
    assert codes.label("police_rank", "R01") == "总警监"


def test_fields_of_kinds_name_officers_and_units() -> None:
    officer = force.officers(1, force.units()["B"])[0]
    specs: list[Any] = [
        {"name": "who", "type": "person", "label_zh": "人员", "label_en": "Person"},
        {"name": "where", "type": "unit", "label_zh": "单位", "label_en": "Unit"},
        {"name": "rank", "type": "choice", "label_zh": "警衔", "label_en": "Rank", "code_table": "police_rank"},
    ]
    listed = fields.FieldList(specs)
    payload = listed.from_cells({"who": officer.badge_no, "where": "示例市公安局", "rank": "二级警督"})
    assert payload == {"who": officer.pk, "where": officer.unit_id, "rank": "R07"}
    assert [text for _label, text in listed.describe(payload)] == [
        f"民警1 {officer.badge_no}",
        "示例市公安局",
        "二级警督",
    ]
    assert listed.to_cells(payload)["where"] == "B"
    with pytest.raises(ValidationError):
        listed.clean({"who": officer.pk + 1})

"""A month's roster of a branch in GB18030, with the faults that such files have: the scene of the import page."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError

from police_hr.core.days import from_number
from roster.models import ImportBatch, Officer, Posting
from roster.selectors.imports import Preview, target_of
from roster.services.imports import rows
from roster.services.imports.committing import commit, start_commit
from roster.services.imports.undoing import undo
from tests.factories.imports import codes, csv_bytes, imported, invented_id, row, staged, stations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]
TODAY = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(TODAY, tick=False):
        yield


def person(
    badge,
    name,
    unit="望江派出所",
    post="民警",
    since="2021.03",
    rank="三级警督",
    grade="三级警长",
    birth="1985.03",
    number=None,
    phone=None,
):
    number = invented_id(birth.replace(".", "") + "01", int(badge) % 500) if number is None else number
    return ",".join([badge, name, unit, post, since, rank, grade, birth, number, phone or f"1390000{badge[-4:]}", ""])


@pytest.fixture
def force():
    """What stands in the system before the file comes."""
    stations("望江派出所", "石桥派出所", "东门派出所", "新桥派出所", "码头派出所", "刑侦大队")
    return imported(
        csv_bytes(
            person("091102", "梁启文", post="所长"),
            person("091346", "沈立群", post="副所长"),
            person("091401", "俞晓峰", unit="石桥派出所", since="2018.05"),
            person("091486", "欧阳静"),
        )
    )


@pytest.fixture
def batch(force):
    wrong = invented_id("19960201", 221)
    content = csv_bytes(
        person("091102", "梁启文", post="所长", phone="13900002218"),  # 2 update
        person("091346", "沈立群", post="副所长", grade="二级警长"),  # 3 update
        person("091512", "林书扬", birth="1996.02", number=wrong[:-1] + ("3" if wrong[-1] != "3" else "4")),  # 4
        person("091588", "何亦然", unit="石桥派出所", birth="2003.07", since="2026.11"),  # 5 new
        person("091401", "俞晓峰", unit="东门派出所", since="2018.05"),  # 6 doubt
        person("091455", "祝明霞", unit="新桥街派出所", birth="1988.03"),  # 7
        person("091087", "许明川", unit="刑侦大队", rank="一级警员", grade="一级警长", birth="1979.11"),  # 8
        person("091262", "倪少华", birth="1982.06", number=invented_id("19820401", 42)),  # 9 doubt
        person("091475", "方婷", birth="1989.09", phone="199000012"),  # 10
        person("091346", "孙若谷", unit="码头派出所", birth="1995.08"),  # 11 duplicate
        person("091486", "欧阳静"),  # 12 same
        person("091437", "段立飞", since="2026.13", birth="1987.04"),  # 13
        encoding="gb18030",
    )
    return staged(content)


def test_the_columns_are_recognised(batch):
    found = {entry["header"]: (entry["field"], entry["how"]) for entry in batch.mapping}
    assert found["所在单位（全称）"] == ("unit", "last")
    assert found["警号"] == ("badge_no", "last")


def test_a_form_seen_for_the_first_time_is_mapped_by_its_words():
    stations("望江派出所")
    batch = staged(csv_bytes(person("091102", "梁启文")))
    assert {entry["how"] for entry in batch.mapping if entry["field"]} == {"synonym"}
    assert [entry["field"] for entry in batch.mapping] == [
        "badge_no", "name", "unit", "post", "post_since", "rank", "grade", "birth_date", "id_number", "phone", "",
    ]  # fmt: skip


def test_every_row_is_judged(batch):
    counts = {state: batch.counts.get(state, 0) for state in ("new", "update", "same", "doubt", "error")}
    assert counts == {"new": 1, "update": 2, "same": 1, "doubt": 2, "error": 6}
    assert batch.counts["total"] == 12
    told = {number: codes(row(batch, number)) for number in range(2, 14)}
    assert told == {
        2: [],
        3: [],
        4: ["id_check"],
        5: [],
        6: ["since_stale"],
        7: ["unit_nearest"],
        8: ["rank_is_grade"],
        9: ["birth_unlike_id"],
        10: ["phone_length"],
        11: ["duplicate_badge"],
        12: [],
        13: ["month_range"],
    }


def test_changes_are_shown_old_and_new_and_numbers_masked(batch):
    target = target_of(batch)
    assert target is not None
    shown = Preview(batch, target).rows([row(batch, 2), row(batch, 4)])
    phone = next(cell for cell in shown[0]["cells"] if cell["field"] == "phone")
    assert (phone["old"], phone["text"]) == ("139****1102", "139****2218")
    identity = next(cell for cell in shown[1]["cells"] if cell["field"] == "id_number")
    assert identity["text"].startswith("9900****")
    assert identity["raw"] == ""


def test_the_sentences_are_those_of_a_cadre(batch):
    target = target_of(batch)
    assert target is not None
    texts = {
        number: [issue["text"] for issue in Preview(batch, target).rows([row(batch, number)])[0]["issues"]]
        for number in (7, 10, 13)
    }
    assert "新桥派出所" in texts[7][0]
    assert "9" in texts[10][0]
    assert texts[13][0]


def test_a_batch_with_errors_is_not_submitted(batch):
    with pytest.raises(ValidationError):
        start_commit(batch=batch, by=None)


def mend(batch):
    """Take the first fix of each error, as the keyboard does with n and Ctrl+Enter; skip the doubled row."""
    for number in (4, 7, 8, 13):
        rows.take_fix(batch=batch, row_no=number, issue=0, fix=0, by=None)
    rows.mend_cell(batch=batch, row_no=10, field="phone", text="13900001475", by=None)
    rows.skip_row(batch=batch, row_no=11, by=None)
    batch.refresh_from_db()


def test_mended_rows_lose_their_errors_and_the_counts_stay_true(batch):
    mend(batch)
    assert {number: row(batch, number).state for number in (4, 7, 10, 11, 13)} == {
        4: "new", 7: "new", 10: "new", 11: "skip", 13: "new",
    }  # fmt: skip
    assert batch.counts["error"] == 0
    assert sum(batch.counts.get(state, 0) for state in ("new", "update", "same", "doubt", "skip")) == 12


def test_a_mended_batch_counts_all_at_once_and_is_undone_all_at_once(batch):
    mend(batch)
    before = {o.badge_no: (o.phone, o.post, o.grade, o.unit_id) for o in Officer.objects.all()}
    result = commit(batch, None)
    assert (result["new"], result["updated"], result["skipped"]) == (7, 3, 1)
    phone = Officer.objects.get(badge_no="091102")
    assert (phone.phone, phone.phone_tail) == ("13900002218", "2218")
    assert Officer.objects.get(badge_no="091346").grade == "G08"
    moved = Officer.objects.get(badge_no="091401")
    assert moved.unit is not None
    assert moved.unit.name == "东门派出所"
    assert Officer.objects.get(badge_no="091455").unit.name == "新桥派出所"
    assert Officer.objects.get(badge_no="091437").post_since == dt.date(2026, 11, 1)
    undo(batch=ImportBatch.objects.get(pk=batch.pk), by=None, reason="错批")
    after = {o.badge_no: (o.phone, o.post, o.grade, o.unit_id) for o in Officer.objects.filter(badge_no__in=before)}
    assert after == before
    assert Posting.objects.filter(officer=moved, ends_on=None).exclude(batch=batch).count() == 1


def test_the_same_file_again_after_an_undo_brings_the_same_officers(batch):
    mend(batch)
    commit(batch, None)
    undo(batch=ImportBatch.objects.get(pk=batch.pk), by=None, reason="错批")
    again = staged(csv_bytes(person("091588", "何亦然", birth="2003.07", since="2026.11")))
    assert row(again, 2).state == "new"
    commit(again, None)
    assert Officer.objects.filter(badge_no="091588").count() == 1


def test_birth_follows_the_id_number(batch):
    values = row(batch, 9).values
    assert from_number(values["birth_date"]) == dt.date(1982, 4, 1)
    rows.take_fix(batch=batch, row_no=9, issue=0, fix=1, by=None)
    kept = row(batch, 9)
    assert (kept.state, from_number(kept.values["birth_date"])) == ("new", dt.date(1982, 6, 1))


def test_a_unit_can_be_made_with_the_batch(batch):
    rows.take_fix(batch=batch, row_no=7, issue=0, fix=1, by=None)
    for number in (4, 8, 10, 11, 13):
        rows.skip_row(batch=batch, row_no=number, by=None)
    batch.refresh_from_db()
    commit(batch, None)
    made = Officer.objects.get(badge_no="091455").unit
    assert made is not None
    assert made.name == "新桥街派出所"

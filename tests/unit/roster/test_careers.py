"""Officers, their careers, and the present state that follows from them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from police_hr.core import audit
from police_hr.core.models import AuditEvent
from roster.models import GradeRecord, Officer, Posting, RankRecord
from roster.selectors.units import officer_unit_on
from roster.services.batches import open_batch, show_batch
from roster.services.careers import add_grades, add_postings, add_ranks, transfer_officer
from roster.services.current import refresh_current
from roster.services.officers import create_officers, update_officer
from roster.services.units import close_unit
from tests.factories import force

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 5, 1)
BEFORE = DAY - dt.timedelta(days=1)


def officer(**more: Any) -> Officer:
    badge = f"9{Officer.objects.count():05d}"
    return Officer.objects.get(pk=create_officers(rows=[{"badge_no": badge, "name": "单雄信", **more}], by=None)[0])


def state(person: Officer) -> tuple[Any, ...]:
    person.refresh_from_db()
    return (
        person.unit.code if person.unit else None, person.post, person.post_since, person.rank, person.grade,
        person.standing,
    )  # fmt: skip


def test_officers_are_made_with_what_search_needs() -> None:
    ids = create_officers(
        rows=[
            {"badge_no": "000002", "name": "单雄信", "phone": "139 0000 1234", "birth_date": DAY},
            {"badge_no": "000001"},
        ],
        by=None,
    )
    first, second = (Officer.objects.get(pk=pk) for pk in ids)
    assert (first.badge_no, first.pinyin, first.initials, first.phone_tail) == ("000002", "shanxiongxin", "sxx", "1234")
    assert (first.birth_date, first.status, first.version, first.standing) == (DAY, "serving", 1, "9" * 12)
    assert (second.badge_no, second.name, second.pinyin) == ("000001", "", "")
    assert AuditEvent.objects.get(action="officer.create").details == {"officers": 2}


def test_the_present_state_is_not_given_but_follows() -> None:
    with pytest.raises(ValueError, match="unit"):
        create_officers(rows=[{"badge_no": "1", "unit": None}], by=None)
    person = officer()
    with pytest.raises(ValidationError):
        update_officer(officer=person, changes={"rank": "R01"}, version=None, by=None)


@pytest.mark.usefixtures("defaults")
def test_the_deciding_facts() -> None:
    tree = force.units("S1", "S2", "S3")
    person = officer()
    posts = [
        # ended, open and early, open and late, secondary and latest, in the future
        {"unit_id": tree["S3"].pk, "starts_on": dt.date(2019, 1, 1), "ends_on": dt.date(2019, 12, 31), "post": "旧"},
        {"unit_id": tree["S1"].pk, "starts_on": dt.date(2018, 1, 1), "post": "早", "level": "L8"},
        {"unit_id": tree["S2"].pk, "starts_on": DAY, "post": "所长", "level": "L7"},
        {"unit_id": tree["S3"].pk, "starts_on": dt.date(2021, 1, 1), "post": "兼", "main": False},
        {"unit_id": tree["S3"].pk, "starts_on": dt.date(2999, 1, 1), "post": "将来"},
    ]
    add_postings(rows=[{"officer_id": person.pk, **post} for post in posts], by=None)
    add_ranks(rows=[{"officer_id": person.pk, "rank": rank, "since": since} for rank, since in
                    (("R09", dt.date(2015, 1, 1)), ("R08", DAY), ("R07", dt.date(2999, 1, 1)))], by=None)  # fmt: skip
    add_grades(rows=[{"officer_id": person.pk, "grade": "G08", "since": DAY}], by=None)
    number = (DAY - dt.date(1970, 1, 1)).days + 100_000
    assert state(person) == ("S2", "所长", DAY, "R08", "G08", f"007008{number:06d}")
    assert (person.rank_since, person.grade_since, person.post_level) == (DAY, DAY, "L7")
    Posting.objects.filter(officer=person).exclude(post="旧").delete()
    assert refresh_current(officer_ids=None) == 1
    assert state(person)[:3] == ("S3", "旧", dt.date(2019, 1, 1))
    for model in (Posting, RankRecord, GradeRecord):
        model.objects.all().delete()
    refresh_current(officer_ids=[person.pk])
    assert state(person) == (None, "", None, "", "", "9" * 12)
    assert refresh_current(officer_ids=[]) == 0


@pytest.mark.usefixtures("defaults")
def test_lists_sort_by_post_level_then_grade_then_time_in_post() -> None:
    unit = force.units()["B"]
    careers = {
        "leader": ("L6", "G07", dt.date(2022, 1, 1)),
        "senior": ("L7", "G05", dt.date(2022, 1, 1)),
        "longer": ("L7", "G07", dt.date(1969, 1, 1)),
        "shorter": ("L7", "G07", dt.date(2016, 1, 1)),
        "graded": ("", "G07", dt.date(1990, 1, 1)),
        "plain": ("", "", dt.date(1980, 1, 1)),
    }
    people = {name: officer(name=name) for name in careers}
    nobody = officer(name="nobody")
    add_postings(
        rows=[
            {"officer_id": people[name].pk, "unit_id": unit.pk, "level": level, "starts_on": since}
            for name, (level, _grade, since) in careers.items()
        ],
        by=None,
    )
    add_grades(
        rows=[
            {"officer_id": people[name].pk, "grade": grade, "since": DAY}
            for name, (_level, grade, _since) in careers.items()
            if grade
        ],
        by=None,
    )
    ordered = Officer.objects.order_by("standing", "id").values_list("name", flat=True)
    assert list(ordered) == [*careers, nobody.name]


def test_facts_of_a_hidden_batch_do_not_decide() -> None:
    tree = force.units("S1")
    person = force.officers(1, tree["B"])[0]
    batch = open_batch(target="postings", source=None, by=None)
    add_postings(rows=[{"officer_id": person.pk, "unit_id": tree["S1"].pk, "starts_on": DAY}], batch=batch, by=None)
    refresh_current(officer_ids=None)
    assert state(person)[0] == "B"
    assert officer_unit_on(person, DAY) == tree["B"]
    show_batch(batch=batch, by=None)
    assert state(person)[0] == "S1"
    assert officer_unit_on(person, DAY) == tree["S1"]


def test_a_transfer_ends_the_old_posting_and_begins_the_new() -> None:
    tree = force.units("S1")
    person = force.officers(1, tree["B"])[0]
    posting = transfer_officer(
        officer=person, unit=tree["S1"], post="教导员", on=DAY, document="政〔2020〕1号", by=None
    )
    assert state(person)[:3] == ("S1", "教导员", DAY)
    assert Posting.objects.get(officer=person, unit=tree["B"]).ends_on == BEFORE
    assert officer_unit_on(person, BEFORE) == tree["B"]
    event = AuditEvent.objects.get(action="posting.transfer")
    assert (event.officer_number, event.object_id) == (person.pk, str(posting.pk))


def test_a_transfer_that_cannot_be_is_refused() -> None:
    tree = force.units("S1", "S2")
    person = force.officers(1, tree["B"])[0]
    close_unit(unit=tree["S2"], on=DAY, by=None)
    refused: list[dict[str, Any]] = [
        {"unit": tree["S2"], "on": DAY},
        {"unit": tree["S1"], "on": force.LONG_AGO},
        {"unit": tree["S1"], "on": timezone.localdate() + dt.timedelta(days=1)},
        {"unit": tree["B"], "on": DAY},
    ]
    for wanted in refused:
        with pytest.raises(ValidationError):
            transfer_officer(officer=person, by=None, **wanted)
    assert Posting.objects.filter(officer=person).count() == 1
    assert state(person)[0] == "B"


def test_an_officer_is_changed_under_a_version() -> None:
    person = officer()
    changed = update_officer(officer=person, changes={"name": "曾国强", "phone": "13811112222"}, version=1, by=None)
    assert (changed.version, changed.pinyin, changed.phone_tail) == (2, "zengguoqiang", "2222")
    with pytest.raises(ValidationError) as error:
        update_officer(officer=person, changes={"name": "别人"}, version=1, by=None)
    assert error.value.code == "stale"
    assert update_officer(officer=person, changes={"name": "曾国强"}, version=2, by=None).version == 2
    event = AuditEvent.objects.get(action="officer.update")
    assert event.details == {"changed": ["name", "phone"]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sex": "X"}, "sex"),
        ({"name": "一" * 61}, "name"),
        ({"name": "零\x00字"}, "name"),
        ({"badge_no": "000777"}, "badge_no"),
        ({"birth_date": dt.date(2001, 1, 1), "police_since": dt.date(2000, 1, 1)}, "police_since"),
    ],
)
def test_a_value_that_does_not_fit_is_named(changes: dict[str, Any], field: str) -> None:
    officer(badge_no="000777")
    person = officer()
    with pytest.raises(ValidationError) as error:
        update_officer(officer=person, changes=changes, version=None, by=None)
    assert list(error.value.message_dict) == [field]
    person.refresh_from_db()
    assert person.version == 1


@pytest.mark.parametrize("act", ["create", "update", "posting", "transfer"])
def test_without_its_audit_event_nothing_happens(act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = force.units("S1")
    person = force.officers(1, tree["B"])[0]
    before = list(Officer.objects.values()), list(Posting.objects.values())
    posting = {"officer_id": person.pk, "unit_id": tree["S1"].pk, "starts_on": DAY}
    acts = {
        "create": lambda: create_officers(rows=[{"badge_no": "1"}], by=None),
        "update": lambda: update_officer(officer=person, changes={"name": "新"}, version=None, by=None),
        "posting": lambda: add_postings(rows=[posting], by=None),
        "transfer": lambda: transfer_officer(officer=person, unit=tree["S1"], on=DAY, by=None),
    }

    def refuse(**_details: Any) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr(audit, "record", refuse)
    with pytest.raises(RuntimeError):
        acts[act]()
    assert (list(Officer.objects.values()), list(Posting.objects.values())) == before

"""Doubts follow the dossiers; a ruling settles one for as long as its values stay the same."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from police_hr.core import audit, jobs, reactions
from police_hr.core.identity import check_digit
from police_hr.core.models import AuditEvent, JobRun
from roster import tasks
from roster.models import Code, Doubt, Officer, RankRecord, Ruling
from roster.selectors import codes
from roster.services import doubts
from roster.services.batches import hide_batch, open_batch, show_batch
from roster.services.careers import add_ranks
from roster.services.doubts import recheck, rule_on_doubt, withdraw_ruling
from roster.services.officers import update_officer
from tests.factories import force

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("defaults")]
DECIDED = dt.date(2026, 11, 2)


def number(birth: str = "19850301", ordinal: str = "001", area: str = "330324") -> str:
    """An ID number with a right check digit; an odd ordinal is a man's."""
    return (first := f"{area}{birth}{ordinal}") + check_digit(first)


@pytest.fixture
def officer() -> Officer:
    """A man born 1985-03-01 whose dossier raises no doubt."""
    person = force.officers(1, force.units("S1")["S1"])[0]
    Officer.objects.update(id_number=number(), political_status="13", education="")
    reactions.react()
    assert not Doubt.objects.exists()
    return Officer.objects.get(pk=person.pk)


def change(officer: Officer, **changes: Any) -> None:
    """A change through the service, and what follows from it."""
    update_officer(officer=officer, changes=changes, version=None, by=None)
    assert reactions.react()["roster.doubts"] == 1


def open_codes() -> list[str]:
    return list(Doubt.objects.filter(cleared_on=None, ruling=None).order_by("code").values_list("code", flat=True))


def settle(doubt: Doubt, **values: Any) -> Ruling:
    given = {"verdict": "first", "document": "示组干〔2026〕17号", "reason": "户籍档案为准。", "decided_on": DECIDED}
    return rule_on_doubt(doubt=doubt, by=None, **{**given, **values})


# --- found and cleared --------------------------------------------------------------------------------------------


def test_a_doubt_comes_and_goes_with_the_values(officer) -> None:
    change(officer, id_number=number("19850401"))
    doubt = Doubt.objects.get()
    assert (doubt.code, doubt.severity, doubt.sensitivity) == ("birth_vs_id", "error", 2)
    assert (doubt.first_seen, doubt.since, doubt.cleared_on) == (timezone.localdate(), timezone.localdate(), None)
    assert [(place["field"], place["value"]) for place in doubt.details["places"]] == [
        ("birth_date", "1985-03-01"), ("id_number", "1985-04-01"),
    ]  # fmt: skip
    assert {place["pk"] for place in doubt.details["places"]} == {officer.pk}
    change(officer, birth_date=dt.date(1985, 4, 1))
    assert open_codes() == []
    doubt.refresh_from_db()
    assert doubt.cleared_on == timezone.localdate()


def test_a_doubt_that_comes_back_is_the_old_one(officer) -> None:
    change(officer, sex="F")
    old = Doubt.objects.get()
    change(officer, sex="M")
    past = timezone.localdate() - dt.timedelta(days=30)
    Doubt.objects.update(first_seen=past, since=past, last_seen=past, cleared_on=past)
    change(officer, sex="F")
    doubt = Doubt.objects.get()
    assert (doubt.pk, doubt.first_seen, doubt.since, doubt.cleared_on) == (old.pk, past, timezone.localdate(), None)


def test_the_number_itself_is_not_copied_into_a_doubt(officer) -> None:
    wrong = number()[:17] + ("1" if number()[17] != "1" else "2")
    change(officer, id_number=wrong)
    doubt = Doubt.objects.get()
    assert doubt.code == "id_number_fault"
    assert wrong not in str(doubt.details)
    assert doubt.details["params"] == {"fault": "check_digit", "expected": number()[17]}


def test_rechecking_again_changes_nothing(officer) -> None:
    change(officer, sex="F", id_number=number(area="010203"))
    before = list(Doubt.objects.order_by("pk").values())
    assert recheck() == {"officers": 1, "new": 0, "cleared": 0}
    assert list(Doubt.objects.order_by("pk").values()) == before
    assert [row["code"] for row in before] == ["id_area", "sex_vs_id"]


def test_a_chunk_takes_the_same_queries_for_one_and_for_three() -> None:
    people = force.officers(3, force.units("S1")["S1"])
    Officer.objects.update(id_number=number(), sex="F")
    recheck()
    counts = []
    for some in (people[:1], people):
        Doubt.objects.all().delete()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert recheck(officer_ids=[person.pk for person in some])["new"] > 0
        counts.append(len(queries))
    assert counts == [16, 16]


def test_those_who_died_and_whose_batch_was_taken_back_raise_no_doubts(officer) -> None:
    change(officer, sex="F")
    change(officer, status="died", left_on=dt.date(2026, 1, 5))
    assert open_codes() == []
    change(officer, status="serving", left_on=None)
    assert open_codes() == ["sex_vs_id"]


def test_a_check_that_is_withdrawn_is_not_run_and_a_severity_follows_the_table(officer) -> None:
    change(officer, sex="F")
    Code.objects.filter(code="sex_vs_id").update(attributes={"severity": "hint", "group": "age", "class": 2})
    codes.forget()
    recheck()
    assert Doubt.objects.get().severity == "hint"
    Code.objects.filter(code="sex_vs_id").update(withdrawn=True)
    codes.forget()
    recheck()
    assert open_codes() == []


# --- batches, jobs, nights -----------------------------------------------------------------------------------------


def ranked(officer: Officer) -> Any:
    """A batch with two ranks too near to each other."""
    batch = open_batch(target="ranks", source=None, by=None)
    rows = [{"officer_id": officer.pk, "rank": rank, "since": dt.date(year, 8, 1)}
            for rank, year in (("R11", 2012), ("R10", 2014))]  # fmt: skip
    add_ranks(rows=rows, batch=batch, by=None)
    return batch


def test_a_batch_counts_for_the_checks_while_it_is_shown(officer) -> None:
    batch = ranked(officer)
    recheck()
    assert open_codes() == []
    show_batch(batch=batch, by=None)
    reactions.react()
    assert open_codes() == ["rank_term"]
    hide_batch(batch=batch, by=None)
    reactions.react()
    assert open_codes() == []


def test_a_batch_of_very_many_is_left_to_a_job(officer, monkeypatch) -> None:
    monkeypatch.setattr(doubts, "MOST_AT_ONCE", 0)
    batch = ranked(officer)
    show_batch(batch=batch, by=None)
    reactions.react()
    assert open_codes() == []
    run = JobRun.objects.get(handler=doubts.JOB)
    assert run.params == {"batch": batch.pk}
    done = jobs.run(run.pk)
    assert done is not None
    assert (done.state, done.done, done.total) == ("done", 1, 1)
    assert done.result == {"officers": 1, "new": 1, "cleared": 0}
    assert open_codes() == ["rank_term"]


def test_every_night_the_whole_force_is_checked_once(officer, monkeypatch) -> None:
    Officer.objects.update(sex="F")  # past every service, as time does
    monkeypatch.setattr(doubts, "CHUNK", 1)
    tasks.recheck_dossiers()
    tasks.recheck_dossiers()
    run = JobRun.objects.get(handler=doubts.JOB)
    assert jobs.run(run.pk).state == "done"
    assert open_codes() == ["sex_vs_id"]


def test_a_recheck_that_was_cut_off_ends_the_same(officer, monkeypatch) -> None:
    more = force.officers(3, officer.unit, first=50)
    Officer.objects.update(sex="F", id_number=number())
    monkeypatch.setattr(doubts, "CHUNK", 2)

    def stop(done: int) -> None:
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        recheck(on_chunk=stop)
    assert Doubt.objects.filter(code="sex_vs_id").count() == 2
    recheck()
    assert Doubt.objects.filter(code="sex_vs_id").count() == 1 + len(more)


# --- rulings ----------------------------------------------------------------------------------------------------


def test_a_ruling_holds_for_the_same_values_only(officer) -> None:
    change(officer, id_number=number("19850401"))
    ruling = settle(Doubt.objects.get())
    assert open_codes() == []
    recheck()
    assert open_codes() == []
    assert ruling.values[0]["places"][1]["value"] == "1985-04-01"
    change(officer, id_number=number("19850501"))
    assert open_codes() == ["birth_vs_id"]
    assert Doubt.objects.get(ruling=ruling).cleared_on == timezone.localdate()
    change(officer, id_number=number("19850401"))
    assert open_codes() == []
    assert Doubt.objects.get(cleared_on=None).ruling == ruling


def test_a_fact_that_is_replaced_by_one_with_the_same_values_keeps_its_ruling(officer) -> None:
    show_batch(batch=ranked(officer), by=None)
    reactions.react()
    settle(Doubt.objects.get())
    rows = list(RankRecord.objects.order_by("pk").values("officer_id", "rank", "since"))
    RankRecord.objects.all().delete()
    add_ranks(rows=rows, by=None)
    reactions.react()
    doubt = Doubt.objects.get(cleared_on=None)
    assert doubt.ruling is not None
    assert doubt.details["places"][0]["pk"] == RankRecord.objects.order_by("pk")[0].pk


def test_a_ruling_for_the_whole_check_settles_each_of_its_doubts(officer) -> None:
    rows = [{"officer_id": officer.pk, "rank": rank, "since": dt.date(year, 8, 1)}
            for rank, year in (("R12", 2010), ("R11", 2012), ("R10", 2014))]  # fmt: skip
    add_ranks(rows=rows, by=None)
    reactions.react()
    first, second = Doubt.objects.order_by("pk")
    ruling = settle(first, whole=True)
    assert open_codes() == []
    assert len(ruling.values) == 2
    withdraw_ruling(ruling=ruling, reason="文件依据有误。", by=None)
    assert open_codes() == ["rank_term", "rank_term"]
    settle(second)
    assert Doubt.objects.get(ruling=None).pk == first.pk


def test_who_comes_second_is_told_so(officer) -> None:
    change(officer, sex="F")
    doubt = Doubt.objects.get()
    ruling = settle(doubt)
    with pytest.raises(ValidationError) as stale:
        settle(doubt)
    assert stale.value.code == "stale"
    withdraw_ruling(ruling=ruling, reason="重复", by=None)
    with pytest.raises(ValidationError):
        withdraw_ruling(ruling=ruling, reason="重复", by=None)
    change(officer, sex="M")
    with pytest.raises(ValidationError):
        settle(doubt)
    assert Ruling.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"verdict": "perhaps"}, "verdict"),
        ({"document": "  "}, "document"),
        ({"reason": ""}, "reason"),
        ({"decided_on": dt.date(2999, 1, 1)}, "decided_on"),
    ],
)
def test_a_ruling_needs_its_paper(officer, wrong, field) -> None:
    change(officer, sex="F")
    with pytest.raises(ValidationError) as refused:
        settle(Doubt.objects.get(), **wrong)
    assert set(refused.value.message_dict) == {field}
    assert not Ruling.objects.exists()


def test_rulings_are_audited_or_not_made(officer, monkeypatch) -> None:
    change(officer, sex="F")
    ruling = settle(Doubt.objects.get())
    event = AuditEvent.objects.get(action="doubt.rule")
    assert (event.officer_number, event.details["check"], event.details["document"]) == (
        officer.pk, "sex_vs_id", "示组干〔2026〕17号",
    )  # fmt: skip

    def fail(**_event):
        raise RuntimeError("no audit")

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(RuntimeError):
        withdraw_ruling(ruling=ruling, reason="重复", by=None)
    assert open_codes() == []
    ruling.refresh_from_db()
    assert ruling.withdrawn_at is None

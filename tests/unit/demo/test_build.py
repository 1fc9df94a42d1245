"""The job that writes the invented force: what stands in the database, and what a crash leaves."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from police_hr.core import jobs
from police_hr.core.fields import FieldList
from police_hr.core.models import JobRun, User
from police_hr.demo import accounts, build, by_hand, writing
from police_hr.demo.force import SOURCES, Force
from roster.models import ImportBatch, LedgerEntry, LedgerKind, Move, Officer, Posting, Unit
from roster.services.units import create_unit
from scoring.models import CurrentScore, IndexRun


def ask_and_run(officers: int) -> JobRun:
    job = build.ask_for_force(officers)
    assert job is not None
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


@pytest.fixture(scope="module")
def built(django_db_setup: Any, django_db_blocker: Any) -> Any:
    """A force of 300 officers for the tests that only read; rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        job = ask_and_run(300)
        assert job.state == JobRun.State.DONE, job.error + job.log
        yield job
        transaction.set_rollback(True)


def test_everybody_stands_in_one_unit_with_one_open_posting(built):
    assert Officer.objects.count() == 540
    assert Unit.objects.filter(active_to=None).count() == built.result["units"]
    open_postings = dict(Posting.objects.filter(ends_on=None).values_list("officer", "unit"))
    assert open_postings == dict(Officer.objects.values_list("pk", "unit"))
    assert not Posting.objects.filter(ends_on=None).values("officer").annotate(n=Count("pk")).filter(n__gt=1).exists()
    served = Officer.objects.exclude(badge_no__startswith="F").filter(
        police_since__lt=timezone.localdate() - dt.timedelta(days=370)
    )
    assert not served.filter(rank="").exists()
    assert not served.filter(grade="").exists()


def test_the_index_has_believable_shares(built):
    counts, total = built.result["index"], 540
    assert 0.01 < counts["help"] / total < 0.07
    assert 0.05 < counts["watch"] / total < 0.18
    assert 0 < counts["insufficient"] / total < 0.04
    assert CurrentScore.objects.count() == total


def test_payloads_are_what_the_kinds_ask_for(built):
    kinds = {kind.pk: kind for kind in LedgerKind.objects.select_related("current")}
    lists = {number: FieldList(kind.current.fields) for number, kind in kinds.items()}
    seen: Counter[int] = Counter()
    for entry in LedgerEntry.objects.order_by("kind", "pk").iterator(2_000):
        seen[entry.kind_id] += 1
        if seen[entry.kind_id] > 60:
            continue
        version = kinds[entry.kind_id].current
        assert lists[entry.kind_id].clean(entry.payload, check_references=True) == entry.payload
        assert entry.sensitivity == version.sensitivity
        assert entry.amount is None or version.amount_label_zh, version
        assert version.needs_verification or not entry.verified, version
    assert len(seen) > 45


def test_some_moves_wait_and_some_officers_are_lent(built):
    states = Counter(Move.objects.values_list("state", flat=True))
    assert states[Move.State.PENDING] >= 3
    assert states[Move.State.DONE] >= 3
    assert states[Move.State.FAILED] == 0
    lent = Posting.objects.filter(secondment=True, ends_on__gt=timezone.localdate())
    assert lent.count() == states[Move.State.DONE]


def test_some_entries_were_corrected_by_hand(built):
    assert LedgerEntry.objects.filter(voided_on__isnull=False, replaced_by=None).count() == by_hand.FEW
    assert LedgerEntry.objects.filter(replaced_by__isnull=False).count() >= by_hand.FEW
    assert LedgerEntry.objects.filter(sensitivity__gte=3).exists()


def test_each_role_has_an_account_and_nobody_else_has(built):
    found = accounts.demo_accounts()
    assert {account.role for account in found} == set(accounts.ROLES)
    assert len({account.password for account in found}) == 1
    assert User.objects.count() == len(found) == User.objects.filter(is_demo=True, must_change_password=False).count()
    user = User.objects.get(badge_no=found[-1].username)
    assert user.check_password(found[-1].password)


def test_a_finished_force_is_not_built_again(built):
    assert build.ask_for_force(300) is None


def fail_once(monkeypatch, where, name, *, after: bool) -> None:
    """The next call of a function fails, before its work or after it."""
    original = getattr(where, name)
    calls = []

    def failing(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) > 1:
            return original(*args, **kwargs)
        if after:
            original(*args, **kwargs)
        raise RuntimeError("killed")

    monkeypatch.setattr(where, name, failing)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("where", "name", "after"),
    [
        (writing, "create_units", True),
        (writing, "create_officers", True),
        (writing, "show_batch", False),
        (writing, "record_entries", True),
        (accounts, "grant_role", False),
        (by_hand, "record_entry", True),
        (build, "create_run", False),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_crash_at_any_step_leaves_nothing_double(monkeypatch, where, name, after):
    fail_once(monkeypatch, where, name, after=after)
    assert ask_and_run(24).state == JobRun.State.FAILED
    job = ask_and_run(24)
    assert job.state == JobRun.State.DONE, job.error + job.log
    force = Force(24, timezone.localdate(), bureau="示例市公安局")
    ids, units = writing.officer_ids(force), writing.unit_ids(force)
    rows = sum(len(list(force.ledger(source, ids=ids, unit_ids=units))) for source in SOURCES)
    assert Officer.objects.count() == len(force.people)
    assert Posting.objects.count() == len(list(force.careers.postings()))
    assert LedgerEntry.objects.exclude(batch=None).count() == rows
    assert ImportBatch.objects.count() == ImportBatch.objects.filter(visible=True).count() == 1 + len(SOURCES)
    assert User.objects.count() == len(force.cast) + 3
    assert IndexRun.objects.count() == 1


@pytest.mark.django_db
def test_only_an_empty_demonstration_gets_a_force(settings):
    assert build.ask_for_force(0) is None
    create_unit(code="X", name="别的单位", by=None)
    with pytest.raises(build.RefusedError, match="already"):
        build.ask_for_force(10)
    settings.DEMO = False
    with pytest.raises(build.RefusedError, match="no demonstration"):
        build.ask_for_force(10)
    assert accounts.demo_accounts() == []

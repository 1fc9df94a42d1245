"""Reactions: in order, at least once, and nobody waits for a consumer that fails."""

from __future__ import annotations

import pytest
from django.db import transaction

from police_hr.core import broker, reactions
from police_hr.core.models import ConsumerCursor, LedgerChange


@pytest.fixture
def given(monkeypatch) -> list[int]:
    """The numbers of the changes that the consumer `test` was given, in order."""
    seen: list[int] = []
    monkeypatch.setattr(reactions, "consumers", {"test": lambda changes: seen.extend(change.pk for change in changes)})
    return seen


def announced(count: int) -> list[int]:
    with transaction.atomic():
        return [reactions.announce("added", kind_code="TEST", officer_id=n, entry_id=n).pk for n in range(count)]


@pytest.mark.django_db
def test_changes_come_in_order_in_chunks_and_once(given, monkeypatch):
    monkeypatch.setattr(reactions, "CHUNK", 3)
    numbers = announced(8)
    assert reactions.react() == {"test": 8}
    assert given == numbers
    assert reactions.react() == {"test": 0}
    assert given == numbers


@pytest.mark.django_db
def test_a_limit_leaves_the_rest_for_the_next_call(given, monkeypatch):
    monkeypatch.setattr(reactions, "CHUNK", 2)
    numbers = announced(5)
    reactions.react(limit=2)
    assert given == numbers[:2]
    reactions.react()
    assert given == numbers


@pytest.mark.django_db(transaction=True)
def test_a_change_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError):
        reactions.announce("added")


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_reaches_nobody(given):
    with transaction.atomic():
        reactions.announce("added")
        transaction.set_rollback(True)
    reactions.react()
    assert given == []


@pytest.mark.django_db(transaction=True)
def test_after_a_crash_the_chunk_is_given_again_and_what_it_wrote_is_gone(monkeypatch):
    numbers, seen = announced(2), []

    def crash_once(changes):
        seen.append([change.pk for change in changes])
        ConsumerCursor.objects.get_or_create(name="written by the consumer")
        if len(seen) == 1:
            raise SystemExit  # the process ends: not even the handling of errors runs

    monkeypatch.setattr(reactions, "consumers", {"test": crash_once})
    with pytest.raises(SystemExit):
        reactions.react()
    assert not ConsumerCursor.objects.filter(name="written by the consumer").exists()
    reactions.react()
    assert seen == [numbers, numbers]
    assert ConsumerCursor.objects.get(name="test").position == numbers[-1]


@pytest.mark.django_db(transaction=True)
def test_a_failing_consumer_is_noted_and_does_not_stop_the_others(monkeypatch):
    numbers, seen, broken = announced(2), [], [True]

    def fails(changes):
        if broken[0]:
            raise ValueError("cannot")

    monkeypatch.setattr(
        reactions, "consumers", {"fails": fails, "works": lambda changes: seen.extend(c.pk for c in changes)}
    )
    reactions.react()
    assert seen == numbers
    cursor = ConsumerCursor.objects.get(name="fails")
    assert (cursor.position, cursor.error) == (0, "ValueError: cannot")
    broken[0] = False
    assert reactions.react()["fails"] == 2
    assert ConsumerCursor.objects.get(name="fails").error == ""


@pytest.mark.django_db(transaction=True)
def test_a_commit_wakes_the_reaction_and_a_silent_broker_is_no_error(given, monkeypatch):
    sent = []
    monkeypatch.setattr(broker, "send", lambda task, *numbers: sent.append(task) or False)
    announced(1)
    assert sent == ["police_hr.core.tasks.react"]
    assert LedgerChange.objects.count() == 1

"""Audit events: only ever added, and only together with the act they tell of."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from police_hr.core import audit
from police_hr.core.models import AuditEvent, User
from police_hr.core.services import accounts


def written() -> AuditEvent:
    with transaction.atomic():
        return audit.record(by=None, action="test.act", object_type="test", object_id=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda: AuditEvent.objects.update(action="something.else"),
        lambda: AuditEvent.objects.all().delete(),
        lambda: AuditEvent.objects.all()._raw_delete("default"),
        lambda: connection.cursor().execute("UPDATE core_auditevent SET purpose = 'x'"),
    ],
    ids=["update", "delete", "raw delete", "sql"],
)
def test_the_database_refuses_to_change_or_delete(change):
    event = written()
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        change()
    assert AuditEvent.objects.get().action == event.action


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_to_truncate():
    written()
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        connection.cursor().execute("TRUNCATE core_auditevent CASCADE")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_tests_with_real_transactions_find_the_table_empty_and_guarded(turn):
    assert not AuditEvent.objects.exists()
    written()
    with pytest.raises(DatabaseError, match="insert-only"):
        AuditEvent.objects.update(action="something.else")


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written():
    with pytest.raises(RuntimeError):
        audit.record(by=None, action="test.act")
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_an_act_whose_trace_cannot_be_written_does_not_happen(monkeypatch):
    user = User.objects.create_user("091120", "a long sentence", name="陈思远")

    def fail(**fields):
        raise DatabaseError("the trail is full")

    monkeypatch.setattr(audit.AuditEvent.objects, "create", fail)
    with pytest.raises(DatabaseError):
        accounts.disable(user=user, by=None)
    user.refresh_from_db()
    assert user.is_active


@pytest.mark.django_db
def test_an_act_that_fails_leaves_no_trace():
    with transaction.atomic():
        audit.record(by=None, action="test.act")
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_an_event_knows_who_from_where_and_in_which_request(rf, settings):
    settings.TRUSTED_PROXIES = 1
    user = User.objects.create_user("091120", "a long sentence", name="陈思远")
    request = rf.get("/", REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR="6.6.6.6, 10.9.9.9")
    request.id, request.user = "abc123", user
    audit.record_read(request, action="officer.view", object_type="officer", object_id=7, officer_id=7, purpose="研判")
    event = AuditEvent.objects.get()
    assert (event.actor, event.actor_label) == (user, "陈思远 091120")
    assert (event.ip, event.request_id, event.officer_number, event.purpose) == ("10.9.9.9", "abc123", 7, "研判")

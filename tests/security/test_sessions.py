"""Sessions: they end when unused, when old, when a right is taken away, and stay ended."""

from __future__ import annotations

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.core.exceptions import ValidationError
from django.test import Client

from police_hr.core.models import AuditEvent, User, UserSession
from police_hr.core.services import accounts, one_time_code
from police_hr.core.services.reasons import open_with_reason
from police_hr.core.sessions import SessionStore
from roster.access import classes_for, grant_role, withdraw_role
from tests.factories.cast import PASSWORD, account, cast
from tests.factories.force import units

pytestmark = pytest.mark.django_db
START = "2026-11-24T09:00:00+08:00"


def signed_in(badge_no: str = "091120") -> Client:
    client = Client()
    assert client.post("/sign-in", {"badge_no": badge_no, "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/account").status_code == 200


@pytest.fixture
def user(db) -> User:
    return account("091120")


def test_a_session_ends_after_30_minutes_without_use(user, time_machine):
    time_machine.move_to(START, tick=False)
    client = signed_in()
    time_machine.move_to("2026-11-24T09:29:00+08:00", tick=False)
    assert is_in(client)
    time_machine.move_to("2026-11-24T09:58:00+08:00", tick=False)
    assert is_in(client)
    time_machine.move_to("2026-11-24T10:29:00+08:00", tick=False)
    assert client.get("/account").url == "/sign-in?next=%2Faccount"
    assert not UserSession.objects.filter(user_number=user.pk).exists()


def test_cve_2026_25476_polling_neither_extends_nor_escapes_the_end(user, time_machine):
    time_machine.move_to(START, tick=False)
    client = signed_in()
    for minute in range(5, 31, 5):
        time_machine.move_to(f"2026-11-24T09:{minute % 60:02d}:00+08:00", tick=False)
        assert client.get("/jobs", headers={"X-Polling": "1"}).status_code == 200
    time_machine.move_to("2026-11-24T09:31:00+08:00", tick=False)
    answer = client.get(
        "/jobs", headers={"X-Polling": "1", "HX-Request": "true", "HX-Current-URL": "http://testserver/jobs/1"}
    )
    assert answer.headers["HX-Redirect"] == "/sign-in?next=%2Fjobs%2F1"
    assert not is_in(client)


def test_a_session_in_steady_use_ends_after_12_hours(user, time_machine):
    time_machine.move_to(START, tick=False)
    client = signed_in()
    for half_hours in range(1, 25):
        hour, minute = divmod(9 * 60 + 29 * half_hours, 60)
        time_machine.move_to(f"2026-11-24T{hour:02d}:{minute:02d}:00+08:00", tick=False)
        assert is_in(client)
    time_machine.move_to("2026-11-24T20:55:00+08:00", tick=False)
    assert is_in(client)
    time_machine.move_to("2026-11-24T21:01:00+08:00", tick=False)
    assert not is_in(client)


def test_sign_out_kills_the_session_for_every_copy_of_its_cookie(user):
    client = signed_in()
    copy = Client()
    copy.cookies = client.cookies.copy()
    client.post("/sign-out")
    assert not is_in(copy)
    assert client.get("/sign-out").status_code in {302, 405}


@pytest.mark.parametrize(
    "act",
    [
        lambda user: accounts.disable(user=user, by=None),
        lambda user: accounts.reset_password(user=user, by=None),
        lambda user: accounts.set_admin_role(user=user, admin_role="audit_admin", by=None),
        lambda user: accounts.end_sessions(user=user, by=None),
        lambda user: accounts.change_password(user=user, password="another sentence"),
    ],
    ids=["disable", "reset password", "administrator role", "end sessions", "change password"],
)
def test_cve_2025_66289_all_sessions_die_with_the_next_request(user, act):
    clients = [signed_in(), signed_in()]
    act(user)
    assert [is_in(client) for client in clients] == [False, False]


def test_a_disabled_account_stays_out_when_it_is_enabled_again(user):
    client = signed_in()
    accounts.disable(user=user, by=None)
    accounts.enable(user=user, by=None)
    assert not is_in(client)


def test_withdrawing_a_role_ends_the_sessions(user):
    made = units("A")
    grant_role(user=user, role="hr_cadre", unit=made["A"], by=None)
    client = signed_in()
    assert client.get("/calendar").status_code == 200
    withdraw_role(user=user, role="hr_cadre", unit=made["A"], by=None)
    assert client.get("/calendar").status_code == 302
    assert signed_in().get("/calendar").status_code == 403


def test_changing_the_password_keeps_this_session_and_ends_the_others(user):
    here, elsewhere = signed_in(), signed_in()
    before = here.session.session_key
    form = {"old_password": PASSWORD, "new_password": "another sentence", "again": "another sentence"}
    assert here.post("/account/password", form).url == "/account"
    assert is_in(here)
    assert here.session.session_key != before
    assert not is_in(elsewhere)


def test_ending_the_other_sessions_keeps_this_one(user):
    here, elsewhere = signed_in(), signed_in()
    assert here.get("/account").context["sessions"] == 2
    here.post("/account/end-other-sessions")
    assert (is_in(here), is_in(elsewhere)) == (True, False)


def test_a_request_in_flight_brings_no_ended_session_back(user):
    client = signed_in()
    store = SessionStore(client.session.session_key)
    store["late"] = 1
    accounts.end_sessions(user=user, by=None)
    with pytest.raises(UpdateError):
        store.save()


def test_nobody_changes_the_own_account_as_administrator():
    admin = account("900001", admin_role="system_admin")
    for act in (accounts.disable, accounts.reset_password):
        with pytest.raises(ValidationError):
            act(user=admin, by=admin)
    with pytest.raises(ValidationError):
        accounts.set_admin_role(user=admin, admin_role="", by=admin)


def test_a_lost_phone_is_reset_with_a_reason_and_ends_the_sessions(user):
    one_time_code.User.objects.filter(pk=user.pk).update(has_one_time_code=True)
    security = Client()
    security.force_login(account("900002", admin_role="security_admin"))
    security.post(f"/users/{user.pk}/forget-code", {"reason": ""})
    user.refresh_from_db()
    assert user.has_one_time_code
    security.post(f"/users/{user.pk}/forget-code", {"reason": "手机遗失，科信支队两人在场"})
    user.refresh_from_db()
    assert not user.has_one_time_code
    assert AuditEvent.objects.get(action="code.reset").purpose.startswith("手机遗失")


# --- facts opened with a reason ---------------------------------------------------------------------------


def test_a_reason_opens_one_officers_facts_for_30_minutes(rf, time_machine):
    time_machine.move_to(START, tick=False)
    people = cast()
    client = Client()
    client.force_login(people["hr_cadre"])
    request = rf.post("/")
    request.user, request.session = people["hr_cadre"], client.session
    with pytest.raises(ValidationError):
        open_with_reason(request, people.officer_a.pk, [3], "  ")
    open_with_reason(request, people.officer_a.pk, [3], "谈心谈话前了解情况")
    request.session.save()

    def opened(officer) -> set[int]:
        viewer = client.get("/account").wsgi_request.viewer
        return set(classes_for(viewer, officer)["open"])

    assert opened(people.officer_a) == {1, 2, 3}
    assert opened(people.officer_b) == {1, 2}
    event = AuditEvent.objects.get(action="officer.open_with_reason")
    assert (event.officer_number, event.purpose, event.details["classes"]) == (
        people.officer_a.pk,
        "谈心谈话前了解情况",
        [3],
    )
    time_machine.move_to("2026-11-24T09:20:00+08:00", tick=False)
    assert 3 in opened(people.officer_a)
    time_machine.move_to("2026-11-24T09:31:00+08:00", tick=False)
    assert 3 not in opened(people.officer_a)

"""Demonstration accounts are of use in a demonstration only."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError

from police_hr.core import jobs
from police_hr.core.models import User
from police_hr.core.services.demo_accounts import create_demo_account
from police_hr.demo import registrations
from police_hr.demo.accounts import demo_password
from police_hr.demo.build import ask_for_force

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> User:
    return create_demo_account(badge_no="090001", name="演示", password=demo_password(), by=None)


def sign_in(client):
    return client.post("/sign-in", {"badge_no": "090001", "password": demo_password()})


def test_the_account_opens_the_demonstration(client, account):
    assert sign_in(client).status_code == 302
    assert client.session.get("_auth_user_id") == str(account.pk)


def test_without_demonstration_the_right_password_is_wrong(client, account, settings):
    settings.DEMO = False
    sign_in(client)
    assert "_auth_user_id" not in client.session


def test_its_session_ends_with_the_demonstration(client, account, settings):
    sign_in(client)
    settings.DEMO = False
    assert client.get("/account").status_code in {302, 403}


def test_other_accounts_sign_in_as_ever(client, settings):
    User.objects.create_user("090001", demo_password(), name="民警", must_change_password=False)
    settings.DEMO = False
    sign_in(client)
    assert "_auth_user_id" in client.session


def test_outside_a_demonstration_no_such_account_is_opened(settings):
    settings.DEMO = False
    with pytest.raises(ImproperlyConfigured):
        create_demo_account(badge_no="090001", name="演示", password="x", by=None)
    with pytest.raises(CommandError, match="no demonstration"):
        call_command("ensure_demo", officers=10)


def test_the_password_follows_the_secret_of_the_installation(settings):
    first = demo_password()
    settings.SECRET_KEY = "another secret " * 4
    assert demo_password() != first
    assert len(first) == 19


def test_the_sign_in_page_tells_of_the_building(client):
    assert "demo_job" not in registrations.sign_in_notes()
    job = ask_for_force(10)
    assert job is not None
    assert registrations.sign_in_notes()["demo_job"] == job
    page = client.get("/sign-in").content.decode()
    assert "progress" in page
    jobs.run(job.pk)
    notes = registrations.sign_in_notes()
    assert "demo_job" not in notes
    assert demo_password() in client.get("/sign-in").content.decode()

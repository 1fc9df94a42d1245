"""The commands of an operator at the terminal: the first administrator, a job followed to its end."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from police_hr.core.models import AuditEvent, JobRun, User

pytestmark = pytest.mark.django_db


def create(*arguments):
    out = StringIO()
    call_command("create_administrator", *arguments, stdout=out)
    return out.getvalue().split()


def test_the_first_administrator_can_sign_in_with_what_is_printed():
    badge_no, password = create("000001", "王敏")
    user = User.objects.get(badge_no=badge_no)
    assert user.admin_role == "system_admin"
    assert user.check_password(password)
    assert AuditEvent.objects.filter(action="user.create", object_id=user.pk).exists()


def test_a_badge_number_in_use_is_refused():
    create("000001", "王敏")
    with pytest.raises(CommandError, match=r"already|已"):
        create("000001", "李强", "--role", "audit_admin")
    assert User.objects.count() == 1


def follow(job_id):
    out = StringIO()
    call_command("follow_job", str(job_id), stdout=out)
    return out.getvalue()


def test_a_finished_job_is_shown_as_complete():
    job = JobRun.objects.create(handler="demo.build", state=JobRun.State.DONE, message="18,000 people")
    assert "100 %  18,000 people" in follow(job.pk)


def test_a_failed_or_unknown_job_fails_the_command():
    job = JobRun.objects.create(handler="demo.build", state=JobRun.State.FAILED, error="disk full")
    with pytest.raises(CommandError, match="disk full"):
        follow(job.pk)
    with pytest.raises(CommandError, match="no job"):
        follow(job.pk + 1)


def test_a_running_job_is_followed_until_it_ends(monkeypatch):
    job = JobRun.objects.create(handler="demo.build", state=JobRun.State.RUNNING, done=1, total=4, message="units")

    def a_second_later(seconds):
        JobRun.objects.filter(pk=job.pk).update(state=JobRun.State.DONE, message="ready")

    monkeypatch.setattr("police_hr.core.management.commands.follow_job.time.sleep", a_second_later)
    assert follow(job.pk).splitlines() == [" 25 %  units", "100 %  ready"]

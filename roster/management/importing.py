"""What the commands that import share: in whose name, and working on a job in the command itself."""

from __future__ import annotations

import time

from django.core.management.base import CommandError

from police_hr.core import jobs
from police_hr.core.models import JobRun, User


def account_of(badge: str) -> User | None:
    """The account with this badge number; None where none is named. Raises CommandError for an unknown one."""
    if not badge:
        return None
    user = User.objects.filter(badge_no=badge.strip().upper()).first()
    if user is None:
        raise CommandError(f"There is no account {badge}.")
    return user


def work_on(run: JobRun) -> JobRun:
    """Work on the job here; if a worker was quicker, wait for it. Raises CommandError where it fails."""
    while run.is_open:
        # a job that was put back (a lock that lasted, a lost lease) is taken up again here, too
        if jobs.run(run.pk) is None:
            time.sleep(0.5)
        run.refresh_from_db()
    if run.state != JobRun.State.DONE:
        raise CommandError(run.error or str(run.get_state_display()))
    return run

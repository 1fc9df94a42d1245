"""Asking for a job, asking it to stop, asking for it once more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from police_hr.core import audit
from police_hr.core.jobs import registry, rows
from police_hr.core.jobs.registry import JobError
from police_hr.core.models import JobRun

if TYPE_CHECKING:
    from police_hr.core.models import User


def start(
    *,
    handler: str,
    params: Mapping[str, Any] | None = None,
    by: User | None,
    key: str = "",
    parent: JobRun | None = None,
    total: int = 0,
    max_attempts: int = 5,
) -> JobRun:
    """Ask for a job and wake a worker once the transaction is committed.

    With a `key`, a job that is still open under it is returned instead of a second one.
    Raises ValueError for a handler that nobody registered.
    """
    if handler not in registry.kinds:
        raise ValueError(f"No job is called {handler!r}.")
    if found := _open_under(key):
        return found
    fields = {
        "handler": handler,
        "params": dict(params or {}),
        "created_by": by,
        "parent": parent,
        "total": total,
        "max_attempts": max_attempts,
    }
    with transaction.atomic():
        try:
            with transaction.atomic():
                run = JobRun.objects.create(key=key, **fields)
        except IntegrityError:
            # somebody started the same job a moment earlier
            if found := _open_under(key):
                return found
            raise
        if parent is None:
            audit.record(by=by, action="job.start", object_type="job", object_id=run.pk, details={"handler": handler})
        rows.wake(run.pk)
    return run


def _open_under(key: str) -> JobRun | None:
    return JobRun.objects.filter(key=key, state__in=JobRun.OPEN).first() if key else None


def cancel(*, run: JobRun, by: User | None) -> JobRun:
    """Ask a job and its shards to stop. One that no worker holds stops at once, others at their next step."""
    with transaction.atomic():
        audit.record(by=by, action="job.cancel", object_type="job", object_id=run.pk)
        family = JobRun.objects.filter(Q(pk=run.pk) | Q(parent=run), state__in=JobRun.OPEN)
        family.filter(state=JobRun.State.RUNNING).update(cancel_asked=True)
        rows.cancel_now(family.filter(Q(state=JobRun.State.WAITING) | Q(token=rows.PARKED)))
    run.refresh_from_db()
    return run


def retry(*, run: JobRun, by: User | None) -> JobRun:
    """Set a failed or cancelled job waiting again and wake a worker.

    Raises JobError where the same job was started anew in the meantime.
    """
    ended = JobRun.objects.filter(pk=run.pk, state__in=[JobRun.State.FAILED, JobRun.State.CANCELLED])
    with transaction.atomic():
        if (other := _open_under(run.key)) and other.pk != run.pk:
            raise JobError(_("The same job is open already, with the number %(number)s.") % {"number": other.pk})
        changed = ended.update(
            state=JobRun.State.WAITING,
            error="",
            message="",
            done=0,
            attempts=0,
            started_at=None,
            finished_at=None,
            woken_at=None,
            cancel_asked=False,
            token="",
        )
        if changed:
            audit.record(by=by, action="job.retry", object_type="job", object_id=run.pk)
            rows.wake(run.pk)
    run.refresh_from_db()
    return run

"""The row of a job as it changes: woken, ended, given back by its last shard. Each change is a conditional UPDATE."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat, Right
from django.utils import timezone

from police_hr.core import broker
from police_hr.core.jobs import registry
from police_hr.core.models import JobRun

logger = logging.getLogger(__name__)
LOG_LIMIT = 20_000
# the token of a job that no worker holds while its shards go on
PARKED = "parked"


def wake(job_id: int) -> None:
    """Send the wake-up after commit. A broker that is down is no error: the reconciler calls again."""
    transaction.on_commit(lambda: send(job_id))


def send(job_id: int) -> bool:
    if not broker.send("police_hr.core.tasks.run_job", job_id):
        return False
    JobRun.objects.filter(pk=job_id).update(woken_at=timezone.now())
    return True


def ending(state: str, *, error: str = "", result: Mapping[str, Any] | None = None) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "state": state,
        "error": error,
        "result": dict(result or {}),
        "finished_at": timezone.now(),
        "lease_until": None,
    }
    if state == JobRun.State.DONE:
        changes["done"] = F("total")
    return changes


def finish(
    job_run: JobRun, token: str, state: str, *, error: str = "", result: Mapping[str, Any] | None = None
) -> JobRun | None:
    with transaction.atomic():
        held = JobRun.objects.filter(pk=job_run.pk, token=token, state=JobRun.State.RUNNING)
        if not held.update(**ending(state, error=error, result=result)):
            return None
        job_run.refresh_from_db()
        tell(job_run)
    if job_run.parent_id:
        unpark(job_run.parent_id)
    return job_run


def finish_parked(*, job_id: int, result: Mapping[str, Any], error: str = "") -> None:
    """Finish a job that a handler left `Parked`. Only the first call has an effect."""
    changes = ending(JobRun.State.FAILED if error else JobRun.State.DONE, error=error, result=result)
    with transaction.atomic():
        if JobRun.objects.filter(pk=job_id, state=JobRun.State.RUNNING).update(**changes):
            tell(JobRun.objects.get(pk=job_id))


def unpark(job_id: int) -> None:
    """Give a parked job back to its handler when none of its shards is open any more.

    Called after the ending of a shard is stored for all to see: of two shards that end at once, the later sees both.
    """
    if JobRun.objects.filter(parent=job_id, state__in=JobRun.OPEN).exists():
        return
    parked = JobRun.objects.filter(pk=job_id, state=JobRun.State.RUNNING, token=PARKED, cancel_asked=False)
    if parked.update(state=JobRun.State.WAITING, token="", lease_until=None):
        wake(job_id)


def cancel_now(runs: QuerySet[JobRun]) -> None:
    for run in list(runs.exclude(state=JobRun.State.CANCELLED)):
        if JobRun.objects.filter(pk=run.pk, state=run.state, token=run.token).update(
            **ending(JobRun.State.CANCELLED), cancel_asked=True
        ):
            run.refresh_from_db()
            tell(run)


def tell(run: JobRun) -> None:
    """Let the kind of job put its own rows right after a failure. A fault in that is only logged."""
    kind = registry.kinds.get(run.handler)
    if run.state not in {JobRun.State.FAILED, JobRun.State.CANCELLED} or kind is None or kind.on_failure is None:
        return
    try:
        with transaction.atomic():
            kind.on_failure(run)
    except Exception:
        logger.exception("clearing up after job %s (%s) failed", run.pk, run.handler)


def with_line(line: str) -> Right:
    # PostgreSQL stores no NUL in a text
    stamped = f"{timezone.localtime():%H:%M:%S} {line}\n".replace("\x00", "")
    return Right(Concat(F("log"), Value(stamped)), LOG_LIMIT)


def lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)

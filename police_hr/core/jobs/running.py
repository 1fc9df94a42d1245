"""Running one job in this process, whatever becomes of it."""

from __future__ import annotations

import errno
import logging
import os
import socket
import traceback
import uuid

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from police_hr.core.jobs import registry, rows
from police_hr.core.jobs.context import Heartbeat, JobContext
from police_hr.core.jobs.registry import CancelledError, JobError, JobKind, LeaseLostError
from police_hr.core.models import JobRun

logger = logging.getLogger(__name__)


def run(job_id: int) -> JobRun | None:
    """Run a waiting job here and now. Returns its row, or None if there was nothing to do.

    Two workers that try at once: one conditional UPDATE wins, the other returns None.
    """
    token = uuid.uuid4().hex
    now = timezone.now()
    free = Q(state=JobRun.State.WAITING) | Q(state=JobRun.State.RUNNING, lease_until__lt=now, cancel_asked=False)
    taken = JobRun.objects.filter(free, pk=job_id).update(
        state=JobRun.State.RUNNING,
        token=token,
        worker=f"{socket.gethostname()}:{os.getpid()}"[:80],
        lease_until=rows.lease_end(),
        started_at=Coalesce("started_at", Value(now)),
        attempts=F("attempts") + 1,
    )
    if not taken:
        return None
    job_run = JobRun.objects.select_related("created_by").get(pk=job_id)
    # What is stored (messages, errors) is read by the one who asked.
    with translation.override(getattr(job_run.created_by, "language", "") or settings.LANGUAGE_CODE):
        kind = registry.kinds.get(job_run.handler)
        if kind is None:
            return rows.finish(job_run, token, JobRun.State.FAILED, error=_("This version knows no such job."))
        if job_run.attempts > job_run.max_attempts:
            words = _("Given up: the worker died %(count)s times over this job.") % {"count": job_run.max_attempts}
            return rows.finish(job_run, token, JobRun.State.FAILED, error=words)
        with Heartbeat(job_id, token):
            return _execute(kind, job_run, token)


def _execute(kind: JobKind, job_run: JobRun, token: str) -> JobRun | None:
    context = JobContext(job_run, token)
    try:
        result = kind.run(context)
    except LeaseLostError:
        return None
    except CancelledError:
        return rows.finish(job_run, token, JobRun.State.CANCELLED)
    except JobError as error:
        return rows.finish(job_run, token, JobRun.State.FAILED, error=str(error))
    except Exception as error:
        logger.exception("job %s (%s) failed", job_run.pk, job_run.handler)
        return _stumble(kind, job_run, token, error)
    if isinstance(result, type):  # Parked
        return _park(job_run, token)
    return rows.finish(job_run, token, JobRun.State.DONE, result=result or {})


def _stumble(kind: JobKind, job_run: JobRun, token: str, error: Exception) -> JobRun | None:
    """After an unexpected fault: a database that went away is tried again, and what has tries left; else it is the end.

    The log gets the places, not the words of the fault: those may quote somebody's record.
    """
    trace = "".join(traceback.format_tb(error.__traceback__, limit=-6))
    held = JobRun.objects.filter(pk=job_run.pk, token=token, state=JobRun.State.RUNNING)
    held.update(log=rows.with_line(f"{type(error).__name__}\n{trace}"))
    if is_disk_full(error):
        words = _("The disk is full. Nothing was lost; free some space and try the job again.")
        return rows.finish(job_run, token, JobRun.State.FAILED, error=words)
    away = isinstance(error, OperationalError | InterfaceError)
    if job_run.attempts < (job_run.max_attempts if away else kind.tries):
        held.update(state=JobRun.State.WAITING, token="", lease_until=None, woken_at=timezone.now())
        return None
    words = _("The job stopped on an unexpected fault. Its log has the details for the administrator.")
    return rows.finish(job_run, token, JobRun.State.FAILED, error=words)


def is_disk_full(error: BaseException) -> bool:
    """Whether `error` says, in the words of SQLite, PostgreSQL or the system, that no space is left."""
    return getattr(error, "errno", None) == errno.ENOSPC or any(
        words in str(error).lower() for words in ("disk is full", "no space left on device")
    )


def _park(job_run: JobRun, token: str) -> JobRun:
    """Let go of a job whose shards go on. Coming back to it is no failed attempt."""
    JobRun.objects.filter(pk=job_run.pk, token=token, state=JobRun.State.RUNNING).update(
        token=rows.PARKED, worker="", lease_until=rows.lease_end(), attempts=F("attempts") - 1
    )
    if job_run.shards.exists():
        rows.unpark(job_run.pk)  # the last shard may have ended before the job was parked
    job_run.refresh_from_db()
    return job_run

"""Background jobs: start, run, watch, cancel, take up again.

The `JobRun` row is the truth. Celery (`core.tasks.run_job`) only wakes a worker; a job whose message
was lost, or whose worker died, is found by `reconcile` and woken again. A handler may therefore run
more than once for one job and must be idempotent.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import traceback
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import Error, IntegrityError, close_old_connections, connection, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Right
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from police_hr.core import audit, broker
from police_hr.core.models import JobRun

if TYPE_CHECKING:
    from police_hr.core.models import User

logger = logging.getLogger(__name__)
LOG_LIMIT = 20_000
Handler = Callable[["JobContext"], "Mapping[str, Any] | type[Parked] | None"]


class JobError(Exception):
    """Stops a job for good, with a sentence for the person who started it. Not tried again."""


class LeaseLostError(Exception):
    """Another worker holds the job now, or it was cancelled: stop without a trace."""


class CancelledError(Exception):
    """The job was asked to stop."""


@dataclass(frozen=True)
class JobKind:
    name: str
    label: str | Promise
    run: Handler
    # called in the failing transaction's wake with the sentence that was stored
    on_failure: Callable[[JobRun], None] | None = None


kinds: dict[str, JobKind] = {}


def job(
    name: str, *, label: str | Promise, on_failure: Callable[[JobRun], None] | None = None
) -> Callable[[Handler], Handler]:
    """Register a function as the handler of jobs named `name` (`app.verb`)."""

    def register(run: Handler) -> Handler:
        kinds[name] = JobKind(name=name, label=label, run=run, on_failure=on_failure)
        return run

    return register


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
    """
    if handler not in kinds:
        raise ValueError(f"No job is called {handler!r}.")
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
            return JobRun.objects.get(key=key, state__in=JobRun.OPEN)
        if parent is None:
            audit.record(by=by, action="job.start", object_type="job", object_id=run.pk, details={"handler": handler})
        wake(run.pk)
    return run


def wake(job_id: int) -> None:
    """Send the wake-up after commit. A broker that is down is no error: the reconciler calls again."""

    def send() -> None:
        if broker.send("police_hr.core.tasks.run_job", job_id):
            JobRun.objects.filter(pk=job_id).update(woken_at=timezone.now())

    transaction.on_commit(send)


def cancel(*, run: JobRun, by: User | None) -> JobRun:
    """Ask a job and its shards to stop. A waiting one stops at once, a running one at its next step."""
    now = timezone.now()
    with transaction.atomic():
        family = JobRun.objects.filter(Q(pk=run.pk) | Q(parent=run))
        family.filter(state=JobRun.State.WAITING).update(state=JobRun.State.CANCELLED, finished_at=now)
        family.filter(state=JobRun.State.RUNNING).update(cancel_asked=True)
        audit.record(by=by, action="job.cancel", object_type="job", object_id=run.pk)
    run.refresh_from_db()
    return run


def retry(*, run: JobRun, by: User | None) -> JobRun:
    """Set a failed or cancelled job waiting again and wake a worker."""
    with transaction.atomic():
        changed = JobRun.objects.filter(pk=run.pk, state__in=[JobRun.State.FAILED, JobRun.State.CANCELLED]).update(
            state=JobRun.State.WAITING, error="", finished_at=None, attempts=0, cancel_asked=False, message=""
        )
        if changed:
            audit.record(by=by, action="job.retry", object_type="job", object_id=run.pk)
            wake(run.pk)
    run.refresh_from_db()
    return run


class JobContext:
    """What a handler gets: its parameters, and the way to report and to notice that it must stop.

    A thread renews the lease while the handler works, so that long single steps keep it; a worker
    that dies takes the thread along.
    """

    def __init__(self, run: JobRun, token: str) -> None:
        self.run = run
        self.params: dict[str, Any] = run.params
        self._token = token

    @property
    def job_id(self) -> int:
        return self.run.pk

    def progress(self, done: int | None = None, total: int | None = None, message: str | None = None) -> None:
        """Store how far the job is. Raises CancelledError or LeaseLostError when it must stop."""
        changes: dict[str, Any] = {"lease_until": _lease_end()}
        if done is not None:
            changes["done"] = done
        if total is not None:
            changes["total"] = total
        if message is not None:
            changes["message"] = message[:200]
        self._update(**changes)

    def advance(self, by: int, message: str | None = None) -> None:
        """Add `by` to what is done."""
        changes: dict[str, Any] = {"done": F("done") + by, "lease_until": _lease_end()}
        if message is not None:
            changes["message"] = message[:200]
        self._update(**changes)

    def log(self, line: str) -> None:
        """Add a line, with the time, to the log that people can open."""
        stamped = f"{timezone.localtime():%H:%M:%S} {line}\n"
        self._update(log=Right(Concat(F("log"), Value(stamped)), LOG_LIMIT))

    def check(self) -> None:
        """Raise if the job must stop. Call it between the steps of a loop that reports nothing."""
        self._update(lease_until=_lease_end())

    def _update(self, **changes: Any) -> None:
        changed = JobRun.objects.filter(
            pk=self.run.pk, token=self._token, state=JobRun.State.RUNNING, cancel_asked=False
        ).update(**changes)
        if not changed:
            asked = JobRun.objects.filter(pk=self.run.pk, token=self._token, cancel_asked=True).exists()
            raise CancelledError if asked else LeaseLostError


def run(job_id: int) -> JobRun | None:
    """Run a waiting job here and now. Returns its row, or None if there was nothing to do.

    Two workers that try at once: one conditional UPDATE wins, the other returns None.
    """
    token = uuid.uuid4().hex
    now = timezone.now()
    taken = JobRun.objects.filter(Q(state=JobRun.State.WAITING) | Q(state=JobRun.State.RUNNING, lease_until__lt=now))
    changed = taken.filter(pk=job_id).update(
        state=JobRun.State.RUNNING,
        token=token,
        worker=f"{socket.gethostname()}:{os.getpid()}"[:80],
        lease_until=_lease_end(),
        started_at=now,
        attempts=F("attempts") + 1,
    )
    if not changed:
        return None
    job_run = JobRun.objects.get(pk=job_id)
    kind = kinds.get(job_run.handler)
    if kind is None:
        return _finish(job_run, token, JobRun.State.FAILED, error=_("This version knows no such job."))
    if job_run.attempts > job_run.max_attempts:
        message = _("Given up: the worker died %(count)s times over this job.") % {"count": job_run.max_attempts}
        return _finish(job_run, token, JobRun.State.FAILED, error=message)
    with _Heartbeat(job_id, token):
        return _execute(kind, job_run, token)


def _execute(kind: JobKind, job_run: JobRun, token: str) -> JobRun | None:
    context = JobContext(job_run, token)
    try:
        result = kind.run(context)
    except LeaseLostError:
        return None
    except CancelledError:
        return _finish(job_run, token, JobRun.State.CANCELLED)
    except JobError as error:
        return _finish(job_run, token, JobRun.State.FAILED, error=str(error))
    except Exception:
        logger.exception("job %s (%s) failed", job_run.pk, job_run.handler)
        trace = traceback.format_exc(limit=-6)
        JobRun.objects.filter(pk=job_run.pk, token=token).update(log=Right(Concat(F("log"), Value(trace)), LOG_LIMIT))
        return _finish(
            job_run,
            token,
            JobRun.State.FAILED,
            error=_("The job stopped on an unexpected fault. Its log has the details for the administrator."),
        )
    if result is Parked:
        return _park(job_run, token)
    return _finish(job_run, token, JobRun.State.DONE, result=result or {})


class Parked:
    """Returned by the handler of a job that now waits for its shards: it is called again when the last
    of them has ended (and, lest that call be lost, every half minute), and finishes then."""


def _park(job_run: JobRun, token: str) -> JobRun:
    JobRun.objects.filter(pk=job_run.pk, token=token).update(
        state=JobRun.State.WAITING, attempts=F("attempts") - 1, woken_at=timezone.now(), lease_until=None
    )
    job_run.refresh_from_db()
    if not job_run.shards.filter(state__in=JobRun.OPEN).exists():
        wake(job_run.pk)  # the last shard ended before the job was parked
    return job_run


def _finish(
    job_run: JobRun, token: str, state: str, *, error: str = "", result: Mapping[str, Any] | None = None
) -> JobRun | None:
    changes: dict[str, Any] = {
        "state": state,
        "error": error,
        "result": dict(result or {}),
        "finished_at": timezone.now(),
        "lease_until": None,
    }
    if state == JobRun.State.DONE:
        changes["done"] = F("total")
    if not JobRun.objects.filter(pk=job_run.pk, token=token).update(**changes):
        return None
    job_run.refresh_from_db()
    if job_run.parent_id and not JobRun.objects.filter(parent=job_run.parent_id, state__in=JobRun.OPEN).exists():
        wake(job_run.parent_id)
    kind = kinds.get(job_run.handler)
    if state in (JobRun.State.FAILED, JobRun.State.CANCELLED) and kind and kind.on_failure:
        kind.on_failure(job_run)
    return job_run


def reconcile() -> int:
    """Wake every job that waits unheard or whose worker fell silent. Returns how many were woken."""
    now = timezone.now()
    JobRun.objects.filter(state=JobRun.State.RUNNING, lease_until__lt=now, cancel_asked=True).update(
        state=JobRun.State.CANCELLED, finished_at=now
    )
    unheard = Q(state=JobRun.State.WAITING) & (
        Q(woken_at__isnull=True, created_at__lt=now - timedelta(seconds=5))
        | Q(woken_at__lt=now - timedelta(seconds=30))
    )
    silent = Q(state=JobRun.State.RUNNING, lease_until__lt=now)
    waiting = list(JobRun.objects.filter(unheard | silent).order_by("pk").values_list("pk", flat=True)[:500])
    for job_id in waiting:
        wake(job_id)
    return len(waiting)


def _lease_end() -> Any:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


class _Heartbeat:
    """Renews the lease every third of its length from a thread of its own, with its own connection."""

    def __init__(self, job_id: int, token: str) -> None:
        self._job_id, self._token = job_id, token
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> None:
        # inside an open transaction (tests) a second connection would only wait for the first
        if not connection.in_atomic_block:
            self._thread = threading.Thread(target=self._beat, daemon=True, name=f"heartbeat-{self._job_id}")
            self._thread.start()

    def __exit__(self, *_unused: object) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=5)

    def _beat(self) -> None:
        while not self._stop.wait(settings.JOB_LEASE_SECONDS / 3):
            try:
                JobRun.objects.filter(pk=self._job_id, token=self._token).update(lease_until=_lease_end())
            except Error as error:
                logger.warning("heartbeat of job %s failed: %s", self._job_id, error)
        close_old_connections()
        connection.close()

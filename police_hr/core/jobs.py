"""Background jobs: start, run, watch, cancel, take up again.

The `JobRun` row is the truth. Celery (`core.tasks.run_job`) only wakes a worker; a job whose message
was lost, or whose worker died, is found by `reconcile` and woken again. A handler may therefore run
more than once for one job and must be idempotent.
"""

from __future__ import annotations

import errno
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
from django.db import Error, IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, Right
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from police_hr.core import audit, broker
from police_hr.core.models import JobRun

if TYPE_CHECKING:
    from police_hr.core.models import User

logger = logging.getLogger(__name__)
LOG_LIMIT = 20_000
# the token of a job that no worker holds while its shards go on
PARKED = "parked"
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
    # called in the transaction that stores the failure or the cancelling, with the row as stored
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
    Raises ValueError for a handler that nobody registered.
    """
    if handler not in kinds:
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
        wake(run.pk)
    return run


def _open_under(key: str) -> JobRun | None:
    return JobRun.objects.filter(key=key, state__in=JobRun.OPEN).first() if key else None


def wake(job_id: int) -> None:
    """Send the wake-up after commit. A broker that is down is no error: the reconciler calls again."""
    transaction.on_commit(lambda: _send(job_id))


def _send(job_id: int) -> bool:
    if not broker.send("police_hr.core.tasks.run_job", job_id):
        return False
    JobRun.objects.filter(pk=job_id).update(woken_at=timezone.now())
    return True


def cancel(*, run: JobRun, by: User | None) -> JobRun:
    """Ask a job and its shards to stop. One that no worker holds stops at once, others at their next step."""
    with transaction.atomic():
        audit.record(by=by, action="job.cancel", object_type="job", object_id=run.pk)
        family = JobRun.objects.filter(Q(pk=run.pk) | Q(parent=run), state__in=JobRun.OPEN)
        family.filter(state=JobRun.State.RUNNING).update(cancel_asked=True)
        _cancel_now(family.filter(Q(state=JobRun.State.WAITING) | Q(token=PARKED)))
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
        self._update(log=_with_line(line))

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
    free = Q(state=JobRun.State.WAITING) | Q(state=JobRun.State.RUNNING, lease_until__lt=now, cancel_asked=False)
    taken = JobRun.objects.filter(free, pk=job_id).update(
        state=JobRun.State.RUNNING,
        token=token,
        worker=f"{socket.gethostname()}:{os.getpid()}"[:80],
        lease_until=_lease_end(),
        started_at=Coalesce("started_at", Value(now)),
        attempts=F("attempts") + 1,
    )
    if not taken:
        return None
    job_run = JobRun.objects.select_related("created_by").get(pk=job_id)
    # What is stored (messages, errors) is read by the one who asked.
    with translation.override(getattr(job_run.created_by, "language", "") or settings.LANGUAGE_CODE):
        kind = kinds.get(job_run.handler)
        if kind is None:
            return _finish(job_run, token, JobRun.State.FAILED, error=_("This version knows no such job."))
        if job_run.attempts > job_run.max_attempts:
            words = _("Given up: the worker died %(count)s times over this job.") % {"count": job_run.max_attempts}
            return _finish(job_run, token, JobRun.State.FAILED, error=words)
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
    except Exception as error:
        logger.exception("job %s (%s) failed", job_run.pk, job_run.handler)
        return _stumble(job_run, token, error)
    if result is Parked:
        return _park(job_run, token)
    return _finish(job_run, token, JobRun.State.DONE, result=result or {})


def _stumble(job_run: JobRun, token: str, error: Exception) -> JobRun | None:
    """After an unexpected fault: a database that went away is tried again, everything else is the end.

    The log gets the places, not the words of the fault: those may quote somebody's record.
    """
    trace = "".join(traceback.format_tb(error.__traceback__, limit=-6))
    held = JobRun.objects.filter(pk=job_run.pk, token=token, state=JobRun.State.RUNNING)
    held.update(log=_with_line(f"{type(error).__name__}\n{trace}"))
    if is_disk_full(error):
        words = _("The disk is full. Nothing was lost; free some space and try the job again.")
        return _finish(job_run, token, JobRun.State.FAILED, error=words)
    if isinstance(error, OperationalError | InterfaceError) and job_run.attempts < job_run.max_attempts:
        held.update(state=JobRun.State.WAITING, token="", lease_until=None, woken_at=timezone.now())
        return None
    words = _("The job stopped on an unexpected fault. Its log has the details for the administrator.")
    return _finish(job_run, token, JobRun.State.FAILED, error=words)


def is_disk_full(error: BaseException) -> bool:
    """Whether `error` says, in the words of SQLite, PostgreSQL or the system, that no space is left."""
    return getattr(error, "errno", None) == errno.ENOSPC or any(
        words in str(error).lower() for words in ("disk is full", "no space left on device")
    )


class Parked:
    """Returned by a handler whose shards go on without it.

    When the last shard has ended, the job is given to its handler again, which finishes it; or that shard
    finishes it itself (`finish_parked`). The handler is also called whenever the lease ran out (a lease is
    short, so this is the watch over shards that vanished): it sees that nothing is missing and parks again.
    """


def _park(job_run: JobRun, token: str) -> JobRun:
    """Let go of a job whose shards go on. Coming back to it is no failed attempt."""
    JobRun.objects.filter(pk=job_run.pk, token=token, state=JobRun.State.RUNNING).update(
        token=PARKED, worker="", lease_until=_lease_end(), attempts=F("attempts") - 1
    )
    if job_run.shards.exists():
        _unpark(job_run.pk)  # the last shard may have ended before the job was parked
    job_run.refresh_from_db()
    return job_run


def finish_parked(*, job_id: int, result: Mapping[str, Any], error: str = "") -> None:
    """Finish a job that a handler left `Parked`. Only the first call has an effect."""
    changes = _ending(JobRun.State.FAILED if error else JobRun.State.DONE, error=error, result=result)
    with transaction.atomic():
        if JobRun.objects.filter(pk=job_id, state=JobRun.State.RUNNING).update(**changes):
            _tell(JobRun.objects.get(pk=job_id))


def _ending(state: str, *, error: str = "", result: Mapping[str, Any] | None = None) -> dict[str, Any]:
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


def _finish(
    job_run: JobRun, token: str, state: str, *, error: str = "", result: Mapping[str, Any] | None = None
) -> JobRun | None:
    with transaction.atomic():
        held = JobRun.objects.filter(pk=job_run.pk, token=token, state=JobRun.State.RUNNING)
        if not held.update(**_ending(state, error=error, result=result)):
            return None
        job_run.refresh_from_db()
        _tell(job_run)
    if job_run.parent_id:
        _unpark(job_run.parent_id)
    return job_run


def _unpark(job_id: int) -> None:
    """Give a parked job back to its handler when none of its shards is open any more.

    Called after the ending of a shard is stored for all to see: of two shards that end at once, the later sees both.
    """
    if JobRun.objects.filter(parent=job_id, state__in=JobRun.OPEN).exists():
        return
    parked = JobRun.objects.filter(pk=job_id, state=JobRun.State.RUNNING, token=PARKED, cancel_asked=False)
    if parked.update(state=JobRun.State.WAITING, token="", lease_until=None):
        wake(job_id)


def _cancel_now(runs: QuerySet[JobRun]) -> None:
    for run in list(runs.exclude(state=JobRun.State.CANCELLED)):
        if JobRun.objects.filter(pk=run.pk, state=run.state, token=run.token).update(
            **_ending(JobRun.State.CANCELLED), cancel_asked=True
        ):
            run.refresh_from_db()
            _tell(run)


def _tell(run: JobRun) -> None:
    """Let the kind of job put its own rows right after a failure. A fault in that is only logged."""
    kind = kinds.get(run.handler)
    if run.state not in {JobRun.State.FAILED, JobRun.State.CANCELLED} or kind is None or kind.on_failure is None:
        return
    try:
        with transaction.atomic():
            kind.on_failure(run)
    except Exception:
        logger.exception("clearing up after job %s (%s) failed", run.pk, run.handler)


def reconcile() -> int:
    """Wake every job that waits unheard or whose worker fell silent. Returns how many were woken."""
    now = timezone.now()
    silent = Q(state=JobRun.State.RUNNING, lease_until__lt=now)
    with transaction.atomic():
        _cancel_now(JobRun.objects.filter(silent, cancel_asked=True))
    unheard = Q(state=JobRun.State.WAITING) & (
        Q(woken_at__isnull=True, created_at__lt=now - timedelta(seconds=5))
        | Q(woken_at__lt=now - timedelta(seconds=30))
    )
    woken = 0
    for job_id in JobRun.objects.filter(unheard | silent).order_by("pk").values_list("pk", flat=True)[:500]:
        if not _send(job_id):
            break  # the broker does not answer this one; it would not answer the next 499 either
        woken += 1
    return woken


def waiting() -> list[int]:
    """The jobs that a worker could take now, oldest first."""
    now = timezone.now()
    free = Q(state=JobRun.State.WAITING) | Q(state=JobRun.State.RUNNING, lease_until__lt=now, cancel_asked=False)
    return list(JobRun.objects.filter(free).order_by("pk").values_list("pk", flat=True))


def _with_line(line: str) -> Right:
    # PostgreSQL stores no NUL in a text
    stamped = f"{timezone.localtime():%H:%M:%S} {line}\n".replace("\x00", "")
    return Right(Concat(F("log"), Value(stamped)), LOG_LIMIT)


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
                connection.close()  # the next beat opens a new one
        connection.close()

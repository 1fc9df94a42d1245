"""What a handler gets while it works, and the heartbeat that keeps its lease."""

from __future__ import annotations

import logging
import threading
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.models import F

from police_hr.core.jobs import rows
from police_hr.core.jobs.registry import CancelledError, LeaseLostError
from police_hr.core.models import JobRun

logger = logging.getLogger(__name__)


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
        changes: dict[str, Any] = {"lease_until": rows.lease_end()}
        if done is not None:
            changes["done"] = done
        if total is not None:
            changes["total"] = total
        if message is not None:
            changes["message"] = message[:200]
        self._update(**changes)

    def advance(self, by: int, message: str | None = None) -> None:
        """Add `by` to what is done."""
        changes: dict[str, Any] = {"done": F("done") + by, "lease_until": rows.lease_end()}
        if message is not None:
            changes["message"] = message[:200]
        self._update(**changes)

    def log(self, line: str) -> None:
        """Add a line, with the time, to the log that people can open."""
        self._update(log=rows.with_line(line))

    def check(self) -> None:
        """Raise if the job must stop. Call it between the steps of a loop that reports nothing."""
        self._update(lease_until=rows.lease_end())

    def _update(self, **changes: Any) -> None:
        changed = JobRun.objects.filter(
            pk=self.run.pk, token=self._token, state=JobRun.State.RUNNING, cancel_asked=False
        ).update(**changes)
        if not changed:
            asked = JobRun.objects.filter(pk=self.run.pk, token=self._token, cancel_asked=True).exists()
            raise CancelledError if asked else LeaseLostError


class Heartbeat:
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
                JobRun.objects.filter(pk=self._job_id, token=self._token).update(lease_until=rows.lease_end())
            except Error as error:
                logger.warning("heartbeat of job %s failed: %s", self._job_id, error)
                connection.close()  # the next beat opens a new one
        connection.close()

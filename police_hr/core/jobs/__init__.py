"""Background jobs: start, run, watch, cancel, take up again.

The `JobRun` row is the truth. Celery (`core.tasks.run_job`) only wakes a worker; a job whose message
was lost, or whose worker died, is found by `reconcile` and woken again. A handler may therefore run
more than once for one job and must be idempotent.
"""

from police_hr.core.jobs.asking import cancel, retry, start
from police_hr.core.jobs.context import JobContext
from police_hr.core.jobs.registry import (
    CancelledError,
    Handler,
    JobError,
    JobKind,
    LeaseLostError,
    Parked,
    job,
    kinds,
)
from police_hr.core.jobs.rows import finish_parked, wake
from police_hr.core.jobs.running import is_disk_full, run
from police_hr.core.jobs.watching import reconcile, waiting

__all__ = [
    "CancelledError",
    "Handler",
    "JobContext",
    "JobError",
    "JobKind",
    "LeaseLostError",
    "Parked",
    "cancel",
    "finish_parked",
    "is_disk_full",
    "job",
    "kinds",
    "reconcile",
    "retry",
    "run",
    "start",
    "waiting",
    "wake",
]

"""Runs of the index done in this process, as workers would do them."""

from __future__ import annotations

from police_hr.core import jobs
from police_hr.core.models import JobRun
from scoring.models import IndexRun


def finish(run: IndexRun) -> IndexRun:
    """Do the job of `run` and all its shards here."""
    while True:
        job = JobRun.objects.get(pk=run.job_id)
        if not job.is_open:
            run.refresh_from_db()
            return run
        waiting = job.shards.filter(state=JobRun.State.WAITING).order_by("pk").first()
        jobs.run(waiting.pk if waiting else job.pk)

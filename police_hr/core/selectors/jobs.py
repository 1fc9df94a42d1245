"""Which background jobs somebody may see."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from police_hr.core import jobs
from police_hr.core.access import Viewer
from police_hr.core.models import JobRun
from police_hr.core.roles import Permission


def jobs_visible_to(viewer: Viewer) -> QuerySet[JobRun]:
    """One's own jobs; all of them with `job.view`. Shards are seen through their job."""
    found = JobRun.objects.filter(parent=None).select_related("created_by")
    if viewer.has(Permission.JOB_VIEW):
        return found
    return found.filter(created_by=viewer.user) if viewer.user is not None else found.none()


def job_list(viewer: Viewer, *, state: str = "", handler: str = "") -> QuerySet[JobRun]:
    """The visible jobs, newest first, in one state (`open` stands for waiting and running) or of one kind."""
    found = jobs_visible_to(viewer).order_by("-pk")
    if state == "open":
        found = found.filter(state__in=JobRun.OPEN)
    elif state in JobRun.State.values:
        found = found.filter(state=state)
    return found.filter(handler=handler) if handler else found


def counts_by_state(viewer: Viewer) -> dict[str, int]:
    """How many visible jobs are open, done, failed and cancelled: one query."""
    return jobs_visible_to(viewer).aggregate(
        open=Count("pk", filter=Q(state__in=JobRun.OPEN)),
        done=Count("pk", filter=Q(state=JobRun.State.DONE)),
        failed=Count("pk", filter=Q(state=JobRun.State.FAILED)),
        cancelled=Count("pk", filter=Q(state=JobRun.State.CANCELLED)),
    )


def shards_of(run: JobRun) -> dict[str, int]:
    """How many shards of `run` are in each state; empty for a job without shards."""
    rows = JobRun.objects.filter(parent=run).values_list("state").annotate(Count("pk")).order_by("state")
    return dict(rows)


def may_manage(viewer: Viewer, run: JobRun) -> bool:
    """Whether the viewer may retry or cancel: with `job.manage`, or a job of one's own."""
    return viewer.has(Permission.JOB_MANAGE) or (viewer.user is not None and run.created_by_id == viewer.user.pk)


def label_of(handler: str) -> str:
    """What jobs of `handler` are called, in the active language; the code where this version knows none."""
    kind = jobs.kinds.get(handler)
    return str(kind.label) if kind else handler

"""What beat does: find the jobs that wait unheard or whose worker fell silent."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from police_hr.core.jobs import rows
from police_hr.core.models import JobRun


def reconcile() -> int:
    """Wake every job that waits unheard or whose worker fell silent. Returns how many were woken."""
    now = timezone.now()
    silent = Q(state=JobRun.State.RUNNING, lease_until__lt=now)
    with transaction.atomic():
        rows.cancel_now(JobRun.objects.filter(silent, cancel_asked=True))
    unheard = Q(state=JobRun.State.WAITING) & (
        Q(woken_at__isnull=True, created_at__lt=now - timedelta(seconds=5))
        | Q(woken_at__lt=now - timedelta(seconds=30))
    )
    woken = 0
    for job_id in JobRun.objects.filter(unheard | silent).order_by("pk").values_list("pk", flat=True)[:500]:
        if not rows.send(job_id):
            break  # the broker does not answer this one; it would not answer the next 499 either
        woken += 1
    return woken


def waiting() -> list[int]:
    """The jobs that a worker could take now, oldest first."""
    now = timezone.now()
    free = Q(state=JobRun.State.WAITING) | Q(state=JobRun.State.RUNNING, lease_until__lt=now, cancel_asked=False)
    return list(JobRun.objects.filter(free).order_by("pk").values_list("pk", flat=True))

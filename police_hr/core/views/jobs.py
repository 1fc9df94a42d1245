"""Background jobs: what runs, how far it is, what came of it, who asked for it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from police_hr.core import jobs
from police_hr.core.access import access
from police_hr.core.components import Choice
from police_hr.core.models import JobRun
from police_hr.core.selectors import jobs as selectors
from police_hr.core.views.sign_in import signed_in

ROWS = 50


@access(signed_in=True)
@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """One's own jobs, or all of them for those who watch over the installation."""
    viewer = request.viewer  # type: ignore[attr-defined]
    state = request.GET.get("state", "")
    page = Paginator(selectors.job_list(viewer, state=state), ROWS).get_page(request.GET.get("page"))
    counts = selectors.counts_by_state(viewer)
    words = {"open": _("open"), "done": _("done"), "failed": _("failed"), "cancelled": _("cancelled")}
    choices = [Choice(_("all"), "", sum(counts.values()), state not in words, "?")]
    choices += [Choice(words[name], name, counts[name], state == name, f"?state={name}") for name in words]
    rows = [{"job": job, "label": selectors.label_of(job.handler)} for job in page]
    return render(request, "core/job_list.html", {"rows": rows, "page": page, "choices": choices})


@access(signed_in=True)
@require_safe
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One job. As a fragment it is asked for each second while the job is open (X-Polling)."""
    viewer = request.viewer  # type: ignore[attr-defined]
    run = get_object_or_404(selectors.jobs_visible_to(viewer), pk=pk)
    template = "core/_job_state.html" if request.htmx else "core/job_detail.html"  # type: ignore[attr-defined]
    return render(request, template, _detail(request, run))


@access(signed_in=True)
@require_POST
def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a job that failed or was cancelled run once more."""
    run = _manageable(request, pk)
    try:
        jobs.retry(run=run, by=signed_in(request))
    except jobs.JobError as error:
        messages.error(request, str(error))
    return redirect("core:job-detail", pk=run.pk)


@access(signed_in=True)
@require_POST
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a job to stop."""
    run = _manageable(request, pk)
    jobs.cancel(run=run, by=signed_in(request))
    return redirect("core:job-detail", pk=run.pk)


def _manageable(request: HttpRequest, pk: int) -> JobRun:
    """The job, if the person may steer it (their own, or with `job.manage`); 403 where they may only look."""
    viewer = request.viewer  # type: ignore[attr-defined]
    run = get_object_or_404(selectors.jobs_visible_to(viewer), pk=pk)
    if not selectors.may_manage(viewer, run):
        raise PermissionDenied
    return run


def _detail(request: HttpRequest, run: JobRun) -> dict[str, Any]:
    viewer = request.viewer  # type: ignore[attr-defined]
    shards = selectors.shards_of(run)
    manages = selectors.may_manage(viewer, run)
    return {
        "job": run,
        "label": selectors.label_of(run.handler),
        "poll_url": reverse("core:job-detail", args=[run.pk]),
        "shards": [(JobRun.State(state).label, count) for state, count in shards.items()],
        "may_retry": manages and run.state in {JobRun.State.FAILED, JobRun.State.CANCELLED},
        "may_cancel": manages and run.is_open and not run.cancel_asked,
    }

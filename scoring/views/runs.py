"""Runs of the index: list, one run with its progress, a new one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from police_hr.core import jobs
from police_hr.core.access import access
from police_hr.core.models import User
from police_hr.core.roles import Permission
from scoring.models import IndexModel, IndexRun
from scoring.selectors import runs as selectors
from scoring.selectors.models import version_on
from scoring.selectors.visibility import whole_paths
from scoring.services.runs import create_run, retry_run

ROWS = 30


class RunForm(forms.Form):
    """Which model, as of which day."""

    model = forms.ModelChoiceField(label=_("Model"), queryset=IndexModel.objects.exclude(active=None), empty_label=None)
    as_of = forms.DateField(
        label=_("As of"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_as_of(self) -> dt.date:
        day: dt.date = self.cleaned_data["as_of"] or timezone.localdate()
        if day > timezone.localdate():
            raise ValidationError(_("The index cannot be computed for a day that has not come yet."))
        return day


@access(Permission.INDEX_VIEW)
@require_GET
def run_list(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    page = Paginator(selectors.runs_list(viewer), ROWS).get_page(request.GET.get("page"))
    rows = [{"run": run, "duration": selectors.duration(run)} for run in page]
    form = RunForm(initial={"as_of": timezone.localdate(), "model": selectors.default_model()})
    context = {"page": page, "rows": rows, "form": form, "may_run": viewer.has(Permission.INDEX_RUN)}
    return render(request, "scoring/run_list.html", context)


@access(Permission.INDEX_VIEW)
@require_GET
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One run. Asked for by htmx while it is open, it answers with its progress alone (X-Polling)."""
    run = selectors.run_for(request.viewer, pk)  # type: ignore[attr-defined]
    if run is None:
        raise Http404
    context: dict[str, Any] = {
        "run": run,
        "job": run.job,
        "shards": selectors.shards_of(run),
        "duration": selectors.duration(run),
        "poll_url": reverse("scoring:run-detail", args=[run.pk]),
        "names": bool(whole_paths(request.viewer)),  # type: ignore[attr-defined]
        "missing": selectors.missing_of(run) if run.missing else [],
        "may_run": request.viewer.has(Permission.INDEX_RUN),  # type: ignore[attr-defined]
    }
    if request.htmx:  # type: ignore[attr-defined]
        response = render(request, "scoring/_run_progress.html", context)
        if run.job is None or not run.job.is_open:
            response["HX-Refresh"] = "true"
        return response
    context["changes"] = selectors.changes_of(run) if run.state == IndexRun.State.DONE else []
    return render(request, "scoring/run_detail.html", context)


@access(Permission.INDEX_RUN)
@require_POST
def run_create(request: HttpRequest) -> HttpResponse:
    """Ask for a run; a second request for the same day leads to the first while it is open."""
    form = RunForm(request.POST)
    if not form.is_valid():
        for problems in form.errors.values():
            for problem in problems:
                messages.error(request, str(problem))
        return redirect("scoring:run-list")
    by = request.user if isinstance(request.user, User) else None
    model, day = form.cleaned_data["model"], form.cleaned_data["as_of"]
    # a past day is answered by the version then in force
    run = create_run(version=version_on(model, day) or model.active, as_of=day, by=by)
    return redirect("scoring:run-detail", pk=run.pk)


@access(Permission.INDEX_RUN)
@require_POST
def run_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute what lacks of a run that is incomplete or failed."""
    run = selectors.run_for(request.viewer, pk)  # type: ignore[attr-defined]
    if run is None:
        raise Http404
    try:
        retry_run(run=run, by=request.user if isinstance(request.user, User) else None)
    except jobs.JobError as error:
        messages.error(request, str(error))
    return redirect("scoring:run-detail", pk=run.pk)

"""The way of a version from draft to use: preview, submit, approve or refuse, give up, take out of use."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from police_hr.core import audit
from police_hr.core.access import access
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from scoring.models import IndexModel, IndexModelVersion, ModelPreview
from scoring.selectors.method import page_in_force
from scoring.selectors.models import decides_for_all
from scoring.selectors.preview import ROWS, preview_of
from scoring.services import models as services
from scoring.views.model_access import refuse_parts, version_or_404, viewer_of


class DayForm(forms.Form):
    """From which day a version counts."""

    active_from = forms.DateField(
        label=gettext_lazy("In use from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


@access(Permission.MODEL_VIEW, write=Permission.MODEL_EDIT)
@require_http_methods(["GET", "POST"])
def model_preview(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Who would move under a version. POST computes it; htmx is answered with the progress."""
    version = version_or_404(request, code, number)
    if request.method == "POST":
        services.request_preview(version=version, by=signed_in(request))
        return redirect("scoring:model-preview", code=code, number=number)
    viewer = viewer_of(request)
    asked = ModelPreview.objects.select_related("job").filter(version=version).first()
    job = asked.job if asked is not None and asked.made_at is None else None
    context = {"version": version, "job": job, "poll_url": request.path}
    if request.htmx:  # type: ignore[attr-defined]
        response = render(request, "scoring/models/_progress.html", context)
        if job is None or not job.is_open:
            response["HX-Refresh"] = "true"
        return response
    page = preview_of(viewer, version, every_name=request.GET.get("all") == "1")
    if page is not None and page.movers:
        audit.record_read(
            request, action="model.names", object_type="index_model", object_id=version.model_id,
            details={"version": version.number, "officers": len(page.movers)},
        )  # fmt: skip
    may_edit = decides_for_all(viewer, Permission.MODEL_EDIT)
    return render(request, "scoring/models/preview.html", context | {"page": page, "rows": ROWS, "may_edit": may_edit})


@access(Permission.MODEL_EDIT)
@require_POST
def model_submit(request: HttpRequest, code: str, number: int) -> HttpResponse:
    refuse_parts(request, Permission.MODEL_EDIT)
    version = version_or_404(request, code, number)
    reason = request.POST.get("reason", "")
    act = lambda: services.submit_version(version=version, reason=reason, by=signed_in(request))  # noqa: E731
    return _done(request, version, act, _("Submitted. A second person decides; nothing is in use before."))


@access(Permission.MODEL_APPROVE)
@require_POST
def model_approve(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Approve for use from a day."""
    refuse_parts(request, Permission.MODEL_APPROVE)
    version = version_or_404(request, code, number)
    form = DayForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
        return redirect(_detail(version))
    day = form.cleaned_data["active_from"]
    act = lambda: services.approve_version(version=version, active_from=day, by=signed_in(request))  # noqa: E731
    now = day == timezone.localdate()
    text = _("In use from now on; a run brings the scores up to date.") if now else _("Approved: in use from that day.")
    return _done(request, version, act, text)


@access(Permission.MODEL_APPROVE)
@require_POST
def model_refuse(request: HttpRequest, code: str, number: int) -> HttpResponse:
    refuse_parts(request, Permission.MODEL_APPROVE)
    version = version_or_404(request, code, number)
    reason = request.POST.get("reason", "")
    act = lambda: services.refuse_version(version=version, reason=reason, by=signed_in(request))  # noqa: E731
    return _done(request, version, act, _("Refused. The reason stands with the version."))


@access(Permission.MODEL_EDIT)
@require_POST
def model_withdraw(request: HttpRequest, code: str, number: int) -> HttpResponse:
    refuse_parts(request, Permission.MODEL_EDIT)
    version = version_or_404(request, code, number)
    act = lambda: services.withdraw_draft(version=version, by=signed_in(request))  # noqa: E731
    return _done(request, version, act, _("Given up. The version stays in the list."))


@access(Permission.MODEL_APPROVE)
@require_POST
def model_retire(request: HttpRequest, code: str) -> HttpResponse:
    """Take a model out of use that does not stand on dossiers."""
    refuse_parts(request, Permission.MODEL_APPROVE)
    model = IndexModel.objects.filter(code=code).first()
    if model is None:
        raise Http404
    try:
        services.retire_model(model=model, reason=request.POST.get("reason", ""), by=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The model is out of use."))
    return redirect("scoring:model-list")


@access(Permission.OWN_VIEW)
@require_GET
def method_page(request: HttpRequest) -> HttpResponse:
    """How the index works, by the version in force: for everybody whom it is about."""
    return render(request, "scoring/models/method.html", {"page": page_in_force()})


def _detail(version: IndexModelVersion) -> str:
    return f"{reverse('scoring:model-detail', args=[version.model.code])}?version={version.number}"


def _done(request: HttpRequest, version: IndexModelVersion, act: Callable[[], object], success: str) -> HttpResponse:
    """Do it and go back to the version, with what came of it in words."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, success)
    return redirect(_detail(version))

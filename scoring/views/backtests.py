"""Back-tests and fits: what was asked, a new one, and one with its figures."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from police_hr.core.access import access
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.views.reading import viewer_of
from scoring.forms.backtests import BacktestForm, FitForm, MeasureForm, latest_cut
from scoring.models import BacktestRun, IndexModelVersion
from scoring.selectors import backtests as selectors
from scoring.selectors.models import definition_of
from scoring.services.backtests import request_backtest

ROWS = 30
CUTS = 4
FORMS: dict[str, type[BacktestForm]] = {"backtest": MeasureForm, "fit": FitForm}


@access(Permission.MODEL_VIEW)
@require_safe
def backtest_list(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    page = Paginator(selectors.backtests(viewer), ROWS).get_page(request.GET.get("page"))
    return render(request, "scoring/backtest_list.html", {"page": page, "may_ask": viewer.has(Permission.MODEL_EDIT)})


@access(Permission.MODEL_EDIT)
@require_safe
def backtest_new(request: HttpRequest) -> HttpResponse:
    """The form for a back-test, or with `purpose=fit` for a fit, of the version `version` (default: the one in use)."""
    return _form_page(request, request.GET, None)


@access(Permission.MODEL_EDIT)
@require_POST
def backtest_create(request: HttpRequest) -> HttpResponse:
    """Start it as a job. Asking twice for the same leads to the one that runs."""
    version, purpose = _asked(request, request.POST)
    form = _form(version, purpose, request.POST)
    if not form.is_valid():
        return _form_page(request, request.POST, form)
    data = form.cleaned_data
    run = request_backtest(
        version=version,
        purpose=purpose,
        target=data["target"],
        cuts=data["cuts"],
        share=data.get("percent", 5) / 100,
        code=data.get("code", ""),
        by=signed_in(request),
    )
    return redirect("scoring:backtest-detail", pk=run.pk)


def _asked(request: HttpRequest, data: Any) -> tuple[IndexModelVersion, str]:
    """Version and purpose as the address or the form names them; 404 for what does not exist."""
    versions = selectors.testable_versions(viewer_of(request))
    wanted, purpose = data.get("version", ""), data.get("purpose", "backtest")
    found = next((v for v in versions if str(v.pk) == wanted), None) if wanted else next(iter(versions), None)
    if found is None or purpose not in FORMS:
        raise Http404
    return found, purpose


def _form(version: IndexModelVersion, purpose: str, data: Any = None) -> BacktestForm:
    definition = definition_of(version)
    last = latest_cut()
    initial = {
        "facts": selectors.own_parts(definition),
        "last": last,
        "years": min(CUTS, max(1, selectors.years_of_history(version, last))),
        "code": f"{version.model.code[:36]}-fit",
    }
    return FORMS[purpose](data, definition=definition, choices=selectors.target_choices(version), initial=initial)


def _form_page(request: HttpRequest, data: Any, form: BacktestForm | None) -> HttpResponse:
    version, purpose = _asked(request, data)
    context = {
        "version": version,
        "purpose": purpose,
        "versions": selectors.testable_versions(viewer_of(request)),
        "form": form or _form(version, purpose),
    }
    return render(request, "scoring/backtest_form.html", context, status=400 if form else 200)


@access(Permission.MODEL_VIEW)
@require_safe
def backtest_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One back-test or fit. Asked for by htmx while it is open, it answers with its progress alone (X-Polling)."""
    run = selectors.backtests(viewer_of(request)).filter(pk=pk).first()
    if run is None:
        raise Http404
    context: dict[str, Any] = {"run": run, "job": run.job, "poll_url": run.address}
    if request.htmx:  # type: ignore[attr-defined]
        response = render(request, "scoring/_backtest_progress.html", context)
        if run.finished_at is not None or run.job is None or not run.job.is_open:
            response["HX-Refresh"] = "true"
        return response
    context |= {"target": selectors.target_words(run.target), "may_ask": viewer_of(request).has(Permission.MODEL_EDIT)}
    if run.finished_at is not None:
        context |= _figures(run)
    return render(request, "scoring/backtest_detail.html", context)


def _figures(run: BacktestRun) -> dict[str, Any]:
    if run.purpose == BacktestRun.Purpose.FIT:
        return {"effects": selectors.effect_rows(run.result)}
    calibrated = [cut for cut in run.result["cuts"] if cut["calibration"]]
    latest = calibrated[-1] if calibrated else None
    return {
        "report": run.result,
        "percent": round(run.share * 100),
        "gain": selectors.gain_chart(run.result),
        "latest": latest,
        "calibration": selectors.calibration_chart(latest["calibration"]["bands"]) if latest else None,
    }

"""Who moved between two runs, and who rises fast."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from police_hr.core.access import access
from police_hr.core.roles import Permission
from roster.access import units_visible_to
from roster.models import Unit
from scoring.models import IndexRun
from scoring.selectors import movements as selectors
from scoring.selectors.models import definition_of
from scoring.selectors.runs import latest_runs
from scoring.selectors.visibility import whole_paths
from scoring.views.board import number

ROWS = 50


@access(Permission.INDEX_VIEW)
@require_GET
def movements(request: HttpRequest) -> HttpResponse:
    """People who changed tier in the last good run, or in `run`: against the run before (`since=run`) or of a week
    before; only those of `unit`, only one kind of `move` ("normal>watch")."""
    run, unit = _run_and_unit(request)
    viewer = request.viewer  # type: ignore[attr-defined]
    weekly = request.GET.get("since") != "run"
    compared = selectors.comparison(run, weekly=weekly)
    moved = selectors.moved(viewer, compared, unit)
    kinds = selectors.kinds_of_move(moved)
    move = request.GET.get("move", "")
    chosen = move if move in {kind.code for kind in kinds} else ""
    rows = selectors.moved(viewer, compared, unit, chosen) if chosen else moved
    context = {
        "compared": compared,
        "weekly": weekly,
        "kinds": kinds,
        "chosen": chosen,
        "total": sum(kind.number for kind in kinds),
        "left": selectors.left(viewer, compared, unit),
    }
    return _page(request, "scoring/movements.html", run, unit, rows, context)


@access(Permission.INDEX_VIEW)
@require_GET
def rising(request: HttpRequest) -> HttpResponse:
    """Early warning: people whose index rose by the model's threshold or more within its days."""
    run, unit = _run_and_unit(request)
    definition = definition_of(run.version)
    rows = selectors.rising(request.viewer, run, unit)  # type: ignore[attr-defined]
    context = {"points": (definition.rise_points or 0) / 100, "days": definition.rise_days}
    return _page(request, "scoring/rising.html", run, unit, rows, context)


def _run_and_unit(request: HttpRequest) -> tuple[IndexRun, Unit | None]:
    viewer = request.viewer  # type: ignore[attr-defined]
    if not whole_paths(viewer):
        raise Http404
    wanted = number(request, "run")
    done = IndexRun.objects.filter(state=IndexRun.State.DONE).select_related("version__model", "previous")
    run = done.filter(pk=wanted).first() if wanted else latest_runs().done
    if run is None:
        raise Http404
    unit = None
    if number(request, "unit"):
        unit = units_visible_to(viewer, Permission.INDEX_VIEW).filter(pk=number(request, "unit")).first()
        if unit is None:
            raise Http404
    return run, unit


def _page(
    request: HttpRequest, template: str, run: IndexRun, unit: Unit | None, rows: Any, context: dict[str, Any]
) -> HttpResponse:
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return render(request, template, {"run": run, "unit": unit, "page": page, **context})

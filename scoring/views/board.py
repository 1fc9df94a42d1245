"""The board: 队伍管理状况."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from police_hr.core import audit
from police_hr.core.access import access
from police_hr.core.numbers import whole_number
from police_hr.core.roles import Permission
from scoring.models.run import Tier
from scoring.selectors import board as selectors
from scoring.selectors.drill import Drill, drill
from scoring.selectors.runs import duration

NIGHTLY = "02:10"


@access(Permission.INDEX_VIEW)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The state of a unit (`unit`) and all below it; `u`, `o` and `l` drill down to a unit, officer and line.

    Asked for by htmx it answers with the drill-down alone.
    """
    viewer = request.viewer  # type: ignore[attr-defined]
    found = selectors.board(viewer, number(request, "unit"))
    if found is None:
        if number(request, "unit"):
            raise Http404
        return render(request, "scoring/board_nothing.html")
    context = {
        "board": found,
        "run": found.runs.done,
        "duration": duration(found.runs.done) if found.runs.done else None,
        "tiers": list(Tier),
        "nightly": NIGHTLY,
        "soon": timezone.localtime().replace(hour=23, minute=59),
        "may_run": viewer.has(Permission.INDEX_RUN),
        "may_see_runs": viewer.has(Permission.INDEX_RUN) or viewer.has(Permission.MODEL_VIEW),
    }
    if found.full and found.runs.done is not None:
        context["drill"] = _drill(request, found)
    fragment = request.htmx and request.htmx.target == "drill"  # type: ignore[attr-defined]
    return render(request, "scoring/_drill.html" if fragment else "scoring/board.html", context)


def _drill(request: HttpRequest, found: selectors.Board) -> Drill:
    run = found.runs.done
    assert run is not None  # noqa: S101  the caller asked
    chosen = drill(
        request.viewer,  # type: ignore[attr-defined]
        found.scope,
        run,
        unit=number(request, "u"),
        officer=number(request, "o"),
        line=number(request, "l"),
    )
    if chosen.officer is not None:
        audit.record_read(
            request,
            action="index.explain",
            object_type="officer",
            object_id=chosen.officer.pk,
            officer_id=chosen.officer.pk,
            details={"entry": chosen.line.entry} if chosen.line else {},
        )
    return chosen


def number(request: HttpRequest, name: str) -> int | None:
    """A whole number of the query, or None for anything else."""
    return whole_number(request.GET.get(name, ""))

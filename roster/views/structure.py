"""The structure of a force: what its people are like, its units side by side, posts filled against established."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from police_hr.core.access import access
from police_hr.core.components import Choice
from police_hr.core.numbers import whole_number
from police_hr.core.roles import Permission
from roster.access import read_bounds, units_visible_to
from roster.models import Unit
from roster.selectors import structure
from roster.views.reading import viewer_of

MOST_UNITS = 40


@access(Permission.UNIT_VIEW)
@require_safe
def unit_structure(request: HttpRequest) -> HttpResponse:
    """One unit (`unit`; the topmost one where none is named), and units side by side by one dimension (`by`): those
    named by `with`, or those directly below."""
    viewer, bounds = viewer_of(request), read_bounds()
    units = units_visible_to(viewer).filter(active_to=None)
    named = request.GET.get("unit", "")
    unit = units.filter(pk=whole_number(named)).first() if named else units.first()
    if unit is None:
        if named:
            raise Http404
        return render(request, "roster/structure.html", {"unit": None})
    dimension = structure.DIMENSIONS.get(request.GET.get("by", "")) or structure.DIMENSIONS["age"]
    chosen = [pk for text in request.GET.getlist("with")[:MOST_UNITS] if (pk := whole_number(text)) is not None]
    compared = structure.to_compare(viewer, unit, chosen)
    alone = None if chosen or compared == [unit] else unit
    words, lines = structure.side_by_side(viewer, compared, dimension, bounds, alone=alone)
    pairs = [("unit", str(unit.pk)), *(("with", str(pk)) for pk in chosen)]
    found = structure.distributions(viewer, unit, bounds)
    context = {
        "unit": unit,
        "above": list(units.filter(path__in=_paths_above(unit))),
        "total": found[0].total,
        "distributions": found,
        "dimension": dimension,
        "by": [
            Choice(one.label, chosen=one is dimension, url=f"?{urlencode([*pairs, ('by', one.code)])}#compare")
            for one in structure.DIMENSIONS.values()
        ],
        "words": words,
        "lines": lines,
        "sum": _sum(lines),
        "list_url": reverse("roster:officer-list"),
        "told": viewer.covers(Permission.OFFICER_LIST, unit.path),
        "chosen": chosen,
        "smallest": structure.SMALLEST,
    }
    return render(request, "roster/structure.html", context)


def _paths_above(unit: Unit) -> list[str]:
    return [unit.path[:length] for length in range(Unit.steplen, len(unit.path), Unit.steplen)]


def _sum(lines: list[structure.UnitLine]) -> structure.UnitLine | None:
    """All lines in one, where there are several."""
    if len(lines) < 2:
        return None
    known = [line.established for line in lines if line.established is not None]
    return structure.UnitLine(
        lines[0].unit,
        sum(line.total for line in lines),
        established=sum(known) if known else None,
        filled=sum(line.filled for line in lines),
    )

"""What the inputs that name a person or a unit suggest while somebody types."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from police_hr.core.access import access
from police_hr.core.roles import Permission
from roster.selectors.search import suggestions
from roster.selectors.units import search_units
from roster.views.reading import viewer_of

LIMIT = 8


@access(Permission.OFFICER_LIST)
@require_safe
def officer_lookup(request: HttpRequest) -> JsonResponse:
    """Officers for `q`: badge number as the key, name and unit as the words."""
    found = suggestions(viewer_of(request), request.GET.get("q", "")[:60], limit=LIMIT)
    rows = [
        {"key": o.badge_no, "label": o.label, "note": o.unit.short_label if o.unit_id and o.unit else ""} for o in found
    ]
    return JsonResponse({"results": rows})


@access(Permission.UNIT_VIEW)
@require_safe
def unit_lookup(request: HttpRequest) -> JsonResponse:
    """Open units for `q`: unit code as the key, name as the words."""
    found = search_units(viewer_of(request), request.GET.get("q", "")[:60], limit=LIMIT)
    return JsonResponse({"results": [{"key": u.code, "label": u.label, "note": u.code} for u in found]})

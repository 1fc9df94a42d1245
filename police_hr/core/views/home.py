"""The home page: what this person has to do today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from police_hr.core.access import access
from police_hr.core.panels import registry, visible


@access(signed_in=True)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Every tile the viewer may see that has something to say."""
    tiles = []
    for tile in visible(registry.tiles, request.viewer):  # type: ignore[attr-defined]
        found = tile.selector(request.viewer)  # type: ignore[attr-defined]
        if found is not None:
            tiles.append({**found, "code": tile.code, "template": tile.template})
    return render(request, "home.html", {"tiles": tiles, "today": timezone.localdate()})

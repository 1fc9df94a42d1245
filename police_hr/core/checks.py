"""System checks: a route that does not say who may open it stops the server from starting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks
from django.urls import URLPattern, URLResolver, get_resolver

from police_hr.core.access import access_of


def all_routes(
    resolver: URLResolver | None = None, prefix: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, Any]]:
    """Every route of the site as (path pattern, full name, view), the included ones too."""
    resolver = resolver or get_resolver()
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from all_routes(entry, path, inner)
        elif isinstance(entry, URLPattern):
            yield path, f"{namespace}{entry.name or ''}", entry.callback


@checks.register(checks.Tags.security)
def every_route_declares_access(**kwargs: Any) -> list[checks.CheckMessage]:
    """Error police_hr.E001 for each route without `@access`."""
    return [
        checks.Error(
            f"Route “{path}” ({name or 'no name'}) does not declare who may open it.",
            hint="Put @access(...) of police_hr.core.access on the view.",
            id="police_hr.E001",
        )
        for path, name, view in all_routes()
        if access_of(view) is None
    ]

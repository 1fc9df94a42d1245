"""Where to go next: only ever to a page of this site."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def is_own_address(request: HttpRequest, address: str) -> bool:
    """Whether `address` stays on this host, with its scheme. `//evil`, `javascript:` and the like do not."""
    return bool(address) and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def go(request: HttpRequest, address: str, otherwise: str = "home") -> HttpResponseRedirect:
    """A redirect to `address` where that is our own page, else to the route `otherwise`."""
    return HttpResponseRedirect(address if is_own_address(request, address) else resolve_url(otherwise))

"""The address a request comes from, for the audit trail and for counting wrong passwords."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the client, as far as our own proxies vouch for it; '' where there is none.

    X-Forwarded-For is written by anybody; only its last `POLICE_HR_PROXIES` entries are by our own
    proxies, and the first of these is the client. Without a proxy the header is not read at all.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    count = settings.TRUSTED_PROXIES
    if not count:
        return peer
    named = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if len(named) < count:
        return peer
    try:
        return str(ipaddress.ip_address(named[-count]))
    except ValueError:
        return peer

"""The roles page: what each role is for, may do and may open. The same text that the code enforces."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from police_hr.core.access import access
from police_hr.core.roles import PERMISSION_LABELS, ROLES


@access(signed_in=True)
@require_safe
def role_list(request: HttpRequest) -> HttpResponse:
    rows = [
        {
            "role": role,
            "permissions": [PERMISSION_LABELS[name] for name in PERMISSION_LABELS if name in role.permissions],
            "opens": sorted(role.opens),
            "opens_with_reason": sorted(role.opens_with_reason),
        }
        for role in ROLES.values()
    ]
    return render(request, "core/role_list.html", {"rows": rows})

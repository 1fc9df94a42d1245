"""The audit trail, for the audit administrator: who did or read what, when, from where and why."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from police_hr.core.access import access
from police_hr.core.forms.audit import AuditFilter
from police_hr.core.models import AuditEvent
from police_hr.core.roles import Permission
from police_hr.core.selectors import audit as selectors

ROWS = 100


@access(Permission.AUDIT_VIEW)
@require_safe
def audit_list(request: HttpRequest) -> HttpResponse:
    form = AuditFilter(request.GET)
    found = form.cleaned_data if form.is_valid() else None
    page: Sequence[AuditEvent] = ()
    following: int | None = None
    if found is not None:
        page, following = selectors.page_of(selectors.events(found), before=found["before"], size=ROWS)
    context = {"form": form, "events": page, "following": following, "actions": selectors.actions()}
    return render(request, "core/audit_list.html", context | {"is_first": not (found or {}).get("before")})

"""One's own notices: a list, and opening one, which marks it as read."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from police_hr.core import notices
from police_hr.core.access import access
from police_hr.core.selectors import notices as selectors
from police_hr.core.views.sign_in import signed_in

ROWS = 50


@access(signed_in=True)
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """What one was told, unread first."""
    page = Paginator(selectors.notices_for(request.viewer), ROWS).get_page(request.GET.get("page"))  # type: ignore[attr-defined]
    context = {"rows": selectors.lines(page), "page": page, "unread": signed_in(request).unread_notices}
    return render(request, "core/notice_list.html", context)


@access(signed_in=True)
@require_POST
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go to what it is about."""
    notice = get_object_or_404(selectors.notices_for(request.viewer), pk=pk)  # type: ignore[attr-defined]
    notices.mark_read(by=signed_in(request), notice=notice)
    return redirect(notices.url_of(notice) or "core:notice-list")


@access(signed_in=True)
@require_POST
def notice_read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    notices.mark_read(by=signed_in(request))
    return redirect("core:notice-list")

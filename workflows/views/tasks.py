"""Tasks: what one has to do, and saying that it is done."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from police_hr.core.access import access
from police_hr.core.components import Choice
from police_hr.core.models import User
from police_hr.core.roles import Permission
from roster.views.reading import viewer_of
from workflows.models import Task
from workflows.selectors import tasks as selectors
from workflows.services import tasks as services

LISTED = 30


@access(Permission.TASK_VIEW)
@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """One's tasks: to be done, overdue, ended."""
    heaps = selectors.heaps(viewer_of(request))
    labels = {"open": _("To be done"), "late": _("Overdue"), "ended": _("Ended")}
    tab = request.GET.get("tab", "open")
    if tab not in heaps:
        raise Http404
    tabs = [Choice(labels[code], code, rows.count(), code == tab, f"?tab={code}") for code, rows in heaps.items()]
    page = Paginator(heaps[tab], LISTED).get_page(request.GET.get("page"))
    context = {"tab": tab, "tabs": tabs, "page": page, "rows": selectors.listed(list(page))}
    return render(request, "workflows/task_list.html", context)


@access(Permission.TASK_VIEW)
@require_POST
def task_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a task is done, with a word on the outcome."""
    task = selectors.task_for(viewer_of(request), pk)
    if task is None:
        raise Http404
    by = request.user
    assert isinstance(by, User)  # noqa: S101  the access says so
    outcome = request.POST.get("outcome", "").replace("\x00", "").strip()
    if task.kind == Task.Kind.OBJECTION:
        messages.error(request, _("An objection ends with its answer: open it and decide."))
    elif not outcome:
        messages.error(request, _("Say in a few words what was done: the next person reads this."))
    else:
        services.end_task(task=task, outcome=outcome, by=by)
        messages.success(request, _("The task is marked as done."))
    return redirect("workflows:task-list")

"""Doubts about dossiers: the board over a force, the ruling on one, checking once more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from police_hr.core import audit
from police_hr.core.access import Viewer, access
from police_hr.core.components import Chip, Choice
from police_hr.core.errors import unavailable
from police_hr.core.models import JobRun
from police_hr.core.roles import Permission
from police_hr.core.views.sign_in import signed_in
from roster.access import Bounds, read_bounds
from roster.forms.doubts import RulingForm, WithdrawForm, read_board
from roster.forms.due_lists import FileForm
from roster.models import Doubt, Officer, Unit
from roster.selectors import codes
from roster.selectors import doubts as selectors
from roster.selectors.doubts import NEW, OPEN, RULED, BoardQuery
from roster.selectors.imports import batches_visible_to
from roster.services.doubt_exports import request_doubts
from roster.services.doubts import JOB, rule_on_doubt, start_recheck, withdraw_ruling
from roster.views.reading import viewer_of, written_down

ROWS = 40


@access(Permission.DOUBT_VIEW)
@require_safe
def doubt_list(request: HttpRequest) -> HttpResponse:
    """The board: counts by check and by unit, and the list behind them. Its address is its whole state."""
    viewer = viewer_of(request)
    if request.htmx and "progress" in request.GET:  # type: ignore[attr-defined]
        return _progress(request)
    query, bounds = read_board(request.GET), read_bounds()
    page = Paginator(selectors.board_ids(viewer, query, bounds), ROWS).get_page(request.GET.get("page"))
    rows = selectors.doubts_by_id(viewer, list(page.object_list), bounds)
    if not _told(request, rows):
        return unavailable(request)
    groups = selectors.by_check(viewer, query, bounds)
    context = {
        "query": query,
        "page": page,
        "lines": selectors.described(rows),
        "groups": groups,
        "units": _unit_rows(viewer, query, bounds),
        "crumbs": _crumbs(viewer, query),
        "states": _states(query, groups),
        "severities": _severities(query),
        "chips": _chips(viewer, query),
        "closed": selectors.closed_count(viewer, bounds),
        "may_rule": viewer.has(Permission.DOUBT_RULE),
        "may_export": viewer.has(Permission.EXPORT),
        "file": FileForm(auto_id="file-%s"),
        "job": _open_job(),
        "poll_url": reverse("roster:doubt-list") + "?progress",
    }
    return render(request, "roster/doubts/board.html", context)


@access(Permission.EXPORT)
@require_POST
def doubt_export(request: HttpRequest) -> HttpResponse:
    """The list of the address as a file."""
    query = read_board(request.GET)
    board = reverse("roster:doubt-list") + query.but()
    asked = FileForm(request.POST)
    if not asked.is_valid():
        messages.error(request, _("Write what the file is for."))
        return redirect(board)
    try:
        export = request_doubts(viewer=viewer_of(request), query=query, by=signed_in(request), **asked.cleaned_data)
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
        return redirect(board)
    return redirect("roster:export-detail", pk=export.pk)


@access(Permission.DOUBT_RULE)
@require_POST
def doubt_recheck(request: HttpRequest) -> HttpResponse:
    """Check the whole force once more. A check that runs already is shown, not started again."""
    start_recheck(by=signed_in(request))
    return redirect("roster:doubt-list")


@access(Permission.DOUBT_RULE)
@require_http_methods(["GET", "POST"])
def doubt_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle a doubt by a ruling (组织认定)."""
    viewer = viewer_of(request)
    doubt = selectors.doubt_for(viewer, pk)
    if doubt is None:
        raise Http404
    refused = _read(request, doubt)
    if refused:
        return refused
    alike = Doubt.objects.filter(officer=doubt.officer_id, code=doubt.code, cleared_on=None, ruling=None).count()
    form = RulingForm(request.POST or None, several=alike > 1)
    if request.method == "POST" and form.is_valid():
        try:
            rule_on_doubt(doubt=doubt, by=signed_in(request), **{"whole": False, **form.cleaned_data})
        except ValidationError as fault:
            _show(form, fault)
        else:
            messages.success(request, _("The doubt is settled. It returns when one of the two values changes."))
            return redirect(_back(request, doubt.officer))
    line = selectors.described([doubt], mends=True)[0]
    context = {
        "line": line,
        "officer": doubt.officer,
        "form": form,
        "alike": alike,
        "back": _back(request, doubt.officer),
    }
    return render(request, "roster/doubts/rule.html", context, status=200)


@access(Permission.DOUBT_RULE)
@require_http_methods(["GET", "POST"])
def ruling_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a ruling back: the doubt stands again."""
    ruling = selectors.ruling_for(viewer_of(request), pk)
    if ruling is None:
        raise Http404
    form = WithdrawForm(request.POST or None)
    back = _back(request, ruling.officer)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_ruling(ruling=ruling, by=signed_in(request), **form.cleaned_data)
        except ValidationError as fault:
            _show(form, fault)
        else:
            messages.success(request, _("The ruling is withdrawn; the doubt stands again."))
            return redirect(back)
    title = codes.label("dossier_check", ruling.code)
    verdict = codes.label("dossier_ruling", ruling.verdict)
    context = {
        "ruling": ruling,
        "officer": ruling.officer,
        "form": form,
        "title": title,
        "verdict": verdict,
        "back": back,
    }
    return render(request, "roster/doubts/withdraw.html", context)


def _read(request: HttpRequest, doubt: Doubt) -> HttpResponse | None:
    details = {"check": doubt.code, "classes": [doubt.sensitivity]}
    return written_down(request, action="officer.view", officer=doubt.officer, details=details)


def _told(request: HttpRequest, rows: Iterable[Doubt]) -> bool:
    """Record whose facts of class 2 this page tells of. False where that could not be written."""
    told = [row for row in rows if row.sensitivity >= 2]
    officers, classes = sorted({row.officer_id for row in told}), sorted({row.sensitivity for row in told})
    if not officers:
        return True
    try:
        audit.record_read(
            request,
            action="doubt.view",
            object_type="list",
            object_id="",
            details={"officers": officers, "classes": classes},
        )
    except DatabaseError:
        return False
    return True


def _show(form: Any, fault: ValidationError) -> None:
    """Put what a service refuses where the form shows it."""
    if not hasattr(fault, "error_dict"):
        form.add_error(None, fault)
        return
    for name, problems in fault.message_dict.items():
        form.add_error(name if name in form.fields else None, problems)


def _back(request: HttpRequest, officer: Officer) -> str:
    """To the board as it was, or to the doubts of the dossier."""
    board = request.GET.get("board")
    if board is not None:
        return reverse("roster:doubt-list") + read_board(QueryDict(board[:500].removeprefix("?"))).but()
    return reverse("roster:officer-tab", args=[officer.pk, "doubts"])


# --- parts of the board -------------------------------------------------------------------------------------------


def _open_job() -> JobRun | None:
    return JobRun.objects.filter(handler=JOB, state__in=JobRun.OPEN).order_by("pk").first()


def _progress(request: HttpRequest) -> HttpResponse:
    """How far the check is: asked for each second while it runs; then the board is drawn anew."""
    job = _open_job()
    context = {"job": job, "poll_url": reverse("roster:doubt-list") + "?progress"}
    response = render(request, "roster/doubts/_progress.html", context)
    if job is None:
        response["HX-Refresh"] = "true"
    return response


def _states(query: BoardQuery, groups: list[selectors.GroupCount]) -> list[Choice]:
    checks = [
        check
        for group in groups
        for check in group.checks
        if query.check in ("", check.code)
        and query.group in ("", group.code)
        and query.severity in ("", check.severity)
    ]
    counts = {
        OPEN: sum(check.open for check in checks),
        NEW: sum(check.new for check in checks),
        RULED: sum(check.ruled for check in checks),
    }
    words = {OPEN: _("Unsettled"), NEW: _("New in 7 days"), RULED: _("Settled by a ruling")}
    return [Choice(words[s], s, counts[s], query.state == s, query.but(state=s)) for s in words]


def _severities(query: BoardQuery) -> list[Choice]:
    choices = [Choice(_("all"), "", None, not query.severity, query.but(severity=""))]
    return choices + [
        Choice(label, code, None, query.severity == code, query.but(severity=code))
        for code, label in Doubt.Severity.choices
    ]


def _unit_rows(viewer: Viewer, query: BoardQuery, bounds: Bounds) -> list[dict[str, Any]]:
    rows = selectors.by_unit(viewer, query, bounds)
    return [{"row": row, "url": query.but(unit=row.unit.pk), "current": row.unit.pk == query.unit} for row in rows]


def _crumbs(viewer: Viewer, query: BoardQuery) -> list[tuple[str, str]]:
    """(name, address) of the unit asked for and those above it, as far as the viewer has them."""
    unit = Unit.objects.filter(pk=query.unit).first() if query.unit else None
    if unit is None:
        return []
    chain = [*Unit.objects.get_ancestors(unit), unit]
    return [
        (part.short_label, query.but(unit=part.pk)) for part in chain if viewer.covers(Permission.DOUBT_VIEW, part.path)
    ]


def _chips(viewer: Viewer, query: BoardQuery) -> list[Chip]:
    chips = []
    if query.unit:
        unit = Unit.objects.filter(pk=query.unit).first()
        chips.append(Chip(unit.short_label if unit else _("unknown unit"), query.but(unit=None)))
    if query.group:
        chips.append(Chip(codes.label("dossier_check_group", query.group), query.but(group="")))
    if query.check:
        chips.append(Chip(codes.label("dossier_check", query.check), query.but(check="")))
    if query.severity:
        chips.append(Chip(Doubt.Severity(query.severity).label, query.but(severity="")))
    if query.batch:
        batch = batches_visible_to(viewer).filter(pk=query.batch).first()
        words = _("officers of batch %(number)s") % {"number": batch.number if batch else "–"}
        chips.append(Chip(words, query.but(batch=None)))
    return chips

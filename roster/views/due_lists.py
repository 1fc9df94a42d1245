"""The due list of promotions and the forecast of retirements: pages to work on, to print and to take along."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from police_hr.core import audit
from police_hr.core.access import Viewer, access
from police_hr.core.components import Choice
from police_hr.core.errors import unavailable
from police_hr.core.roles import Permission
from police_hr.core.services.reasons import MINUTES
from police_hr.core.views.sign_in import signed_in
from police_hr.core.wording import day
from roster.access import read_bounds, today, units_visible_to
from roster.engine.months import add_months
from roster.engine.promotion import Verdict
from roster.engine.retirement import TABLES
from roster.forms.due_lists import FileForm, PurposeForm, UnitCondition
from roster.models import Officer, Unit
from roster.selectors import codes, promotions, retirements
from roster.selectors.due_board import DueBoard, due_board
from roster.services import exports
from roster.services.due_exports import PROMOTIONS, RETIREMENTS
from roster.views.reading import viewer_of

ROWS = 50
SANCTIONS_OPEN = "promotion_sanctions"  # session key: [until, the reason]
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
SPANS = {"now": 0, "quarter": 3, "year": 12}
HORIZONS = {"12": 12, "24": 24, "36": 36}


# --- promotions -----------------------------------------------------------------------------------------------


@access(Permission.OFFICER_LIST)
@require_safe
def promotion_list(request: HttpRequest) -> HttpResponse:
    """Who is due for the next rank or grade within the span, and what stands in the way."""
    viewer = viewer_of(request)
    ask = _Asked(request, viewer)
    board = ask.board()
    counts = board.verdicts()
    page = Paginator(board.lines(ask.verdict, ask.month), ROWS).get_page(request.GET.get("page"))
    if ask.sanctions and not _sanctions_written_down(request, list(page.object_list)):
        return unavailable(request)
    context = ask.context() | {
        "page": page,
        "rows": [_promotion_row(line, ask.words, ask.units) for line in page.object_list],
        "verdicts": [
            Choice(label, code, counts.get(code, 0), code == ask.verdict, ask.url(verdict=code, month=""))
            for code, label in _verdict_labels().items()
        ],
        "months": ask.months(board),
        "may_open": not ask.sanctions and _may_open(viewer),
        "may_export": viewer.has(Permission.EXPORT),
        "purpose": PurposeForm(auto_id="purpose-%s"),
        "file": FileForm(auto_id="file-%s"),
    }
    return render(request, "roster/promotion_list.html", context)


@access(Permission.OFFICER_LIST)
@require_POST
def promotion_open(request: HttpRequest) -> HttpResponse:
    """Let the effect periods of sanctions decide for 30 minutes of this session, with a reason."""
    viewer = viewer_of(request)
    if not _may_open(viewer):
        raise Http404
    form = PurposeForm(request.POST)
    if form.is_valid():
        with transaction.atomic():
            reason = form.cleaned_data["reason"]
            audit.record(
                by=signed_in(request), action="promotion.open_with_reason", purpose=reason,
                details={"classes": [4], "minutes": MINUTES}, request=request,
            )  # fmt: skip
            request.session[SANCTIONS_OPEN] = [time.time() + MINUTES * 60, reason]
        messages.success(request, _("Effect periods are taken into account for 30 minutes; your reason is recorded."))
    else:
        messages.error(request, _("Write in a few words what you need this for."))
    return redirect(f"{reverse('roster:promotion-list')}?{request.GET.urlencode()}")


@access(Permission.EXPORT)
@require_POST
def promotion_export(request: HttpRequest) -> HttpResponse:
    """The list of the address as a file."""
    ask = _Asked(request, viewer_of(request))
    options = {"axis": ask.axis, "sanctions": ask.sanctions}
    return _export(request, PROMOTIONS, ask.ids(), options, back=f"{reverse('roster:promotion-list')}{ask.url()}")


class _Asked:
    """What the address of the due list asks for, checked."""

    def __init__(self, request: HttpRequest, viewer: Viewer) -> None:
        data = request.GET
        self.viewer = viewer
        self.axis = data["axis"] if data.get("axis") in promotions.AXES else "rank"
        self.span = data["span"] if data.get("span") in SPANS else "quarter"
        verdicts = [str(verdict) for verdict in promotions.VERDICTS]
        self.verdict = data["verdict"] if data.get("verdict") in verdicts else verdicts[0]
        self.month = data["month"] if MONTH.fullmatch(data.get("month", "")) else ""
        self.form = UnitCondition(data if "unit" in data else None, viewer=viewer)
        self.unit: Unit | None = self.form.cleaned_data.get("unit") if self.form.is_valid() else None
        self.sanctions = _sanctions_reason(request) != ""
        self.words = codes.labels("police_rank") if self.axis == "rank" else codes.grade_labels()

    @property
    def until(self) -> dt.date:
        return add_months(today(), SPANS[self.span])

    @cached_property
    def units(self) -> dict[int, str]:
        return {unit.pk: unit.label for unit in units_visible_to(self.viewer, Permission.OFFICER_LIST)}

    def board(self) -> DueBoard:
        return due_board(
            self.viewer, self.axis, self.until, read_bounds(), unit=self.unit, with_sanctions=self.sanctions
        )

    def ids(self) -> list[int]:
        """Everybody on the list, in its order."""
        # what delays may carry a day beyond the span: it belongs to a later list
        found = promotions.due_list(self.viewer, self.axis, self.until, unit=self.unit, with_sanctions=self.sanctions)
        lines = [line for line in found if line.result.verdict == self.verdict]
        return [line.officer.pk for line in lines if self.month in ("", line.month)]

    def url(self, **changes: str) -> str:
        values = {"axis": self.axis, "span": self.span, "verdict": self.verdict, "month": self.month}
        values["unit"] = self.unit.code if self.unit else ""
        kept = {name: value for name, value in (values | changes).items() if value}
        return f"?{urlencode(kept)}"

    def months(self, board: DueBoard) -> list[Choice]:
        """The months of the chosen verdict with their numbers."""
        counts = board.months(self.verdict)
        most = sorted(counts)[-12:]
        return [
            Choice(
                period_words(month),
                month,
                counts[month],
                month == self.month,
                self.url(month="" if month == self.month else month),
            )
            for month in most
        ]

    def context(self) -> dict[str, Any]:
        spans = {"now": _("By today"), "quarter": _("In three months"), "year": _("In a year")}
        axes = {"rank": _("Police rank"), "grade": _("Grade")}
        return {
            "axis": self.axis,
            "axes": [Choice(text, c, None, c == self.axis, self.url(axis=c, month="")) for c, text in axes.items()],
            "spans": [Choice(text, c, None, c == self.span, self.url(span=c, month="")) for c, text in spans.items()],
            "unit_form": self.form,
            "kept": {"axis": self.axis, "span": self.span, "verdict": self.verdict},
            "query": self.url(),
            "sanctions": self.sanctions,
            "until": self.until,
        }


def _verdict_labels() -> dict[str, str]:
    return {
        Verdict.READY: pgettext("promotion", "Due"),
        Verdict.HELD: _("Not yet"),
        Verdict.EARLY: _("May be early"),
        Verdict.SELECTIVE: _("By selection"),
    }


def _promotion_row(line: promotions.DueLine, words: dict[str, str], units: dict[int, str]) -> dict[str, Any]:
    result = line.result
    return {
        "officer": line.officer,
        "unit": units.get(line.officer.unit_id or 0, ""),
        "held": words.get(line.held, line.held),
        "since": line.since,
        "following": words.get(result.following, result.following),
        "due_on": result.due_on,
        "on": result.on,
        "overdue": result.on is not None and result.on < today(),
        "reasons": promotions.reason_words(result.reasons),
    }


def _may_open(viewer: Viewer) -> bool:
    """Whether some role of the viewer opens facts about sanctions, with or without a reason."""
    return any(4 in role.opens | role.opens_with_reason for role in viewer.roles)


def _sanctions_reason(request: HttpRequest) -> str:
    until, reason = request.session.get(SANCTIONS_OPEN, (0, ""))
    return str(reason) if until > time.time() else ""


def _sanctions_written_down(request: HttpRequest, lines: Sequence[promotions.DueLine]) -> bool:
    """Record whose sanctions this page tells of, with the reason. False where that could not be written."""
    told = [line.officer.pk for line in lines if any(r.code in ("sanction", "delay") for r in line.result.reasons)]
    if not told:
        return True
    try:
        audit.record_read(
            request, action="promotion.view", object_type="list", object_id="", purpose=_sanctions_reason(request),
            details={"officers": told, "classes": [4]},
        )  # fmt: skip
    except DatabaseError:
        return False
    return True


def period_words(name: str) -> str:
    """A month (2026-03), a quarter (2026-Q1) or what is overdue, as it is read."""
    if name == retirements.OVERDUE:
        return _("Overdue")
    year, part = name[:4], name[5:]
    if part.startswith("Q"):
        return _("Q%(quarter)s %(year)s") % {"quarter": part[1:], "year": year}
    return day(dt.date(int(year), int(part), 1), "term")


# --- retirements ----------------------------------------------------------------------------------------------


@access(Permission.OFFICER_LIST)
@require_safe
def retirement_list(request: HttpRequest) -> HttpResponse:
    """Who reaches the age of retirement when, by month or quarter and by unit, and what that leaves open."""
    viewer = viewer_of(request)
    ahead, form, unit = _horizon(request, viewer)
    bounds = read_bounds()
    lines = retirements.retiring(viewer, add_months(today(), HORIZONS[ahead]), bounds, unit=unit)
    quarters = HORIZONS[ahead] > 12
    bars = retirements.by_time(lines, quarters=quarters)
    when = request.GET.get("when", "")
    shown = [line for line in lines if when in ("", retirements.period_of(line, quarters=quarters))]
    page = Paginator(shown, ROWS).get_page(request.GET.get("page"))
    officers = Officer.objects.in_bulk([line.officer_id for line in page.object_list])
    units = {found.pk: found for found in units_visible_to(viewer, Permission.OFFICER_LIST)}
    tops = [unit] if unit else sorted(units.values(), key=lambda found: found.depth)[:1]
    base = {"ahead": ahead, "unit": unit.code if unit else ""}

    def url(**changes: str) -> str:
        return f"?{urlencode({name: value for name, value in (base | changes).items() if value})}"

    context = {
        "page": page,
        "rows": [
            (officers[line.officer_id], line, units[line.unit_id].label if line.unit_id in units else "")
            for line in page.object_list
        ],
        "total": len(lines),
        "overdue": sum(line.overdue for line in lines),
        "bars": [(period_words(name), count, url(when="" if name == when else name)) for name, count in bars],
        "most": max((count for _name, count in bars), default=0),
        "gaps": retirements.gaps(viewer, lines, tops[0], bounds) if tops else [],
        "horizons": [
            Choice(_("%(months)s months") % {"months": code}, code, None, code == ahead, url(ahead=code))
            for code in HORIZONS
        ],
        "unit_form": form,
        "kept": {"ahead": ahead},
        "query": url(when=when),
        "when": period_words(when) if when in dict(bars) else "",
        "table": TABLES[-1],
        "may_export": viewer.has(Permission.EXPORT),
        "file": FileForm(auto_id="file-%s"),
    }
    return render(request, "roster/retirement_list.html", context)


@access(Permission.EXPORT)
@require_POST
def retirement_export(request: HttpRequest) -> HttpResponse:
    """The forecast of the address as a file."""
    viewer = viewer_of(request)
    ahead, _form, unit = _horizon(request, viewer)
    lines = retirements.retiring(viewer, add_months(today(), HORIZONS[ahead]), read_bounds(), unit=unit)
    back = f"{reverse('roster:retirement-list')}?{request.GET.urlencode()}"
    return _export(request, RETIREMENTS, [line.officer_id for line in lines], {}, back=back)


def _horizon(request: HttpRequest, viewer: Viewer) -> tuple[str, UnitCondition, Unit | None]:
    ahead = request.GET.get("ahead", "")
    form = UnitCondition(request.GET if "unit" in request.GET else None, viewer=viewer)
    unit = form.cleaned_data.get("unit") if form.is_valid() else None
    return (ahead if ahead in HORIZONS else "24"), form, unit


def _export(request: HttpRequest, form: str, ids: Sequence[int], options: dict[str, Any], *, back: str) -> HttpResponse:
    """Ask for a file of these officers; what is refused comes back as a sentence on the list."""
    asked = FileForm(request.POST)
    if not asked.is_valid():
        messages.error(request, _("Write what the file is for."))
        return redirect(back)
    try:
        export = exports.request_officers(
            viewer=viewer_of(request), officers=ids, form=form, options=options, by=signed_in(request),
            **asked.cleaned_data,
        )  # fmt: skip
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(back)
    return redirect("roster:export-detail", pk=export.pk)

"""The working-day calendar of a year, month by month, and its upkeep."""

from __future__ import annotations

import calendar as months
import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from police_hr.core import calendar
from police_hr.core.access import access
from police_hr.core.forms.calendar import CalendarDayForm
from police_hr.core.models import WorkCalendarDay
from police_hr.core.roles import Permission
from police_hr.core.services import calendar as service
from police_hr.core.views.sign_in import signed_in

FIRST_YEAR, LAST_YEAR = 1990, 2100


@access(Permission.CALENDAR_EDIT)
@require_http_methods(["GET", "POST"])
def calendar_year(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """GET shows a year; POST enters or clears one day."""
    today = timezone.localdate()
    form = CalendarDayForm(request.POST or None, initial={"date": request.GET.get("day") or today})
    if request.method == "POST" and form.is_valid():
        day, kind = form.cleaned_data["date"], form.cleaned_data["kind"]
        if kind:
            service.set_day(day=day, kind=kind, name=form.cleaned_data["name"], by=signed_in(request))
        else:
            service.clear_day(day=day, by=signed_in(request))
        messages.success(request, _("The day is entered.") if kind else _("The day follows its weekday again."))
        return redirect(f"{reverse('core:calendar-year', args=[day.year])}#m{day.month}")
    shown = min(max(year or today.year, FIRST_YEAR), LAST_YEAR)
    context = {
        "form": form,
        "year": shown,
        "months": _months(shown),
        "warning": calendar.warning_for(dt.date(shown, 1, 1)),
        "maintained": sorted(calendar.maintained_years(), reverse=True)[:6],
        "years": [shown - 1, shown, shown + 1],
        "today": today,
    }
    return render(request, "core/calendar.html", context)


@access(Permission.CALENDAR_EDIT)
@require_POST
def calendar_seed(request: HttpRequest) -> HttpResponse:
    """Enter the public holidays that the shipped table knows; what was entered by hand stays."""
    added = calendar.seed_calendar(by=signed_in(request))
    words = ngettext("%(count)s day was entered.", "%(count)s days were entered.", added) % {"count": added}
    messages.success(request, words if added else _("The shipped table holds no day that is missing here."))
    return redirect("core:calendar")


def _months(year: int) -> list[dict[str, Any]]:
    """Twelve months of weeks of days; a day is None outside its month."""
    rows = WorkCalendarDay.objects.filter(date__gte=dt.date(year, 1, 1), date__lte=dt.date(year, 12, 31))
    entered = {row.date: row for row in rows}
    known = calendar.current_calendar()

    def cell(number: int, month: int) -> dict[str, Any] | None:
        if not number:
            return None
        day = dt.date(year, month, number)
        return {"day": day, "entry": entered.get(day), "works": known.is_workday(day)}

    return [
        {
            "first": dt.date(year, month, 1),
            "number": month,
            "weeks": [[cell(number, month) for number in week] for week in months.monthcalendar(year, month)],
        }
        for month in range(1, 13)
    ]

"""Working days: the table of holidays and shifted days, with an honest answer where it ends.

The State Council announces the holidays of a year in the November before. A year nobody has
entered yet is reckoned Monday to Friday, and `warning_for` says so in words for the page.

A page takes `current_calendar()` once (one small query) and asks it as often as it likes; the
functions of this module do that for a single question.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from importlib.metadata import version

from django.db import models, transaction
from django.db.models import BigIntegerField, Case, Count, ExpressionWrapper, Max, Sum, Value, When
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from police_hr.core import audit
from police_hr.core.models import User, WorkCalendarDay

ONE_DAY = dt.timedelta(days=1)
MAX_WORKDAYS = 10_000  # forty years; more is a mistake of the caller
WORKING_KINDS = frozenset({WorkCalendarDay.Kind.WORKDAY, WorkCalendarDay.Kind.SHIFTED})

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """`working` and `free`: the maintained days that differ or may differ from Monday–Friday.
    `years`: the years with at least one maintained holiday.
    """

    working: frozenset[dt.date]
    free: frozenset[dt.date]
    years: frozenset[int]

    def is_workday(self, day: dt.date) -> bool:
        if day in self.working:
            return True
        return day.weekday() < 5 and day not in self.free

    def add_workdays(self, day: dt.date, count: int) -> dt.date:
        """The `count`-th working day after `day`, which is not counted; before it if negative.

        6 October 2026 + 3 is 10 October, a Saturday that is worked. 0 gives `day` itself.
        """
        if abs(count) > MAX_WORKDAYS:
            raise ValueError(f"{count} working days are not a deadline.")
        step = ONE_DAY if count > 0 else -ONE_DAY
        left = abs(count)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def workdays_between(self, start: dt.date, end: dt.date) -> int:
        """Working days after `start` up to and with `end`; negative if `end` lies before."""
        if end < start:
            return -self.workdays_between(end, start)
        return sum(self.is_workday(start + dt.timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def warning_for(self, day: dt.date) -> str | None:
        """A sentence for the page where the year of `day` is not maintained."""
        if day.year in self.years:
            return None
        return _("The holidays of %(year)s are not maintained; Monday to Friday are counted as working days.") % {
            "year": day.year
        }

    def due_words(self, due: dt.date | dt.datetime, now: dt.datetime) -> str:
        """How far away a deadline is: 今天 18:00, 明天 12:00, 还剩 2 个工作日, 逾期 9 个工作日.

        `due` is an aware moment, or a day that ends at midnight. Today is never counted.
        """
        today = timezone.localtime(now).date()
        if isinstance(due, dt.datetime):
            moment = timezone.localtime(due)
            day, time, is_over = moment.date(), f"{moment:%H:%M}", due < now
        else:
            day, time, is_over = due, "", due < today
        if is_over:
            return _overdue(self.workdays_between(day, today))
        if day == today:
            return _("today %(time)s") % {"time": time} if time else _("today")
        if day == today + ONE_DAY:
            return _("tomorrow %(time)s") % {"time": time} if time else _("tomorrow")
        return _remaining(self.workdays_between(today, day), (day - today).days)


def _overdue(workdays: int) -> str:
    if workdays == 0:  # since this day, or since a day from which on nobody worked
        return _("overdue")
    return ngettext("%(count)s working day overdue", "%(count)s working days overdue", workdays) % {"count": workdays}


def _remaining(workdays: int, days: int) -> str:
    if workdays == 0:  # it falls due within a holiday
        return ngettext("%(count)s day left", "%(count)s days left", days) % {"count": days}
    return ngettext("%(count)s working day left", "%(count)s working days left", workdays) % {"count": workdays}


# One calendar per process, renewed when the table's stamp is another one.
_cached: tuple[Stamp, WorkCalendar] | None = None


def current_calendar() -> WorkCalendar:
    """The calendar as the table has it now. One query; the rows are read only after an edit."""
    global _cached  # noqa: PLW0603 - replaced as a whole, so threads see the old or the new one
    stamp = _stamp()
    cached = _cached
    if cached is None or cached[0] != stamp:
        cached = _cached = (stamp, _load())
    return cached[1]


def is_workday(day: dt.date) -> bool:
    return current_calendar().is_workday(day)


def add_workdays(day: dt.date, count: int) -> dt.date:
    return current_calendar().add_workdays(day, count)


def workdays_between(start: dt.date, end: dt.date) -> int:
    return current_calendar().workdays_between(start, end)


def maintained_years() -> frozenset[int]:
    return current_calendar().years


def warning_for(day: dt.date) -> str | None:
    return current_calendar().warning_for(day)


def due_words(due: dt.date | dt.datetime, now: dt.datetime) -> str:
    return current_calendar().due_words(due, now)


def _stamp() -> Stamp:
    """Changes with every edit that matters: a day added, removed, moved or of another kind."""
    kinds = [When(kind=kind, then=Value(number)) for number, kind in enumerate(WorkCalendarDay.Kind, 1)]
    weight = Case(*kinds, default=Value(0), output_field=models.IntegerField())
    number = Cast("date", BigIntegerField())  # its square leaves 32 bits in 2096
    content = ExpressionWrapper(number * number * weight, output_field=BigIntegerField())
    found = WorkCalendarDay.objects.aggregate(rows=Count("pk"), last=Max("pk"), content=Sum(content))
    return found["rows"], found["last"] or 0, int(found["content"] or 0)


def _load() -> WorkCalendar:
    days = list(WorkCalendarDay.objects.values_list("date", "kind"))
    return WorkCalendar(
        working=frozenset(day for day, kind in days if kind in WORKING_KINDS),
        free=frozenset(day for day, kind in days if kind not in WORKING_KINDS),
        years=frozenset(day.year for day, kind in days if kind == WorkCalendarDay.Kind.HOLIDAY),
    )


@transaction.atomic
def seed_calendar(*, by: User | None = None) -> int:
    """Enter the holidays and shifted days of 2004–2026 from the chinesecalendar package.

    Days already in the table are left as they are, so that it can run again. Returns the number
    of days added.
    """
    # Tables of twenty years that only this function reads.
    from chinese_calendar.constants import Holiday, holidays, in_lieu_days, workdays  # noqa: PLC0415

    kind = WorkCalendarDay.Kind
    names = {holiday.value: holiday.chinese for holiday in Holiday}
    # A weekday off in exchange for a worked weekend is a rest day, not a public holiday.
    entries = [(day, kind.REST if day in in_lieu_days else kind.HOLIDAY, name) for day, name in holidays.items()]
    entries += [(day, kind.SHIFTED, name) for day, name in workdays.items()]
    source = f"chinesecalendar {version('chinesecalendar')}"
    present = set(WorkCalendarDay.objects.values_list("date", flat=True))
    added = WorkCalendarDay.objects.bulk_create(
        [
            WorkCalendarDay(date=day, kind=day_kind, name=names.get(name, name)[:40], source=source)
            for day, day_kind, name in entries
            if day not in present
        ]
    )
    if added:
        audit.record(by=by, action="calendar.seed", object_type="calendar", details={"days": len(added)})
    return len(added)

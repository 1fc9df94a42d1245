"""The three axes of a career, 职务 / 警衔 / 职级: what is held, since when, and the next step where it is known."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from police_hr.core.components import Axis
from police_hr.core.wording import day
from roster.models import Officer
from roster.selectors import codes

GRADE_TABLES = ("duty_grade", "technical_grade", "general_grade")


def axes(officer: Officer) -> list[Axis]:
    """Post, police rank and grade of `officer`, each with its own label. No query but that of the code tables."""
    return [
        Axis(_("Post"), officer.post, _post_note(officer.post_since)),
        Axis(_("Police rank"), codes.label("police_rank", officer.rank), _rank_note(officer)),
        Axis(_("Grade"), codes.grade_labels().get(officer.grade, officer.grade), _grade_note(officer)),
    ]


def span(since: dt.date, until: dt.date) -> str:
    """The whole years and months between two days, in words: 5 年 8 个月."""
    months = (until.year - since.year) * 12 + until.month - since.month - (until.day < since.day)
    years, months = divmod(max(months, 0), 12)
    words = [ngettext("%(count)d year", "%(count)d years", years) % {"count": years}] if years else []
    if months or not years:
        words.append(ngettext("%(count)d month", "%(count)d months", months) % {"count": months})
    return " ".join(words)


def _post_note(since: dt.date | None) -> str:
    if since is None:
        return ""
    held = span(since, timezone.localdate())
    return _("since %(month)s · %(span)s") % {"month": day(since, "term"), "span": held}


def _rank_note(officer: Officer) -> str:
    if officer.rank_since is None:
        return ""
    note = _("conferred %(month)s") % {"month": day(officer.rank_since, "term")}
    years = _least_years(("police_rank",), officer.rank)
    if not years:
        return note
    due = _add_years(officer.rank_since, years)
    next_due = _("next due %(month)s") % {"month": day(due, "term")}
    return f"{note} · {next_due}"


def _grade_note(officer: Officer) -> str:
    if officer.grade_since is None:
        return ""
    note = _("since %(month)s") % {"month": day(officer.grade_since, "term")}
    years = _least_years(GRADE_TABLES, officer.grade)
    if not years:
        return note
    due = _add_years(officer.grade_since, years)
    if due <= timezone.localdate():
        served = ngettext("%(count)d year served", "%(count)d years served", years) % {"count": years}
        return f"{note} · {served}"
    end = _("term ends %(month)s") % {"month": day(due, "term")}
    return f"{note} · {end}"


def _least_years(tables: tuple[str, ...], code: str) -> int | None:
    """The least term in years before the next step, as the code table says; None where there is no fixed one."""
    for table in tables:
        for entry in codes.entries(table):
            if entry.code == code:
                years = entry.attributes.get("min_years")
                return years if isinstance(years, int) else None
    return None


def _add_years(since: dt.date, years: int) -> dt.date:
    try:
        return since.replace(year=since.year + years)
    except ValueError:  # 29 February
        return dt.date(since.year + years, 3, 1)

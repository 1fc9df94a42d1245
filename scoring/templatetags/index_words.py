"""Points of the index as pages write them: whole hundredths in, words out."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.translation import gettext as _

from police_hr.core import wording
from police_hr.core.calendar import due_words
from scoring.models.run import Tier
from scoring.selectors.labels import REASONS, two
from scoring.selectors.standing import reason_names

register = template.Library()


@register.filter
def points2(value: int | None) -> str:
    """4007 → 40.07."""
    return two(value)


@register.filter
def moved(value: int | None) -> str:
    """1122 → +11.22; "–" for none and for no change."""
    return "–" if value is None else wording.signed(value / 100, 2)


@register.filter
def moved_whole(value: int | None) -> str:
    """2 → +2, -1 → −1, 0 → –."""
    return wording.signed(value, 0)


@register.filter
def carried_by(reason: str) -> str:
    """What carried a tier: by its points, by a floor rule …"""
    return str(REASONS.get(reason, reason))


@register.filter
def seconds(value: dt.timedelta | None) -> str:
    """A duration: 41 s, 3 min 20 s."""
    if value is None:
        return ""
    whole = round(value.total_seconds())
    if whole < 60:
        return _("%(seconds)s s") % {"seconds": whole}
    return _("%(minutes)s min %(seconds)s s") % {"minutes": whole // 60, "seconds": whole % 60}


@register.filter
def week_number(day: dt.date) -> int:
    """The ISO week of a day."""
    return day.isocalendar().week


@register.simple_tag
def due_in_words(moment: dt.datetime, now: dt.datetime) -> str:
    """Until when: 今天 18:00, 还剩 2 个工作日."""
    return due_words(moment, now)


@register.filter
def get(mapping: dict[str, int], key: str) -> int:
    return mapping.get(key, 0)


@register.filter
def get_text(mapping: dict[str, str], key: str) -> str:
    return mapping.get(key, "")


@register.filter
def plain_number(value: object) -> str:
    """2.0 and "2" → 2, as the editor of models writes numbers; what is no number as it was typed."""
    try:
        return f"{float(str(value)):g}"
    except ValueError:
        return "" if value is None else str(value)


@register.filter
def top_reason(top: list[list[object]] | None) -> str:
    """The name of the first of [[code, hundredths], …]."""
    if not top:
        return ""
    code = str(top[0][0])
    return reason_names().get(code, code)


@register.filter
def share_of(number: int, everybody: int) -> str:
    """31 of 1,200 → 2.6 %; "–" of nobody."""
    return f"{100 * number / everybody:.1f} %" if everybody else "–"


@register.simple_tag
def tier_name(tier: str) -> str:
    return str(Tier(tier).label)


@register.filter
def three(value: float | None) -> str:
    """A figure between 0 and 1 with three decimals; "–" where it cannot be said."""
    return "–" if value is None else f"{value:.3f}"


@register.filter
def percent(value: float | None) -> str:
    """A share in per cent with one decimal; "–" where it cannot be said."""
    return "–" if value is None else f"{value * 100:.1f} %"

"""Names, dates and numbers as our pages write them, in both languages."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.dateformat import format as format_date

from police_hr.core.i18n import is_chinese

MINUS = "\u2212"
DAY_STYLES = {
    # style: (Chinese, English) in Django's letters
    "prose": ("n月j日", "j M"),
    "full": ("Y年n月j日", "j M Y"),
    "term": ("Y.m", "Y-m"),
    "short": ("m-d", "m-d"),
    "iso": ("Y-m-d", "Y-m-d"),
    "moment": ("n月j日 H:i", "j M H:i"),
}
WEEKDAYS_ZH = "一二三四五六日"


def person(name: str) -> str:
    """A name as a Chinese list writes it: two characters are spaced to the width of three."""
    is_two_han = len(name) == 2 and all("\u4e00" <= character <= "\u9fff" for character in name)
    return f"{name[0]}\u3000{name[1]}" if is_two_han else name


def signed(value: float | None, digits: int = 1) -> str:
    """A change with its sign and a true minus; "–" for none."""
    if value is None or round(value, digits) == 0:
        return "–"
    return f"{'+' if value > 0 else MINUS}{abs(value):.{digits}f}"


def grouped(value: object) -> object:
    """A whole number with commas, 12,345, in both languages; anything else as it is."""
    return f"{value:,}" if isinstance(value, int) else value


def day(value: date | datetime | None, style: str = "prose") -> str:
    """A date: prose 11月23日, full 2026年11月23日, term 2021.03, short 11-27, iso, moment; blank for none."""
    if not value:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    chinese, english = DAY_STYLES[style]
    return format_date(value, chinese if is_chinese() else english)


def weekday(value: date) -> str:
    """周一 … 周日, Mon … Sun."""
    return f"周{WEEKDAYS_ZH[value.weekday()]}" if is_chinese() else format_date(value, "D")

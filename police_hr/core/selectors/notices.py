"""Reads of notices: everybody their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, QuerySet

from police_hr.core import notices
from police_hr.core.access import Viewer
from police_hr.core.models import Notice


@dataclass(frozen=True)
class Line:
    """A notice with its words in the active language, and whether a page stands behind it."""

    notice: Notice
    text: str
    url: str


def notices_for(viewer: Viewer) -> QuerySet[Notice]:
    """The viewer's own notices, unread ones first, then the newest."""
    if viewer.user is None:
        return Notice.objects.none()
    return Notice.objects.filter(recipient=viewer.user).order_by(F("read_at").desc(nulls_first=True), "-pk")


def lines(rows: Iterable[Notice]) -> list[Line]:
    """`rows` in words."""
    return [Line(notice, notices.text_of(notice), notices.url_of(notice)) for notice in rows]

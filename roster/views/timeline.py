"""The timeline of a dossier as the page shows it: entries as lines, stubs as locks, chips with counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from police_hr.core.access import Viewer
from police_hr.core.components import Choice, Entry, Points
from police_hr.core.i18n import pick
from police_hr.core.panels import registry
from police_hr.core.wording import day
from roster.models import Officer
from roster.selectors import ledger
from roster.selectors.ledger import TimelineRow

LIMIT = 15
DETAIL = 140
# The colour of the dot where no app above says what an entry counts for.
RISK_GROUPS = frozenset({"ATTENDANCE", "PATROL", "COMPLAINT", "SANCTION", "MISCONDUCT", "DISCIPLINE"})
GOOD_GROUPS = frozenset({"HONOUR"})
# A bare yes says nothing without its question, so it stays beside its label.
YES_NO = "yes_no"
TONES = {"care": "care", "risk": "risk", "credit": "good"}


def timeline_context(
    request: HttpRequest,
    viewer: Viewer,
    officer: Officer,
    from_query: str,
    *,
    seen: ledger.Sight,
    kinds: Sequence[ledger.KindCount] | None = None,
) -> dict[str, Any]:
    """What `dossier/_timeline.html` shows for the request's `group`, `before` and `voided`. `kinds` are the counts
    that the page has read already."""
    group, before = request.GET.get("group", ""), request.GET.get("before", "")
    voided = request.GET.get("voided") == "1"
    groups = [group] if group else None
    try:
        page = ledger.timeline(
            viewer, officer, groups=groups, before=before or None, limit=LIMIT, voided=voided, seen=seen
        )
    except ValidationError as error:
        raise Http404 from error
    address = reverse("roster:officer-tab", args=[officer.pk, "timeline"])
    kept = {"from": from_query, "voided": "1" if voided else ""}

    def link(**more: str) -> str:
        query = urlencode({key: value for key, value in {**kept, **more}.items() if value})
        return f"{address}?{query}" if query else address

    context: dict[str, Any] = {
        "years": _by_year(page.rows, _points(viewer, officer, page.rows), before),
        "more_url": link(group=group, before=page.next_before) if page.next_before else "",
        "is_more": bool(before),
    }
    if before:
        return context
    counts = ledger.group_counts(
        viewer, officer, kinds=kinds if kinds is not None else ledger.kind_counts(viewer, officer, seen=seen)
    )
    total = sum(item.count for item in counts)
    chips = [Choice(_("all"), "", total, not group, link())]
    chips += [Choice(item.label, item.code, item.count, group == item.code, link(group=item.code)) for item in counts]
    wanted = next((item.count for item in counts if item.code == group), total if not group else 0)
    return context | {
        "chips": chips,
        "total": wanted,
        "shown": len(page.rows),
        "stubs": sum(item.stubs for item in counts),
        "voided": voided,
        "voided_url": link(group=group, voided="" if voided else "1"),
    }


def _points(viewer: Viewer, officer: Officer, rows: Sequence[TimelineRow]) -> Mapping[int, Points]:
    ids = [row.pk for row in rows if not row.is_stub]
    found: dict[int, Points] = {}
    for ask in registry.entry_points:
        found.update(ask(viewer, officer, ids))
    return found


def _by_year(
    rows: Sequence[TimelineRow], points: Mapping[int, Points], before: str
) -> list[tuple[int | None, list[Entry]]]:
    """Entries under their years; the year that the page above ended with is not named again."""
    told = int(before[:4]) if before else None
    return [
        (year if year != told else None, [entry_line(row, points.get(row.pk)) for row in group])
        for year, group in groupby(rows, key=lambda row: row.day.year)
    ]


def entry_line(row: TimelineRow, points: Points | None = None) -> Entry:
    """A row as a line of the timeline component. Of a stub only its group, day and class are told."""
    if row.entry is None:
        title = _("%(group)s, content closed") % {"group": row.group}
        return Entry(row.day, title, detail=_("Opens with a reason."), sensitivity=row.sensitivity)
    head, rest = _summary(row)
    entry = row.entry
    return Entry(
        day=row.day,
        title=head,
        url=reverse("roster:entry-detail", args=[row.pk]),
        detail=Truncator(rest).chars(DETAIL),
        tone=_tone(row, points),
        sensitivity=row.sensitivity,
        points=points,
        void=entry.voided_on is not None,
        tags=_tags(row),
    )


def _tone(row: TimelineRow, points: Points | None) -> str:
    if points is not None:
        return TONES.get(points.part, "")
    if row.entry is not None and row.entry.kind_version.care:
        return "care"
    if row.group_code in GOOD_GROUPS:
        return "good"
    return "risk" if row.group_code in RISK_GROUPS else ""


def _tags(row: TimelineRow) -> list[tuple[str, str]]:
    entry = row.entry
    if entry is None or entry.voided_on is not None:
        return []
    tags: list[tuple[str, str]] = []
    if row.is_open:
        tags.append((_("open matter"), "watch"))
    if entry.kind_version.needs_verification and not entry.verified:
        tags.append((_("not verified"), "watch"))
    return tags


def _summary(row: TimelineRow) -> tuple[str, str]:
    """Title and detail: the kind with its first choice, then what was filled in, facts before particulars."""
    assert row.entry is not None  # noqa: S101  stubs have no fields
    specs = row.entry.kind_version.fields
    fields = list(row.fields)
    title = row.kind
    leading = next((spec for spec in specs if spec["type"] == "choice" and spec.get("code_table") != YES_NO), None)
    if leading is not None:
        label = pick(leading["label_zh"], leading["label_en"])
        chosen = next((pair for pair in fields if pair[0] == label), None)
        if chosen is not None:
            fields.remove(chosen)
            title = f"{title} · {chosen[1]}"
    long = {pick(s["label_zh"], s["label_en"]) for s in specs if s["type"] == "longtext"}
    parts = [text for label, text in fields if label in long]
    parts += [pick(f"{label}：{text}", f"{label}: {text}") for label, text in fields if label not in long]
    if row.entry.amount is not None and row.amount_label not in (label for label, _text in fields):
        parts.insert(0, pick(f"{row.amount_label}：", f"{row.amount_label}: ") + f"{row.entry.amount:g}")
    if row.entry.closed_on is not None:
        parts.append(_("closed on %(day)s") % {"day": day(row.entry.closed_on, "full")})
    return title, pick("；", "; ").join(part.replace("\n", " ").rstrip("。") for part in parts)

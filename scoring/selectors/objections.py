"""Objections: what an officer may object to, and until when; what waits for whom; who answers.

Officers see and may object to every own line that is open to them: classes 1 and 2, and what was decided and served on
them. Care facts that others reported are shown as existing, without a word of what they say. Clues, third persons and
what a counsellor marked are shown to nobody here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core.access import Viewer
from police_hr.core.calendar import current_calendar
from police_hr.core.roles import Permission
from roster.counting import counting
from roster.models import LedgerEntry, Officer
from roster.selectors.corrections import dispute_until
from roster.selectors.kinds import COUNSELLOR_KINDS
from scoring.models import LeftOut, Objection, Proposal, TierPeriod
from scoring.selectors.explain import Explained, ShownLine, explain_officer
from scoring.selectors.labels import class_name
from scoring.selectors.models import definition_of
from scoring.selectors.visibility import within

State = Objection.State
SENSITIVE = 3


@dataclass(frozen=True)
class OwnLine:
    """An own line: what is shown of it, until when it may be objected to, and the objection that waits.

    `line` None: a care fact that others reported, of which only that it exists is shown.
    """

    entry_id: int
    line: ShownLine | None
    until: dt.date
    is_over: bool
    objection: Objection | None


@dataclass(frozen=True)
class OwnIndex:
    """What an officer sees of the own index: the tier that holds, the lines, the own objections."""

    officer: Officer
    explained: Explained | None
    period: TierPeriod | None
    class_name: str
    period_until: dt.date | None
    period_over: bool
    period_objection: Objection | None
    lines: Sequence[OwnLine]
    existing: Sequence[OwnLine]
    objections: Sequence[Objection]


@dataclass(frozen=True)
class Row:
    """An objection of a list: until when it is to be answered, in words."""

    objection: Objection
    due: str
    is_late: bool


def own_index(viewer: Viewer, officer: Officer) -> OwnIndex:
    """The own index of `officer`, who is the viewer. About twenty queries, whatever the size of the ledger."""
    explained = explain_officer(viewer, officer)
    waiting = {
        one.entry_id or -1: one
        for one in Objection.objects.filter(officer=officer, state=State.OPEN).select_related("entry")
    }
    shown = {line.entry: line for line in explained.lines if line.entry is not None} if explained else {}
    entries = {one.pk: one for one in LedgerEntry.objects.filter(pk__in=shown)}
    existing = _existing_care(officer, explained)
    period = TierPeriod.objects.filter(officer=officer, ends_on=None, confidential=False).first()
    calendar, today = current_calendar(), timezone.localdate()
    period_until = calendar.add_workdays(period.starts_on, settings.DISPUTE_WORKDAYS) if period is not None else None
    definition = definition_of(explained.version) if explained else None

    def own_line(entry: LedgerEntry, line: ShownLine | None) -> OwnLine:
        until = dispute_until(entry, calendar)
        return OwnLine(entry.pk, line, until, until < today, waiting.get(entry.pk))

    return OwnIndex(
        officer=officer,
        explained=explained,
        period=period,
        class_name=class_name(definition, period.tier_class) if definition and period else "",
        period_until=period_until,
        period_over=bool(period_until and period_until < today),
        period_objection=waiting.get(-1),
        lines=[own_line(entries[pk], line) for pk, line in shown.items() if pk in entries],
        existing=[own_line(entry, None) for entry in existing],
        objections=list(Objection.objects.filter(officer=officer).order_by("-pk")[:10]),
    )


def _existing_care(officer: Officer, explained: Explained | None) -> list[LedgerEntry]:
    """The care facts about an officer that the index reads and that are not open to them."""
    if explained is None:
        return []
    kinds = definition_of(explained.version).kinds
    rows = counting(LedgerEntry.objects.filter(officer=officer, sensitivity=SENSITIVE, voided_on=None))
    rows = rows.filter(kind_version__care=True, kind__code__in=kinds).exclude(kind__code__in=COUNSELLOR_KINDS)
    shown = {line.entry for line in explained.lines}
    left_out = LeftOut.objects.filter(officer=officer).values("entry")
    return [entry for entry in rows.exclude(pk__in=left_out).order_by("-recorded_on", "-pk") if entry.pk not in shown]


def line_of(own: OwnIndex, entry_id: int) -> OwnLine | None:
    """The own line that rests on this entry; None where the officer has none."""
    return next((one for one in (*own.lines, *own.existing) if one.entry_id == entry_id), None)


def stored(line: OwnLine) -> dict[str, Any]:
    """A line as it is kept with the objection; of a care fact by others nothing but that it exists."""
    shown = line.line
    if shown is None:
        return {"code": "", "label": "", "points": None, "day": None, "product": ""}
    return {
        "code": shown.code,
        "label": shown.label,
        "points": shown.points,
        "day": shown.day.isoformat() if shown.day else None,
        "product": shown.product,
    }


# --- those who answer -----------------------------------------------------------------------------------------


def objections_visible_to(viewer: Viewer) -> QuerySet[Objection]:
    """One's own objections, and those of officers for whom one answers."""
    mine = Q(filed_by=viewer.user) if viewer.user is not None else Q(pk=None)
    condition = within(viewer.paths(Permission.OBJECTION_DECIDE), "officer__unit__path")
    rows = Objection.objects.filter(mine if condition is None else condition | mine)
    return rows.select_related("officer__unit", "entry__kind_version", "period", "decided_by", "filed_by")


def heaps(viewer: Viewer) -> dict[str, QuerySet[Objection]]:
    """The lists of the page: what waits, due first; what was answered or withdrawn."""
    every = objections_visible_to(viewer)
    return {
        "open": every.filter(state=State.OPEN).order_by("answer_by", "pk"),
        "answered": every.exclude(state=State.OPEN).order_by("-decided_at", "-pk"),
    }


def waiting_rows(viewer: Viewer) -> QuerySet[Objection] | None:
    """The objections that wait for an answer of `viewer`'s department, for the menu; None shows no number."""
    return heaps(viewer)["open"] if viewer.has(Permission.OBJECTION_DECIDE) else None


def listed(objections: Sequence[Objection]) -> list[Row]:
    """Objections of a page with their deadlines in words."""
    calendar, now, today = current_calendar(), timezone.now(), timezone.localdate()
    return [
        Row(one, calendar.due_words(one.answer_by, now) if one.state == State.OPEN else "",
            one.state == State.OPEN and one.answer_by <= today)
        for one in objections
    ]  # fmt: skip


def refusal_to_answer(viewer: Viewer, objection: Objection) -> str:
    """Why `viewer` may not answer this objection; "" where they may: never the person themselves, nor who confirmed,
    recorded or verified what it is about."""
    user = viewer.user
    path = objection.officer.unit.path if objection.officer.unit else ""
    if user is None or viewer.officer_id == objection.officer_id or user.pk == objection.filed_by_id:
        return _("Nobody answers their own objection.")
    if not viewer.covers(Permission.OBJECTION_DECIDE, path):
        return _("Objections are answered by the political department.")
    if objection.entry is not None and user.pk in {objection.entry.recorded_by_id, objection.entry.verified_by_id}:
        return _("Whoever recorded or verified the fact does not answer.")
    if user.pk in _confirmers(objection):
        return _("Whoever confirmed the tier does not answer: another person reviews it.")
    return ""


def _confirmers(objection: Objection) -> set[int]:
    """Who confirmed tiers that rest on what the objection is about."""
    if objection.entry_id is None:
        return {objection.period.confirmed_by_id} if objection.period else set()
    confirmed = Proposal.objects.filter(officer=objection.officer_id, state=Proposal.State.CONFIRMED)
    return {
        one.decided_by_id
        for one in confirmed.only("decided_by", "lines")
        if one.decided_by_id and any(line["entry"] == objection.entry_id for line in one.lines)
    }

"""Reads of correction requests: who sees which, what they would change, who may decide them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core.access import Viewer, viewer_for
from police_hr.core.calendar import WorkCalendar, current_calendar
from police_hr.core.components import Step
from police_hr.core.fields.base import is_empty
from police_hr.core.fields.payload import FieldList
from police_hr.core.fields.registry import load_names
from police_hr.core.i18n import pick
from police_hr.core.models import User
from police_hr.core.roles import Permission
from police_hr.core.wording import day, person
from roster.access import classes_for, in_scope, path_for
from roster.models import CorrectionRequest, LedgerEntry, Officer
from roster.selectors import facts, masks
from roster.selectors.facts import Fact

State, Operation = CorrectionRequest.State, CorrectionRequest.Operation


@dataclass(frozen=True)
class Line:
    """One field of a request: what the requester saw, what stands there now, what is asked for; "" where nothing."""

    name: str
    label: str
    old: str
    now: str
    new: str
    changed_since: bool


def visible_to(viewer: Viewer) -> QuerySet[CorrectionRequest]:
    """The requests a viewer may open: own ones, those about oneself that oneself made, and those about officers over
    whom the viewer asks for or decides corrections. Newest first."""
    rows = CorrectionRequest.objects.select_related("officer__unit", "requested_by", "decided_by")
    condition = Q(requested_by=viewer.user) if viewer.user is not None else Q(pk=None)
    for permission in (Permission.CORRECTION_REQUEST, Permission.CORRECTION_DECIDE):
        scope = in_scope(viewer, permission, "officer__unit__path")
        if scope is not None:
            # Who proposes for a unit follows its proposals; disputes are between the officer and who decides.
            condition |= scope if permission == Permission.CORRECTION_DECIDE else scope & Q(dispute=False)
    if viewer.everything:
        return rows
    own = Q(officer=viewer.officer_id) if viewer.officer_id is not None else Q(pk=None)
    return rows.filter(condition).exclude(own & ~Q(requested_by=viewer.user))


def to_decide(viewer: Viewer) -> QuerySet[CorrectionRequest]:
    """The open requests that wait for this viewer: over their units, and not their own."""
    scope = in_scope(viewer, Permission.CORRECTION_DECIDE, "officer__unit__path")
    if scope is None:
        return CorrectionRequest.objects.none()
    rows = CorrectionRequest.objects.filter(scope, state=State.OPEN).exclude(requested_by=viewer.user)
    if viewer.officer_id is not None:
        rows = rows.exclude(officer=viewer.officer_id)
    return rows.select_related("officer__unit", "requested_by", "decided_by")


def overtaken(viewer: Viewer) -> QuerySet[CorrectionRequest]:
    """A viewer's own requests that another change overtook and that they have not taken up again."""
    rows = CorrectionRequest.objects.order_by().filter(requested_by=viewer.user, state=State.STALE)
    return rows.filter(followed_by=None)


Heap = tuple[str, str, QuerySet[CorrectionRequest]]


def heaps(viewer: Viewer) -> dict[str, Heap]:
    """The lists of a viewer: code → what it is called, what an empty one says, its requests."""
    visible = visible_to(viewer)
    mine = visible.filter(requested_by=viewer.user)
    found: dict[str, Heap] = {}
    if viewer.has(Permission.CORRECTION_DECIDE):
        # Disputes have a deadline, so they come first.
        waiting = to_decide(viewer).order_by(F("answer_by").asc(nulls_last=True), "pk")
        found["waiting"] = (_("To decide"), _("No request waits for your decision."), waiting)
    found["mine"] = (
        _("Mine"),
        _("You asked for no correction. Ask for one beside the fact that is wrong, in the dossier."),
        mine,
    )
    if viewer.has(Permission.CORRECTION_DECIDE) or viewer.has(Permission.CORRECTION_REQUEST):
        others = visible.exclude(requested_by=viewer.user)
        ended = others.exclude(state=State.OPEN)
        found["decided"] = (_("Decided"), _("Nothing is decided yet."), ended)
    return found


@dataclass(frozen=True)
class Row:
    """A request in a list, with how far away its answer is due."""

    asked: CorrectionRequest
    label: str
    due: str
    is_late: bool


def listed(requests: Iterable[CorrectionRequest]) -> list[Row]:
    """Requests as lines of a list. The facts themselves are not read: a list shows what sort they are, no values."""
    calendar, now = current_calendar(), timezone.localtime()
    return [
        Row(
            asked=asked,
            label=sort_label(asked),
            due=calendar.due_words(asked.answer_by, now) if asked.answer_by and asked.state == State.OPEN else "",
            is_late=bool(asked.answer_by and asked.answer_by < now.date()),
        )
        for asked in requests
    ]


def sort_label(request: CorrectionRequest) -> str:
    """What sort of fact a request is about, without reading the fact."""
    if request.fact == facts.OFFICER:
        return _("Basic facts")
    model = LedgerEntry if request.fact == facts.ENTRY else facts.CAREER[request.fact]
    return str(model._meta.verbose_name)


def request_for(viewer: Viewer, pk: int) -> CorrectionRequest | None:
    """The request with this number where `viewer` may open it."""
    return visible_to(viewer).filter(pk=pk).first()


def is_open_to(viewer: Viewer, request: CorrectionRequest) -> bool:
    """Whether the class of the fact is open to `viewer`, so that its values may be shown."""
    own = viewer.officer_id == request.officer_id and request.requested_by_id == getattr(viewer.user, "pk", None)
    return own or request.sensitivity in classes_for(viewer, request.officer)["open"]


def may_request(viewer: Viewer, officer: Officer) -> bool:
    """Whether `viewer` may ask for corrections: over the officer's unit, or as the officer."""
    own = viewer.officer_id == officer.pk and viewer.has(Permission.OWN_VIEW)
    return own or viewer.covers(Permission.CORRECTION_REQUEST, path_for(viewer, officer, Permission.CORRECTION_REQUEST))


def is_slip(entry: LedgerEntry, user: User) -> bool:
    """Whether `user` may put `entry` right alone: they typed it today, nobody else confirmed it and nobody waits for
    a decision about it. Everything else is a request that another person decides (docs/adr)."""
    own = entry.recorded_by_id == user.pk and entry.verified_by_id in (None, user.pk) and entry.batch_id is None
    if not own or entry.recorded_on != timezone.localdate() or entry.voided_on is not None:
        return False
    waiting = CorrectionRequest.objects.filter(fact=facts.ENTRY, fact_number=entry.pk, state=State.OPEN)
    return not waiting.exists()


def refusal_to_decide(request: CorrectionRequest, user: User) -> str:
    """Why `user` may not decide this request, in a sentence; "" where they may.

    Not the requester, not the officer it is about, and nobody who recorded, confirmed or last decided the fact.
    """
    viewer = viewer_for(user)
    path = request.officer.unit.path if request.officer.unit_id and request.officer.unit else ""
    if not viewer.covers(Permission.CORRECTION_DECIDE, path):
        return _("You do not decide corrections of this unit.")
    if request.requested_by_id == user.pk:
        return _("You asked for this yourself; somebody else decides.")
    if user.officer_number == request.officer_id:
        return _("This is about yourself; somebody else decides.")
    if request.dispute and user.pk in involved(request):
        return _("You recorded or confirmed what is disputed; somebody else decides.")
    return ""


def involved(request: CorrectionRequest) -> frozenset[int]:
    """Who recorded or confirmed the fact (account numbers): they do not review a dispute about it."""
    people: set[int | None] = set()
    if request.fact == facts.ENTRY:
        number = request.fact_number
        while number is not None:
            entry = LedgerEntry.objects.filter(pk=number).first()
            if entry is None:
                break
            people |= {entry.recorded_by_id, entry.verified_by_id}
            number = LedgerEntry.objects.filter(replaced_by=number).values_list("pk", flat=True).first()
    earlier = CorrectionRequest.objects.filter(
        officer=request.officer_id, fact=request.fact, state=State.APPLIED, result_number=request.fact_number
    ).exclude(pk=request.pk)
    for asked, decided in earlier.values_list("requested_by", "decided_by"):
        people |= {asked, decided}
    return frozenset(pk for pk in people if pk is not None)


# --- what a request would change ------------------------------------------------------------------------------


def fact_of(request: CorrectionRequest) -> Fact | None:
    """The fact as it holds now, whoever asks; None where it holds no more."""
    name = f"{request.fact}.{request.fact_number or facts.NEW}"
    return facts.find(Viewer.system(), request.officer, name)


def differing(request: CorrectionRequest, fact: Fact) -> list[str]:
    """The names of the fields that no longer hold what the requester saw."""
    now = facts.payload_of(fact)
    names = request.seen if request.operation == Operation.REMOVE else request.wanted
    return [name for name in names if now.get(name) != request.seen.get(name)]


def lines(request: CorrectionRequest) -> list[Line]:
    """The fields of a request as people read them, in the order of the fact's form. One look-up of names for each
    sort of reference; a field that the fact no longer has is left out."""
    fact = fact_of(request) or _vanished(request)
    fields = facts.field_list(fact)
    now = facts.payload_of(fact) if request.state in (State.OPEN, State.STALE) else request.seen
    names = set(request.seen) | set(request.wanted)
    wanted = {} if request.operation == Operation.REMOVE else request.wanted
    texts = _texts(fields, [request.seen, now, wanted])

    def shown(name: str, value: str, number: int) -> str:
        text = texts[number].get(name, "")
        return masks.maskable_in_request(f"{request.fact}.{name}", text, request=request.pk, value=value)

    return [
        Line(
            name=name,
            label=pick(spec["label_zh"], spec["label_en"]),
            old=shown(name, "old", 0),
            now=shown(name, "now", 1),
            new=shown(name, "new", 2),
            changed_since=now.get(name) != request.seen.get(name),
        )
        for name, (spec, _type) in fields.fields.items()
        if name in names
    ]


def whole_value(request: CorrectionRequest, field: str, value: str) -> str | None:
    """The unmasked text of a masked field in a request: its `old`, `now` or `new` value. None where there is none."""
    if not masks.is_masked(f"{request.fact}.{field}"):
        return None
    fact = fact_of(request) or _vanished(request)
    payloads = {"old": request.seen, "now": facts.payload_of(fact), "new": request.wanted}
    found = payloads.get(value, {}).get(field)
    return str(found) if found else None


def _vanished(request: CorrectionRequest) -> Fact:
    """A fact that holds no more, described by the row that once held."""
    row: Any
    if request.fact == facts.ENTRY:
        row = LedgerEntry.objects.select_related("kind_version").filter(pk=request.fact_number or 0).first()
    else:
        row = facts.CAREER[request.fact]._default_manager.filter(pk=request.fact_number).first()
    return Fact(request.fact, request.officer, row, request.sensitivity)


def _texts(fields: FieldList, payloads: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Payloads in words, not masked."""
    known = [
        {name: value for name, value in payload.items() if name in fields.fields and not is_empty(value)}
        for payload in payloads
    ]
    names = load_names(reference for payload in known for reference in fields.references(payload))
    return [
        {name: fields.fields[name][1].display(fields.fields[name][0], value, names) for name, value in payload.items()}
        for payload in known
    ]


def label_of(request: CorrectionRequest) -> str:
    """What sort of fact a request is about, in words."""
    return (fact_of(request) or _vanished(request)).label


def open_about(fact: Fact) -> list[CorrectionRequest]:
    """The requests about the same fact that wait already, oldest first."""
    rows = CorrectionRequest.objects.filter(officer=fact.officer, fact=fact.code, fact_number=fact.number)
    if fact.number is None:
        return []
    return list(rows.filter(state=State.OPEN).select_related("requested_by").order_by("pk"))


def steps_of(request: CorrectionRequest) -> list[Step]:
    """Where a request stands: asked, weighed by somebody else, answered."""
    is_over = request.state != State.OPEN
    asked = Step(_("Asked"), f"{day(request.requested_at, 'short')} {person(request.requested_by.name)}", "done")
    due = ""
    if request.answer_by and not is_over:
        due = _("by %(day)s") % {"day": day(request.answer_by)}
    weighed = Step(_("Weighed by another person"), due, "done" if is_over else "now")
    answer = request.get_state_display() if is_over else ""
    if request.decided_at and request.decided_by:
        answer = f"{answer} {day(request.decided_at, 'short')} {person(request.decided_by.name)}"
    return [asked, weighed, Step(_("Answered"), answer, "done" if is_over else "next")]


# --- deadlines of disputes ------------------------------------------------------------------------------------


def dispute_until(entry: LedgerEntry, calendar: WorkCalendar | None = None) -> dt.date:
    """The last day on which the officer may dispute an entry without evidence: `DISPUTE_WORKDAYS` after it was
    recorded, or after the decision was served where the kind has such a day."""
    begins = entry.recorded_on
    served = entry.payload.get("served_on")
    if served:
        begins = max(begins, dt.date.fromisoformat(served))
    return (calendar or current_calendar()).add_workdays(begins, settings.DISPUTE_WORKDAYS)

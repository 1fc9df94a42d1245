"""What each kind of move writes into the career and the ledger, and how exactly that is taken back.

Writers run in the caller's transaction with the officer's row locked. They return the trace by which `take_back`
restores what was before; nothing else is read for that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from roster.counting import counting
from roster.models import GradeRecord, LedgerEntry, MoveOrder, Officer, Posting, RankRecord
from roster.services.careers import transfer_officer
from roster.services.current import refresh_current
from roster.services.ledger import close_entry, record_entry, void_entry
from roster.services.moves.checks import GRADE_KINDS, LEAVING, MAIN_KINDS, RANK_KINDS

if TYPE_CHECKING:
    from police_hr.core.models import User

Kind = MoveOrder.Kind
Trace = dict[str, Any]
STATUS_AFTER: Mapping[str, str] = {
    Kind.RETIREMENT: Officer.Status.RETIRED,
    Kind.RESIGNATION: Officer.Status.LEFT,
    Kind.TRANSFER_OUT: Officer.Status.LEFT,
    Kind.DEATH: Officer.Status.DIED,
}
UP = frozenset({Kind.POST_UP, Kind.GRADE_UP, Kind.RANK_UP})
AXES: Mapping[str, str] = {
    Kind.POST_UP: "post",
    Kind.POST_DOWN: "post",
    Kind.GRADE_UP: "grade",
    Kind.GRADE_DOWN: "grade",
    Kind.RANK_UP: "rank",
    Kind.RANK_DOWN: "rank",
}


def write_fact(order: MoveOrder, officer: Officer, by: User | None) -> Trace:
    """Write the career fact of `order` for `officer` and bring the present state up to date."""
    if order.kind in MAIN_KINDS and order.kind != Kind.RETURN:
        return _new_post(order, officer, by)
    if order.kind in LEAVING:
        return _leave(order, officer)
    if order.kind == Kind.RETURN:
        return _return(order, officer)
    if order.kind in RANK_KINDS | GRADE_KINDS:
        return _axis(order, officer)
    return _beside(order, officer)


def _open_postings(officer: Officer) -> list[Posting]:
    return list(counting(Posting.objects.filter(officer=officer, ends_on=None)).order_by("pk"))


def _new_post(order: MoveOrder, officer: Officer, by: User | None) -> Trace:
    """A new main posting; what the order leaves open (post, level, unit) stays as it is."""
    if order.unit is None and officer.unit is None:
        raise ValidationError(_("%(officer)s has no unit yet: say which.") % {"officer": officer.label})
    ended = [posting.pk for posting in _open_postings(officer) if posting.main]
    fresh = transfer_officer(
        officer=officer,
        unit=order.unit or officer.unit,  # type: ignore[arg-type]  # one of them is there
        post=order.post or officer.post,
        level=order.level or officer.post_level,
        on=order.effective_on,
        document=order.document,
        by=by,
    )
    return {"posting": fresh.pk, "ended": [[pk, None] for pk in ended]}


def _beside(order: MoveOrder, officer: Officer) -> Trace:
    """A posting beside the main one: a concurrent post, or a secondment for its term. A secondment to a host outside
    the force is a state only, as the host is no unit."""
    trace: Trace = {}
    lent = order.kind == Kind.SECONDMENT
    if order.unit is not None:
        fresh = Posting.objects.create(
            officer=officer,
            unit=order.unit,
            post=order.post,
            level=order.level,
            main=False,
            secondment=lent,
            starts_on=order.effective_on,
            ends_on=order.ends_on if lent else None,
            document=order.document,
        )
        trace["posting"] = fresh.pk
        refresh_current(officer_ids=[officer.pk])
    elif lent:
        trace |= _set_state(officer, Officer.Status.SECONDED, officer.left_on)
    return trace


def _axis(order: MoveOrder, officer: Officer) -> Trace:
    """A new rank or grade from the order's day."""
    since = order.effective_on
    if order.kind in RANK_KINDS:
        taken = counting(RankRecord.objects.filter(officer=officer, since__gte=since)).exists()
    else:
        taken = counting(GradeRecord.objects.filter(officer=officer, since__gte=since)).exists()
    if taken:
        raise ValidationError(
            _("%(officer)s holds one since that day or a later one; the new one must begin after it.")
            % {"officer": officer.label}
        )
    common = {"officer": officer, "since": since, "document": order.document}
    if order.kind in RANK_KINDS:
        trace = {"rank": RankRecord.objects.create(rank=order.rank, **common).pk}
    else:
        trace = {"grade": GradeRecord.objects.create(grade=order.grade, **common).pk}
    refresh_current(officer_ids=[officer.pk])
    return trace


def _leave(order: MoveOrder, officer: Officer) -> Trace:
    """All postings end the day before; whoever is lent comes back by leaving."""
    last = order.effective_on - dt.timedelta(days=1)
    running = counting(Posting.objects.filter(officer=officer)).exclude(ends_on__lte=last)
    ended: list[list[Any]] = []
    for posting in running:
        if posting.starts_on > last:
            raise ValidationError(
                _("%(officer)s took a post on %(day)s; leaving must come after that day.")
                % {"officer": officer.label, "day": posting.starts_on.isoformat()}
            )
        ended.append([posting.pk, posting.ends_on.isoformat() if posting.ends_on else None])
    Posting.objects.filter(pk__in=[pk for pk, _before in ended]).update(ends_on=last)
    trace = _set_state(officer, STATUS_AFTER[order.kind], order.effective_on)
    refresh_current(officer_ids=[officer.pk])
    return {**trace, "ended": ended}


def _return(order: MoveOrder, officer: Officer) -> Trace:
    if order.unit is None:
        raise ValidationError(_("Say to which unit."))
    fresh = Posting.objects.create(
        officer=officer,
        unit=order.unit,
        post=order.post or officer.post,
        level=order.level,
        starts_on=order.effective_on,
        document=order.document,
    )
    trace = _set_state(officer, Officer.Status.SERVING, None)
    refresh_current(officer_ids=[officer.pk])
    return {**trace, "posting": fresh.pk}


def _set_state(officer: Officer, status: str, left_on: dt.date | None) -> Trace:
    before = {"status": officer.status, "left_on": officer.left_on.isoformat() if officer.left_on else None}
    Officer.objects.filter(pk=officer.pk).update(status=status, left_on=left_on, version=F("version") + 1)
    return {"state": before}


def take_back(trace: Trace, officer: Officer) -> None:
    """Restore what was before `trace`. Raises ValidationError where something later was built on it."""
    posting = Posting.objects.filter(pk=trace.get("posting", 0)).first()
    if posting is not None:
        later = counting(Posting.objects.filter(officer=officer, pk__gt=posting.pk, main=True)).exists()
        if later:
            raise ValidationError(_("Another post was entered after it; that one must be undone first."))
        posting.delete()
    for pk, ends_on in trace.get("ended", ()):
        Posting.objects.filter(pk=pk).update(ends_on=ends_on and dt.date.fromisoformat(ends_on))
    RankRecord.objects.filter(pk=trace.get("rank", 0)).delete()
    GradeRecord.objects.filter(pk=trace.get("grade", 0)).delete()
    if "state" in trace:
        left_on = trace["state"]["left_on"]
        _set_state(officer, trace["state"]["status"], left_on and dt.date.fromisoformat(left_on))
    refresh_current(officer_ids=[officer.pk])


# --- the ledger -----------------------------------------------------------------------------------------------


def write_entry(order: MoveOrder, officer: Officer, old_unit: int | None, by: User | None) -> LedgerEntry:
    """The ledger's own record of the move, under the kind that is its right place."""
    kind, payload = entry_of(order, old_unit)
    facts = " ".join(filter(None, [payload.get("facts", ""), order.note, order.reason]))
    if facts:
        payload["facts"] = facts
    return record_entry(
        officer=officer,
        kind=kind,
        occurred_on=order.effective_on,
        known_on=max(order.effective_on, order.created_at.date()),
        payload=payload,
        by=by,
    )


def entry_of(order: MoveOrder, old_unit: int | None) -> tuple[str, dict[str, Any]]:
    """The ledger kind of a move and what its fields hold. Kinds without a field for a document tell it as facts."""
    document, kind = order.document, order.kind
    if kind in AXES:
        axis = AXES[kind]
        to = {"post": order.post, "grade": order.grade, "rank": order.rank}[axis]
        payload = {"axis": axis, "to": to, "document_no": document, "post": order.post if kind == Kind.POST_UP else ""}
        return ("PROMOTION" if kind in UP else "DEMOTION"), _held(payload)
    units = {
        "from_unit": old_unit,
        "to_unit": order.unit_id or old_unit,
        "post": order.post,
        "document_no": document,
    }
    period = {"from": order.effective_on.isoformat(), "to": order.ends_on and order.ends_on.isoformat()}
    lent = {"to_unit": order.unit_id, "host": order.host, "period": period, "document_no": document}
    resigned = {"type": order.leaving or "transferred", "document_no": document}
    entries: Mapping[str, tuple[str, Mapping[str, Any]]] = {
        Kind.TRANSFER: ("POST_CHANGE", units),
        Kind.CONCURRENT: ("POST_CHANGE", units),
        Kind.ROTATION: ("ROTATION", units),
        Kind.SECONDMENT: ("SECONDMENT", lent),
        Kind.RETIREMENT: ("RETIREMENT", {"stage": "day", "facts": document}),
        Kind.DEATH: ("DECEASED", {"document_no": document}),
        Kind.RETURN: ("ONBOARD", {"origin": "transfer", "unit": order.unit_id, "facts": document}),
        Kind.RESIGNATION: ("RESIGN", resigned),
        Kind.TRANSFER_OUT: ("RESIGN", resigned),
    }
    code, said = entries[kind]
    return code, _held(said)


def _held(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if value not in (None, "")}


def void_entry_of(entry: LedgerEntry | None, by: User | None) -> None:
    if entry is not None and entry.voided_on is None:
        void_entry(entry=entry, reason=_("the move was undone"), by=by)


def close_secondments(officer: Officer, on: dt.date, by: User | None) -> None:
    """Close the ledger's open secondments of somebody who leaves on `on`."""
    open_ones = LedgerEntry.objects.filter(officer=officer, kind__code="SECONDMENT", closed_on=None, voided_on=None)
    for entry in counting(open_ones).filter(occurred_on__lte=on).select_related("kind"):
        close_entry(entry=entry, on=on, by=by)

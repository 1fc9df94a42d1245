"""Doubts about dossiers: found anew whenever a dossier changes, settled by a ruling with its paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit, jobs, reactions
from police_hr.core.models import JobRun, LedgerChange
from roster.engine.checks import Finding, Rules, examine
from roster.models import Doubt, Officer, Ruling
from roster.selectors import codes
from roster.selectors.check_rules import check_classes, current_rules
from roster.selectors.dossier_facts import hidden_batches, officers_of_batch, read_dossiers
from roster.services.bulk import update_rows

if TYPE_CHECKING:
    from police_hr.core.models import User

JOB = "roster.recheck"
CHUNK = 400
# A change of more officers than this at once is left to a job.
MOST_AT_ONCE = 1_000
# what of a doubt that is held already may change
FOLLOWED = ("severity", "sensitivity", "details", "since", "cleared_on")
Key = tuple[int, str]


# --- finding ----------------------------------------------------------------------------------------------------


def recheck(
    *, officer_ids: Iterable[int] | None = None, on_chunk: Callable[[int], None] | None = None
) -> dict[str, int]:
    """Bring the doubts of these officers (None: of all) up to date with their dossiers.

    A doubt whose values are unchanged stays with its ruling, one that is gone is cleared, one that came back is the
    old one. Repeating it changes nothing. Short transactions of some hundred officers; the same number of queries in
    each. `on_chunk` is told how many officers are done. Returns {"officers", "new", "cleared"}.
    """
    rows = Officer.objects.order_by("pk")
    if officer_ids is not None:
        rows = rows.filter(pk__in=set(officer_ids))
    ids = list(rows.values_list("pk", flat=True))
    rules, hidden, classes = current_rules(), hidden_batches(), check_classes()
    counts = {"officers": 0, "new": 0, "cleared": 0}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        with transaction.atomic():
            new, cleared = _recheck_chunk(chunk, rules, hidden, classes)
        counts["officers"] += len(chunk)
        counts["new"] += new
        counts["cleared"] += cleared
        if on_chunk is not None:
            on_chunk(counts["officers"])
    return counts


def _recheck_chunk(
    ids: Sequence[int], rules: Rules, hidden: Collection[int], classes: Mapping[str, int]
) -> tuple[int, int]:
    today = timezone.localdate()
    found: dict[Key, Finding] = {
        (dossier.person.pk, finding.fingerprint): finding
        for dossier in read_dossiers(ids, as_of=today, hidden=hidden)
        for finding in examine(dossier, rules)
    }
    held: dict[Key, Doubt] = {(row.officer_id, row.fingerprint): row for row in Doubt.objects.filter(officer__in=ids)}
    fresh = [_doubt(key, finding, rules, classes, today) for key, finding in found.items() if key not in held]
    Doubt.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    gone = [row.pk for key, row in held.items() if key not in found and row.cleared_on is None]
    Doubt.objects.filter(pk__in=gone).update(cleared_on=today)
    stand = {key: row for key, row in held.items() if key in found}
    late = [row.pk for row in stand.values() if row.last_seen != today]
    Doubt.objects.filter(pk__in=late).update(last_seen=today)
    update_rows(Doubt, FOLLOWED, [row for key, row in stand.items() if _follow(row, found[key], rules, classes, today)])
    return len(fresh), len(gone)


def _doubt(key: Key, finding: Finding, rules: Rules, classes: Mapping[str, int], today: dt.date) -> Doubt:
    officer, fingerprint = key
    return Doubt(
        officer_id=officer,
        code=finding.code,
        fingerprint=fingerprint,
        severity=rules.severity[finding.code],
        sensitivity=classes[finding.code],
        details=_details(finding),
        first_seen=today,
        since=today,
        last_seen=today,
    )


def _follow(row: Doubt, finding: Finding, rules: Rules, classes: Mapping[str, int], today: dt.date) -> bool:
    """Let a doubt that is held follow what was found now. True where that changes it."""
    before = [getattr(row, name) for name in FOLLOWED]
    row.severity, row.sensitivity = rules.severity[finding.code], classes[finding.code]
    row.details = _details(finding)
    if row.cleared_on is not None:
        row.cleared_on, row.since = None, today
    return before != [getattr(row, name) for name in FOLLOWED]


def _details(finding: Finding) -> dict[str, Any]:
    places = [asdict(place) for place in (finding.first, finding.second)]
    for place in places:
        del place["hidden"]
    return {"places": places, "params": dict(finding.params)}


# --- when -------------------------------------------------------------------------------------------------------


@reactions.consumer("roster.doubts")
def follow_dossiers(changes: Sequence[LedgerChange]) -> None:
    """Recheck the officers whose dossiers changed. A batch of very many is left to a job."""
    touched = {
        change.officer_number
        for change in changes
        if change.action == LedgerChange.Action.DOSSIER and change.officer_number
    }
    for batch in sorted({change.batch_number for change in changes if change.batch_number}):
        officers = officers_of_batch(batch)
        if len(officers) > MOST_AT_ONCE:
            start_recheck(batch_id=batch, by=None)
        else:
            touched |= officers
    if touched:
        recheck(officer_ids=touched)


def start_recheck(*, batch_id: int | None = None, by: User | None) -> JobRun:
    """Ask for a recheck of the whole force, or of the officers of a batch. One that is open already is returned."""
    params = {"batch": batch_id} if batch_id is not None else {}
    return jobs.start(handler=JOB, params=params, by=by, key=f"{JOB}:{batch_id or 'all'}")


# --- settling ---------------------------------------------------------------------------------------------------


def rule_on_doubt(
    *, doubt: Doubt, verdict: str, document: str, reason: str, decided_on: dt.date, whole: bool = False,
    by: User | None,
) -> Ruling:  # fmt: skip
    """Settle a doubt by a decision of the organisation (组织认定); with `whole` all open doubts of the same check
    in this dossier. It holds as long as the values are the same.

    Raises ValidationError for an unknown verdict, a missing document or reason, a day to come, and for a doubt that
    was settled or cleared in the meantime.
    """
    _require(verdict=verdict, document=document, reason=reason, decided_on=decided_on)
    with transaction.atomic():
        rows = Doubt.objects.select_for_update().filter(officer=doubt.officer_id, code=doubt.code, cleared_on=None)
        rows = rows.filter(ruling=None) if whole else rows.filter(ruling=None, pk=doubt.pk)
        open_ones = list(rows)
        if doubt.pk not in {row.pk for row in open_ones}:
            raise ValidationError(
                _("This doubt was settled or cleared meanwhile. Open the dossier again to see how it stands now."),
                code="stale",
            )
        ruling = Ruling.objects.create(
            officer_id=doubt.officer_id, code=doubt.code, whole=whole, verdict=verdict, document=document.strip(),
            reason=reason.strip(), decided_on=decided_on, values=[row.details for row in open_ones], made_by=by,
        )  # fmt: skip
        Doubt.objects.filter(pk__in=[row.pk for row in open_ones]).update(ruling=ruling)
        audit.record(
            by=by,
            action="doubt.rule",
            object_type="ruling",
            object_id=ruling.pk,
            officer_id=doubt.officer_id,
            details={
                "check": doubt.code, "verdict": verdict, "document": ruling.document, "doubts": len(open_ones),
            },
        )  # fmt: skip
    return ruling


def withdraw_ruling(*, ruling: Ruling, reason: str, by: User | None) -> None:
    """Take a ruling back: what it settled is open again. Raises ValidationError without a reason, or a second time."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the ruling is withdrawn.")})
    with transaction.atomic():
        live = Ruling.objects.filter(pk=ruling.pk, withdrawn_at=None)
        if not live.update(withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_why=reason.strip()[:500]):
            raise ValidationError(_("This ruling was withdrawn already."))
        Doubt.objects.filter(ruling=ruling).update(ruling=None)
        audit.record(
            by=by,
            action="doubt.withdraw",
            object_type="ruling",
            object_id=ruling.pk,
            officer_id=ruling.officer_id,
            purpose=reason.strip(),
            details={"check": ruling.code, "document": ruling.document},
        )


def _require(*, verdict: str, document: str, reason: str, decided_on: dt.date) -> None:
    faults: dict[str, str] = {}
    if verdict not in codes.labels("dossier_ruling"):
        faults["verdict"] = _("Say which of the two places holds.")
    if not document.strip():
        faults["document"] = _("Give the number of the document that settles it.")
    if not reason.strip():
        faults["reason"] = _("Say on what the decision rests.")
    if decided_on > timezone.localdate():
        faults["decided_on"] = _("The day of the decision lies in the future.")
    if faults:
        raise ValidationError(faults)

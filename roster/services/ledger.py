"""The ledger: record, close, void, correct, verify. Nothing in an entry changes but what is set once.

Days: `occurred_on` when it happened, `known_on` when the force learned of it, `recorded_on` when it was written
here, `closed_on` when it ended or was decided, `voided_on` from when it no longer holds.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from police_hr.core.days import to_number
from police_hr.core.fields import FieldList
from police_hr.core.models import LedgerChange
from police_hr.core.reactions import announce
from roster.counting import counting
from roster.models import DataSource, ImportBatch, LedgerEntry, LedgerKindVersion, Officer
from roster.selectors.sanctions import MEASURES, PERIOD, last_day
from roster.services.bulk import insert_rows, write_in_chunks

if TYPE_CHECKING:
    from police_hr.core.models import User

EARLIEST = dt.date(1900, 1, 1)
KEY_LENGTH = 80
CORRECTABLE = frozenset({"occurred_on", "known_on", "closed_on", "amount", "payload", "verified"})
ROW_FIELDS = (
    "officer_id", "kind_id", "kind_version_id", "occurred_on", "known_on", "closed_on", "recorded_on", "void_reason",
    "amount", "payload", "sensitivity", "verified", "verified_by_id", "source_id", "batch_id", "key",
    "recorded_by_id", "recorded_at",
)  # fmt: skip


def record_entry(  # noqa: PLR0913  the parts of a fact
    *,
    officer: Officer,
    kind: str,
    occurred_on: dt.date,
    known_on: dt.date | None = None,
    payload: Mapping[str, Any] | None = None,
    amount: float | None = None,
    closed_on: dt.date | None = None,
    verified: bool = False,
    source: DataSource | None = None,
    key: str = "",
    by: User | None,
) -> LedgerEntry:
    """Record one fact about `officer` under the kind with the code `kind`, in its current version.

    `known_on` is today where it is not given. A kind that needs verification is stored unverified unless
    `verified`; then `by` is who verified. Raises ValidationError (by field) for what the kind or the calendar
    does not allow. Audited and announced in one transaction.
    """
    version = _current_version(kind)
    today = timezone.localdate()
    entry = LedgerEntry(
        officer=officer,
        kind=version.kind,
        kind_version=version,
        occurred_on=occurred_on,
        known_on=known_on or today,
        closed_on=closed_on,
        recorded_on=today,
        amount=amount,
        payload=FieldList(version.fields).clean(dict(payload or {})),
        sensitivity=version.sensitivity,
        verified=verified,
        verified_by=by if verified else None,
        source=source,
        key=key,
        recorded_by=by,
    )
    _check(entry, version)
    _complete(entry)
    with transaction.atomic():
        if key and counting(LedgerEntry.objects.filter(kind=entry.kind, key=key, voided_on=None)).exists():
            raise ValidationError({"key": _("This fact is already recorded under the key “%(key)s”.") % {"key": key}})
        entry.save(force_insert=True)
        _tell(entry, "ledger.add", LedgerChange.Action.ADDED, by)
    return entry


def record_entries(
    *,
    rows: Iterable[Mapping[str, Any]],
    batch: ImportBatch | None,
    source: DataSource | None = None,
    by: User | None,
    chunk_seconds: float = 1.0,
    on_chunk: Callable[[int], None] | None = None,
) -> int:
    """Record many facts whose values the caller has validated. Returns their number.

    A row holds officer_id, kind (code), occurred_on, and may hold known_on (default: occurred_on), closed_on,
    amount, payload, verified, key. With a hidden batch rows are written in transactions of at most
    `chunk_seconds` and are announced by the flip of the batch; without a batch all is one transaction with one
    audit event and one announcement for each row, which is meant for small numbers.
    """
    make = _row_maker(batch, source, by)

    def write(chunk: list[Mapping[str, Any]]) -> None:
        insert_rows(LedgerEntry, ROW_FIELDS, [make(row) for row in chunk])

    if batch is not None:
        return write_in_chunks(rows, write, seconds=chunk_seconds, on_chunk=on_chunk)
    listed = list(rows)
    with transaction.atomic():
        before = LedgerEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        write(listed)
        fresh = LedgerEntry.objects.filter(pk__gt=before).select_related("kind").order_by("pk")[: len(listed)]
        for entry in fresh:
            announce(
                LedgerChange.Action.ADDED,
                kind_code=entry.kind.code,
                officer_id=entry.officer_id,
                entry_id=entry.pk,
            )
        if listed:
            audit.record(by=by, action="ledger.add_many", object_type="entry", details={"rows": len(listed)})
    return len(listed)


def close_entry(*, entry: LedgerEntry, on: dt.date, by: User | None) -> LedgerEntry:
    """Say that an open matter ended on `on`. Set once; a wrong day is corrected by `correct_entry`."""
    if on < entry.occurred_on:
        raise ValidationError({"on": _("A matter cannot end before it occurred.")})
    if on > timezone.localdate():
        raise ValidationError({"on": _("A matter cannot have ended in the future.")})
    with transaction.atomic():
        _set_once(entry, {"closed_on": on}, closed_on=None, refusal=_("This matter is already closed."))
        entry.refresh_from_db()
        _tell(entry, "ledger.close", LedgerChange.Action.CLOSED, by, {"on": on.isoformat()})
    return entry


def void_entry(*, entry: LedgerEntry, reason: str, by: User | None) -> LedgerEntry:
    """Declare an entry void from today on. It stays readable, with the reason; days before today keep it."""
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why the entry is void.")})
    with transaction.atomic():
        _void(entry, reason, by)
        _tell(entry, "ledger.void", LedgerChange.Action.VOIDED, by, purpose=reason)
    return entry


def correct_entry(*, entry: LedgerEntry, changes: Mapping[str, Any], reason: str, by: User | None) -> LedgerEntry:
    """Void `entry` and record it anew with `changes` (`CORRECTABLE`). Returns the new entry.

    A new payload is checked against the kind's current version, an unchanged one keeps its version.
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say what was wrong.")})
    unknown = set(changes) - CORRECTABLE
    if unknown:
        raise ValidationError(_("These cannot be corrected: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    with transaction.atomic():
        fresh = _copy(entry, changes, by)
        if all(getattr(fresh, name) == getattr(entry, name) for name in CORRECTABLE):
            raise ValidationError(_("Nothing differs from what is recorded."))
        _replace(entry, fresh, reason, by)
        _tell(entry, "ledger.correct", LedgerChange.Action.VOIDED, by, {"replaced_by": fresh.pk}, purpose=reason)
        _announce(fresh, LedgerChange.Action.ADDED)
    return fresh


def verify_entry(*, entry: LedgerEntry, by: User) -> LedgerEntry:
    """Confirm an unverified entry: it is voided and recorded anew as verified, so that a replay of an earlier day
    still finds it unverified. Returns the new entry. See docs/adr on why nothing in a row changes."""
    if entry.verified:
        raise ValidationError(_("This entry is already verified."))
    if entry.recorded_by_id is not None and entry.recorded_by_id == by.pk:
        raise ValidationError(_("An entry is verified by somebody other than the person who recorded it."))
    with transaction.atomic():
        fresh = _copy(entry, {"verified": True}, by)
        fresh.recorded_by = entry.recorded_by
        _replace(entry, fresh, "verified", by)
        _tell(entry, "ledger.verify", LedgerChange.Action.VOIDED, by, {"replaced_by": fresh.pk})
        _announce(fresh, LedgerChange.Action.ADDED)
    return fresh


def hand_over_entry(*, entry: LedgerEntry, officer: Officer, reason: str, by: User | None) -> LedgerEntry:
    """Record `entry` anew as `officer`'s and void it where it stood: both dossiers are one person's. Who recorded
    and verified it stays. Part of the caller's transaction and decision. Returns the new entry."""
    with transaction.atomic():
        fresh = _copy(entry, {}, by)
        fresh.officer, fresh.recorded_by = officer, entry.recorded_by
        _replace(entry, fresh, reason, by)
        _tell(entry, "ledger.hand_over", LedgerChange.Action.VOIDED, by, {"replaced_by": fresh.pk}, purpose=reason)
        _announce(fresh, LedgerChange.Action.ADDED)
    return fresh


# --- checks ---------------------------------------------------------------------------------------------------


def _current_version(code: str) -> LedgerKindVersion:
    version = LedgerKindVersion.objects.select_related("kind").filter(kind__code=code, kind__current_id=F("pk")).first()
    if version is None:
        raise ValidationError({"kind": _("There is no ledger kind “%(code)s”.") % {"code": code}})
    if version.kind.withdrawn:
        raise ValidationError({"kind": _("The kind “%(kind)s” is no longer in use.") % {"kind": version}})
    return version


def _check(entry: LedgerEntry, version: LedgerKindVersion) -> None:
    """Days in an order that can be, an amount that is a number and has a meaning."""
    errors = _day_errors(entry)
    if entry.amount is not None:
        if not version.amount_label_zh and not version.amount_label_en:
            errors["amount"] = _("This kind has no amount.")
        elif not math.isfinite(entry.amount):
            errors["amount"] = _("This is not a number.")
    if len(entry.key) > KEY_LENGTH or "\x00" in entry.key:
        errors["key"] = _("This key cannot be stored.")
    if errors:
        raise ValidationError(errors)


def _day_errors(entry: LedgerEntry) -> dict[str, str]:
    errors: dict[str, str] = {}
    today = timezone.localdate()
    for name in ("occurred_on", "known_on", "closed_on"):
        day = getattr(entry, name)
        if day is not None and day > today:
            errors[name] = _("This day lies in the future.")
    if entry.occurred_on < EARLIEST:
        errors["occurred_on"] = _("This day lies too far in the past.")
    if entry.known_on < entry.occurred_on:
        errors.setdefault("known_on", _("Nothing is known before it occurs."))
    if entry.closed_on is not None and entry.closed_on < entry.occurred_on:
        errors.setdefault("closed_on", _("A matter cannot end before it occurred."))
    return errors


def _complete(entry: LedgerEntry) -> None:
    """Say until when a sanction is in effect where the decision does not: the index and the due lists read it there."""
    if entry.kind.code not in MEASURES or entry.payload.get(PERIOD):
        return
    if day := last_day(entry.kind.code, entry.payload, entry.occurred_on):
        entry.payload = {**entry.payload, PERIOD: day}


# --- steps ----------------------------------------------------------------------------------------------------


def _row_maker(
    batch: ImportBatch | None, source: DataSource | None, by: User | None
) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """A function that turns a row into the values of `ROW_FIELDS` as the database keeps them."""
    versions = {
        version.kind.code: version
        for version in LedgerKindVersion.objects.filter(kind__current_id=F("pk")).select_related("kind")
    }
    today = to_number(timezone.localdate())
    moment = connection.ops.adapt_datetimefield_value(timezone.now())
    source_id = source.pk if source else None
    batch_id = batch.pk if batch else None
    by_id = by.pk if by else None
    dumps = json.JSONEncoder(ensure_ascii=connection.vendor == "postgresql").encode

    def make(row: Mapping[str, Any]) -> tuple[Any, ...]:
        version = versions[row["kind"]]
        occurred_on = row["occurred_on"]
        closed_on, known_on = row.get("closed_on"), row.get("known_on") or occurred_on
        verified = bool(row.get("verified"))
        return (
            row["officer_id"],
            version.kind_id,
            version.pk,
            to_number(occurred_on),
            to_number(known_on),
            None if closed_on is None else to_number(closed_on),
            today,
            "",
            row.get("amount"),
            dumps(row.get("payload") or {}),
            version.sensitivity,
            verified,
            by_id if verified else None,
            source_id,
            batch_id,
            row.get("key") or "",
            by_id,
            moment,
        )

    return make


def _copy(entry: LedgerEntry, changes: Mapping[str, Any], by: User | None) -> LedgerEntry:
    """A new entry with the facts of `entry` and `changes`, checked, recorded today by `by`, not saved."""
    version = entry.kind_version
    payload = entry.payload
    if "payload" in changes and changes["payload"] != entry.payload:
        version = LedgerKindVersion.objects.select_related("kind").get(kind__current_id=F("pk"), kind=entry.kind_id)
        payload = FieldList(version.fields).clean(dict(changes["payload"]))
    verified = bool(changes.get("verified", entry.verified))
    fresh = LedgerEntry(
        officer_id=entry.officer_id,
        kind_id=entry.kind_id,
        kind_version=version,
        occurred_on=changes.get("occurred_on", entry.occurred_on),
        known_on=changes.get("known_on", entry.known_on),
        closed_on=changes.get("closed_on", entry.closed_on),
        recorded_on=timezone.localdate(),
        amount=changes.get("amount", entry.amount),
        payload=payload,
        sensitivity=version.sensitivity,
        verified=verified,
        verified_by=(entry.verified_by if entry.verified else by) if verified else None,
        source_id=entry.source_id,
        key=entry.key,
        recorded_by=by,
    )
    _check(fresh, version)
    _complete(fresh)
    return fresh


def _replace(entry: LedgerEntry, fresh: LedgerEntry, reason: str, by: User | None) -> None:
    _void(entry, reason, by)
    fresh.save(force_insert=True)
    LedgerEntry.objects.filter(pk=entry.pk, replaced_by=None).update(replaced_by=fresh)
    entry.refresh_from_db()


def _void(entry: LedgerEntry, reason: str, by: User | None) -> None:
    values = {"voided_on": timezone.localdate(), "voided_by": by, "void_reason": reason[:200]}
    _set_once(entry, values, voided_on=None, refusal=_("This entry is already void."))
    entry.refresh_from_db()


def _set_once(entry: LedgerEntry, values: Mapping[str, Any], *, refusal: str, **empty: None) -> None:
    """Set `values` where the entry is not void and `empty` still is; of two at once the second is refused."""
    rows = counting(LedgerEntry.objects.filter(pk=entry.pk, **{"voided_on": None, **empty}))
    if not rows.update(**values):
        voided = LedgerEntry.objects.filter(pk=entry.pk, voided_on__isnull=False).exists()
        raise ValidationError(_("This entry is already void.") if voided else refusal)


def _tell(
    entry: LedgerEntry,
    action: str,
    change: str,
    by: User | None,
    details: Mapping[str, Any] | None = None,
    purpose: str = "",
) -> None:
    _announce(entry, change)
    audit.record(
        by=by,
        action=action,
        object_type="entry",
        object_id=entry.pk,
        officer_id=entry.officer_id,
        purpose=purpose,
        details={"kind": entry.kind.code, **(details or {})},
    )


def _announce(entry: LedgerEntry, change: str) -> None:
    announce(change, kind_code=entry.kind.code, officer_id=entry.officer_id, entry_id=entry.pk)

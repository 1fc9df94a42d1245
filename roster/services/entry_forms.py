"""Entries from a form: recorded once however often it is sent, their evidence files kept, taken back at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from police_hr.core import files
from police_hr.core.models import User
from roster.models import CorrectionRequest, LedgerEntry, LedgerKindVersion, Officer
from roster.selectors.corrections import is_slip
from roster.services.ledger import correct_entry, record_entry, void_entry

SHA256_LENGTH = 64
EVIDENCE = "evidence"


def record_once(*, token: str, officer: Officer, kind: str, by: User, **facts: Any) -> tuple[LedgerEntry, bool]:
    """`record_entry` for a form that carries `token`. Returns the entry and whether it was made now.

    The same token of the same person gives the entry that is there already: a form sent twice makes one row. The
    officer's row is locked meanwhile, so that of two at the same moment the second finds the first.
    """
    key = f"form:{by.pk}:{token}"
    with transaction.atomic():
        Officer.objects.select_for_update().filter(pk=officer.pk).first()
        made = LedgerEntry.objects.filter(kind__code=kind, key=key, officer=officer).order_by("pk").first()
        if made is not None:
            return made, False
        return record_entry(officer=officer, kind=kind, key=key, by=by, **facts), True


def take_back(*, entry: LedgerEntry, by: User) -> LedgerEntry:
    """Void an entry that `by` has just recorded."""
    if entry.recorded_by_id != by.pk:
        raise ValidationError(_("Only the person who recorded an entry takes it back."))
    return void_entry(entry=entry, reason=_("taken back by the person who recorded it"), by=by)


def void_slip(*, entry: LedgerEntry, reason: str, by: User) -> LedgerEntry:
    """Void an entry that `by` typed by mistake today; see `is_slip` for which."""
    with transaction.atomic():
        _require_slip(entry, by)
        return void_entry(entry=entry, reason=reason, by=by)


def correct_slip(*, entry: LedgerEntry, changes: Mapping[str, Any], reason: str, by: User) -> LedgerEntry:
    """Record an entry anew that `by` mistyped today; see `is_slip` for which. Returns the new entry."""
    with transaction.atomic():
        _require_slip(entry, by)
        return correct_entry(entry=entry, changes=changes, reason=reason, by=by)


def _require_slip(entry: LedgerEntry, by: User) -> None:
    Officer.objects.select_for_update().filter(pk=entry.officer_id).first()
    if not is_slip(entry, by):
        raise ValidationError(
            _("Only what you typed yourself today is put right alone. Ask for a correction; another person decides."),
            code="second_person",
        )


def keep_evidence(uploads: Mapping[str, File[bytes]], payload: Mapping[str, Any]) -> None:
    """Keep the bytes of uploaded files under the hash that the payload holds. A file already there is the same one.

    Raises ValidationError, by field, for what is no JPEG, PNG or PDF and where the disk is full: then nothing is
    recorded either.
    """
    for name, upload in uploads.items():
        try:
            files.take_in(upload, folder=EVIDENCE, by_digest=True)
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from error


def evidence_path(sha256: str) -> Path:
    """Where the file with this hash lies."""
    if len(sha256) != SHA256_LENGTH or not sha256.isalnum():
        raise ValidationError(_("There is no such file."))
    return files.kept_path(f"files/{EVIDENCE}/{sha256[:2]}/{sha256}", EVIDENCE)


def evidence_in_use() -> Iterator[str]:
    """The paths of all evidence that an entry (void ones included) or a request for a correction refers to."""
    for stored in _evidence_held():
        if stored:
            yield f"files/{EVIDENCE}/{stored['sha256'][:2]}/{stored['sha256']}"


def _evidence_held() -> Iterator[Mapping[str, Any] | None]:
    for version in LedgerKindVersion.objects.all():
        names = [spec["name"] for spec in version.fields if spec["type"] == "file"]
        if names:
            entries = LedgerEntry.objects.filter(kind_version=version)
            for payload in entries.values_list("payload", flat=True).iterator():
                yield from (payload.get(name) for name in names)
    yield from CorrectionRequest.objects.values_list("evidence", flat=True).iterator()

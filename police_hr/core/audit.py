"""The one writer of audit events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest

from police_hr.core.addresses import client_address
from police_hr.core.duty import is_off_duty
from police_hr.core.models import AuditEvent

if TYPE_CHECKING:
    from police_hr.core.models import User


class NotWrittenError(DatabaseError):
    """The trace of an act or a reading could not be written, so it is not done or not sent: 503 (`core.middleware`)."""


def record(
    *,
    by: User | None,
    action: str,
    object_type: str = "",
    object_id: object = "",
    officer_id: int | None = None,
    purpose: str = "",
    details: Mapping[str, Any] | None = None,
    request: HttpRequest | None = None,
) -> AuditEvent:
    """Write one audit event. Must run inside the transaction of the act it tells of.

    `by` None is the system itself. `action` is `noun.verb`, e.g. `officer.view`, `ledger.add`.
    Raises RuntimeError outside a transaction: an act and its trace stand or fall together; NotWrittenError where the
    trail takes no row.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An audit event is written in the transaction of the act it tells of.")
    try:
        return AuditEvent.objects.create(
            actor=by,
            actor_label=str(by) if by else "system",
            action=action,
            object_type=object_type,
            object_id=str(object_id)[:40],
            officer_number=officer_id,
            purpose=purpose[:200],
            details=dict(details or {}),
            ip=client_address(request) if request else "",
            request_id=getattr(request, "id", "") if request else "",
        )
    except DatabaseError as error:
        raise NotWrittenError from error


def record_read(
    request: HttpRequest,
    *,
    action: str,
    object_type: str,
    object_id: object,
    officer_id: int | None = None,
    purpose: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write down a sensitive read before the page is sent. Raises NotWrittenError where that fails; a view that does
    not catch it answers 503, and the page is not sent."""
    # The roles as they were: who read as an inspector is not named to the officer, whatever the reader is later.
    viewer = getattr(request, "viewer", None)
    roles = [role.code for role in viewer.roles] if viewer is not None else []
    details = {**(details or {}), "roles": roles, **({"off_duty": True} if is_off_duty() else {})}
    with transaction.atomic():
        record(
            by=request.user,  # type: ignore[arg-type]
            action=action,
            object_type=object_type,
            object_id=object_id,
            officer_id=officer_id,
            purpose=purpose,
            details=details,
            request=request,
        )

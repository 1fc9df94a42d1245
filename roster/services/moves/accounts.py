"""What a move means for the mover's own account: roles over the unit left behind end at the same moment, what may be
meant to stay is laid before the security administrator. Nobody is given a role here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from police_hr.core import audit
from police_hr.core.access import Grant, grants_of
from police_hr.core.models import User as Account
from roster.access import withdraw_role
from roster.models import GrantNotice, Move, Unit

if TYPE_CHECKING:
    from police_hr.core.models import User

Notice = GrantNotice.Kind
# what everybody holds about themselves follows the person
OWN_ROLE = "officer"


def verdict(grant: Grant, old: Unit | None, new: Unit | None) -> str | None:
    """What becomes of a role over a unit when its holder goes from `old` to `new` (None: leaves): one of
    `GrantNotice.Kind`, or None where it stays as it is."""
    if grant.role.code == OWN_ROLE:
        return None
    if new is None:
        return Notice.ENDED
    if old is None or old.pk == new.pk:
        return None
    if grant.unit_path.startswith(old.path):
        return Notice.ENDED
    if old.path.startswith(grant.unit_path) and not new.path.startswith(grant.unit_path):
        return Notice.REVIEW
    return None


def follow_move(move: Move, old: Unit | None, new: Unit | None, *, leaves: bool, by: User | None) -> list[int]:
    """Apply `verdict` to the roles of the mover's account. Returns the ids of the notices that were written."""
    account = Account.objects.filter(officer_number=move.officer_id).first()
    if account is None:
        return []
    notices: list[GrantNotice] = []
    for grant in grants_of(account):
        found = verdict(grant, old, None if leaves else new)
        if found == Notice.ENDED:
            unit = Unit.objects.get(pk=grant.unit_id)
            withdraw_role(user=account, role=grant.role.code, unit=unit, by=by)
        if found:
            notices.append(
                GrantNotice(kind=found, account=account, role=grant.role.code, unit_id=grant.unit_id, move=move)
            )
    if leaves:
        notices.append(GrantNotice(kind=Notice.CLOSE, account=account, move=move))
    return [notice.pk for notice in GrantNotice.objects.bulk_create(notices)]


def ask_for_return(move: Move) -> None:
    """The move was undone: what had ended with it is laid before the security administrator to be given back."""
    ended = GrantNotice.objects.filter(move=move, kind=Notice.ENDED)
    GrantNotice.objects.bulk_create(
        GrantNotice(kind=Notice.RESTORE, account_id=n.account_id, role=n.role, unit_id=n.unit_id, move=move)
        for n in ended
    )
    GrantNotice.objects.filter(move=move, kind__in=[Notice.REVIEW, Notice.CLOSE], settled_at=None).delete()


def settle_notice(*, notice: GrantNotice, by: User | None) -> None:
    """The security administrator has looked at the notice. Repeating it changes nothing."""
    with transaction.atomic():
        open_ones = GrantNotice.objects.filter(pk=notice.pk, settled_at=None)
        if open_ones.update(settled_at=timezone.now(), settled_by=by):
            audit.record(
                by=by, action="notice.settle", object_type="user", object_id=notice.account_id,
                details={"kind": notice.kind, "role": notice.role},
            )  # fmt: skip

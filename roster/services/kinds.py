"""Ledger kinds: what may be recorded, edited in the browser, without code and without a migration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from police_hr.core import audit
from police_hr.core.fields import validate_field_list
from roster.models import LedgerEntry, LedgerGroup, LedgerKind, LedgerKindVersion

if TYPE_CHECKING:
    from police_hr.core.models import User

VERSION_FIELDS = (
    "name_zh",
    "name_en",
    "hint_zh",
    "hint_en",
    "sensitivity",
    "fields",
    "needs_verification",
    "care",
    "open_ended",
    "amount_label_zh",
    "amount_label_en",
)
PLACE_FIELDS = ("group", "order")
CODE = re.compile(r"[A-Z][A-Z0-9_]{1,39}")


def create_group(
    *, code: str, name_zh: str, name_en: str, parent: LedgerGroup | None = None, order: int = 0, by: User | None
) -> LedgerGroup:
    """Make a place in the menu tree of kinds."""
    group = LedgerGroup(code=code.strip().upper(), name_zh=name_zh, name_en=name_en, parent=parent, order=order)
    group.full_clean()
    with transaction.atomic():
        group.save()
        audit.record(by=by, action="group.create", object_type="group", object_id=group.pk, details={"code": code})
    return group


def create_kind(*, code: str, group: LedgerGroup, by: User | None, order: int = 0, **values: Any) -> LedgerKind:
    """Make a kind with its first version. `values` are fields of `LedgerKindVersion` (`VERSION_FIELDS`).

    Raises ValidationError for a code that is taken or badly formed, and for a field list that is not sound.
    """
    code = code.strip().upper()
    if not CODE.fullmatch(code):
        raise ValidationError(
            {"code": _("A kind's code is 2 to 40 capital letters, digits and underscores, and begins with a letter.")}
        )
    if LedgerKind.objects.filter(code=code).exists():
        raise ValidationError({"code": _("There is already a kind with the code “%(code)s”.") % {"code": code}})
    with transaction.atomic():
        kind = LedgerKind.objects.create(code=code, group=group, order=order, pack="own")
        next_version(kind=kind, values=values, by=by)
        audit.record(by=by, action="kind.create", object_type="kind", object_id=kind.pk, details={"code": code})
    return kind


def revise_kind(
    *, kind: LedgerKind, changes: Mapping[str, Any], by: User | None, version: int | None = None
) -> LedgerKindVersion:
    """Change a kind's words, class, fields or place. `version` is the number that the editor started from.

    A version that has entries is frozen, so a new one is made; one without entries is replaced under the
    same number. Raises ValidationError where somebody else revised the kind in between.
    """
    unknown = set(changes) - set(VERSION_FIELDS) - set(PLACE_FIELDS)
    if unknown:
        raise ValidationError(_("A kind has nothing called %(names)s.") % {"names": ", ".join(sorted(unknown))})
    with transaction.atomic():
        kind = LedgerKind.objects.select_for_update().get(pk=kind.pk)
        current = kind.current
        if current is None:
            raise ValidationError(_("This kind has no version yet."))
        if version is not None and version != current.number:
            raise ValidationError(_("Somebody else changed this kind meanwhile. Open it again and repeat your change."))
        for name in PLACE_FIELDS:
            if name in changes:
                setattr(kind, name, changes[name])
        kind.save(update_fields=list(PLACE_FIELDS))
        values = {name: changes.get(name, getattr(current, name)) for name in VERSION_FIELDS}
        changed = [name for name in VERSION_FIELDS if values[name] != getattr(current, name)]
        result = next_version(kind=kind, values=values, by=by) if changed else current
        audit.record(
            by=by,
            action="kind.revise",
            object_type="kind",
            object_id=kind.pk,
            details={"code": kind.code, "version": result.number, "changed": sorted({*changed, *changes})},
        )
    return result


def withdraw_kind(*, kind: LedgerKind, by: User | None) -> None:
    """Take a kind out of use: nothing new is recorded under it, what is recorded stays."""
    _set_withdrawn(kind, withdrawn=True, by=by)


def restore_kind(*, kind: LedgerKind, by: User | None) -> None:
    """Bring a withdrawn kind back into use."""
    _set_withdrawn(kind, withdrawn=False, by=by)


def _set_withdrawn(kind: LedgerKind, *, withdrawn: bool, by: User | None) -> None:
    with transaction.atomic():
        if LedgerKind.objects.filter(pk=kind.pk, withdrawn=not withdrawn).update(withdrawn=withdrawn):
            action = "kind.withdraw" if withdrawn else "kind.restore"
            audit.record(by=by, action=action, object_type="kind", object_id=kind.pk, details={"code": kind.code})
    kind.withdrawn = withdrawn


def next_version(*, kind: LedgerKind, values: Mapping[str, Any], by: User | None) -> LedgerKindVersion:
    """Give `kind` a new current version, in the caller's transaction and under the caller's audit event.

    Version rows are never changed, so that they can be cached by their id: an unused one is deleted and its
    number given to the new row.
    """
    current = kind.current
    unused = current is not None and not LedgerEntry.objects.filter(kind_version=current).exists()
    number = 1 if current is None else current.number + (0 if unused else 1)
    fresh = LedgerKindVersion(kind=kind, number=number, created_by=by, **values)
    fresh.full_clean(exclude=["kind", "created_by", "fields"], validate_unique=False, validate_constraints=False)
    if not 1 <= fresh.sensitivity <= 4:
        raise ValidationError({"sensitivity": _("A class is a number from 1 to 4.")})
    validate_field_list(fresh.fields)
    if unused and current is not None:
        LedgerKind.objects.filter(pk=kind.pk).update(current=None)
        current.delete()
    fresh.save()
    kind.current = fresh
    kind.save(update_fields=["current"])
    return fresh

"""Single career facts: changed, taken out, added by a person. The old row is voided and stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from police_hr.core.fields.base import UNSTORABLE
from police_hr.core.reactions import announce_dossiers
from roster.models import Officer, Posting, ResumeLine, Unit
from roster.models.career import CareerFact
from roster.services.careers import STATE_MODELS
from roster.services.current import refresh_current

if TYPE_CHECKING:
    from police_hr.core.models import User

# pairs of days of which the second cannot lie before the first
PERIODS = (("starts_on", "ends_on"), ("gained_on", "expires_on"))
PAST = ("since", "gained_on", "birth_month")


def change_fact(
    *, fact: CareerFact, changes: Mapping[str, Any], reason: str, document: str = "", by: User | None
) -> CareerFact:
    """Void `fact` and put a copy with `changes` (attribute names) in its place. Returns the new row.

    The officer's present state follows in the same transaction. Raises ValidationError (by field) for values that
    cannot be, and where the fact holds no more.
    """
    with transaction.atomic():
        _lock(fact.officer_id)
        old = _holding(fact)
        fresh = _copy(old)
        for name, value in changes.items():
            setattr(fresh, name, value)
        if all(getattr(fresh, name) == getattr(old, name) for name in changes):
            raise ValidationError(_("Nothing differs from what is recorded."))
        fresh.document = document or fresh.document
        _check(fresh)
        fresh.save(force_insert=True)
        _void(old, reason, by, replaced_by=fresh)
        if isinstance(old, ResumeLine):
            ResumeLine.objects.filter(within=old, voided_on=None).update(within=fresh)
        _tell(fresh, "change", by, reason, {"replaces": old.pk, "changed": sorted(changes)})
    return fresh


def remove_fact(*, fact: CareerFact, reason: str, by: User | None) -> CareerFact:
    """Void `fact`: it no longer holds, and stays readable with the reason."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the entry is void.")})
    with transaction.atomic():
        _lock(fact.officer_id)
        old = _holding(fact)
        if isinstance(old, ResumeLine) and ResumeLine.objects.filter(within=old, voided_on=None).exists():
            raise ValidationError(_("Other lines happened during this one. Correct those first."))
        _void(old, reason, by)
        _tell(old, "remove", by, reason)
    return old


def add_fact(
    *, model: type[CareerFact], officer: Officer, values: Mapping[str, Any], reason: str, document: str = "",
    by: User | None,
) -> CareerFact:  # fmt: skip
    """Add one career fact of `officer` (attribute names). Raises ValidationError by field."""
    with transaction.atomic():
        _lock(officer.pk)
        fresh = model(officer=officer, **values)
        fresh.document = document or fresh.document
        _check(fresh)
        fresh.save(force_insert=True)
        _tell(fresh, "add", by, reason, {"rows": 1})
    return fresh


# --- steps ----------------------------------------------------------------------------------------------------


def _lock(officer_id: int) -> None:
    """Of two who change facts of one officer at once the second waits and then finds what the first did."""
    Officer.objects.select_for_update().filter(pk=officer_id).first()


def _holding(fact: CareerFact) -> CareerFact:
    """The row as it stands now, where it still holds."""
    row = type(fact)._default_manager.filter(pk=fact.pk, voided_on=None).first()
    if row is None:
        raise ValidationError(_("Somebody else corrected this fact meanwhile."), code="stale")
    return row


def _copy(old: CareerFact) -> CareerFact:
    kept = {"id", "batch", "created_at", "voided_on", "voided_by", "void_reason", "replaced_by"}
    values = {f.attname: getattr(old, f.attname) for f in old._meta.concrete_fields if f.name not in kept}
    return type(old)(**values)


def _void(old: CareerFact, reason: str, by: User | None, replaced_by: CareerFact | None = None) -> None:
    values = {"voided_on": timezone.localdate(), "voided_by": by, "void_reason": reason.strip()[:200]}
    rows = type(old)._default_manager.filter(pk=old.pk, voided_on=None)
    if not rows.update(**values, replaced_by=replaced_by):
        raise ValidationError(_("Somebody else corrected this fact meanwhile."), code="stale")


def _check(fact: CareerFact) -> None:
    errors: dict[str, Any] = {}
    try:
        fact.clean_fields(exclude={"officer", "source", "batch", "unit", "within", "replaced_by", "voided_by"})
    except ValidationError as error:
        errors |= error.error_dict
    for field in fact._meta.concrete_fields:
        value = getattr(fact, field.attname)
        if isinstance(value, str) and UNSTORABLE.search(value):
            errors[field.name] = _("contains a character that cannot be stored (a NUL byte or half a character).")
    errors |= _day_errors(fact)
    if isinstance(fact, Posting) and not Unit.objects.filter(pk=fact.unit_id).exists():
        errors["unit"] = _("There is no such unit.")
    if errors:
        raise ValidationError(errors)


def _day_errors(fact: CareerFact) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    today = timezone.localdate()
    for name in PAST:
        if getattr(fact, name, None) is not None and getattr(fact, name) > today:
            errors[name] = _("This day lies in the future.")
    for first, last in PERIODS:
        begins, ends = getattr(fact, first, None), getattr(fact, last, None)
        if begins is not None and ends is not None and ends < begins:
            errors[last] = _("It cannot end before it began.")
    if isinstance(fact, Posting) and fact.secondment and (fact.main or fact.ends_on is None):
        errors["ends_on"] = _("A secondment has a last day.")
    return errors


def _tell(fact: CareerFact, verb: str, by: User | None, reason: str, details: Mapping[str, Any] | None = None) -> None:
    """Bring the present state up to date and write the change down, by the names of fields, never their values."""
    if isinstance(fact, STATE_MODELS):
        refresh_current(officer_ids=[fact.officer_id])
    else:
        announce_dossiers([fact.officer_id])
    name = str(fact._meta.model_name)
    audit.record(
        by=by,
        action=f"{name}.{verb}",
        object_type=name,
        object_id=fact.pk,
        officer_id=fact.officer_id,
        purpose=reason,
        details=details,
    )

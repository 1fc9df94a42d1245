"""The history of units: each change ends a version and begins the next, told in the audit trail."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from roster.models import Posting, Unit, UnitVersion

if TYPE_CHECKING:
    from police_hr.core.models import User


def for_change(unit: Unit) -> Unit:
    """The unit as it is now, locked where the database can, and still open."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    refuse_closed(unit)
    return unit


def first_version(unit: Unit, parent: Unit | None) -> UnitVersion:
    return UnitVersion(
        unit=unit,
        name=unit.name,
        short_name=unit.short_name,
        parent=parent,
        type=unit.type,
        valid_from=unit.active_from,
        reason=UnitVersion.Reason.CREATED,
    )


def turn_page(unit: Unit, *, on: dt.date, reason: str, parent: Unit | None = None) -> None:
    """End the open version on `on` and begin the next with the unit's present words."""
    page = _close_page(unit, on=on)
    if reason == UnitVersion.Reason.RENAMED:
        parent = page.parent
    fresh = {"name": unit.name, "short_name": unit.short_name, "type": unit.type, "parent": parent}
    if page.valid_from == on:
        # A second change on the same day: what held for no day is no state of its own.
        UnitVersion.objects.filter(pk=page.pk).update(**fresh, valid_to=None)
        return
    UnitVersion.objects.create(unit=unit, valid_from=on, reason=reason, **fresh)


def _close_page(unit: Unit, *, on: dt.date) -> UnitVersion:
    refuse_future(on)
    page = UnitVersion.objects.get(unit=unit, valid_to=None)
    if page.valid_from is not None and on < page.valid_from:
        raise ValidationError(
            _("“%(unit)s” was last changed on %(day)s; a change before that day would rewrite its history.")
            % {"unit": unit.label, "day": page.valid_from.isoformat()}
        )
    UnitVersion.objects.filter(pk=page.pk).update(valid_to=on)
    return page


def end_unit(unit: Unit, *, on: dt.date, reason: str, into: Unit | None = None) -> None:
    if unit.active_from is not None and on <= unit.active_from:
        raise ValidationError(
            _("“%(unit)s” cannot close on %(day)s: it only began on %(began)s.")
            % {"unit": unit.label, "day": on.isoformat(), "began": unit.active_from.isoformat()}
        )
    later = Posting.objects.filter(unit=unit, starts_on__gte=on).exists()
    if later:
        raise ValidationError(
            _("Officers were posted to “%(unit)s” on or after %(day)s.") % {"unit": unit.label, "day": on.isoformat()}
        )
    page = _close_page(unit, on=on)
    UnitVersion.objects.create(
        unit=unit,
        name=page.name,
        short_name=page.short_name,
        parent=page.parent,
        type=page.type,
        valid_from=on,
        valid_to=on,
        reason=reason,
        into=into,
    )
    unit.active_to = on - dt.timedelta(days=1)
    unit.save(update_fields=["active_to"])


def tell(unit: Unit, action: str, by: User | None, details: dict[str, Any]) -> None:
    audit.record(by=by, action=action, object_type="unit", object_id=unit.pk, details={"code": unit.code, **details})


def refuse_closed(unit: Unit) -> None:
    if unit.active_to is not None:
        raise ValidationError(_("“%(unit)s” is closed.") % {"unit": unit.label})


def refuse_future(day: dt.date) -> None:
    if day > timezone.localdate():
        raise ValidationError(
            _("%(day)s lies in the future. Enter the change on the day from which it holds.") % {"day": day.isoformat()}
        )

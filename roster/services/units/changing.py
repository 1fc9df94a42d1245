"""Changes of units that exist: renamed, moved, merged, closed, corrected in what has no history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from roster.models import Officer, Unit, UnitVersion
from roster.services.careers import move_officers
from roster.services.spelling import unit_spelling
from roster.services.units.history import end_unit, for_change, refuse_closed, tell, turn_page
from roster.services.units.making import DETAIL_FIELDS

if TYPE_CHECKING:
    from police_hr.core.models import User

ON_ROLLS = (Officer.Status.SERVING, Officer.Status.SECONDED)


def rename_unit(*, unit: Unit, name: str, short_name: str | None = None, on: dt.date, by: User | None) -> Unit:
    """Call the unit `name` from `on`. The old name stays in its history."""
    name = name.strip()
    if not name:
        raise ValidationError({"name": _("A unit needs a name.")})
    with transaction.atomic():
        unit = for_change(unit)
        before = unit.name
        unit.name = name
        if short_name is not None:
            unit.short_name = short_name.strip()
        for field, text in unit_spelling(name).items():
            setattr(unit, field, text)
        unit.full_clean(exclude=["path", "depth", "numchild"], validate_unique=False)
        unit.save(update_fields=["name", "short_name", "pinyin", "initials"])
        turn_page(unit, on=on, reason=UnitVersion.Reason.RENAMED)
        tell(unit, "unit.rename", by, {"from": before, "to": name, "on": on.isoformat()})
    return unit


def move_unit(*, unit: Unit, parent: Unit | None, on: dt.date, by: User | None) -> Unit:
    """Put the unit, with all below it, under `parent` (None: to the top) from `on`."""
    with transaction.atomic():
        unit = for_change(unit)
        if parent is not None:
            parent = Unit.objects.get(pk=parent.pk)
            refuse_closed(parent)
            if parent.path.startswith(unit.path):
                raise ValidationError(_("A unit cannot be moved below itself."))
        before = Unit.objects.get_parent(unit)
        if before == parent:
            raise ValidationError(_("The unit already stands there."))
        _move(unit, parent)
        unit.refresh_from_db()
        turn_page(unit, on=on, reason=UnitVersion.Reason.MOVED, parent=parent)
        details = {"from": before.code if before else "", "to": parent.code if parent else "", "on": on.isoformat()}
        tell(unit, "unit.move", by, details)
    return unit


def update_unit(*, unit: Unit, changes: Mapping[str, Any], by: User | None) -> Unit:
    """Change what has no history: English name, type, branch, establishment, order (`DETAIL_FIELDS`)."""
    unknown = set(changes) - set(DETAIL_FIELDS)
    if unknown:
        raise ValidationError(_("A unit has nothing called %(names)s.") % {"names": ", ".join(sorted(unknown))})
    with transaction.atomic():
        unit = Unit.objects.get(pk=unit.pk)
        changed = [name for name, value in changes.items() if getattr(unit, name) != value]
        for name in changed:
            setattr(unit, name, changes[name])
        unit.full_clean(exclude=["path", "depth", "numchild"], validate_unique=False)
        if changed:
            unit.save(update_fields=changed)
            if "type" in changed:
                UnitVersion.objects.filter(unit=unit, valid_to=None).update(type=unit.type)
            if "order" in changed:
                _move(unit, Unit.objects.get_parent(unit))
                unit.refresh_from_db()
            tell(unit, "unit.update", by, {"changed": sorted(changed)})
    return unit


def merge_units(*, units: Sequence[Unit], into: Unit, on: dt.date, by: User | None) -> Unit:
    """Let `units` go over into `into` on `on`: their officers get new postings there, their sub-units move
    below it, they themselves close. Postings of the past stay where they were served."""
    with transaction.atomic():
        into = for_change(into)
        absorbed = [for_change(unit) for unit in units]
        if not absorbed:
            raise ValidationError(_("Say which units are merged."))
        for unit in absorbed:
            if into.path.startswith(unit.path):
                raise ValidationError(
                    _("“%(unit)s” cannot be merged into itself or into a unit below it.") % {"unit": unit.label}
                )
        for unit in absorbed:
            # Each step may have moved paths: read again.
            unit.refresh_from_db()
            into.refresh_from_db()
            moved = _empty_into(unit, into, on=on, by=by)
            unit.refresh_from_db()
            end_unit(unit, on=on, reason=UnitVersion.Reason.MERGED, into=into)
            tell(unit, "unit.merge", by, {"into": into.code, "on": on.isoformat(), "officers": moved})
    into.refresh_from_db()
    return into


def close_unit(*, unit: Unit, on: dt.date, by: User | None) -> Unit:
    """Close the unit: `on` is the first day without it. Refused while officers serve in it or units stand below."""
    with transaction.atomic():
        unit = for_change(unit)
        if _open_children(unit):
            raise ValidationError(
                _("“%(unit)s” still has units below it. Move or close them first.") % {"unit": unit.label}
            )
        serving = Officer.objects.filter(unit=unit, status__in=ON_ROLLS).count()
        if serving:
            raise ValidationError(
                _("%(count)d officers still serve in “%(unit)s”. Transfer them first, or merge the unit.")
                % {"count": serving, "unit": unit.label}
            )
        end_unit(unit, on=on, reason=UnitVersion.Reason.CLOSED)
        tell(unit, "unit.close", by, {"on": on.isoformat()})
    return unit


def _move(unit: Unit, parent: Unit | None) -> None:
    if parent is not None:
        Unit.objects.move(unit, Unit.objects.get(pk=parent.pk), "sorted-child")
    else:
        Unit.objects.move(unit, Unit.objects.get_root_nodes().first(), "sorted-sibling")


def _open_children(unit: Unit) -> bool:
    return bool(Unit.objects.get_children(unit).filter(active_to=None).exists())


def _empty_into(unit: Unit, into: Unit, *, on: dt.date, by: User | None) -> int:
    """Move what stands and serves in `unit` over to `into`. Returns the number of officers."""
    for child in Unit.objects.get_children(unit).filter(active_to=None):
        move_unit(unit=child, parent=into, on=on, by=by)
    officers = Officer.objects.filter(unit=unit, status__in=ON_ROLLS).values_list("pk", flat=True)
    return move_officers(officer_ids=list(officers), unit=Unit.objects.get(pk=into.pk), on=on)

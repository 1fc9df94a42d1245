"""Units: create, rename, move, merge, close. The tree is today's; `UnitVersion` keeps every past state.

Days: `on` is the first day of the new state. The version that ends gets `valid_to = on` (exclusive); the last
day of a closed unit is the day before (`Unit.active_to`, inclusive). A closed unit's history ends with a
version of no length that says why. Grants hang on unit rows, so they follow every change of path.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit
from roster.models import Officer, Posting, Unit, UnitVersion
from roster.services.careers import move_officers
from roster.services.spelling import unit_spelling

if TYPE_CHECKING:
    from police_hr.core.models import User

DETAIL_FIELDS = ("name_en", "type", "branch", "establishment", "order")
ROW_FIELDS = frozenset(
    {"code", "name", "short_name", "parent_code", "valid_from", *DETAIL_FIELDS},
)
ON_ROLLS = (Officer.Status.SERVING, Officer.Status.SECONDED)


def create_unit(  # noqa: PLR0913  the parts of a unit
    *,
    code: str,
    name: str,
    parent: Unit | None = None,
    type: str = "",  # noqa: A002  the word of the model
    short_name: str = "",
    name_en: str = "",
    branch: str = "",
    establishment: int | None = None,
    order: int = 0,
    valid_from: dt.date | None = None,
    by: User | None,
) -> Unit:
    """Make one unit below `parent` (or a root). `valid_from` None means: since before anything we know."""
    row = {
        "code": code,
        "name": name,
        "type": type,
        "short_name": short_name,
        "name_en": name_en,
        "branch": branch,
        "establishment": establishment,
        "order": order,
        "valid_from": valid_from,
    }
    with transaction.atomic():
        unit = _fresh(row)
        if Unit.objects.filter(code=unit.code).exists():
            raise _taken(unit.code)
        if parent is not None:
            parent = Unit.objects.get(pk=parent.pk)
            _refuse_closed(parent)
        _hang(unit, parent)
        _first_version(unit, parent).save()
        audit.record(by=by, action="unit.create", object_type="unit", object_id=unit.pk, details={"code": unit.code})
    return unit


def create_units(*, rows: Sequence[Mapping[str, Any]], by: User | None) -> dict[str, Unit]:
    """Make many units at once, parents before children (`parent_code`). Returns all of them by code.

    Rows have the arguments of `create_unit`. One transaction, one audit event; all or nothing.
    """
    with transaction.atomic():
        units: dict[str, Unit] = {}
        for row in rows:
            unit = _fresh(row)
            if unit.code in units:
                raise ValidationError(_("The unit code “%(code)s” occurs twice.") % {"code": unit.code})
            units[unit.code] = unit
        parents = _parents_of(rows, units)
        taken = Unit.objects.filter(code__in=list(units)).values_list("code", flat=True).first()
        if taken is not None:
            raise _taken(taken)
        _plant(units, parents)
        UnitVersion.objects.bulk_create(_first_version(unit, parents[code]) for code, unit in units.items())
        if units:
            audit.record(by=by, action="unit.create_many", object_type="unit", details={"units": len(units)})
    return units


def rename_unit(*, unit: Unit, name: str, short_name: str | None = None, on: dt.date, by: User | None) -> Unit:
    """Call the unit `name` from `on`. The old name stays in its history."""
    name = name.strip()
    if not name:
        raise ValidationError({"name": _("A unit needs a name.")})
    with transaction.atomic():
        unit = _for_change(unit)
        before = unit.name
        unit.name = name
        if short_name is not None:
            unit.short_name = short_name.strip()
        for field, text in unit_spelling(name).items():
            setattr(unit, field, text)
        unit.full_clean(exclude=["path", "depth", "numchild"], validate_unique=False)
        unit.save(update_fields=["name", "short_name", "pinyin", "initials"])
        _turn_page(unit, on=on, reason=UnitVersion.Reason.RENAMED)
        _tell(unit, "unit.rename", by, {"from": before, "to": name, "on": on.isoformat()})
    return unit


def move_unit(*, unit: Unit, parent: Unit | None, on: dt.date, by: User | None) -> Unit:
    """Put the unit, with all below it, under `parent` (None: to the top) from `on`."""
    with transaction.atomic():
        unit = _for_change(unit)
        if parent is not None:
            parent = Unit.objects.get(pk=parent.pk)
            _refuse_closed(parent)
            if parent.path.startswith(unit.path):
                raise ValidationError(_("A unit cannot be moved below itself."))
        before = Unit.objects.get_parent(unit)
        if before == parent:
            raise ValidationError(_("The unit already stands there."))
        _move(unit, parent)
        unit.refresh_from_db()
        _turn_page(unit, on=on, reason=UnitVersion.Reason.MOVED, parent=parent)
        details = {"from": before.code if before else "", "to": parent.code if parent else "", "on": on.isoformat()}
        _tell(unit, "unit.move", by, details)
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
            _tell(unit, "unit.update", by, {"changed": sorted(changed)})
    return unit


def merge_units(*, units: Sequence[Unit], into: Unit, on: dt.date, by: User | None) -> Unit:
    """Let `units` go over into `into` on `on`: their officers get new postings there, their sub-units move
    below it, they themselves close. Postings of the past stay where they were served."""
    with transaction.atomic():
        into = _for_change(into)
        absorbed = [_for_change(unit) for unit in units]
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
            _end(unit, on=on, reason=UnitVersion.Reason.MERGED, into=into)
            _tell(unit, "unit.merge", by, {"into": into.code, "on": on.isoformat(), "officers": moved})
    into.refresh_from_db()
    return into


def close_unit(*, unit: Unit, on: dt.date, by: User | None) -> Unit:
    """Close the unit: `on` is the first day without it. Refused while officers serve in it or units stand below."""
    with transaction.atomic():
        unit = _for_change(unit)
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
        _end(unit, on=on, reason=UnitVersion.Reason.CLOSED)
        _tell(unit, "unit.close", by, {"on": on.isoformat()})
    return unit


# --- the tree -------------------------------------------------------------------------------------------------


def _fresh(row: Mapping[str, Any]) -> Unit:
    """The unit that a row describes, checked, without a place in the tree."""
    unknown = set(row) - ROW_FIELDS
    if unknown:
        raise ValidationError(_("A unit has nothing called %(names)s.") % {"names": ", ".join(sorted(unknown))})
    code, name = str(row["code"]).strip(), str(row["name"]).strip()
    if not code:
        raise ValidationError({"code": _("A unit needs a code.")})
    if not name:
        raise ValidationError({"name": _("A unit needs a name.")})
    unit = Unit(
        code=code,
        name=name,
        short_name=(row.get("short_name") or "").strip(),
        active_from=row.get("valid_from"),
        **unit_spelling(name),
        **{key: row[key] for key in DETAIL_FIELDS if row.get(key) is not None},
    )
    unit.clean_fields(exclude=["path", "depth", "numchild"])
    if unit.active_from is not None:
        _refuse_future(unit.active_from)
    return unit


def _parents_of(rows: Sequence[Mapping[str, Any]], units: Mapping[str, Unit]) -> dict[str, Unit | None]:
    """The parent of each row's unit: one of the rows before it, or a unit that exists."""
    wanted = {row.get("parent_code") or "" for row in rows} - set(units) - {""}
    existing = {unit.code: unit for unit in Unit.objects.filter(code__in=wanted)}
    parents: dict[str, Unit | None] = {}
    for row in rows:
        code, parent_code = str(row["code"]).strip(), row.get("parent_code") or ""
        parent = units[parent_code] if parent_code in parents else existing.get(parent_code)
        if parent_code and parent is None:
            raise ValidationError(
                _("The unit “%(code)s” stands below “%(parent)s”, which does not exist or comes after it.")
                % {"code": code, "parent": parent_code}
            )
        if parent is not None:
            _refuse_closed(parent)
        parents[code] = parent
    return parents


def _plant(units: Mapping[str, Unit], parents: Mapping[str, Unit | None]) -> None:
    """Give all units their places, level by level. Below a parent without children paths are counted out and
    inserted together; among existing children each unit is hung in its sorted place."""
    below: dict[str, list[Unit]] = defaultdict(list)
    for code, unit in units.items():
        parent = parents[code]
        below[parent.code if parent else ""].append(unit)
    level: list[Unit | None] = list({p.pk: p for p in parents.values() if p is not None and p.pk}.values())
    if "" in below:
        level.append(None)
    while level:
        together: list[Unit] = []
        placed: list[Unit | None] = []
        for parent in level:
            children = sorted(below.pop(parent.code if parent else "", []), key=lambda unit: (unit.order, unit.code))
            if parent is not None:
                parent.refresh_from_db()
            if parent.numchild if parent else Unit.objects.filter(depth=1).exists():
                for child in children:
                    _hang(child, parent)
            elif children:
                together += _count_out(children, parent)
            placed += children
        Unit.objects.bulk_create(together)
        level = [unit for unit in placed if unit is not None and unit.code in below]


def _count_out(children: list[Unit], parent: Unit | None) -> list[Unit]:
    for step, child in enumerate(children, start=1):
        child.depth = parent.depth + 1 if parent else 1
        child.path = Unit._get_path(parent.path if parent else "", child.depth, step)  # noqa: SLF001  treebeard has no other way
    if parent is not None:
        Unit.objects.filter(pk=parent.pk).update(numchild=len(children))
        parent.numchild = len(children)
    return children


def _hang(unit: Unit, parent: Unit | None) -> None:
    if parent is not None:
        Unit.objects.add_child(Unit.objects.get(pk=parent.pk), instance=unit)
    else:
        Unit.objects.add_root(instance=unit)


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


# --- history --------------------------------------------------------------------------------------------------


def _for_change(unit: Unit) -> Unit:
    """The unit as it is now, locked where the database can, and still open."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    _refuse_closed(unit)
    return unit


def _first_version(unit: Unit, parent: Unit | None) -> UnitVersion:
    return UnitVersion(
        unit=unit,
        name=unit.name,
        short_name=unit.short_name,
        parent=parent,
        type=unit.type,
        valid_from=unit.active_from,
        reason=UnitVersion.Reason.CREATED,
    )


def _turn_page(unit: Unit, *, on: dt.date, reason: str, parent: Unit | None = None) -> None:
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
    _refuse_future(on)
    page = UnitVersion.objects.get(unit=unit, valid_to=None)
    if page.valid_from is not None and on < page.valid_from:
        raise ValidationError(
            _("“%(unit)s” was last changed on %(day)s; a change before that day would rewrite its history.")
            % {"unit": unit.label, "day": page.valid_from.isoformat()}
        )
    UnitVersion.objects.filter(pk=page.pk).update(valid_to=on)
    return page


def _end(unit: Unit, *, on: dt.date, reason: str, into: Unit | None = None) -> None:
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


def _tell(unit: Unit, action: str, by: User | None, details: dict[str, Any]) -> None:
    audit.record(by=by, action=action, object_type="unit", object_id=unit.pk, details={"code": unit.code, **details})


def _refuse_closed(unit: Unit) -> None:
    if unit.active_to is not None:
        raise ValidationError(_("“%(unit)s” is closed.") % {"unit": unit.label})


def _refuse_future(day: dt.date) -> None:
    if day > timezone.localdate():
        raise ValidationError(
            _("%(day)s lies in the future. Enter the change on the day from which it holds.") % {"day": day.isoformat()}
        )


def _taken(code: str) -> ValidationError:
    return ValidationError({"code": _("There is already a unit with the code “%(code)s”.") % {"code": code}})

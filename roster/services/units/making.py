"""New units: one, or a whole tree at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from police_hr.core import audit
from roster.models import Unit, UnitVersion
from roster.services.spelling import unit_spelling
from roster.services.units.history import first_version, refuse_closed, refuse_future

if TYPE_CHECKING:
    from police_hr.core.models import User

DETAIL_FIELDS = ("name_en", "type", "branch", "establishment", "order")
ROW_FIELDS = frozenset(
    {"code", "name", "short_name", "parent_code", "valid_from", *DETAIL_FIELDS},
)


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
        unit = fresh_unit(row)
        if Unit.objects.filter(code=unit.code).exists():
            raise taken(unit.code)
        if parent is not None:
            parent = Unit.objects.get(pk=parent.pk)
            refuse_closed(parent)
        hang(unit, parent)
        first_version(unit, parent).save()
        audit.record(by=by, action="unit.create", object_type="unit", object_id=unit.pk, details={"code": unit.code})
    return unit


def create_units(*, rows: Sequence[Mapping[str, Any]], by: User | None) -> dict[str, Unit]:
    """Make many units at once, parents before children (`parent_code`). Returns all of them by code.

    Rows have the arguments of `create_unit`. One transaction, one audit event; all or nothing.
    """
    with transaction.atomic():
        units: dict[str, Unit] = {}
        for row in rows:
            unit = fresh_unit(row)
            if unit.code in units:
                raise ValidationError(_("The unit code “%(code)s” occurs twice.") % {"code": unit.code})
            units[unit.code] = unit
        parents = _parents_of(rows, units)
        taken = Unit.objects.filter(code__in=list(units)).values_list("code", flat=True).first()
        if taken is not None:
            raise taken(taken)
        _plant(units, parents)
        UnitVersion.objects.bulk_create(first_version(unit, parents[code]) for code, unit in units.items())
        if units:
            audit.record(by=by, action="unit.create_many", object_type="unit", details={"units": len(units)})
    return units


def fresh_unit(row: Mapping[str, Any]) -> Unit:
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
        refuse_future(unit.active_from)
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
            refuse_closed(parent)
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
                    hang(child, parent)
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


def hang(unit: Unit, parent: Unit | None) -> None:
    if parent is not None:
        Unit.objects.add_child(Unit.objects.get(pk=parent.pk), instance=unit)
    else:
        Unit.objects.add_root(instance=unit)


def taken(code: str) -> ValidationError:
    return ValidationError({"code": _("There is already a unit with the code “%(code)s”.") % {"code": code}})

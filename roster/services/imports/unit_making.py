"""Units that a file names and that are made with it, where its profile or a person allows that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roster.importing.lookups import Lookups
from roster.models import Unit
from roster.services.units import create_units

if TYPE_CHECKING:
    from police_hr.core.models import User
    from roster.models import ImportBatch


def ensure(look: Lookups, batch: ImportBatch, by: User | None) -> None:
    """Make the units that were met while reading, and note them at the batch, so that undo can take them back."""
    if not look.new_units:
        return
    root = look.options.get("unit_root")
    rows = [
        {"code": code, "name": name, "parent_code": (root or {}).get("code", "")}
        for code, name in look.new_units.items()
    ]
    if root:
        rows.insert(
            0, {"code": root["code"], "name": root["name"], "name_en": root.get("name_en", ""), "parent_code": ""}
        )
    known = set(Unit.objects.filter(code__in=[row["code"] for row in rows]).values_list("code", flat=True))
    rows = [row for row in rows if row["code"] not in known]
    if not rows:
        return
    # noted first: if we die in between, cleaning up looks for units that were never made, which harms nothing
    batch.options = {**batch.options, "made_units": [row["code"] for row in rows]}
    batch.save(update_fields=["options"])
    create_units(rows=rows, by=by)
    vars(look).pop("unit_codes", None)


def resolve(look: Lookups, unit: int | str | None) -> int | None:
    """The id of a unit that was read as an id, or as the code of one to be made."""
    return look.unit_codes[unit] if isinstance(unit, str) else unit

"""Units: create, rename, move, merge, split, close. The tree is today's; `UnitVersion` keeps every past state.

Days: `on` is the first day of the new state. The version that ends gets `valid_to = on` (exclusive); the last
day of a closed unit is the day before (`Unit.active_to`, inclusive). A closed unit's history ends with a
version of no length that says why. Grants hang on unit rows, so they follow every change of path.
"""

from roster.services.units.changing import ON_ROLLS, close_unit, merge_units, move_unit, rename_unit, update_unit
from roster.services.units.making import DETAIL_FIELDS, create_unit, create_units
from roster.services.units.splitting import Part, split_unit

__all__ = [
    "DETAIL_FIELDS",
    "ON_ROLLS",
    "Part",
    "close_unit",
    "create_unit",
    "create_units",
    "merge_units",
    "move_unit",
    "rename_unit",
    "split_unit",
    "update_unit",
]

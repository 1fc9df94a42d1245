"""Which writer serves which target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from roster.importing.targets import Target
from roster.importing.targets.appointment import AppointmentForms
from roster.importing.targets.career import CareerTable
from roster.importing.targets.ledger import Ledger
from roster.importing.targets.materials import Materials
from roster.importing.targets.officers import Officers
from roster.importing.targets.units import Units
from roster.models import ImportBatch
from roster.services.imports.appointment import AppointmentWriter
from roster.services.imports.material_writing import MaterialWriter
from roster.services.imports.writing import CareerWriter, LedgerWriter, OfficerWriter, UnitWriter, Writer

if TYPE_CHECKING:
    from police_hr.core.models import User

WRITERS: tuple[tuple[type[Target], type[Writer[Any]]], ...] = (
    (Officers, OfficerWriter),
    (CareerTable, CareerWriter),
    (Ledger, LedgerWriter),
    (Materials, MaterialWriter),
    (AppointmentForms, AppointmentWriter),
    (Units, UnitWriter),
)


def make_writer(target: Target, batch: ImportBatch, by: User | None) -> Writer[Any]:
    """A writer for one commit or undo of `batch`."""
    return next(writer for sort, writer in WRITERS if isinstance(target, sort))(target, batch, by)

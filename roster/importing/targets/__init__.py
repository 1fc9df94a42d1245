"""What can be imported."""

from __future__ import annotations

import datetime as dt
from typing import Any

from roster.importing.lookups import Lookups
from roster.importing.targets.appointment import AppointmentForms
from roster.importing.targets.base import CAREER, Target
from roster.importing.targets.career import Appraisals, Educations, Grades, PostingsWithOverlap, Qualifications, Ranks
from roster.importing.targets.ledger import PREFIX, Ledger
from roster.importing.targets.materials import Materials
from roster.importing.targets.officers import Officers
from roster.importing.targets.units import Units
from roster.models import LedgerKind

TABLES: dict[str, type[Target]] = {
    target.code: target
    for target in (
        Officers,
        Units,
        PostingsWithOverlap,
        Ranks,
        Grades,
        Educations,
        Appraisals,
        Qualifications,
        Materials,
        AppointmentForms,
    )
}


class UnknownTarget(Exception):
    """Nothing can be imported under this name."""


def make_target(code: str, *, today: dt.date, options: dict[str, Any] | None = None) -> Target:
    """The target `code` (officers, postings …, ledger:KIND), ready for one pass. Raises UnknownTarget."""
    look = Lookups(today=today, options=options or {})
    if code in TABLES:
        return TABLES[code](look)
    kind = LedgerKind.objects.select_related("current").filter(code=code.removeprefix(PREFIX)).first()
    if not code.startswith(PREFIX) or kind is None or kind.current is None:
        raise UnknownTarget(code)
    return Ledger(look, kind, kind.current)


__all__ = ["CAREER", "PREFIX", "TABLES", "Target", "UnknownTarget", "make_target"]

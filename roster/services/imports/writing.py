"""How the rows of each target are written: hidden, with the services that pages use, in chunks.

A writer serves one commit. `prepare` makes what rows refer to, `write` writes them hidden, `apply` changes what
is there already (in the flip), `after` adds what needs no flip, `revert` puts all back (in the undo).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from police_hr.core.days import from_number
from roster.importing.reading import Staged
from roster.importing.targets import Target
from roster.importing.targets.career import CareerTable
from roster.importing.targets.ledger import Ledger
from roster.importing.targets.officer_fields import OFFICER_COLUMNS, PROTECTED
from roster.importing.targets.officers import Officers
from roster.importing.targets.units import Units
from roster.models import (
    Appraisal,
    Education,
    GradeRecord,
    ImportBatch,
    Officer,
    Posting,
    ProtectedAttribute,
    Qualification,
    RankRecord,
)
from roster.services import careers
from roster.services.imports import changes, unit_making
from roster.services.ledger import record_entries
from roster.services.officers import create_officers
from roster.services.units import create_units

if TYPE_CHECKING:
    from police_hr.core.models import User

T = TypeVar("T", bound=Target)
CHUNK = 2_000
ADD: Mapping[type, Callable[..., int]] = {
    Posting: careers.add_postings,
    RankRecord: careers.add_ranks,
    GradeRecord: careers.add_grades,
    Education: careers.add_educations,
    Appraisal: careers.add_appraisals,
    Qualification: careers.add_qualifications,
}


class Writer(Generic[T]):
    """Writes the rows of one batch."""

    def __init__(self, target: T, batch: ImportBatch, by: User | None) -> None:
        self.target, self.batch, self.by = target, batch, by
        self.common: dict[str, Any] = {"batch": batch, "source": batch.source, "by": by}

    def prepare(self) -> None:
        """Make the units that the file names and that do not exist yet."""
        unit_making.ensure(self.target.look, self.batch, self.by)

    def write(self, rows: Iterable[Staged]) -> None:
        raise NotImplementedError

    def apply(self, batch: ImportBatch) -> None:
        raise NotImplementedError

    def revert(self, batch: ImportBatch) -> None:
        raise NotImplementedError

    def after(self, batch: ImportBatch) -> None:
        """What is done once the batch counts; begun anew after a crash, so it must be idempotent."""


class OfficerWriter(Writer[Officers]):
    def write(self, rows: Iterable[Staged]) -> None:
        waiting = iter(rows)
        while chunk := list(islice(waiting, CHUNK)):
            self._write_chunk([row for row in chunk if row.act != "same"])

    def _write_chunk(self, rows: list[Staged]) -> None:
        new = [row for row in rows if row.act == "new"]
        plain = [{name: _day(name, v) for name, v in row.values.items() if name in OFFICER_COLUMNS} for row in new]
        for row, pk in zip(new, create_officers(rows=plain, **self.common), strict=True):
            row.officer = pk
        self._write_protected(new)
        for add, facts_of in (
            (careers.add_postings, self._posting),
            (careers.add_ranks, self._rank),
            (careers.add_grades, self._grade),
        ):
            found = list(chain.from_iterable(map(facts_of, rows)))
            if found:
                add(rows=found, **self.common)

    def _write_protected(self, rows: list[Staged]) -> None:
        ProtectedAttribute.objects.bulk_create(
            ProtectedAttribute(
                officer_id=row.officer or 0, name=name.removeprefix(PROTECTED), value=value, batch=self.batch
            )
            for row in rows
            for name, value in row.values.items()
            if name.startswith(PROTECTED) and value
        )

    def _since(self, row: Staged, name: str) -> dt.date:
        """From when a new post, rank or grade holds: as the file says, else from today (new officers: from joining).

        An update whose day did not change keeps that day only where a person confirmed it, which is the doubt
        `since_stale`; so the file's day is taken as it stands.
        """
        number = row.values.get(name)
        if number is None and row.act == "new":
            number = row.values.get("police_since")
        return from_number(number) if number is not None else self.target.look.today

    def _posting(self, row: Staged) -> Iterable[dict[str, Any]]:
        unit = unit_making.resolve(self.target.look, row.values.get("unit"))
        post = row.values.get("post", "")
        if row.act == "update":
            if not {"unit", "post", "post_since"} & row.before.keys():
                return
            present = Officer.objects.values("unit_id", "post").get(pk=row.officer or 0)
            unit, post = unit or present["unit_id"], post or present["post"]
        if unit:
            starts = self._since(row, "post_since")
            yield {"officer_id": row.officer, "unit_id": unit, "post": post, "main": True, "starts_on": starts}

    def _rank(self, row: Staged) -> Iterable[dict[str, Any]]:
        if row.values.get("rank") and (row.act == "new" or {"rank", "rank_since"} & row.before.keys()):
            since = self._since_of_change(row, "rank")
            yield {"officer_id": row.officer, "rank": row.values["rank"], "since": since}

    def _grade(self, row: Staged) -> Iterable[dict[str, Any]]:
        if row.values.get("grade") and (row.act == "new" or {"grade", "grade_since"} & row.before.keys()):
            since = self._since_of_change(row, "grade")
            yield {"officer_id": row.officer, "grade": row.values["grade"], "since": since}

    def _since_of_change(self, row: Staged, name: str) -> dt.date:
        """A rank or grade that changed while its day did not is held from today: the old day is the old one's."""
        stale = row.act == "update" and name in row.before and f"{name}_since" not in row.before
        return self.target.look.today if stale else self._since(row, f"{name}_since")

    def apply(self, batch: ImportBatch) -> None:
        changes.apply_officers(batch)

    def revert(self, batch: ImportBatch) -> None:
        changes.revert_officers(batch)


class CareerWriter(Writer[CareerTable]):
    def write(self, rows: Iterable[Staged]) -> None:
        add = ADD[self.target.model]
        add(rows=(self._fact(row) for row in rows if row.act == "new"), **self.common)

    def _fact(self, row: Staged) -> dict[str, Any]:
        found = dict(row.values)
        found["officer_id"] = found.pop("officer")
        if "unit" in found:
            found["unit_id"] = unit_making.resolve(self.target.look, found.pop("unit"))
        return found

    def apply(self, batch: ImportBatch) -> None:
        changes.apply_facts(batch, self.target.model)

    def revert(self, batch: ImportBatch) -> None:
        changes.revert_facts(batch, self.target.model)


class LedgerWriter(Writer[Ledger]):
    def write(self, rows: Iterable[Staged]) -> None:
        self._days: dict[int, dt.date] = {}
        record_entries(rows=(self._entry(row) for row in rows if row.act != "same"), **self.common)

    def _entry(self, row: Staged) -> dict[str, Any]:
        """The row as `record_entries` takes it. Days repeat: each is made into a date once."""
        found = self.target.entry_values(row)
        days = self._days
        for name in ("occurred_on", "known_on", "closed_on"):
            number = found[name]
            if number is not None:
                day = days.get(number)
                if day is None:
                    day = days[number] = from_number(number)
                found[name] = day
        found["kind"], found["key"] = self.target.kind.code, row.key
        return found

    def apply(self, batch: ImportBatch) -> None:
        changes.replace_entries(batch, self.by)

    def revert(self, batch: ImportBatch) -> None:
        changes.restore_entries(batch)


class UnitWriter(Writer[Units]):
    """Units belong to no batch: they are made in the flip itself (hundreds, not thousands)."""

    def prepare(self) -> None:
        self._new: list[dict[str, Any]] = []

    def write(self, rows: Iterable[Staged]) -> None:
        for row in rows:
            if row.act == "new":
                self._new.append({name: _day(name, value) for name, value in row.values.items()})

    def apply(self, batch: ImportBatch) -> None:
        create_units(rows=self._new, by=self.by)
        batch.options = {**batch.options, "made_units": [row["code"] for row in self._new]}
        batch.save(update_fields=["options"])
        changes.write_units(batch, self.by, back=False)

    def revert(self, batch: ImportBatch) -> None:
        changes.write_units(batch, self.by, back=True)


def _day(name: str, value: Any) -> Any:
    """Days of officers and units as dates; everything else as it is."""
    day = name.endswith(("_on", "_since", "_from")) or name == "birth_date"
    return from_number(value) if day and isinstance(value, int) else value

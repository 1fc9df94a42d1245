"""Writing the invented force through the services of the apps. Every step may be begun again after a crash.

What is written in bulk is a batch: one that counts is finished, one that does not was cut off and is written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from police_hr.core.installation import install_all
from police_hr.demo import slips
from police_hr.demo.force import Force
from police_hr.demo.people import officer_row
from police_hr.demo.posts import establishments
from roster.models import DataSource, ImportBatch, Officer, Unit
from roster.services import careers
from roster.services.batches import erase_batch, open_batch, show_batch
from roster.services.ledger import record_entries
from roster.services.officers import create_officers
from roster.services.units import create_units

Told = Callable[[], None]
SLICE = 20_000
CAREERS: Mapping[str, Callable[..., int]] = {
    "postings": careers.add_postings,
    "ranks": careers.add_ranks,
    "grades": careers.add_grades,
    "educations": careers.add_educations,
    "appraisals": careers.add_appraisals,
    "qualifications": careers.add_qualifications,
    "family": careers.add_family,
}


def write_foundation() -> None:
    """What every installation starts with."""
    for _name in install_all():
        pass


def write_units(force: Force) -> None:
    """All units, in one transaction."""
    if Unit.objects.filter(code=force.units[0].code).exists():
        return
    create_units(
        rows=[
            {
                "code": unit.code,
                "name": unit.name,
                "short_name": unit.short_name,
                "name_en": unit.name_en,
                "parent_code": unit.parent_code or None,
                "type": unit.type,
                "branch": unit.branch,
                "order": unit.order,
                "establishment": established,
            }
            for unit, established in zip(force.units, establishments(force.units, police=force.officers), strict=True)
        ],
        by=None,
    )


def write_people(force: Force, told: Told) -> None:
    """Officers with their careers: one batch."""
    batch = _begin("officers", "personnel")
    if batch is None:
        return
    ids: list[int] = []
    married = {row["officer"] for row in force.careers.family() if row["relation"] == "10"}
    drawn = (officer_row(person, married=number in married) for number, person in enumerate(force.people))
    for rows in _slices(slips.in_officers(drawn, force.seed)):
        ids += create_officers(rows=rows, batch=batch, source=batch.source, by=None, on_chunk=lambda _done: told())
    units = unit_ids(force)
    for sort, add in CAREERS.items():
        facts = slips.in_careers(sort, getattr(force.careers, sort)(), force.seed)
        for rows in _slices(_with_ids(facts, ids, units)):
            add(rows=rows, batch=batch, source=batch.source, by=None, on_chunk=lambda _done: told())
    show_batch(batch=batch, by=None)


def write_ledger(force: Force, source: str, told: Callable[[int], None]) -> int:
    """Two years of the ledger from one source: one batch. Returns the number of rows, 0 if they were there."""
    batch = _begin("ledger", source)
    if batch is None:
        return 0
    rows = force.ledger(source, ids=officer_ids(force), unit_ids=unit_ids(force))
    written = record_entries(rows=rows, batch=batch, source=batch.source, by=None, on_chunk=told)
    show_batch(batch=batch, by=None)
    return written


def officer_ids(force: Force) -> list[int]:
    """The ids of the people, in their order."""
    found = dict(Officer.objects.values_list("badge_no", "pk"))
    return [found[person.badge_no] for person in force.people]


def unit_ids(force: Force) -> list[int]:
    """The ids of the units, in their order."""
    found = dict(Unit.objects.values_list("code", "pk"))
    return [found[unit.code] for unit in force.units]


def _begin(target: str, source: str) -> ImportBatch | None:
    """The hidden, empty batch to be filled; None where it counts already."""
    from_where = DataSource.objects.get(code=source)
    name = f"演示数据 · {from_where.name_zh}"
    batch = ImportBatch.objects.select_related("source").filter(target=target, file_name=name).first()
    if batch is None:
        # the first load of old files: days in the past know of it, so that the board has a past
        return open_batch(target=target, source=from_where, file_name=name, historical=True, by=None)
    if batch.visible:
        return None
    erase_batch(batch=batch)
    return batch


def _with_ids(rows: Iterable[dict[str, Any]], ids: list[int], units: list[int]) -> Iterator[dict[str, Any]]:
    for row in rows:
        row["officer_id"] = ids[row.pop("officer")]
        if "unit" in row:
            row["unit_id"] = units[row.pop("unit")]
        yield row


def _slices(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while chunk := list(islice(rows, SLICE)):
        yield chunk

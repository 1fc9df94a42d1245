"""What an import changes in rows that are there already: applied in the flip, put back by undo.

Both run set-wise in the caller's transaction. The staged row of an update holds what was there (`before`);
apply refuses where that is no longer so, undo leaves alone what somebody changed since.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat, Left
from django.utils import timezone

from police_hr.core.days import DayField, from_number, to_number
from roster.counting import counting
from roster.importing.problems import ImportStopped
from roster.importing.targets.officer_fields import OFFICER_COLUMNS
from roster.importing.targets.units import COMPARED
from roster.models import ImportBatch, ImportRow, LedgerEntry, Officer, Posting, Unit
from roster.models.career import CareerFact
from roster.services.bulk import update_rows
from roster.services.current import refresh_current
from roster.services.spelling import officer_spelling
from roster.services.units import rename_unit

if TYPE_CHECKING:
    from django.db import models

    from police_hr.core.models import User

SLICE = 2_000
# what applying an update adds to `before`, for undo
NOTED = frozenset({"ended", "birth_precision"})


def updates_of(batch: ImportBatch) -> Iterator[list[ImportRow]]:
    """The staged updates that are carried out, in slices."""
    rows = ImportRow.objects.filter(batch=batch, act="update").exclude(state__in=["error", "skip"]).order_by("row_no")
    found: list[ImportRow] = []
    for row in rows.iterator(chunk_size=SLICE):
        found.append(row)
        if len(found) == SLICE:
            yield found
            found = []
    if found:
        yield found


def _stored(field: models.Field[Any, Any], value: Any) -> Any:
    """A staged value as the model's attribute holds it."""
    return from_number(value) if isinstance(field, DayField) and isinstance(value, int) else value


def _number(value: Any) -> Any:
    return to_number(value) if isinstance(value, dt.date) else value


def _set(row: Any, wanted: Mapping[str, Any], expected: Mapping[str, Any] | None) -> None:
    """Set attributes; with `expected`, refuse where one is not what it was."""
    for name, value in wanted.items():
        attribute = f"{name}_id" if name == "unit" else name
        if expected is not None and _number(getattr(row, attribute)) != expected.get(name):
            raise ImportStopped("changed")
        setattr(row, attribute, _stored(row._meta.get_field(name), value))


# --- officers -------------------------------------------------------------------------------------------------
def apply_officers(batch: ImportBatch) -> None:
    """Set the changed fields of officers, and end the postings that new ones follow."""
    for rows in updates_of(batch):
        officers = Officer.objects.in_bulk([row.target_number for row in rows if row.target_number])
        changed: list[tuple[Officer, Iterable[str]]] = []
        for row in rows:
            officer = officers.get(row.target_number or 0)
            if officer is None:
                raise ImportStopped("changed")
            wanted = {name: row.values.get(name) for name in row.before if name in OFFICER_COLUMNS}
            if "birth_date" in wanted or "birth_precision" in row.values:
                wanted["birth_precision"] = row.values.get("birth_precision", officer.birth_precision)
                row.before.setdefault("birth_precision", officer.birth_precision)
            _set(officer, wanted, row.before)
            if wanted:
                _respell(officer)
                changed.append((officer, wanted))
        _save_officers(changed)
        _end_earlier_postings(batch, rows)
        update_rows(ImportRow, ["before"], [row for row in rows if row.before.keys() & NOTED])


def revert_officers(batch: ImportBatch) -> None:
    """Put back fields that still are as we set them, reopen postings, and give new badge numbers free."""
    for rows in updates_of(batch):
        officers = Officer.objects.in_bulk([row.target_number for row in rows if row.target_number])
        changed: list[tuple[Officer, Iterable[str]]] = []
        for row in rows:
            officer = officers.get(row.target_number or 0)
            if officer is None:
                continue
            back = {
                name: old
                for name, old in row.before.items()
                if name in OFFICER_COLUMNS and _number(getattr(officer, name)) == row.values.get(name)
            }
            _set(officer, back, None)
            _respell(officer)
            changed.append((officer, back))
            for posting in row.before.get("ended", ()):
                Posting.objects.filter(pk=posting).update(ends_on=None)
        _save_officers(changed)
    # An undone officer stays for replays; the badge number must be free for the next file.
    number = Cast(F("pk"), CharField())
    Officer.objects.filter(batch=batch).update(badge_no=Left(Concat(F("badge_no"), Value("~"), number), 20))


def _respell(officer: Officer) -> None:
    for name, text in officer_spelling(officer.name).items():
        setattr(officer, name, text)
    officer.phone_tail = officer.phone[-4:]
    officer.version += 1


def _save_officers(changed: Iterable[tuple[Officer, Iterable[str]]]) -> None:
    by_fields: dict[tuple[str, ...], list[Officer]] = {}
    for officer, names in changed:
        by_fields.setdefault(tuple(sorted(names)), []).append(officer)
    for names, officers in by_fields.items():
        update_rows(Officer, [*names, "pinyin", "initials", "strokes", "phone_tail", "version"], officers)


def _end_earlier_postings(batch: ImportBatch, rows: list[ImportRow]) -> None:
    """The open main posting ends the day before the new one begins; noted at the row, for undo."""
    moved = {row.target_number: row for row in rows if {"unit", "post", "post_since"} & row.before.keys()}
    starts = dict(
        Posting.objects.filter(batch=batch, officer_id__in=list(filter(None, moved))).values_list(
            "officer_id", "starts_on"
        )
    )
    earlier = counting(Posting.objects.filter(officer_id__in=list(starts), main=True, ends_on=None)).exclude(
        batch=batch
    )
    ended = []
    for posting in earlier:
        posting.ends_on = max(posting.starts_on, starts[posting.officer_id] - dt.timedelta(days=1))
        moved[posting.officer_id].before.setdefault("ended", []).append(posting.pk)
        ended.append(posting)
    Posting.objects.bulk_update(ended, ["ends_on"], batch_size=500)


# --- career facts ---------------------------------------------------------------------------------------------
def apply_facts(batch: ImportBatch, model: type[CareerFact]) -> None:
    for rows in updates_of(batch):
        facts = model._default_manager.in_bulk([row.target_number for row in rows])
        names: set[str] = set()
        for row in rows:
            fact = facts.get(row.target_number)
            if fact is None:
                raise ImportStopped("changed")
            _set(fact, {name: row.values.get(name) for name in row.before}, row.before)
            names |= row.before.keys()
        if names:
            model._default_manager.bulk_update(facts.values(), sorted(names), batch_size=500)
            _refresh(fact.officer_id for fact in facts.values())


def revert_facts(batch: ImportBatch, model: type[CareerFact]) -> None:
    for rows in updates_of(batch):
        facts = model._default_manager.in_bulk([row.target_number for row in rows])
        for row in rows:
            fact = facts.get(row.target_number)
            if fact is not None:
                same = {n: old for n, old in row.before.items() if _attribute(fact, n) == row.values.get(n)}
                _set(fact, same, None)
        names = sorted({name for row in rows for name in row.before})
        if names:
            model._default_manager.bulk_update(facts.values(), names, batch_size=500)
            _refresh(fact.officer_id for fact in facts.values())


def _attribute(row: Any, name: str) -> Any:
    return _number(getattr(row, "unit_id" if name == "unit" else name))


def _refresh(officers: Iterable[int]) -> None:
    refresh_current(officer_ids=sorted(set(officers)))


# --- ledger ---------------------------------------------------------------------------------------------------
def replace_entries(batch: ImportBatch, by: User | None) -> None:
    """A fact that the source now tells otherwise is voided and replaced, as every correction is."""
    today = timezone.localdate()
    for rows in updates_of(batch):
        fresh = dict(
            LedgerEntry.objects.filter(batch=batch, key__in=[row.key for row in rows]).values_list("key", "pk")
        )
        entries = LedgerEntry.objects.in_bulk([row.target_number for row in rows])
        for row in rows:
            entry = entries.get(row.target_number)
            if entry is None or entry.voided_on is not None or row.key not in fresh:
                raise ImportStopped("changed")
            entry.voided_on, entry.voided_by, entry.replaced_by_id = today, by, fresh[row.key]
            entry.void_reason = batch.number
        LedgerEntry.objects.bulk_update(
            entries.values(), ["voided_on", "voided_by", "replaced_by", "void_reason"], batch_size=500
        )


def restore_entries(batch: ImportBatch) -> None:
    """What the batch replaced holds again. The one place where `voided_on` is taken back: the batch is undone whole."""
    for rows in updates_of(batch):
        # By their numbers: a join of the ledger with itself can take PostgreSQL minutes before its statistics are new.
        entries = LedgerEntry.objects.filter(pk__in=[row.target_number for row in rows], replaced_by__isnull=False)
        entries.update(voided_on=None, voided_by=None, replaced_by=None, void_reason="")


# --- units ----------------------------------------------------------------------------------------------------
def write_units(batch: ImportBatch, by: User | None, *, back: bool) -> None:
    today = timezone.localdate()
    for rows in updates_of(batch):
        units = Unit.objects.in_bulk([row.target_number for row in rows])
        for row in rows:
            unit = units[row.target_number]
            wanted = row.before if back else {name: row.values.get(name) for name in row.before}
            if not back and any(getattr(unit, name) != old for name, old in row.before.items()):
                raise ImportStopped("changed")
            if "name" in wanted:
                rename_unit(unit=unit, name=wanted["name"], short_name=wanted.get("short_name"), on=today, by=by)
            plain = {name: value for name, value in wanted.items() if name in COMPARED and name != "name"}
            if plain:
                Unit.objects.filter(pk=unit.pk).update(**plain)

"""After an import of officers: what each source says, where sources disagree, who may be one person twice.

Runs after the flip, in chunks, and may be begun anew: everything is found again from the officers and from what
sources said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from police_hr.core.days import from_number
from roster.counting import counting
from roster.importing.targets.officer_fields import DAYS
from roster.models import Conflict, DuplicatePair, ImportBatch, ImportRow, Officer, SourceRecord

CHUNK = 1_000
# Fields whose value is one and the same whoever tells it; what changes over time is no conflict.
COMPARED = ("name", "sex", "birth_date", "id_number", "ethnicity", "police_since", "party_joined_on", "education")
MOST_TWINS = 20


def compare_sources(batch: ImportBatch) -> None:
    """Bring source records, conflicts and possible duplicates up to date with `batch`."""
    if batch.target != "officers" or batch.source is None:
        return
    for rows in _said(batch):
        with transaction.atomic():
            _note(batch, rows)
            _find_conflicts([officer for officer, _values in rows])
    find_duplicates(batch)


def _said(batch: ImportBatch) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    """(officer, what the batch says of the compared fields), in chunks.

    Rows of new officers are not all stored: what they said is what the officer now is.
    """
    new = Officer.objects.filter(batch=batch).order_by("pk")
    found: list[tuple[int, dict[str, Any]]] = []
    for officer in new.iterator(chunk_size=CHUNK):
        found.append((officer.pk, {name: _text(getattr(officer, name)) for name in COMPARED if getattr(officer, name)}))
        if len(found) == CHUNK:
            yield found
            found = []
    rows = ImportRow.objects.filter(batch=batch, act__in=["update", "same"]).exclude(state__in=["error", "skip"])
    for row in rows.order_by("pk").iterator(chunk_size=CHUNK):
        if row.officer_number:
            told = {n: _staged(n, v) for n, v in row.values.items() if n in COMPARED and v not in ("", None)}
            found.append((row.officer_number, told))
        if len(found) == CHUNK:
            yield found
            found = []
    if found:
        yield found


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _staged(name: str, value: Any) -> str:
    return from_number(value).isoformat() if name in DAYS and isinstance(value, int) else str(value)


def _note(batch: ImportBatch, rows: list[tuple[int, dict[str, Any]]]) -> None:
    today = timezone.localdate()
    known = {
        record.officer_id: record
        for record in SourceRecord.objects.filter(source=batch.source, officer__in=[pk for pk, _v in rows])
    }
    fresh, changed = [], []
    for officer, values in rows:
        record = known.get(officer)
        if record is None:
            fresh.append(
                SourceRecord(source=batch.source, officer_id=officer, values=values, batch=batch, said_on=today)
            )
        else:
            record.values, record.batch, record.said_on = {**record.values, **values}, batch, today
            changed.append(record)
    SourceRecord.objects.bulk_create(fresh, batch_size=500)
    SourceRecord.objects.bulk_update(changed, ["values", "batch", "said_on"], batch_size=500)


def _find_conflicts(officers: list[int]) -> None:
    """Open a conflict where sources say different things, refresh the claims of open ones, close what agrees now."""
    said: dict[int, dict[str, dict[str, str]]] = {}
    records = SourceRecord.objects.filter(officer__in=officers).select_related("source")
    for record in records:
        for name, value in record.values.items():
            if name in COMPARED and value:
                said.setdefault(record.officer_id, {}).setdefault(name, {})[record.source.code] = value
    open_ones = {(c.officer_id, c.field): c for c in Conflict.objects.filter(officer__in=officers, resolved_at=None)}
    settled = {
        (c.officer_id, c.field): c.claims
        for c in Conflict.objects.filter(officer__in=officers, resolved_at__isnull=False)
    }
    fresh = []
    for officer, fields in said.items():
        for name, claims in fields.items():
            disagree = len(set(claims.values())) > 1
            conflict = open_ones.pop((officer, name), None)
            if conflict is not None and disagree:
                Conflict.objects.filter(pk=conflict.pk).update(claims=claims)
            elif conflict is not None:
                conflict.delete()
            # what was settled once is asked again only when a source says something new
            elif disagree and settled.get((officer, name)) != claims:
                fresh.append(Conflict(officer_id=officer, field=name, claims=claims))
    Conflict.objects.bulk_create(fresh)


def find_duplicates(batch: ImportBatch) -> int:
    """Officers of the batch who share an ID number, or name and day of birth, with another. Returns new pairs."""
    found = 0
    for reason, fields in (("id_number", ("id_number",)), ("name_birth", ("name", "birth_date"))):
        found += _pair_up(batch, reason, fields)
    return found


def _pair_up(batch: ImportBatch, reason: str, fields: tuple[str, ...]) -> int:
    officers = counting(Officer.objects.exclude(**{fields[0]: ""}).filter(birth_date__isnull=False))
    officers = officers.exclude(status=Officer.Status.MERGED)
    groups = officers.values(*fields).annotate(count=Count("pk")).filter(count__gt=1, count__lte=MOST_TWINS)
    made = 0
    for group in groups.iterator(chunk_size=CHUNK):
        twins = sorted(officers.filter(**{name: group[name] for name in fields}).values_list("pk", "batch_id"))
        pairs = [
            DuplicatePair(first_id=first, second_id=second, reason=reason)
            for index, (first, one) in enumerate(twins)
            for second, other in twins[index + 1 :]
            if batch.pk in (one, other)
        ]
        made += len(DuplicatePair.objects.bulk_create(pairs, ignore_conflicts=True))
    return made

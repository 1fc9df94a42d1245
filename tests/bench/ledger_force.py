"""A force of any size with any number of ledger rows, written by the database itself: for measuring runs of the index.

Invented throughout; the same numbers give the same force. No service is called: 20 million rows through services
would measure the seeding.
"""

from __future__ import annotations

import json

from django.db import connection
from django.utils import timezone

from police_hr.core.days import to_number
from roster.models import LedgerEntry, LedgerKind, Officer, Unit
from roster.services.batches import open_batch, show_batch
from scoring.services.models import install_models
from tests.bench import force

PROTOTYPES = 10_000
UNIT_SIZE = 22
YEARS = 3
# kind, payload, verified, of a thousand rows so many: a force of which some ten per cent stand out, as in life
MIX = (
    ("LATE_EARLY", {"type": "late", "excused": "yes"}, False, 520),
    ("LATE_EARLY", {"type": "late", "excused": "no"}, False, 200),
    ("PATROL_PROBLEM", {"item": "DP01", "severity": "minor"}, False, 90),
    ("WEEKLY_HOURS", {"weeks": 4, "hours": 52}, False, 130),
    ("WEEKLY_HOURS", {"weeks": 4, "hours": 58}, False, 20),
    ("AWARD", {"grade": "A2"}, False, 20),
    ("PATROL_PROBLEM", {"item": "DP01", "severity": "serious"}, False, 8),
    ("NO_REST", {"days": 16}, False, 8),
    ("COMPLAINT_VERIFIED", {"severity": "minor"}, True, 2),
    ("FAMILY_DEATH", {"relation": "father"}, False, 1),
    ("PUNISHMENT", {"measure": "P1"}, True, 1),
)


def seed(*, officers: int, events: int) -> None:
    """Fill an empty, migrated database: officers in units of about 22, events spread over three years."""
    units = max(21, officers // UNIT_SIZE)
    force.build(officers=min(officers, PROTOTYPES), units=min(units, 45_000))
    install_models()
    _more_officers(officers)
    Officer.objects.update(status=Officer.Status.SERVING)
    _entries(events)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _series(stop: int) -> str:
    """A table `n(i)` of 0 … stop - 1."""
    if connection.vendor == "postgresql":
        return f"(SELECT i::bigint FROM generate_series(0, {stop - 1}) AS s(i)) AS n"
    steps = f"WITH RECURSIVE s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < {stop - 1}) SELECT i FROM s"
    return f"({steps}) AS n"


def _more_officers(wanted: int) -> None:
    """Copies of the prototypes in other units, under badge numbers of their own."""
    held = Officer.objects.count()
    if wanted <= held:
        return
    own = {"id", "badge_no", "unit_id"}
    columns = [field.column for field in Officer._meta.concrete_fields if field.column not in own]
    first_unit = Unit.objects.order_by("pk").values_list("pk", flat=True).first()
    units = Unit.objects.count()
    names = ", ".join(f'"{column}"' for column in columns)
    copied = ", ".join(f'p."{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO roster_officer (badge_no, unit_id, {names}) "
            f"SELECT CAST(2000000 + i AS varchar(20)), {first_unit} + (i * 48271) % {units}, {copied} "
            f"FROM {_series(wanted - held)} "
            f"JOIN roster_officer p ON p.id = (SELECT MIN(id) FROM roster_officer) + n.i % {held}"
        )


def _entries(events: int) -> None:
    """Ledger rows in one historical batch; kind, day and officer scattered by multiplication."""
    batch = open_batch(target="ledger", source=None, historical=True, by=None)
    kinds = {kind.code: kind for kind in LedgerKind.objects.select_related("current")}
    rows = []
    number = 0
    for code, payload, verified, share in MIX:
        version = kinds[code].current
        assert version is not None
        fact = (kinds[code].pk, version.pk, json.dumps(payload), verified, version.sensitivity)
        rows += [(number + place, *fact) for place in range(share)]
        number += share
    today = to_number(timezone.localdate())
    first, many = Officer.objects.order_by("pk").values_list("pk", flat=True)[0], Officer.objects.count()
    as_json = "CAST(f.payload AS jsonb)" if connection.vendor == "postgresql" else "f.payload"
    day = f"{today} - CAST((i * 40503) % {365 * YEARS} AS integer)"
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE facts (number integer, kind bigint, version bigint, payload text, "
            "verified boolean, sensitivity integer)"
        )
        cursor.executemany("INSERT INTO facts VALUES (%s, %s, %s, %s, %s, %s)", rows)
        cursor.execute(
            f"INSERT INTO {LedgerEntry._meta.db_table} (officer_id, kind_id, kind_version_id, occurred_on, known_on, "
            "recorded_on, void_reason, payload, sensitivity, verified, batch_id, key, recorded_at) "
            f"SELECT {first} + (i * 7919) % {many}, f.kind, f.version, {day}, {day}, {today}, '', {as_json}, "
            f"f.sensitivity, f.verified, {batch.pk}, '', CURRENT_TIMESTAMP "
            f"FROM {_series(events)} JOIN facts f ON f.number = (n.i * 1327 + n.i / 1009) % {len(rows)}"
        )
        cursor.execute("DROP TABLE facts")
    show_batch(batch=batch, by=None)

"""A small force made through the services, for tests that need units, people, facts and accounts."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

from police_hr.core.access import Viewer, viewer_for
from police_hr.core.models import User
from roster.access import grant_role
from roster.models import Officer, Unit
from roster.services.batches import open_batch, show_batch
from roster.services.careers import add_appraisals, add_postings
from roster.services.defaults import install_defaults
from roster.services.ledger import record_entries
from roster.services.officers import create_officers
from roster.services.units import create_units

LONG_AGO = dt.date(2010, 1, 4)
# what a seeded force is made of: kind, payload, whether verified, whether it may stay open
FACTS: tuple[tuple[str, dict[str, Any], bool, bool], ...] = (
    ("PATROL_PROBLEM", {"item": "DP01", "severity": "minor"}, False, False),
    ("PATROL_PROBLEM", {"item": "DP01", "severity": "serious"}, False, False),
    ("LATE_EARLY", {"type": "late", "excused": "no"}, False, False),
    ("WEEKLY_HOURS", {"weeks": 4, "hours": 58}, False, False),
    ("NO_REST", {"days": 16}, False, False),
    ("MOOD_ALERT", {"level": "marked"}, False, True),
    ("HARDSHIP", {"basis": "recognised"}, False, True),
    ("FAMILY_DEATH", {"relation": "father"}, False, False),
    ("COMPLAINT_VERIFIED", {"severity": "minor"}, True, False),
    ("PUNISHMENT", {"measure": "P1"}, True, False),
    ("AWARD", {"grade": "A2"}, False, False),
)


def units(*codes: str) -> dict[str, Unit]:
    """A bureau "B" with one unit below it for each code; a dot makes a unit below a unit (`S1.P1`)."""
    rows: list[dict[str, Any]] = [{"code": "B", "name": "示例市公安局", "name_en": "Sample Bureau"}]
    for code in codes:
        parent = code.rpartition(".")[0] or "B"
        rows.append({"code": code, "name": f"单位{code}", "name_en": f"Unit {code}", "parent_code": parent})
    return create_units(rows=rows, by=None)


def officers(number: int, unit: Unit, *, first: int = 1) -> list[Officer]:
    """Serving officers with complete identity data, posted to `unit`, badges from `first` on."""
    rows = [
        {
            "badge_no": f"{first + place:06d}",
            "name": f"民警{first + place}",
            "sex": "M",
            "birth_date": dt.date(1985, 3, 1),
            "police_since": LONG_AGO,
            "political_status": "01",
            "education": "21",
            "phone": f"139{first + place:08d}",
        }
        for place in range(number)
    ]
    ids = create_officers(rows=rows, by=None)
    add_postings(rows=[{"officer_id": pk, "unit_id": unit.pk, "starts_on": LONG_AGO} for pk in ids], by=None)
    add_appraisals(rows=[{"officer_id": pk, "year": 2025, "result": "N2"} for pk in ids], by=None)
    return list(Officer.objects.filter(pk__in=ids).order_by("pk"))


def facts(rows: Sequence[dict[str, Any]], *, historical: bool = True) -> None:
    """Ledger rows in one visible batch; a historical one counts on past days, too."""
    batch = open_batch(target="ledger", source=None, historical=historical, by=None)
    record_entries(rows=rows, batch=batch, by=None)
    show_batch(batch=batch, by=None)


def seeded_facts(
    people: Sequence[Officer], *, until: dt.date, each: int = 6, seed: int = 7, kinds: Sequence[Any] = FACTS
) -> None:
    """About `each` facts an officer in the year before `until`, the same for the same seed."""
    chance = random.Random(seed)
    rows = []
    for officer in people:
        for _number in range(chance.randrange(2 * each)):
            kind, payload, verified, open_ended = chance.choice(kinds)
            day = until - dt.timedelta(days=chance.randrange(365))
            closed = open_ended and chance.random() < 0.5
            rows.append(
                {
                    "officer_id": officer.pk,
                    "kind": kind,
                    "occurred_on": day,
                    "payload": payload,
                    "verified": verified,
                    "closed_on": min(day + dt.timedelta(days=30), until) if closed else None,
                }
            )
    facts(rows)


def account(badge: str, role: str = "", unit: Unit | None = None, *, officer: Officer | None = None) -> User:
    """An account ready to be signed in, with one role over one unit."""
    user = User.objects.create_user(
        badge, "test password 1", name=f"用户{badge}", must_change_password=False,
        officer_number=officer.pk if officer else None,
    )  # fmt: skip
    if role and unit is not None:
        grant_role(user=user, role=role, unit=unit, by=None)
    return user


def viewer(badge: str, role: str = "", unit: Unit | None = None, **more: Any) -> Viewer:
    return viewer_for(account(badge, role, unit, **more))


__all__ = ["account", "facts", "install_defaults", "officers", "seeded_facts", "units", "viewer"]

"""Whoever changes a dossier beside the ledger says so in the same transaction: others react to it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from police_hr.core import audit
from police_hr.core.models import LedgerChange
from roster.models import Officer
from roster.services.careers import add_family, add_ranks, move_officers, transfer_officer
from roster.services.officers import create_officers, update_officer
from tests.factories import force

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("defaults")]


@pytest.fixture
def people() -> list[Officer]:
    """Two officers of unit S1; what their making announced is forgotten."""
    found = force.officers(2, force.units("S1", "S2")["S1"])
    LedgerChange.objects.all().delete()
    return found


def told() -> list[int | None]:
    """Whose dossiers were announced as changed, in order."""
    return list(LedgerChange.objects.filter(action="dossier").order_by("pk").values_list("officer_number", flat=True))


def test_every_service_that_changes_a_dossier_announces_it_once(people) -> None:
    first, second = people
    update_officer(officer=first, changes={"native_place": "浙江永嘉"}, version=None, by=None)
    assert told() == [first.pk]
    rows = [{"officer_id": first.pk, "rank": rank, "since": dt.date(year, 8, 1)}
            for rank, year in (("R11", 2012), ("R10", 2016))]  # fmt: skip
    add_ranks(rows=[*rows, {**rows[0], "officer_id": second.pk}], by=None)
    assert told() == [first.pk, first.pk, second.pk]
    add_family(rows=[{"officer_id": second.pk, "relation": "51", "name": "民警父"}], by=None)
    assert told()[3:] == [second.pk]
    transfer_officer(officer=first, unit=first.unit, post="副所长", on=dt.date(2024, 3, 1), by=None)
    assert told()[4:] == [first.pk]
    with transaction.atomic():
        move_officers(officer_ids=[first.pk, second.pk], unit=first.unit, on=dt.date(2025, 3, 1))
    assert told()[5:] == [first.pk, second.pk]
    fresh = create_officers(rows=[{"badge_no": "770001"}], by=None)
    assert told()[7:] == fresh


def test_nothing_is_announced_where_nothing_changes(people) -> None:
    update_officer(officer=people[0], changes={"name": people[0].name}, version=None, by=None)
    with pytest.raises(ValidationError):
        update_officer(officer=people[0], changes={"name": "某某"}, version=99, by=None)
    assert told() == []


def test_a_change_that_is_not_audited_is_not_announced_either(people, monkeypatch) -> None:
    def fail(**_event):
        raise RuntimeError("no audit")

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        update_officer(officer=people[0], changes={"native_place": "浙江永嘉"}, version=None, by=None)
    assert told() == []

"""Until when a sanction is in effect where its decision does not say: on a page, in a correction, in a file."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from roster.models import LedgerEntry
from roster.selectors import codes
from roster.services.ledger import correct_entry, record_entry
from tests.factories.cast import Cast, cast
from tests.factories.imports import csv_bytes, imported, install_defaults, row, staged

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]
DAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def force() -> Cast:
    codes.forget()
    install_defaults()
    return cast()


def recorded(force: Cast, on: dt.date = DAY, kind: str = "PUNISHMENT", **payload: Any) -> LedgerEntry:
    return record_entry(
        officer=force.officer_a, kind=kind, occurred_on=on, payload=payload, verified=True, by=force["hr_cadre"]
    )


@pytest.mark.parametrize(
    ("payload", "until"),
    [
        ({"measure": "P1"}, "2026-09-02"),  # 警告, 6 months
        ({"measure": "P5"}, "2028-03-02"),  # 撤职, 24 months
        ({"measure": "D4", "probation": "one_year"}, "2029-03-02"),  # 留党察看一年, and two years more
        ({"measure": "P1", "effect_until": "2026-10-01"}, "2026-10-01"),  # as the decision says
    ],
)
def test_what_the_decision_does_not_name_the_code_table_gives(force: Cast, payload: dict[str, str], until: str):
    """Terms of domain/dossier.md §2.5."""
    assert recorded(force, **payload).payload["effect_until"] == until


def test_dismissal_has_no_period_and_is_recorded_without(force: Cast):
    assert "effect_until" not in recorded(force, measure="P6").payload
    assert "effect_until" not in recorded(force, kind="ORG_MEASURE", measure=_measure()).payload


def _measure() -> str:
    return next(entry.code for entry in codes.entries("org_measure") if not entry.attributes.get("effect_months"))


def test_an_earlier_sanction_that_runs_is_not_added_to_what_is_stored(force: Cast):
    recorded(force, on=dt.date(2026, 1, 5), measure="P2")
    assert recorded(force, measure="P1").payload["effect_until"] == "2026-09-02"


def test_emptied_in_a_correction_it_is_computed_anew(force: Cast):
    entry = recorded(force, measure="P1", effect_until="2027-01-01")
    fresh = correct_entry(
        entry=entry, changes={"payload": {"measure": "P2"}}, reason="处分种类有误", by=force["hr_cadre"]
    )
    assert fresh.payload == {"measure": "P2", "effect_until": "2027-03-02"}


def test_a_file_without_the_column_gives_the_same_and_again_changes_nothing(force: Cast):
    badge = force.officer_a.badge_no
    content = csv_bytes(
        f"{badge},2026-03-02,警告,CF-1", f"{badge},2026-03-03,开除,CF-2", header="警号,发生日期,处分种类,来源编号"
    )
    imported(content, "ledger:PUNISHMENT", by=force["hr_cadre"])
    held = LedgerEntry.objects.order_by("key").values_list("payload", flat=True)
    assert list(held) == [{"measure": "P1", "effect_until": "2026-09-02"}, {"measure": "P6"}]
    again = staged(content, "ledger:PUNISHMENT", by=force["hr_cadre"])
    assert [row(again, number).act for number in (2, 3)] == ["same", "same"]

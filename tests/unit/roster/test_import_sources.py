"""What sources say: records, conflicts, duplicates and the quality of each."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from police_hr.core.access import Viewer
from police_hr.core.models import AuditEvent
from roster.models import Conflict, DataSource, DuplicatePair, Officer, SourceRecord
from roster.selectors.imports import source_quality
from roster.services.reconciliation import part_officers, resolve_conflict
from tests.factories.cast import account
from tests.factories.imports import csv_bytes, imported, stations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]
HEADER = "警号,姓名,性别,出生日期"


@pytest.fixture(autouse=True)
def _force():
    stations("望江派出所")


def source(code):
    return DataSource.objects.get(code=code)


def test_what_a_source_says_is_kept():
    imported(csv_bytes("900001,甲乙,男,1985-03-01", header=HEADER), source=source("personnel"))
    record = SourceRecord.objects.get()
    assert record.values == {"name": "甲乙", "sex": "M", "birth_date": "1985-03-01"}


def test_two_sources_that_disagree_make_a_conflict_and_a_person_settles_it():
    imported(csv_bytes("900001,甲乙,男,1985-03-01", header=HEADER), source=source("personnel"))
    imported(csv_bytes("900001,甲乙,男,1985-04-01", header=HEADER), source=source("training"))
    conflict = Conflict.objects.get()
    assert (conflict.field, conflict.claims) == (
        "birth_date",
        {"personnel": "1985-03-01", "training": "1985-04-01"},
    )
    by = account("CHEN")
    resolve_conflict(conflict=conflict, source="personnel", by=by)
    assert Officer.objects.get(badge_no="900001").birth_date == dt.date(1985, 3, 1)
    assert AuditEvent.objects.filter(action="conflict.resolve").count() == 1
    with pytest.raises(ValidationError):
        resolve_conflict(conflict=conflict, source="training", by=by)


def test_a_settled_conflict_is_not_asked_again_while_sources_say_the_same():
    imported(csv_bytes("900001,甲乙,男,1985-03-01", header=HEADER), source=source("personnel"))
    imported(csv_bytes("900001,甲乙,男,1985-04-01", header=HEADER), source=source("training"))
    resolve_conflict(conflict=Conflict.objects.get(), source="personnel", by=account("CHEN"))
    imported(csv_bytes("900001,甲乙,男,1985-04-01", header=HEADER), source=source("training"))
    assert not Conflict.objects.filter(resolved_at=None).exists()


def test_two_officers_of_one_name_and_birthday_are_a_pair_once():
    lines = ["900001,甲乙,男,1985-03-01", "900002,甲乙,男,1985-03-01", "900003,丙,男,1985-03-01"]
    imported(csv_bytes(*lines, header=HEADER), source=source("personnel"))
    imported(csv_bytes(*lines, header=HEADER), source=source("personnel"))
    pair = DuplicatePair.objects.get()
    assert pair.reason == "name_birth"
    part_officers(pair=pair, by=account("CHEN"))
    with pytest.raises(ValidationError):
        part_officers(pair=pair, by=account("LI"))


def test_quality_counts_rows_and_what_is_filled_in():
    imported(csv_bytes("900001,甲乙,男,", "900002,丙丁,男,1985-03-01", header=HEADER), source=source("personnel"))
    figures = source_quality(Viewer.system())
    assert [(f["source"].code, f["rows"], f["rejected"], f["days_old"]) for f in figures] == [("personnel", 2, 0, 0)]
    assert 50 in [share for _label, share in figures[0]["completeness"]]

"""What a file said goes when nothing can be done with it any more; what it brought stays."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from police_hr.core.models import AuditEvent
from roster.models import ImportBatch, ImportRow, Officer
from roster.services.imports.files import kept_path
from roster.services.imports.retention import forget_past
from tests.factories.imports import csv_bytes, imported, stations
from tests.unit.roster.test_import_scene import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]


def later(**passed: int) -> dt.datetime:
    return timezone.now() + dt.timedelta(**passed)


def test_file_and_staged_rows_go_after_the_days_of_undoing() -> None:
    stations("望江派出所")
    batch = imported(csv_bytes(person("091102", "梁启文"), person("091103", "沈立群")))
    batch.refresh_from_db()
    kept = kept_path(batch.file_path)
    assert forget_past(now=later(days=6)) == 0
    assert kept.is_file()
    assert ImportRow.objects.filter(batch=batch).count() == 2

    assert forget_past(now=later(days=8)) == 1
    assert not kept.exists()
    assert not ImportRow.objects.exists()
    assert Officer.objects.filter(badge_no__in=["091102", "091103"]).count() == 2
    assert ImportBatch.objects.get(pk=batch.pk).counts["total"] == 2
    assert forget_past(now=later(days=8)) == 0
    assert AuditEvent.objects.filter(action="import.forget").count() == 1

"""The board of doubts as a file: what is in it, who may ask, and what is left out in the end."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from police_hr.core.identity import check_digit
from police_hr.core.tabular import open_table
from roster.models import Doubt, ExportRequest, Officer
from roster.selectors import codes
from roster.services.defaults import install_defaults
from roster.services.doubts import recheck
from roster.services.exports import folder, write_export
from tests.factories.cast import Cast, cast
from tests.factories.force import officers

pytestmark = pytest.mark.usefixtures("data_dir")
URL, BOARD = "roster:doubt-export", "roster:doubt-list"


@pytest.fixture
def force(db: Any) -> Cast:
    """Both officers have a sex that is not the one of the ID number."""
    codes.forget()
    install_defaults()
    found = cast()
    first = "33032419850301001"
    Officer.objects.update(political_status="13", education="", sex="F", id_number=first + check_digit(first))
    recheck()
    return found


def asked(force: Cast, *, role: str = "hr_cadre", query: str = "", **values: str) -> Any:
    client = Client()
    client.force_login(force[role])
    return client.post(reverse(URL) + query, {"reason": "审档整改通知", "file_format": "xlsx", **values})


def written(export: ExportRequest) -> list[dict[str, Any]]:
    assert write_export(export_id=export.pk) is not None
    export.refresh_from_db()
    table = open_table(folder() / export.file, filename=export.file)
    return [dict(zip(table.columns, row.cells, strict=True)) for row in table.rows()]


def test_the_list_leaves_with_both_places_side_by_side(force: Cast) -> None:
    answer = asked(force)
    export = ExportRequest.objects.get()
    assert answer.url == reverse("roster:export-detail", args=[export.pk])
    rows = written(export)
    assert {row["警号"] for row in rows} == {force.officer_a.badge_no, force.officer_b.badge_no}
    first = next(row for row in rows if row["警号"] == force.officer_a.badge_no)
    assert (first["单位"], first["核查项目"]) == (force.branch_a.label, codes.label("dossier_check", "sex_vs_id"))
    assert len([value for value in first.values() if value]) >= 10


def test_only_what_the_address_shows_is_taken_along(force: Cast) -> None:
    asked(force, query=f"?unit={force.branch_b.pk}", file_format="csv")
    export = ExportRequest.objects.get()
    assert (export.rows, export.officers) == (1, [force.officer_b.pk])
    asked(force, query="?state=ruled")
    assert ExportRequest.objects.count() == 1


def test_a_file_without_a_reason_or_by_who_may_not_is_refused(force: Cast) -> None:
    assert asked(force, reason="").url == reverse(BOARD) + "?"
    assert asked(force, role="unit_political_officer").status_code == 403
    assert asked(force, role="leadership").status_code == 403
    assert not ExportRequest.objects.exists()


def test_what_is_mended_meanwhile_is_not_in_the_file(force: Cast) -> None:
    asked(force)
    export = ExportRequest.objects.get()
    Officer.objects.filter(pk=force.officer_a.pk).update(sex="M")
    recheck(officer_ids=[force.officer_a.pk])
    assert [row["警号"] for row in written(export)] == [force.officer_b.badge_no]


def test_more_than_fifty_doubts_wait_for_a_second_person(force: Cast) -> None:
    officers(51, force.branch_a, first=500)
    Officer.objects.filter(badge_no__startswith="0005").update(sex="F", id_number=force.officer_a.id_number)
    recheck()
    standing = Doubt.objects.filter(cleared_on=None, sensitivity__lte=2).count()
    asked(force)
    export = ExportRequest.objects.get()
    assert export.rows == standing
    assert export.state == ExportRequest.State.WAITING

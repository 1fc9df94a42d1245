"""The import pages: upload, check, decide, submit, undo, as the HR cadre does it."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from police_hr.core import jobs
from police_hr.core.tabular import open_table
from roster.models import ImportBatch, Officer, ProtectedAttribute
from tests.factories.cast import cast
from tests.factories.imports import csv_bytes, install_defaults, invented_id, staged

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(client):
    install_defaults()
    client.force_login(cast()["hr_cadre"])
    return client


def upload(client, content, name="名册.csv", what="officers"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("roster:import-new"), {"what": what, "file": file})


def work(batch):
    """What a worker does with the job of the batch."""
    batch.refresh_from_db()
    jobs.run(batch.job_id)
    batch.refresh_from_db()


def page(client, batch, **query):
    return client.get(reverse("roster:import-detail", args=[batch.pk]), query)


GOOD = csv_bytes(
    "900001,林书扬,单位A,民警,2024.08,,,1996.02,,13900005120,", "900002,何亦然,单位A,民警,2026.11,,,2003.07,,,"
)
BAD = csv_bytes("900001,林书扬,单位Z,民警,2024.08,,,1996.02,,139,", "900002,何亦然,单位A,民警,2026.11,,,2003.07,,,")


def test_a_file_goes_all_the_way(client):
    answer = upload(client, GOOD)
    batch = ImportBatch.objects.get()
    assert answer["Location"] == reverse("roster:import-detail", args=[batch.pk])
    assert "hx-get" in page(client, batch).content.decode()  # progress asks again
    work(batch)
    text = page(client, batch).content.decode()
    assert "900001" in text
    assert not Officer.objects.filter(badge_no="900001").exists()
    client.post(reverse("roster:import-commit", args=[batch.pk]))
    work(batch)
    assert Officer.objects.filter(badge_no__startswith="90000").count() == 2
    assert batch.state == "committed"
    client.post(reverse("roster:import-undo", args=[batch.pk]), {"reason": "错批"})
    batch.refresh_from_db()
    assert batch.state == "undone"


def test_progress_tells_the_page_to_load_anew_when_the_job_is_done(client):
    upload(client, GOOD)
    batch = ImportBatch.objects.get()
    address = reverse("roster:import-progress", args=[batch.pk])
    assert "HX-Refresh" not in client.get(address, headers=HTMX)
    work(batch)
    assert client.get(address, headers=HTMX)["HX-Refresh"] == "true"


def test_submit_waits_while_errors_stand_and_says_why(client):
    upload(client, BAD)
    batch = ImportBatch.objects.get()
    work(batch)
    text = page(client, batch).content.decode()
    assert re.search(r"<button[^>]*disabled[^>]*aria-describedby=\"import-why\"", text)
    assert 'id="import-why"' in text
    client.post(reverse("roster:import-commit", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == "staged"


def test_a_cell_is_mended_in_place(client):
    upload(client, BAD)
    batch = ImportBatch.objects.get()
    work(batch)
    cell = client.get(reverse("roster:import-cell", args=[batch.pk, 2]), {"field": "unit"}, headers=HTMX)
    assert 'value="单位Z"' in cell.content.decode()
    address = reverse("roster:import-row", args=[batch.pk, 2])
    answer = client.post(address, {"act": "mend", "field": "unit", "text": "单位A"}, headers=HTMX)
    assert 'id="import-body"' in answer.content.decode()
    client.post(address, {"act": "mend", "field": "phone", "text": ""}, headers=HTMX)
    batch.refresh_from_db()
    assert batch.counts["error"] == 0


def test_every_filter_shows_only_its_rows(client):
    upload(client, BAD)
    batch = ImportBatch.objects.get()
    work(batch)
    assert "900002" not in page(client, batch, state="error").content.decode()
    assert "900001" not in page(client, batch, state="new").content.decode()
    assert page(client, batch, state="nonsense", page="x").status_code == 200


def test_the_mapping_is_changed_by_hand_and_the_file_read_again(client):
    upload(client, csv_bytes("900001,林书扬", header="编码,姓名"))
    batch = ImportBatch.objects.get()
    work(batch)
    assert batch.options["problem"]["code"] == "missing_fields"
    address = reverse("roster:import-mapping", args=[batch.pk])
    assert client.get(address).status_code == 200
    client.post(address, {"column-0": "badge_no", "column-1": "name"})
    work(batch)
    assert batch.counts["new"] == 1
    assert batch.mapping[0]["how"] == "hand"


def test_two_columns_cannot_be_one_field(client):
    upload(client, GOOD)
    batch = ImportBatch.objects.get()
    work(batch)
    client.post(reverse("roster:import-mapping", args=[batch.pk]), {"column-0": "name", "column-1": "name"})
    batch.refresh_from_db()
    assert batch.mapping[0]["field"] == "badge_no"


def test_the_error_workbook_can_be_read_again(client, tmp_path):
    upload(client, BAD)
    batch = ImportBatch.objects.get()
    work(batch)
    answer = client.get(reverse("roster:import-errors", args=[batch.pk]))
    path = tmp_path / "errors.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    table = open_table(path, filename="errors.xlsx")
    assert table.columns[:2] == ["警号", "姓名"]
    found = list(table.rows())
    assert len(found) == 1
    assert found[0].cells[-1]


def test_every_form_can_be_filled_in_and_imported(client, tmp_path):
    from roster.selectors.imports import tables_to_fill

    for code, _label in tables_to_fill()[:9]:
        answer = client.get(reverse("roster:import-template"), {"target": code})
        path = tmp_path / "form.xlsx"
        path.write_bytes(b"".join(answer.streaming_content))
        with path.open("rb") as file:
            batch = staged(file.read(), code, name="form.xlsx")
        assert "problem" not in batch.options, code
        unmapped = [entry["header"] for entry in batch.mapping if not entry["field"]]
        assert not unmapped, code


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.pdf", b"%PDF-1.7 nonsense"),
        ("x.csv", b""),
        ("x.xlsx", b"PK\x03\x04broken"),
        ("x.csv", b"a\x00b,c\r\n1,2\r\n"),
    ],
)
def test_what_is_no_table_is_refused_in_words(client, name, content):
    answer = upload(client, content, name)
    if answer.status_code == 302:
        batch = ImportBatch.objects.get()
        work(batch)
        assert batch.state == "failed"
        assert batch.problem
        answer = page(client, batch)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize(
    "data", [{}, {"act": "explode"}, {"act": "fix", "issue": "99"}, {"act": "mend", "field": "nope"}]
)
def test_bad_decisions_are_answered_in_words(client, data):
    upload(client, BAD)
    batch = ImportBatch.objects.get()
    work(batch)
    answer = client.post(reverse("roster:import-row", args=[batch.pk, 2]), data, headers=HTMX)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


def test_protected_attributes_are_kept_but_never_shown_or_stored_with_rows(client):
    content = csv_bytes(
        "900001,1980,M,SECRETVALUE,2004-01-05,",
        header="officer_id,birth_year,gender,race,appointed_date,resignation_date",
    )
    upload(client, content, "officers.csv", "profile:chicago-officers")
    from roster.services.imports.profiles import install_profiles

    install_profiles()
    upload(client, content, "officers.csv", "profile:chicago-officers")
    batch = ImportBatch.objects.latest("pk")
    work(batch)
    text = page(client, batch).content.decode()
    assert "SECRETVALUE" not in text
    assert "SECRETVALUE" not in str(list(batch.rows.values("cells", "values", "issues", "before")))
    client.post(reverse("roster:import-commit", args=[batch.pk]))
    work(batch)
    assert ProtectedAttribute.objects.get().value == "SECRETVALUE"


def test_whoever_may_not_import_sees_nothing(client):
    upload(client, GOOD)
    batch = ImportBatch.objects.get()
    from police_hr.core.models import User

    client.force_login(User.objects.get(badge_no="WU"))
    for name in ("import-detail", "import-errors", "import-mapping"):
        assert client.get(reverse(f"roster:{name}", args=[batch.pk])).status_code in (403, 404)


def test_the_list_and_reconciliation_open(client):
    upload(client, csv_bytes("900001,甲乙,,,,,,1985-03-01," + invented_id("19850301") + ",,"))
    assert client.get(reverse("roster:import-list")).status_code == 200
    for tab in ("conflicts", "duplicates", "sources"):
        assert client.get(reverse("roster:reconciliation"), {"tab": tab}).status_code == 200

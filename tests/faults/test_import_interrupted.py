"""The worker killed in mid-import, two imports at once, the disk full: all or nothing, and once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from police_hr.core import jobs
from police_hr.core.models import JobRun
from roster.importing.problems import ImportStopped
from roster.models import ImportBatch, LedgerEntry, Officer, Posting
from roster.services.batches import open_batch
from roster.services.imports import committing
from roster.services.imports.committing import commit
from roster.services.imports.undoing import discard, undo
from roster.services.officers import create_officers, update_officer
from tests.factories.force import officers, units
from tests.factories.imports import csv_bytes, imported, install_defaults, staged

ROOT = Path(__file__).resolve().parents[2]
LEDGER = "ledger:ABSENCE"
HEADER = "警号,发生日期,type,excused,来源编号"
WORKER = """
import sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.JOB_LEASE_SECONDS = 2
settings.DATA_DIR = __import__("pathlib").Path(sys.argv[3])
django.setup()
from roster.services import bulk
bulk.FIRST_CHUNK = bulk.LARGEST_CHUNK = 400
from police_hr.core import jobs
run = jobs.run(int(sys.argv[2]))
print(run.state if run else "nothing to do", flush=True)
"""


def facts(count: int) -> bytes:
    lines = (f"{n % 20 + 1:06d},2020-01-{n % 28 + 1:02d},absent,no,K{n}" for n in range(count))
    return csv_bytes(*lines, header=HEADER)


def worker(run: JobRun, folder: Path) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", WORKER, str(connection.settings_dict["NAME"]), str(run.pk), str(folder)]
    return subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def written(batch: ImportBatch) -> list[tuple[object, ...]]:
    columns = ("officer_id", "occurred_on", "known_on", "payload", "key", "source_id", "sensitivity")
    return sorted(LedgerEntry.objects.filter(batch=batch).values_list(*columns), key=str)


@pytest.mark.django_db(transaction=True)
def test_an_import_whose_worker_is_killed_again_and_again_ends_the_same(data_dir, settings):
    settings.JOB_LEASE_SECONDS = 2
    install_defaults()
    officers(20, units("A")["A"])
    whole = imported(facts(6_000), LEDGER)
    wanted = written(whole)
    assert len(wanted) == 6_000
    undo(batch=whole, by=None, reason="test")
    batch = staged(facts(6_000), LEDGER)
    run = committing.start_commit(batch=batch, by=None)
    for rows in (1, 900, 2_500, 4_800):
        process = worker(run, data_dir)
        while process.poll() is None and LedgerEntry.objects.filter(batch=batch).count() < rows:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        batch.refresh_from_db()
        assert not batch.visible
        JobRun.objects.filter(pk=run.pk).update(lease_until="2026-01-01T00:00:00+08:00")
    assert worker(run, data_dir).communicate()[0].strip() == "done"
    batch.refresh_from_db()
    assert (batch.state, batch.visible) == ("committed", True)
    assert written(batch) == wanted


@pytest.mark.django_db
@pytest.mark.usefixtures("data_dir")
class TestTwoAtOnce:
    @pytest.fixture(autouse=True)
    def _force(self):
        install_defaults()
        self.unit = units("A")["A"]

    def people(self, phone="13900000001"):
        return staged(csv_bytes(f"900001,甲,单位A,民警,2020.01,,,1985.01,,{phone},"))

    def test_the_later_of_two_imports_of_the_same_people_is_checked_again(self):
        first, second = self.people(), self.people(phone="13900000002")
        commit(first, None)
        with pytest.raises(ImportStopped):
            commit(second, None)
        second.refresh_from_db()
        assert (second.state, second.options["problem"]["code"]) == ("staged", "changed")
        assert second.counts["update"] == 1
        commit(second, None)
        assert Officer.objects.get(badge_no="900001").phone == "13900000002"

    def test_an_edit_in_between_is_not_overwritten_unseen(self):
        imported(csv_bytes("900001,甲,单位A,民警,2020.01,,,1985.01,,13900000001,"))
        batch = self.people(phone="13900000002")
        officer = Officer.objects.get(badge_no="900001")
        # by hand it became what the file says, too: the update that was checked is none any more
        update_officer(officer=officer, changes={"phone": "13900000002"}, version=None, by=None)
        with pytest.raises(ImportStopped) as stopped:
            commit(batch, None)
        assert stopped.value.code == "changed"
        assert batch.counts["acts"] == {"same": 1}

    def test_an_old_value_that_was_edited_is_checked_again(self):
        imported(csv_bytes("900001,甲,单位A,民警,2020.01,,,1985.01,,13900000001,"))
        batch = self.people(phone="13900000002")
        officer = Officer.objects.get(badge_no="900001")
        update_officer(officer=officer, changes={"phone": "13900000003"}, version=None, by=None)
        with pytest.raises(ImportStopped) as stopped:
            commit(batch, None)
        assert stopped.value.code == "changed"
        assert Officer.objects.get(badge_no="900001").phone == "13900000003"

    def test_badge_numbers_that_another_import_is_just_writing(self):
        other = open_batch(target="officers", source=None, by=None)
        batch = self.people()
        create_officers(rows=[{"badge_no": "900001"}], batch=other, by=None)
        with pytest.raises(ImportStopped) as stopped:
            commit(batch, None)
        assert stopped.value.code == "taken"
        batch.refresh_from_db()
        assert batch.state == "staged"
        assert not Officer.objects.filter(batch=batch).exists()

    def test_an_undone_batch_of_officers_is_noticed_by_one_that_rests_on_it(self):
        people = imported(csv_bytes("900001,甲,单位A,民警,2020.01,,,1985.01,,,"))
        batch = staged(csv_bytes("900001,2026-01-05,absent,no,K1", header=HEADER), LEDGER)
        undo(batch=people, by=None, reason="test")
        with pytest.raises(ImportStopped) as stopped:
            commit(batch, None)
        assert stopped.value.code == "changed"
        assert not LedgerEntry.objects.filter(batch=batch).exists()

    def test_officers_with_later_records_cannot_be_taken_back(self):
        from django.core.exceptions import ValidationError

        people = imported(csv_bytes("900001,甲,单位A,民警,2020.01,,,1985.01,,,"))
        imported(csv_bytes("900001,2026-01-05,absent,no,K1", header=HEADER), LEDGER)
        with pytest.raises(ValidationError):
            undo(batch=people, by=None, reason="test")
        assert ImportBatch.objects.get(pk=people.pk).visible

    def test_a_corrected_fact_replaces_and_undo_restores_it(self):
        imported(csv_bytes("900001,甲,单位A,民警,2020.01,,,1985.01,,,"))
        first = imported(csv_bytes("900001,2026-01-05,absent,no,K1", header=HEADER), LEDGER)
        second = imported(csv_bytes("900001,2026-01-06,absent,no,K1", header=HEADER), LEDGER)
        old, new = LedgerEntry.objects.get(batch=first), LedgerEntry.objects.get(batch=second)
        assert old.voided_on is not None
        assert old.replaced_by == new
        undo(batch=second, by=None, reason="test")
        old.refresh_from_db()
        assert (old.voided_on, old.replaced_by) == (None, None)

    def test_a_file_imported_twice_changes_nothing(self):
        content = csv_bytes("900001,甲,单位A,民警,2020.01,二级警司,一级警员,1985.01,,13900000001,")
        imported(content)
        postings = Posting.objects.count()
        again = imported(content)
        assert again.counts["acts"] == {"same": 1}
        assert Posting.objects.count() == postings

    def test_a_discarded_batch_leaves_no_rows_and_no_file(self):
        from roster.services.imports import files

        batch = self.people()
        discard(batch=batch, by=None)
        assert batch.rows.count() == 0
        assert not files.is_intact(batch.file_path, batch.file_sha256)


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_leaves_the_batch_where_it_was(data_dir):
    """SQLite's own quota stands for the disk."""
    if connection.vendor != "sqlite":
        pytest.skip("the page quota is SQLite's")
    install_defaults()
    officers(20, units("A")["A"])
    batch = staged(facts(20_000), LEDGER)
    run = committing.start_commit(batch=batch, by=None)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # pages that earlier tests freed would be room
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 300}")
    try:
        finished = jobs.run(run.pk)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert finished is not None
    assert finished.state == JobRun.State.FAILED
    batch.refresh_from_db()
    assert (batch.state, batch.visible) == ("staged", False)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchone()[0] == "ok"
    again = committing.start_commit(batch=batch, by=None)
    assert jobs.run(again.pk).state == JobRun.State.DONE
    assert LedgerEntry.objects.filter(batch=batch).count() == 20_000

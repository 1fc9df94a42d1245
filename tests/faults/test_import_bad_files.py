"""Files that cannot be what they say: a sentence, and nothing written."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
from django.core.exceptions import ValidationError

from roster.importing.problems import sentence
from roster.models import ImportBatch, ImportRow, LedgerEntry, Officer
from roster.services.imports import files, staging
from tests.factories.force import officers, units
from tests.factories.imports import codes, csv_bytes, imported, install_defaults, invented_id, received, row, staged

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]
LEDGER = "ledger:ABSENCE"


@pytest.fixture(autouse=True)
def _installed():
    install_defaults()


def xlsx_bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 80_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("bomb.xlsx", xlsx_bomb(), "unpacks_too_big"),
        ("bomb.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 20_000_000), "unpacks_too_big"),
        ("cut.csv.gz", gzip.compress(csv_bytes(*(f"{n},x" for n in range(9_000))))[:-9], "cut_off"),
        ("latin.csv", "警号,姓名\n1,\n".encode() + b"\xff\xfe\xfd", "wrong_encoding"),
        ("nul.csv", b"\xe8\xad\xa6\xe5\x8f\xb7,b\n1,a\x00b\n", "nul_byte"),
        ("page.csv", b"<html><table></table></html>", "web_page"),
        ("old.xls", b"\xd0\xcf\x11\xe0rest", "old_excel"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n", "wrong_type"),
        ("numbers.csv", b"1,2,3\n4,5,6\n", "no_header"),
    ],
)
def test_what_is_no_table_ends_the_batch_with_a_sentence(name, content, code):
    batch = staged(content, name=name)
    assert batch.state == ImportBatch.State.FAILED
    assert batch.options["problem"]["code"] == f"table.{code}"
    assert batch.problem == sentence(batch.options["problem"])
    assert not ImportRow.objects.exists()


def test_a_missing_key_column_stops_at_the_mapping_with_the_file_kept():
    batch = staged(csv_bytes("甲,男", header="姓名,性别"))
    assert (batch.state, batch.options["problem"]["code"]) == ("staged", "missing_fields")
    assert files.is_intact(batch.file_path, batch.file_sha256)


def test_a_doubled_column_is_named():
    batch = staged(csv_bytes("1,2,甲", header="警号,警号,姓名"))
    assert batch.options["problem"]["code"] == "table.duplicate_column"


def test_nothing_recognised_says_so():
    assert staged(csv_bytes("1,2", header="foo,bar")).options["problem"]["code"] == "nothing_mapped"


@pytest.fixture
def one_officer():
    return officers(1, units("A")["A"])[0]


def facts(*rows: str) -> bytes:
    return csv_bytes(*rows, header="警号,发生日期,type,excused")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("999999,2026-03-01,absent,no", "officer_unknown"),
        ("000001,2026-02-30,absent,no", "date.impossible"),
        ("000001,2099-01-01,absent,no", "date.future"),
        ("000001,1899-01-01,absent,no", "date.too_early"),
        ("000001,1984-01-01,absent,no", "before_birth"),
        ("000001,,absent,no", "required"),
        ("000001,2026-03-01,flying,no", "not_choice"),
        ("000001,01/02/2026,absent,no", "date.ambiguous"),
    ],
)
def test_impossible_facts_are_errors_of_their_row(one_officer, line, code):
    batch = staged(facts(line, "000001,2026-03-03,absent,no"), LEDGER)
    assert codes(row(batch, 2)) == [code]
    assert row(batch, 3).state == "new"
    assert not LedgerEntry.objects.exists()


def test_a_fact_twice_in_a_file_and_twice_in_the_system(one_officer):
    lines = ["000001,2026-03-01,absent,no"] * 2
    batch = staged(facts(*lines), LEDGER)
    assert codes(row(batch, 3)) == ["duplicate_fact"]
    imported(facts(lines[0]), LEDGER)
    again = staged(facts(lines[0]), LEDGER)
    assert row(again, 2).state == "same"


def test_a_badge_number_and_an_id_number_that_are_taken(one_officer):
    Officer.objects.filter(pk=one_officer.pk).update(id_number=invented_id("19850301"))
    lines = [f"900001,甲,,,,,,1985-03-01,{invented_id('19850301')},,", "900002,乙,,,,,,,,,", "900002,丙,,,,,,,,,"]
    batch = staged(csv_bytes(*lines))
    assert codes(row(batch, 2)) == ["duplicate_id"]
    assert codes(row(batch, 4)) == ["duplicate_in_file"]


def test_an_upload_that_is_cut_off_leaves_nothing():
    with pytest.raises(ValidationError):
        received(b"a,b\n1,2\n", expected_size=400)
    assert not list(files.folder().iterdir())
    assert not ImportBatch.objects.exists()


def test_an_upload_over_the_limit_leaves_nothing(settings):
    settings.IMPORT_MAX_BYTES = 100
    with pytest.raises(ValidationError):
        received(b"x" * 101)
    assert not list(files.folder().iterdir())


def test_a_reader_that_breaks_leaves_nothing():
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise OSError("connection reset")

    with pytest.raises(ValidationError):
        staging.receive(upload=Broken(b"x"), file_name="x.csv", target="officers", by=None)
    assert not list(files.folder().iterdir())


def test_the_name_of_a_file_cannot_lead_anywhere():
    batch = received(csv_bytes("1,甲"), name="../../etc/pass\x00wd.csv")
    assert "/" not in batch.file_name
    assert files.kept_path(batch.file_path).parent == files.folder().resolve()


def test_a_kept_file_that_was_altered_is_not_imported():
    batch = staged(csv_bytes("900001,甲,,,,,,,,,"))
    files.kept_path(batch.file_path).write_bytes(csv_bytes("900009,乙,,,,,,,,,"))
    staging.stage(batch)
    assert batch.options["problem"]["code"] == "file_gone"


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "<script>alert(1)</script>", "𠮷" * 30, "a" * 61, "\u202e坏"])
def test_any_text_is_taken_or_refused_never_a_crash(text):
    batch = staged(csv_bytes(f"900001,{text},,,,,,,,,"))
    assert batch.state == "staged"
    assert sum(batch.counts.get(state, 0) for state in ("new", "error")) == 1


def large(rows: int) -> bytes:
    return facts(*(f"000001,2020-01-{n % 28 + 1:02d},absent,{'no' if n % 2 else 'yes'}" for n in range(rows)))


def test_a_file_of_fifty_thousand_rows_keeps_only_what_has_something_to_say(one_officer):
    batch = staged(large(50_000), LEDGER)
    assert batch.counts["total"] == 50_000
    assert batch.counts["kept"] <= staging.ROWS_SHOWN + staging.ROWS_KEPT


@pytest.mark.long
def test_a_file_of_a_million_rows_is_read(one_officer):
    batch = staged(large(1_000_000), LEDGER)
    assert batch.counts["total"] == 1_000_000
    assert ImportRow.objects.count() <= staging.ROWS_SHOWN + staging.ROWS_KEPT

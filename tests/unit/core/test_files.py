"""What comes in is judged by its bytes, kept whole or not at all, and swept away when nobody refers to it."""

from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from police_hr.core import files
from police_hr.core.files import Sort, recognise, sweeping
from tests.factories import papers

FOLDER = "tests"


@pytest.fixture
def data_folder(settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "files" / FOLDER


def refused(data: bytes) -> str:
    with pytest.raises(ValidationError) as found:
        recognise(data)
    return found.value.code or ""


# --- recognising ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (papers.jpeg(30, 40), (Sort.JPEG, 30, 40)),
        (papers.jpeg(300, 400, progressive=True), (Sort.JPEG, 300, 400)),
        (papers.jpeg(30, 40) + b"\r\n", (Sort.JPEG, 30, 40)),
        (papers.png(50, 70), (Sort.PNG, 50, 70)),
        (papers.pdf("one", "two"), (Sort.PDF, 0, 0)),
        (papers.plain_pdf(), (Sort.PDF, 0, 0)),
        (papers.packed_pdf(b"1 0 << /Type /Catalog >>"), (Sort.PDF, 0, 0)),
    ],
)
def test_a_file_is_what_its_bytes_say(data: bytes, expected: tuple[Sort, int, int]):
    found = recognise(data)
    assert (found.sort, found.width, found.height) == expected


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unknown"),
        (b"<!doctype html><script>alert(1)</script>", "unknown"),
        (b"GIF89a" + b"\0" * 40, "unknown"),
        (papers.archive(), "unknown"),
        (b"\n" + papers.plain_pdf(), "unknown"),
        (papers.jpeg()[:-200], "cut_off"),
        (papers.jpeg()[:30], "cut_off"),
        (papers.png()[:-8], "cut_off"),
        (papers.png()[:40] + b"\0" + papers.png()[41:], "cut_off"),
        (papers.plain_pdf()[:-8], "cut_off"),
        (papers.jpeg() + papers.archive(), "hidden"),
        (papers.png() + b"<script>alert(1)</script>", "hidden"),
        (papers.jpeg(comment=b"<script>alert(1)</script>"), "hidden"),
        (papers.plain_pdf() + papers.archive(), "hidden"),
        (papers.plain_pdf(b"/Title (<html><script>alert(1)</script>)"), "hidden"),
        (papers.plain_pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "active"),
        (papers.plain_pdf(b"/OpenAction << /S /J#61vaScript >>"), "active"),
        (papers.plain_pdf(b"/Names << /EmbeddedFiles 4 0 R >>"), "active"),
        (papers.packed_pdf(b"1 0 << /S /Launch >>"), "active"),
        (papers.plain_pdf(b"/Encrypt 5 0 R"), "locked"),
    ],
)
def test_what_is_none_of_our_sorts_or_two_at_once_is_refused(data: bytes, code: str):
    assert refused(data) == code


@given(st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-1.4\n"]))
def test_any_bytes_are_judged_and_never_crash(data: bytes, head: bytes):
    try:
        sort = recognise(head + data).sort
    except ValidationError as error:
        sort = error.code
    assert sort in {*Sort, "empty", "unknown", "cut_off", "hidden", "active", "locked"}


@given(st.integers(min_value=0, max_value=3000))
def test_a_picture_cut_anywhere_is_refused(length: int):
    whole = papers.jpeg(40, 50)
    with pytest.raises(ValidationError):
        recognise(whole[: min(length, len(whole) - 1)])


def test_a_flood_of_pixels_is_refused_before_anything_decodes_it():
    with pytest.raises(ValidationError) as found:
        files.check(papers.flood_png())
    assert found.value.code == "pixels"


def test_a_file_over_the_limit_and_one_cut_off_on_its_way_are_refused():
    with pytest.raises(ValidationError) as found:
        files.check(b"x" * 101, most=100)
    assert found.value.code == "size"
    upload = SimpleUploadedFile("a.pdf", papers.plain_pdf())
    upload.size = upload.size + 1
    with pytest.raises(ValidationError):
        files.check(upload)


# --- keeping --------------------------------------------------------------------------------------------------


def everything(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_lies_under_a_name_of_ours_and_for_nobody_else(data_folder: Path):
    upload = SimpleUploadedFile("../../etc/passwd.html", papers.jpeg(), content_type="text/html")
    taken = files.take_in(upload, folder=FOLDER)
    path = files.kept_path(taken.kept.path, FOLDER)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "passwd" not in taken.kept.path
    assert path.is_relative_to(data_folder)
    assert files.is_intact(taken.kept.path, taken.kept.sha256, FOLDER)
    again = files.take_in(papers.jpeg(), folder=FOLDER)
    assert again.kept.path != taken.kept.path


def test_the_same_bytes_are_one_file_where_it_lies_by_its_digest(data_folder: Path):
    one = files.take_in(papers.png(), folder=FOLDER, by_digest=True)
    two = files.take_in(papers.png(), folder=FOLDER, by_digest=True)
    assert one.kept == two.kept
    assert len(everything(data_folder)) == 1


@pytest.mark.parametrize("broken", ["fsync", "open"])
def test_a_full_disk_leaves_nothing_and_says_so(data_folder: Path, monkeypatch: pytest.MonkeyPatch, broken: str):
    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, broken, full)
    with pytest.raises(ValidationError) as found:
        files.take_in(papers.jpeg(), folder=FOLDER)
    monkeypatch.undo()
    assert found.value.code == "disk"
    assert everything(data_folder) == []


def test_a_row_that_cannot_be_committed_takes_its_file_along(data_folder: Path):
    kept = files.keep([b"x"], folder=FOLDER, most=10)
    with pytest.raises(RuntimeError), files.or_forget(kept, FOLDER):
        raise RuntimeError
    assert everything(data_folder) == []


def test_no_path_of_a_row_leads_out_of_its_folder(data_folder: Path):
    for path in ("files/tests/../../secret", "/etc/passwd", "files/other/a"):
        with pytest.raises(ValueError, match=path):
            files.kept_path(path, FOLDER)


def test_files_without_a_row_are_swept_after_a_day_and_no_others(data_folder: Path, monkeypatch: pytest.MonkeyPatch):
    held, orphan, _fresh = (files.keep([text], folder=FOLDER, most=10) for text in (b"a", b"b", b"c"))
    monkeypatch.setattr(sweeping, "_owners", {FOLDER: [lambda: [held.path], list]})
    old = time.time() - 2 * sweeping.DAY
    for kept in (held, orphan):
        os.utime(files.kept_path(kept.path, FOLDER), (old, old))
    assert files.sweep() == 1
    assert {path.read_bytes() for path in everything(data_folder)} == {b"a", b"c"}
    assert files.sweep() == 0


# --- handing out ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "header"),
    [
        ("form", 'inline; filename="form.pdf"'),
        ("干部履历表", "inline; filename*=utf-8''%E5%B9%B2%E9%83%A8%E5%B1%A5%E5%8E%86%E8%A1%A8.pdf"),
        ('a"b\r\nSet-Cookie: x=1', 'inline; filename="a_b_Set-Cookie_ x=1.pdf"'),
        ("../../etc/passwd", 'inline; filename="etc_passwd.pdf"'),
        ("\u202egpj.exe", 'inline; filename="gpj.exe.pdf"'),
        ("", 'inline; filename="file.pdf"'),
    ],
)
def test_a_name_in_the_header_is_ours_whatever_the_title(data_folder: Path, title: str, header: str):
    kept = files.keep([b"x"], folder=FOLDER, most=10)
    answer = files.send(files.kept_path(kept.path, FOLDER), name=title, sort=Sort.PDF, attachment=False)
    answer.file_to_stream.close()
    assert answer["Content-Disposition"] == header
    assert answer["Content-Type"] == "application/pdf"

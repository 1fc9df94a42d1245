"""What leaves the product is data and never a formula."""

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter  # noqa: TID253 - tests build workbooks
from hypothesis import given, settings
from hypothesis import strategies as st

from police_hr.core.tabular import TableError, open_table, verify_csv, verify_xlsx, write_csv, write_xlsx
from police_hr.core.tabular.writer import FORMULA_STARTS, tidy_sheet_name

PAYLOADS = [
    '=HYPERLINK("http://x.example","点")',
    "=cmd|'/c calc'!A1",
    "+1+cmd|'/c calc'!A1",
    "-2+3+cmd|'/c calc'!A1",
    "@SUM(1+1)*cmd|'/c calc'!A1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(A1)",
    "  =1+1",
    '";=1+1',
    "=1+1\u200b",
]
WATERMARK = {"Exported by": "陈 晓 & 110001", "At": "2026-11-23 21:00", "Export": "E-0001"}
MOMENT = dt.datetime(2026, 3, 5, 8, 30)  # noqa: DTZ001 - a cell has no time zone


def as_csv(rows, columns=("甲",)) -> list[list[str]]:
    file = io.BytesIO()
    write_csv(rows, columns, file)
    assert file.getvalue().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))


def as_xlsx(path, rows, columns=("甲",), **options):
    with path.open("wb") as file:
        write_xlsx(rows, columns, file, **{"sheet_name": "名单", "watermark": WATERMARK, **options})
    return path


def is_formula(text: str) -> bool:
    return text[:1] in ("\t", "\r", "\n") or text.lstrip()[:1] in FORMULA_STARTS


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payload_is_text_in_csv(payload):
    header, row = as_csv([[payload]], [payload])
    assert not is_formula(row[0])
    assert not is_formula(header[0])
    assert row[0].endswith(payload)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payload_is_text_in_xlsx(tmp_path, payload):
    path = as_xlsx(tmp_path / "a.xlsx", [[payload, 1]], [payload, "乙"])
    sheet = openpyxl.load_workbook(path).active
    assert {cell.data_type for cell in sheet["A"]} <= {"s", "inlineStr"}
    with zipfile.ZipFile(path) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml")


def test_plain_values_keep_their_form():
    values = [-5, -0.25, Decimal("-1.50"), True, None, dt.date(2026, 3, 5), MOMENT, "-5"]
    assert as_csv([values], list("abcdefgh"))[1] == [
        "-5", "-0.25", "-1.50", "TRUE", "", "2026-03-05", "2026-03-05 08:30", "'-5",
    ]  # fmt: skip
    assert as_csv([[float("inf"), float("nan")]])[1] == ["", ""]


def test_xlsx_values(tmp_path):
    long_id = 990000199003071233
    values = ["张三", -5, dt.date(2026, 3, 5), MOMENT, long_id, float("nan"), None]
    path = as_xlsx(tmp_path / "a.xlsx", [values], list("abcdefg"))
    row = next(open_table(path, filename="a.xlsx").rows())
    assert row.cells == ["张三", -5, dt.date(2026, 3, 5), MOMENT, str(long_id), "nan", None]


def test_moments_show_the_time_of_the_office(tmp_path):
    late = dt.datetime(2026, 3, 5, 16, 30, tzinfo=dt.UTC)
    assert as_csv([[late]])[1] == ["2026-03-06 00:30"]
    row = next(open_table(as_xlsx(tmp_path / "a.xlsx", [[late]]), filename="a.xlsx").rows())
    assert row.cells == [dt.datetime(2026, 3, 6, 0, 30)]  # noqa: DTZ001


def test_watermark_is_in_properties_and_footer_but_not_in_a_row(tmp_path):
    path = as_xlsx(tmp_path / "a.xlsx", [["张三"]])
    with zipfile.ZipFile(path) as archive:
        assert "E-0001" in archive.read("docProps/custom.xml").decode()
        assert "E-0001" in archive.read("xl/worksheets/sheet1.xml").decode()
    assert [row.cells for row in open_table(path, filename="a.xlsx").rows()] == [["张三"]]
    long = as_xlsx(tmp_path / "b.xlsx", [["张三"]], watermark={"a": "&" * 300, "b" * 300: "x"})
    assert verify_xlsx(long, ["甲"]).rows == 1


def test_what_excel_cannot_hold_is_refused(tmp_path):
    with pytest.raises(TableError) as error:
        as_xlsx(tmp_path / "a.xlsx", [["x" * 40_000]])
    assert error.value.code == "cell_too_long"


@pytest.mark.parametrize("name", ["", "[a]:b*c?d/e\\f", "'引用'", "长" * 50, "\x00", "History"])
def test_any_sheet_name(tmp_path, name):
    assert verify_xlsx(as_xlsx(tmp_path / "a.xlsx", [["x"]], sheet_name=name), ["甲"]).sheets == 1
    assert 0 < len(tidy_sheet_name(name)) <= 31


def test_verified_export(tmp_path):
    found = verify_xlsx(as_xlsx(tmp_path / "a.xlsx", [["x", 1], ["y", 2]], ["甲", "乙"]), {"甲", "乙", "丙"})
    assert (found.sheets, found.hidden, found.columns, found.rows) == (1, 0, ("甲", "乙"), 2)
    assert verify_xlsx(as_xlsx(tmp_path / "b.xlsx", []), ["甲"]).rows == 0


def test_a_text_table_is_opened_again_and_checked(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        write_csv([["=1+1", -5, "－1"], ["x", 2.5, None]], ["甲", "乙", "丙"], file)
    found = verify_csv(path, ["甲", "乙", "丙"])
    assert (found.columns, found.rows) == (("甲", "乙", "丙"), 2)
    with pytest.raises(TableError):
        verify_csv(path, ["甲", "乙"])


@pytest.mark.parametrize("cell", ["=1+1", "+A1", "-A1", "@SUM(A1)", "＝1", "\t=1", " =1", "-1-cmd"])
def test_a_text_table_with_a_formula_is_not_clean(tmp_path, cell):
    path = tmp_path / "a.csv"
    for text in (f"甲\r\n{cell}\r\n", f"{cell}\r\nx\r\n"):
        path.write_text(text, encoding="utf-8-sig", newline="")
        with pytest.raises(TableError) as error:
            verify_csv(path, ["甲", cell])
        assert error.value.code == "not_clean"


def _link(book):
    book.worksheets()[0].write_url(1, 0, "https://example.invalid/")


def _hidden_sheet(book):
    book.add_worksheet().hide()


def _two_sheets(book):
    book.add_worksheet()


def _name(book):
    book.define_name("x", "=Sheet1!$A$1")


def _formula(book):
    book.worksheets()[0].write_formula(1, 0, "=1+1")


def _comment(book):
    book.worksheets()[0].write_comment(0, 0, "看")


def _hidden_column(book):
    book.worksheets()[0].set_column(3, 3, None, None, {"hidden": True})


def _hidden_row(book):
    book.worksheets()[0].set_row(5, None, None, {"hidden": True})


def _foreign_column(book):
    book.worksheets()[0].write_string(0, 1, "身份证号")


@pytest.mark.parametrize(
    "spoil",
    [_hidden_sheet, _two_sheets, _name, _formula, _comment, _hidden_column, _hidden_row, _foreign_column, _link],
)
def test_anything_beyond_the_allowed_columns_is_not_handed_out(tmp_path, spoil):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet().write_string(0, 0, "甲")
    spoil(book)
    book.close()
    with pytest.raises(TableError) as error:
        verify_xlsx(path, ["甲"])
    assert error.value.code == "not_clean"


@pytest.mark.parametrize("content", [b"", b"PK", b"x" * 100])
def test_a_broken_export_is_not_handed_out(tmp_path, content):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(TableError):
        verify_xlsx(path, ["甲"])


@given(st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_no_text_is_a_formula_and_none_is_lost(text):
    _, row = as_csv([[text, "x"]], ["甲", "乙"])
    assert not is_formula(row[0])
    kept = "".join(c for c in text if c.isprintable())
    assert "".join(c for c in row[0] if c.isprintable()).removeprefix("'").endswith(kept.removeprefix("'"))


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_any_text_in_a_workbook(texts):
    file = io.BytesIO()
    write_xlsx([texts], [f"c{i}" for i in range(len(texts))], file, sheet_name="x", watermark={"a": texts[0]})
    with zipfile.ZipFile(io.BytesIO(file.getvalue())) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml")
    assert len(open_table(io.BytesIO(file.getvalue()), filename="a.xlsx").columns) == len(texts)

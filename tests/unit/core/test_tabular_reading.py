"""Tables as people really save them come in as the same rows."""

import datetime as dt
import gzip
import io
from pathlib import Path

import pytest
import xlsxwriter  # noqa: TID253 - tests build workbooks
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from police_hr.core.tabular import Limits, TableError, open_table
from tests.unit.core.broken_tables import HEADER_ROWS, csv_text, workbook

COLUMNS = ["姓名", "警号", "出生年月"]
CELLS = [["张三", "110001", "1990.03"], ["李四", "110002", "1988.11"]]
MOMENT = dt.datetime(2003, 7, 5, 8, 30)  # noqa: DTZ001 - a cell has no time zone


def read(data: bytes, filename: str = "officers.csv", **options):
    table = open_table(io.BytesIO(data), filename=filename, **options)
    return table, list(table.rows())


@pytest.mark.parametrize(
    ("encoding", "seen"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16-le"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_every_usual_encoding(encoding, seen, packed):
    data = csv_text().encode(encoding)
    name = "a.csv.gz" if packed else "a.csv"
    table, rows = read(gzip.compress(data) if packed else data, name)
    assert table.columns == COLUMNS
    assert table.encoding == seen
    assert [row.cells for row in rows] == CELLS
    assert [row.number for row in rows] == [2, 3]


def test_big_endian_utf16_and_explicit_encoding():
    assert read(b"\xfe\xff" + csv_text().encode("utf-16-be"))[0].encoding == "utf-16-be"
    assert read(csv_text().encode("gb18030"), encoding="gb18030")[0].columns == COLUMNS


def test_encoding_is_decided_by_the_first_text_that_is_not_ascii():
    head = "name,badge\r\n" + "ascii,1\r\n" * 40_000
    _, rows = read(head.encode() + "卢明,2\r\n".encode("gb18030"))
    assert rows[-1].cells == ["卢明", "2"]
    _, rows = read(head.encode() + "卢明,2\r\n".encode())
    assert rows[-1].cells == ["卢明", "2"]


@pytest.mark.parametrize("shift", range(4))
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_characters_cut_by_the_end_of_a_chunk(encoding, shift):
    text = "姓名,警号\n" + "x" * shift + "\n" + "欧阳修𠮷,1\n" * 40_000
    _, rows = read(text.encode(encoding))
    assert {tuple(row.cells) for row in rows[1:]} == {("欧阳修𠮷", "1")}
    assert len(rows) >= 40_000


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters(delimiter):
    text = delimiter.join(COLUMNS) + "\n" + delimiter.join(["张三", '"a, b; c"', "1990.03"]) + "\n"
    table, rows = read(text.encode())
    assert table.delimiter == delimiter
    assert rows[0].cells == ["张三", "a, b; c", "1990.03"]


def test_excels_delimiter_hint_counts_as_a_row():
    _, rows = read(("sep=;\r\n" + csv_text().replace(",", ";")).encode())
    assert [row.number for row in rows] == [3, 4]


def test_titles_above_the_header_and_wrapped_header_words():
    text = '江州市公安局民警花名册,,\r\n填报单位：,,\r\n\r\n"姓　名 ",警号,"出生\n年月"\r\n张三,110001,1990.03\r\n'
    table, rows = read(text.encode())
    assert table.columns == COLUMNS
    assert table.header_row == 4
    assert rows[0].number == 5


def test_single_column():
    table, rows = read("警号\n110001\n110002\n".encode())
    assert table.columns == ["警号"]
    assert [row.cells for row in rows] == [["110001"], ["110002"]]


def test_cells_are_stripped_and_empty_ones_are_none():
    _, rows = read("a,b,c\n 1 ,　甲　,\n,,\n2,,\n".encode())
    assert [(row.number, row.cells) for row in rows] == [(2, ["1", "甲", None]), (4, ["2", None, None])]


def test_header_problems_are_named():
    table, _ = read("姓名,警号,姓名,,备注\n张三,1,李四,x,y\n".encode())
    assert [(p.code, p.column) for p in table.header_problems] == [
        ("duplicate_column", "姓名"),
        ("unnamed_column", "D"),
    ]
    assert table.columns == ["姓名", "警号", "姓名", "", "备注"]


def test_a_row_with_surplus_cells_is_a_problem_of_that_row_only():
    _, rows = read(b"a,b\n1,2\n1,2,3\n1,2,,\n5\n")
    assert [row.problem and row.problem.code for row in rows] == [None, "surplus_cells", None, None]
    assert rows[3].cells == ["5", None]


def test_a_short_last_row_without_line_end_is_doubted():
    _, rows = read(b"a,b,c\n1,2,3\n1,2")
    assert rows[-1].problem.code == "cut_row"
    assert read(b"a,b,c\n1,2,3\n1,2\n")[1][-1].problem is None


def test_xlsx_types():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("名单")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.merge_range(0, 0, 0, 5, "花名册")
    sheet.write_row(1, 0, ["姓名", "日", "时", "数", "小数", "是"])
    sheet.write(2, 0, " 张三 ")
    sheet.write_datetime(2, 1, dt.date(2003, 7, 5), day)
    sheet.write_datetime(2, 2, MOMENT, moment)
    sheet.write_number(2, 3, 37807)
    sheet.write_number(2, 4, -0.5)
    sheet.write_boolean(2, 5, True)
    book.add_worksheet("第二张").write_row(0, 0, ["甲", "乙"])
    book.add_worksheet("藏").hide()
    book.close()
    table, rows = read(file.getvalue(), "a.xlsx")
    assert table.sheets == ("名单", "第二张")
    assert table.sheet == "名单"
    assert table.header_row == 2
    assert rows[0].number == 3
    assert rows[0].cells == ["张三", dt.date(2003, 7, 5), MOMENT, 37807, -0.5, "TRUE"]
    assert type(rows[0].cells[3]) is int
    assert read(file.getvalue(), "a.xlsx", sheet="第二张")[0].columns == ["甲", "乙"]
    with pytest.raises(TableError) as error:
        read(file.getvalue(), "a.xlsx", sheet="无")
    assert error.value.code == "no_sheet"
    assert "第二张" in str(error.value)


def test_xlsx_table_that_does_not_start_in_a1():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(4, 2, ["姓名", "警号"])
    sheet.write_row(5, 2, ["张三", "1"])
    book.close()
    table, rows = read(file.getvalue(), "a.xlsx")
    assert table.columns == ["", "", "姓名", "警号"]
    assert table.header_problems == []
    assert (rows[0].number, rows[0].cells) == (6, [None, None, "张三", "1"])


def test_a_first_sheet_that_is_empty_is_passed_over():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    book.add_worksheet("说明")
    book.add_worksheet("数据").write_column(0, 0, ["警号", "a"])
    book.close()
    assert read(file.getvalue(), "a.xlsx")[0].sheet == "数据"


def test_workbook_of_forty_sheets_is_honest():
    assert read(workbook(more_sheets=40), "a.xlsx")[0].columns == COLUMNS


def test_rows_can_be_read_again_and_side_by_side(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text(csv_text(), encoding="utf-8")
    table = open_table(path, filename="a.csv")
    first, second = table.rows(), table.rows()
    pairs = list(zip(first, second, strict=True))
    assert all(a == b for a, b in pairs)
    assert len(pairs) == 2


@pytest.mark.parametrize("content", [csv_text().encode(), workbook()])
def test_uploads_of_both_kinds(content):
    name = "a.csv" if content[:2] != b"PK" else "a.xlsx"
    small = SimpleUploadedFile(name, content)
    small.read(10)
    assert [r.cells for r in open_table(small, filename=name).rows()] == CELLS
    with TemporaryUploadedFile(name, "text/csv", len(content), None) as big:
        big.write(content)
        big.flush()
        assert [r.cells for r in open_table(big, filename=name).rows()] == CELLS


def test_limits_are_arguments():
    data = csv_text().encode()
    for limits, code in [
        (Limits(file=10), "too_big"),
        (Limits(rows=1), "too_many_rows"),
        (Limits(columns=2), "too_many_columns"),
        (Limits(cell=5), "cell_too_long"),
        (Limits(line=12), "line_too_long"),
    ]:
        with pytest.raises(TableError) as error:
            read(data, limits=limits)
        assert error.value.code == code
    for limits, code in [
        (Limits(xlsx_file=10), "too_big"),
        (Limits(rows=2), "too_many_rows"),
        (Limits(columns=2), "too_many_columns"),
        (Limits(xlsx_cells=5), "too_many_cells"),
        (Limits(xlsx_entries=3), "too_many_parts"),
    ]:
        with pytest.raises(TableError) as error:
            read(workbook(), "a.xlsx", limits=limits)
        assert error.value.code == code


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=8), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
@settings(max_examples=200, deadline=None)
def test_any_text_comes_back(rows, encoding):
    import csv

    text = io.StringIO()
    csv.writer(text).writerows([("甲列", "乙列", "丙列"), *rows])
    if encoding == "gb18030":
        # Without BOM, bytes that happen to be valid UTF-8 are taken for UTF-8: say which it is.
        _, found = read(text.getvalue().encode(encoding), encoding="gb18030")
    else:
        _, found = read(text.getvalue().encode(encoding))
    expected = [[cell.strip() or None for cell in row] for row in rows]
    assert [row.cells for row in found] == [cells for cells in expected if any(cells)]


@given(st.lists(st.tuples(CELL, st.integers(-(2**53), 2**53), st.dates(dt.date(1900, 3, 1))), max_size=5))
@settings(max_examples=30, deadline=None)
def test_any_workbook_comes_back(rows):
    from police_hr.core.tabular import write_xlsx

    rows = [(text, number % 10**15, day) for text, number, day in rows]
    file = io.BytesIO()
    write_xlsx(rows, ["甲", "乙", "丙"], file, sheet_name="x", watermark={})
    _, found = read(file.getvalue(), "a.xlsx")
    assert [row.cells for row in found] == [[t.strip() or None, n, d] for t, n, d in rows]


def test_header_rows_constant_is_what_the_message_says():
    with pytest.raises(TableError) as error:
        read(b"1,2,3\n4,5,6\n")
    assert error.value.code == "no_header"
    assert HEADER_ROWS[0] == COLUMNS

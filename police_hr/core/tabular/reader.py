"""`open_table`: one door for every table a person uploads."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

from police_hr.core.tabular.errors import TableError
from police_hr.core.tabular.header import (
    HEADER_ROWS,
    check_width,
    find_header,
    header_problems,
)
from police_hr.core.tabular.limits import DEFAULT_LIMITS, Limits
from police_hr.core.tabular.source import Cell, Source, refuse_larger
from police_hr.core.tabular.streams import GZIP_MAGIC
from police_hr.core.tabular.text import TextSource
from police_hr.core.tabular.xlsx import XlsxSource

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx with a password
NOT_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"{\\rtf")
TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
EXCEL_ENDINGS = (".xlsx", ".xls")
SAMPLE_ROWS = HEADER_ROWS + 30


class Row(NamedTuple):
    """One row of data. `cells` has one entry per column of the table: text without outer
    spaces, `date` or `datetime`, a number, or None for an empty cell. `number` is the 1-based
    row in the source, as a spreadsheet program counts. A `problem` concerns the row as a whole.
    """

    number: int
    cells: list[Cell]
    problem: TableError | None = None


class Table:
    """An opened table.

    `columns`: the names in the header, "" for a column without one.
    `header_row`: its 1-based row. `header_problems`: doubled and missing names.
    `sheets`, `sheet`: visible sheets of a workbook and the one read; () and None for csv.
    `encoding`, `delimiter`: of a csv, None for a workbook.
    """

    def __init__(self, source: TextSource | XlsxSource, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        records = source.records(SAMPLE_ROWS) if isinstance(source, XlsxSource) else source.records()
        sample = [(number, cells) for number, cells, _ in islice(records, SAMPLE_ROWS)]
        self.header_row, self.columns = find_header(sample[:HEADER_ROWS])
        check_width(self.columns, limits)
        self.header_problems = header_problems(self.header_row, self.columns, sample)
        self.sheet = source.sheet
        self.sheets = source.sheets
        self.encoding = source.encoding
        self.delimiter = source.delimiter

    def rows(self) -> Iterator[Row]:
        """The rows below the header, in order, without the empty ones. Each call starts anew.

        Raises `TableError` where the file cannot be read on.
        """
        width, header, most = len(self.columns), self.header_row, self._limits.rows
        count = 0
        for number, found, cut in self._source.records():
            if number <= header:
                continue
            cells, problem = found, None
            if (length := len(cells)) != width:
                problem = _wrong_length(number, cells, width, cut=cut)
                cells = (cells + [None] * (width - length))[:width]
            # `any` alone would drop a row of zeros.
            if problem is None and not any(cells) and cells.count(None) == width:
                continue
            count += 1
            if count > most:
                raise TableError("too_many_rows", row=number, limit=most)
            yield Row(number, cells, problem)


def _wrong_length(number: int, cells: Sequence[Cell], width: int, *, cut: bool) -> TableError | None:
    """Values right of the last named column mean that cells may have moved; a short last row
    without a line end, that the file was cut off. Empty cells at the end may be left out.
    """
    last = max((i for i, cell in enumerate(cells, 1) if cell is not None), default=0)
    if last > width:
        return TableError("surplus_cells", row=number, count=last, columns=width)
    return TableError("cut_row", row=number) if cut and last else None


def open_table(
    path_or_file: str | Path | IO[bytes],
    *,
    filename: str,
    sheet: str | None = None,
    encoding: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Table:
    """Open a csv, tsv, csv.gz or xlsx for reading.

    `filename` is the name the person gave the file; the format is decided by the bytes, the
    name only has to fit. `sheet` names a sheet of a workbook, `encoding` overrides recognition.
    Raises `TableError` for anything that is not a table with a header row.
    """
    source = Source(path_or_file, limit=limits.file)
    kind = _recognise(source.head(512), filename)
    if kind == "xlsx":
        refuse_larger(source.size, limits.xlsx_file)
        return Table(XlsxSource(source, limits=limits, sheet=sheet), limits)
    return Table(TextSource(source, limits=limits, encoding=encoding), limits)


def _recognise(head: bytes, filename: str) -> str:
    name = filename.lower()
    if not name.endswith(TEXT_ENDINGS + EXCEL_ENDINGS) or head.startswith(NOT_TABLES):
        raise TableError("wrong_type", name=filename)
    if head.startswith(ZIP_MAGIC):
        return "xlsx"
    if head.startswith(OLE_MAGIC):
        raise TableError("old_excel")
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<html", b"<!doctype", b"<?xml", b"<table", b"<meta", b"<head")):
        raise TableError("web_page")
    if name.endswith(EXCEL_ENDINGS):
        raise TableError("not_zip")
    if name.endswith(".gz") and not head.startswith(GZIP_MAGIC):
        raise TableError("damaged")
    return "text"

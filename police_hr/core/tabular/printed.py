"""Tables for paper: a titled sheet on A4 with heads that repeat and bands that group the rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from police_hr.core.tabular.errors import TableError
from police_hr.core.tabular.writer import (
    EXCEL_ROWS,
    set_watermark,
    tidy_sheet_name,
    xml_text,
)

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

A4 = 9  # Excel's number of the paper
CHARACTERS_A_MM = 1 / 1.9  # Excel measures columns in characters
FONT = {"font_name": "宋体", "valign": "vcenter", "text_wrap": True}
BOX = {**FONT, "font_size": 10, "border": 1}


@dataclass(frozen=True, slots=True)
class Band:
    """A line across the table that begins a group of rows."""

    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its title and its width in millimetres of paper. Short ones are centred."""

    title: str
    width: float
    centred: bool = True


def write_printed_xlsx(
    lines: Iterable[Sequence[str] | Band],
    heads: Sequence[Head],
    file: IO[bytes],
    *,
    title: str,
    note: str,
    watermark: Mapping[str, str],
    landscape: bool = True,
) -> int:
    """Write one visible sheet, set up to be printed on A4, in constant memory; the number of rows.

    Title, note and heads are its first three lines, the heads repeat on every page, pages are numbered and the
    `watermark` stands in their foot and in the document's properties. Every cell is text, whatever it begins with.
    """
    import xlsxwriter  # 5 MiB that only an export needs

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, {**options, "strings_to_numbers": False})
    try:
        sheet = book.add_worksheet(tidy_sheet_name(title))
        set_watermark(book, sheet, watermark, after="&R&P / &N")
        _set_up(sheet, heads, landscape=landscape)
        _write_head(book, sheet, heads, title, note)
        return _write_lines(book, sheet, heads, lines)
    finally:
        book.close()  # after an error too: it removes the writer's temporary files


def _set_up(sheet: "Worksheet", heads: Sequence[Head], *, landscape: bool) -> None:
    sheet.set_paper(A4)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.freeze_panes(3, 0)
    for place, column in enumerate(heads):
        sheet.set_column(place, place, max(column.width * CHARACTERS_A_MM, 3))
    sheet.set_row(0, 32)


def _write_head(book: "Workbook", sheet: "Worksheet", heads: Sequence[Head], title: str, note: str) -> None:
    last = max(len(heads) - 1, 1)
    big = book.add_format({**FONT, "font_size": 18, "bold": True, "align": "center"})
    small = book.add_format(FONT)
    for row, text, style in ((0, title, big), (1, note, small)):
        sheet.merge_range(row, 0, row, last, "", style)
        sheet.write_string(row, 0, xml_text(text), style)
    head = book.add_format({**BOX, "bold": True, "align": "center"})
    for place, column in enumerate(heads):
        sheet.write_string(2, place, xml_text(column.title), head)


def _write_lines(
    book: "Workbook", sheet: "Worksheet", heads: Sequence[Head], lines: Iterable[Sequence[str] | Band]
) -> int:
    centred, left = book.add_format({**BOX, "align": "center"}), book.add_format(BOX)
    band = book.add_format({**BOX, "bold": True, "text_wrap": False})
    styles = [centred if column.centred else left for column in heads]
    rows = 0
    for at, line in enumerate(lines, 3):
        if at >= EXCEL_ROWS:
            raise TableError("too_many_rows", row=at, limit=EXCEL_ROWS - 1)
        if isinstance(line, Band):
            sheet.write_string(at, 0, xml_text(line.text), band)
            continue
        rows += 1
        for place, (text, style) in enumerate(zip(line, styles, strict=True)):
            sheet.write_string(at, place, xml_text(text), style)
    return rows

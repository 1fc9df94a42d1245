"""Tables that leave the product. A spreadsheet program must never see a formula in them."""

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from django.utils import timezone

from police_hr.core.tabular.errors import TableError
from police_hr.core.tabular.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

# Characters with which Excel, WPS or LibreOffice begin a formula; the full-width ones are
# turned into half-width by East Asian versions.
FORMULA_STARTS = frozenset("=+-@＝＋－＠")
EXCEL_ROWS = 1_048_576
FOOTER_LENGTH = 255
PROPERTY_LENGTH = 255
EXACT_DIGITS = 1_000_000_000_000_000  # Excel keeps 15 digits
WIDEST_COLUMN = 40

_FORBIDDEN_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f']")
# What XML 1.0 cannot hold and no person typed.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def neutral_text(text: str) -> str:
    """`text` with an apostrophe before anything a spreadsheet would take for a formula.

    Leading blanks and control characters do not hide the sign, and a leading tab or line break
    is a danger by itself.
    """
    if text[:1] in ("\t", "\r", "\n") or text.lstrip()[:1] in FORMULA_STARTS:
        return "'" + text
    return text


def write_csv(rows: Iterable[Sequence[object]], columns: Sequence[str], file: IO[bytes]) -> int:
    """Write UTF-8 with BOM, which Excel and WPS need to show Chinese; the number of rows.

    Numbers are written as numbers (a negative one keeps its plain sign), dates as 2026-03-05,
    None as an empty cell; text goes through `neutral_text`.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([_csv_text(column) for column in columns])
        count = 0
        for row in rows:
            writer.writerow([_csv_cell(value) for value in row])
            count += 1
        text.flush()
    finally:
        text.detach()
    return count


def _csv_text(value: object) -> str:
    return neutral_text(_UNPRINTABLE.sub("", str(value)))


def _csv_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | Decimal):
        return str(value) if math.isfinite(value) else ""
    if isinstance(value, dt.datetime):
        return f"{_wall_clock(value):%Y-%m-%d %H:%M}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return _csv_text(value)


def _wall_clock(moment: dt.datetime) -> dt.datetime:
    """A cell has no time zone: it shows the time of the office."""
    return timezone.make_naive(moment) if timezone.is_aware(moment) else moment


def write_xlsx(
    rows: Iterable[Sequence[object]],
    columns: Sequence[str],
    file: IO[bytes],
    *,
    sheet_name: str,
    watermark: Mapping[str, str],
) -> int:
    """Write one visible sheet in constant memory; the number of rows.

    Every text is a string cell whatever it starts with. `watermark` (name, badge, time, export
    number) goes into the document properties and the printed footer, not into a row, so that
    the sheet can be filled in and imported again. No defined names, filters or links.
    """
    import xlsxwriter  # 5 MiB that only an export needs

    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    try:
        sheet = book.add_worksheet(tidy_sheet_name(sheet_name))
        set_watermark(book, sheet, watermark)
        return _write_rows(book, sheet, rows, columns)
    finally:
        book.close()  # after an error too: it removes the writer's temporary files


def set_watermark(book: "Workbook", sheet: "Worksheet", watermark: Mapping[str, str], *, after: str = "") -> None:
    """Write whose file it is into its properties and the printed foot; `after` are further parts of the foot."""
    for name, value in watermark.items():
        book.set_custom_property(xml_text(name)[:PROPERTY_LENGTH], xml_text(value)[:PROPERTY_LENGTH], "text")
    text = " · ".join(xml_text(value) for value in watermark.values()).replace("&", "&&")
    # A cut between the two halves of && would leave a lone format sign.
    sheet.set_footer("&L" + text[: FOOTER_LENGTH - len("&L") - len(after) - 1].rstrip("&") + after)


def _write_rows(book: "Workbook", sheet: "Worksheet", rows: Iterable[Sequence[object]], columns: Sequence[str]) -> int:
    formats = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, min(WIDEST_COLUMN, 4 + 2 * len(str(column))))
        _write_cell(sheet, 0, index, str(column), formats, style="head")
    count = 0
    for count, row in enumerate(rows, 1):
        if count >= EXCEL_ROWS:
            raise TableError("too_many_rows", row=count, limit=EXCEL_ROWS - 1)
        for index, value in enumerate(row):
            _write_cell(sheet, count, index, value, formats)
    return count


def _write_cell(
    sheet: "Worksheet",
    row: int,
    index: int,
    value: Any,
    formats: Mapping[str, object],
    style: str | None = None,
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, index, value)
    elif isinstance(value, int | float | Decimal):
        # A longer number, e.g. an ID number, would be rounded: it stays text.
        if math.isfinite(value) and -EXACT_DIGITS < value < EXACT_DIGITS:
            sheet.write_number(row, index, value)
        else:
            sheet.write_string(row, index, str(value))
    elif isinstance(value, dt.date) and value.year >= 1900:
        if isinstance(value, dt.datetime):
            sheet.write_datetime(row, index, _wall_clock(value), formats["moment"])
        else:
            sheet.write_datetime(row, index, value, formats["day"])
    else:
        text = xml_text(value)
        if len(text) > DEFAULT_LIMITS.cell:
            raise TableError("cell_too_long", row=row + 1, limit=DEFAULT_LIMITS.cell)
        sheet.write_string(row, index, text, formats[style] if style else None)


def tidy_sheet_name(name: str) -> str:
    """A name every spreadsheet program accepts: at most 31 characters, none of []:*?/\\'."""
    return _FORBIDDEN_IN_SHEET_NAME.sub(" ", xml_text(name)).strip()[:31].strip() or "Sheet1"


def xml_text(value: object) -> str:
    return _UNPRINTABLE.sub("", str(value))

"""Re-opens a finished export and looks at what is really in it, before anyone gets it."""

import csv
import re
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring, iterparse

from police_hr.core.tabular.errors import TableError
from police_hr.core.tabular.reader import open_table
from police_hr.core.tabular.writer import neutral_text

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# The name under which Excel keeps the lines that repeat on every page.
PRINT_TITLES = "_xlnm.Print_Titles"
# Parts that could carry cells, code or links past the column allow-list.
FOREIGN_PARTS = (
    "comments", "externallinks", "pivot", "vba", "embeddings", "connections", "querytables",
    "customxml", "activex", "threadedcomments", "chartsheets", "drawings",
)  # fmt: skip


NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class VerifiedWorkbook:
    sheets: int
    hidden: int
    columns: tuple[str, ...]
    rows: int


def verify_csv(path: str | Path, allowed_columns: Collection[str]) -> VerifiedWorkbook:
    """The same for a text table: `TableError("not_clean")` for other columns than these, or for a cell that a
    spreadsheet would take for a formula. A plain number may be negative. `rows` are all lines below the head."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file)
        columns = tuple(next(lines, []))
        rows = 0
        for rows, line in enumerate(lines, 1):
            formulas = [cell for cell in line if cell != neutral_text(cell) and not NUMBER.fullmatch(cell)]
            _require(not formulas, f"a formula in line {rows + 1}")
    surplus = [column for column in columns if column not in allowed_columns or column != neutral_text(column)]
    _require(not surplus, f"columns {surplus}")
    return VerifiedWorkbook(1, 0, columns, rows)


def verify_xlsx(path: str | Path, allowed_columns: Collection[str], *, printed: bool = False) -> VerifiedWorkbook:
    """What the workbook at `path` holds; `TableError("not_clean")` if it holds more than one
    visible sheet of `allowed_columns`: hidden sheets or columns, defined names, formulas,
    comments, links. A `printed` one may name the lines that repeat on every page, nothing else.
    `rows` are all lines but one.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            foreign = [name for name in archive.namelist() if any(part in name.lower() for part in FOREIGN_PARTS)]
            _require(not foreign, f"parts {foreign}")
            book = fromstring(archive.read("xl/workbook.xml"))
            sheets = book.findall(f"{MAIN}sheets/{MAIN}sheet")
            hidden = sum(1 for sheet in sheets if sheet.get("state", "visible") != "visible")
            _require(len(sheets) == 1, f"{len(sheets)} sheets")
            _require(hidden == 0, f"{hidden} hidden sheets")
            names = {name.get("name") for name in book.findall(f"{MAIN}definedNames/{MAIN}definedName")}
            _require(names <= ({PRINT_TITLES} if printed else set()), "defined names")
            with archive.open("xl/worksheets/sheet1.xml") as stream:
                rows = _check_sheet(iterparse(stream, events=("start", "end")))
    except (zipfile.BadZipFile, KeyError, ParseError, DefusedXmlException, OSError) as error:
        raise TableError("not_clean", reason=type(error).__name__) from error
    columns = tuple(open_table(path, filename="export.xlsx").columns)
    surplus = [column for column in columns if column not in allowed_columns]
    _require(not surplus, f"columns {surplus}")
    return VerifiedWorkbook(len(sheets), hidden, columns, max(rows - 1, 0))


def _check_sheet(events: Iterable[tuple[str, Any]]) -> int:
    rows, root = 0, None
    for event, element in events:
        root = element if root is None else root
        if element.tag == f"{MAIN}f":
            raise TableError("not_clean", reason="a formula")
        if element.tag in (f"{MAIN}hyperlink", f"{MAIN}dataValidation"):
            raise TableError("not_clean", reason="a link or a rule")
        if element.tag in (f"{MAIN}row", f"{MAIN}col") and element.get("hidden") == "1":
            raise TableError("not_clean", reason="hidden rows or columns")
        if event == "end" and element.tag == f"{MAIN}row":
            rows += 1
            root.clear()
            element.clear()
    return rows


def _require(holds: object, reason: str) -> None:
    if not holds:
        raise TableError("not_clean", reason=reason)

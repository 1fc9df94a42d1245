"""Finds the row that names the columns, below titles and above the data."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

from police_hr.core.tabular.errors import TableError
from police_hr.core.tabular.limits import Limits
from police_hr.core.tabular.text import column_letter

HEADER_ROWS = 30  # how deep a header may lie under titles
FILLED_SHARE = 0.6  # a header names at least this share of the widest row's columns

_SPACES = re.compile(r"\s+")
# 姓　名 and a header broken over two lines (出生⏎年月) are one word each.
_SPACE_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_VALUE = re.compile(r"[-+]?[\d.,:/年月日 -]*\d[\d.,:/年月日% -]*")


def tidy_header(cell: object) -> str:
    text = unicodedata.normalize("NFC", "" if cell is None else str(cell)).strip().strip("\ufeff")
    return _SPACES.sub(" ", _SPACE_BETWEEN_HAN.sub("", text)).strip()


def find_header(rows: Sequence[tuple[int, list[Any]]]) -> tuple[int, list[str]]:
    """(row number, names up to the last one that is not empty) of the header in `rows`.

    The header is the first row that fills most of the table's width. Titles (one merged cell,
    a line of 填报单位 and 日期) fill less. A row of numbers and dates is data, not a header.
    """
    filled = [sum(1 for cell in cells if tidy_header(cell)) for _, cells in rows]
    if not any(filled):
        raise TableError("empty")
    enough = max(filled) * FILLED_SHARE
    index = next(i for i, count in enumerate(filled) if count >= enough)
    number, cells = rows[index]
    names = [tidy_header(cell) for cell in cells]
    values = sum(
        1
        for cell, name in zip(cells, names, strict=True)
        if name and (not isinstance(cell, str) or _VALUE.fullmatch(name[:64]))
    )
    if values * 2 > filled[index]:
        raise TableError("no_header", row=number, rows=HEADER_ROWS)
    while names and not names[-1]:
        names.pop()
    return number, names


def check_width(names: Sequence[str], limits: Limits) -> None:
    if len(names) > limits.columns:
        raise TableError("too_many_columns", count=len(names), limit=limits.columns)


def header_problems(number: int, names: Sequence[str], rows: Sequence[tuple[int, list[Any]]]) -> list[TableError]:
    """Doubled names, and columns that hold values in the first rows but have no name."""
    problems = [
        TableError("duplicate_column", row=number, column=name, name=name, count=count)
        for name, count in Counter(filter(None, names)).items()
        if count > 1
    ]
    below = [cells for row, cells in rows if row > number]
    width = max([len(names), *(len(cells) for cells in below)])
    for index in range(width):
        if index < len(names) and names[index]:
            continue
        if any(len(cells) > index and tidy_header(cells[index]) for cells in below):
            letter = column_letter(index)
            problems.append(TableError("unnamed_column", row=number, column=letter, letter=letter))
    return problems

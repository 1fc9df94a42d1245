"""Parses one sheet of a workbook in a process of its own and prints its rows as JSON lines.

A parser that meets a hostile file may ask for any amount of memory and end its process; this
process has hard limits and nothing to lose. Started by `xlsx.py`, the workbook is standard
input, the arguments are one JSON object. It imports nothing of the project, to start in 30 ms.

First line: {"sheets": […], "sheet": name} or {"error": code, …}; then one list per row, in
which a date is ["2003-07-05"]; last line: {"end": number of rows}.
"""

import datetime as dt
import io
import json
import os
import resource
import sys

import python_calamine as calamine

READ_CHUNK = 1024 * 1024
EXACT_INTEGER = 2**53
BATCH = 500


def main() -> None:
    options = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (options["memory"], options["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (options["cpu_seconds"], options["cpu_seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False), READ_CHUNK), encoding="utf-8")
    try:
        print_sheet(options, out)
    except calamine.PasswordError:
        print_line(out, {"error": "encrypted"})
    except calamine.CalamineError:
        print_line(out, {"error": "damaged"})
    except MemoryError:
        os._exit(3)
    out.flush()


def print_sheet(options: dict, out: io.TextIOWrapper) -> None:
    workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(read_input()))
    # Chart and macro sheets hold no table; hidden ones are read only when asked for by name.
    tables = [m for m in workbook.sheets_metadata if m.typ == calamine.SheetTypeEnum.WorkSheet]
    visible = [m.name for m in tables if m.visible == calamine.SheetVisibleEnum.Visible]
    name, sheet = options["sheet"], None
    if name is not None:
        if name not in [m.name for m in tables]:
            print_line(out, {"error": "no_sheet", "sheet": name, "sheets": "、".join(visible)})
            return
        sheet = workbook.get_sheet_by_name(name)
    else:
        for name in visible:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.start is not None:
                break
    if sheet is None or sheet.start is None:
        print_line(out, {"error": "empty"})
        return
    left, width = sheet.start[1], sheet.width
    if left + width > options["columns"]:
        count = left + width
        print_line(out, {"error": "too_many_columns", "count": count, "limit": options["columns"]})
        return
    print_line(out, {"sheets": visible, "sheet": sheet.name})
    print_rows(sheet, out, padding=[None] * left, wanted=options["rows"])


def read_input() -> bytes:
    """From offset 0 without moving the offset, which other readers of the file share."""
    parts, offset = [], 0
    while part := os.pread(0, READ_CHUNK, offset):
        parts.append(part)
        offset += len(part)
    return b"".join(parts)


def print_rows(sheet: calamine.CalamineSheet, out: io.TextIOWrapper, *, padding: list, wanted: int | None) -> None:
    encode = json.JSONEncoder(ensure_ascii=False, default=plain, check_circular=False).encode
    number = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        out.write(encode(padding + [tidy(cell) for cell in row]))
        out.write("\n")
        if number == wanted:
            break
    print_line(out, {"end": number})


def tidy(cell: object) -> object:
    """Stripped text, None for nothing, int for whole numbers; dates and rarities: `plain`."""
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) <= EXACT_INTEGER:
            return int(cell)
        return cell if cell - cell == 0 else str(cell)  # infinities are not JSON
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return cell


def plain(cell: object) -> object:
    """JSON form of what JSON lacks: dates as one-element lists, times and spans as text."""
    if isinstance(cell, dt.datetime) and (cell.hour or cell.minute or cell.second):
        return [cell.replace(microsecond=0, tzinfo=None).isoformat()]
    if isinstance(cell, dt.date):
        return [f"{cell.year:04}-{cell.month:02}-{cell.day:02}"]
    return str(cell)


def print_line(out: io.TextIOWrapper, value: dict) -> None:
    out.write(json.dumps(value, ensure_ascii=False))
    out.write("\n")


if __name__ == "__main__":
    main()

"""xlsx, parsed by python-calamine in a process with hard limits."""

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from police_hr.core.tabular.errors import MESSAGES, TableError
from police_hr.core.tabular.limits import Limits
from police_hr.core.tabular.source import Cell, Record, Source
from police_hr.core.tabular.text import column_letter
from police_hr.core.tabular.xlsx_guard import check_workbook

CHILD = Path(__file__).with_name("xlsx_child.py")


class XlsxSource:
    """Rows of one sheet: the named one, else the first visible one that holds anything."""

    encoding: str | None = None
    delimiter: str | None = None

    def __init__(self, source: Source, *, limits: Limits, sheet: str | None = None) -> None:
        self._source = source
        self._limits = limits
        self._wanted_sheet = sheet
        self.sheet = sheet
        self.sheets: tuple[str, ...] = ()
        check_workbook(source.open(), size=source.size, limits=limits)

    def records(self, first: int | None = None) -> Iterator[Record]:
        """(1-based number, cells, False); only the `first` rows where given."""
        with self._start(first) as process:
            try:
                if process.stdout is not None:
                    yield from self._read(process, process.stdout)
            finally:
                process.kill()

    def _start(self, first: int | None) -> subprocess.Popen[bytes]:
        options = {
            "sheet": self._wanted_sheet,
            "rows": first,
            "columns": self._limits.columns,
            "memory": self._limits.xlsx_memory,
            "cpu_seconds": self._limits.xlsx_cpu_seconds,
        }
        return subprocess.Popen(
            [sys.executable, "-I", str(CHILD), json.dumps(options)],
            stdin=self._source.fileno(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
        )

    def _read(self, process: subprocess.Popen[bytes], lines: IO[bytes]) -> Iterator[Record]:
        self._take_head(_parse(process, lines.readline()))
        longest, most = self._limits.cell, self._limits.rows
        for number, line in enumerate(lines, 1):
            value = _parse(process, line)
            if isinstance(value, dict):
                return
            if number > most:
                raise TableError("too_many_rows", row=number, limit=most)
            # A cell cannot be longer than the line it stands in.
            if len(line) > longest:
                _check_cells(number, value, longest)
            yield number, [_cell(cell) for cell in value] if b"[" in line[1:] else value, False
        raise _ended_early(process)

    def _take_head(self, head: object) -> None:
        if not isinstance(head, dict):
            raise TableError("damaged")
        if (code := head.pop("error", None)) is not None:
            raise TableError(code if code in MESSAGES else "damaged", **head)
        self.sheets = tuple(head["sheets"])
        self.sheet = head["sheet"]


def _parse(process: subprocess.Popen[bytes], line: bytes) -> Any:
    if not line.endswith(b"\n"):
        raise _ended_early(process)
    return json.loads(line)


def _ended_early(process: subprocess.Popen[bytes]) -> TableError:
    """No last line: the parser ran into a limit (killed by a signal, or 3) or gave up."""
    code = process.wait()
    return TableError("too_heavy" if code < 0 or code == 3 else "damaged")


def _cell(cell: Any) -> Cell:
    if isinstance(cell, list):
        text = cell[0]
        return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)
    return cell


def _check_cells(number: int, cells: list[object], longest: int) -> None:
    for index, cell in enumerate(cells):
        if isinstance(cell, str) and len(cell) > longest:
            raise TableError("cell_too_long", row=number, column=column_letter(index), limit=longest)

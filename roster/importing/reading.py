"""From a row of cells to a staged row, at the speed of a dictionary lookup per cell.

Columns repeat themselves: the reader of each column remembers what it made of a cell, so that a date
or a unit is parsed once and then only looked up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from roster.importing import issues as say
from roster.importing.cells import CellFault, Dated, as_text
from roster.importing.issues import Issue
from roster.models import ImportRow

if TYPE_CHECKING:
    from roster.importing.targets.base import Target

MEMO = 50_000
HIDDEN = "•••"
State = ImportRow.State


class Refused:
    """What a cell turned out to be when it cannot be read; `text` is what it says."""

    __slots__ = ("issue", "text")

    def __init__(self, issue: Issue, text: str) -> None:
        self.issue, self.text = issue, text


class Staged:
    """One row on its way in. `act`: new | update | same. `state` adds error, doubt and skip."""

    __slots__ = (
        "accepted",
        "act",
        "before",
        "cells",
        "issues",
        "key",
        "number",
        "officer",
        "skipped",
        "target",
        "values",
    )

    def __init__(self, number: int, cells: list[Any]) -> None:
        self.number = number
        self.cells = cells
        self.values: dict[str, Any] = {}
        self.issues: list[Issue] = []
        self.act = "new"
        self.key = ""
        self.officer: int | None = None
        self.target: int | None = None
        self.before: dict[str, Any] = {}
        self.skipped = False
        # codes of issues that a person lets pass
        self.accepted: Sequence[str] = ()

    @property
    def wrong(self) -> bool:
        return any(issue["level"] == "error" for issue in self.issues)

    @property
    def state(self) -> str:
        if self.skipped:
            return "skip"
        if not self.issues:
            return self.act
        return "error" if self.wrong else "doubt"

    def error(self, code: str, field: str = "", fixes: Sequence[say.Fix] = (), **args: Any) -> None:
        self.issues.append(say.error(code, field, fixes, **args))

    def doubt(self, code: str, field: str = "", fixes: Sequence[say.Fix] = (), **args: Any) -> None:
        self.issues.append(say.doubt(code, field, fixes, **args))


class Reader:
    """Reads rows for one target by one mapping: `[{"column", "field", "read"?}]`."""

    def __init__(self, target: Target, mapping: Sequence[Mapping[str, Any]]) -> None:
        self.target = target
        self.columns: list[tuple[int, str, dict[Any, Any], Any]] = []
        for entry in mapping:
            name = entry["field"]
            if name and name in target.fields:
                read = target.reader(name, entry.get("read", ""))
                self.columns.append((entry["column"], name, {}, read))
        self.mapped = {name for _index, name, _memo, _read in self.columns}
        self._required = [name for name, field in target.fields.items() if field.required or field.key]

    def read(self, number: int, cells: list[Any], decisions: Mapping[str, Any] | None = None) -> Staged:
        """The staged row of `cells`, with what a person decided about it laid over."""
        if decisions and decisions.get("cells"):
            cells = list(cells)
            for index, text in decisions["cells"].items():
                cells[int(index)] = text or None
        row = Staged(number, cells)
        if decisions:
            row.accepted = decisions.get("accept", ())
        self._read_cells(row)
        for name in self._required:
            if name not in row.values and not any(issue["field"] == name for issue in row.issues):
                row.error("required", name, [say.fill_in(name), say.SKIP])
        self.target.check(row)
        if row.accepted:
            row.issues = [issue for issue in row.issues if issue["code"] not in row.accepted]
        row.skipped = bool(decisions and decisions.get("skip"))
        return row

    def _read_cells(self, row: Staged) -> None:
        values, cells = row.values, row.cells
        for index, name, memo, read in self.columns:
            cell = cells[index]
            if cell is None or cell == HIDDEN:
                continue
            try:
                found = memo[cell]
            except KeyError:
                if len(memo) > MEMO:
                    memo.clear()
                found = memo[cell] = _read(read, name, cell)
            if found.__class__ is not Refused:
                values[name] = found
            elif found.issue["code"] in row.accepted:
                values[name] = found.text
            else:
                row.issues.append(found.issue)


def _read(read: Any, name: str, cell: Any) -> Any:
    try:
        return read(cell)
    except CellFault as fault:
        return Refused(say.error(fault.code, name, fault.fixes, **fault.args_), as_text(cell))


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` as JSON keeps them."""
    return {name: list(value) if value.__class__ is Dated else value for name, value in values.items()}

"""What the tabs of a dossier are made of: tables of rows, and the opening that asks for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext

from police_hr.core.access import Viewer
from police_hr.core.i18n import pick
from police_hr.core.wording import day
from roster.access import classes_for
from roster.models import Officer
from roster.models.career import CareerFact
from roster.selectors import dossier as selectors
from roster.selectors import ledger

Text = str | Promise
TABLES = "roster/dossier/_tables.html"
ONE_PIECE = re.compile(r"[\d年月日.,:%+-]+( \w\w)?|\d{1,2} [A-Z][a-z]{2} \d{4}")
SENTENCE = 20


@dataclass(frozen=True)
class Holdings:
    """What a dossier holds, in numbers: career facts by model, and entries by kind as the viewer sees them."""

    facts: Mapping[type[CareerFact], int] = field(default_factory=dict)
    kinds: Sequence[ledger.KindCount] = ()


@dataclass
class Opening:
    """One tab of one dossier, opened by somebody. `held` is there where the whole page is asked for."""

    request: HttpRequest
    viewer: Viewer
    officer: Officer
    from_query: str = ""
    held: Holdings | None = None
    head: selectors.Head | None = None

    @cached_property
    def classes(self) -> Mapping[str, frozenset[int]]:
        return classes_for(self.viewer, self.officer)

    @cached_property
    def seen(self) -> ledger.Sight:
        return ledger.sight(self.viewer, self.officer)

    @property
    def is_own(self) -> bool:
        return self.viewer.officer_id == self.officer.pk

    def opens(self, sensitivity: int) -> bool:
        return sensitivity in self.classes["open"]

    def may_ask(self, sensitivity: int) -> bool:
        """Whether facts of this class open with a reason."""
        return sensitivity in self.classes["with_reason"]


@dataclass(frozen=True)
class Row:
    """A line of a table. Its first cell leads it on a phone, and to `url` where there is one."""

    cells: Sequence[str]
    url: str = ""
    tags: Sequence[tuple[str, str]] = ()
    # model and number of the fact, by which a correction is asked for
    fact: str = ""


@dataclass(frozen=True)
class Table:
    """One table of a tab. `locked`: its class is not open to the viewer; `model` names the
    career facts that stand in it, so that one can be asked for."""

    title: Text
    columns: Sequence[str]
    rows: Sequence[Row]
    empty: str
    sensitivity: int = 1
    locked: bool = False
    model: str = ""

    @property
    def labelled(self) -> list[tuple[Row, list[tuple[str, str, str]]]]:
        """The rows with the column's name beside each cell, and how the cell is to be set."""
        return [
            (row, [(label, cell, _setting(cell)) for label, cell in zip(self.columns, row.cells, strict=True)])
            for row in self.rows
        ]


@dataclass(frozen=True)
class Facts:
    """A list of single facts: (label, text); those that are not held are left out."""

    title: Text
    facts: Sequence[tuple[str, str]]
    empty: str
    sensitivity: int = 1


@dataclass(frozen=True)
class Tab:
    """A tab. `content` gives its context with `template`; `holds` counts what stands there, None: nobody can say.

    `order` is the number of the part (domain/dossier.md §2.3), `front` whether it stands in the row where there is
    room. `sensitivity` is the class it is about: S3 and S4 carry a lock.
    """

    code: str
    order: int
    label: Text
    content: Callable[[Opening], dict[str, Any]]
    holds: Callable[[Holdings], int] | None = None
    sensitivity: int = 1
    front: bool = False
    title: Text = ""


def _setting(cell: str) -> str:
    """A day, a month or a number stays in one piece; on a phone a sentence takes the whole width."""
    if ONE_PIECE.fullmatch(cell):
        return "ph-onepiece"
    return "ph-sentence" if len(cell) > SENTENCE else ""


def table(title: Text, columns: Sequence[str], rows: Iterable[Row | Sequence[str]], empty: str, **more: Any) -> Table:
    """A table without the columns that no row fills; the first one always stays."""
    lines = [row if isinstance(row, Row) else Row(row) for row in rows]
    kept = [n for n in range(len(columns)) if n == 0 or any(line.cells[n] for line in lines)]
    shown = [replace(line, cells=[line.cells[n] for n in kept]) for line in lines]
    return Table(title, [columns[n] for n in kept], shown, empty, **more)


def of_fact(fact: CareerFact, cells: Sequence[str], **more: Any) -> Row:
    """A line about one career fact, beside which its correction can be asked for."""
    return Row(cells, fact=f"{fact._meta.model_name}.{fact.pk}", **more)


def tables(*blocks: Any, closed: int = 0, **more: Any) -> dict[str, Any]:
    """The context of a tab of tables. `closed` counts the entries that would open with a reason."""
    found = [block for block in blocks if block is not None]
    # a closed table says itself that it opens with a reason
    told = any(getattr(block, "locked", False) for block in found)
    return {"template": TABLES, "blocks": found, "closed": 0 if told else closed} | more


def facts(title: Text, pairs: Iterable[tuple[str, str]], empty: str, sensitivity: int = 1) -> Facts:
    return Facts(title, [(label, text) for label, text in pairs if text], empty, sensitivity)


def period(first: Any, last: Any) -> str:
    """2018.03—2021.02, or “to date”."""
    if first is None and last is None:
        return ""
    end = day(last, "term") if last else gettext("to date")
    return f"{day(first, 'term')}—{end}"


def paper(fact: CareerFact) -> str:
    """The document and the remark of a career fact."""
    return pick("；", "; ").join(filter(None, [fact.document, fact.remark]))


def counted(*models: type[CareerFact], kinds: Iterable[str] = (), groups: Iterable[str] = ()) -> Any:
    """A `holds` that adds up career facts, and entries of `kinds` and of `groups`."""
    wanted, below = frozenset(kinds), frozenset(groups)

    def count(held: Holdings) -> int:
        entries = sum(kind.total for kind in held.kinds if kind.code in wanted or kind.group in below)
        return sum(held.facts.get(model, 0) for model in models) + entries

    return count

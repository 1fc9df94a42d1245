"""What a target is: its fields and the judgement of a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from police_hr.core.i18n import pick
from roster.importing import cells
from roster.importing.fields import Field, MakeRead
from roster.importing.issues import fill_in
from roster.importing.lookups import Lookups
from roster.importing.reading import Staged

CAREER = "career"  # the family of targets that touch officers and careers: they must not pass each other unseen
# readers that a profile may ask for instead of a field's own
OTHER_READS: Mapping[str, Callable[[dt.date], cells.Read]] = {
    "year": partial(cells.dated_until, years=True),
    "year_end": cells.year_end,
}


class Target:
    """One sort of table. An instance serves one pass over one file and holds what that pass has seen."""

    code: ClassVar[str] = ""
    zh: ClassVar[str] = ""
    en: ClassVar[str] = ""
    family: ClassVar[str] = CAREER
    # the columns are always the same: there is no mapping to look at or to change
    fixed: ClassVar[bool] = False

    def __init__(self, look: Lookups) -> None:
        self.look = look
        self.fields: dict[str, Field] = self.make_fields()
        self.mapped: set[str] = set()
        self.seen: dict[Any, int] = {}

    @property
    def label(self) -> str:
        return pick(self.zh, self.en)

    def make_fields(self) -> dict[str, Field]:
        raise NotImplementedError

    def fields_hidden(self, name: str) -> bool:
        """Whether values of `name` must not be stored with the staged rows."""
        return name in self.fields and self.fields[name].protected

    def reader(self, name: str, other: str = "") -> cells.Read:
        """The reader of the cells of field `name`; `other` is the one that a profile asks for instead."""
        field = self.fields[name]
        return OTHER_READS[other](self.look.today) if other in OTHER_READS else field.make(self.look, field)

    def check(self, row: Staged) -> None:
        """Judge the row as a whole: its issues, key, act (new, update, same), officer and what it changes."""
        raise NotImplementedError

    def first_of(self, row: Staged, key: Any) -> int | None:
        """The number of the earlier row with this key, or None; remembers the key."""
        first = self.seen.setdefault(key, row.number)
        return None if first == row.number else first


def listed(fields: Sequence[Field]) -> dict[str, Field]:
    return {field.name: field for field in fields}


# --- how cells of the usual sorts are read ----------------------------------------------------------------
def text(longest: int) -> MakeRead:
    return lambda look, field: cells.text_of(longest)


def plain(read: cells.Read) -> MakeRead:
    return lambda look, field: read


def past_day(look: Lookups, field: Field) -> cells.Read:
    return _with_fixes(cells.day_until(look.today), field, look)


def any_day(look: Lookups, field: Field) -> cells.Read:
    return _with_fixes(cells.day_until(look.today, ahead=True), field, look)


def birth(look: Lookups, field: Field) -> cells.Read:
    return _with_fixes(cells.dated_until(look.today, years=True), field, look)


def choice(*tables: str) -> MakeRead:
    return lambda look, field: cells.choice_of(look.table(*tables), field.name)


def one_of(names: Mapping[str, str]) -> MakeRead:
    return lambda look, field: cells.choice_of(names, field.name)


def unit(look: Lookups, field: Field) -> cells.Read:
    return look.unit


def officer(look: Lookups, field: Field) -> cells.Read:
    return look.officer


def whole(least: int, most: int) -> MakeRead:
    return lambda look, field: partial(cells.whole, least=least, most=most)


def _with_fixes(read: cells.Read, field: Field, look: Lookups) -> cells.Read:
    """For a day that cannot be read: the likely readings, else this month where a table tells what has just changed."""

    def read_day(cell: Any) -> Any:
        try:
            return read(cell)
        except cells.CellFault as fault:
            for fix in fault.fixes:
                fix["field"] = field.name
            if not fault.fixes:
                since = field.name.endswith("since")
                fault.fixes = cells.month_fixes(field.name, look.today) if since else [fill_in(field.name)]
            fault.fixes = [*fault.fixes, fill_in(field.name)][:2]
            raise

    return read_day


OFFICER = Field(
    "officer",
    "警号",
    "Badge number",
    officer,
    ("警员编号", "民警警号", "工号", "badge no", "badge_no", "officer_id", "officer"),
    key=True,
    show="officer",
    example="091512",
)
DOCUMENT = Field("document", "文号", "Document number", text(80), ("批准文号", "任免文号", "文件号"))
REMARK = Field("remark", "备注", "Remark", text(200), ("说明",))

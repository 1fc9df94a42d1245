"""What a target is: its fields, the judgement of a row, and how rows are written, applied and taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from police_hr.core.i18n import pick
from roster.importing import cells
from roster.importing.fields import Field, MakeRead
from roster.importing.issues import SKIP, fill_in
from roster.importing.lookups import Lookups
from roster.importing.reading import Staged

if TYPE_CHECKING:
    from police_hr.core.models import User
    from roster.models import ImportBatch

CAREER = "career"  # the family of targets that touch officers and careers: they must not pass each other unseen
OTHER_READS: Mapping[str, cells.Read] = {"year": cells.dated_or_year, "year_end": cells.year_end}


class Target:
    """One sort of table. An instance serves one pass over one file and holds what that pass has seen."""

    code: ClassVar[str] = ""
    zh: ClassVar[str] = ""
    en: ClassVar[str] = ""
    family: ClassVar[str] = CAREER
    # what a batch of this target may have written, in the order in which it is deleted
    writes: ClassVar[tuple[type[models.Model], ...]] = ()

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

    def reader(self, name: str, other: str = "") -> cells.Read:
        """The reader of the cells of field `name`; `other` is the one that a profile asks for instead."""
        field = self.fields[name]
        return OTHER_READS[other] if other in OTHER_READS else field.make(self.look, field)

    def check(self, row: Staged) -> None:
        """Judge the row as a whole: its issues, key, act (new, update, same), officer and what it changes."""
        raise NotImplementedError

    def first_of(self, row: Staged, key: Any) -> int | None:
        """The number of the earlier row with this key, or None; remembers the key."""
        first = self.seen.setdefault(key, row.number)
        return None if first == row.number else first

    def prepare(self, batch: ImportBatch, by: User | None) -> None:
        """What must stand before rows can be written (units that the file names)."""

    def write(self, rows: Iterable[Staged], batch: ImportBatch, by: User | None) -> int:
        """Write the rows of `batch`, hidden, in chunks of at most a second. Returns how many."""
        raise NotImplementedError

    def apply(self, batch: ImportBatch, by: User | None) -> None:
        """Change what is there already, in the transaction of the flip."""

    def revert(self, batch: ImportBatch, by: User | None) -> None:
        """Put back what `apply` changed, in the transaction that hides the batch."""


def listed(fields: Sequence[Field]) -> dict[str, Field]:
    return {field.name: field for field in fields}


# --- how cells of the usual sorts are read ----------------------------------------------------------------
def text(longest: int) -> MakeRead:
    return lambda look, field: cells.text_of(longest)


def plain(read: cells.Read) -> MakeRead:
    return lambda look, field: read


def past_day(look: Lookups, field: Field) -> cells.Read:
    return _with_fixes(cells.past(cells.day, look.today_number, field.name), field, look)


def any_day(look: Lookups, field: Field) -> cells.Read:
    return _with_fixes(cells.day, field, look)


def birth(look: Lookups, field: Field) -> cells.Read:
    return _with_fixes(cells.past(cells.dated_or_year, look.today_number, field.name), field, look)


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
    """For a day that cannot be read the likeliest is this month: new tables tell what has just changed."""

    def read_day(cell: Any) -> Any:
        try:
            return read(cell)
        except cells.CellFault as fault:
            near = field.name.endswith("since") and fault.code != "future"
            fault.fixes = cells.month_fixes(field.name, look.today) if near else [fill_in(field.name), SKIP]
            raise

    return read_day


Check = Callable[[Staged], None]
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

"""The fields of a target: their words, what else a column may be called, and how a cell is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from police_hr.core.i18n import pick
from police_hr.core.identity import mask_id_number, mask_phone

if TYPE_CHECKING:
    from roster.importing.cells import Read
    from roster.importing.lookups import Lookups

MakeRead = Callable[["Lookups", "Field"], "Read"]


@dataclass(frozen=True)
class Field:
    """One thing a column can be: `make` gives the reader of its cells.

    `masked` values (ID number, phone) are shown in part; `protected` ones are never shown and never
    stored with the staged rows. `show` says how a value is displayed: text, day, unit, officer, code.
    """

    name: str
    zh: str
    en: str
    make: MakeRead
    synonyms: tuple[str, ...] = ()
    required: bool = False
    key: bool = False
    masked: bool = False
    protected: bool = False
    show: str = "text"
    table: tuple[str, ...] = ()
    # a value of this shape betrays the column even where its header does not: id | phone | ""
    shape: str = ""
    example: Any = ""

    @property
    def label(self) -> str:
        return pick(self.zh, self.en)

    @property
    def words(self) -> tuple[str, ...]:
        """All that a header may say for this field."""
        return (self.name, self.zh, self.en, *self.synonyms)


def mask(name: str, text: str) -> str:
    """A sensitive value as a preview shows it: 9901****0312, 138****2218."""
    return mask_id_number(text) if name == "id_number" else mask_phone(text)

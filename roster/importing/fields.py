"""The fields of a target: their words, what else a column may be called, and how a cell is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from police_hr.core.i18n import pick

if TYPE_CHECKING:
    from roster.importing.lookups import Lookups
    from roster.importing.cells import Read

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
    """A sensitive value as a preview shows it: 9901****0312, ****2218."""
    if not text:
        return ""
    if name == "id_number" and len(text) >= 15:
        return f"{text[:4]}****{text[-4:]}"
    return f"****{text[-4:]}" if len(text) > 4 else "****"

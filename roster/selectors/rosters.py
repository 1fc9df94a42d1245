"""The rosters (名册) there are: which columns each has, how wide, on which paper. They are data, in `defaults`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from police_hr.core.i18n import pick

FILE = Path(__file__).resolve().parent.parent / "defaults" / "rosters.json"


@dataclass(frozen=True)
class RosterColumn:
    """A column on paper. `code` is a key of `roster_rows.VALUES`, `width` is in millimetres."""

    code: str
    zh: str
    en: str
    width: float
    left: bool = False

    @property
    def title(self) -> str:
        return pick(self.zh, self.en)


@dataclass(frozen=True)
class Roster:
    """One roster. `layout` is "table" or "wall" (photos in a grid); with `by_unit` the rows of each unit stand under
    its name; with `asked_apart` it is filled in on a page of its own before it is asked for."""

    code: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    layout: str
    landscape: bool
    by_unit: bool
    formats: tuple[str, ...]
    columns: tuple[RosterColumn, ...]
    asked_apart: bool = False

    @property
    def label(self) -> str:
        return pick(self.zh, self.en)

    @property
    def about(self) -> str:
        return pick(self.about_zh, self.about_en)

    @property
    def titles(self) -> Sequence[str]:
        return [column.title for column in self.columns]

    def has(self, *codes: str) -> bool:
        """Whether it has one of these columns."""
        return any(column.code in codes for column in self.columns)


@lru_cache(maxsize=1)
def rosters() -> tuple[Roster, ...]:
    """All rosters as shipped, in their order."""
    found = json.loads(FILE.read_text(encoding="utf-8"))["rosters"]
    return tuple(_roster(spec) for spec in found)


def roster_of(code: str) -> Roster:
    """The roster with this code. Raises KeyError for an unknown one."""
    return {roster.code: roster for roster in rosters()}[code]


def _roster(spec: dict[str, Any]) -> Roster:
    columns = tuple(RosterColumn(**column) for column in spec["columns"])
    return Roster(**{**spec, "formats": tuple(spec["formats"]), "columns": columns})

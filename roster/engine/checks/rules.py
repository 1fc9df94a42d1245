"""What the checks go by, built from the code tables, and what they find."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SEVERITIES = ("error", "doubt", "hint")


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a code table."""

    code: str
    order: int
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: a fact and its field. `pk` None: the fact that should be there and is not.

    `value` is shown (ISO days, codes of tables, words); `hidden` is not, but a change of it is a change too.
    """

    model: str
    pk: int | None
    field: str
    value: str
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt: two places that disagree, and what its sentence needs."""

    code: str
    first: Place
    second: Place
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """The same for the same check on the same values, wherever they are stored: a ruling holds on as long."""
        parts = [self.code]
        for place in (self.first, self.second):
            parts += [place.model, place.field, place.value, place.hidden]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Term:
    """A rank or grade in its sequence: `place` 1 is the highest; `months` to be served before the next one."""

    sequence: str
    place: int
    months: int | None


@dataclass(frozen=True)
class Rules:
    """The tables the checks go by. `severity` has the checks that are in use; a check that is not there is not run."""

    severity: Mapping[str, str]
    limits: Mapping[str, int]
    ranks: Mapping[str, Term]
    grades: Mapping[str, Term]
    # post level or technical grade → places of the highest and lowest rank
    bands: Mapping[str, tuple[int, int]]
    # level of education → place (1 is the highest), and the least age at its end
    education: Mapping[str, int]
    graduates: Mapping[str, int]
    # staffing type → officer, civilian, auxiliary, cadet
    persons: Mapping[str, str]
    # part of a school's name → the highest level of education it leads to
    schools: Mapping[str, str]
    provinces: frozenset[str]
    photos: bool = True


def build_rules(tables: Mapping[str, Sequence[Row]], *, photos: bool, more_areas: Iterable[str] = ()) -> Rules:
    """The rules as the code tables say. `photos`: whether a missing picture is a doubt here; `more_areas`:
    first digits of ID numbers that no province has but this installation does."""
    ranks = {row.code: Term("rank", row.order, _months(row)) for row in tables["police_rank"]}
    grades = {
        row.code: Term(slug, row.order, _months(row))
        for slug in ("duty_grade", "technical_grade", "general_grade")
        for row in tables[slug]
    }
    return Rules(
        severity={row.code: row.attributes["severity"] for row in tables["dossier_check"]},
        limits={row.code: row.attributes["value"] for row in tables["dossier_check_limit"]},
        ranks=ranks,
        grades=grades,
        bands=_bands(tables, ranks),
        education={row.code: row.order for row in tables["education"]},
        graduates={
            row.code: row.attributes["least_age"] for row in tables["education"] if "least_age" in row.attributes
        },
        persons={row.code: row.attributes["person_type"] for row in tables["staffing_type"]},
        schools={row.code: row.attributes["highest"] for row in tables["school_kind"]},
        provinces=frozenset(row.code for row in tables["province"]) | frozenset(more_areas),
        photos=photos,
    )


def _months(row: Row) -> int | None:
    years = row.attributes.get("min_years")
    return None if years is None else years * 12


def _bands(tables: Mapping[str, Sequence[Row]], ranks: Mapping[str, Term]) -> dict[str, tuple[int, int]]:
    found = {}
    technical = {row.code: row.attributes.get("band") for row in tables["technical_grade"]}
    for row in tables["rank_band"]:
        places = ranks[row.attributes["highest"]].place, ranks[row.attributes["lowest"]].place
        if level := row.attributes.get("post_level"):
            found[level] = places
        for grade, band in technical.items():
            if row.code == f"tech_{band}":
                found[grade] = places
    return found


def iso(day: dt.date | None) -> str:
    return day.isoformat() if day is not None else ""


def month_of(day: dt.date) -> int:
    """The number of the calendar month."""
    return day.year * 12 + day.month

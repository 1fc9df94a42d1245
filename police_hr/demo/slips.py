"""Slips of the pen: a few dossiers in which two places disagree, as in every personnel office.

They are made on the rows alone, after the force is invented: who the people are and what becomes of them does not
change. About one officer in a hundred has one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any

Row = dict[str, Any]
OFFICERS, POSTINGS, RANKS, COURSES = 0.006, 0.0012, 0.0006, 0.0006
MONTH = dt.timedelta(days=31)


def _birth(row: Row) -> None:
    row["birth_date"] += MONTH


def _sex(row: Row) -> None:
    row["sex"] = "F" if row["sex"] == "M" else "M"


def _party_day(row: Row) -> None:
    if row["political_status"] in {"01", "02"}:
        row["party_joined_on"] = None
    elif row["political_status"] == "13":
        row["party_joined_on"] = row["police_since"]


def _work(row: Row) -> None:
    row["work_started_on"] = row["police_since"] + 3 * MONTH


def _number(row: Row) -> None:
    last = row["id_number"][-1]
    row["id_number"] = row["id_number"][:-1] + ("0" if last != "0" else "1")


_SLIPS: tuple[tuple[Callable[[Row], None], int], ...] = (
    (_birth, 30), (_sex, 8), (_party_day, 30), (_work, 20), (_number, 12),
)  # fmt: skip


def in_officers(rows: Iterable[Row], seed: str) -> Iterator[Row]:
    """The rows of officers, a few with a value that does not fit the others."""
    chance = Random(f"{seed}:slips")
    for row in rows:
        if chance.random() < OFFICERS:
            slip = chance.choices([made for made, _share in _SLIPS], [share for _made, share in _SLIPS])[0]
            slip(row)
        yield row


def in_careers(sort: str, rows: Iterable[Row], seed: str) -> Iterator[Row]:
    """The rows of one sort of career facts, a few of them with a wrong day or degree."""
    chance = Random(f"{seed}:slips:{sort}")
    for row in rows:
        if sort == "postings" and row["ends_on"] and chance.random() < POSTINGS:
            row["ends_on"] = max(row["starts_on"], row["ends_on"] - 4 * MONTH)
        elif sort == "ranks" and chance.random() < RANKS:
            row["since"] -= 14 * MONTH
        elif sort == "educations" and row["level"] == "31" and chance.random() < COURSES * 10:
            row["degree"] = "学士"
        yield row

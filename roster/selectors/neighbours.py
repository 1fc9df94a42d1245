"""Where an officer stands in the list from which the dossier was opened."""

from __future__ import annotations

from dataclasses import dataclass, replace

from police_hr.core.access import Viewer
from roster.access import read_bounds
from roster.models import Officer
from roster.selectors.officer_list import PAGE_ROWS, OfficerQuery, narrowed, ordered


@dataclass(frozen=True)
class Neighbours:
    """The place in the list, counted from 1, its length, and who stands before and after, each with the query
    under which the list shows them."""

    number: int
    count: int
    previous: tuple[int, OfficerQuery] | None
    following: tuple[int, OfficerQuery] | None


def neighbours(viewer: Viewer, query: OfficerQuery, officer: Officer) -> Neighbours | None:
    """The neighbours of `officer` in the list that `query` names, or None where its page no longer holds them.

    Three queries that read one page and count; the length of the list does not matter.
    """
    bounds = read_bounds()
    rows = narrowed(viewer, query, bounds=bounds)
    start = (max(query.page, 1) - 1) * PAGE_ROWS
    first = max(start - 1, 0)
    ids = list(ordered(rows, query, viewer).values_list("pk", flat=True)[first : start + PAGE_ROWS + 1])
    if officer.pk not in ids:
        return None
    at = ids.index(officer.pk)
    place = first + at

    def beside(step: int) -> tuple[int, OfficerQuery] | None:
        if not 0 <= at + step < len(ids):
            return None
        return ids[at + step], replace(query, page=(place + step) // PAGE_ROWS + 1)

    return Neighbours(number=place + 1, count=rows.count(), previous=beside(-1), following=beside(1))

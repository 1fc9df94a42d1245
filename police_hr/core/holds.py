"""What puts a promotion on hold (暂缓): asked here, answered by whoever knows.

Promotion lists stand low in the chain of apps, reasons for a hold may come from above. An app registers a function
in `sources`; `holds_of` asks them all. A hold is never decided by a program: each one here rests on a decision that a
named person took.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from police_hr.core.access import Viewer


@dataclass(frozen=True)
class Hold:
    """One reason: its code, its words and legal basis in the active language, and the days from which to which it
    holds; no end: until a person ends it."""

    code: str
    label: str
    basis: str
    since: dt.date
    until: dt.date | None = None


Source = Callable[[Viewer, Sequence[int]], Mapping[int, Sequence[Hold]]]
sources: list[Source] = []


def holds_of(viewer: Viewer, officer_ids: Iterable[int]) -> dict[int, list[Hold]]:
    """Officer id → what puts their promotion on hold, as far as `viewer` may know of it. Those without any are left
    out. As many queries as there are sources ask."""
    ids = sorted(set(officer_ids))
    found: dict[int, list[Hold]] = {}
    for source in sources:
        for officer, holds in source(viewer, ids).items():
            found.setdefault(officer, []).extend(holds)
    return found

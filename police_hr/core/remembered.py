"""Counts over very many rows, kept for a few seconds in each process.

Counting 100,000 officers by every facet takes longer than all the rest of their page. Such counts may be a few
seconds old; counts over fewer rows are always made anew.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

Counted = TypeVar("Counted")
SECONDS = 10.0
MANY = 30_000
MOST = 64


class Remembered(Generic[Counted]):
    """Results by key: at most MOST, each for SECONDS, and only those over more than MANY rows.

    The key must name all that the result rests on but the rows themselves: the statement with its parameters.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[Hashable, tuple[float, Counted]] = OrderedDict()

    def of_query(
        self,
        query: QuerySet[Any, Any],
        count: Callable[[], Counted],
        *,
        rows: Callable[[Counted], int],
        also: Hashable = None,
    ) -> Counted:
        """`get` under the statement of `query`, and `also` what else the result rests on. Where a condition can meet
        nothing there is no statement, and `count()` is free."""
        try:
            key = query.query.sql_with_params()
        except EmptyResultSet:
            return count()
        return self.get((key, also), count, rows=rows)

    def get(self, key: Hashable, count: Callable[[], Counted], *, rows: Callable[[Counted], int]) -> Counted:
        """The result of `count()`, or the one kept under `key`. `rows` says over how many rows it went."""
        now = self._clock()
        found = self._kept.get(key)
        if found is not None and now - found[0] < SECONDS:
            return found[1]
        result = count()
        self._kept.pop(key, None)
        if rows(result) > MANY:
            self._kept[key] = (now, result)
            # Two threads may both add one and both drop one; that is harmless.
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return result

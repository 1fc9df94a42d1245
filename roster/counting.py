"""Which rows count: those of import batches that are visible, and those of no batch; of career facts those that
were not replaced or taken out."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from django.db.models import Model, QuerySet

from roster.models import ImportBatch
from roster.models.career import CareerFact

M = TypeVar("M", bound=Model)


def counting(rows: QuerySet[M], hidden: Collection[int] | None = None) -> QuerySet[M]:
    """`rows` (of any model with a `batch`) without those of batches that do not count (yet, or no more), and
    without career facts that are void.

    Hidden batches are few, so naming them is cheaper than joining each row with its batch. Who has read
    the `hidden` ones already gives their ids; where there are none, nothing is asked of the rows.
    """
    if issubclass(rows.model, CareerFact):
        rows = rows.filter(voided_on=None)
    if hidden is not None:
        return rows.exclude(batch__in=hidden) if hidden else rows
    return rows.exclude(batch__in=ImportBatch.objects.filter(visible=False).values("pk"))

"""Protected attributes (ethnicity, race …): read by fairness panels and by nothing else."""

from __future__ import annotations

from roster.counting import counting
from roster.models import ProtectedAttribute


def values(name: str) -> dict[int, str]:
    """Officer id → value of the attribute `name`, for a fairness panel, which shows sums and never a person."""
    return dict(counting(ProtectedAttribute.objects.filter(name=name)).values_list("officer_id", "value"))

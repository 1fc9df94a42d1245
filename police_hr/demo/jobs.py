"""Job handlers of the demonstration force. Each calls one function."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from police_hr.core import jobs
from police_hr.demo import build as building


@jobs.job(building.BUILD, label=gettext_lazy("Building the demonstration force"))
def build(context: jobs.JobContext) -> dict[str, Any]:
    return building.build(context)


@jobs.job(building.PART, label=gettext_lazy("Part of the demonstration ledger"))
def part(context: jobs.JobContext) -> dict[str, Any]:
    return building.write_part(context)

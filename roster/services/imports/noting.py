"""A batch that cannot go on keeps the problem, so that every page can say it."""

from __future__ import annotations

from typing import Any

from roster.importing.problems import sentence
from roster.models import ImportBatch


def note(batch: ImportBatch, problem: dict[str, Any] | None, *, state: str) -> None:
    """Put `batch` into `state` with `problem` (or none)."""
    batch.state = state
    batch.options = {key: value for key, value in batch.options.items() if key != "problem"}
    batch.problem = ""
    if problem is not None:
        batch.options["problem"] = problem
        batch.problem = sentence(problem)
    batch.save(update_fields=["state", "options", "problem"])

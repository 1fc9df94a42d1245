"""After an import of officers: what each source says, where sources disagree, who may be one person twice."""

from __future__ import annotations

from roster.models import ImportBatch


def compare_sources(batch: ImportBatch) -> None:
    """Bring source records, conflicts and possible duplicates up to date with `batch`."""

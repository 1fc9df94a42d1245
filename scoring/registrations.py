"""What scoring adds to the frame: menu entries, dossier panel, list column, jobs, reactions."""

from __future__ import annotations

from scoring import jobs
from scoring.services import rescore

__all__ = ["jobs", "rescore"]

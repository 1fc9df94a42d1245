"""Models of scoring: index models, runs, scores, proposals."""

from scoring.models.model import IndexModel, IndexModelVersion, ModelPreview
from scoring.models.run import CurrentScore, IndexRun, Proposal, Score, UnitScore

__all__ = [
    "CurrentScore",
    "IndexModel",
    "IndexModelVersion",
    "IndexRun",
    "ModelPreview",
    "Proposal",
    "Score",
    "UnitScore",
]

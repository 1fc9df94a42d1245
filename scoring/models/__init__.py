"""Models of scoring: index models, runs, scores; proposals, the register of tiers, objections."""

from scoring.models.backtest import BacktestRun
from scoring.models.model import IndexModel, IndexModelVersion, ModelPreview
from scoring.models.run import CurrentScore, IndexRun, Score, UnitScore
from scoring.models.tiering import LeftOut, Objection, Proposal, Source, TierPeriod

__all__ = [
    "BacktestRun",
    "CurrentScore",
    "IndexModel",
    "IndexModelVersion",
    "IndexRun",
    "LeftOut",
    "ModelPreview",
    "Objection",
    "Proposal",
    "Score",
    "Source",
    "TierPeriod",
    "UnitScore",
]

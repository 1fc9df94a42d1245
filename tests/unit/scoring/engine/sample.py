"""Ledger rows for tests of the engine, in days before one fixed day."""

from datetime import date
from itertools import count
from pathlib import Path

import numpy as np

from scoring.engine.definition import ModelDefinition
from scoring.engine.document import loads
from scoring.engine.events import Batch, read_batch
from scoring.engine.ledger import LedgerRows
from scoring.engine.lines import Explanation, explain
from scoring.engine.points import hundredths

ROOT = Path(__file__).resolve().parents[4]
AS_OF = date(2026, 11, 23).toordinal() - date(1970, 1, 1).toordinal()
_ids = count(1)


def shipped(code: str) -> ModelDefinition:
    return loads((ROOT / "scoring" / "defaults" / f"{code}.json").read_text(encoding="utf-8"))


def row(kind, ago=0, *, officer=0, known=None, recorded=None, closed=None, voided=None, **payload):
    """A row that occurred `ago` days before AS_OF; the other days count back from AS_OF, too."""
    amount = payload.pop("amount", None)
    verified = payload.pop("verified", True)
    historical = payload.pop("historical", False)
    known = ago if known is None else known
    recorded = known if recorded is None else recorded
    back = [None if days is None else AS_OF - days for days in (ago, known, closed, recorded, voided)]
    return (officer, kind, *back, amount, verified, historical, next(_ids), payload)


def day(ago: int) -> str:
    """A payload date so many days before AS_OF."""
    return date.fromordinal(AS_OF - ago + date(1970, 1, 1).toordinal()).isoformat()


def batch(model: ModelDefinition, *rows, officers=1, as_of=AS_OF) -> Batch:
    return read_batch(model, LedgerRows.from_tuples(rows, model.fields), officers, as_of)


def explained(model: ModelDefinition, *rows, as_of=AS_OF, **arguments) -> Explanation:
    result = explain(model, batch(model, *rows, as_of=as_of), **arguments)
    assert sum(line.points for line in result.lines) == result.index
    return result


def points(result: Explanation, name: str = "index") -> float:
    """A total of an explanation in points."""
    return int(getattr(result.scores.totals, name)[0]) / 100


def as_hundredths(*values: float) -> np.ndarray:
    return np.array([hundredths(value) for value in values], dtype=np.int64)

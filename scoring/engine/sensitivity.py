"""How far an index depends on the chosen weights."""

from collections.abc import Mapping
from functools import cache

import numpy as np

from scoring.engine.definition import ModelDefinition
from scoring.engine.events import Batch
from scoring.engine.points import FULL, FloatArray, IntArray
from scoring.engine.score import combine, indicator_sums

SEED = 20_260_101  # one fixed set of draws: the interval of an officer is the same on every call


@cache
def _weights(columns: int, spread: float, draws: int) -> IntArray:
    """draws × columns factors in ten-thousandths, each uniform in 1 ± spread."""
    random = np.random.Generator(np.random.PCG64(SEED)).random((draws, columns))
    return np.rint(FULL * (1 + spread * (2 * random - 1))).astype(np.int64)


def interval(
    definition: ModelDefinition,
    batch: Batch,
    *,
    contexts: Mapping[str, FloatArray] | None = None,
    spread: float = 0.2,
    draws: int = 400,
) -> tuple[IntArray, IntArray]:
    """The 5th and 95th percentile of the index when the points of every indicator vary by ± spread.

    Each draw multiplies every indicator by its own factor and runs the whole formula. Returns two
    arrays of n hundredths. Meant for the officers on one page: about 0.1 ms an officer and draw.
    """
    sums = indicator_sums(definition, batch, contexts or {})
    factors = _weights(sums.shape[1], spread, draws)
    if len(sums) == 1:  # the draws of one officer are scored like so many officers: some hundred times faster
        drawn = np.sort(combine(definition, (sums * factors + FULL // 2) // FULL).index)[:, None]
        return drawn[draws // 20], drawn[draws - 1 - draws // 20]
    drawn = np.array([combine(definition, (sums * row + FULL // 2) // FULL).index for row in factors])
    drawn.sort(axis=0)
    return drawn[draws // 20], drawn[draws - 1 - draws // 20]

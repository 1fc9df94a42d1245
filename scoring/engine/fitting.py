"""Readable points from history: whole points 0–20 on the model's own indicators, few of them, and no black box.

    fit = fit_points(columns, years)            # years: (matrix, labels) of each training cut
    fit.points                                   # whole points, one a column; 0: not used

1. A logistic regression whose weights may not be negative (credits: not positive), with a penalty on their sum
   that sets most of them to zero. How strong it is, cross-validation says: each training cut in turn is foretold
   by the others, and of penalties that do about as well the strongest is taken. No test year is ever looked at.
2. Weights become whole points at a scale at which 999 of 1,000 officers stay below the highest index.
3. Points are moved up and down by one, column after column, as long as the log-likelihood on the training cuts
   gains more than one more indicator would gain by chance (Akaike's criterion).
Everything is deterministic.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.engine import measures
from scoring.engine.candidates import Candidate
from scoring.engine.errors import gettext_noop as _
from scoring.engine.points import FloatArray

MOST_POINTS = 20
MOST_INDICATORS = 30
PENALTIES = (0.006, 0.003, 0.001)  # strongest first
ABOUT_AS_WELL = 1.0005  # of the best log loss
HIGHEST = 100.0
FEWEST_CASES = 30
SWEEPS = 8

Year = tuple[FloatArray, NDArray[np.bool_]]


class FitError(ValueError):
    """Why nothing can be fitted: a sentence for `params`, so that a page can tell it in the reader's language."""

    def __init__(self, problem: str, **params: object) -> None:
        self.template, self.params = problem, params
        super().__init__(problem % params)


@dataclass(frozen=True)
class Fit:
    """`points` one a column, whole, 0–20. `penalty` and `loss` (per officer) tell how it came about."""

    points: NDArray[np.int64]
    penalty: float
    loss: float
    officers: int
    cases: int


def fit_points(columns: Sequence[Candidate], years: Sequence[Year], *, tell: Callable[[], None] = lambda: None) -> Fit:
    """Raises FitError where the training cuts hold too little. `tell` is called after each step of about a second."""
    sign = np.array([-1.0 if column.credit else 1.0 for column in columns])
    signed = [(x * sign, y) for x, y in years]
    x, y = np.vstack([x for x, _y in signed]), np.concatenate([y for _x, y in signed])
    cases = int(y.sum())
    few = {"cases": cases, "least": FEWEST_CASES}
    if cases < FEWEST_CASES or len(y) - cases < FEWEST_CASES:
        raise FitError(_("The training cuts hold %(cases)s cases; at least %(least)s are needed."), **few)
    penalty = _penalty(signed, tell) if len(signed) > 1 else PENALTIES[0]
    intercept, weights = _non_negative(x, y, penalty)
    tell()
    if not weights.any():
        raise FitError(_("No indicator of the model tells these cases from the rest."))
    scale = _scale(x, weights)
    points, loss = _whole(x, y, intercept, weights, scale)
    return Fit(points, penalty, loss, len(y), cases)


def _penalty(years: Sequence[Year], tell: Callable[[], None]) -> float:
    losses = []
    for penalty in PENALTIES:
        total = 0.0
        for out, (held_x, held_y) in enumerate(years):
            rest = [year for i, year in enumerate(years) if i != out]
            x, y = np.vstack([x for x, _y in rest]), np.concatenate([y for _x, y in rest])
            _intercept, weights = _non_negative(x, y, penalty)
            line = held_x @ weights
            total += _loss(line + _intercept_for(line, held_y, 0.0), held_y)
            tell()
        losses.append(total)
    return next(p for p, loss in zip(PENALTIES, losses, strict=True) if loss <= min(losses) * ABOUT_AS_WELL)


def _non_negative(x: FloatArray, y: NDArray[np.bool_], penalty: float) -> tuple[float, FloatArray]:
    """Intercept and weights ≥ 0 that minimise log loss + penalty × Σ weights on columns of unit deviation."""
    from scipy.optimize import minimize  # noqa: PLC0415  heavy: web workers import this module, workers fit

    spread = x.std(axis=0)
    used = spread > 0
    z = np.ascontiguousarray(x[:, used] / spread[used])
    count, target = len(y), y.astype(np.float64)

    def value(t: FloatArray) -> tuple[float, FloatArray]:
        line = t[0] + z @ t[1:]
        rest = measures.logistic(line) - target
        slope = np.concatenate([[rest.sum()], z.T @ rest]) / count
        slope[1:] += penalty
        return float(_loss(line, y) + penalty * t[1:].sum()), slope

    start = np.zeros(z.shape[1] + 1)
    start[0] = np.log(y.mean() / (1 - y.mean()))
    bounds = [(None, None), *[(0, None)] * z.shape[1]]
    found = minimize(value, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300}).x
    weights = np.zeros(x.shape[1])
    weights[used] = np.where(found[1:] > SMALLEST, found[1:], 0.0) / spread[used]
    return float(found[0]), weights


SMALLEST = 1e-3  # a weight per deviation below this moves nobody


def _loss(line: FloatArray, y: NDArray[np.bool_]) -> float:
    return float((np.logaddexp(0, line).sum() - line[y].sum()) / len(y))


def _intercept_for(line: FloatArray, y: NDArray[np.bool_], start: float) -> float:
    """The intercept that expects exactly the cases there were (Newton, safe for any start)."""
    intercept, cases = start, float(y.sum())
    for _step in range(30):
        chances = measures.logistic(line + intercept)
        step = (chances.sum() - cases) / max(float((chances * (1 - chances)).sum()), 1e-9)
        intercept -= float(np.clip(step, -3, 3))
        if abs(step) < 1e-10:
            break
    return intercept


def _scale(x: FloatArray, weights: FloatArray) -> float:
    """Points per unit of log odds: the heaviest weight becomes at most 20, and the index hardly ever reaches 100."""
    high = float(np.quantile(x @ weights, 0.999))
    return min(MOST_POINTS / float(weights.max()), HIGHEST / high if high > 0 else np.inf)


def _whole(
    x: FloatArray, y: NDArray[np.bool_], intercept: float, weights: FloatArray, scale: float
) -> tuple[NDArray[np.int64], float]:
    points = np.clip(np.rint(weights * scale), 0, MOST_POINTS).astype(np.int64)
    order = np.argsort(-weights * x.std(axis=0), kind="stable")
    worth = 1 / len(y)  # what one more indicator must gain (Akaike's criterion, per officer)
    columns = [np.ascontiguousarray(x[:, j]) / scale for j in range(x.shape[1])]
    line = x @ points / scale
    intercept = _intercept_for(above_zero(line), y, intercept)
    loss = _loss(intercept + above_zero(line), y)
    for _step in range(SWEEPS):
        moved = False
        for j in order.tolist():
            for to in _steps(int(points[j]), room=int((points > 0).sum()) < MOST_INDICATORS):
                tried = line + (to - points[j]) * columns[j]
                gain = (
                    loss - (new := _loss(intercept + above_zero(tried), y)) + worth * (int(points[j] > 0) - int(to > 0))
                )
                if gain > GAIN:
                    points[j], line, loss, moved = to, tried, new, True
                    break
        intercept = _intercept_for(above_zero(line), y, intercept)
        loss = _loss(intercept + above_zero(line), y)
        if not moved:
            break
    return _at_most(points, order), loss


def above_zero(line: FloatArray) -> FloatArray:
    """Credits lower the risk part to 0 and never below, in the fit as in the index."""
    result: FloatArray = np.maximum(line, 0.0)
    return result


GAIN = 1e-9


def _steps(points: int, *, room: bool) -> list[int]:
    """Where the points of a column may go: one up, one down, or away altogether."""
    if points == 0:
        return [1, 2] if room else []
    return [to for to in dict.fromkeys((points + 1, points - 1, 0)) if 0 <= to <= MOST_POINTS]


def _at_most(points: NDArray[np.int64], order: NDArray[np.intp]) -> NDArray[np.int64]:
    used = [j for j in order.tolist() if points[j]]
    points[used[MOST_INDICATORS:]] = 0
    return points


@dataclass(frozen=True)
class Effect:
    """What one indicator brings: how much AUC and average precision fall without it, as means of the cuts."""

    column: int
    points: int
    auc: float
    ap: float


def effects(points: NDArray[np.int64], columns: Sequence[Candidate], years: Sequence[Year]) -> list[Effect]:
    """The heaviest first. The others keep their points: it is the model as it stands, without one line."""
    sign = np.array([-1 if column.credit else 1 for column in columns])
    whole = _means([(x @ (points * sign), y) for x, y in years])
    found = []
    for j in np.flatnonzero(points).tolist():
        without = points.copy()
        without[j] = 0
        auc, ap = _means([(x @ (without * sign), y) for x, y in years])
        found.append(Effect(j, int(points[j]), whole[0] - auc, whole[1] - ap))
    return sorted(found, key=lambda effect: (-effect.auc, effect.column))


def _means(years: Sequence[tuple[FloatArray, NDArray[np.bool_]]]) -> tuple[float, float]:
    ranked = [measures.steps(np.round(above_zero(scores), 6), labels) for scores, labels in years]
    aucs = [value for one in ranked if (value := measures.auc(one)) is not None]
    aps = [value for one in ranked if (value := measures.average_precision(one)) is not None]
    return (sum(aucs) / len(aucs), sum(aps) / len(aps)) if aucs and aps else (0.0, 0.0)

"""How well an ordering of people finds later cases. Pure numbers: scores, labels, counts.

Scores are compared, never read as probabilities; officers with equal scores are counted as if drawn by lot
(expected value), so no figure depends on the order of rows. n scores and n labels of the same length.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.engine.points import FloatArray

Labels = NDArray[np.bool_]


@dataclass(frozen=True)
class Steps:
    """Officers from the highest score down, those with equal scores as one step."""

    officers: NDArray[np.int64]  # so many on each step
    cases: NDArray[np.int64]  # so many later cases among them

    @property
    def everyone(self) -> int:
        return int(self.officers.sum())

    @property
    def all_cases(self) -> int:
        return int(self.cases.sum())


def steps(scores: NDArray[np.generic], labels: Labels) -> Steps:
    """Raises ValueError where the lengths differ."""
    if len(scores) != len(labels):
        raise ValueError("scores and labels differ in length")
    _, place = np.unique(scores, return_inverse=True)
    width = int(place.max()) + 1 if len(place) else 0
    officers = np.bincount(place, minlength=width)[::-1]
    cases = np.bincount(place[labels], minlength=width)[::-1]
    return Steps(officers.astype(np.int64), cases.astype(np.int64))


def auc(ranked: Steps) -> float | None:
    """Chance that a random later case stands above a random other officer; equal scores count half.

    None where everybody or nobody is a case.
    """
    cases, others = ranked.cases, ranked.officers - ranked.cases
    pairs = int(cases.sum()) * int(others.sum())
    if not pairs:
        return None
    below = others.sum() - np.cumsum(others)
    return float((cases * (below + others / 2)).sum() / pairs)


def average_precision(ranked: Steps) -> float | None:
    """Σ (recall gained on a step) × precision down to it, as scikit-learn defines it. None without a case."""
    if not ranked.all_cases:
        return None
    found = np.cumsum(ranked.cases)
    precision = found / np.maximum(np.cumsum(ranked.officers), 1)
    return float((ranked.cases * precision).sum() / ranked.all_cases)


def found_in_list(ranked: Steps, size: int) -> float:
    """Later cases among the first `size` officers; of a step that does not fit whole, its expected part."""
    if size <= 0:
        return 0.0
    ends = np.cumsum(ranked.officers)
    taken = np.clip(size - (ends - ranked.officers), 0, ranked.officers)
    return float((taken * ranked.cases / np.maximum(ranked.officers, 1)).sum())


def list_size(officers: int, share: float) -> int:
    """How many officers a list of this share has: rounded half up, at least one."""
    return max(1, int(officers * share + 0.5)) if officers else 0


def gains(ranked: Steps, shares: Sequence[float]) -> list[float | None]:
    """Share of the later cases found by lists of these shares of everybody: the gain curve."""
    cases = ranked.all_cases
    return [found_in_list(ranked, list_size(ranked.everyone, share)) / cases if cases else None for share in shares]


def chosen(scores: NDArray[np.generic], size: int) -> NDArray[np.int64]:
    """Rows of the list of `size`, for comparing lists: of equal scores the earlier row."""
    return np.argsort(-scores.astype(np.float64), kind="stable")[:size].astype(np.int64)


def overlap(now: Sequence[int], before: Sequence[int]) -> float | None:
    """Share of the list `now` (officer ids) that was on the list `before`; None where either is empty."""
    if not len(now) or not len(before):
        return None
    return len(set(now) & set(before)) / len(now)


def wilson(found: int, of: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of a share (E. B. Wilson, 1927): holds for small groups and for shares near 0 and 1."""
    if not of:
        return 0.0, 1.0
    share, square = found / of, z * z / of
    middle = (share + square / 2) / (1 + square)
    half = z * float(np.sqrt(share * (1 - share) / of + square / (4 * of))) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Calibration:
    """Turns a score into a chance: logistic in the score and its square root."""

    coefficients: tuple[float, float, float]
    shift: float = 0.0

    def chances(self, scores: NDArray[np.generic]) -> FloatArray:
        return logistic(_design(scores) @ np.array(self.coefficients) + self.shift)


def logistic(values: FloatArray) -> FloatArray:
    result: FloatArray = 1 / (1 + np.exp(-np.clip(values, -40, 40)))
    return result


def _design(scores: NDArray[np.generic]) -> FloatArray:
    points = np.maximum(scores.astype(np.float64), 0) / 1000  # tens of points: coefficients of like size
    return np.column_stack([np.ones(len(points)), np.sqrt(points), points])


def calibrate(scores: NDArray[np.generic], labels: Labels) -> Calibration | None:
    """By Newton's method with a slight ridge; None where there are too few cases (or others) to say anything."""
    if labels.sum() < FEWEST_CASES or (~labels).sum() < FEWEST_CASES:
        return None
    x, ridge = _design(scores), np.diag([0.0, 1.0, 1.0])
    weights = np.array([np.log(labels.mean() / (1 - labels.mean())), 0.0, 0.0])
    for _ in range(50):
        chances = logistic(x @ weights)
        slope = x.T @ (chances - labels) + ridge @ weights
        curvature = (x * (chances * (1 - chances))[:, None]).T @ x + ridge + 1e-9 * np.eye(3)
        step = np.linalg.solve(curvature, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-9:
            break
    return Calibration((float(weights[0]), float(weights[1]), float(weights[2])))


FEWEST_CASES = 5


def recalibrate(calibration: Calibration, scores: NDArray[np.generic], labels: Labels) -> Calibration:
    """The same curve, shifted so that it expects exactly the cases of this (the latest complete) year."""
    low, high, wanted = -20.0, 20.0, float(labels.sum())
    base = _design(scores) @ np.array(calibration.coefficients)
    for _ in range(80):
        middle = (low + high) / 2
        if logistic(base + middle).sum() < wanted:
            low = middle
        else:
            high = middle
    return Calibration(calibration.coefficients, (low + high) / 2)


def bands(chances: FloatArray, labels: Labels, count: int = 10) -> list[tuple[int, float, float]]:
    """(officers, mean chance, share of later cases) of `count` bands of about equal size, lowest first."""
    order = np.argsort(chances, kind="stable")
    return [
        (len(part), float(chances[part].mean()), float(labels[part].mean()))
        for part in np.array_split(order, count)
        if len(part)
    ]

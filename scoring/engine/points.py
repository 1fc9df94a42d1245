"""Points are whole numbers.

Everywhere in the engine a number of points is an integer of **hundredths of a point**, and a
decay is an integer of **ten-thousandths**: what the page shows (10.00, 0.9330) is what is added,
so a cadre can check every line by hand and lines always sum exactly to the total. Sums of
integers do not depend on order, so neither shards nor platforms can change a result
(docs/adr/0003-points-are-integers.md).
"""

from decimal import Decimal, InvalidOperation
from functools import cache

import numpy as np
from numpy.typing import NDArray

HUNDREDTHS = 100
FULL = 10_000  # a decay or a share of exactly 1
OLDEST = 20_000  # days (about 55 years): a decay table ends here
MAX_POINTS = 1_000_000  # hundredths one event may bring: far above sense, sums stay exact in float64

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


def hundredths(value: float | str | Decimal) -> int:
    """Points as written in a model document (1.5) to hundredths (150); more decimals are refused."""
    scaled = _exact(value) * HUNDREDTHS
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} has more than two decimals")
    return int(scaled)


def ten_thousandths(value: float | str | Decimal) -> int:
    """A share as written (0.35) to ten-thousandths (3500)."""
    scaled = _exact(value) * FULL
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} has more than four decimals")
    return int(scaled)


def _exact(value: float | str | Decimal) -> Decimal:
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number") from None
    if not exact.is_finite():
        raise ValueError(f"{value!r} is not a finite number")
    return exact


def points(value: int) -> Decimal:
    """Hundredths to points with two decimals, for people."""
    return Decimal(int(value)).scaleb(-2)


def decay_fraction(value: int) -> Decimal:
    """Ten-thousandths to a number with four decimals, for people."""
    return Decimal(int(value)).scaleb(-4)


@cache
def decay_table(half_life: int | None) -> FloatArray:
    """0.5^(age / half_life) for ages 0..OLDEST in days, in ten-thousandths; None never decays.

    The integers are held as float64 because table, product and `bincount` then need no conversion;
    all stay far below 2^53, where float64 is exact.
    """
    if half_life is None:
        table = np.full(OLDEST + 1, float(FULL))
    else:
        ages = np.arange(OLDEST + 1, dtype=np.float64)
        table = np.floor(FULL * np.power(0.5, ages / half_life) + 0.5)
    table.flags.writeable = False
    return table


def times(amount: int, fraction: int) -> int:
    """`amount` ≥ 0 times a fraction in ten-thousandths, rounded half up to a whole number."""
    return (amount * fraction + FULL // 2) // FULL


def decayed(amounts: NDArray[np.int32], fractions: FloatArray) -> FloatArray:
    """`times` for arrays of whole, non-negative float64; overwrites and returns `fractions`.

    Exact: a product below 2^53 divided by 10,000 is correctly rounded, and x.5 is representable.
    """
    np.multiply(fractions, amounts, out=fractions)
    fractions /= FULL
    fractions += 0.5
    return np.floor(fractions, out=fractions)

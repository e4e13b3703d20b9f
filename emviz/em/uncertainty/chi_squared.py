"""The χ² distribution with whole degrees of freedom, in closed form."""

from __future__ import annotations

import math


def chi_squared_tail(x: float, freedom: int) -> float:
    """Return the probability that χ² with `freedom` degrees of freedom is at least x.

    With y = x/2 it is e^(−y) Σ y^a / Γ(a + 1), a = 0, 1, … below freedom/2, for even degrees; for odd ones a
    runs over 1/2, 3/2, … and erfc(√y) is added (Abramowitz & Stegun 26.4.4 and 26.4.5).

    Raises
    ------
    ValueError
        If `freedom` is less than 1.
    """
    if freedom < 1:
        raise ValueError(f"χ² needs at least one degree of freedom, got {freedom}")
    y = x / 2
    if y <= 0:
        return 1.0
    odd = freedom % 2
    powers = [place + odd / 2 for place in range((freedom + 1) // 2) if place + odd / 2 < freedom / 2]
    # In logarithms: powers and Γ alone overflow where there are many degrees of freedom.
    terms = [math.exp(a * math.log(y) - y - math.lgamma(a + 1)) for a in powers]
    return min(1.0, math.fsum(terms) + (math.erfc(math.sqrt(y)) if odd else 0.0))

"""The rate of convergence of EM: measured on its path, and expected from theory.

Near a maximum θ* an iteration leaves a constant part of the error, θ(t+1) − θ* ≈ r (θ(t) − θ*), and r is the
fraction of the information on θ that is missing because z was not observed (Dempster, Laird & Rubin, J. R.
Statist. Soc. B 39:1 (1977)). For models in which θ is a single number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from emviz.em.model import C, Look, P, Round
from emviz.em.numerics import Array
from emviz.em.rounding import decimal

if TYPE_CHECKING:
    from emviz.em.pictures import Curves

#: Differences below this fraction of θ are mostly rounding, and their ratio would be meaningless.
NOISE = 1e-8
#: Halvings of an interval to find a fixed point to the last bit of a double.
HALVINGS = 100
#: The note for hard EM.
WHOLE = "The steps of hard EM: it stands still as soon as the same completion is the likeliest again."
#: The minimum length of the axis of iterations.
LEAST = 10


def times_of(path: Sequence[P], look: Look[P]) -> Array:
    """Return the t of each θ that `walked` returned, shape (n,)."""
    known = look.times or range(len(look.path))
    first = known[-1] + 1 if known else 0
    return np.array([*known, *range(first, first + len(path) - len(known))], dtype=np.float64)


def walked(state: Round[P, C], look: Look[P]) -> tuple[P, ...]:
    """Return the path up to the newest θ, including that of an M-step since."""
    path = look.path or (state.base.params,)
    if state.updated is None or _equal(path[-1], state.updated):
        return path
    return (*path, state.updated)


def _equal(one: P, other: P) -> bool:
    return all(np.array_equal(mine, theirs) for mine, theirs in zip(one, other, strict=True))


def missing(score_variance: float, information: float) -> float:
    """Return the fraction of missing information, which is the rate of convergence at an interior maximum.

    The missing information is the variance of the complete-data score given the observed data (Louis, J. R.
    Statist. Soc. B 44:226 (1982)).

    Parameters
    ----------
    score_variance : float
        Var[∂ log P(x, z; θ) / ∂θ | x] at the maximum.
    information : float
        E[−∂² log P(x, z; θ) / ∂θ² | x] there.
    """
    return score_variance / information


def step_ratios(path: Array, times: Array | None = None) -> tuple[Array, Array]:
    """Return (θ(t) − θ(t−1)) / (θ(t−1) − θ(t−2)) with their t; θ* is not needed.

    Parameters
    ----------
    path : Array, shape (n,)
        θ(0), θ(1), …, or some of them.
    times : Array, shape (n,), optional
        The t of each; 0, 1, … by default.

    Returns
    -------
    times, ratios : Array, shapes (m,)
        The t for which two earlier θ are known, except where rounding dominates, and the ratios.
    """
    times = _times(path, times)
    follows = np.diff(times) == 1
    return _ratios(np.diff(path), path[1:], times[1:], follows[:-1] & follows[1:])


def error_ratios(path: Array, limit: float, times: Array | None = None) -> tuple[Array, Array]:
    """Return (θ(t) − θ*) / (θ(t−1) − θ*) with their t, as in Dempster, Laird & Rubin."""
    times = _times(path, times)
    return _ratios(path - limit, path, times, np.diff(times) == 1)


def measured_rate(path: Array) -> tuple[int, float] | None:
    """Return the last t at which the rate of EM can be measured, and ‖θ(t) − θ(t−1)‖ / ‖θ(t−1) − θ(t−2)‖.

    None if all steps are within rounding. The ratio approaches the largest fraction of missing information.

    Parameters
    ----------
    path : Array, shape (n, entries)
        θ(0), θ(1), ….
    """
    lengths = np.linalg.norm(np.diff(path, axis=0), axis=1)
    reach = np.abs(path[1:]).max(axis=1)
    sound = np.flatnonzero(lengths[:-1] > NOISE * reach[:-1])
    if not len(sound):
        return None
    last = int(sound[-1])
    return last + 2, float(lengths[last + 1] / lengths[last])


def _times(path: Array, times: Array | None) -> Array:
    return np.arange(len(path), dtype=np.float64) if times is None else times


def _ratios(parts: Array, scale: Array, times: Array, follow: NDArray[np.bool_]) -> tuple[Array, Array]:
    sound = np.flatnonzero(follow & (np.abs(parts[:-1]) > NOISE * np.abs(scale[:-1])))
    return times[sound + 1], parts[sound + 1] / parts[sound]


def fixed_point(step: Callable[[float], float], low: float, high: float) -> float:
    """Return the fixed point of an iteration, by bisection.

    Parameters
    ----------
    step : callable
        Maps θ(t) to θ(t+1); it raises θ below the fixed point and lowers it above.
    low, high : float
        An interval that contains the fixed point.
    """
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if step(middle) > middle else (low, middle)
    return (low + high) / 2


def rate_view(
    symbol: str,
    path: Array,
    limit: float | None,
    rate: float | None,
    times: Array | None = None,
    whole: bool = False,
) -> Curves:
    """Return the picture of the measured rate over the iterations, with the fraction of missing information.

    Parameters
    ----------
    symbol : str
        The symbol of θ.
    path : Array, shape (n,)
        θ(0), θ(1), …, or some of them.
    limit : float or None
        θ*, if it is known.
    rate : float or None
        The fraction of missing information there; None if theory gives none.
    times : Array, shape (n,), optional
        The t of each θ; 0, 1, … by default.
    whole : bool
        True for hard EM, for which theory gives no rate, and which has other maxima.
    """
    from emviz.em.pictures import Curve, Curves, Dot

    curves, dots = [], []
    if whole:
        limit, rate = None, None
    times = _times(path, times)
    measured, ratios = step_ratios(path, times)
    if len(measured):
        curves.append(Curve("ratio of steps", measured, ratios))
        dots.append(Dot(float(measured[-1]), float(ratios[-1]), decimal(ratios[-1], 3), "here"))
    # No errors of hard EM: its limit is not the maximum of log P.
    if limit is not None and len(known := error_ratios(path, limit, times)[0]):
        curves.append(Curve("ratio of errors", known, error_ratios(path, limit, times)[1], role="faint"))
    if rate is not None:
        ends = np.array([0.0, max(LEAST, times[-1])])
        curves.append(
            Curve(f"missing information {decimal(rate, 3)}", ends, np.full(2, rate), role="reference")
        )
    return Curves(
        "Convergence",
        "iteration t",
        f"({symbol}(t) − {symbol}(t−1)) / ({symbol}(t−1) − {symbol}(t−2))",
        tuple(curves),
        tuple(dots),
        note=WHOLE if whole else _note(rate),
        hiding=WHOLE if whole else "The steps shrink by this factor.",
    )


def _note(rate: float | None) -> str:
    if rate is None:
        return "The steps shrink by this factor; the maximum is on the border, where theory gives no rate."
    return (
        f"Near the maximum each iteration leaves {decimal(rate, 3)} of the error: the fraction of the "
        "information that is missing (Dempster, Laird & Rubin 1977). Two iterations are needed to measure it."
    )

"""How fast EM converges: measured on its path, and what the theory expects of it.

Near a maximum θ* an iteration leaves a fixed part of the error, θ(t+1) − θ* ≈ r (θ(t) − θ*), and r is the
fraction of the information on θ that is missing because z was not observed (Dempster, Laird & Rubin, J. R.
Statist. Soc. B 39:1 (1977)). For models with a single number as θ.
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

#: Differences below this part of θ are rounding as much as progress: their ratio would say nothing.
NOISE = 1e-8
#: Halvings of an interval in search of a fixed point: to the last bit of a double.
HALVINGS = 100
#: What is said of hard EM.
WHOLE = "The steps of hard EM: it stands still as soon as the same completion is the likeliest again."
#: Iterations on the axis of the picture, at least.
LEAST = 10


def times_of(path: Sequence[P], look: Look[P]) -> Array:
    """Return the t of each θ that `walked` returned, shape (n,)."""
    known = look.times or range(len(look.path))
    first = known[-1] + 1 if known else 0
    return np.array([*known, *range(first, first + len(path) - len(known))], dtype=np.float64)


def walked(state: Round[P, C], look: Look[P]) -> tuple[P, ...]:
    """Return the path of the viewer up to the newest θ, which the M-step may have found since."""
    path = look.path or (state.base.params,)
    if state.updated is None or _equal(path[-1], state.updated):
        return path
    return (*path, state.updated)


def _equal(one: P, other: P) -> bool:
    return all(np.array_equal(mine, theirs) for mine, theirs in zip(one, other, strict=True))


def missing(score_variance: float, information: float) -> float:
    """Return the fraction of missing information, which is the rate of convergence at a maximum inside.

    What is missing is the variance of the score of the complete data, given what was observed (Louis,
    J. R. Statist. Soc. B 44:226 (1982)).

    Parameters
    ----------
    score_variance : float
        Var[∂ log P(x, z; θ) / ∂θ | x] at the maximum.
    information : float
        E[−∂² log P(x, z; θ) / ∂θ² | x] there.
    """
    return score_variance / information


def step_ratios(path: Array, times: Array | None = None) -> tuple[Array, Array]:
    """Return (θ(t) − θ(t−1)) / (θ(t−1) − θ(t−2)) and the t they belong to; needs no knowledge of θ*.

    Parameters
    ----------
    path : Array, shape (n,)
        θ(0), θ(1), …, or some of them.
    times : Array, shape (n,), optional
        The t of each; 0, 1, … where they are left out.

    Returns
    -------
    times, ratios : Array, shapes (m,)
        Where the θ before are known, and without those that rounding has spoilt.
    """
    times = _times(path, times)
    follows = np.diff(times) == 1
    return _ratios(np.diff(path), path[1:], times[1:], follows[:-1] & follows[1:])


def error_ratios(path: Array, limit: float, times: Array | None = None) -> tuple[Array, Array]:
    """Return (θ(t) − θ*) / (θ(t−1) − θ*) and the t they belong to, as Dempster, Laird & Rubin print them."""
    times = _times(path, times)
    return _ratios(path - limit, path, times, np.diff(times) == 1)


def measured_rate(path: Array) -> tuple[int, float] | None:
    """Return the last t at which two steps tell the rate of EM, and ‖θ(t) − θ(t−1)‖ / ‖θ(t−1) − θ(t−2)‖.

    None where all steps are rounding. The ratio approaches the largest fraction of missing information.

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
    """Return the θ that an iteration leaves where it is, by bisection.

    Parameters
    ----------
    step : callable
        θ(t) to θ(t+1); it raises θ below the fixed point and lowers it above.
    low, high : float
        Where the fixed point lies.
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
    """Return the picture of the measured rate over the iterations, beside the fraction that is missing.

    Parameters
    ----------
    symbol : str
        The letter of θ.
    path : Array, shape (n,)
        θ(0), θ(1), …, or some of them.
    limit : float or None
        θ*, where it is known.
    rate : float or None
        The fraction of missing information there; None where theory has no number.
    times : Array, shape (n,), optional
        The t of each θ; 0, 1, … where they are left out.
    whole : bool
        The steps are those of hard EM, of which theory has no rate, and which goes to a maximum of its own.
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
        return "The steps shrink by this factor; the maximum lies on the border, where theory has no number."
    return (
        f"Near the maximum each iteration leaves {decimal(rate, 3)} of the error: the fraction of the "
        "information that is missing (Dempster, Laird & Rubin 1977). Two iterations are needed to measure it."
    )

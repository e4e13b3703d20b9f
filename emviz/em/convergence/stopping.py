"""When a run stops: an estimate of the remaining gains from the last ones.

Near a maximum every iteration gains a fraction r of the gain before it, so that after the gain g, the
remaining ones are g r + g r² + … = g r / (1 − r): Aitken's formula, used to stop EM by Böhning et al., Ann.
Inst. Statist. Math. 46:373 (1994). On the way past a saddle, gains first fall and then grow: they are the sum
of a falling and a rising series, both of which follow from four gains (Shanks, J. Math. Phys. 34:1 (1955)).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from emviz.em.domains import Parameter, Simplex
from emviz.em.model import Fields, Rows, fields_of
from emviz.em.numerics import Array

Bools: TypeAlias = NDArray[np.bool_]
#: The objective of one run, or those of many.
H = TypeVar("H")

#: The quantities that a tolerance can apply to: the gain of an iteration, or its step of θ.
GAIN: Final = "gain"
THETA: Final = "theta"
KINDS = (GAIN, THETA)
#: Relative changes of an objective up to this are rounding: a few units in the last place.
ROUNDING = 16 * 2.0**-52
#: The ratio of gains counts as changing only above this multiple of its rounding error.
BENT = 16
#: The number of gains used, and the number of iterations after which each spans one more iteration.
GAINS, CLOSE = 4, 64


@dataclass(frozen=True)
class Rule:
    """The rule by which a run has converged.

    Parameters
    ----------
    tolerance : float
        A fraction of |log P|, or a length of a step of θ.
    on : str
        The quantity that the tolerance applies to: "gain" or "theta".
    """

    tolerance: float = 1e-8
    on: str = GAIN

    def record(self) -> dict[str, str | int | float | bool | None]:
        """Return the rule for JSON."""
        return {"tolerance": self.tolerance, "tolerance_on": self.on}


def settled(heights: Sequence[float], tolerance: float, steady: bool = True) -> bool:
    """Return whether neither the last gain nor the estimated rest exceeds the tolerance; False if that is 0.

    A gain within rounding counts as the end, since then there is no estimate. There is none either if gains
    do not shrink steadily; then the last two gains must be small.

    Parameters
    ----------
    heights : sequence of float
        The objective at θ(0) … θ(t), in nats.
    tolerance : float
        A fraction of |log P|.
    steady : bool
        Whether gains shrink geometrically, as those of EM, and not of Newton or SQUAREM.
    """
    if tolerance <= 0 or len(heights) < 2:
        return False
    most = tolerance * abs(heights[-1])
    if abs(heights[-1] - heights[-2]) > most:
        return False
    more = left(heights)
    if more is None or not steady:
        return more is None or (len(heights) > 2 and abs(heights[-2] - heights[-3]) <= most)
    return more <= most


def left(heights: Sequence[float]) -> float | None:
    """Return an estimate of what the remaining iterations will add to the objective, in nats.

    Infinite if the gains do not shrink, or will grow again, or there is only one; None if the last gain is
    within rounding. The estimate cannot see beyond a plateau as flat as rounding.

    Parameters
    ----------
    heights : sequence of float
        The objective at θ(0) … θ(t), in nats; only the last ones are used.
    """
    more = float(_left(heights, len(heights) - 1))
    return None if math.isnan(more) else more


def recent(heights: Sequence[H], t: int) -> Sequence[H]:
    """Return the last heights up to θ(t), as many as will be needed from now on."""
    # One span more than needed at t, since the span grows with t.
    return heights[-(GAINS * (2 + t // CLOSE) + 1) :]


def all_settled(heights: Sequence[Array], t: int, tolerance: float) -> Bools:
    """Return which of many runs of EM have `settled`, shape (B,).

    Parameters
    ----------
    heights : sequence of Array, shape (B,)
        The `recent` objectives up to θ(t), in nats.
    """
    now = heights[-1]
    if tolerance <= 0 or not t:
        return np.zeros(len(now), dtype=np.bool_)
    most = tolerance * np.abs(now)
    small = np.abs(now - heights[-2]) <= most
    if small.any():
        more = _left([each[small] for each in heights], t)
        # `small[small]` updates only the runs whose last gain was small.
        small[small] = np.isnan(more) | (more <= most[small])
    return np.asarray(small)


def doubts(heights: Sequence[Array], t: int, rule: Rule, steady: bool = True) -> Array:
    """Return how far below its limit each run may have stopped under a rule, in nats, shape (B,).

    A tolerance on the gain is that bound. For a tolerance on θ, the rest is estimated from the gains; if that
    is not possible, the last gain is used.

    Parameters
    ----------
    heights : sequence of Array, shape (B,)
        The `recent` objectives up to θ(t), in nats.
    """
    now = heights[-1]
    least = ROUNDING * np.abs(now)
    if rule.on == GAIN:
        return np.maximum(least, rule.tolerance * np.abs(now))
    if not t:
        return least
    last = np.abs(now - heights[-2])
    more = _left(heights, t) if steady else last
    return np.maximum(least, np.where(np.isfinite(more), more, last))


def doubt(heights: Sequence[float], rule: Rule, steady: bool = True) -> float:
    """Return `doubts` for one run, from its objectives at θ(0) … θ(t)."""
    return float(doubts([np.array([each]) for each in heights], len(heights) - 1, rule, steady)[0])


def _where(which: Bools, one: Array | float, other: Array | float) -> Array | float:
    """Return np.where, but ten times as fast for a single number."""
    return np.where(which, one, other) if which.ndim else one if which else other


def _left(heights: Sequence[float] | Sequence[Array], t: int) -> Array | float:
    """Return `left` for one run or for each of many; NaN if the last gain is within rounding."""
    # In a long tail, the ratio of neighbouring gains is so close to 1 that rounding would hide the rest.
    span = 1 + t // CLOSE
    looked_at = range(span * min(GAINS, t // span), -1, -span)
    seen = np.array([heights[-1 - before] for before in looked_at])
    gains = seen[1:] - seen[:-1]
    noise = ROUNDING * np.abs(seen[-1])
    with np.errstate(all="ignore"):
        # The pessimistic one of both: a rising series that is not seen yet must not end a run early.
        more = np.maximum(_one_series(gains), _two_series(gains, noise))
    return _where(np.abs(seen[-1] - heights[-2]) <= noise, np.nan, more) if t else more


def _one_series(gains: Array) -> Array | float:
    if len(gains) < 2:
        return math.inf
    last = np.abs(gains[-1])
    ratio = np.abs(gains[-1] / gains[-2])
    return _where(last < np.abs(gains[-2]), last * ratio / (1 - ratio), math.inf)


def _two_series(gains: Array, noise: Array) -> Array | float:
    """Return the rest of gains g(t) = a r^t + b s^t with a and b > 0, in nats; 0 for other gains.

    They satisfy g(t+2) = p g(t+1) + q g(t), where r and s solve z² = p z + q, and their ratio increases.
    """
    if len(gains) < GAINS:
        return 0.0
    g0, g1, g2, g3 = gains
    bend = g0 * g2 - g1 * g1
    p, q = (g0 * g3 - g1 * g2) / bend, (g2 * g2 - g1 * g3) / bend
    # The larger root is at least 1: the gains will grow again.
    rest = _where(p + np.sqrt(p * p + 4 * q) >= 2, math.inf, (p * g3 + q * (g2 + g3)) / (1 - p - q))
    return _where(bend > BENT * noise * np.abs(g1), rest, 0.0)


def length(parameters: Sequence[Parameter], one: Fields, other: Fields) -> float:
    """Return the length of a step of θ: √Σ Δ² over its independent entries, each in its own unit.

    In a row of probabilities, the last entry depends on the others and is left out.
    """
    before, after = fields_of(one), fields_of(other)
    return float(_lengths(parameters, {name: after[name][None] - before[name][None] for name in before})[0])


def lengths(parameters: Sequence[Parameter], one: Fields, other: Fields) -> Array:
    """Return `length`, shape (B,), for θ stacked along a leading axis of length B."""
    before, after = fields_of(one), fields_of(other)
    return _lengths(parameters, {name: after[name] - before[name] for name in before})


def _lengths(parameters: Sequence[Parameter], moved: dict[str, Array]) -> Array:
    squares = [
        np.square(moved[name].reshape(len(moved[name]), -1)[:, places]).sum(axis=1)
        for name, places in _independent(tuple(parameters))
    ]
    return np.asarray(np.sqrt(sum(squares)))


@lru_cache(maxsize=8)
def _independent(parameters: tuple[Parameter, ...]) -> tuple[tuple[str, Rows], ...]:
    """Return the estimated fields of θ with the flat indices of their independent entries."""
    return tuple((each.name, np.array(_places(each), dtype=np.intp)) for each in parameters if each.estimated)


def _places(parameter: Parameter) -> list[int]:
    last = parameter.shape[-1] - 1 if isinstance(parameter.domain, Simplex) else None
    return [
        int(np.ravel_multi_index(index, parameter.shape)) if index else 0
        for index in parameter.free
        if last is None or index[-1] != last
    ]

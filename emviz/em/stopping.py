"""When a run stops: what its last gains tell of those to come.

Near a maximum every iteration gains a fraction r of what the one before it gained, so that the gain g leaves
g r + g r² + … = g r / (1 − r): Aitken's formula, as Böhning et al., Ann. Inst. Statist. Math. 46:373 (1994),
use it to stop EM. On the way past a saddle gains fall at first and grow again later: they are a sum of two
such series, a falling and a rising one, and four gains tell both (Shanks, J. Math. Phys. 34:1 (1955)).
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
#: A height, or those of many runs.
H = TypeVar("H")

#: What a tolerance may be on: the gain of an iteration, or its step of θ.
GAIN: Final = "gain"
THETA: Final = "theta"
KINDS = (GAIN, THETA)
#: Changes of an objective up to this part of it are rounding: a few units of its last place.
ROUNDING = 16 * 2.0**-52
#: The ratio of the gains is bent where it changes by this many times what rounding can do to it.
BENT = 16
#: What is left is told from four gains, which span one iteration each, and more after this many iterations.
GAINS, CLOSE = 4, 64


@dataclass(frozen=True)
class Rule:
    """When a run has converged.

    Parameters
    ----------
    tolerance : float
        A fraction of |log P|, or a length of a step of θ.
    on : str
        What the tolerance is on: "gain" or "theta".
    """

    tolerance: float = 1e-8
    on: str = GAIN

    def record(self) -> dict[str, str | int | float | bool | None]:
        """Return the rule as it stands in JSON."""
        return {"tolerance": self.tolerance, "tolerance_on": self.on}


def settled(heights: Sequence[float], tolerance: float, steady: bool = True) -> bool:
    """Return whether neither the last gain nor what is left exceeds the tolerance; never where it is 0.

    A gain that is rounding counts as the end, since nothing can be told of what is left. Nor can it where
    gains do not shrink steadily: then the last two of them have to be small.

    Parameters
    ----------
    heights : sequence of float
        The objective at θ(0) … θ(t), in nats.
    tolerance : float
        A fraction of |log P|.
    steady : bool
        Whether gains shrink by a ratio of their own, as those of EM; those of Newton or SQUAREM do not.
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
    """Return about how much the iterations to come will add, in nats, as far as the last gains tell.

    Infinite where the gains do not shrink, or will grow again, or only one is known; None where the last one
    is rounding. An estimate: it knows nothing of what lies behind a plateau as flat as rounding.

    Parameters
    ----------
    heights : sequence of float
        The objective at θ(0) … θ(t), in nats; a few of them are looked at.
    """
    more = float(_left(heights, len(heights) - 1))
    return None if math.isnan(more) else more


def recent(heights: Sequence[H], t: int) -> Sequence[H]:
    """Return the last of the heights up to θ(t), as many as will be looked at from now on."""
    # One span more than at t, since that grows.
    return heights[-(GAINS * (2 + t // CLOSE) + 1) :]


def all_settled(heights: Sequence[Array], t: int, tolerance: float) -> Bools:
    """Return which runs of EM have `settled`, shape (B,).

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
        small[small] = np.isnan(more) | (more <= most[small])
    return np.asarray(small)


def doubts(heights: Sequence[Array], t: int, rule: Rule, steady: bool = True) -> Array:
    """Return how far below its place each run may have stopped by a rule, in nats, as far as can be told.

    A tolerance on the gain says so itself. One on θ does not: what is left is told from the gains, and where
    these do not tell it the last of them stands for it.

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
    """Return the same of one run, by its objectives at θ(0) … θ(t)."""
    return float(doubts([np.array([each]) for each in heights], len(heights) - 1, rule, steady)[0])


def _where(which: Bools, one: Array | float, other: Array | float) -> Array | float:
    """Return what NumPy's `where` does, which takes ten times as long for a single number."""
    return np.where(which, one, other) if which.ndim else one if which else other


def _left(heights: Sequence[float] | Sequence[Array], t: int) -> Array | float:
    """Return what is `left` of one run or of each; no number where the last gain is rounding."""
    # In a long tail the ratio of neighbours is nearly 1, and rounding would blur how far it is from that.
    span = 1 + t // CLOSE
    looked_at = range(span * min(GAINS, t // span), -1, -span)
    seen = np.array([heights[-1 - before] for before in looked_at])
    gains = seen[1:] - seen[:-1]
    noise = ROUNDING * np.abs(seen[-1])
    with np.errstate(all="ignore"):
        more = np.maximum(_one_series(gains), _two_series(gains, noise))
    return _where(np.abs(seen[-1] - heights[-2]) <= noise, np.nan, more) if t else more


def _one_series(gains: Array) -> Array | float:
    if len(gains) < 2:
        return math.inf
    last = np.abs(gains[-1])
    ratio = np.abs(gains[-1] / gains[-2])
    return _where(last < np.abs(gains[-2]), last * ratio / (1 - ratio), math.inf)


def _two_series(gains: Array, noise: Array) -> Array | float:
    """Return what is left of g(t) = a r^t + b s^t with a and b > 0; 0 where the gains are none of that kind.

    They obey g(t+2) = p g(t+1) + q g(t), where r and s solve z² = p z + q, and their ratio grows.
    """
    if len(gains) < GAINS:
        return 0.0
    g0, g1, g2, g3 = gains
    bend = g0 * g2 - g1 * g1
    p, q = (g0 * g3 - g1 * g2) / bend, (g2 * g2 - g1 * g3) / bend
    rest = _where(p + np.sqrt(p * p + 4 * q) >= 2, math.inf, (p * g3 + q * (g2 + g3)) / (1 - p - q))
    return _where(bend > BENT * noise * np.abs(g1), rest, 0.0)


def length(parameters: Sequence[Parameter], one: Fields, other: Fields) -> float:
    """Return how far θ has moved: √Σ Δ² over its independent entries, each in its own unit.

    Of a row of probabilities the last follows from the others.
    """
    before, after = fields_of(one), fields_of(other)
    return float(_lengths(parameters, {name: after[name][None] - before[name][None] for name in before})[0])


def lengths(parameters: Sequence[Parameter], one: Fields, other: Fields) -> Array:
    """Return the same, shape (B,), of θ stacked along a leading axis of length B."""
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
    """Return the fields of θ that are estimated, with where their independent entries stand."""
    return tuple((each.name, np.array(_places(each), dtype=np.intp)) for each in parameters if each.estimated)


def _places(parameter: Parameter) -> list[int]:
    last = parameter.shape[-1] - 1 if isinstance(parameter.domain, Simplex) else None
    return [
        int(np.ravel_multi_index(index, parameter.shape)) if index else 0
        for index in parameter.free
        if last is None or index[-1] != last
    ]

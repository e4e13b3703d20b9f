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
from itertools import pairwise
from typing import Final

import numpy as np

from emviz.em.domains import Parameter, Simplex
from emviz.em.model import Fields, Rows, fields_of
from emviz.em.numerics import Array

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
    t = len(heights) - 1
    noise = ROUNDING * abs(heights[t])
    if t and abs(heights[t] - heights[t - 1]) <= noise:
        return None
    # In a long tail the ratio of neighbours is nearly 1, and rounding would blur how far it is from that.
    span = 1 + t // CLOSE
    seen = [heights[at] for at in range(t - span * min(GAINS, t // span), t + 1, span)]
    gains = [after - before for before, after in pairwise(seen)]
    return max(_one_series(gains), _two_series(gains, noise))


def doubt(heights: Sequence[float], rule: Rule, steady: bool = True) -> float:
    """Return how far below its place a run may have stopped by a rule, in nats, as far as can be told.

    A tolerance on the gain says so itself. One on θ does not: what is left is told from the gains, and where
    these do not tell it the last of them stands for it.
    """
    least = ROUNDING * abs(heights[-1])
    if rule.on == GAIN:
        return max(least, rule.tolerance * abs(heights[-1]))
    if len(heights) < 2:
        return least
    more, last = left(heights) if steady else math.inf, abs(heights[-1] - heights[-2])
    return max(least, last if more is None or math.isinf(more) else more)


def _one_series(gains: Sequence[float]) -> float:
    if len(gains) < 2 or abs(gains[-1]) >= abs(gains[-2]):
        return math.inf
    ratio = abs(gains[-1] / gains[-2])
    return abs(gains[-1]) * ratio / (1 - ratio)


def _two_series(gains: Sequence[float], noise: float) -> float:
    """Return what is left of g(t) = a r^t + b s^t with a and b > 0; 0 where the gains are none of that kind.

    They obey g(t+2) = p g(t+1) + q g(t), where r and s solve z² = p z + q, and their ratio grows.
    """
    if len(gains) < GAINS:
        return 0.0
    g0, g1, g2, g3 = gains
    bend = g0 * g2 - g1 * g1
    if bend <= BENT * noise * abs(g1):
        return 0.0
    p, q = (g0 * g3 - g1 * g2) / bend, (g2 * g2 - g1 * g3) / bend
    if p + math.sqrt(p * p + 4 * q) >= 2:
        return math.inf
    return (p * g3 + q * (g2 + g3)) / (1 - p - q)


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
    return tuple((each.name, np.array(_places(each), dtype=np.intp)) for each in parameters if each.free)


def _places(parameter: Parameter) -> list[int]:
    last = parameter.shape[-1] - 1 if isinstance(parameter.domain, Simplex) else None
    return [
        int(np.ravel_multi_index(index, parameter.shape)) if index else 0
        for index in parameter.free
        if last is None or index[-1] != last
    ]

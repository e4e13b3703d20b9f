"""The arithmetic of inside and outside: sums or maxima of products, as plain numbers or logarithms.

Plain numbers are several times as fast. In logarithms nothing underflows, however improbable a stretch is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from emviz.em.numerics import Array, log_sum_exp


@dataclass(frozen=True)
class Algebra:
    """How ways to explain a stretch are put together: one after the other, and one beside the other.

    Parameters
    ----------
    impossible, certain : float
        How 0 and 1 are written.
    written, read : callable
        Probabilities to numbers of this algebra, and back.
    inverse : callable
        1 over a number.
    times : ufunc
        One way after the other.
    added : callable
        Adds to the first array what the second one has: one way beside the other.
    combined : callable
        Transitions (states, children), or (children,), and inside (children, M), to Σ_c t_c inside_c.
    multiplied : callable
        Two stacks of matrices, the sequences on the last axis, to their product.
    """

    impossible: float
    certain: float
    written: Callable[[Array], Array]
    read: Callable[[Array], Array]
    inverse: Callable[[Array], Array]
    times: np.ufunc
    added: Callable[[Array, Array], object]
    combined: Callable[[Array, Array], Array]
    multiplied: Callable[[Array, Array], Array]

    @property
    def in_logs(self) -> bool:
        """Whether numbers are logarithms, in nats."""
        return self.certain == 0.0

    def paired(self, left: Array, below: Array) -> Array:
        """Return Σ left_s below_c for all states and children, shape (states, children)."""
        one, other = left.reshape(len(left), -1), below.reshape(len(below), -1)
        if not self.in_logs:
            return np.asarray(one @ other.T)
        return np.array([[log_sum_exp(s + c) for c in other] for s in one])


def _as_it_is(values: Array) -> Array:
    return values


def _log(values: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(values))


def _exp(values: Array) -> Array:
    return np.asarray(np.exp(values))


def _over(values: Array) -> Array:
    return 1 / values


def _taken_away(values: Array) -> Array:
    # The outside of an impossible state has nothing to share.
    return np.where(values > -np.inf, -values, -np.inf)


# -- one way beside the other --------------------------------------------------------------------------------


def _add(to: Array, more: Array) -> None:
    to += more


def _add_logs(to: Array, more: Array) -> None:
    np.logaddexp(to, more, out=to)


def _raise(to: Array, more: Array) -> None:
    np.maximum(to, more, out=to)


def _log_sums(moves: Array, below: Array) -> Array:
    """Return log Σ_c exp(t_c + inside_c), state by state."""
    if moves.ndim == 1:
        return log_sum_exp(moves[:, None] + below, axis=0)
    return np.array([_log_sums(own, below) for own in moves])


def _greatest(moves: Array, below: Array) -> Array:
    """Return the greatest t_c inside_c, child by child."""
    found = np.asarray(moves[..., 0, None] * below[0])
    for child in range(1, len(below)):
        np.maximum(found, moves[..., child, None] * below[child], out=found)
    return found


def _greatest_logs(moves: Array, below: Array) -> Array:
    """Return the same in logarithms."""
    return np.asarray((moves[..., None] + below).max(axis=-2))


def _multiplied(first: Array, second: Array) -> Array:
    """Return the matrix product of two stacks, the sequences on the last axis."""
    return np.asarray((first.transpose(2, 0, 1) @ second.transpose(2, 0, 1)).transpose(1, 2, 0))


def _looped(times: np.ufunc, beside: np.ufunc, nothing: float) -> Callable[[Array, Array], Array]:
    """Return such a product that goes from one inner place to the next."""

    def product(first: Array, second: Array) -> Array:
        found = np.full((first.shape[0], *second.shape[1:]), nothing)
        for k in range(first.shape[1]):
            beside(found, times(first[:, k, None], second[k]), out=found)
        return found

    return product


SUM = Algebra(0.0, 1.0, _as_it_is, _as_it_is, _over, np.multiply, _add, np.matmul, _multiplied)
BEST = Algebra(
    0.0,
    1.0,
    _as_it_is,
    _as_it_is,
    _over,
    np.multiply,
    _raise,
    _greatest,
    _looped(np.multiply, np.maximum, 0.0),
)
LOG_SUM = Algebra(
    -np.inf,
    0.0,
    _log,
    _exp,
    _taken_away,
    np.add,
    _add_logs,
    _log_sums,
    _looped(np.add, np.logaddexp, -np.inf),
)
LOG_BEST = Algebra(
    -np.inf,
    0.0,
    _log,
    _exp,
    _taken_away,
    np.add,
    _raise,
    _greatest_logs,
    _looped(np.add, np.maximum, -np.inf),
)

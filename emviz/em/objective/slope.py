"""Gradient and curvature of the objective of EM, for any model.

Fisher's identity: at θ itself the gradient of log P(x; θ) equals that of Q(θ' | θ) in θ'. So one E-step and
cheap finite differences of Q give it, and no model has to provide a gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

import numpy as np

from emviz.em.model import AnyModel, Fields
from emviz.em.numerics import Array
from emviz.em.theta.coordinates import Chart

#: Sixth-order central difference: weights of f(x + kh) − f(x − kh) for k = 1, 2, 3.
WEIGHTS = (3 / 4, -3 / 20, 1 / 60)
#: The step of the differences of Q, and of those of the gradient, in units of 1/√curvature.
REACH, STRIDE = 0.05, 0.0005
#: The first step tried, the longest one in coordinates without units, and the number of trials.
FIRST, LONGEST, TRIES = 0.01, 0.5, 8
#: A second difference below this fraction of |Q| is rounding; the step is then made longer by this factor.
NOISE, LONGER = 1e-11, 30.0


@dataclass(frozen=True)
class Slope:
    """The gradient at a point, and the diagonal of the complete-data information.

    Parameters
    ----------
    gradient : Array, shape (p,)
        The gradient, in nats per unit of each coordinate.
    curvature : Array, shape (p,)
        −∂²Q for each coordinate: the information of complete data; 0 if none is found.
    """

    gradient: Array
    curvature: Array

    @property
    def scales(self) -> Array:
        """The natural unit of each coordinate, shape (p,): 1/√curvature, or 1 if the curvature is 0."""
        known = self.curvature > 0
        return np.asarray(np.where(known, 1 / np.sqrt(np.where(known, self.curvature, 1.0)), 1.0))


def slope(
    model: AnyModel, data: object, counts: Fields, chart: Chart, point: Array
) -> Generator[None, None, Slope]:
    """Return the gradient at a point from the counts of an E-step there; yields between coordinates."""
    with_q = _Heights(model, data, counts, chart, point)
    found = np.empty((2, len(point)))
    for place, (way, unscaled) in enumerate(zip(np.eye(len(point)), chart.unscaled, strict=True)):
        found[:, place] = _differences(with_q.along(way), with_q.here, bool(unscaled))
        yield
    return Slope(*found)


def curvature_along(
    model: AnyModel, data: object, counts: Fields, chart: Chart, point: Array, way: Array
) -> float:
    """Return minus the second derivative of Q along a direction `way`, shape (p,); 0 if none is found."""
    with_q = _Heights(model, data, counts, chart, point)
    return max(_scaled(with_q.along(way), with_q.here, unscaled=False)[1], 0.0)


def hessian(
    point: Array, scales: Array, gradient_at: Callable[[Array], Generator[None, None, Array]]
) -> Generator[None, None, Array]:
    """Return the matrix of second derivatives, shape (p, p), by central differences of the gradient.

    Parameters
    ----------
    point, scales, gradient_at
        As in `jacobian`; the values are the gradient.
    """
    matrix = yield from jacobian(point, scales, gradient_at)
    # Rounding makes it slightly asymmetric, and eigh would use one half only.
    return np.asarray((matrix + matrix.T) / 2)


def jacobian(
    point: Array,
    scales: Array,
    values_at: Callable[[Array], Generator[None, None, Array]],
    stride: float = STRIDE,
    weights: Sequence[float] = (1 / 2,),
) -> Generator[None, None, Array]:
    """Return the derivatives of m values, shape (m, p), by central differences.

    Parameters
    ----------
    point : Array, shape (p,)
        The point.
    scales : Array, shape (p,)
        The natural unit of each coordinate.
    values_at : callable
        Returns the values at a point, shape (m,).
    stride : float
        The step, in these units.
    weights : sequence of float
        The weights of the differences across ±1 step, ±2 steps, …; a higher order allows a longer step.
    """
    columns = []
    for place, scale in enumerate(scales):
        shift = np.zeros(len(point))
        shift[place] = stride * scale
        column: Array | float = 0.0
        for k, weight in enumerate(weights, start=1):
            ahead = yield from values_at(point + k * shift)
            behind = yield from values_at(point - k * shift)
            column = column + weight * (ahead - behind)
        columns.append(column / (stride * scale))
    return np.stack(columns, axis=-1)


class _Heights:
    """Q(θ | θ(t)) around a point, with fixed counts."""

    def __init__(self, model: AnyModel, data: object, counts: Fields, chart: Chart, point: Array) -> None:
        self._model, self._data, self._counts = model, data, counts
        self._chart, self._point = chart, point
        self.here = self._q(point)

    def along(self, way: Array) -> Callable[[float], float]:
        """Return Q as a function of the distance moved along a direction, shape (p,)."""

        def height(by: float) -> float:
            return self._q(self._point + by * way)

        return height

    def _q(self, point: Array) -> float:
        try:
            with np.errstate(all="ignore"):
                return self._model.q(self._data, self._counts, self._chart.params(point))
        # Outside the domain, or at a singular covariance.
        except (ArithmeticError, ValueError):
            return np.nan


def _differences(height: Callable[[float], float], here: float, unscaled: bool) -> tuple[float, float]:
    """Return the first derivative at 0, and minus the second, in nats per unit."""
    step, curvature = _scaled(height, here, unscaled)
    for _ in range(TRIES):
        rises = (height(k * step) - height(-k * step) for k in (1, 2, 3))
        rise = sum(weight * each for weight, each in zip(WEIGHTS, rises, strict=True))
        if np.isfinite(rise):
            break
        # Three steps lead out of the domain.
        step /= LONGER
    return rise / step, max(curvature, 0.0)


def _scaled(height: Callable[[float], float], here: float, unscaled: bool) -> tuple[float, float]:
    """Return a step of about REACH / √curvature, and minus the second derivative, 0 if none is found."""
    step, noise, longest = FIRST, NOISE * max(1.0, abs(here)), np.inf if unscaled else LONGEST
    for _ in range(TRIES):
        bend = 2 * here - height(step) - height(-step)
        # Too far: out of the domain. Too close: lost in rounding. Otherwise the curvature gives the step,
        # which is accepted once it is within a factor of 4 of the one it was computed with.
        if not np.isfinite(bend):
            step, longest = step / LONGER, step / LONGER
        elif abs(bend) <= noise:
            if step >= longest:
                break
            step = min(step * LONGER, longest)
        else:
            wanted = min(REACH * step / abs(bend) ** 0.5, longest)
            if wanted / 4 <= step <= 4 * wanted:
                return wanted, bend / step**2
            step = wanted
    return step, 0.0

"""Newton–Raphson: to the stationary point of the parabola with the slope and curvature of log P."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from emviz.em.methods.climbing import MOST_CURVED, Climb, Climbing, Search
from emviz.em.methods.method import Sayings
from emviz.em.numerics import Array

#: Eigenvalues of −H are raised to this fraction of the largest.
SMALLEST = 1e-6
PLAIN = Sayings(
    "Newton–Raphson",
    "θ moved to where the parabola fitted at θ({t}) is level",
    "expected counts",
    "a parabola is fitted there",
)
GUARDED = replace(PLAIN, name="safeguarded Newton", weighed="θ moved uphill by the parabola fitted at θ({t})")


@dataclass(frozen=True)
class Newton(Climbing):
    """Textbook Newton–Raphson: it finds any stationary point, also a saddle or a minimum."""

    key: str = "newton"
    title: str = "Newton–Raphson"
    tip: str = "Newton–Raphson, plain: to the level place of a parabola, be it a maximum, a saddle or none"
    sayings: Sayings = PLAIN

    most: ClassVar[int | None] = MOST_CURVED
    unbounded: ClassVar[str] = (
        "There is no bound: the parabola that fits {name} at θ({t}) lies above it in one place and below "
        "it in another."
    )

    def search(self, climb: Climb) -> Search:
        """Go to the stationary point of the parabola.

        Raises
        ------
        ArithmeticError
            If the parabola has none, or a whole line of them.
        """
        known = yield from climb.slope()
        curved = yield from climb.hessian(known)
        try:
            move = np.linalg.solve(-curved, known.gradient)
        except np.linalg.LinAlgError:
            move = np.full(len(known.gradient), np.nan)
            # NaN, so that a singular and a nearly singular matrix are reported by the same error.
        if not np.all(np.isfinite(move)):
            raise ArithmeticError(
                f"the Hessian at θ({climb.step.index}) is singular: Newton's step does not exist"
            )
        params, expectation = climb.at(climb.here + move)
        return params, expectation, climb.stride(1.0)


@dataclass(frozen=True)
class Safeguarded(Climbing):
    """Newton–Raphson that only goes uphill: curvatures are made negative, and the step is backtracked."""

    key: str = "safeguarded"
    title: str = "Newton, safeguarded"
    tip: str = (
        "Newton–Raphson that goes uphill only: curvatures made positive, the step halved until log P rises"
    )
    sayings: Sayings = GUARDED

    most: ClassVar[int | None] = MOST_CURVED
    unbounded: ClassVar[str] = (
        "There is no bound: the parabola that fits {name} at θ({t}) lies above it in places, so that its "
        "step has to be tried out."
    )

    def search(self, climb: Climb) -> Search:
        """Take the longest accepted step in the uphill direction of the parabola."""
        known = yield from climb.slope()
        curved = yield from climb.hessian(known)
        move = uphill(-curved, known.gradient)
        return (yield from climb.along(move, float(known.gradient @ move), 1.0))


def uphill(information: Array, gradient: Array) -> Array:
    """Return V max(|Λ|, max|Λ| / 10⁶)⁻¹ Vᵀ g for −H = V Λ Vᵀ, shape (p,): uphill for any Λ.

    Raises
    ------
    ArithmeticError
        If H is 0.
    """
    values, vectors = np.linalg.eigh(information)
    sizes = np.abs(values)
    sizes = np.maximum(sizes, SMALLEST * sizes.max())
    if not sizes.min() > 0:
        raise ArithmeticError("log P is flat in every direction")
    return np.asarray(vectors @ ((vectors.T @ gradient) / sizes))

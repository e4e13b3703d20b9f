"""Where a run ended: at a maximum, a saddle, on a ridge, at the border, or before any of these.

Where the gradient is 0, the information −∂² log P/∂φ², scaled by that of complete data, has the eigenvalues
1 − m, where m is the fraction of missing information in each direction (Louis 1982). They are positive at a
maximum, one is negative at a saddle, and one is 0 along a ridge.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum
from itertools import count

import numpy as np

from emviz.em.domains import Index, Parameter
from emviz.em.methods import Method, mistaken
from emviz.em.methods.climbing import MOST_CURVED
from emviz.em.model import AnyModel, Fields
from emviz.em.numerics import Array
from emviz.em.objective.slope import Slope, curvature_along, hessian, slope
from emviz.em.rounding import figures, with_minus
from emviz.em.theta.coordinates import Free, size_of
from emviz.em.work import Report, silent

#: Scaled eigenvalues up to this count as 0, rounding included.
FLAT = 1e-5
#: If the fitted parabola promises no more than this, in nats, the gradient counts as 0.
LEVEL = 1e-3
#: A probability or rate with fewer expected counts than this over all data is at the border.
NOTHING = 1e-2
#: Steps of EM from a border that show whether there is more to gain.
PROBES = 2


class Place(Enum):
    """The kind of the final θ."""

    MAXIMUM = "maximum"
    SADDLE = "saddle"
    RIDGE = "ridge"
    BORDER = "border"
    SLOPE = "on its way"
    MISTAKE = "of a mistake"
    UNKNOWN = "not told"


@dataclass(frozen=True)
class Ending:
    """Where a run ended.

    Parameters
    ----------
    place : Place
        The kind of the final θ; a maximum may be a local one.
    eigenvalues : Array, shape (p,)
        Those of the information −∂² log P/∂φ² in free coordinates, ascending, in nats; empty at the border,
        and if there are too many parameters.
    """

    place: Place
    eigenvalues: Array

    @property
    def words(self) -> str:
        """The place, as the end of a sentence."""
        least = figures(float(self.eigenvalues[0]), 4) if len(self.eigenvalues) else ""
        return WORDS[self.place].format(least=with_minus(least))

    def record(self) -> dict[str, object]:
        """Return the place and its eigenvalues, for JSON."""
        return {"place": self.place.value, "eigenvalues": self.eigenvalues.tolist()}


WORDS = {
    Place.MAXIMUM: "a maximum: the eigenvalues of −H are above 0, the smallest is {least}",
    Place.SADDLE: "a saddle: −H has an eigenvalue below 0, {least}",
    Place.RIDGE: "a ridge: in one direction log P is flat",
    Place.BORDER: "the border of the parameter space",
    Place.SLOPE: "no stationary point: there is more to gain",
    Place.MISTAKE: "a point that the mistake leads to, regardless of the slope of log P",
    Place.UNKNOWN: f"a point with more than {MOST_CURVED} parameters, whose curvature is not computed",
}


def ending(
    model: AnyModel, data: object, params: Fields, method: Method, report: Report = silent
) -> Generator[None, None, Ending]:
    """Return the kind of point that θ is for the objective of a method; yield where it can be cancelled.

    Parameters
    ----------
    report : callable
        Called with the fraction that is done.
    """
    if mistaken(method, model):
        return Ending(Place.MISTAKE, np.empty(0))
    if size_of(model, data) > MOST_CURVED:
        return Ending(Place.UNKNOWN, np.empty(0))
    try:
        found = yield from _inside(model, data, params, method, report)
    except (ArithmeticError, ValueError):  # φ is infinite, or a covariance singular beside it
        found = None
    if found is not None:
        return found
    leaving = yield from _left_by_em(model, data, params, method)
    return Ending(Place.SLOPE if leaving else Place.BORDER, np.empty(0))


def _left_by_em(model: AnyModel, data: object, params: Fields, method: Method) -> Generator[None, None, bool]:
    """Return whether EM gains more from a border than a stationary point allows.

    No curvature is needed for it, and θ may leave the border or move along it.
    """
    try:
        here = first = method.expect(model, data, params)
        for _ in range(PROBES):
            yield
            here = method.expect(model, data, model.m_step(data, here.counts))
    except (ArithmeticError, ValueError):  # there is no θ beyond
        return False
    return here.objective - first.objective > LEVEL


def _inside(
    model: AnyModel, data: object, params: Fields, method: Method, report: Report
) -> Generator[None, None, Ending | None]:
    """Return the kind of point; None at the border."""
    chart = Free(model, data, params)
    here = chart.point(params)
    counts = method.expect(model, data, params).counts
    known = yield from slope(model, data, counts, chart, here)
    if bordering(model, data, counts, chart, known):
        return None

    done, many = count(1), 1 + 2 * len(here)

    def gradient_at(point: Array) -> Generator[None, None, Array]:
        report(next(done) / many)
        there = method.expect(model, data, chart.params(point)).counts
        found = yield from slope(model, data, there, chart, point)
        return found.gradient

    information = -(yield from hessian(here, known.scales, gradient_at))
    return Ending(place_of(information, known), np.asarray(np.linalg.eigvalsh(information)))


def bordering(
    model: AnyModel, data: object, counts: Fields, chart: Free, known: Slope
) -> tuple[Parameter, Index] | None:
    """Return the first entry of θ at a border, judged by its expected counts; None if there is none.

    Parameters
    ----------
    counts : Fields
        The counts of an E-step at the base of the chart.
    known : Slope
        The slope there.
    """
    here = chart.point(model.make_params(chart.base))
    for parameter, index, way in chart.edges():
        # Close to a border, the curvature in this direction is about the expected count of the entry.
        (moved,) = np.nonzero(way)
        curved = (
            known.curvature[moved[0]]
            if len(moved) == 1
            else curvature_along(model, data, counts, chart, here, way)
        )
        if curved < NOTHING:
            return parameter, index
    return None


def place_of(information: Array, known: Slope) -> Place:
    """Return the kind of point from −∂² log P/∂φ², shape (p, p), and the slope there."""
    # Scaled by the complete-data information, so that the thresholds do not depend on units or on N.
    scaled = information * known.scales[:, None] * known.scales
    values, vectors = np.linalg.eigh(scaled)
    along = vectors.T @ (known.gradient * known.scales)
    if np.sum(along**2 / np.maximum(np.abs(values), FLAT)) / 2 > LEVEL:
        return Place.SLOPE
    if values[0] < -FLAT:
        return Place.SADDLE
    return Place.RIDGE if values[0] <= FLAT else Place.MAXIMUM

"""The information on θ: that of the observed data, that of complete data, and the missing fraction.

All in free coordinates φ. The observed information −∂² log P/∂φ² comes from differences of Fisher's gradient,
the complete information −∂²Q/∂φ² from differences of the gradient of Q with fixed counts. Their ratio is 1 −
J, where J is the Jacobian of the EM map. The eigenvalues of J are the fractions of missing information, and
the largest is the rate of EM (Dempster, Laird & Rubin, J. R. Statist. Soc. B 39:1 (1977); Meng & Rubin, J.
Amer. Statist. Assoc. 86:899 (1991)). They do not depend on the coordinates.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from emviz.em.methods import EM
from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.objective.slope import REACH, WEIGHTS, Slope, jacobian, slope
from emviz.em.theta.coordinates import Free

#: The step of the differences, and their fourth-order weights. The fourth order allows a step so long that
#: rounding is small even compared with a direction that has a thousandth of the information of the others.
LONG, FOURTH = 0.03, (2 / 3, -1 / 12)
#: The step for differences of θ in coordinates without units, in which θ is smooth on a scale of 1.
SMALL = 0.01


@dataclass(frozen=True)
class Information:
    """The matrices of information at θ, and the Jacobian of the EM map.

    Parameters
    ----------
    observed, complete : Array, shape (p, p)
        −∂² log P/∂φ² and −∂²Q/∂φ², in nats.
    em_map : Array, shape (p, p)
        The Jacobian ∂φ_i(t+1) / ∂φ_j(t).
    """

    observed: Array
    complete: Array
    em_map: Array

    @property
    def least(self) -> float:
        """The smallest eigenvalue of the observed information, scaled to a diagonal of ones.

        −1 if the diagonal is not positive.
        """
        diagonal = np.diagonal(self.observed)
        if not np.all(diagonal > 0):
            return -1.0
        size = np.sqrt(diagonal)
        return float(np.linalg.eigvalsh(self.observed / size / size[:, None])[0])

    def missing(self) -> tuple[Array, Array]:
        """Return the fractions of missing information, shape (p,), largest first, and the slowest direction.

        The direction is that of the first fraction, in φ, shape (p,); its sign is arbitrary.
        """
        # The EM map is not symmetric, but similar to a symmetric matrix: any imaginary part is rounding.
        values, vectors = np.linalg.eig(self.em_map)
        order = np.argsort(-values.real, kind="stable")
        return values.real[order], np.asarray(vectors.real[:, order[0]])


def information(
    model: AnyModel, data: object, chart: Free, counts: Fields, known: Slope
) -> Generator[None, None, Information]:
    """Return the information at the base of a chart; yield 8 p² times, between coordinates.

    Parameters
    ----------
    counts : Fields
        The counts of an E-step there.
    known : Slope
        The slope there.

    Raises
    ------
    ArithmeticError, ValueError
        If a point nearby is outside the domain, or the M-step leads to a border.
    """
    here, p = chart.point(model.make_params(chart.base)), len(known.gradient)

    def completed(point: Array) -> Generator[None, None, Array]:
        found = yield from slope(model, data, counts, chart, point)
        return found.gradient

    def observed(point: Array) -> Generator[None, None, Array]:
        expected = EM.expect(model, data, chart.params(point)).counts
        # One E-step gives both: Fisher's gradient and the EM map.
        found = yield from slope(model, data, expected, chart, point)
        return np.concatenate([found.gradient, chart.point(model.m_step(data, expected))])

    complete = yield from jacobian(here, known.scales, completed, LONG, FOURTH)
    both = yield from jacobian(here, known.scales, observed, LONG, FOURTH)
    return Information(_symmetric(-both[:p]), _symmetric(-complete), both[p:])


def carried(chart: Free, known: Slope) -> Array:
    """Return A = ∂θ/∂φ at the base of a chart, shape (estimated entries of θ, p)."""
    here = chart.point(chart.model.make_params(chart.base))
    columns = []
    for way, scale, unscaled in zip(np.eye(len(here)), known.scales, chart.unscaled, strict=True):
        step = REACH * scale if unscaled else SMALL
        rises = (flat(chart, here + k * step * way) - flat(chart, here - k * step * way) for k in (1, 2, 3))
        columns.append(sum(weight * rise for weight, rise in zip(WEIGHTS, rises, strict=True)) / step)
    return np.stack(columns, axis=-1)


def flat(chart: Free, point: Array) -> Array:
    """Return the estimated entries of θ at a point, flattened field by field."""
    fields = fields_of(chart.params(point))
    return np.concatenate([np.ravel(fields[each.name]) for each in chart.parameters])


def _symmetric(matrix: Array) -> Array:
    return np.asarray((matrix + matrix.T) / 2)

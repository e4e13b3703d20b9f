"""What the data tell of θ: the observed information, what complete data would hold, and what is missing.

In free coordinates φ. The observed information −∂² log P/∂φ² comes from differences of Fisher's gradient, the
complete one, −∂²Q/∂φ², from differences of the gradient of Q with the counts held. Their ratio is what is
left in each direction, 1 − J, where J is the Jacobian of the EM map: its eigenvalues are the fractions of
information that are missing, and the largest is EM's rate (Dempster, Laird & Rubin, J. R. Statist. Soc. B
39:1 (1977); Meng & Rubin, J. Amer. Statist. Assoc. 86:899 (1991)). They are the same in any coordinates.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from emviz.em.coordinates import Free
from emviz.em.methods import EM
from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.slope import REACH, WEIGHTS, Slope, jacobian, slope

#: The step of the differences, and their weights. Those of fourth order bear a step so long that rounding is
#: small even beside the information on a direction that is hardly known, a thousandth of that on others.
LONG, FOURTH = 0.03, (2 / 3, -1 / 12)
#: The step of differences of θ in coordinates without a unit, in which it is smooth on a scale of 1.
SMALL = 0.01


@dataclass(frozen=True)
class Information:
    """Two matrices of information at θ, and the EM map beside it.

    Parameters
    ----------
    observed, complete : Array, shape (p, p)
        −∂² log P/∂φ² and −∂²Q/∂φ², in nats.
    em_map : Array, shape (p, p)
        How φ(t+1) moves with φ(t): ∂φ_i(t+1) / ∂φ_j(t).
    """

    observed: Array
    complete: Array
    em_map: Array

    @property
    def least(self) -> float:
        """The smallest eigenvalue of the observed information, scaled to a diagonal of ones.

        −1 where the diagonal itself is not above 0.
        """
        diagonal = np.diagonal(self.observed)
        if not np.all(diagonal > 0):
            return -1.0
        size = np.sqrt(diagonal)
        return float(np.linalg.eigvalsh(self.observed / size / size[:, None])[0])

    def missing(self) -> tuple[Array, Array]:
        """Return the fractions of missing information, shape (p,), largest first, and where the first points.

        The direction, shape (p,), is that of φ in which EM is slowest; its sign is of no importance.
        """
        values, vectors = np.linalg.eig(self.em_map)
        order = np.argsort(-values.real, kind="stable")
        return values.real[order], np.asarray(vectors.real[:, order[0]])


def information(
    model: AnyModel, data: object, chart: Free, counts: Fields, known: Slope
) -> Generator[None, None, Information]:
    """Return the information at the base of a chart; yields 8 p² times, between coordinates.

    Parameters
    ----------
    counts : Fields
        Those of an E-step there.
    known : Slope
        The slope there.

    Raises
    ------
    ArithmeticError, ValueError
        Where there is no θ beside it, or the M-step leads to a border.
    """
    here, p = chart.point(model.make_params(chart.base)), len(known.gradient)

    def completed(point: Array) -> Generator[None, None, Array]:
        found = yield from slope(model, data, counts, chart, point)
        return found.gradient

    def observed(point: Array) -> Generator[None, None, Array]:
        expected = EM.expect(model, data, chart.params(point)).counts
        found = yield from slope(model, data, expected, chart, point)
        return np.concatenate([found.gradient, chart.point(model.m_step(data, expected))])

    complete = yield from jacobian(here, known.scales, completed, LONG, FOURTH)
    both = yield from jacobian(here, known.scales, observed, LONG, FOURTH)
    return Information(_symmetric(-both[:p]), _symmetric(-complete), both[p:])


def carried(chart: Free, known: Slope) -> Array:
    """Return A = ∂θ/∂φ at the base of a chart, shape (entries of θ that are estimated, p)."""
    here = chart.point(chart.model.make_params(chart.base))
    columns = []
    for way, scale, unscaled in zip(np.eye(len(here)), known.scales, chart.unscaled, strict=True):
        step = REACH * scale if unscaled else SMALL
        rises = (flat(chart, here + k * step * way) - flat(chart, here - k * step * way) for k in (1, 2, 3))
        columns.append(sum(weight * rise for weight, rise in zip(WEIGHTS, rises, strict=True)) / step)
    return np.stack(columns, axis=-1)


def flat(chart: Free, point: Array) -> Array:
    """Return the entries of θ that are estimated at a point, field after field."""
    fields = fields_of(chart.params(point))
    return np.concatenate([np.ravel(fields[each.name]) for each in chart.parameters])


def _symmetric(matrix: Array) -> Array:
    return np.asarray((matrix + matrix.T) / 2)

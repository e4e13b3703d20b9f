"""Starts for the search for modules, and genes drawn from known modules."""

from __future__ import annotations

import math

import numpy as np

from emviz.data.table import Table
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.simulation import draws
from emviz.em.work import checked
from emviz.models.modules.data import (
    GENE,
    LABEL,
    NAMES,
    PREFIX,
    GenerativeParams,
    ModuleData,
    ModuleParams,
    SoftmaxParams,
)
from emviz.models.modules.link import log_choice


def far_apart(data: ModuleData, modules: int, softmax: bool) -> ModuleParams:
    """Return rounded means on genes far from one another, the first one farthest from the centre."""
    centre = draws.in_blocks(
        data.rows, lambda rows: np.square(data.points[rows]).sum(axis=-1), data.points.shape[1]
    )
    chosen = [int(centre.argmax())]
    nearest = np.full(data.rows, np.inf)
    while len(chosen) < modules:
        nearest = np.minimum(nearest, _distances(data, chosen[-1]))
        chosen.append(int(nearest.argmax()))
    # The decimals of a hundredth of the spread, which distinguish genes.
    units = [2 - math.floor(math.log10(scale)) for scale in data.scale.tolist()]
    columns = zip(_seen(data, chosen).T, units, strict=True)
    mean = np.stack([np.round(column, digits) for column, digits in columns], axis=-1) + 0.0  # never −0
    variance = [_short(scale**2) for scale in data.scale.tolist()]
    return _even(data, mean, np.array(variance), softmax)


def drawn(data: ModuleData, modules: int, softmax: bool, rng: np.random.Generator) -> ModuleParams:
    """Return means on genes at random, the far ones likelier (Arthur & Vassilvitskii 2007)."""
    chosen = [int(rng.integers(data.rows))]
    nearest = np.full(data.rows, np.inf)
    while len(chosen) < modules:
        nearest = np.minimum(nearest, _distances(data, chosen[-1]))
        total = nearest.sum()
        # Each gene may be the same as a chosen one: then none is farther than another.
        chosen.append(int(rng.choice(data.rows, p=nearest / total if total > 0 else None)))
    return _even(data, _seen(data, chosen), np.square(data.scale), softmax)


def _seen(data: ModuleData, rows: list[int]) -> Array:
    """Return some genes, with the mean of the array in each hole."""
    return np.where(np.isnan(data.raw[rows]), data.centre, data.raw[rows])


def _distances(data: ModuleData, row: int) -> Array:
    many = data.points.shape[1]
    return draws.in_blocks(
        data.rows, lambda rows: np.square(data.points[rows] - data.points[row]).sum(axis=-1), many
    )


def _even(data: ModuleData, mean: Array, variance: Array, softmax: bool) -> ModuleParams:
    """Return θ with modules that differ only in their means."""
    modules, regulators = len(mean), len(data.regulators)
    variances = np.repeat(variance[None], modules, axis=0)
    if softmax:
        return SoftmaxParams(mean, variances, np.zeros((modules, regulators)))
    weight = np.full(modules, 1 / modules)
    return GenerativeParams(weight, mean, variances, np.full((modules, regulators), 0.5))


def _short(value: float) -> float:
    """Return a number in two significant digits."""
    return float(f"{value:.1e}")


def simulated(params: ModuleParams, size: int, rng: np.random.Generator) -> Table:
    """Return genes drawn from known modules, with the true module.

    With the generative link the module comes first and the regulators follow from it; with the softmax link
    each regulator binds a gene with probability ½, and the module follows from them.
    """
    bits, module = _linked(params, size, rng)
    sd, arrays = np.sqrt(params.variance), params.mean.shape[1]
    expression = draws.in_blocks(
        size, lambda rows: rng.normal(params.mean[module[rows]], sd[module[rows]]), arrays
    )
    measured = _columns("array ", expression)
    bound = _columns(f"{PREFIX}R", bits)
    genes = draws.numbered("gene ", np.arange(size))
    return Table.from_columns({GENE: genes, **measured, **bound, LABEL: draws.named(NAMES, module)})


def _linked(params: ModuleParams, size: int, rng: np.random.Generator) -> tuple[Array, Rows]:
    """Return the regulators of each gene as 0 and 1, shape (size, F), and its module, shape (size,)."""
    regulators = params.link.shape[1]
    if isinstance(params, GenerativeParams):
        module = draws.chosen(params.weight, size, rng)
        present = draws.in_blocks(
            size, lambda rows: rng.random((len(rows), regulators)) < params.link[module[rows]], regulators
        )
        return present.astype(np.float64), module
    bits = draws.in_blocks(
        size, lambda rows: np.where(rng.random((len(rows), regulators)) < 0.5, 1.0, 0.0), regulators
    )

    def followed(rows: Rows) -> Rows:
        chances = np.exp(log_choice(params.link, bits[rows])).cumsum(axis=-1)
        # Without the last sum, which rounding may leave below 1.
        return np.asarray((rng.random((len(rows), 1)) > chances[:, :-1]).sum(axis=-1))

    return bits, draws.in_blocks(size, followed, len(params.link))


def _columns(prefix: str, values: Array) -> dict[str, Array]:
    """Return the columns of an array by name; each is a copy, of which others work faster."""
    return {f"{prefix}{place + 1}": column.copy() for place, column in checked(enumerate(values.T))}

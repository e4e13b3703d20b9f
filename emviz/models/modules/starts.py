"""Starts for the search for modules, and genes drawn from known modules."""

from __future__ import annotations

import math

import numpy as np

from emviz.data.table import Table
from emviz.em.numerics import Array
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
    chosen = [int(np.square(data.points).sum(axis=-1).argmax())]
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
    return np.asarray(np.square(data.points - data.points[row]).sum(axis=-1))


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
    modules, regulators = params.link.shape
    if isinstance(params, SoftmaxParams):
        bits = (rng.random((size, regulators)) < 0.5).astype(np.float64)
        chances = np.exp(log_choice(params.link, bits)).cumsum(axis=-1)
        # Without the last sum, which rounding may leave below 1.
        module = (rng.random((size, 1)) > chances[:, :-1]).sum(axis=-1)
    else:
        module = rng.choice(modules, size, p=params.weight)
        bits = (rng.random((size, regulators)) < params.link[module]).astype(np.float64)
    expression = rng.normal(params.mean[module], np.sqrt(params.variance[module]))
    named = {f"array {place + 1}": column for place, column in enumerate(expression.T)}
    bound = {f"{PREFIX}R{place + 1}": column for place, column in enumerate(bits.T)}
    genes = [f"gene {place + 1}" for place in range(size)]
    return Table.from_columns({GENE: genes, **named, **bound, LABEL: [NAMES[m] for m in module]})

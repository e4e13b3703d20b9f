"""Components that may change places: one θ in another order, and how many θ are brought into the same order.

log P of a mixture does not change where its components are numbered otherwise, so that each optimum stands in
θ once for every order. A group is a list of axes of fields that are put in another order together.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em.domains import Parameter
from emviz.em.engine import advance, start
from emviz.em.model import AnyModel, Fields, ModelError, fields_of
from emviz.em.numerics import Array
from emviz.em.optional import Group, Interchanging

#: Objectives that differ by less than this fraction are equal but for rounding.
EQUAL = 1e-10
#: Random starts among which one is looked for from which EM can take a step.
TRIES = 8

Orders: TypeAlias = NDArray[np.intp]
#: Arrays by the names of their fields, stacked along a leading axis.
Stacked: TypeAlias = Mapping[str, Array]


def interchangeable(model: AnyModel, data: object) -> Generator[None, None, tuple[Group, ...]]:
    """Return the groups of axes along which components may change places; yields between E-steps.

    They are what the model declares, else axes that bear the same names. A group counts only where the
    objective at some θ is the same after two components, and all, have changed places.
    """
    declared = _declared(model, data)
    place = (yield from _ordinary(model, data)) if declared else None
    if place is None:
        return ()
    kept = []
    for group in declared:
        if (yield from _holds(model, data, group, *place)):
            kept.append(group)
    return tuple(kept)


def in_order_of(
    stacked: Stacked, target: Stacked, groups: Sequence[Group]
) -> tuple[dict[str, Array], Orders]:
    """Return many θ with their components in the order of those of another, and the orders that does it.

    Components are paired one by one, those that are most alike first.

    Parameters
    ----------
    stacked : mapping
        Fields of B many θ, stacked along a leading axis.
    target : mapping
        The fields of the other θ.

    Returns
    -------
    ordered : dict
        The fields in the new order.
    orders : integer array, shape (B, components of all groups)
        Which component has come to each place.
    """
    ordered = {name: np.asarray(values) for name, values in stacked.items()}
    size, orders = len(next(iter(ordered.values()))), []
    for group in groups:
        own = _signatures(ordered, group, groups)
        other = _signatures({name: values[None] for name, values in target.items()}, group, groups)
        unit = np.ptp(other, axis=1, keepdims=True)
        scale = np.where(unit > 0, unit, 1.0)
        order = _paired(np.square((own[:, :, None] - other[:, None]) / scale[:, None]).sum(axis=-1))
        for name, axis in group:
            ordered[name] = _taken(ordered[name], order, axis + 1)
        orders.append(order)
    return ordered, np.concatenate(orders, axis=1) if orders else np.empty((size, 0), dtype=np.intp)


def _declared(model: AnyModel, data: object) -> Sequence[Group]:
    if isinstance(model, Interchanging):
        return model.interchangeable(data)
    return list(_named_alike(model.parameters(data)))


def _named_alike(parameters: Sequence[Parameter]) -> Iterator[Group]:
    axes: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for parameter in parameters:
        for axis, names in enumerate(parameter.axes):
            if len(names) > 1:
                axes.setdefault(names, []).append((parameter.name, axis))
    return map(tuple, axes.values())


def _ordinary(model: AnyModel, data: object) -> Generator[None, None, tuple[Fields, float] | None]:
    """Return a θ with nothing special about it, one step of EM from a random start, and its objective."""
    for seed in range(TRIES):
        yield
        with suppress(ModelError):
            step = start(model, data, model.start(data, np.random.default_rng(seed)))
            step = advance(model, data, advance(model, data, step))
            return step.params, step.expectation.objective
    return None


def _holds(
    model: AnyModel, data: object, group: Group, params: Fields, height: float
) -> Generator[None, None, bool]:
    fields = fields_of(params)
    size = fields[group[0][0]].shape[group[0][1]]
    every = np.arange(size)
    exchanged = np.concatenate([every[:2][::-1], every[2:]])
    for order in (exchanged, np.roll(every, 1)):
        yield
        moved = dict(fields)
        for name, axis in group:
            moved[name] = np.take(moved[name], order, axis)
        try:
            found = start(model, data, model.make_params(moved)).expectation.objective
        except ModelError:
            return False
        if abs(found - height) > EQUAL * abs(height):
            return False
    return True


def _signatures(stacked: Stacked, group: Group, groups: Sequence[Group]) -> Array:
    """Return what each component of many θ is known by in whatever order the others are, shape (B, K, S)."""
    movable = {place for each in groups for place in each}
    parts = []
    for name in dict.fromkeys(name for name, _ in group):
        own = [axis + 1 for each, axis in group if each == name]
        values = stacked[name]
        if len(own) > 1:  # as the transitions of states: staying is told apart
            diagonal = np.diagonal(values, axis1=own[0], axis2=own[1])
            parts.append(np.moveaxis(diagonal, -1, 1))
        others = [axis for each, axis in movable if each == name and axis + 1 != own[0]]
        for axis in others:
            values = np.sort(values, axis=axis + 1)
        parts.append(np.moveaxis(values, own[0], 1))
    return np.concatenate([part.reshape(*part.shape[:2], -1) for part in parts], axis=-1)


def _paired(costs: Array) -> Orders:
    """Return for each place which component comes there, shape (B, K), by costs (B, component, place)."""
    many, size = costs.shape[:2]
    order, rows = np.empty((many, size), dtype=np.intp), np.arange(many)
    for _ in range(size):
        own, place = np.divmod(costs.reshape(many, -1).argmin(axis=1), size)
        order[rows, place] = own
        costs[rows, own] = np.inf
        costs[rows, :, place] = np.inf
    return order


def _taken(values: Array, order: Orders, axis: int) -> Array:
    shape = [1] * values.ndim
    shape[0], shape[axis] = order.shape
    return np.take_along_axis(values, order.reshape(shape), axis)

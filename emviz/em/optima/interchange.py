"""Interchangeable components: θ with its components in another order, and many θ brought into the same order.

log P of a mixture does not depend on the numbering of its components, so each optimum occurs once for every
order. A group is a list of axes of fields that are permuted together.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import permutations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em.domains import Index, Parameter
from emviz.em.engine import advance, start
from emviz.em.model import AnyModel, Fields, ModelError, fields_of
from emviz.em.numerics import Array
from emviz.em.optional import Group, Interchanging

#: Objectives that differ by less than this fraction are equal up to rounding.
EQUAL = 1e-10
#: Random starts tried until EM can take a step from one.
TRIES = 8

Orders: TypeAlias = NDArray[np.intp]
#: Fields of θ by name, stacked along a leading axis.
Stacked: TypeAlias = Mapping[str, Array]


def interchangeable(model: AnyModel, data: object) -> Generator[None, None, tuple[Group, ...]]:
    """Return the groups of axes along which components are interchangeable; yield between E-steps.

    Candidates are those that the model declares, otherwise axes with the same names. A group is only returned
    if the objective at some θ is the same after swapping two components and after a rotation of all.
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
    """Return many θ with their components in the order of another θ, and the permutations used.

    Components are paired greedily, the most similar ones first.

    Parameters
    ----------
    stacked : mapping
        The fields of B θ, stacked along a leading axis.
    target : mapping
        The fields of the θ whose order is wanted.

    Returns
    -------
    ordered : dict
        The fields in the new order.
    orders : integer array, shape (B, components of all groups)
        The old index of the component at each position.
    """
    ordered = {name: np.asarray(values) for name, values in stacked.items()}
    size, orders = len(next(iter(ordered.values()))), []
    for group in groups:
        own = _signatures(ordered, group, groups)
        other = _signatures({name: values[None] for name, values in target.items()}, group, groups)
        # In units of the spread between components, so that fields of different units count alike.
        unit = np.ptp(other, axis=1, keepdims=True)
        scale = np.where(unit > 0, unit, 1.0)
        order = _paired(np.square((own[:, :, None] - other[:, None]) / scale[:, None]).sum(axis=-1))
        for name, axis in group:
            ordered[name] = _taken(ordered[name], order, axis + 1)
        orders.append(order)
    return ordered, np.concatenate(orders, axis=1) if orders else np.empty((size, 0), dtype=np.intp)


def matching(
    model: AnyModel, data: object, params: Fields, target: Fields
) -> Generator[None, None, tuple[Fields, bool]]:
    """Return θ with its components in the order of another θ, and whether this has changed their order.

    The order stays unless another one is nearer, as it is not where the components of the other θ are equal.
    """
    groups = yield from interchangeable(model, data)
    if not groups:
        return params, False
    stacked = {name: value[None] for name, value in fields_of(params).items()}
    ordered, _ = in_order_of(stacked, fields_of(target), groups)
    moved = model.make_params({name: value[0] for name, value in ordered.items()})
    nearer = _distance(moved, target) < _distance(params, target) * (1 - EQUAL)
    return (moved, True) if nearer else (params, False)


def exchanged(
    model: AnyModel, params: Fields, groups: Sequence[Group], name: str, index: Index
) -> tuple[Fields, ...]:
    """Return θ, and θ with its components exchanged, once for each component (or pair) that has the entry.

    Parameters
    ----------
    name, index : str, Index
        The entry. In the j-th θ it has the value that entry j of its field has in the first.
    """
    fields, found = fields_of(params), [params]
    for group in groups:
        own = [index[axis] for each, axis in group if each == name]
        places, size = list(dict.fromkeys(own)), _size(fields, group)
        for taken in permutations(range(size), len(places)) if places else ():
            order = _order(places, taken, size)
            if order != list(range(size)):
                found.append(model.make_params(_permuted(fields, group, order)))
    return tuple(found)


def _distance(one: Fields, other: Fields) -> float:
    parts = [np.square(a - b).sum() for a, b in zip(one, other, strict=True)]
    return float(np.sqrt(sum(parts)))


def _order(places: Sequence[int], taken: Sequence[int], size: int) -> list[int]:
    """Return a permutation with some components at some places, and few others moved."""
    order = list(range(size))
    for place, component in zip(places, taken, strict=True):
        other = order.index(component)
        order[place], order[other] = order[other], order[place]
    return order


def _size(fields: Mapping[str, Array], group: Group) -> int:
    (name, axis), *_ = group
    return int(fields[name].shape[axis])


def _permuted(fields: Mapping[str, Array], group: Group, order: Sequence[int]) -> dict[str, Array]:
    moved = dict(fields)
    for name, axis in group:
        moved[name] = np.take(moved[name], order, axis)
    return moved


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
    """Return a generic θ, one EM step from a random start, and its objective; None if all starts fail."""
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
    every = list(range(_size(fields, group)))
    # A swap and a rotation generate all permutations.
    for order in ([1, 0, *every[2:]], [*every[-1:], *every[:-1]]):
        yield
        moved = model.make_params(_permuted(fields, group, order))
        try:
            found = start(model, data, moved).expectation.objective
        except ModelError:
            return False
        if abs(found - height) > EQUAL * abs(height):
            return False
    return True


def _signatures(stacked: Stacked, group: Group, groups: Sequence[Group]) -> Array:
    """Return S features of each component that do not depend on the order of the others, (B, K, S)."""
    movable = {place for each in groups for place in each}
    parts = []
    for name in dict.fromkeys(name for name, _ in group):
        own = [axis + 1 for each, axis in group if each == name]
        values = stacked[name]
        # A matrix such as transitions between states: the diagonal (staying) is a feature of its own.
        if len(own) > 1:
            diagonal = np.diagonal(values, axis1=own[0], axis2=own[1])
            parts.append(np.moveaxis(diagonal, -1, 1))
        others = [axis for each, axis in movable if each == name and axis + 1 != own[0]]
        for axis in others:
            values = np.sort(values, axis=axis + 1)
        parts.append(np.moveaxis(values, own[0], 1))
    return np.concatenate([part.reshape(*part.shape[:2], -1) for part in parts], axis=-1)


def _paired(costs: Array) -> Orders:
    """Return the component for each position, shape (B, K), from costs (B, component, position)."""
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

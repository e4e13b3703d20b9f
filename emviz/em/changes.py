"""What an M-step has changed: which entry of θ each of its lines finds, and which have moved most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em.domains import Parameter, Simplex, Unit
from emviz.em.model import Fields
from emviz.em.numerics import Array
from emviz.em.views import Update, Updates

#: Where each line of an M-step stands in θ laid out flat, field after field; `NOWHERE` for one that does not.
Places: TypeAlias = NDArray[np.intp]
NOWHERE = -1


def laid_out(params: Fields) -> Array:
    """Return θ laid out flat, field after field, shape (entries,)."""
    return np.concatenate([np.ravel(field) for field in params])


def line_places(parameters: Sequence[Parameter], updates: Sequence[Update]) -> Places:
    """Return the entry of θ that each line of the M-step finds, by its label, shape (len(updates),).

    Parameters
    ----------
    parameters : sequence of Parameter
        The fields of θ, in their order.
    updates : sequence of Update
        The lines; those that are written when they are read may know their places themselves.
    """
    if isinstance(updates, Updates) and updates.places is not None:
        return updates.places
    known: dict[str, int] = {}
    start = 0
    for each in parameters:
        numbers = np.arange(int(np.prod(each.shape, dtype=np.intp))).reshape(each.shape)
        known.update({each.label(index): start + int(numbers[index]) for index in each.free})
        start += numbers.size
    return np.array([known.get(update.label, NOWHERE) for update in updates], dtype=np.intp)


def changes(parameters: Sequence[Parameter], before: Fields, after: Fields) -> Array:
    """Return how far each entry of θ has moved, laid out flat.

    A probability by the difference; any other number by the difference over the larger of the two, so that
    minutes and probabilities can be compared.
    """
    return np.concatenate(
        [
            np.ravel(_moved(isinstance(each.domain, Unit | Simplex), old, new))
            for each, old, new in zip(parameters, before, after, strict=True)
        ]
    )


def most_changed(places: Places, moved: Array) -> NDArray[np.intp]:
    """Return the lines of the M-step, those whose entries have moved most first, ties in their order.

    Parameters
    ----------
    places : int array, shape (lines,)
        Where they stand in θ (`line_places`).
    moved : Array
        How far each entry has moved (`changes`).
    """
    own = np.where(places == NOWHERE, -1.0, moved[places])
    return np.argsort(-own, kind="stable")


def _moved(probability: bool, old: Array, new: Array) -> Array:
    gap = np.abs(new - old)
    if probability:
        return np.asarray(gap)
    larger = np.maximum(np.abs(old), np.abs(new))
    return np.asarray(np.divide(gap, larger, out=np.zeros_like(gap), where=larger > 0))

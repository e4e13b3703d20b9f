"""The changes by an M-step: the entry of θ in each of its lines, and which entries have changed most."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em.counts.table import Update, Updates
from emviz.em.domains import Parameter, Simplex, Unit
from emviz.em.model import Fields
from emviz.em.numerics import Array

#: The index of each line of an M-step in the flattened θ; `NOWHERE` for a line that is no entry of θ.
Places: TypeAlias = NDArray[np.intp]
NOWHERE = -1


def laid_out(params: Fields) -> Array:
    """Return θ flattened field by field, shape (entries,)."""
    return np.concatenate([np.ravel(field) for field in params])


def line_places(parameters: Sequence[Parameter], updates: Sequence[Update]) -> Places:
    """Return the index in the flattened θ of each line of the M-step, found by label, (len(updates),).

    Parameters
    ----------
    parameters : sequence of Parameter
        The fields of θ, in order.
    updates : sequence of Update
        The lines; `Updates` may already have the indices.
    """
    if isinstance(updates, Updates) and updates.places is not None:
        return updates.places
    known: dict[str, int] = {}
    start = 0
    for each in parameters:
        known.update({label: start + place for label, place in each.labels.items()})
        start += math.prod(each.shape)
    return np.array([known.get(update.label, NOWHERE) for update in updates], dtype=np.intp)


def changes(parameters: Sequence[Parameter], before: Fields, after: Fields) -> Array:
    """Return the size of the change of each entry of θ, flattened.

    For a probability, the difference; for any other number, the difference relative to the larger of the two,
    so that minutes and probabilities can be compared.
    """
    return np.concatenate(
        [
            np.ravel(_moved(isinstance(each.domain, Unit | Simplex), old, new))
            for each, old, new in zip(parameters, before, after, strict=True)
        ]
    )


def most_changed(places: Places, moved: Array) -> NDArray[np.intp]:
    """Return the indices of the lines of the M-step, the largest change first; ties keep their order.

    Parameters
    ----------
    places : int array, shape (lines,)
        Their indices in the flattened θ (`line_places`).
    moved : Array
        The change of each entry (`changes`).
    """
    # Lines that are no entry of θ come last.
    own = np.where(places == NOWHERE, -1.0, moved[places])
    return np.argsort(-own, kind="stable")


def _moved(probability: bool, old: Array, new: Array) -> Array:
    gap = np.abs(new - old)
    if probability:
        return np.asarray(gap)
    larger = np.maximum(np.abs(old), np.abs(new))
    return np.asarray(np.divide(gap, larger, out=np.zeros_like(gap), where=larger > 0))

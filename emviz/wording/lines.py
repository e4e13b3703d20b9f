"""The lines of an M-step for display: the most changed first, and small matrices of θ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from emviz.em.counts.changes import NOWHERE, Places, changes, laid_out, line_places, most_changed
from emviz.em.counts.table import Update
from emviz.em.domains import Parameter, Simplex, Unit
from emviz.em.model import AnyRound, Fields

#: The least and the most rows and columns of a small matrix.
LEAST, MOST = 2, 6


@dataclass(frozen=True)
class Found:
    """A parameter that the M-step has found.

    Parameters
    ----------
    place : int
        Index of the update.
    update : Update
        The computation of the parameter.
    was : float or None
        Its value at θ(t); None if that is not known.
    words : str
        The parameter in words, for screen readers.
    """

    place: int
    update: Update
    was: float | None
    words: str = ""


@dataclass(frozen=True)
class Entries:
    """A small matrix: a field of θ with two axes, or totals.

    Parameters
    ----------
    symbol : str
        The text in its corner: its symbol.
    rows, columns : tuple of str
        The names along its axes.
    places : int array, shape (rows, columns)
        The index of the line of the M-step for each entry, or of the group that it is a total of.
    values : Array, shape (rows, columns)
        θ(t+1), or the totals.
    were : Array, shape (rows, columns), or None
        θ(t); None for totals.
    components : tuple of int
        The component of each row, which sets its colour.
    depth : Array, shape (rows, columns), or None
        The strength of the colour of each cell, 0 to 1; None if all are highlighted as new.
    whole : bool
        True if units count whole; whole numbers are then shown without decimals.
    words : tuple of tuple of str
        Each entry in words; empty if the names along the axes are enough.
    """

    symbol: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    places: NDArray[np.intp]
    values: NDArray[np.float64]
    were: NDArray[np.float64] | None
    components: tuple[int, ...]
    depth: NDArray[np.float64] | None
    whole: bool = False
    words: tuple[tuple[str, ...], ...] = ()


class Lines:
    """The lines of the M-step of a round.

    Parameters
    ----------
    updates : sequence of Update
        Its lines, in the order of the model.
    parameters : sequence of Parameter
        The fields of θ.
    state : Round
        The round, after its M-step.
    """

    def __init__(self, updates: Sequence[Update], parameters: Sequence[Parameter], state: AnyRound) -> None:
        self._updates = updates
        self._parameters = parameters
        self._before: Fields = state.base.params
        self._after: Fields = state.base.params if state.updated is None else state.updated
        self.iteration = state.base.index + 1

    def __len__(self) -> int:
        return len(self._updates)

    @cached_property
    def _places(self) -> Places:
        # For these particular lines, since their order in a model may depend on the result of the M-step.
        return line_places(self._parameters, self._updates)

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """The indices of the lines, the most changed first."""
        return most_changed(self._places, changes(self._parameters, self._before, self._after))

    @cached_property
    def _were(self) -> NDArray[np.float64]:
        return laid_out(self._before)

    def at(self, place: int) -> Found:
        """Return the line at an index."""
        entry = int(self._places[place])
        was = None if entry == NOWHERE else float(self._were[entry])
        update = self._updates[place]
        return Found(place, update, was, update.label if entry == NOWHERE else self._said(entry))

    def _said(self, entry: int) -> str:
        """Return an entry of the flattened θ in words."""
        field = int(np.searchsorted(self._ends, entry, side="right"))
        each, ends = self._parameters[field], int(self._ends[field])
        size = int(np.prod(each.shape, dtype=np.intp))
        return each.said(tuple(map(int, np.unravel_index(entry - ends + size, each.shape))))

    @cached_property
    def _ends(self) -> NDArray[np.intp]:
        return np.cumsum([int(np.prod(each.shape, dtype=np.intp)) for each in self._parameters])

    def matrices(self) -> Iterator[Entries]:
        """Yield the fields of θ that are small matrices, in the order of θ."""
        start, line_of = 0, np.full(len(self._were), NOWHERE)
        known = np.flatnonzero(self._places != NOWHERE)
        line_of[self._places[known]] = known
        after = laid_out(self._after)
        for each in self._parameters:
            span = slice(start, start := start + int(np.prod(each.shape, dtype=np.intp)))
            if not is_small(each):
                continue
            lines = line_of[span].reshape(each.shape)
            values, were = (numbers[span].reshape(each.shape) for numbers in (after, self._were))
            if np.all(lines != NOWHERE):
                own = tuple(self._updates[int(place)].component for place in lines[:, 0])
                shaded = isinstance(each.domain, Unit | Simplex)
                depth = np.clip(values, 0.0, 1.0) if shaded else None
                rows, columns = each.axes
                words = tuple(tuple(each.said((i, j)) for j in range(len(columns))) for i in range(len(rows)))
                yield Entries(each.symbol, rows, columns, lines, values, were, own, depth, words=words)


def is_small(parameter: Parameter) -> bool:
    """Return whether a field is a matrix of a few rows and columns."""
    return (
        not parameter.fixed
        and len(parameter.shape) == 2
        and all(LEAST <= length <= MOST for length in parameter.shape)
    )

"""The order of the count columns: first those that feed the M-step's lines on the shelf."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from emviz.em.counts.changes import NOWHERE, line_places
from emviz.em.counts.table import CountTable, TotalCell, UpdateCell
from emviz.em.domains import Parameter
from emviz.wording.lines import is_small

#: Number of lines that a shelf shows, and the most lines searched for those of a matrix.
SEEN, FEW = 6, 256
#: Most small matrices that fit on the shelf; with more, none of them decides the order.
MATRICES = 2


def leading_groups(table: CountTable, parameters: Sequence[Parameter]) -> tuple[int, ...]:
    """Return the groups in display order, those that feed the lines on the shelf first.

    Small matrices of θ are always on the shelf, so their sources come first, then those of the first lines,
    in the model's order. The most changed lines differ from step to step, and columns that followed them
    would jump; this order depends on model and data alone. A table may name groups that come before all.

    Parameters
    ----------
    table : CountTable
        The table, with the lines of an M-step.
    """
    groups = range(len(table.groups))
    feeds = table.feeds
    if feeds is None:
        return tuple(dict.fromkeys((*table.leading, *groups)))
    feeding = (
        group
        for line in _lines(table, parameters)
        for group in groups
        if feeds(UpdateCell(line), TotalCell(group))
    )
    return tuple(dict.fromkeys((*table.leading, *feeding, *groups)))


def _lines(table: CountTable, parameters: Sequence[Parameter]) -> Iterator[int]:
    """Yield the lines of small matrices, and then the first ones."""
    if len(table.updates) <= FEW and sum(map(is_small, parameters)) <= MATRICES:
        line_of = {entry: k for k, entry in enumerate(line_places(parameters, table.updates).tolist())}
        end = 0
        for each in parameters:
            first, end = end, end + prod(each.shape)
            lines = [line_of.get(entry, NOWHERE) for entry in range(first, end)]
            if is_small(each) and NOWHERE not in lines:
                yield from lines
    yield from range(min(SEEN, len(table.updates)))

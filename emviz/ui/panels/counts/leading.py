"""Which columns of counts are shown first: those whose totals the lines of the M-step on the shelf read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from emviz.em.changes import NOWHERE, line_places
from emviz.em.domains import Parameter
from emviz.em.views import CountTable, TotalCell, UpdateCell
from emviz.wording.lines import is_small

#: Lines of the M-step that a shelf shows, and up to how many are looked through for those of a matrix.
SEEN, FEW = 6, 256
#: More small matrices than this are not all on the shelf, and none of them leads.
MATRICES = 2


def leading_groups(table: CountTable, parameters: Sequence[Parameter]) -> tuple[int, ...]:
    """Return the groups in the order in which they are shown, those that feed the lines on the shelf first.

    Small matrices of θ are always on the shelf: what they are made of comes first, then what the first lines
    are made of, in the model's own order. Which lines have changed most differs from step to step: columns
    that followed them would jump under the eyes of a class. This order is known before the E-step, and stays
    while model and data do. A table may name groups that come before all.

    Parameters
    ----------
    table : CountTable
        The table, with the lines of an M-step.
    """
    groups = range(len(table.groups))
    feeds = table.feeds
    if feeds is None:
        return tuple(dict.fromkeys((*table.leading, *groups)))
    told = (
        group
        for line in _lines(table, parameters)
        for group in groups
        if feeds(UpdateCell(line), TotalCell(group))
    )
    return tuple(dict.fromkeys((*table.leading, *told, *groups)))


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

"""The hidden variable where a file has it: the labels of the complete-data case."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError, Table
from emviz.em.model import Rows
from emviz.em.views import Tag

Labels = NDArray[np.intp]

#: The component of a row whose label is missing.
UNKNOWN = -1


def true_components(table: Table, column: str, names: Sequence[str]) -> Labels | None:
    """Return the true component of each row, shape (N,), `UNKNOWN` where the label is missing.

    Labels that are the names of components stand for them; other labels are taken in sorted order. None
    where there is no label at all, or where there are more labels than components (`surplus`): they are of
    a model of another size.

    Parameters
    ----------
    table : Table
        The data.
    column : str
        The column with the labels, if the table has it.
    names : sequence of str
        The names of the components.
    """
    distinct = _distinct(table, column)
    if not distinct or len(distinct) > len(names):
        return None
    ranked = list(names) if set(distinct) <= set(names) else distinct
    place = {label: k for k, label in enumerate(ranked)}
    cells: list[str] = table.texts(column).tolist()
    missing: list[bool] = table.missing(column).tolist()
    return np.array(
        [UNKNOWN if gap else place[cell] for cell, gap in zip(cells, missing, strict=True)], dtype=np.intp
    )


def named_places(table: Table, column: str, place: Mapping[str, int]) -> Labels | None:
    """Return the place of each row's label, shape (N,), `UNKNOWN` where the label is missing.

    None where there is no label at all, or one that has no place (`strangers`).

    Parameters
    ----------
    place : mapping of str to int
        What the labels may be.
    """
    if not _distinct(table, column) or strangers(table, column, place):
        return None
    cells: list[str] = table.texts(column).tolist()
    missing: list[bool] = table.missing(column).tolist()
    return np.array(
        [UNKNOWN if gap else place[cell.strip()] for cell, gap in zip(cells, missing, strict=True)],
        dtype=np.intp,
    )


def strangers(table: Table, column: str, place: Collection[str]) -> list[str]:
    """Return the labels that are none of these, in sorted order."""
    return sorted({label.strip() for label in _distinct(table, column)} - set(place))


def of_groups(labels: Labels, groups: Labels, column: str, words: str) -> Labels:
    """Return the label of each group, `UNKNOWN` where no row of it has one, shape (groups,).

    Parameters
    ----------
    labels, groups : integer arrays, shape (N,)
        The label of each row, `UNKNOWN` where it has none, and the group that it belongs to.
    column, words : str
        The column of the labels, and what is wrong where two rows of a group contradict each other.

    Raises
    ------
    DataError
        At the first row whose label is another than that of an earlier row of its group.
    """
    known = np.flatnonzero(labels != UNKNOWN)
    found = np.full(int(groups.max()) + 1, UNKNOWN)
    found[groups[known][::-1]] = labels[known][::-1]
    other = known[found[groups[known]] != labels[known]]
    if len(other):
        raise DataError(f"{words} in an earlier row", int(other[0]) + 1, column)
    return found


def surplus(table: Table, column: str, components: int, words: str) -> str | None:
    """Return a sentence where there are more labels than components, so that they are set aside.

    Parameters
    ----------
    words : str
        What the components are: "clusters".
    """
    labels = len(_distinct(table, column))
    if labels <= components:
        return None
    return (
        f"column {column} tells {labels} {words} apart and the model has {components}: "
        f"it is set aside until there are {labels} {words}"
    )


def all_known(labels: Labels | None) -> TypeGuard[Labels]:
    """Say whether the component of every row is known."""
    return labels is not None and bool(np.all(labels != UNKNOWN))


def label_tags(labels: Labels | None, rows: Rows, names: Sequence[str]) -> tuple[Tag | None, ...] | None:
    """Return the labels of some rows as a table shows them, None where one is missing."""
    if labels is None:
        return None
    return tuple(None if k == UNKNOWN else Tag(names[k], k) for k in labels[rows].tolist())


def _distinct(table: Table, column: str) -> list[str]:
    """Return the different labels in sorted order."""
    if column not in table:
        return []
    known = table.texts(column)[~table.missing(column)].tolist()
    return sorted(set(known))

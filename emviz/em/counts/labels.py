"""Labels: the hidden variable as a column of the file, for the complete-data case."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError, Table
from emviz.em.counts.table import Tag
from emviz.em.model import Rows
from emviz.em.work import blocks

Labels = NDArray[np.intp]

#: The component of a row without a label.
UNKNOWN = -1
#: Rows whose labels are read between two places where the work can be left.
LOOKED = 2**14


def true_components(table: Table, column: str, names: Sequence[str]) -> Labels | None:
    """Return the true component of each row, shape (N,), `UNKNOWN` for a missing label.

    Labels that are names of components are matched by name; otherwise the sorted labels are numbered. None if
    there are no labels, or more labels than components (`surplus`): these belong to a model of another size.

    Parameters
    ----------
    table : Table
        The data.
    column : str
        The column of labels, which the table may lack.
    names : sequence of str
        The names of the components.
    """
    distinct = _distinct(table, column)
    if not distinct or len(distinct) > len(names):
        return None
    ranked = list(names) if set(distinct) <= set(names) else distinct
    return _placed(table, column, {label: k for k, label in enumerate(ranked)})


def named_places(table: Table, column: str, place: Mapping[str, int]) -> Labels | None:
    """Return the index of each row's label, shape (N,), `UNKNOWN` for a missing label.

    None if there are no labels, or one that is not allowed (`strangers`).

    Parameters
    ----------
    place : mapping of str to int
        The allowed labels with their indices.
    """
    if not _distinct(table, column) or strangers(table, column, place):
        return None
    spelled = {label: place[label.strip()] for label in _distinct(table, column)}
    return _placed(table, column, spelled)


def strangers(table: Table, column: str, place: Collection[str]) -> list[str]:
    """Return the labels that are not allowed, sorted."""
    return sorted({label.strip() for label in _distinct(table, column)} - set(place))


def of_groups(labels: Labels, groups: Labels, column: str, words: str) -> Labels:
    """Return the label of each group, `UNKNOWN` if no row of the group has one, shape (groups,).

    Parameters
    ----------
    labels, groups : integer arrays, shape (N,)
        The label of each row, `UNKNOWN` if missing, and its group.
    column, words : str
        The column of the labels, and the error message if two rows of a group contradict each other.

    Raises
    ------
    DataError
        At the first row whose label differs from that of an earlier row of its group.
    """
    known = np.flatnonzero(labels != UNKNOWN)
    found = np.full(int(groups.max()) + 1, UNKNOWN)
    # Reversed, because with repeated indices the last assignment wins, and the first row should.
    found[groups[known][::-1]] = labels[known][::-1]
    other = known[found[groups[known]] != labels[known]]
    if len(other):
        raise DataError(f"{words} in an earlier row", int(other[0]) + 1, column)
    return found


def surplus(table: Table, column: str, components: int, words: str) -> str | None:
    """Return a sentence if there are more labels than components, so that they are ignored, or None.

    Parameters
    ----------
    words : str
        The word for the components: "clusters".
    """
    labels = len(_distinct(table, column))
    if labels <= components:
        return None
    return (
        f"column {column} has {labels} different {words} and the model has {components}: "
        f"it is not used until the model has {labels} {words}"
    )


def all_known(labels: Labels | None) -> TypeGuard[Labels]:
    """Say whether the component of every row is known."""
    return labels is not None and bool(np.all(labels != UNKNOWN))


def label_tags(labels: Labels | None, rows: Rows, names: Sequence[str]) -> tuple[Tag | None, ...] | None:
    """Return the labels of some rows as tags of the count table, None for a missing one."""
    if labels is None:
        return None
    return tuple(None if k == UNKNOWN else Tag(names[k], k) for k in labels[rows].tolist())


def _distinct(table: Table, column: str) -> list[str]:
    """Return the distinct labels, sorted."""
    if column not in table:
        return []
    texts, missing, found = table.texts(column), table.missing(column), set[str]()
    for part in blocks(table.rows, LOOKED):
        found.update(texts[part][~missing[part]].tolist())
    return sorted(found)


def _placed(table: Table, column: str, place: Mapping[str, int]) -> Labels:
    """Return the index of each row's label, shape (N,), `UNKNOWN` for a missing label."""
    texts, missing = table.texts(column), table.missing(column)
    found = np.full(table.rows, UNKNOWN)
    for part in blocks(table.rows, LOOKED):
        known = ~missing[part]
        found[part][known] = [place[cell] for cell in texts[part][known].tolist()]
    return found

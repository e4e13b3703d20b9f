"""The hidden variable where a file has it: the labels of the complete-data case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import Table
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

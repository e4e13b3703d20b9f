"""The hidden variable where a file has it: the labels of the complete-data case."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError, Table

#: What a file may write where the label is not known.
UNKNOWN = ("", "?")


def true_components(table: Table, column: str, names: Sequence[str]) -> NDArray[np.intp] | None:
    """Return the true component of each row, shape (N,), or None where any is not known.

    Labels that are the names of components stand for them; other labels are taken in sorted order.

    Parameters
    ----------
    table : Table
        The data.
    column : str
        The column with the labels, if the table has it.
    names : sequence of str
        The names of the components.

    Raises
    ------
    DataError
        Where there are more labels than components.
    """
    if column not in table:
        return None
    labels = table.texts(column).tolist()
    distinct = set(labels)
    if not distinct.isdisjoint(UNKNOWN):
        return None
    ranked = list(names) if distinct <= set(names) else sorted(distinct)
    if len(ranked) > len(names):
        late = ranked[len(names)]
        raise DataError(
            f"{late!r} is one more than the {len(names)} of the model", labels.index(late) + 1, column
        )
    place = {label: k for k, label in enumerate(ranked)}
    return np.array([place[label] for label in labels], dtype=np.intp)

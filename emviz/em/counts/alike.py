"""Groups of rows with equal observed values, each of which is one row of a count table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from emviz.em.model import Rows

#: The most rows that the title of a derivation names.
NAMED = 3


@dataclass(frozen=True, eq=False)
class Alike:
    """The G groups of equal rows among N rows, in the order of their first rows.

    Parameters
    ----------
    first : int array, shape (G,)
        The first row of each group, which represents it in the table.
    group : int array, shape (N,)
        The group of each row.
    """

    first: Rows
    group: Rows

    @classmethod
    def of(cls, which: Rows) -> Alike:
        """Return the groups of rows with equal numbers in `which`, shape (N,)."""
        _, first, back = np.unique(which, return_index=True, return_inverse=True)
        order = np.argsort(first)
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        return cls(first[order], place[back.ravel()])

    @property
    def repeat(self) -> bool:
        """Whether any two rows are equal."""
        return len(self.first) < len(self.group)

    @cached_property
    def _members(self) -> list[Rows]:
        order = np.argsort(self.group, kind="stable")
        return np.split(order, np.cumsum(np.bincount(self.group))[:-1])

    def like(self, row: int) -> Rows:
        """Return all rows of the group of a row, in the order of the data."""
        return self._members[int(self.group[row])]

    def shown(self, row: int) -> int:
        """Return the row that represents the group of a row."""
        return int(self.first[self.group[row]])

    def called(self, row: int) -> str:
        """Return the rows of a group in words: "row 1", "rows 1, 7, 12", "rows 1, 7, 12 and 15 more"."""
        rows = self.like(row) + 1
        named, more = ", ".join(f"{each}" for each in rows[:NAMED].tolist()), len(rows) - NAMED
        return f"row{'s' * (len(rows) > 1)} {named}" + (f" and {more:,} more" if more > 0 else "")

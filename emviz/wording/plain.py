"""The columns of the count table with whole numbers only, which are shown without decimals."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from emviz.em.counts.table import CountTable
from emviz.wording.counts import Whole


class Plain:
    """Decides whether a column is shown without decimals, the same for its rows and its total.

    With soft shares, a number without decimals has to be exact: all rows must be available, and a share does
    not count as 1 if the rest is only too small for a float.

    Parameters
    ----------
    table : CountTable or None
        The available rows.
    rows : int
        The number of rows of the data.
    whole : bool
        True if the method counts each row whole.
    """

    def __init__(self, table: CountTable | None, rows: int, whole: bool) -> None:
        self._table = table
        self._rows, self._whole = rows, whole
        self._counts: dict[int, Whole] = {}

    @cached_property
    def _exact(self) -> bool:
        table = self._table
        if table is None or table.shares is None:
            return False
        alone = np.count_nonzero(table.shares, axis=1) <= 1
        sure = bool(np.all(alone | np.all(table.shares != 1, axis=1)))
        return self._whole or (sure and len(table.observed) == self._rows)

    def shares(self, completion: int) -> bool:
        """Return whether all shares of a completion in the available rows are 0 or 1."""
        table = self._table
        if table is None or table.shares is None or not self._exact:
            return False
        return bool(np.all(table.shares[:, completion] % 1 == 0))

    def counts(self, group: int) -> Whole:
        """Return whether the counts of each symbol of a group are whole numbers; empty before the E-step.

        In hard EM, rows may have parts of ambiguous letters, so there the total decides.
        """
        if group not in self._counts:
            self._counts[group] = tuple(self._found(group)) if self._exact else ()
        return self._counts[group]

    def _found(self, group: int) -> list[bool]:
        table = self._table
        assert table is not None
        if table.totals is None or table.counts is None:
            return []
        span = table.spans[group]
        # The total is exact over all rows; with soft shares, every row must be whole as well.
        whole = table.totals[span] % 1 == 0
        if not self._whole:
            whole &= np.all(table.counts[:, span] % 1 == 0, axis=0)
        found: list[bool] = whole.tolist()
        return found

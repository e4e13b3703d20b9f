"""Which columns of the count table hold whole numbers alone, and are told without decimals."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from emviz.em.views import CountTable
from emviz.wording.counts import Whole


class Plain:
    """Decides by what a column holds, the same for its rows and its total.

    Where rows are shared a number without decimals has to be exact: all rows must be at hand, and a share is
    not 1 where what is missing is only too small for a float.

    Parameters
    ----------
    table : CountTable or None
        The rows at hand.
    rows : int
        How many rows the data have.
    whole : bool
        The method counts each row whole.
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
        """Return whether all shares of a completion are 0 or 1, as far as rows are at hand."""
        table = self._table
        if table is None or table.shares is None or not self._exact:
            return False
        return bool(np.all(table.shares[:, completion] % 1 == 0))

    def counts(self, group: int) -> Whole:
        """Return for each symbol of a group whether its counts are whole numbers; nothing before the E-step.

        Rows that are counted whole may have parts of letters that are not known: there the total decides.
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
        whole = table.totals[span] % 1 == 0
        if not self._whole:
            whole &= np.all(table.counts[:, span] % 1 == 0, axis=0)
        found: list[bool] = whole.tolist()
        return found

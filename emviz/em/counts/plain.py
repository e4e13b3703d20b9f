"""Count table of a model that defines none."""

from __future__ import annotations

from functools import partial

import numpy as np

from emviz.em.counts.derivation import MOST_TERMS, given
from emviz.em.counts.table import Cell, CountTable, Derivation, Group, Line, TotalCell
from emviz.em.records import C, Fields, P, Phase, Round, Rows, fields_of


def count_table(state: Round[P, C], rows: Rows) -> CountTable:
    """Return a table with totals only, one group of columns for each field of the counts."""
    counts = state.base.expectation.counts
    groups = tuple(
        Group(name.replace("_", " "), k, tuple(map(str, range(1, value.size + 1))) if value.ndim else ("",))
        for k, (name, value) in enumerate(fields_of(counts).items())
    )
    return CountTable(
        heading="row",
        observed=tuple(f"row {row + 1}" for row in rows.tolist()),
        alphabet=(),
        completions=(),
        groups=groups,
        shares=None,
        counts=None,
        totals=None if state.phase is Phase.START else np.concatenate([np.ravel(each) for each in counts]),
        updates=(),
        names=None,
        labels=None,
        reference=(),
        derive=partial(_derive, counts),
    )


def _derive(counts: Fields, cell: Cell, places: int) -> Derivation:
    """Return the totals of a field, without a derivation, which the model does not give."""
    place = cell.group if isinstance(cell, TotalCell) else 0
    name, value = list(fields_of(counts).items())[place]
    shown = [given(float(each), places) for each in np.ravel(value)[:MOST_TERMS]]
    more = [r"\ldots"] if value.size > MOST_TERMS else []
    words = "These are the expected counts over all rows; this model does not show how they are derived."
    line = Line(r",\ ".join(shown + more), words)
    return Derivation(f"Where does the total of {name.replace('_', ' ')} come from?", place, (line,))

"""The count table of a covariance model: what becomes of the pairs and of the loops of each sequence."""

from __future__ import annotations

import numpy as np

from emviz.em import views as view
from emviz.em.model import Phase, Rows
from emviz.em.numerics import Array
from emviz.models.rna import steps
from emviz.models.rna.data import RnaData, RnaRound
from emviz.models.rna.derive import Derivations
from emviz.models.rna.lines import updates
from emviz.models.rna.parses import best_parses, missing_pairs
from emviz.models.rna.rows import groups, row_counts, totals
from emviz.models.rna.structure import Structure

#: How many pairs of a sequence are formed: what the completions are sorted by.
COMPLETIONS = ("all", "all but 1", "fewer")
#: Letters of a sequence that the table shows.
SHOWN = 24


def count_table(data: RnaData, state: RnaRound, rows: Rows, pseudocount: float) -> view.CountTable:
    """Return the table of Figure 1b for some rows."""
    weighed = state.phase is not Phase.START
    params, counts = state.base.params, state.base.expectation.counts
    reference = data.labelled
    return view.CountTable(
        heading="sequence",
        observed=tuple(observed(data.texts[row]) for row in rows),
        alphabet=(),
        completions=tuple(
            view.Tag(f"{state.letter}({name})", k) for k, name in enumerate(completions(data.structure))
        ),
        groups=groups(data.structure),
        shares=_shares(data, state, rows) if weighed else None,
        counts=row_counts(data, params, rows, state.whole) if weighed else None,
        totals=totals(data.structure, counts) if weighed else None,
        updates=updates(data, counts, pseudocount) if state.updated else (),
        names=None,
        labels=_labels(data, rows),
        reference=() if reference is None else updates(data, reference, pseudocount),
        derive=Derivations(data, state, pseudocount).derive,
    )


def _shares(data: RnaData, state: RnaRound, rows: Rows) -> Array:
    """Return the part of each sequence that is counted for each completion, shape (len(rows), planes)."""
    if not state.whole:
        return steps.posterior(data, state.base.params, rows)
    columns = best_parses(data, state.base.params, rows).columns
    return np.asarray(np.eye(steps.planes(data.structure))[missing_pairs(data.structure, columns)])


def completions(structure: Structure) -> tuple[str, ...]:
    """Return the names of the completions."""
    return COMPLETIONS[: steps.planes(structure)]


def observed(text: str) -> str:
    """Return the letters of a sequence, the first of them where they are many."""
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _labels(data: RnaData, rows: Rows) -> tuple[view.Tag, ...] | None:
    if data.columns is None:
        return None
    names = completions(data.structure)
    known = missing_pairs(data.structure, data.columns[rows])
    return tuple(view.Tag(names[k], int(k)) for k in known)

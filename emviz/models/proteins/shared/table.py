"""The count table of the layer "shared", and where each of its numbers comes from."""

from __future__ import annotations

from functools import partial

import numpy as np

from emviz.em import views as view
from emviz.em.derivation import (
    MOST_TERMS,
    equals,
    factor,
    given,
    ratio_digits,
    rounded,
    sum_line,
    upright,
    whole_line,
)
from emviz.em.labels import UNKNOWN, label_tags
from emviz.em.model import Phase, Rows
from emviz.em.numerics import Array
from emviz.em.rounding import decimal, figures
from emviz.models.proteins.shared import steps
from emviz.models.proteins.shared.steps import SharedCounts, SharedData, SharedParams, SharedRound

COMPLETIONS = ("this", "another")
ALL_WORDS = "The exact shares of all peptides of this protein are added, and rounded only for display."


def count_table(data: SharedData, state: SharedRound, rows: Rows) -> view.CountTable:
    """Return the table: the share of a peptide that each protein gets, and what it counts."""
    weighed, pairs = state.phase is not Phase.START, data.pairs
    own = _counted(data, state)[rows]
    counts = np.zeros((len(rows), len(pairs.proteins)))
    counts[np.arange(len(rows)), pairs.protein[rows]] = pairs.probability[pairs.peptide[rows]] * own
    reference = steps.known(data)
    return view.CountTable(
        heading="peptide – protein · probability",
        observed=tuple(pairs.told(row) for row in rows.tolist()),
        alphabet=(),
        completions=tuple(view.Tag(f"{state.letter}({name})", k) for k, name in enumerate(COMPLETIONS)),
        groups=tuple(view.Group(name, n, ("peptides",)) for n, name in enumerate(pairs.proteins)),
        shares=np.stack([own, 1 - own], axis=-1) if weighed else None,
        counts=counts if weighed else None,
        totals=state.base.expectation.counts.peptides.copy() if weighed else None,
        updates=updates(data, state.base.expectation.counts, state.updated) if state.updated else (),
        names=None,
        labels=_labels(data, rows),
        reference=() if reference is None else updates(data, reference, steps.shared_out(reference)),
        derive=partial(_derive, data, state),
    )


def _counted(data: SharedData, state: SharedRound) -> Array:
    """Return the part of its peptide that is counted for the protein of each row, shape (R,)."""
    part = steps.chosen_of if state.whole else steps.responsibilities
    return part(data, state.base.params)


def _labels(data: SharedData, rows: Rows) -> tuple[view.Tag | None, ...] | None:
    if data.true is None:
        return None
    true = data.true[data.pairs.peptide]
    return label_tags(np.where(true == UNKNOWN, UNKNOWN, true != data.pairs.protein), rows, COMPLETIONS)


def updates(data: SharedData, counts: SharedCounts, updated: SharedParams) -> tuple[view.Update, ...]:
    """Return θ_n = peptides_n / Σ peptides of every protein."""
    sums = tuple(counts.peptides.tolist())
    terms = sums if len(sums) <= MOST_TERMS else (sum(sums),)
    return tuple(
        view.Update(f"θ_{name}", n, sums[n], terms, float(updated.abundance[n]))
        for n, name in enumerate(data.pairs.proteins)
    )


def _derive(data: SharedData, state: SharedRound, cell: view.Cell, places: int) -> view.Derivation:
    """Return the lines from a cell of the table up to the abundance that it ends in."""
    pairs = data.pairs
    if isinstance(cell, view.ShareCell):
        n, what = (
            int(pairs.protein[cell.row]),
            f"{state.letter}({COMPLETIONS[cell.place]}) in row {cell.row + 1}",
        )
        own = _row_lines(data, state, cell.row, cell.place, places)
    elif isinstance(cell, view.CountCell):
        n, what = cell.group, f"the count of {pairs.proteins[cell.group]} in row {cell.row + 1}"
        own = _row_lines(data, state, cell.row, 0, places)
        if n != pairs.protein[cell.row]:
            told = f"This row is about {pairs.proteins[int(pairs.protein[cell.row])]}: it adds nothing here."
            own = [view.Line("0", told)]
    else:
        n = cell.group if isinstance(cell, view.TotalCell) else cell.place
        label = f"the total of {pairs.proteins[n]}"
        what, own = (label if isinstance(cell, view.TotalCell) else f"θ_{pairs.proteins[n]}"), []
    lines = (*own, _total_line(data, state, n, places), _m_line(data, state, n, places))
    return view.Derivation(f"Where does {what} come from?", n, lines)


def _row_lines(data: SharedData, state: SharedRound, row: int, place: int, places: int) -> list[view.Line]:
    own = float(_counted(data, state)[row])
    whole = [whole_line(COMPLETIONS[place], 1 - own if place else own, "protein")] if state.whole else []
    return [
        _share_line(data, state, row, place, places),
        *whole,
        _counted_line(data, state, row, places),
    ]


def _share_line(data: SharedData, state: SharedRound, row: int, place: int, places: int) -> view.Line:
    pairs, abundance = data.pairs, state.base.params.abundance
    parents = pairs.protein[pairs.peptide == pairs.peptide[row]]
    own = pairs.protein[row]
    share = float(steps.responsibilities(data, state.base.params)[row])
    share = 1 - share if place else share
    top = [n for n in parents if (n == own) != bool(place)]
    above, below = (_summed(abundance[some], places) for some in (top, parents))
    told = "from the protein of this row" if not place else "from another"
    return view.Line(
        rf"P(\mathrm{{{COMPLETIONS[place]}}}) = \frac{{{above}}}{{{below}}} "
        rf"{equals(share, places + 1)} {decimal(share, places + 1)}",
        f"E-step: that the peptide came {told}, among the abundances of all proteins that hold it (Bayes).",
    )


def _summed(values: Array, places: int) -> str:
    return " + ".join(given(float(value), places + 1) for value in values) or "0"


def _counted_line(data: SharedData, state: SharedRound, row: int, places: int) -> view.Line:
    pairs, n = data.pairs, int(data.pairs.protein[row])
    share = float(_counted(data, state)[row])
    probability = float(pairs.probability[pairs.peptide[row]])
    count = share * probability
    return view.Line(
        rf"{factor(share, probability, places)} \cdot {rounded(probability, 9)} {equals(count, places)} "
        rf"{decimal(count, places)}\,\mathrm{{peptides}}",
        f"The peptide counts as {figures(probability, 4)} of one, and this share of it for "
        f"{pairs.proteins[n]}.",
    )


def _total_line(data: SharedData, state: SharedRound, n: int, places: int) -> view.Line:
    pairs = data.pairs
    own = np.flatnonzero(pairs.protein == n)
    some = own[:MOST_TERMS]
    shares = _counted(data, state)[some]
    terms = (shares * pairs.probability[pairs.peptide[some]]).tolist()
    total = float(state.base.expectation.counts.peptides[n])
    return sum_line(terms, total, len(own), places, r"\,\mathrm{peptides}", ALL_WORDS)


def _m_line(data: SharedData, state: SharedRound, n: int, places: int) -> view.Line:
    counts = state.base.expectation.counts
    update = updates(data, counts, state.updated or steps.shared_out(counts))[n]
    digits = ratio_digits(update, places)
    bottom = " + ".join(decimal(term, digits) for term in update.terms)
    return view.Line(
        rf"\theta_{{{upright(data.pairs.proteins[n])}}} = "
        rf"\frac{{{decimal(update.numerator, digits)}}}{{{bottom}}} "
        rf"{equals(update.value, places + 1)} {decimal(update.value, places + 1)}",
        "M-step: the expected peptides of the protein among those of all proteins, as if observed.",
    )

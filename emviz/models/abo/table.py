"""The count table of the ABO model, and where each of its numbers comes from."""

from __future__ import annotations

from functools import partial

import numpy as np

from emviz.em import views as view
from emviz.em.derivation import (
    MOST_TERMS,
    bayes_lines,
    equals,
    given,
    people_line,
    ratio_line,
    sum_line,
    whole_line,
)
from emviz.em.model import Phase, Rows
from emviz.em.numerics import Array
from emviz.em.rounding import decimal
from emviz.models.abo.steps import (
    ALLELES,
    BEHIND,
    COLOURS,
    GENES,
    GENOTYPES,
    PHENOTYPES,
    WAYS,
    AboCounts,
    AboData,
    AboParams,
    AboRound,
    frequencies,
    genotype_logs,
    shares,
)


def count_table(data: AboData, state: AboRound, rows: Rows) -> view.CountTable:
    """Return the table of Figure 1b: each phenotype shared between its genotypes, and their genes."""
    weighed = state.phase is not Phase.START
    weights = _counted(state)[data.phenotype[rows]]
    counts = state.base.expectation.counts
    return view.CountTable(
        heading="phenotype",
        observed=tuple(
            f"{PHENOTYPES[place]}: {count:.0f}"
            for place, count in zip(data.phenotype[rows], data.count[rows], strict=True)
        ),
        alphabet=(),
        completions=tuple(
            view.Tag(f"{state.letter}({name})", k) for name, k in zip(GENOTYPES, COLOURS, strict=True)
        ),
        groups=tuple(view.Group(f"allele {name}", k, ("genes",)) for k, name in enumerate(ALLELES)),
        shares=weights if weighed else None,
        counts=(weights @ GENES) * data.count[rows, None] if weighed else None,
        totals=counts.genotypes @ GENES if weighed else None,
        updates=_updates(counts, state.updated) if state.updated else (),
        names=None,
        labels=None,
        reference=(),
        derive=partial(_derive, data, state),
    )


def _counted(state: AboRound) -> Array:
    """Return the part of each phenotype that is counted for each genotype, shape (4, 6)."""
    found = shares(state.base.params.allele)
    return np.asarray(np.eye(len(GENOTYPES))[found.argmax(axis=-1)]) if state.whole else found


def _derive(data: AboData, state: AboRound, cell: view.Cell, places: int) -> view.Derivation:
    """Return the lines from a cell of the table up to the frequencies that it ends in."""
    own: list[view.Line] = []
    if isinstance(cell, view.ShareCell):
        k, ends = COLOURS[cell.place], np.flatnonzero(GENES[cell.place]).tolist()
        what = f"{state.letter}({GENOTYPES[cell.place]}) in row {cell.row + 1}"
        own = _share_lines(data, state, cell.row, cell.place, places)
        if cell.place not in BEHIND[data.phenotype[cell.row]]:
            ends = []
    elif isinstance(cell, view.CountCell):
        k, ends = cell.group, [cell.group]
        what = f"the count of allele {ALLELES[k]} in row {cell.row + 1}"
        own = _count_lines(data, state, cell.row, k, places)
    else:
        k = cell.group if isinstance(cell, view.TotalCell) else cell.place
        ends = [k]
        what = f"the total of allele {ALLELES[k]}" if isinstance(cell, view.TotalCell) else f"p_{ALLELES[k]}"
    upwards = [line for allele in ends for line in _upwards(data, state, allele, places)]
    return view.Derivation(f"Where does {what} come from?", k, (*own, *upwards))


def _share_lines(data: AboData, state: AboRound, row: int, place: int, places: int) -> list[view.Line]:
    """Return the lines on the share of one genotype in one row, and the people that it makes."""
    phenotype, name = int(data.phenotype[row]), GENOTYPES[place]
    behind, params = BEHIND[phenotype], state.base.params
    if place not in behind:
        told = f"Genotype {name} does not have phenotype {PHENOTYPES[phenotype]}."
        return [view.Line(rf"{state.letter}(\mathrm{{{name}}}) = 0", told)]
    share = float(shares(params.allele)[phenotype, place])
    joint = [_product(params, each, places) for each in behind]
    logs = genotype_logs(params.allele)[list(behind)].tolist()
    asked = f"E-step: how probable {name} is, against all genotypes of this phenotype (Bayes)."
    bayes = bayes_lines(name, behind.index(place), joint, logs, share, places + 1, asked)
    counted = f"So this share of the people with phenotype {PHENOTYPES[phenotype]} is counted as {name}."
    taken = float(_counted(state)[phenotype, place])
    whole = [whole_line(name, taken, "genotype")] if state.whole else []
    return [*bayes, *whole, people_line(taken, float(data.count[row]), places, name, counted)]


def _count_lines(data: AboData, state: AboRound, row: int, allele: int, places: int) -> list[view.Line]:
    """Return the lines on the genes of one kind that one row gives."""
    phenotype, count = int(data.phenotype[row]), float(data.count[row])
    bearers = [place for place in BEHIND[phenotype] if GENES[place, allele]]
    if not bearers:
        told = f"Nobody with phenotype {PHENOTYPES[phenotype]} has allele {ALLELES[allele]}."
        return [view.Line(r"0\,\mathrm{genes}", told)]
    lines = [line for place in bearers for line in _share_lines(data, state, row, place, places)]
    people = _counted(state)[phenotype] * count
    terms = [rf"{GENES[place, allele]:.0f} \times {given(float(people[place]), places)}" for place in bearers]
    total = float(people @ GENES[:, allele])
    formula = rf"{' + '.join(terms)} {equals(total, places)} {decimal(total, places)}\,\mathrm{{genes}}"
    return [*lines, view.Line(formula, f"So many genes {ALLELES[allele]} has each of these people.")]


def _upwards(data: AboData, state: AboRound, allele: int, places: int) -> list[view.Line]:
    """Return the total of an allele and its M-step, found already or as it will be."""
    counts = state.base.expectation.counts
    first = np.arange(min(len(data.phenotype), MOST_TERMS))
    people = _counted(state)[data.phenotype[first]] * data.count[first, None]
    genes = (people @ GENES[:, allele]).tolist()
    update = _updates(counts, state.updated or frequencies(counts))[allele]
    words = "The exact counts of all rows are added, and rounded only for display."
    last = "M-step: these counts are treated as if they had been observed."
    return [
        sum_line(genes, update.numerator, len(data.phenotype), places, r"\,\mathrm{genes}", words),
        ratio_line(update, places, last),
    ]


def _product(params: AboParams, place: int, places: int) -> str:
    """Return P(genotype) as LaTeX, with the frequencies put in."""
    first, second = (
        given(float(params.allele[ALLELES.index(each)]), places + 1) for each in GENOTYPES[place]
    )
    return f"{first}^{{2}}" if WAYS[place] == 1 else rf"2 \cdot {first} \cdot {second}"


def _updates(counts: AboCounts, updated: AboParams) -> tuple[view.Update, ...]:
    genes = tuple((counts.genotypes @ GENES).tolist())
    return tuple(
        view.Update(f"p_{name}", k, genes[k], genes, float(updated.allele[k]))
        for k, name in enumerate(ALLELES)
    )

"""The count table of the haplotypes, and where each of its numbers comes from."""

from __future__ import annotations

import math
import operator
from decimal import Decimal
from functools import partial

import numpy as np

from emviz.data.things import things
from emviz.em import views as view
from emviz.em.derivation import (
    MOST_TERMS,
    agreed,
    bayes_lines,
    counted_line,
    equals,
    given,
    ratio_line,
    sum_line,
    whole_line,
)
from emviz.em.labels import UNKNOWN
from emviz.em.model import Phase, Rows
from emviz.em.numerics import Array, log_sum_exp
from emviz.em.rounding import decimal
from emviz.models.haplotype.data import HaplotypeCounts, HaplotypeData
from emviz.models.haplotype.pictures import HaplotypeRound
from emviz.models.haplotype.steps import (
    HaplotypeParams,
    log_pair_chances,
    ranked_pairs,
    row_copies,
    row_pairs,
    row_shares,
    update,
)

RANKS = ("1st", "2nd", "3rd")
COPIES = "copies"


def _ranks(data: HaplotypeData) -> tuple[str, ...]:
    """Return the ranks that any row can fill."""
    return RANKS[: int(data.sizes.max())]


def table_of(data: HaplotypeData, state: HaplotypeRound, rows: Rows) -> view.CountTable:
    """Return the table of Figure 1b: the likeliest phases of each row, and the copies of each haplotype."""
    weighed = state.phase is not Phase.START
    shares = row_shares(data, state.base.params, rows, state.whole)
    pairs, told, rest = ranked_pairs(data, shares, rows, len(_ranks(data)))
    reference = data.labelled
    return view.CountTable(
        heading="genotypes",
        observed=tuple(_observed(data, row) for row in rows),
        alphabet=(),
        completions=tuple(view.Tag(rank, k) for k, rank in enumerate((*_ranks(data), "others"))),
        groups=tuple(view.Group(name, h, (COPIES,)) for h, name in enumerate(data.names)),
        shares=np.column_stack([told, rest]) if weighed else None,
        counts=row_copies(data, shares, rows) if weighed else None,
        totals=state.base.expectation.counts.copies.copy() if weighed else None,
        updates=_updates(data, state.base.expectation.counts, state.updated) if state.updated else (),
        names=tuple(
            (*("" if pair < 0 else data.pair_name(pair) for pair in line), _others(data, row))
            for line, row in zip(pairs.tolist(), rows.tolist(), strict=True)
        ),
        labels=None
        if data.phase is None
        else tuple(_label(data, pair) for pair in data.phase[rows].tolist()),
        reference=() if reference is None else _updates(data, reference, update(data, reference)),
        derive=partial(_derive, data, state),
    )


def _observed(data: HaplotypeData, row: int) -> str:
    text = data.written(int(data.which[row]))
    return f"{text} × {data.people[row]:.0f}" if data.counted else text


def _others(data: HaplotypeData, row: int) -> str:
    more = int(data.sizes[data.which[row]]) - len(RANKS)
    return f"{more:,} more" if more > 0 else ""


def _label(data: HaplotypeData, pair: int) -> view.Tag | None:
    return None if pair == UNKNOWN else view.Tag(data.pair_name(pair), int(data.first[pair]))


def _updates(
    data: HaplotypeData, counts: HaplotypeCounts, updated: HaplotypeParams
) -> tuple[view.Update, ...]:
    """Return p_h = copies / (2 × people) for every haplotype."""
    told = zip(data.names, counts.copies.tolist(), updated.frequency.tolist(), strict=True)
    bottom = (2 * data.total,)
    return tuple(view.Update(f"p_{name}", h, copies, bottom, p) for h, (name, copies, p) in enumerate(told))


def _derive(data: HaplotypeData, state: HaplotypeRound, cell: view.Cell, places: int) -> view.Derivation:
    """Return the lines from a cell of the table up to the frequency that it ends in."""
    if isinstance(cell, view.ShareCell):
        return _share(data, state, cell, places)
    h = cell.place if isinstance(cell, view.UpdateCell) else cell.group
    name, upwards = data.names[h], _upwards(data, state, h, places)
    if isinstance(cell, view.UpdateCell):
        return view.Derivation(f"Where does p_{name} come from?", h, upwards)
    if isinstance(cell, view.TotalCell):
        return view.Derivation(f"Where does the total of {name} come from?", h, upwards)
    title = f"Where do the copies of {name} in row {cell.row + 1} come from?"
    return view.Derivation(title, h, (*_count_lines(data, state, cell.row, h, places), *upwards))


def _share(data: HaplotypeData, state: HaplotypeRound, cell: view.ShareCell, places: int) -> view.Derivation:
    """Return where the share of a phase comes from, or the one of all phases that are not told."""
    rows = np.array([cell.row])
    shares = row_shares(data, state.base.params, rows, state.whole)
    pairs, told, rest = ranked_pairs(data, shares, rows, len(_ranks(data)))
    if cell.place == len(_ranks(data)):
        title = f"Where does the share of the others in row {cell.row + 1} come from?"
        top = " - ".join(["1", *(decimal(share, places + 1) for share in told[0].tolist())])
        value = f"{equals(float(rest[0]), places + 1)} {decimal(float(rest[0]), places + 1)}"
        words = "What the phases told leave: all shares of a row add up to 1."
        return view.Derivation(title, cell.place, (view.Line(f"{top} {value}", words),))
    pair = int(pairs[0, cell.place])
    if pair < 0:
        title = f"Why is there no {RANKS[cell.place]} phase in row {cell.row + 1}?"
        return view.Derivation(title, cell.place, (_phases_line(data, cell.row),))
    h, k = int(data.first[pair]), int(data.second[pair])
    share, people = float(told[0, cell.place]), float(data.people[cell.row])
    amounts = {data.names[h]: 2 * people} if h == k else {data.names[h]: people, data.names[k]: people}
    counted = f"Each of the two haplotypes is counted with this share, for {_people(people)}."
    return view.Derivation(
        f"Where does {state.letter}({data.pair_name(pair)}) in row {cell.row + 1} come from?",
        h,
        (
            *_bayes(data, state, cell.row, pair, places),
            counted_line(share, amounts, places, counted),
            *_upwards(data, state, h, places),
        ),
    )


def _people(people: float) -> str:
    return "one person" if people == 1 else things(people, "person", "people")


def _phases_line(data: HaplotypeData, row: int) -> view.Line:
    genotype = int(data.which[row])
    start, size = int(data.starts[genotype]), int(data.sizes[genotype])
    names = r",\ ".join(_tex(data, pair) for pair in range(start, start + size))
    words = "These are all pairs of haplotypes that make up this genotype."
    return view.Line(rf"{names}", words)


def _tex(data: HaplotypeData, pair: int) -> str:
    return rf"\mathrm{{{data.pair_name(pair).replace(' ', '')}}}"


def _bayes(
    data: HaplotypeData, state: HaplotypeRound, row: int, pair: int, places: int
) -> tuple[view.Line, ...]:
    """Return the share of one pair of haplotypes against all pairs of the genotype, and what is counted."""
    genotype, params = int(data.which[row]), state.base.params
    start, size = int(data.starts[genotype]), int(data.sizes[genotype])
    share, taken = (
        float(row_shares(data, params, np.array([row]), whole)[0, pair - start])
        for whole in (False, state.whole)
    )
    if size <= MOST_TERMS:
        pairs = list(range(start, start + size))
        joint = [_joint(data, params, one, places) for one in pairs]
        logs = log_pair_chances(data, params.frequency, np.array(pairs)).tolist()
        k = pair - start
    else:
        every = log_pair_chances(data, params.frequency, np.arange(start, start + size))
        own = float(every[pair - start])
        others = float(log_sum_exp(np.delete(every, pair - start)))
        joint, logs, k = [_joint(data, params, pair, places), r"\mathrm{others}"], [own, others], 0
    if max(logs) == -math.inf:
        words = "No pair is possible at these frequencies, so all are taken alike; nobody has this genotype."
        return (view.Line(rf"{_tex(data, pair)}:\ \frac{{1}}{{{size}}}", words),)
    words = (
        f"E-step: how probable the pair {data.pair_name(pair)} is, against the {size:,} that make up this "
        "genotype (Bayes); 2 where its haplotypes differ, for they have come from either parent."
    )
    name = data.pair_name(pair).replace(" ", "")
    whole = (whole_line(name, taken, "phase"),) if state.whole else ()
    return (*bayes_lines(name, k, joint, logs, share, places + 1, words), *whole)


def _joint(data: HaplotypeData, params: HaplotypeParams, pair: int, places: int) -> str:
    h, k = int(data.first[pair]), int(data.second[pair])
    p, q = (given(float(params.frequency[one]), places + 1) for one in (h, k))
    return rf"{p}^{{2}}" if h == k else rf"2 \cdot {p} \cdot {q}"


def _count_lines(
    data: HaplotypeData, state: HaplotypeRound, row: int, h: int, places: int
) -> tuple[view.Line, ...]:
    """Return how a row comes to its copies of one haplotype."""
    rows = np.array([row])
    shares = row_shares(data, state.base.params, rows, state.whole)[0]
    pairs = row_pairs(data, rows)[0][0][: data.sizes[data.which[row]]]
    copies = (data.first[pairs] == h).astype(np.float64) + (data.second[pairs] == h)
    carriers = np.flatnonzero(copies)
    if not len(carriers):
        return (view.Line("0", f"No pair that makes up this genotype holds {data.names[h]}."),)
    best = carriers[shares[: len(pairs)][carriers].argmax()]
    bayes = _bayes(data, state, row, int(pairs[best]), places)
    people = float(data.people[row])
    total = float(people * (shares[carriers] @ copies[carriers]))
    amounts = [Decimal(people * float(copies[place])) for place in carriers[:MOST_TERMS]]
    parts = agreed(
        lambda digits: [decimal(share, digits) for share in shares[carriers[:MOST_TERMS]].tolist()],
        lambda *own: sum(map(operator.mul, own, amounts), Decimal(0)),
        lambda hand: len(carriers) > MOST_TERMS or decimal(float(hand), places) == decimal(total, places),
        places + 1,
    )
    terms = [rf"{part} \times {amount:.0f}" for part, amount in zip(parts, amounts, strict=True)]
    more = r" + \cdots" if len(carriers) > MOST_TERMS else ""
    words = f"Copies of {data.names[h]} in {_people(people)}: each phase that holds it, by its share."
    formula = f"{' + '.join(terms)}{more} {equals(total, places)} {decimal(total, places)}"
    return (*bayes, view.Line(formula, words))


def _upwards(data: HaplotypeData, state: HaplotypeRound, h: int, places: int) -> tuple[view.Line, ...]:
    """Return the sum over the rows, and the M-step."""
    counts = state.base.expectation.counts
    first = np.arange(min(len(data.which), MOST_TERMS))
    terms: Array = row_copies(data, row_shares(data, state.base.params, first, state.whole), first)[:, h]
    words = "The exact copies of all rows are added, and rounded only for display."
    total = sum_line(
        terms.tolist(), float(counts.copies[h]), len(data.which), places, rf"\,\mathrm{{{COPIES}}}", words
    )
    found = state.updated or update(data, counts)
    words = "M-step: the expected copies over all copies, two for each person."
    return total, ratio_line(_updates(data, counts, found)[h], places, words)

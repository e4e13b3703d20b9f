"""The count table of the layer "presence", and where each of its numbers comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from emviz.data.things import things
from emviz.em import views as view
from emviz.em.derivation import (
    MOST_TERMS,
    equals,
    given,
    ratio_line,
    rounded,
    sum_line,
    whole_line,
)
from emviz.em.labels import label_tags
from emviz.em.model import Phase, Rows
from emviz.em.numerics import Array
from emviz.em.rounding import decimal
from emviz.models.proteins.presence import steps
from emviz.models.proteins.presence.steps import (
    PresenceCounts,
    PresenceData,
    PresenceParams,
    PresenceRound,
    Weighed,
)

COMPLETIONS = ("present", "absent")
GROUPS = (
    view.Group("pairs", 0, ("gave", "silent", "absent")),
    view.Group("proteins", 1, ("present", "absent")),
    view.Group("peptides", 2, ("chance", "none")),
)
#: Which parameter each group leads to, and where its columns begin.
SYMBOLS, FIRST = (r"\alpha", r"\gamma", r"\beta"), (0, 3, 5)
WHAT = ("pairs", "proteins", "peptides")
ONCE = ("", "A protein is counted once, in its first row.", "A peptide is counted once, in its first row.")


@dataclass(frozen=True, eq=False)
class Desk:
    """What a derivation draws on: the data, the iteration on display, and all states weighed."""

    data: PresenceData
    state: PresenceRound

    @property
    def params(self) -> PresenceParams:
        """The parameters θ(t)."""
        return self.state.base.params

    @property
    def counts(self) -> PresenceCounts:
        """The expected counts at θ(t)."""
        return self.state.base.expectation.counts

    @cached_property
    def weighed(self) -> Weighed:
        """Every presence vector with its share."""
        return steps.weighed(self.data, self.params)

    @cached_property
    def presences(self) -> Array:
        """The probability that each protein is present, shape (n,); 1 or 0 where one vector counts alone."""
        return self.likeliest[0] if self.state.whole else steps.presences(self.data, self.weighed)

    @cached_property
    def likeliest(self) -> tuple[Array, Array, Array]:
        """Which proteins are present, which pairs gave and which peptides came by chance, most likely."""
        return steps.rows_of(self.data, steps.best(self.data, self.params))

    @cached_property
    def amounts(self) -> Array:
        """What each row adds to each column, shape (R, 7)."""
        pairs = self.data.pairs
        own = self.presences[pairs.protein]
        if self.state.whole:
            _, gave, chance = self.likeliest
        else:
            gave = steps.given(self.data, self.params, self.weighed)
            chance = steps.by_chance(self.data, self.params, self.weighed)
        chance = chance[pairs.peptide]
        protein, peptide = np.zeros(pairs.rows), np.zeros(pairs.rows)
        protein[self.data.first_of_protein] = 1
        peptide[self.data.first_of_peptide] = 1
        columns = (gave, own - gave, 1 - own, protein * own, protein * (1 - own))
        return np.stack([*columns, peptide * chance, peptide * (1 - chance)], axis=-1)


def count_table(data: PresenceData, state: PresenceRound, rows: Rows) -> view.CountTable:
    """Return the table: how probable each protein is, and what each pair adds to γ, α and β."""
    weighed, desk = state.phase is not Phase.START, Desk(data, state)
    own = desk.presences[data.pairs.protein[rows]]
    reference = data.labelled
    return view.CountTable(
        heading="peptide – protein · probability",
        observed=tuple(data.pairs.told(row) for row in rows.tolist()),
        alphabet=(),
        completions=tuple(view.Tag(f"{state.letter}({name})", k) for k, name in enumerate(COMPLETIONS)),
        groups=GROUPS,
        shares=np.stack([own, 1 - own], axis=-1) if weighed else None,
        counts=desk.amounts[rows] if weighed else None,
        totals=_totals(data, desk.counts) if weighed else None,
        updates=updates(desk.counts, state.updated) if state.updated else (),
        names=None,
        labels=label_tags(data.absent, rows, COMPLETIONS),
        reference=() if reference is None else updates(reference, steps.maximised(reference)),
        derive=partial(_derive, desk),
    )


def _totals(data: PresenceData, counts: PresenceCounts) -> Array:
    present, absent, gave, silent, chance, quiet, _ = counts
    return np.array([gave, silent, data.pairs.rows - gave - silent, present, absent, chance, quiet])


def updates(counts: PresenceCounts, updated: PresenceParams) -> tuple[view.Update, ...]:
    """Return γ, α and β as ratios of counts."""
    present, absent, gave, silent, chance, quiet = (float(count) for count in counts[:6])
    return (
        view.Update("γ", 1, present, (present, absent), float(updated.gamma)),
        view.Update("α", 0, gave, (gave, silent), float(updated.alpha)),
        view.Update("β", 2, chance, (chance, quiet), float(updated.beta)),
    )


# -- derivations ---------------------------------------------------------------------------------------------


def _derive(desk: Desk, cell: view.Cell, places: int) -> view.Derivation:
    """Return the lines from a cell of the table up to the probability that it ends in."""
    own: list[view.Line] = []
    if isinstance(cell, view.UpdateCell):
        group = (1, 0, 2)[cell.place]
        title = f"Where does {'γαβ'[cell.place]} come from?"
    elif isinstance(cell, view.TotalCell):
        group = cell.group
        title = f"Where does the total of {WHAT[group]} come from?"
    elif isinstance(cell, view.ShareCell):
        group, own = 1, _share_lines(desk, cell.row, cell.place, places)
        title = f"Where does {desk.state.letter}({COMPLETIONS[cell.place]}) in row {cell.row + 1} come from?"
    else:
        group, own = cell.group, _count_lines(desk, cell.row, cell.group, places)
        title = f"Where does the count of {WHAT[group]} in row {cell.row + 1} come from?"
    lines = (*own, *_sum_lines(desk, group, places), *_m_lines(desk, group, places))
    return view.Derivation(title, group, lines)


def _share_lines(desk: Desk, row: int, place: int, places: int) -> list[view.Line]:
    """Return the lines on P(present): the presence vectors with the protein against all."""
    net, pairs = desk.data.lattice, desk.data.pairs
    n = int(pairs.protein[row])
    home = net.component[n]
    states = int((net.home == home).sum())
    tied = int((net.component == home).sum())
    share = float(desk.presences[n])
    share = 1 - share if place else share
    if desk.state.whole:
        return [_seen_line(desk, row, places), whole_line(COMPLETIONS[place], share, "presence vector")]
    own = rf"y_{{n}} = {int(not place)}"
    told = "contains" if not place else "lacks"
    return [
        _seen_line(desk, row, places),
        view.Line(
            rf"P(\mathrm{{{COMPLETIONS[place]}}}) = "
            rf"\frac{{\sum_{{y:\ {own}}} P(x, y)}}{{\sum_{{y}} P(x, y)}} "
            rf"{equals(share, places + 1)} {decimal(share, places + 1)}",
            f"E-step: of the {things(states, 'presence vector')} of {things(tied, 'protein')} that peptides "
            f"tie together, the part that {told} {pairs.proteins[n]}, each weighed by γ and by all their "
            "peptides (Bayes).",
        ),
    ]


def _seen_line(desk: Desk, row: int, places: int) -> view.Line:
    """Return how probable it is that the peptide of a row is seen when all its proteins are present."""
    pairs, params = desk.data.pairs, desk.params
    p = pairs.peptide[row]
    parents = int((pairs.peptide == p).sum())
    seen = float(steps.seen_with(params, np.array([parents]))[0])
    alpha, beta = (given(1 - float(chance), places + 1) for chance in (params.alpha, params.beta))
    all_of = "its protein is present" if parents == 1 else f"all {parents} of its proteins are present"
    return view.Line(
        rf"1 - {beta} \cdot {alpha}^{{{parents}}} {equals(seen, places + 1)} {decimal(seen, places + 1)}",
        f"How probable it is that peptide {pairs.peptides[p]} is seen when {all_of}: unless all fail, chance "
        "too (noisy-OR).",
    )


def _count_lines(desk: Desk, row: int, group: int, places: int) -> list[view.Line]:
    amounts = desk.amounts[row, FIRST[group] : FIRST[group] + len(GROUPS[group].symbols)]
    if not amounts.any():
        return [view.Line("0", ONCE[group])]
    parts = [
        rf"{decimal(float(amount), places)}\,\mathrm{{{symbol}}}"
        for amount, symbol in zip(amounts, GROUPS[group].symbols, strict=True)
    ]
    summed = view.Line(rf"{' + '.join(parts)} = 1\,\mathrm{{{WHAT[group][:-1]}}}", "All cases add up to one.")
    if group == 1:
        return [*_share_lines(desk, row, 0, places), summed]
    if desk.state.whole:
        name = "chance" if group else "gave"
        return [_seen_line(desk, row, places), whole_line(name, float(amounts[0]), "way"), summed]
    return [_seen_line(desk, row, places), _giver_line(desk, row, group, float(amounts[0]), places), summed]


def _giver_line(desk: Desk, row: int, group: int, amount: float, places: int) -> view.Line:
    """Return the expected giving of a pair, or the expected chance of a peptide."""
    pairs, params = desk.data.pairs, desk.params
    certain = rounded(float(pairs.probability[pairs.peptide[row]]), 9)
    chance, where = (params.beta, "y") if group else (params.alpha, r"y:\ y_{n} = 1")
    told = "chance" if group else f"{pairs.proteins[int(pairs.protein[row])]}, where it is present,"
    return view.Line(
        rf"\sum_{{{where}}} q(y) \frac{{{certain} \cdot {given(float(chance), places + 1)}}}"
        rf"{{{certain} \cdot f_{{y}} + (1 - {certain}) \cdot (1 - f_{{y}})}} "
        rf"{equals(amount, places)} {decimal(amount, places)}",
        f"That {told} gave the peptide, among all that could have; f is how probable it is seen under y.",
    )


def _sum_lines(desk: Desk, group: int, places: int) -> list[view.Line]:
    """Return the sums over rows that a parameter is the ratio of."""
    totals = _totals(desk.data, desk.counts)
    lines = []
    for column, symbol in list(enumerate(GROUPS[group].symbols, FIRST[group]))[:2]:
        terms = desk.amounts[:, column]
        first = terms if group == 0 else terms[_counted(desk.data, group)]
        some = first[:MOST_TERMS].tolist()
        words = f"The exact numbers are added, and rounded only for display. {ONCE[group]}".strip()
        lines.append(
            sum_line(some, float(totals[column]), len(first), places, rf"\,\mathrm{{{symbol}}}", words)
        )
    return lines


def _counted(data: PresenceData, group: int) -> Rows:
    return np.sort(data.first_of_protein if group == 1 else data.first_of_peptide)


def _m_lines(desk: Desk, group: int, places: int) -> list[view.Line]:
    try:
        updated = desk.state.updated or steps.maximised(desk.counts)
    except ZeroDivisionError:
        return []
    update = updates(desk.counts, updated)[(1, 0, 2)[group]]
    words = "M-step: these counts are treated as if they had been observed."
    line = ratio_line(update, places, words)
    return [view.Line(line.formula.replace(update.label, SYMBOLS[group], 1), words)]

"""The count table of a motif, and where each of its numbers comes from."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from emviz.data.things import things
from emviz.em import views as view
from emviz.em.derivation import (
    MOST_TERMS,
    SAFE,
    agreed,
    counted_line,
    equals,
    given,
    part_line,
    ratio_line,
    significant,
    sum_line,
    whole_line,
)
from emviz.em.letters import parts, summed
from emviz.em.model import Phase, Rows
from emviz.em.numerics import Array, log_sum_exp
from emviz.em.rounding import decimal, figures
from emviz.models.motif import steps
from emviz.models.motif.data import LETTERS, AnyCounts, MotifData, MotifRound, some

RANKS = ("1st", "2nd", "3rd")
#: Letters of a sequence that the table shows where it has no name.
SHOWN = 18


def count_table(data: MotifData, state: MotifRound, rows: Rows, pseudocount: float) -> view.CountTable:
    """Return the table of Figure 1b: the three likeliest starts of each sequence, and the letters counted."""
    weighed = state.phase is not Phase.START
    own = some(data, rows)
    places, scores = steps.counted(own, state.base.params, state.whole)
    order, shares = ranked(steps.by_row(own, places), steps.by_row(own, scores, -np.inf))
    counts = state.base.expectation.counts
    labels, labelled = own.sites if data.sites and any(data.sites) else None, data.labelled
    return view.CountTable(
        heading="sequence",
        observed=observed(own),
        alphabet=(),
        completions=(*(view.Tag(f"{state.letter}({rank})", 0) for rank in RANKS), view.Tag("others", 0)),
        groups=tuple(view.Group(f"position {k + 1}", 0, tuple(LETTERS)) for k in range(data.width)),
        shares=shares if weighed else None,
        counts=steps.row_counts(own, state.base.params, places).reshape(len(rows), -1) if weighed else None,
        totals=counts.letters.ravel() if weighed else None,
        updates=updates(data, counts, pseudocount) if state.updated else (),
        names=tuple(_names(best, int(count)) for best, count in zip(order, own.starts, strict=True)),
        labels=None if labels is None else tuple(_tag(sites) for sites in labels),
        reference=() if labelled is None else updates(data, labelled, pseudocount),
        derive=_Derivations(data, state, pseudocount).derive,
    )


def ranked(posterior: Array, scores: Array | None = None) -> tuple[Rows, Array]:
    """Return the starts from the likeliest on, shape (N, Z), and the first three shares and the rest, (N, 4).

    Of equals, the first one comes first.

    Parameters
    ----------
    posterior : Array, shape (N, Z)
        The shares.
    scores : Array, shape (N, Z), or None
        What the starts are ranked by, where it is not their shares.
    """
    order = np.argsort(-(posterior if scores is None else scores), axis=-1, kind="stable")
    values = np.take_along_axis(posterior, order, axis=-1)
    first = np.zeros((len(posterior), len(RANKS)))
    first[:, : values.shape[1]] = values[:, : len(RANKS)]
    rest = values[:, len(RANKS) :].sum(axis=-1, keepdims=True)
    return order, np.concatenate([first, rest], axis=-1)


def labelled_counts(data: MotifData, pseudocount: float) -> AnyCounts | None:
    """Return the letters of the annotated windows; None where a sequence has none, or it does not fit."""
    if data.labels is None:
        return None
    starts = np.array(data.labels) - 1
    if not np.all(starts < data.starts):
        return None
    return steps.labelled_counts(data, data.first + starts, pseudocount)


def updates(data: MotifData, counts: AnyCounts, pseudocount: float) -> tuple[view.Update, ...]:
    """Return the M-step, letter by letter at each position, the pseudocount within the counts."""
    letters = counts.letters + pseudocount * data.background
    found = steps.maximisation(data, counts, pseudocount).letters
    return tuple(
        view.Update(label(k, a), 0, float(letters[k, a]), tuple(letters[k].tolist()), float(found[k, a]))
        for k in range(data.width)
        for a in range(len(LETTERS))
    )


def label(k: int, a: int) -> str:
    """Return the name of an entry of θ."""
    return f"θ_{k + 1},{LETTERS[a]}"


def observed(data: MotifData) -> tuple[str, ...]:
    """Return the names of the sequences, or how they begin where they have none."""
    if data.names is not None:
        return tuple(data.name(row) for row in range(len(data.first)))
    texts = map(data.sequence, range(len(data.first)))
    return tuple(f"{text[:SHOWN]}…" if len(text) > SHOWN else text for text in texts)


def _tag(sites: tuple[int, ...]) -> view.Tag | None:
    return view.Tag(", ".join(map(str, sites)), 0) if sites else None


def _names(order: Rows, starts: int) -> tuple[str, ...]:
    """Return the names of the first ranks and of the rest; "" where a sequence has no more starts."""
    first = [f"start {order[rank] + 1}" if rank < starts else "" for rank in range(len(RANKS))]
    others = starts - len(RANKS)
    rest = "" if others <= 0 else things(others, "other start")
    return (*first, rest)


@dataclass(frozen=True)
class _Derivations:
    """The lines from a cell of the table up to the θ that it ends in."""

    data: MotifData
    state: MotifRound
    pseudocount: float

    def derive(self, cell: view.Cell, places: int) -> view.Derivation:
        """Return the derivation of a cell."""
        if isinstance(cell, view.ShareCell):
            own = _Row(self.data, self.state, cell.row)
            lines = self._share(own, cell.place, places)
            name = (*RANKS, "others")[cell.place]
            title = f"Where does {self.state.letter}({name}) in row {cell.row + 1} come from?"
        elif isinstance(cell, view.UpdateCell):
            k, a = divmod(cell.place, len(LETTERS))
            lines = self._upwards(k, [a], places)
            title = f"Where does {label(k, a)} come from?"
        elif isinstance(cell, view.TotalCell):
            lines = self._upwards(cell.group, range(len(LETTERS)), places)
            title = f"Where do the totals of position {cell.group + 1} come from?"
        else:
            own = _Row(self.data, self.state, cell.row)
            lines = own.letters(cell.group, places)
            lines += self._upwards(cell.group, range(len(LETTERS)), places)
            title = f"Where do the letters at position {cell.group + 1} in row {cell.row + 1} come from?"
        return view.Derivation(title, 0, tuple(lines))

    def _share(self, own: _Row, place: int, places: int) -> list[view.Line]:
        if place == len(RANKS):
            return [own.rest(places)]
        if place >= own.data.starts[0]:
            return [view.Line("0", "This sequence has no more starts.")]
        symbol = own.symbol(place, 0)
        name = self.data.symbols[symbol]
        words = f"So this share of the {name} that would stand at position 1 is counted there."
        counted = counted_line(own.share(place), {name: 1}, places, words)
        whole = [whole_line(f"start {own.order[place] + 1}", own.share(place), "start")]
        taken = whole if self.state.whole else []
        letter = int(own.parts(0)[symbol].argmax())
        hidden = [own.part(0, symbol, letter, places)] if symbol != letter else []
        return [*own.bayes(place, places), *taken, counted, *hidden, *self._upwards(0, [letter], places)]

    def _upwards(self, k: int, letters: range | list[int], places: int) -> list[view.Line]:
        """Return the sums over all sequences, and the M-step, found already or as it will be."""
        first = np.arange(min(len(self.data.first), MOST_TERMS))
        few = some(self.data, first)
        shares = steps.counted(few, self.state.base.params, self.state.whole)[0]
        terms = steps.row_counts(few, self.state.base.params, shares)[:, k]
        counts = self.state.base.expectation.counts
        words = "The exact letters of all sequences are added, and rounded only for display."
        sums = [
            sum_line(
                terms[:, a].tolist(),
                float(counts.letters[k, a]),
                len(self.data.first),
                places,
                rf"\,\mathrm{{{LETTERS[a]}}}",
                words,
            )
            for a in letters
        ]
        found = updates(self.data, counts, self.pseudocount)
        asked = "M-step: the expected letters are treated as if they had been observed."
        ratios = [ratio_line(found[k * len(LETTERS) + a], places, asked) for a in letters]
        return [*sums, *(self._padded(k, a, places) for a in letters if self.pseudocount), *ratios]

    def _padded(self, k: int, a: int, places: int) -> view.Line:
        count = float(self.state.base.expectation.counts.letters[k, a])
        share = float(self.data.background[a])
        total = count + self.pseudocount * share
        formula = (
            rf"{given(count, places)} + {figures(self.pseudocount, 6)} \times {given(share, places + 1)} "
            rf"{equals(total, places)} {decimal(total, places)}\,\mathrm{{{LETTERS[a]}}}"
        )
        return view.Line(formula, "The pseudocount adds letters as the background has them.")


class _Row:
    """One sequence weighed at θ, its starts from the likeliest on."""

    def __init__(self, data: MotifData, state: MotifRound, row: int) -> None:
        self.data, params = some(data, np.array([row])), state.base.params
        self.params = params
        self.odds = steps.log_odds(self.data, params)
        self.scores = steps.window_scores(self.data, params)[: self.data.starts[0]]
        self.likely = steps.posterior(self.data, params)[0]
        counted, by = steps.counted(self.data, params, state.whole)
        self.posterior = steps.by_row(self.data, counted)[0]
        self.order, shares = (each[0] for each in ranked(self.posterior[None], self._ranks(by)))
        #: The shares that stand in the table.
        self.shares = np.asarray(shares)

    def _ranks(self, by: Array) -> Array:
        return steps.by_row(self.data, by, -np.inf)

    def share(self, place: int) -> float:
        return float(self.shares[place])

    def symbol(self, place: int, k: int) -> int:
        """Return the symbol at a position of the motif, if it starts where the rank of this place says."""
        return int(self.data.codes[self.order[place] + k])

    def parts(self, k: int) -> Array:
        """Return how much of each symbol counts for each letter at a position, shape (C, 4)."""
        return parts(self.params.letters[k], self.data.stands)

    def part(self, k: int, symbol: int, letter: int, places: int) -> view.Line:
        """Return how much of a symbol that may be several letters counts for one of them."""
        every = np.flatnonzero(self.data.stands[symbol]).tolist()
        place, value = every.index(letter), float(self.parts(k)[symbol, letter])
        chances = [float(self.params.letters[k, a]) for a in every]
        name, may = self.data.symbols[symbol], ", ".join(LETTERS[a] for a in every)
        return part_line(name, LETTERS[letter], may, chances, place, value, places)

    def bayes(self, place: int, places: int) -> list[view.Line]:
        """Return the odds of a start against the background, and their share of the odds of all."""
        start, log = int(self.order[place]), float(self.scores[self.order[place]])
        cdot = r" \cdot "
        tail = r" \cdots" if self._told < self.data.width else ""
        word = self.data.sequence(0)[start : start + self.data.width]
        digits = places + 1 + SAFE
        top, bottom = (significant(each, digits) for each in (log, float(log_sum_exp(self.scores))))
        share = float(self.likely[start])
        value = f"{equals(share, places + 1)} {decimal(share, places + 1)}"
        shown = self._factors(start, lambda hand: bool(tail) or significant(hand, digits) == top, places + 1)
        return [
            view.Line(
                rf"o_{{{start + 1}}} = {cdot.join(shown)}{tail} \approx {top}",
                f"E-step: the odds of {word} as the motif against the background, letter by letter.",
            ),
            view.Line(
                rf"P_{{{start + 1}}} = \frac{{o_{{{start + 1}}}}}{{\sum_{{j}} o_{{j}}}} "
                rf"= \frac{{{top}}}{{{bottom}}} {value}",
                f"Against the sum for all {self.data.starts[0]} starts, equally probable beforehand (Bayes).",
            ),
        ]

    @property
    def _told(self) -> int:
        return min(self.data.width, MOST_TERMS)

    def _factors(self, start: int, right: Callable[[float], bool], least: int) -> list[str]:
        """Return p / q letter by letter, in the digits with which the log of their product is right."""
        letters = self.data.codes[start : start + self._told].tolist()
        background = summed(self.data.background, self.data.stands)
        under = [float(background[a]) for a in letters]
        over = [
            float(np.exp(self.odds[k, a])) * q for k, (a, q) in enumerate(zip(letters, under, strict=True))
        ]
        told = agreed(
            lambda digits: [given(each, digits) for each in (*over, *under)],
            lambda *both: math.prod(both[: len(over)]) / math.prod(both[len(over) :]),
            lambda hand: right(float(hand.ln())),
            least,
        )
        pairs = zip(told[: len(over)], told[len(over) :], strict=True)
        return [rf"\frac{{{p}}}{{{q}}}" for p, q in pairs]

    def rest(self, places: int) -> view.Line:
        """Return what the first ranks leave to all other starts."""
        share = self.share(len(RANKS))
        taken = agreed(
            lambda digits: [decimal(self.share(rank), digits) for rank in range(len(RANKS))],
            lambda *ranks: 1 - sum(ranks),
            lambda hand: decimal(float(hand), places + 1) == decimal(share, places + 1),
            places + 1,
        )
        formula = f"1 - {' - '.join(taken)} {equals(share, places + 1)} {decimal(share, places + 1)}"
        return view.Line(formula, "What the three likeliest starts leave is shared by all the others.")

    def letters(self, k: int, places: int) -> list[view.Line]:
        """Return for each letter the shares of the starts that put it at a position, the largest first."""
        lines = []
        order = self.order[: self.data.starts[0]]
        at = self.data.codes[k + order]
        own = self.parts(k)
        for a, letter in enumerate(LETTERS):
            may = self.data.stands[at, a] > 0
            terms = self.posterior[order][may] * own[at[may], a]
            if len(terms):
                lines += [self.part(k, code, a, places) for code in np.unique(at[may]).tolist() if code != a]
                words = f"The shares of the starts that put {letter} at position {k + 1}, the largest first."
                if np.any(at[may] != a):
                    terms = -np.sort(-terms)
                    words += " What is not known counts by its part."
                unit = rf"\,\mathrm{{{letter}}}"
                seen = np.count_nonzero(terms >= 0.5 * 10.0**-places)  # those that do not show as 0
                first = terms[: min(max(seen, 1), MOST_TERMS)].tolist()
                lines.append(sum_line(first, float(terms.sum()), len(terms), places, unit, words))
        return lines

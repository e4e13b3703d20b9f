"""One sequence at θ, in the lines of a derivation."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property

import numpy as np

from emviz.em.counts.derivation import (
    MOST_TERMS,
    SAFE,
    agreed,
    given,
    largest_line,
    result,
    rounds_to,
    significant,
    whole_line,
)
from emviz.em.counts.table import Line
from emviz.em.families.letters import summed
from emviz.em.numerics import Array, log_sum_exp
from emviz.em.rounding import figures
from emviz.models.rna import parses, steps
from emviz.models.rna.algebra import LOG_SUM
from emviz.models.rna.data import LETTERS, NONE, Batch, RnaData, RnaRound
from emviz.models.rna.inside import SCALE, Smoothed, Weights, inside, smooth
from emviz.models.rna.rows import FORMED, HELD, SORTED, groups, row_counts, shown_nodes, told_of
from emviz.models.rna.structure import Node
from emviz.models.rna.unknown import possible_couples

CDOT = r" \cdot "


class Sequenced:
    """One sequence at θ, with its posterior.

    Parameters
    ----------
    data : RnaData
    state : RnaRound
    row : int
        Which of the data.
    """

    def __init__(self, data: RnaData, state: RnaRound, row: int) -> None:
        self.params, self.structure, self.whole = state.base.params, data.structure, state.whole
        self.data = RnaData(data.structure, (data.texts[row],))
        self._only = np.zeros(1, dtype=np.intp)

    @cached_property
    def completions(self) -> Array:
        """Log P(x, completion), in nats, shape (planes,)."""
        return np.asarray(steps.log_completions(self.data, self.params, self._only)[0])

    @property
    def shares(self) -> Array:
        """q(completion)."""
        return np.asarray(np.exp(self.completions - log_sum_exp(self.completions)))

    @cached_property
    def counts(self) -> list[Array]:
        """The counts of each group."""
        widths = [len(group.symbols) for group in groups(self.structure)]
        found = row_counts(self.data, self.params, self._only, self.whole)[0]
        return np.split(found, np.cumsum(widths)[:-1])

    # -- the best parse tree ---------------------------------------------------------------------------------

    @cached_property
    def best(self) -> parses.Parses:
        """The best parse tree."""
        return parses.best_parses(self.data, self.params, self._only)

    def best_tree(self, places: int) -> Iterator[Line]:
        """Yield the probability of the best parse tree: its pairs, its other letters, its transitions."""
        digits, counts = places + 1 + SAFE, self.best.symbols
        chances = (
            summed(self.params.pair, possible_couples(self.data)),
            summed(self.params.single, self.data.possible),
            self.params.transition,
        )
        used = [
            [float(value) for value in np.repeat(field[count > 0], count[count > 0].astype(int))]
            for count, field in zip(counts, chances, strict=True)
        ]
        inserted, unknown = self._inserted()
        logs = [float(np.log(np.array(each)).sum()) for each in used]
        for letters, log, words in (
            (used[0], logs[0], "The best parse tree, the letters of its pairs first."),
            (used[1], logs[1], "Its single letters."),
            (used[2], logs[2], "Its way from state to state."),
        ):
            if letters:
                yield Line(_product(letters, log, places, digits), words)
        value = significant(float(self.best.log[0]), digits)
        parts = agreed(
            lambda more: [significant(log, more) for log in logs],
            lambda *own: _multiplied(*own, *map(Decimal, unknown)) * Decimal("0.25") ** inserted,
            lambda hand: significant(float(hand.ln()), digits) == value,
            digits + 1,
        )
        parts = [*parts, *[rf"0.25^{{{inserted}}}"] * (inserted > 0), *unknown]
        yield Line(
            rf"P(x, \mathrm{{best}}) = {CDOT.join(parts)} \approx {value}",
            "All of it together"
            + (f"; an inserted letter is any of the four, and there are {inserted}" if inserted else "")
            + ("; unknown ones that are inserted have all that they may be." if unknown else "."),
        )

    def _inserted(self) -> tuple[int, list[str]]:
        """Return the number of letters that the best parse tree inserts, and P of each unknown one."""
        counts, many = self.best.symbols, len(self.data.symbols)
        square = counts.pair.sum(axis=0).reshape(many, many)
        taken = square.sum(axis=0) + square.sum(axis=1) + counts.single.sum(axis=0)
        left = np.bincount(self.data.codes[0], minlength=many) - taken
        unknown = [
            figures(float(self.data.possible[code].sum()) / len(LETTERS), 4)
            for code in range(NONE + 1, many)
            for _ in range(round(float(left[code])))
        ]
        return round(float(left[:NONE].sum())), unknown

    # -- one node --------------------------------------------------------------------------------------------

    @cached_property
    def _batch(self) -> Batch:
        return self.data.by_length[0]

    @cached_property
    def _weights(self) -> Weights:
        return Weights(self.structure, self.params, self._batch)

    @cached_property
    def _smoothed(self) -> Smoothed:
        return smooth(self._weights)

    @cached_property
    def _inside(self) -> Array:
        """The logarithm of inside, each letter counted four times."""
        return np.asarray(inside(self._weights.by(LOG_SUM))[:, 0, :, :, 0])

    def counted(self, group: int, symbol: int, places: int) -> Iterator[Line]:
        """Yield the lines on the count of a symbol of a group: the stretches at which it may be."""
        node = shown_nodes(self.structure)[group]
        formed = node.kind == "MATP"
        names = FORMED if formed else HELD
        if self.whole:
            yield whole_line(names[symbol], float(self.counts[group][symbol]), "parse tree")
            return
        kept = len(names) - (3 if formed else 1)
        state = node.first + max(0, symbol - kept + 1)
        held = self._where(node, symbol if symbol < kept else -1)
        shares = self._smoothed.visits[state, :, :, 0] * held
        order = np.argsort(-shares, axis=None, kind="stable")[:MOST_TERMS]
        terms = shares.ravel()[order]
        total, many = float(self.counts[group][symbol]), int(np.count_nonzero(shares))
        name = self.structure.states[state].name
        i, j = divmod(int(order[0]), shares.shape[1])
        yield self._stretch(state, i, j, places)
        if 0 < held[i, j] < 1:
            yield self._part(node, i, j, symbol, names[symbol], places)
        words = f"The shares of the stretches that {name} may explain so, the largest first."
        yield largest_line(terms, total, many, places, rf"\,\mathrm{{{names[symbol]}}}", words)

    def _where(self, node: Node, symbol: int) -> Array:
        """Return the part of each stretch that counts for a symbol of a node; all stretches for −1."""
        side, codes = self._batch.side, self._batch.codes[:, 0]
        found = np.ones((side, side))
        if symbol < 0:
            return found
        found[:] = 0.0
        own = told_of(self.data, self.params, node)[:, symbol]
        if node.kind == "MATP":
            found[:-1, 1:] = own[self._batch.couples[:, :, 0]]
        elif node.kind == "MATL":
            found[:-1] = own[codes][:, None]
        else:
            found[:, 1:] = own[codes]
        return found

    def _part(self, node: Node, i: int, j: int, symbol: int, name: str, places: int) -> Line:
        """Return how much of the letters at a stretch, not all of them known, counts for a symbol."""
        text, place = self.data.texts[0], self.structure.place[node.first]
        if node.kind == "MATP":
            code, written = int(self._batch.couples[i, j - 1, 0]), text[i] + text[j - 1]
            chances = self.params.pair[place] * possible_couples(self.data)[code]
            own = float(chances[symbol == SORTED].sum())
        else:
            at = j - 1 if node.kind == "MATR" else i
            written = text[at]
            chances = self.params.single[place] * self.data.possible[self._batch.codes[at, 0]]
            own = float(chances[symbol])
        every = float(chances.sum())
        value = own / every
        digits = agreed(
            lambda more: [given(own, more), given(every, more)],
            lambda part, whole: part / whole,
            rounds_to(value, places + 1),
            places + 1,
        )
        return Line(
            rf"\frac{{{digits[0]}}}{{{digits[1]}}} {result(value, places + 1)}"
            rf"\,\mathrm{{{name}}}",
            f"{written} is not known: it counts for {name} by its part of all that it may be at θ(t).",
        )

    def _stretch(self, state: int, i: int, j: int, places: int) -> Line:
        """Return the share of one stretch: inside times outside, over P(x)."""
        digits, size = places + 1 + SAFE, len(self.data.texts[0])
        log_x = float(self._smoothed.log[0])
        share = float(self._smoothed.visits[state, i, j, 0])
        log_inside = float(self._inside[state, i, j]) - (j - i) * float(np.log(SCALE))
        # Only the share of a stretch is kept, which is the product of inside and outside over P(x).
        log_outside = float(np.log(share)) + log_x - log_inside
        within, without, every = agreed(
            lambda more: [significant(log, more) for log in (log_inside, log_outside, log_x)],
            lambda within, without, every: within * without / every,
            rounds_to(share, places + 1),
            digits,
        )
        name = self.structure.states[state].name
        stretch = f"the letters {i + 1} to {j} of {size}" if i < j else f"nothing behind letter {i} of {size}"
        return Line(
            rf"P(\mathrm{{{name}}}, {i + 1}, {j}) = \frac{{{within} \cdot {without}}}{{{every}}} "
            rf"{result(share, places + 1)}",
            f"E-step: {name} explains {stretch}: inside times outside, over P(x).",
        )


def _product(values: list[float], log: float, places: int, digits: int) -> str:
    """Return a product as LaTeX, with its value; of many factors the first ones."""
    value = significant(log, digits)
    shown = agreed(
        lambda more: [given(each, more) for each in values[:MOST_TERMS]],
        _multiplied,
        lambda hand: len(values) > MOST_TERMS or significant(float(hand.ln()), digits) == value,
        places + 1,
    )
    more = r" \cdots" if len(values) > MOST_TERMS else ""
    return rf"{CDOT.join(shown)}{more} \approx {value}"


def _multiplied(*factors: Decimal) -> Decimal:
    return math.prod(factors, start=Decimal(1))

"""The count table of a motif: its columns, and the derivation of each share."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from emviz.data.things import things
from emviz.em.counts.derivation import (
    MOST_TERMS,
    SAFE,
    agreed,
    counted_line,
    given,
    largest_line,
    padded_line,
    part_line,
    rest_line,
    result,
    significant,
    whole_line,
)
from emviz.em.counts.glances import Glance, Strip, Word
from emviz.em.counts.ledger import Ledger
from emviz.em.counts.table import Group, Line, ShareCell, Tag, Update
from emviz.em.families.categoricals import row_lines
from emviz.em.families.letters import parts, summed
from emviz.em.model import Rows
from emviz.em.numerics import Array, log_sum_exp
from emviz.em.work import TOGETHER, check_stop, checked
from emviz.models.motif import steps
from emviz.models.motif.data import LETTERS, AnyCounts, MotifData, MotifParams, MotifRound, some

if TYPE_CHECKING:
    from emviz.models.motif import Motif

RANKS = ("1st", "2nd", "3rd")
#: Letters that the table shows of a sequence without a name.
SHOWN = 18


class MotifLedger(Ledger[MotifData, MotifParams, AnyCounts]):
    """The three likeliest starts of each sequence, and the letters at each position of the motif."""

    model: Motif
    heading: ClassVar[str] = "sequence"
    completions: ClassVar[tuple[Tag, ...]] = tuple(Tag(name, 0) for name in (*RANKS, "others"))
    counts_truth: ClassVar[bool] = True
    several = "letters at"
    added = "The exact letters of all sequences are added, and rounded only for display."
    treated = "M-step: the expected letters are treated as if they had been observed."

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The ranks, and the others."""
        return (*super().tags[:-1], self.completions[-1])

    @property
    def groups(self) -> tuple[Group, ...]:
        """The letters at each position."""
        return tuple(Group(f"position {k + 1}", 0, tuple(LETTERS)) for k in range(self.data.width))

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the names of the sequences, or their first letters if they have none."""
        if self.data.names is not None:
            return tuple(map(self.data.name, rows.tolist()))
        texts = map(self.data.sequence, rows.tolist())
        return tuple(f"{text[:SHOWN]}…" if len(text) > SHOWN else text for text in texts)

    def names(self, rows: Rows) -> tuple[tuple[str, ...], ...]:
        """Return the likeliest starts of some sequences, and the number of others."""
        counted = zip(
            checked(self._ranked(rows)[0].tolist(), TOGETHER), self.data.starts[rows].tolist(), strict=True
        )
        return tuple(_names(best, starts) for best, starts in counted)

    def glances(self, rows: Rows) -> Sequence[Glance]:
        """Return the shares of all starts, and the likeliest one with its word."""
        strips, best, shares = self._likeliest(rows) if len(rows) else ([], [], np.zeros(0))
        texts = map(self.data.sequence, checked(rows.tolist(), TOGETHER))
        words = [text[start : start + self.data.width] for text, start in zip(texts, best, strict=True)]
        starts, letters, most = [start + 1 for start in best], tuple(LETTERS), int(self.data.starts.max())
        counts, derived = self.expected.letters, _first_share
        name = "true start" if self._true else "likeliest start"
        return (
            Strip(f"{self.letter}(start)", 0, "start", strips, derived),
            Word(name, 0, "start", starts, words, shares, letters, counts, most, derived),
        )

    def _likeliest(self, rows: Rows) -> tuple[list[Array], list[int], Array]:
        """Return the shares of all starts of each sequence, the likeliest one from 0, and its share."""
        own = some(self.data, rows)
        shares = self._counted(own)[0]
        order, ranks = self._ranked(rows)
        check_stop()
        parts = np.split(shares, own.first[1:])
        strips = [part[:many] for part, many in zip(parts, own.starts.tolist(), strict=True)]
        return strips, order[:, 0].tolist(), ranks[:, 0]

    def labels(self, rows: Rows) -> tuple[Tag | None, ...] | None:
        """Return the annotated starts."""
        if not self.data.sites or not any(self.data.sites):
            return None
        sites = (self.data.sites[row] for row in rows.tolist())
        return tuple(Tag(", ".join(map(str, each)), 0) if each else None for each in sites)

    def entries(self, rows: Rows) -> tuple[Array, Array]:
        """Return the shares of the first ranks and of the rest, and the letters at each position."""
        own = some(self.data, rows)
        check_stop()
        counts = steps.row_counts(own, self._settled, self._counted(own)[0])
        check_stop()
        return self._ranked(rows)[1], counts.reshape(len(rows), -1)

    def _ranked(self, rows: Rows) -> tuple[Rows, Array]:
        own = some(self.data, rows)
        check_stop()
        shares, scores = self._counted(own)
        check_stop()
        return ranked(steps.by_row(own, shares), steps.by_row(own, scores, -np.inf))

    @property
    def _true(self) -> bool:
        """Whether the annotated start of each sequence counts whole."""
        return self.state.known and self.data.labels is not None

    def _counted(self, own: MotifData) -> tuple[Array, Array]:
        """Return the counted share of each place, and the numbers by which places are ranked."""
        if self._true:
            annotated = steps.alone(own, _annotated(own))
            return annotated, annotated
        return steps.counted(own, self.params, self.state.whole)

    @cached_property
    def _settled(self) -> MotifParams:
        """The θ by which unknown letters are shared between their possible letters."""
        if self._true:
            return steps.settled(self.data, _annotated(self.data), self.model.pseudocount)
        return self.params

    def totals(self, counts: AnyCounts) -> Array:
        """Return the letters at each position."""
        return counts.letters.ravel()

    def updates(self, counts: AnyCounts, found: MotifParams) -> tuple[Update, ...]:
        """Return the M-step, letter by letter at each position, the pseudocount within the counts."""
        letters = counts.letters + self.model.pseudocount * self.data.background
        positions = enumerate(zip(letters, found.letters, strict=True), 1)
        rows = (row_lines(f"θ_{k},", LETTERS, (0,) * len(LETTERS), *row) for k, row in positions)
        return tuple(chain.from_iterable(rows))

    def leads_to(self, row: int, place: int) -> Sequence[int]:
        """Return nothing: a start adds to one letter of each position (`share_lines`)."""
        return ()

    def share_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the odds of a start, and the letter at position 1 of its window."""
        own = self._row(row)
        if place == len(RANKS):
            yield own.rest(places)
            return
        if place >= own.data.starts[0]:
            yield Line("0", "This sequence has no more starts.")
            return
        symbol = own.symbol(place, 0)
        name, letter = self.data.symbols[symbol], int(own.parts(0)[symbol].argmax())
        yield from own.bayes(place, places)
        if self.state.whole:
            yield whole_line(f"start {own.order[place] + 1}", own.share(place), "start")
        words = f"So this share of the {name} at position 1 of the window is counted there."
        yield counted_line(own.share(place), {name: 1}, places, words, self.state.whole)
        if symbol != letter:
            yield own.part(0, symbol, letter, places)
        yield from self._upwards([letter], places)

    def count_lines(self, row: int, group: int, places: int) -> Iterable[Line]:
        """Return for each letter the starts with this letter at a position."""
        return self._row(row).letters(group, places)

    def group_lines(self, group: int, places: int) -> Iterator[Line]:
        """Yield the sums over all sequences of each letter, and the M-step."""
        return self._upwards(self.spans[group], places)

    def made_of(self, place: int) -> Sequence[int]:
        """Return the groups whose totals form the ratio of an M-step line."""
        return (place // len(LETTERS),)

    def update_lines(self, place: int, places: int) -> Iterator[Line]:
        """Yield the sum of one letter, and the M-step."""
        return self._upwards([place], places)

    @cached_property
    def _row(self) -> Callable[[int], _Row]:
        return cache(partial(_Row, self.data, self.state))

    def _upwards(self, columns: Sequence[int], places: int) -> Iterator[Line]:
        yield from self.sums(columns, places)
        for column in columns if self.model.pseudocount else ():
            yield self._padded(column, places)
        yield from self.ratios(columns, places)

    def _padded(self, column: int, places: int) -> Line:
        count, letter = float(self.expected.letters.flat[column]), column % len(LETTERS)
        share, unit = float(self.data.background[letter]), self.unit(column)
        words = "letters in the proportions of the background"
        return padded_line(count, self.model.pseudocount, share, places, unit, words, self.state.whole)


def ranked(posterior: Array, scores: Array | None = None) -> tuple[Rows, Array]:
    """Return the starts by rank, shape (N, Z), and the three largest shares and the rest, shape (N, 4).

    Equal starts keep their order.

    Parameters
    ----------
    posterior : Array, shape (N, Z)
        The shares.
    scores : Array, shape (N, Z), or None
        The numbers by which starts are ranked, if not by their shares.
    """
    order = np.argsort(-(posterior if scores is None else scores), axis=-1, kind="stable")
    values = np.take_along_axis(posterior, order, axis=-1)
    first = np.zeros((len(posterior), len(RANKS)))
    first[:, : values.shape[1]] = values[:, : len(RANKS)]
    rest = values[:, len(RANKS) :].sum(axis=-1, keepdims=True)
    return order, np.concatenate([first, rest], axis=-1)


def _first_share(row: int) -> ShareCell:
    """Return the share of the likeliest start of a sequence."""
    return ShareCell(row, 0)


def labelled_counts(data: MotifData, pseudocount: float) -> AnyCounts | None:
    """Return the letters of the annotated windows; None if a sequence has none, or it does not fit."""
    if data.labels is None:
        return None
    if not np.all(np.array(data.labels) <= data.starts):
        return None
    return steps.labelled_counts(data, _annotated(data), pseudocount)


def _annotated(data: MotifData) -> Rows:
    """Return the place of the annotated start of each sequence."""
    return np.asarray(data.first + np.array(data.labels) - 1)


def _names(order: Sequence[int], starts: int) -> tuple[str, ...]:
    """Return the names of the first ranks and of the rest; empty after the last start."""
    first = [f"start {order[rank] + 1}" if rank < starts else "" for rank in range(len(RANKS))]
    others = starts - len(RANKS)
    rest = "" if others <= 0 else things(others, "other start")
    return (*first, rest)


class _Row:
    """One sequence at θ, with its starts ranked by probability."""

    def __init__(self, data: MotifData, state: MotifRound, row: int) -> None:
        self.data, params = some(data, np.array([row])), state.base.params
        self.params, self.whole = params, state.whole
        self.odds = steps.log_odds(self.data, params)
        self.scores = steps.window_scores(self.data, params)[: self.data.starts[0]]
        self.likely = steps.posterior(self.data, params)[0]
        counted, by = steps.counted(self.data, params, state.whole)
        self.posterior = steps.by_row(self.data, counted)[0]
        scores = steps.by_row(self.data, by, -np.inf)
        self.order, shares = (each[0] for each in ranked(self.posterior[None], scores))
        #: The shares in the table.
        self.shares = np.asarray(shares)

    def share(self, place: int) -> float:
        return float(self.shares[place])

    def symbol(self, place: int, k: int) -> int:
        """Return the symbol at position k of the motif if it starts at the start of this rank."""
        return int(self.data.codes[self.order[place] + k])

    def parts(self, k: int) -> Array:
        """Return the part of each symbol that counts for each letter at a position, shape (C, 4)."""
        return parts(self.params.letters[k], self.data.possible)

    def part(self, k: int, symbol: int, letter: int, places: int) -> Line:
        """Return the part of an unknown letter that counts for one of its possible letters."""
        every = np.flatnonzero(self.data.possible[symbol]).tolist()
        place, value = every.index(letter), float(self.parts(k)[symbol, letter])
        chances = [float(self.params.letters[k, a]) for a in every]
        name, may = self.data.symbols[symbol], ", ".join(LETTERS[a] for a in every)
        return part_line(name, LETTERS[letter], may, chances, place, value, places)

    def bayes(self, place: int, places: int) -> list[Line]:
        """Return the odds of a start against the background, and its share of the odds of all starts."""
        start, log = int(self.order[place]), float(self.scores[self.order[place]])
        cdot = r" \cdot "
        tail = r" \cdots" if self._named < self.data.width else ""
        word = self.data.sequence(0)[start : start + self.data.width]
        digits = places + 1 + SAFE
        top, bottom = (significant(each, digits) for each in (log, float(log_sum_exp(self.scores))))
        share = float(self.likely[start])
        value = result(share, places + 1)
        shown = self._factors(start, lambda hand: bool(tail) or significant(hand, digits) == top, places + 1)
        return [
            Line(
                rf"o_{{{start + 1}}} = {cdot.join(shown)}{tail} \approx {top}",
                f"E-step: the odds of {word} as the motif against the background, letter by letter.",
            ),
            Line(
                rf"P_{{{start + 1}}} = \frac{{o_{{{start + 1}}}}}{{\sum_{{j}} o_{{j}}}} "
                rf"= \frac{{{top}}}{{{bottom}}} {value}",
                f"Against the sum for all {self.data.starts[0]} starts, equally probable a priori (Bayes).",
            ),
        ]

    @property
    def _named(self) -> int:
        return min(self.data.width, MOST_TERMS)

    def _factors(self, start: int, right: Callable[[float], bool], least: int) -> list[str]:
        """Return p / q letter by letter, with enough digits for the logarithm of their product."""
        letters = self.data.codes[start : start + self._named].tolist()
        background = summed(self.data.background, self.data.possible)
        under = [float(background[a]) for a in letters]
        over = [
            float(np.exp(self.odds[k, a])) * q for k, (a, q) in enumerate(zip(letters, under, strict=True))
        ]
        printed = agreed(
            lambda digits: [given(each, digits) for each in (*over, *under)],
            lambda *both: math.prod(both[: len(over)]) / math.prod(both[len(over) :]),
            lambda hand: right(float(hand.ln())),
            least,
        )
        pairs = zip(printed[: len(over)], printed[len(over) :], strict=True)
        return [rf"\frac{{{p}}}{{{q}}}" for p, q in pairs]

    def rest(self, places: int) -> Line:
        """Return the line on the share of all starts after the first ranks."""
        words = "The rest, after the three likeliest starts, is shared by all the others."
        *first, left = self.shares.tolist()
        return rest_line(first, left, places, words, self.whole)

    def letters(self, k: int, places: int) -> list[Line]:
        """Return for each letter the shares of the starts with it at a position, the largest first."""
        lines = []
        order = self.order[: self.data.starts[0]]
        at = self.data.codes[k + order]
        own = self.parts(k)
        for a, letter in enumerate(LETTERS):
            may = self.data.possible[at, a] > 0
            terms = self.posterior[order][may] * own[at[may], a]
            if len(terms):
                lines += [self.part(k, code, a, places) for code in np.unique(at[may]).tolist() if code != a]
                words = f"The shares of the starts with {letter} at position {k + 1}, the largest first."
                if np.any(at[may] != a):
                    terms = -np.sort(-terms)
                    words += " An unknown letter counts in part."
                unit = rf"\,\mathrm{{{letter}}}"
                total, many = float(terms.sum()), len(terms)
                lines.append(largest_line(terms, total, many, places, unit, words, self.whole))
        return lines

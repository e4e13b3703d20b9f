"""The count table of the coins: its columns, and the derivation of each share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from emviz.data.things import things
from emviz.em.counts.derivation import base, counted_line, given
from emviz.em.counts.table import Line, Update
from emviz.em.families.mixture import MixtureLedger
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.models.coins.data import NAMES, SYMBOLS, CoinCounts, CoinData, CoinParams

if TYPE_CHECKING:
    from emviz.models.coins import Coins


class CoinLedger(MixtureLedger[CoinData, CoinParams, CoinCounts]):
    """Heads and tails of each set, shared between the coins."""

    model: Coins
    kind = "coin"
    heading = "tosses"
    each = SYMBOLS
    added = "The exact shares of all sets are added, and rounded only for display."

    @property
    def alphabet(self) -> tuple[str, ...]:
        """H and T, where the tosses are written down."""
        return () if self.data.tosses is None else SYMBOLS

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the tosses, or the numbers of heads and tails."""
        if self.data.tosses is not None:
            return tuple(self.data.tosses[rows].tolist())
        return tuple(f"{heads:.0f} H, {tails:.0f} T" for heads, tails in self.amounts(rows))

    def updates(self, counts: CoinCounts, found: CoinParams) -> tuple[Update, ...]:
        """Return θ = heads / (heads + tails), and the weights if they are learned."""
        biases = self.lines("θ", counts.heads, np.stack(counts[1:], axis=-1), found.heads)
        learned = self.model.weights == "learned"
        return (*biases, *self.weight_lines(counts.sets, found.weight)) if learned else biases

    def explained(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the probability of the tosses with one coin, relative to all coins."""
        # Equal weights cancel in Bayes' formula, and the paper leaves them out.
        equal = self.model.weights == "equal"
        shown = self.params._replace(weight=np.ones(self.model.coins)) if equal else self.params
        tossed = self.data.numbers[:, self.data.which[[row]]]
        logs = self.model.log_joint(shown, tossed)[0].tolist()
        joint = [self.product(tossed[:, 0], k, places) for k in range(self.model.coins)]
        asked = (
            f"E-step: the probability of these tosses with coin {NAMES[place]}, against all coins (Bayes)."
        )
        return self.bayes(row, place, joint, logs, asked, places)

    def product(self, tossed: Array, k: int, places: int) -> str:
        """Return w θ^h (1 − θ)^t as LaTeX, without w if the weights are equal."""
        heads, tails = tossed.tolist()
        bias, weight = (given(float(each[k]), places + 1) for each in (self.params.heads, self.params.weight))
        other = given(1 - float(self.params.heads[k]), places + 1)
        chosen = "" if self.model.weights == "equal" else rf"{weight} \cdot "
        return rf"{chosen}{base(bias)}^{{{heads:.0f}}} \cdot {base(other)}^{{{tails:.0f}}}"

    def counted(self, row: int, place: int, share: float, places: int) -> Line:
        """Return the line that counts heads and tails for a coin."""
        heads, tails = map(int, self.amounts(np.array([row]))[0])
        tossed = f"{things(heads, 'head')} and {things(tails, 'tail')}"
        words = f"So this share of {tossed} is counted for coin {NAMES[place]}."
        return counted_line(share, {"H": heads, "T": tails}, places, words, self.state.whole)

    def found_from(self, group: int) -> Sequence[int]:
        """Return the bias of a coin; its sets belong to the derivation of its weight."""
        return (group,)

    def made_of(self, place: int) -> Sequence[int]:
        """Return the groups whose totals form the ratio of an M-step line; sets have no column."""
        return (place,) if place < self.model.coins else ()

    def update_lines(self, place: int, places: int) -> Iterator[Line]:
        """Yield the heads and tails behind a bias, or the sets behind a weight."""
        k = place - self.model.coins
        if k < 0:
            yield from self.group_lines(place, places)
            return
        shares = self.first[0][:, k]
        total, unit = float(self.expected.sets[k]), r"\,\mathrm{sets}"
        # The table shows shares with one decimal more than counts.
        yield self.total_line(shares, total, self.rows, places, unit, self.added, more=1)
        yield from self.ratios([place], places)

"""Coins of unknown bias, where nobody wrote down which coin was tossed (Do & Batzoglou 2008, Figure 1).

L(θ) = Σ_i log Σ_k w_k θ_k^h_i (1 − θ_k)^t_i over sequences of tosses. Where only the numbers of heads and
tails are observed, each set also contributes its binomial coefficient, which does not depend on θ. Sets with
equal numbers of heads and tails are one row with a multiplicity, so the cost of an iteration does not grow
with the number of sets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from emviz.data.table import DataError, Table
from emviz.em.columns import Layout
from emviz.em.counts.table import Entry
from emviz.em.domains import Parameter, Unit
from emviz.em.families.categoricals import normalised
from emviz.em.families.mixture import Mixture
from emviz.em.hyper import choice, whole
from emviz.em.model import ColumnSpec, Example, Look, Words
from emviz.em.numerics import Array, log_orders, xlog1m, xlogy
from emviz.em.pictures import Landscape
from emviz.em.simulation import draws
from emviz.em.simulation.sizes import UnitSize, check_parts
from emviz.em.symbols import symbol_cells, symbol_counts
from emviz.models.coins import layouts
from emviz.models.coins.data import (
    NAMES,
    SYMBOLS,
    CoinCounts,
    CoinData,
    CoinParams,
    CoinRound,
    collapsed,
)
from emviz.models.coins.presets import PRESETS
from emviz.models.coins.table import CoinLedger

if TYPE_CHECKING:
    from emviz.em.pictures import View

#: Tosses in each simulated set; the default is that of the paper.
TOSSES = UnitSize("tosses in each set", 10, 1, 10_000)


@dataclass(frozen=True)
class Coins(Mixture[CoinData, CoinParams, CoinCounts]):
    """K coins of unknown bias."""

    coins: int = whole(2, "Coins", "The number of coins.", 2, 6)
    weights: str = choice("equal", "Weights", "Equal (the paper), or learned.", "equal", "learned")

    key = "coins"
    title = "Coins"
    description = (
        "Each row is a set of tosses of one coin. Observed: heads and tails. Hidden: which coin was tossed. "
        "θ is the probability of heads of each coin and, if weights are learned, how often each coin is "
        "chosen. Watch how each set is shared between the coins, and how the shares sharpen as θ moves; then "
        "start with both coins equal. log P is that of the tosses in their order; where only the numbers of "
        "heads and tails are given, that of these numbers (binomial). An unseen toss is left out of its set."
    )
    words = Words(
        "set",
        "sets",
        "coin",
        "coins",
        "which coin was tossed in each set",
        "Which coin was tossed in this set?",
    )
    columns = (
        ColumnSpec("tosses", "a sequence of H and T, ? for an unseen toss; or give heads and tails", False),
        ColumnSpec("heads", "the number of heads, if there is no column tosses", False, layouts.HEADS),
        ColumnSpec("tails", "the number of tails, if there is no column tosses", False, layouts.TAILS),
        ColumnSpec("total", "the number of tosses, if there are heads but no tails", False, layouts.TOTAL),
        ColumnSpec("coin", "the true coin, for the complete-data case", required=False),
    )
    label_column = "coin"
    tally, ledger, needs = CoinCounts, CoinLedger, "tosses"
    unit_size = TOSSES
    presets = PRESETS
    examples = (
        Example(
            "do2008",
            "Do & Batzoglou 2008, Figure 1",
            "coins_do2008.csv",
            "Do & Batzoglou, Nature Biotechnology 26:897 (2008), Figure 1",
            others={"(0.90, 0.60), from where hard EM ends elsewhere": {"heads": [0.9, 0.6]}},
        ),
        Example(
            "three-coins",
            "Three coins, 60 sets (simulated)",
            "coins_three.csv",
            "simulated: biases 0.85, 0.55, 0.20, ten tosses a set, NumPy default_rng(2008)",
            {"coins": 3},
            {"heads": [0.85, 0.55, 0.20]},
        ),
        Example(
            "one-coin",
            "One coin pretending to be two (simulated)",
            "coins_one.csv",
            "simulated: one coin of bias 0.60, given as heads and tails, NumPy default_rng(26)",
            truth={"heads": [0.60, 0.60]},
        ),
    )

    def parse(self, table: Table) -> CoinData:
        """Return the sets of tosses.

        Raises
        ------
        DataError
            If a toss is neither H nor T, a count is not a whole number, or there are more than K true coins.
        """
        if not table.rows:
            raise DataError("there are no rows; a set of tosses is needed")
        written = "tosses" in table
        if written:
            heads, tails = symbol_counts(table, "tosses", SYMBOLS).T
        else:
            heads, tails = layouts.numbers(table)
        if not np.any(heads + tails):
            raise DataError("there are no tosses in any of the sets")
        pairs, which, times = collapsed(heads, tails)
        coin = self.true_components(table)
        # Where only heads and tails are given, any order of the tosses would do: hence log C(n, h).
        orders = 0.0 if written else float(times @ log_orders(np.stack(pairs, axis=-1)))
        tosses = table.texts("tosses") if written else None
        return CoinData(np.stack(pairs), times, which, np.ones(len(which)), coin, orders, tosses)

    def reads(self, table: Table) -> Collection[str]:
        """Return the column of tosses, or else those of heads and tails."""
        if "tosses" in table:
            return ("tosses", "coin")
        return ("heads", "tails" if "tails" in table else "total", "coin")

    def assumed(self, table: Table) -> Sequence[str]:
        """Return notes on unseen tosses, and on totals that differ from heads + tails."""
        return (*layouts.unseen(table), *layouts.conflict(table))

    def layouts(self, table: Table) -> Sequence[Layout]:
        """Return the possible readings of the tosses: letters, words or bits, in one cell or in columns."""
        return layouts.layouts(table)

    def derived(self, table: Table) -> Mapping[str, Sequence[str]]:
        """Return heads and tails counted from the tosses, if there are tosses."""
        if "tosses" not in table:
            return {}
        pairs = zip(("heads", "tails"), symbol_cells(table, "tosses", SYMBOLS), strict=True)
        return {name: cells for name, cells in pairs if name in table}

    def parameters(self, data: CoinData) -> Sequence[Parameter]:
        """Return the weights, which are fixed if equal, and the biases."""
        heads = Parameter("heads", Unit(), "θ", (self.names,), words="the bias θ_{0}")
        return self.weight(fixed=self.weights == "equal"), heads

    def default(self, data: CoinData) -> CoinParams:
        """Return biases .60, .50, .40 and so on: the paper's start for two coins."""
        # 0.6 − 0.2 is 0.39999999999999997 in floats; who types the 0.4 that is shown must get the same run.
        return CoinParams(self.equal, np.round(0.6 - 0.1 * np.arange(self.coins), 2))

    def start(self, data: CoinData, rng: np.random.Generator) -> CoinParams:
        """Return distinct biases between .05 and .95, with the two decimals that the screen shows."""
        return CoinParams(self.equal, rng.choice(np.arange(5, 96), self.coins, replace=False) / 100)

    @property
    def components(self) -> int:
        """The number of coins."""
        return self.coins

    def log_joint(self, params: CoinParams, numbers: Array) -> Array:
        """Return log w_k + h log θ_k + t log(1 − θ_k), shape (..., U, K), for θ of shape (..., K)."""
        heads, weight = params.heads[..., None, :], params.weight[..., None, :]
        h, t = numbers[:, :, None]
        return np.asarray(xlogy(1.0, weight) + xlogy(h, heads) + xlog1m(t, heads))

    def m_steps(self, data: CoinData, counts: CoinCounts) -> CoinParams:
        """Return θ_k = heads / (heads + tails) and, if weights are learned, w_k = sets_k / Σ sets."""
        # 0/0 for a coin without sets is left to NumPy: `Mixture` names the coin that has no tosses.
        learned = self.weights == "learned"
        weight = normalised(counts.sets) if learned else np.broadcast_to(self.equal, counts.sets.shape)
        return CoinParams(weight, counts.heads / (counts.heads + counts.tails))

    def q(self, data: CoinData, counts: CoinCounts, params: CoinParams) -> float:
        """Return Σ_k sets_k log w_k + heads_k log θ_k + tails_k log(1 − θ_k), plus the log coefficients."""
        seen = xlogy(np.array(counts[:2]), np.array(params)).sum()
        return float(seen + xlog1m(counts.tails, params.heads).sum() + data.orders)

    def simulate(
        self, params: CoinParams, size: int, rng: np.random.Generator, each: int | None = None
    ) -> Table:
        """Return `size` sets of `each` (ten) tosses of a coin chosen at random, with the true coin."""
        tosses_each = each or TOSSES.usual
        check_parts(size, tosses_each)
        coin = draws.chosen(params.weight, size, rng)
        tails = draws.in_blocks(
            size,
            lambda rows: rng.random((len(rows), tosses_each)) >= params.heads[coin[rows], None],
            tosses_each,
        )
        return Table.from_columns(
            {"tosses": draws.spelled("".join(SYMBOLS), tails), "coin": draws.named(NAMES, coin)}
        )

    def views(self, data: CoinData, state: CoinRound, look: Look[CoinParams]) -> Sequence[View]:
        """Return the landscape over the biases."""
        entries = tuple(Entry("heads", (k,)) for k in range(self.coins))
        return (Landscape(entries, tuple(self._search(data, state.base.expectation.counts))),)

    def _search(self, data: CoinData, counts: CoinCounts) -> Iterator[CoinParams]:
        """Yield the points to climb from: spread starts, their mirror images, and equal biases."""
        if self.coins > 2:
            yield self.default(data)
        else:
            for pair in ((0.6, 0.5), (0.9, 0.1)):
                for heads in permutations(pair):
                    yield CoinParams(self.equal, np.array(heads))
        # The saddle of equal coins is at heads / tosses overall. The expected counts have both without a sum
        # over the sets, of which there may be a million.
        heads, tails = counts.heads.sum(), counts.tails.sum()
        yield CoinParams(self.equal, np.full(self.coins, heads / (heads + tails)))


MODEL = Coins()

"""A mixture of Poisson distributions: L = Σ_i n_i log Σ_k w_k e^−λ_k λ_k^i / i!, i! included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from emviz.data.table import DataError, Table
from emviz.em.columns import COUNTS
from emviz.em.counts.derivation import base, given
from emviz.em.counts.table import Update
from emviz.em.domains import NonNegative, Parameter
from emviz.em.families.categoricals import normalised
from emviz.em.families.mixture import Mixture, MixtureLedger
from emviz.em.families.units import Units
from emviz.em.hyper import whole
from emviz.em.kernel import PLAIN
from emviz.em.model import ColumnSpec, Example, Look, Round, Rows
from emviz.em.numerics import Array, distinct, log_factorials, xlogy
from emviz.em.pictures import View
from emviz.em.simulation import draws
from emviz.models.deaths.presets import PRESETS

HASSELBLAD = "Hasselblad, J. Amer. Statist. Assoc. 64:1459 (1969): women of 80 and over, days of 1910–1912"
SIMULATED = "simulated: weights 0.40 and 0.60, rates 1.00 and 6.00, NumPy default_rng(1969)"


class DeathParams(NamedTuple):
    """The weight and the rate of each component; shapes (K,)."""

    weight: Array
    rate: Array


class DeathCounts(NamedTuple):
    """Expected units and events of each component; shapes (K,)."""

    units: Array
    events: Array


class DeathLedger(MixtureLedger[Units, DeathParams, DeathCounts]):
    """Units and events of each value, shared between the components."""

    kind, heading, each = "component", "value", ("units", "events")

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the values and their units."""
        pairs = zip(self.data.numbers[0, self.data.which[rows]], self.data.count[rows], strict=True)
        return tuple(f"{value:.0f}: {count:.0f}" for value, count in pairs)

    def product(self, numbers: Array, k: int, places: int) -> str:
        """Return w e^−λ λ^i."""
        weight, rate = (given(float(each[k]), places + 1) for each in self.params)
        return rf"{weight} \cdot e^{{-{rate}}} \cdot {base(rate)}^{{{numbers[0]:.0f}}}"

    def updates(self, counts: DeathCounts, found: DeathParams) -> tuple[Update, ...]:
        """Return w = units of one component / all units, and λ = events / units."""
        rates = self.lines("λ", counts.events, counts.units[:, None], found.rate)
        return (*self.weight_lines(counts.units, found.weight), *rates)


@dataclass(frozen=True)
class Deaths(Mixture[Units, DeathParams, DeathCounts]):
    """Counts of events that occur at one of K unknown rates.

    Each row is a value and its number of units, such as the days with that number of deaths; without a count
    each row is one unit. Hidden: which component each unit belongs to. θ is the weight and the rate of each
    component. Watch how slowly EM moves if components overlap (each step is .996 of the last one), and how a
    third component comes to lie on the second. log P is that of the values of all units, one by one.
    """

    components: int = whole(2, "Components", "How many rates there are.", 2, 6)
    key, title, label_column = "deaths", "Poisson mixture", "component"
    tally, ledger = DeathCounts, DeathLedger
    words = replace(PLAIN, unit="value", units="values", question="which component each unit belongs to")
    columns = (
        ColumnSpec("value", "a whole number", synonyms=("events", "deaths", "cases", "k", "x", "wert")),
        ColumnSpec("count", "the number of units; without it each row is one unit", False, COUNTS),
        ColumnSpec("component", "the true component, for the complete-data case", False),
    )
    presets = PRESETS
    examples = (
        Example("times", "Deaths in the London Times (Hasselblad 1969)", "deaths_times.csv", HASSELBLAD),
        Example(
            "simulated",
            "500 units of two components (simulated)",
            "deaths_simulated.csv",
            SIMULATED,
            truth={"weight": [0.4, 0.6], "rate": [1.0, 6.0]},
        ),
    )

    def parse(self, table: Table) -> Units:
        """Return the distinct values; DataError if one is not a whole number, or all are 0."""
        value, count = table.counts("value"), table.counts_or_ones()
        if not value @ count:
            raise DataError("there are no events: no unit has a value above 0, which leaves no rate above 0")
        return Units.of_numbers(value, count, self.true_components(table), lambda i: -log_factorials(i))

    def parameters(self, data: Units) -> Sequence[Parameter]:
        """Return the weights and the rates."""
        return self.weight(), Parameter("rate", NonNegative(), "λ", (self.names,), words="the rate λ_{0}")

    def default(self, data: Units) -> DeathParams:
        """Return equal weights, and rates of 1/K, 3/K, 5/K … of the mean."""
        return DeathParams(self.equal, data.mean * (1 + 2 * np.arange(self.components)) / self.components)

    def start(self, data: Units, rng: np.random.Generator) -> DeathParams:
        """Return equal weights, and distinct rates of two decimals up to twice the mean."""
        # Not from 0: a rate of 0 explains no event, so EM would leave it at 0.
        rates = np.arange(5, 100 + int(200 * data.mean[0])) / 100
        return DeathParams(self.equal, rng.choice(rates, self.components, replace=False))

    def log_joint(self, params: DeathParams, numbers: Array) -> Array:
        """Return log w_k − λ_k + i log λ_k; log i! does not depend on θ."""
        weight, rate = (each[..., None, :] for each in params)
        return np.asarray(xlogy(1.0, weight) - rate + xlogy(numbers[0][:, None], rate))

    def m_steps(self, data: Units, counts: DeathCounts) -> DeathParams:
        """Return the share of the units, and events over units."""
        return DeathParams(normalised(counts.units), counts.events / counts.units)

    def q(self, data: Units, counts: DeathCounts, params: DeathParams) -> float:
        """Return Σ_k units_k (log w_k − λ_k) + events_k log λ_k − Σ log i!."""
        logs = xlogy(np.array(counts), np.array(params)).sum()
        return float(logs - counts.units @ params.rate + data.orders)

    def simulate(self, params: DeathParams, size: int, rng: np.random.Generator) -> Table:
        """Return the values of `size` units, with the units of each value and component."""
        component = draws.chosen(params.weight, size, rng)
        value = draws.in_blocks(size, lambda rows: rng.poisson(params.rate[component[rows]]))
        # A pair becomes one complex number, so that a single sort of numbers finds equal pairs.
        pairs, _, count = distinct(value + 1j * component)
        names = [self.names[k] for k in pairs.imag.astype(np.intp).tolist()]
        return Table.from_columns({"value": pairs.real, "count": count, "component": names})

    def views(
        self, data: Units, state: Round[DeathParams, DeathCounts], look: Look[DeathParams]
    ) -> Sequence[View]:
        """Return the units of each value, shared between the components, and log P over the rates."""
        params, value = state.updated or state.base.params, data.numbers[0]
        expected = data.times.sum() * np.exp(self.evidence(data, params) - log_factorials(value))
        bars = self.bars(data, state, "value", (f"{each:.0f}" for each in value), expected)
        return bars, self.landscape(data, "rate")


MODEL = Deaths()

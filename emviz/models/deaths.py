"""A mixture of Poisson distributions: on some days more is to be expected than on others.

L = Σ_i n_i log Σ_k w_k e^−λ_k λ_k^i / i!, i! included. In no other model does EM take so long: 2,643
iterations on deaths in the London Times (Hasselblad, J. Amer. Statist. Assoc. 64:1459 (1969)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, TypeAlias

import numpy as np

from emviz.data.table import DataError, Table
from emviz.em.columns import COUNTS
from emviz.em.derivation import given
from emviz.em.domains import NonNegative, Parameter, Simplex
from emviz.em.families.mixture import Mixture, MixtureLedger, Units, needed
from emviz.em.hyper import whole
from emviz.em.labels import true_components
from emviz.em.model import ColumnSpec, Example, Look, Phase, Preset, Round, Rows, Words
from emviz.em.numerics import Array, log_factorials, xlogy
from emviz.em.pictures import Bar, Bars, Curve, Landscape, View
from emviz.em.views import CountTable, Entry, Update

#: Values that are drawn.
MOST = 40


class DeathParams(NamedTuple):
    """The weight and the rate of each component; shapes (K,)."""

    weight: Array
    rate: Array


class DeathCounts(NamedTuple):
    """Expected units and events of each component; shapes (K,)."""

    units: Array
    events: Array


DeathRound: TypeAlias = Round[DeathParams, DeathCounts]


@dataclass(frozen=True)
class Deaths(Mixture[Units, DeathParams, DeathCounts]):
    """K rates, and counts that do not tell which of them they come from."""

    components: int = whole(2, "Components", "How many rates there are.", 2, 6)

    key, title, tally, label_column = "deaths", "Poisson mixture", DeathCounts, "component"
    description: ClassVar[str] = (
        "Each row is a value with the number of units that have it, such as days with so many deaths; "
        "without a count each row is one unit. Hidden: which component a unit belongs to. θ is the weight "
        "and the rate of each. Look for how slowly EM gets on where components overlap (each step .996 of "
        "the last one), and for a third component that comes to lie on the second. log P is that of the "
        "values of all units, one after another."
    )
    words: ClassVar[Words] = Words(
        *("value", "values", "component", "components", "which component each unit belongs to"),
        "Which component is it?",
    )
    columns: ClassVar[Sequence[ColumnSpec]] = (
        ColumnSpec("value", "a whole number", synonyms=("events", "deaths", "cases", "k", "x", "wert")),
        ColumnSpec("count", "how many units have it; each row is one where left out", False, COUNTS),
        ColumnSpec("component", "the true component, for the complete-data case", False),
    )
    presets: ClassVar[Sequence[Preset]] = (
        Preset(
            "slow",
            "The slow tail",
            "R: 1,000 iterations, and EM has not converged: each step of θ is 0.996 of the one before. "
            "C: SQUAREM comes there in 42 E-steps.",
        ),
    )
    examples: ClassVar[Sequence[Example]] = (
        Example(
            *("times", "Deaths in the London Times (Hasselblad 1969)", "deaths_times.csv"),
            "Hasselblad, J. Amer. Statist. Assoc. 64:1459 (1969): women of 80 and over, days of 1910–1912",
        ),
        Example(
            *("simulated", "500 units of two components (simulated)", "deaths_simulated.csv"),
            "simulated: weights 0.40 and 0.60, rates 1.00 and 6.00, NumPy default_rng(1969)",
            truth={"weight": [0.4, 0.6], "rate": [1.0, 6.0]},
        ),
    )

    @property
    def size(self) -> int:
        """The number of components."""
        return self.components

    def parse(self, table: Table) -> Units:
        """Return the distinct values; DataError for no whole number, or where nothing but 0 occurs."""
        rows, count = table.counts("value"), table.counts_or_ones()
        if not rows @ count:
            raise DataError("there are no events: no unit has a value above 0, which leaves no rate above 0")
        value, which = np.unique(rows, return_inverse=True)
        times = np.bincount(which, count).astype(np.float64)
        label = true_components(table, "component", self.names)
        return Units(value[None], times, which, count, label, -float(times @ log_factorials(value)))

    def parameters(self, data: Units) -> Sequence[Parameter]:
        """Return the weights and the rates."""
        names = (self.names,)
        weight = Parameter("weight", Simplex(), "w", names, words="the weight w_{0}")
        return weight, Parameter("rate", NonNegative(), "λ", names, words="the rate λ_{0}")

    def default(self, data: Units) -> DeathParams:
        """Return equal weights, and rates of 1/K, 3/K, 5/K … of the mean."""
        return DeathParams(self.equal, _mean(data) * (1 + 2 * np.arange(self.size)) / self.size)

    def start(self, data: Units, rng: np.random.Generator) -> DeathParams:
        """Return equal weights, and rates up to twice the mean in two decimals, no two the same."""
        rates = np.arange(5, 100 + int(200 * _mean(data))) / 100
        return DeathParams(self.equal, rng.choice(rates, self.size, replace=False))

    def log_joint(self, params: DeathParams, told: Array) -> Array:
        """Return log w_k − λ_k + i log λ_k; log i! is free of θ."""
        weight, rate = (each[..., None, :] for each in params)
        return np.asarray(xlogy(1.0, weight) - rate + xlogy(told[0][:, None], rate))

    def m_step(self, data: Units, counts: DeathCounts) -> DeathParams:
        """Return the share of the units, and events over units; ZeroDivisionError where there are none."""
        needed(counts.units, self.names, "component {} has no expected units left", "λ")
        return DeathParams(counts.units / counts.units.sum(), counts.events / counts.units)

    def m_steps(self, data: Units, counts: DeathCounts) -> DeathParams:
        """Return the same for counts stacked along a leading axis; no numbers where there are no units."""
        weight = counts.units / counts.units.sum(axis=-1, keepdims=True)
        return DeathParams(weight, counts.events / counts.units)

    def q(self, data: Units, counts: DeathCounts, params: DeathParams) -> float:
        """Return Σ_k units_k (log w_k − λ_k) + events_k log λ_k − Σ log i!."""
        told = xlogy(np.array(counts), np.array(params)).sum()
        return float(told - counts.units @ params.rate + data.orders)

    def simulate(self, params: DeathParams, size: int, rng: np.random.Generator) -> Table:
        """Return the values of `size` units, those of each component together."""
        component = rng.choice(self.size, size, p=params.weight)
        pairs = np.stack([rng.poisson(params.rate[component]), component])
        (value, label), count = np.unique(pairs, axis=1, return_counts=True)
        names = [self.names[k] for k in label.tolist()]
        return Table.from_columns({"value": value.tolist(), "count": count.tolist(), "component": names})

    def remark(self, data: Units, params: DeathParams) -> str | None:
        """Name the ridge of equal rates, which EM never leaves."""
        alike = np.ptp(params.rate) == 0
        return "all rates are equal: EM cannot tell the components apart from here" if alike else None

    def called(self, data: Units, row: int) -> str:
        """Return the value of a row."""
        return f"value {data.told[0, data.which[row]]:.0f}"

    def count_table(self, data: Units, state: DeathRound, rows: Rows) -> CountTable:
        """Return the table of Figure 1b."""
        return DeathLedger(self, data, state, len(data.which)).table(rows)

    def views(self, data: Units, state: DeathRound, look: Look[DeathParams]) -> Sequence[View]:
        """Return the units of each value, shared between the components, and log P over two rates."""
        params, told = state.updated or state.base.params, state.phase is not Phase.START
        value, start = data.told[0], self.default(data)
        parts = (data.times[:, None] * (self.shares(data, state) if told else 1.0))[:MOST].tolist()
        tags = [(name, k) for k, name in enumerate(self.names)] if told else [("", None)]
        pairs = [zip(tags, row, strict=True) for row in parts]
        fit = data.times.sum() * np.exp(self.evidence(data, params) - log_factorials(value))[:MOST]
        bars = Bars(
            *("Counts", "value", "units", tuple(f"{each:.0f}" for each in value[:MOST])),
            tuple(tuple(Bar(name, part, k) for (name, k), part in row) for row in pairs),
            curve=Curve("mixture", np.arange(len(fit), dtype=np.float64), fit),
            note=f"Only the {MOST} smallest values are drawn." if len(value) > MOST else "",
        )
        rates = tuple(Entry("rate", (k,)) for k in range(self.size))
        return bars, Landscape(rates, (start, start._replace(rate=start.rate[::-1])))


class DeathLedger(MixtureLedger[Units, DeathParams, DeathCounts]):
    """Units and events of each value, shared between the components."""

    kind, heading, each = "component", "value", ("units", "events")

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the values and their units."""
        pairs = zip(self.data.told[0, self.data.which[rows]], self.data.count[rows], strict=True)
        return tuple(f"{value:.0f}: {count:.0f}" for value, count in pairs)

    def product(self, told: Array, k: int, places: int) -> str:
        """Return w e^−λ λ^i."""
        weight, rate = (given(float(each[k]), places + 1) for each in self.params)
        return rf"{weight} \cdot e^{{-{rate}}} \cdot {rate}^{{{told[0]:.0f}}}"

    def updates(self, counts: DeathCounts, found: DeathParams) -> tuple[Update, ...]:
        """Return w = units of one component / all units, and λ = events / units."""
        rates = self.lines("λ", counts.events, counts.units[:, None], found.rate)
        return (*self.weight_lines(counts.units, found.weight), *rates)


def _mean(data: Units) -> float:
    return float(data.times @ data.told[0] / data.times.sum())


MODEL = Deaths()

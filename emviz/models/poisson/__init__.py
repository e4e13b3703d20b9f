"""Poisson counts of which a part was not observed (Hartley, Biometrics 14:174 (1958)).

Either the zeros were never seen, so that the number of units is unknown; or all values from some m on were
lumped into one group, so that their sum is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from emviz.data.table import Table
from emviz.em.columns import COUNTS, Layout, upright
from emviz.em.counts.answers import places_of, ranked
from emviz.em.counts.table import Answer, CountTable
from emviz.em.domains import Parameter, Positive
from emviz.em.hyper import choice
from emviz.em.model import ColumnSpec, Example, Expectation, Look, Model, Rows, Words
from emviz.em.numerics import Array
from emviz.em.pictures import View
from emviz.em.rounding import decimal
from emviz.em.simulation import draws
from emviz.models.poisson.pictures import bars, curves
from emviz.models.poisson.steps import (
    PoissonCounts,
    PoissonData,
    PoissonParams,
    PoissonRound,
    boundless,
    expected,
    heights,
    likeliest,
    likeliest_value,
    parsed,
    q_heights,
    rated,
    top_group,
)
from emviz.models.poisson.table import SPLIT, PoissonLedger, names, shares, written

#: The words of data whose highest values were lumped.
LUMPED = Words(
    *("value", "values", "value", "values", "which values the top group is made of"),
    "Which values are hidden behind this one?",
    shared="The units of the top group were shared between its values",
)
#: Simulated tables list the values at least up to this one.
LISTED = 4
#: Below this λ fewer than one unit in a hundred is seen.
RARE = 0.01


@dataclass(frozen=True)
class Poisson(Model[PoissonData, PoissonParams, PoissonCounts]):
    """One rate, and counts with a part hidden."""

    hidden: str = choice(
        "zeros", "Hidden", "The unobserved part: the zeros, or the values in the top group.", "zeros", "top"
    )

    key = "poisson"
    title = "Poisson counts"
    shortened_q = True
    description = (
        "Each row is a value and the number of units with it, such as the households with that number of "
        "cases; without a count each row is one unit. Hidden: the units with the value 0, which were never "
        "seen; or the values in a top group such as >=2. θ is the rate λ of a Poisson distribution. See how "
        "fast EM converges: slowly if much is hidden (cholera, each step .59 of the one before), almost at "
        "once if little is (horse kicks, .05). log P is that of the values of all units, one by one."
    )
    words = Words(
        "value",
        "values",
        "group",
        "groups seen and unseen",
        "how many were never seen",
        "How many are hidden behind this value?",
        shared="The hidden units were estimated from the seen ones",
    )
    columns = (
        ColumnSpec(
            "value",
            "a whole number; the top group is written >=2",
            synonyms=("events", "cases", "deaths", "k", "x", "wert", "ereignisse", "fälle"),
        ),
        ColumnSpec(
            "count",
            "the number of units with this value; without it each row is one unit",
            False,
            synonyms=(*COUNTS, "units"),
        ),
    )
    examples = (
        Example(
            "cholera",
            "Cholera in 55 households, the zeros hidden (McKendrick 1926)",
            "poisson_cholera.csv",
            "McKendrick, Proc. Edinburgh Math. Soc. 44:98 (1926); his 168 households without a case are left "
            "out, since nobody knows which of them were exposed",
        ),
        Example(
            "horse-kicks",
            "Deaths by horse kick, two and more lumped (Bortkiewicz 1898)",
            "poisson_horse_kicks.csv",
            "Bortkiewicz, Das Gesetz der kleinen Zahlen (1898): 200 corps-years, 22, 3 and 1 of them with 2, "
            "3 and 4 deaths, here lumped",
            {"hidden": "top"},
            words=LUMPED,
        ),
        Example(
            "simulated",
            "500 units, the zeros hidden (simulated)",
            "poisson_simulated.csv",
            "simulated: λ = 0.80, 500 units of which those without an event are left out, NumPy "
            "default_rng(1958)",
            truth={"rate": 0.8},
        ),
    )

    def layouts(self, table: Table) -> Sequence[Layout]:
        """Return the layout of a single row with a column of counts for each value."""
        columns = [name for name in table.names if top_group(name)[0] is not None]
        if table.rows != 1 or len(columns) < 2:
            return ()
        meanings = {name: name for name in columns}
        return (Layout("columns", "a column for each value", partial(upright, meanings, "value")),)

    def assumed(self, table: Table) -> Sequence[str]:
        """Return the assumption that nobody had the value 0, if a top group is hidden and 0 has no row."""
        values = [top_group(cell) for cell in table.texts("value").tolist()] if "value" in table else []
        if self.hidden != "top" or (0.0, False) in values or not any(group for _, group in values):
            return ()
        return ("the value 0 has no row, so nobody had it",)

    def parse(self, table: Table) -> PoissonData:
        """Return the values and their counts.

        Raises
        ------
        DataError
            For a value or a count that is not a whole number; a zero if zeros are hidden; a top group if
            zeros are hidden, or not exactly one otherwise; or no events.
        """
        return parsed(table, self.hidden)

    def parameters(self, data: PoissonData) -> Sequence[Parameter]:
        """Return λ."""
        return (Parameter("rate", Positive(), "λ", (), words="the rate λ"),)

    def default(self, data: PoissonData) -> PoissonParams:
        """Return λ = 1 if the zeros are hidden, otherwise 2."""
        return PoissonParams(np.array(1.0 if data.least is None else 2.0))

    def start(self, data: PoissonData, rng: np.random.Generator) -> PoissonParams:
        """Return λ up to twice the mean value, with the two decimals that the screen shows."""
        most = 200 * float(data.value @ data.count) / data.people
        return PoissonParams(np.array(rng.integers(5, 6 + max(95, round(most))) / 100))

    def e_step(self, data: PoissonData, params: PoissonParams) -> Expectation[PoissonCounts]:
        """Return the expected units and events, and log P(x; λ)."""
        return Expectation(expected(data, params), float(heights(data, params.rate)))

    def m_step(self, data: PoissonData, counts: PoissonCounts) -> PoissonParams:
        """Return λ = events / units."""
        return rated(counts)

    def q(self, data: PoissonData, counts: PoissonCounts, params: PoissonParams) -> float:
        """Return events · log λ − units · λ, plus terms without λ."""
        return float(q_heights(counts, params.rate))

    def objectives(self, data: PoissonData, params: PoissonParams) -> Array:
        """Return log P(x; λ), shape (B,), at many λ at once."""
        return heights(data, params.rate)

    def called(self, data: PoissonData, row: int) -> str:
        """Return the value of a row."""
        return f"value {written(data, row)}"

    def mixes(self, data: PoissonData) -> bool:
        """Return True: a row combines units seen and unseen."""
        return True

    def posterior(self, data: PoissonData, params: PoissonParams, rows: Rows) -> Array:
        """Return the parts seen and never seen, or those of the values in the top group."""
        return shares(data, params.rate)[data.lumped[rows].astype(np.intp)]

    def answers(self, data: PoissonData, params: PoissonParams, rows: Rows) -> Sequence[Answer]:
        """Return the units seen and never seen of each value, or the likeliest values of the top group."""
        weights = self.posterior(data, params, rows)
        if data.least is None:
            unit_zeros = float(weights[0, 1] / weights[0, 0])
            return tuple(
                ranked(weights[:1], (f"{n:.0f} seen", f"{decimal(n * unit_zeros, 1)} never seen"))[0]
                for n in data.count[rows].tolist()
            )
        top = ranked(weights, names(data))
        return tuple(
            top[place] if data.lumped[row] else Answer((f"{written(data, row)}, as written",), (1.0,))
            for place, row in enumerate(rows.tolist())
        )

    def chosen(self, data: PoissonData, params: PoissonParams, rows: Rows) -> Sequence[int | None]:
        """Return the place of the likeliest value of the top group; None for hidden zeros."""
        if data.least is None:
            return (None,) * len(rows)
        value = 1 + min(likeliest_value(data.least, params.rate) - data.least, SPLIT - 1)
        return places_of(np.where(data.lumped[rows], value, 0), self.posterior(data, params, rows))

    def complete(self, data: PoissonData, params: PoissonParams) -> PoissonCounts:
        """Return the counts with the likeliest number never seen, or the likeliest value in the group."""
        return likeliest(data, params)

    def simulate(self, params: PoissonParams, size: int, rng: np.random.Generator) -> Table:
        """Return the counts of `size` units, without those of 0, or with those above λ + 1 lumped."""
        rate = float(params.rate)
        drawn = draws.in_blocks(size, lambda rows: rng.poisson(rate, len(rows)))
        if self.hidden == "zeros":
            counts = np.bincount(drawn, minlength=LISTED + 1)[1:]
            return Table.from_columns({"value": range(1, len(counts) + 1), "count": counts.tolist()})
        least = int(rate) + 2
        counts = np.bincount(np.minimum(drawn, least), minlength=least + 1)
        values = [*map(str, range(least)), f">={least}"]
        return Table.from_columns({"value": values, "count": counts.tolist()})

    def remark(self, data: PoissonData, params: PoissonParams) -> str | None:
        """Return a sentence on data without a maximum, or on a λ at which nearly everything is hidden."""
        if boundless(data):
            zeros = "every value is 1, so log P rises all the way down to λ = 0: EM creeps and never arrives"
            top = "every unit is in the top group, so log P rises with λ without end: EM never converges"
            return zeros if data.least is None else top
        if data.least is None and params.rate < RARE:
            return "at this λ fewer than one unit in a hundred is seen, so the steps of EM are short"
        return None

    def count_table(self, data: PoissonData, state: PoissonRound, rows: Rows) -> CountTable:
        """Return the table of Figure 1b: the values, the hidden part, units and events."""
        return PoissonLedger(self, data, state, len(data.value)).table(rows)

    def views(self, data: PoissonData, state: PoissonRound, look: Look[PoissonParams]) -> Sequence[View]:
        """Return observed and hidden counts, log P over λ, and the rate of convergence."""
        return bars(data, state), *curves(data, state, look)


MODEL = Poisson()

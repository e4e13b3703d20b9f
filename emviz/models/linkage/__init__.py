"""Genetic linkage of 197 animals in four cells, the example with which EM got its name.

The cells have probabilities 1/2 + π/4, (1 − π)/4, (1 − π)/4 and π/4. Cell 1 combines two classes of
probabilities 1/2 and π/4, and nobody recorded which of them an animal belongs to (Dempster, Laird & Rubin,
J. R. Statist. Soc. B 39:1 (1977), section 1). L(π) = Σ_c y_c log P(c) + log n!/Π y_c!, the multinomial
probability of the four counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from emviz.data.table import Table
from emviz.em.columns import COUNTS, Layout
from emviz.em.convergence.rate import rate_view, times_of, walked
from emviz.em.counts.table import Answer, CountTable, Entry
from emviz.em.domains import Parameter, Unit
from emviz.em.families.categories import Categories, categorised
from emviz.em.model import ColumnSpec, Example, Expectation, Look, Model, Phase, Preset, Rows, Words
from emviz.em.numerics import Array, xlogy
from emviz.em.objective import whole
from emviz.em.pictures import Curve, Curves, Dot, View
from emviz.models.linkage import layouts
from emviz.models.linkage.data import (
    CELLS,
    WRITTEN,
    LinkageCounts,
    LinkageParams,
    LinkageRound,
    chances,
    counted,
    expected_log,
    maximum,
    missing_fraction,
    share_of,
)
from emviz.models.linkage.table import LinkageLedger

__all__ = ["MODEL", "Linkage", "LinkageCounts", "LinkageParams"]

#: Points of the curve on (0, 1).
FINE = 401


@dataclass(frozen=True)
class Linkage(Model[Categories, LinkageParams, LinkageCounts]):
    """Four cells, one of which hides two classes."""

    key = "linkage"
    title = "Linkage"
    description = (
        "Each row is a cell with its number of animals, or one animal if there is no count; the cells have "
        "probabilities 1/2 + π/4, (1 − π)/4, (1 − π)/4 and π/4. Observed: the counts. Hidden: which animals "
        "of cell 1 belong to its part 1/2 and which to its part π/4. θ is the single number π, so the whole "
        "curve of log P can be drawn. Look at the bound that touches it, and at the rate at which the steps "
        "shrink: it is the fraction of missing information, .133 in the original data. log P is that of the "
        "four counts (multinomial)."
    )
    words = Words(
        "cell",
        "cells",
        "class",
        "classes",
        "which of the two classes behind cell 1 each animal belongs to",
        "Which classes make up this cell?",
        shared="The animals of cell 1 were shared between its two classes",
    )
    columns = (
        ColumnSpec(
            "cell",
            "1, 2, 3 or 4; cell 1 is the one of probability 1/2 + π/4",
            synonyms=("class", "category", "phenotype"),
        ),
        ColumnSpec(
            "count",
            "the number of animals; without it each row is one animal",
            False,
            synonyms=(*COUNTS, "animals"),
        ),
    )
    presets = (
        Preset(
            "fast",
            "The fast tail",
            "R: six iterations. Each step of π is 0.133 of the one before; this is the fraction of missing "
            "information.",
        ),
    )
    examples = (
        Example(
            "dlr1977",
            "Dempster, Laird & Rubin 1977, 197 animals",
            "linkage_dlr1977.csv",
            "Dempster, Laird & Rubin, J. R. Statist. Soc. B 39:1 (1977), section 1, after Rao",
        ),
        Example(
            "simulated",
            "2,000 animals (simulated)",
            "linkage_simulated.csv",
            "simulated: π = 0.30, 2,000 animals, NumPy default_rng(1977)",
            truth={"pi": 0.3},
        ),
    )

    def layouts(self, table: Table) -> Sequence[Layout]:
        """Return how the cells are written, if not as a column of 1, 2, 3 and 4."""
        return layouts.layouts(table)

    def parse(self, table: Table) -> Categories:
        """Return the animals by cell; a cell may have several rows.

        Raises
        ------
        DataError
            For a cell other than 1 to 4, a count that is not a whole number, or no animals at all.
        """
        return categorised(table, "cell", CELLS, "animals")

    def parameters(self, data: Categories) -> Sequence[Parameter]:
        """Return π."""
        return (Parameter("pi", Unit(), "π", ()),)

    def default(self, data: Categories) -> LinkageParams:
        """Return π = .5, the start of Dempster, Laird & Rubin."""
        return LinkageParams(np.array(0.5))

    def start(self, data: Categories, rng: np.random.Generator) -> LinkageParams:
        """Return π between .05 and .95, with the two decimals that the screen shows."""
        return LinkageParams(np.array(rng.integers(5, 96) / 100))

    def e_step(self, data: Categories, params: LinkageParams) -> Expectation[LinkageCounts]:
        """Return the expected animals of each side, x₂ = y₁ (π/4) / (1/2 + π/4), and log P(x; π)."""
        split = data.total[0] * share_of(params.pi)
        return Expectation(counted(data, split), float(self.objectives(data, params)))

    def m_step(self, data: Categories, counts: LinkageCounts) -> LinkageParams:
        """Return π = (x₂ + y₄) / (x₂ + y₄ + y₂ + y₃).

        Raises
        ------
        ZeroDivisionError
            If no animal carries information on π.
        """
        in_favour, against, _ = counts.animals
        if not in_favour + against > 0:
            raise ZeroDivisionError("no animal is left with information on π, so 0/0 leaves it undefined")
        return LinkageParams(np.array(in_favour / (in_favour + against)))

    def q(self, data: Categories, counts: LinkageCounts, params: LinkageParams) -> float:
        """Return (x₂ + y₄) log π/4 + (y₂ + y₃) log (1 − π)/4 + x₁ log 1/2, plus the log coefficient."""
        return float(expected_log(data, counts, params.pi))

    def objectives(self, data: Categories, params: LinkageParams) -> Array:
        """Return log P(x; π), shape (B,), at many π at once."""
        return np.asarray(xlogy(data.total, chances(params.pi)).sum(axis=-1) + data.orders)

    def called(self, data: Categories, row: int) -> str:
        """Return the cell of a row."""
        return f"cell {CELLS[data.place[row]]}"

    def mixes(self, data: Categories) -> bool:
        """Return True: a cell holds animals of several classes."""
        return True

    def posterior(self, data: Categories, params: LinkageParams, rows: Rows) -> Array:
        """Return the shares of classes 1/2 and π/4, and of the one class of cells 2 to 4, (len(rows), 3)."""
        hidden, first = share_of(params.pi), data.place[rows] == 0
        return np.where(first[:, None], np.array([1 - hidden, hidden, 0.0]), np.array([0.0, 0.0, 1.0]))

    def answers(self, data: Categories, params: LinkageParams, rows: Rows) -> Sequence[Answer]:
        """Return the classes of each cell; in cell 1 the class 1/2 is always the likelier one."""
        hidden = float(share_of(params.pi))
        both = Answer(("class 1/2", "class π/4"), (1 - hidden, hidden))
        return tuple(
            Answer((f"the one class {WRITTEN[cell]}",), (1.0,)) if cell else both
            for cell in data.place[rows].tolist()
        )

    def complete(self, data: Categories, params: LinkageParams) -> LinkageCounts:
        """Return the counts if all of cell 1 goes to its likelier class, which is 1/2 for every π."""
        return counted(data, np.array(0.0))

    def simulate(self, params: LinkageParams, size: int, rng: np.random.Generator) -> Table:
        """Return the four cells of `size` animals, without the classes of cell 1."""
        drawn = rng.multinomial(size, chances(params.pi))
        return Table.from_columns({"cell": [1, 2, 3, 4], "count": drawn.tolist()})

    def remark(self, data: Categories, params: LinkageParams) -> str | None:
        """Return a sentence on π = 0, which EM never leaves, and on π = 1, where it may end."""
        if params.pi == 0:
            return "π is 0, so no animal of cell 1 can be of class π/4, and EM never leaves this end"
        if params.pi == 1:
            return "π is 1, the end of its range: the cells 2 and 3 are empty and do not hold it back"
        return None

    def views(self, data: Categories, state: LinkageRound, look: Look[LinkageParams]) -> Sequence[View]:
        """Return log P and the bound over all of (0, 1), and the rate of convergence."""
        limit = maximum(data)
        thetas = walked(state, look)
        path = np.array([params.pi for params in thetas])
        rate = missing_fraction(data, limit) if 0 < limit < 1 else None
        convergence = rate_view("π", path, limit, rate, times_of(thetas, look), state.whole)
        return self._curve(data, state, look, limit), convergence

    def _curve(
        self, data: Categories, state: LinkageRound, look: Look[LinkageParams], limit: float
    ) -> Curves:
        # Without the ends, where log P may be −∞.
        base, xs = state.base, np.linspace(0, 1, FINE + 2)[1:-1]
        log_p = Curve("log P", xs, self.objectives(data, LinkageParams(xs)))
        curves = whole.beside(log_p, self._raised(data, xs)) if state.whole else [log_p]
        if state.phase is not Phase.START:
            lifted = base.expectation.objective - base.q_expectation
            curves.append(
                Curve(
                    state.bound_name(),
                    xs,
                    lifted + expected_log(data, base.expectation.counts, xs),
                    role="bound",
                )
            )
        places = [(float(base.params.pi), f"π({base.index})", "here"), (limit, "maximum", "optimum")]
        if state.updated is not None:
            places[0] = (places[0][0], places[0][1], "start")
            places.insert(0, (float(state.updated.pi), f"π({base.index + 1})", "here"))
        if look.truth is not None:
            places.append((float(look.truth.pi), "truth", "truth"))
        heights = self.objectives(data, LinkageParams(np.array([x for x, _, _ in places])))
        if state.whole:
            on_path = np.array([kind in ("here", "start") for _, _, kind in places])
            heights = np.where(on_path, self._raised(data, np.array([x for x, _, _ in places])), heights)
        dots = [Dot(x, float(y), *named) for (x, *named), y in zip(places, heights, strict=True)]
        # The dots on the path are of the objective that hard EM raises; maximum and truth belong to log P.
        # At an end of the range the data may be impossible, and a dot at −∞ cannot be drawn.
        seen = tuple(dot for dot in dots if np.isfinite(dot.y))
        return Curves("log P of π", "π", "nats", tuple(curves), seen, Entry("pi", ()))

    def _raised(self, data: Categories, pi: Array) -> Array:
        """Return max log P(x, z; π), shape (n,)."""
        thetas = map(LinkageParams, pi)
        return whole.heights(partial(self.complete, data), partial(self.q, data), thetas)

    def count_table(self, data: Categories, state: LinkageRound, rows: Rows) -> CountTable:
        """Return the table of Figure 1b: cell 1 shared between its classes."""
        return LinkageLedger(self, data, state, len(data.place)).table(rows)


MODEL = Linkage()

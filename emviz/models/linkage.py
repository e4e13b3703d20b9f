"""Genetic linkage of 197 animals in four cells, the example with which EM got its name.

The cells have probabilities 1/2 + π/4, (1 − π)/4, (1 − π)/4 and π/4. Cell 1 is two classes in one, of
probabilities 1/2 and π/4, and nobody wrote down which of them an animal belongs to (Dempster, Laird & Rubin,
J. R. Statist. Soc. B 39:1 (1977), section 1). L(π) = Σ_c y_c log P(c) + log n!/Π y_c!, the multinomial
probability of the four counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError, Table
from emviz.em import views as view
from emviz.em.derivation import (
    MOST_TERMS,
    bayes_lines,
    given,
    people_line,
    ratio_line,
    sum_line,
    whole_line,
)
from emviz.em.domains import Parameter, Unit
from emviz.em.model import ColumnSpec, Example, Expectation, Look, Model, Phase, Round, Rows, Words
from emviz.em.numerics import Array, log_orders, xlogy
from emviz.em.pictures import Curve, Curves, Dot, View
from emviz.em.rate import missing, rate_view, times_of, walked

CELLS = ("1", "2", "3", "4")
#: What each cell is, as the derivations write it.
WRITTEN = ("1/2 + π/4", "(1 − π)/4", "(1 − π)/4", "π/4")
#: What a class says of π: it is one of π, one of 1 − π, or neither.
SIDES = ("for π", "for 1 − π", "for neither")
#: The classes that the cells are made of: the two of cell 1, and the one of another.
NAMES = ("1/2", "π/4", "one class")
#: The side for which each class of each cell is counted; −1 where a cell has no such class.
SIDE_OF = np.array([(2, 0, -1), (-1, -1, 1), (-1, -1, 1), (-1, -1, 0)])
#: Points of the curve on (0, 1).
FINE = 401


class LinkageParams(NamedTuple):
    """The parameter π of the four cells; shape ()."""

    pi: Array


class LinkageCounts(NamedTuple):
    """Expected animals in the classes that say π, 1 − π, and neither; shape (3,)."""

    animals: Array


@dataclass(frozen=True, eq=False)
class LinkageData:
    """Animals by cell.

    Parameters
    ----------
    cell : integer array, shape (N,)
        The cell of each row, from 0.
    count : Array, shape (N,)
        The animals of each row.
    total : Array, shape (4,)
        The animals of each cell.
    orders : float
        log n! / Π y_c!, the multinomial coefficient of these counts.
    """

    cell: NDArray[np.intp]
    count: Array
    total: Array
    orders: float


LinkageRound: TypeAlias = Round[LinkageParams, LinkageCounts]


@dataclass(frozen=True)
class Linkage:
    """Four cells, one of which hides two classes."""

    key: ClassVar[str] = "linkage"
    title: ClassVar[str] = "Linkage"
    objective: ClassVar[str] = "log P"
    description: ClassVar[str] = (
        "Each row is a cell with its number of animals; the cells have probabilities 1/2 + π/4, (1 − π)/4, "
        "(1 − π)/4 and π/4. Observed: the counts. Hidden: which animals of cell 1 belong to its part 1/2 and "
        "which to its part π/4. θ is the single number π, so that the whole curve of log P can be seen. Look "
        "for the bound that touches it, and for how fast the steps shrink: by the fraction of the "
        "information that is missing, .133 in the original data. log P is that of the four counts "
        "(multinomial)."
    )
    words: ClassVar[Words] = Words(
        "cell",
        "cells",
        "class",
        "classes",
        "which of the two classes behind cell 1 each animal belongs to",
        "Which classes make up this cell?",
    )
    columns: ClassVar[Sequence[ColumnSpec]] = (
        ColumnSpec("cell", "1, 2, 3 or 4; cell 1 is the one of probability 1/2 + π/4"),
        ColumnSpec("count", "the number of animals"),
    )
    label_column: ClassVar[str | None] = None
    examples: ClassVar[Sequence[Example]] = (
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

    def parse(self, table: Table) -> LinkageData:
        """Return the animals by cell; a cell may stand in several rows.

        Raises
        ------
        DataError
            For a cell that is none of 1 to 4, a count that is no whole number, or no animals at all.
        """
        written, count = table.texts("cell").tolist(), table.counts("count")
        for row, cell in enumerate(written, 1):
            if cell.strip() not in CELLS:
                raise DataError(f"expected a cell 1, 2, 3 or 4, got '{cell}'", row, "cell")
        cells = np.array([CELLS.index(cell.strip()) for cell in written], dtype=np.intp)
        if not count.any():
            raise DataError("there are no animals in any of the cells")
        total = np.bincount(cells, count, len(CELLS)).astype(np.float64)
        return LinkageData(cells, count, total, float(log_orders(total)))

    def parameters(self, data: LinkageData) -> Sequence[Parameter]:
        """Return π."""
        return (Parameter("pi", Unit(), "π", ()),)

    def make_params(self, values: Mapping[str, Array]) -> LinkageParams:
        """Return θ from its field."""
        return LinkageParams(np.asarray(values["pi"], dtype=np.float64))

    def default(self, data: LinkageData) -> LinkageParams:
        """Return π = .5, where Dempster, Laird & Rubin start."""
        return LinkageParams(np.array(0.5))

    def start(self, data: LinkageData, rng: np.random.Generator) -> LinkageParams:
        """Return π between .05 and .95 in the two decimals that the screen shows."""
        return LinkageParams(np.array(rng.integers(5, 96) / 100))

    def e_step(self, data: LinkageData, params: LinkageParams) -> Expectation[LinkageCounts]:
        """Return the expected animals of each side, x₂ = y₁ (π/4) / (1/2 + π/4), and log P(x; π)."""
        split = data.total[0] * _share(params.pi)
        return Expectation(_counts(data, split), float(self.objectives(data, params)))

    def m_step(self, data: LinkageData, counts: LinkageCounts) -> LinkageParams:
        """Return π = (x₂ + y₄) / (x₂ + y₄ + y₂ + y₃).

        Raises
        ------
        ZeroDivisionError
            Where no animal says anything of π.
        """
        told, against, _ = counts.animals
        if not told + against > 0:
            raise ZeroDivisionError("no animal is left that says anything of π, so 0/0 leaves it undefined")
        return LinkageParams(np.array(told / (told + against)))

    def q(self, data: LinkageData, counts: LinkageCounts, params: LinkageParams) -> float:
        """Return (x₂ + y₄) log π/4 + (y₂ + y₃) log (1 − π)/4 + x₁ log 1/2, and the orders of the animals."""
        return float(_q(data, counts, params.pi))

    def objectives(self, data: LinkageData, params: LinkageParams) -> Array:
        """Return log P(x; π), shape (B,), at many π at once."""
        return np.asarray(xlogy(data.total, _chances(params.pi)).sum(axis=-1) + data.orders)

    def posterior(self, data: LinkageData, params: LinkageParams, rows: Rows) -> Array:
        """Return the shares of the classes 1/2 and π/4 of cell 1, and the one class of another cell."""
        hidden, first = _share(params.pi), data.cell[rows] == 0
        return np.where(first[:, None], np.array([1 - hidden, hidden, 0.0]), np.array([0.0, 0.0, 1.0]))

    def answers(self, data: LinkageData, params: LinkageParams, rows: Rows) -> Sequence[view.Answer]:
        """Return the classes of each cell; the class 1/2 is always the likelier one of cell 1."""
        hidden = float(_share(params.pi))
        both = view.Answer(("class 1/2", "class π/4"), (1 - hidden, hidden))
        return tuple(
            view.Answer((f"the one class {WRITTEN[cell]}",), (1.0,)) if cell else both
            for cell in data.cell[rows].tolist()
        )

    def complete(self, data: LinkageData, params: LinkageParams) -> LinkageCounts:
        """Return the counts when all of cell 1 goes to its likelier class, which is 1/2 for every π."""
        return _counts(data, np.array(0.0))

    def labelled(self, data: LinkageData) -> LinkageCounts | None:
        """Return None: a table of four cells cannot tell the classes of cell 1."""
        return None

    def simulate(self, params: LinkageParams, size: int, rng: np.random.Generator) -> Table:
        """Return the four cells with `size` animals; which class those of cell 1 had is lost."""
        drawn = rng.multinomial(size, _chances(params.pi))
        return Table.from_columns({"cell": [1, 2, 3, 4], "count": drawn.tolist()})

    def remark(self, data: LinkageData, params: LinkageParams) -> str | None:
        """Name π = 0, which EM never leaves, and π = 1, where it may end."""
        if params.pi == 0:
            return "π is 0, so no animal of cell 1 can be of class π/4, and EM never leaves this end"
        if params.pi == 1:
            return "π is 1, the end of its range: nothing in the cells 2 and 3 holds it back"
        return None

    def views(self, data: LinkageData, state: LinkageRound, look: Look[LinkageParams]) -> Sequence[View]:
        """Return log P and the bound over all of (0, 1), and the rate of convergence."""
        limit = _maximum(data)
        thetas = walked(state, look)
        path = np.array([params.pi for params in thetas])
        rate = _missing(data, limit) if 0 < limit < 1 else None
        convergence = rate_view("π", path, limit, rate, times_of(thetas, look))
        return self._curve(data, state, look, limit), convergence

    def _curve(
        self, data: LinkageData, state: LinkageRound, look: Look[LinkageParams], limit: float
    ) -> Curves:
        base, xs = state.base, np.linspace(0, 1, FINE + 2)[1:-1]
        curves = [Curve("log P", xs, self.objectives(data, LinkageParams(xs)))]
        if state.phase is not Phase.START:
            lifted = base.expectation.objective - base.q_expectation
            curves.append(
                Curve(state.bound_name(), xs, lifted + _q(data, base.expectation.counts, xs), role="bound")
            )
        places = [(float(base.params.pi), f"π({base.index})", "here"), (limit, "maximum", "optimum")]
        if state.updated is not None:
            places[0] = (places[0][0], places[0][1], "start")
            places.insert(0, (float(state.updated.pi), f"π({base.index + 1})", "here"))
        if look.truth is not None:
            places.append((float(look.truth.pi), "truth", "truth"))
        heights = self.objectives(data, LinkageParams(np.array([x for x, _, _ in places])))
        dots = [Dot(x, float(y), *named) for (x, *named), y in zip(places, heights, strict=True)]
        # At an end of the range the data may be impossible: a dot at −∞ has no place.
        seen = tuple(dot for dot in dots if np.isfinite(dot.y))
        return Curves("log P of π", "π", "nats", tuple(curves), seen, view.Entry("pi", ()))

    def count_table(self, data: LinkageData, state: LinkageRound, rows: Rows) -> view.CountTable:
        """Return the table of Figure 1b: cell 1 shared between its classes."""
        weighed = state.phase is not Phase.START
        shares = self._counted(data, state, rows)
        return view.CountTable(
            heading="cell",
            observed=tuple(
                f"{CELLS[cell]}: {count:.0f}"
                for cell, count in zip(data.cell[rows], data.count[rows], strict=True)
            ),
            alphabet=(),
            completions=tuple(
                view.Tag(f"{state.letter}({name})", k) for name, k in zip(NAMES, (2, 0, 1), strict=True)
            ),
            groups=tuple(view.Group(side, k, ("animals",)) for k, side in enumerate(SIDES)),
            shares=shares if weighed else None,
            counts=_sides(data, shares, rows) if weighed else None,
            totals=state.base.expectation.counts.animals if weighed else None,
            updates=self._updates(state.base.expectation.counts, state.updated) if state.updated else (),
            names=None,
            labels=None,
            reference=(),
            derive=partial(self._derive, data, state),
        )

    def _counted(self, data: LinkageData, state: LinkageRound, rows: Rows) -> Array:
        """Return the part of each cell that is counted for each class, shape (len(rows), 3)."""
        shares = self.posterior(data, state.base.params, rows)
        return np.asarray(np.eye(len(NAMES))[shares.argmax(axis=-1)]) if state.whole else shares

    def _updates(self, counts: LinkageCounts, updated: LinkageParams) -> tuple[view.Update, ...]:
        told, against, _ = counts.animals.tolist()
        return (view.Update("π", 0, told, (told, against), float(updated.pi)),)

    # -- where the numbers come from -------------------------------------------------------------------------

    def _derive(
        self, data: LinkageData, state: LinkageRound, cell: view.Cell, places: int
    ) -> view.Derivation:
        """Return the lines from a cell of the table up to π."""
        own: list[view.Line] = []
        if isinstance(cell, view.ShareCell):
            own, side = self._row_lines(data, state, cell.row, cell.place, places)
            what = f"{state.letter}({NAMES[cell.place]}) in row {cell.row + 1}"
        elif isinstance(cell, view.CountCell):
            side = cell.group
            what = f"the count {SIDES[side]} in row {cell.row + 1}"
            classes = SIDE_OF[data.cell[cell.row]].tolist()
            place = classes.index(side) if side in classes else None
            own = self._count_lines(data, state, cell.row, place, side, places)
        else:
            side = cell.group if isinstance(cell, view.TotalCell) else 0
            what = f"the total {SIDES[side]}" if isinstance(cell, view.TotalCell) else "π"
        upwards = self._upwards(data, state, side, places) if side >= 0 else []
        return view.Derivation(f"Where does {what} come from?", max(side, 0), (*own, *upwards))

    def _count_lines(
        self, data: LinkageData, state: LinkageRound, row: int, place: int | None, side: int, places: int
    ) -> list[view.Line]:
        if place is None:
            none = f"No animal of cell {CELLS[data.cell[row]]} is counted {SIDES[side]}."
            return [view.Line(r"0\,\mathrm{animals}", none)]
        return self._row_lines(data, state, row, place, places)[0]

    def _row_lines(
        self, data: LinkageData, state: LinkageRound, row: int, place: int, places: int
    ) -> tuple[list[view.Line], int]:
        """Return the lines on one class of one row, and the side that it is counted for; −1 for none."""
        cell, name, heading = int(data.cell[row]), NAMES[place], NAMES[place].replace(" ", r"\ ")
        side = int(SIDE_OF[cell, place])
        if side < 0:
            told = f"Cell {CELLS[cell]} has probability {WRITTEN[cell]}: there is no such part in it."
            return [view.Line(rf"{state.letter}(\mathrm{{{heading}}}) = 0", told)], side
        params, rows = state.base.params, np.array([row])
        share, taken = (
            float(shares[0, place])
            for shares in (self.posterior(data, params, rows), self._counted(data, state, rows))
        )
        if cell:
            told = f"Cell {CELLS[cell]} is one class of probability {WRITTEN[cell]}: nothing is hidden."
            lines = [view.Line(rf"{state.letter}(\mathrm{{{heading}}}) = 1", told)]
        else:
            pi = float(params.pi)
            joint = ("1/2", f"{given(pi, places + 1)}/4")
            logs = xlogy(1.0, np.array([0.5, pi / 4])).tolist()
            asked = f"E-step: how probable the part {name} is, against the whole of cell 1 (Bayes)."
            lines = list(bayes_lines(name, place, joint, logs, share, places + 1, asked))
            lines += [whole_line(heading, taken, "class")] if state.whole else []
        counted = f"So this share of the animals in the cell is counted {SIDES[side]}."
        return [*lines, people_line(taken, float(data.count[row]), places, "animals", counted)], side

    def _upwards(self, data: LinkageData, state: LinkageRound, side: int, places: int) -> list[view.Line]:
        """Return the total of a side, and the M-step where that side has a part in it."""
        counts = state.base.expectation.counts
        first = np.arange(min(len(data.cell), MOST_TERMS))
        terms = _sides(data, self._counted(data, state, first), first)[:, side]
        words = "The exact counts of all cells are added, and rounded only for display."
        total = float(counts.animals[side])
        unit = r"\,\mathrm{animals}"
        lines = [sum_line(terms.tolist(), total, len(data.cell), places, unit, words)]
        if side < 2:
            lines += self._m_lines(data, state, places)
        else:
            lines.append(
                view.Line(
                    r"\frac{d}{dπ} \log \frac{1}{2} = 0",
                    "The class 1/2 is as probable whatever π is: it says nothing.",
                )
            )
        return lines

    def _m_lines(self, data: LinkageData, state: LinkageRound, places: int) -> list[view.Line]:
        """Return the line of the M-step, found already or as it will be; none where it will fail."""
        counts = state.base.expectation.counts
        try:
            (update,) = self._updates(counts, state.updated or self.m_step(data, counts))
        except ZeroDivisionError:
            return []
        return [ratio_line(update, places, "M-step: these counts are treated as if they had been observed.")]


def _chances(pi: Array) -> Array:
    """Return the probabilities of the four cells, shape (..., 4)."""
    return np.stack([0.5 + pi / 4, (1 - pi) / 4, (1 - pi) / 4, pi / 4], axis=-1)


def _share(pi: Array) -> Array:
    """Return the part of cell 1 that is of class π/4."""
    return np.asarray(pi / (2 + pi))


def _counts(data: LinkageData, split: Array) -> LinkageCounts:
    """Return the counts when so many animals of cell 1 are of class π/4."""
    first, second, third, fourth = data.total
    return LinkageCounts(np.array([split + fourth, second + third, first - split]))


def _sides(data: LinkageData, shares: Array, rows: Rows) -> Array:
    """Return the expected animals that some rows give to each side, shape (len(rows), 3)."""
    belongs = SIDE_OF[data.cell[rows]][:, :, None] == np.arange(len(SIDES))
    return np.asarray((shares[:, :, None] * belongs).sum(axis=1) * data.count[rows, None])


def _q(data: LinkageData, counts: LinkageCounts, pi: Array) -> Array:
    told, against, neither = counts.animals
    logs = xlogy(told, pi / 4) + xlogy(against, (1 - pi) / 4) + xlogy(neither, 0.5)
    return np.asarray(logs + data.orders)


def _maximum(data: LinkageData) -> float:
    """Return π*, the root in [0, 1] of the score: n π² − (y₁ − 2 (y₂ + y₃) − y₄) π − 2 y₄ = 0."""
    first, second, third, fourth = data.total.tolist()
    size, slope = first + second + third + fourth, first - 2 * (second + third) - fourth
    return float((slope + np.sqrt(slope**2 + 8 * size * fourth)) / (2 * size))


def _missing(data: LinkageData, pi: float) -> float:
    """Return the fraction of missing information at 0 < π < 1: x₂ is binomial given y₁."""
    first, share = float(data.total[0]), pi / (2 + pi)
    told, against, _ = _counts(data, np.array(first * share)).animals.tolist()
    return missing(first * share * (1 - share) / pi**2, told / pi**2 + against / (1 - pi) ** 2)


MODEL: Model[LinkageData, LinkageParams, LinkageCounts] = Linkage()

"""A mixture: each unit belongs to one of K components, and equal units are one row with a multiplicity.

L(θ) = Σ_u n_u log Σ_k P(x_u, k; θ), so that the cost of an iteration depends on the distinct units alone. Of
the complete data only sums over the units of each component count.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from string import ascii_uppercase
from typing import TypeVar

import numpy as np

from emviz.data.table import Table
from emviz.em.derivation import counted_line
from emviz.em.families.categoricals import row_lines
from emviz.em.labels import Labels, all_known, surplus
from emviz.em.model import C, Expectation, Model, P, Round, Rows
from emviz.em.numerics import Array, log_sum_exp
from emviz.em.sharing import Sharing
from emviz.em.views import Line, Tag, Update


@dataclass(frozen=True, eq=False)
class Units:
    """Units, equal ones collapsed: U distinct ones in N rows.

    Parameters
    ----------
    told : Array, shape (S, U)
        What each distinct unit adds, beside itself, to the counts of the component that it belongs to.
    times : Array, shape (U,)
        How many there are.
    which : integer array, shape (N,)
        The distinct unit of each row.
    count : Array, shape (N,)
        The units of each row.
    label : integer array, shape (N,), or None
        The true component of each row, `UNKNOWN` where it is missing.
    orders : float
        What log P has beside the sum, free of θ, in nats.
    """

    told: Array
    times: Array
    which: Rows
    count: Array
    label: Labels | None
    orders: float

    @cached_property
    def known(self) -> Array | None:
        """How many of each distinct unit are known to be of each component, shape (U, K or fewer)."""
        if not all_known(self.label):
            return None
        size = int(self.label.max()) + 1
        places = self.which * size + self.label
        return np.bincount(places, self.count, len(self.times) * size).reshape(-1, size).astype(np.float64)


U = TypeVar("U", bound=Units)
#: Shares that are worked out together, of many starts.
CELLS = 50_000


class Mixture(Model[U, P, C]):
    """K components: what follows once it is known how probable a unit is with each of them."""

    @property
    @abstractmethod
    def tally(self) -> Callable[..., C]:
        """The NamedTuple of expected counts: units, then S sums of what they add; shapes (K,)."""

    @property
    @abstractmethod
    def size(self) -> int:
        """The number K of components."""

    @abstractmethod
    def log_joint(self, params: P, told: Array) -> Array:
        """Return log P(x_u, k; θ), shape (..., U, K), of units that are told so, shape (S, U), in nats."""

    @property
    def names(self) -> tuple[str, ...]:
        """The letters of the components."""
        return tuple(ascii_uppercase[: self.size])

    @property
    def equal(self) -> Array:
        """Equal weights, shape (K,)."""
        return np.full(self.size, 1 / self.size)

    def e_step(self, data: U, params: P) -> Expectation[C]:
        """Return the counts of each component, every unit shared between all, and log P(x; θ)."""
        joint = self.log_joint(params, data.told)
        evidence = log_sum_exp(joint)
        with np.errstate(
            invalid="ignore"
        ):  # −∞ − (−∞) where θ makes a unit impossible: the objective says so
            shares = np.exp(joint - evidence[:, None])
        return Expectation(self._summed(data, shares), float(data.times @ evidence) + data.orders)

    def at_once(self, data: U) -> int:
        """Return how many starts can be taken together."""
        return max(1, CELLS // (len(data.times) * self.size))

    def e_steps(self, data: U, params: P) -> tuple[C, Array]:
        """Return counts and log P(x; θ), shape (B,), at θ stacked along a leading axis of length B.

        Sums run along an axis and not by a matrix product, which may round equal components differently.
        """
        # NumPy is many times as fast along B as along the few components, which therefore come first.
        joint = np.ascontiguousarray(self.log_joint(params, data.told).T)
        evidence = log_sum_exp(joint, axis=0)
        units = np.exp(joint - evidence)
        units *= data.times[:, None]
        sums = ((each[:, None] * units).sum(axis=1).T for each in data.told)
        heights = np.ascontiguousarray(evidence.T) @ data.times + data.orders
        return self.tally(units.sum(axis=1).T, *sums), np.asarray(heights)

    def evidence(self, data: U, params: P) -> Array:
        """Return log P(x_u; θ) of each distinct unit, shape (..., U), without what is free of θ."""
        return log_sum_exp(self.log_joint(params, data.told))

    def objectives(self, data: U, params: P) -> Array:
        """Return log P(x; θ), shape (B,), at many θ at once."""
        return np.asarray(self.evidence(data, params) @ data.times + data.orders)

    def posterior(self, data: U, params: P, rows: Rows) -> Array:
        """Return the probability of each component, shape (len(rows), K)."""
        return self._shares(params, data.told[:, data.which[rows]])

    def shares(self, data: U, state: Round[P, C]) -> Array:
        """Return the part of each distinct unit that a round counts for each component, shape (U, K)."""
        counts = self._whole if state.whole else self._shares
        return counts(state.base.params, data.told)

    def complete(self, data: U, params: P) -> C:
        """Return the counts when each unit goes whole to its likeliest component, the first of equals."""
        return self._summed(data, self._whole(params, data.told))

    def labelled(self, data: U) -> C | None:
        """Return the counts of the true components, where all are known and no component is without units."""
        if data.known is None:
            return None
        counts = self._counted(data, np.pad(data.known, ((0, 0), (0, self.size - data.known.shape[1]))))
        try:
            self.m_step(data, counts)
        except ArithmeticError:
            return None
        return counts

    def labels_aside(self, table: Table) -> str | None:
        """Return a sentence where the table tells more components apart than there are."""
        assert self.label_column is not None
        return surplus(table, self.label_column, self.size, self.words.components)

    def _shares(self, params: P, told: Array) -> Array:
        joint = self.log_joint(params, told)
        return np.asarray(np.exp(joint - log_sum_exp(joint)[:, None]))

    def _whole(self, params: P, told: Array) -> Array:
        return np.asarray(np.eye(self.size)[self.log_joint(params, told).argmax(axis=-1)])

    def _summed(self, data: U, shares: Array) -> C:
        return self._counted(data, data.times[:, None] * shares)

    def _counted(self, data: U, units: Array) -> C:
        """Return the counts where so many of each distinct unit belong to each component, shape (U, K)."""
        return self.tally(units.sum(axis=0), *(each @ units for each in data.told))


def needed(amounts: Array, names: tuple[str, ...], what: str, symbol: str) -> None:
    """Refuse components of which nothing is left.

    Raises
    ------
    ZeroDivisionError
        With the name of the first: "coin A has no expected tosses left, so 0/0 leaves θ_A undefined".

    Parameters
    ----------
    what : str
        What there should be: "coin {} has no expected tosses left".
    symbol : str
        The parameter that it would be divided by: "θ".
    """
    if not np.all(amounts > 0):
        name = names[int(np.argmin(amounts))]
        raise ZeroDivisionError(f"{what.format(name)}, so 0/0 leaves {symbol}_{name} undefined")


class MixtureLedger(Sharing[U, P, C]):
    """The rows of a mixture, shared between its components."""

    model: Mixture[U, P, C]

    @property
    def completions(self) -> tuple[Tag, ...]:
        """The components."""
        return tuple(Tag(name, k) for k, name in enumerate(self.model.names))

    @property
    def truth(self) -> Labels | None:
        """The true components."""
        return self.data.label

    def joint(self, rows: Rows) -> Array:
        """Return log P(x, k) of some rows, shape (len(rows), K)."""
        return self.model.log_joint(self.params, self.data.told[:, self.data.which[rows]])

    def preference(self, rows: Rows) -> Array:
        """Return log P(x, k) of each component."""
        return self.joint(rows)

    def amounts(self, rows: Rows) -> Array:
        """Return what the units of a row add to the component that they belong to."""
        count = self.data.count[rows]
        added = np.stack([count, *(self.data.told[:, self.data.which[rows]] * count)], axis=-1)
        return added[:, -len(self.each) :]

    def totals(self, counts: C) -> Array:
        """Return the counts of each component."""
        return np.stack(counts[-len(self.each) :], axis=-1).ravel()

    @abstractmethod
    def product(self, told: Array, k: int, places: int) -> str:
        """Return P(x, k; θ) of a unit that is told so as LaTeX, without what is the same for every k."""

    def explained(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield how probable a unit is with one component, against all."""
        rows = np.array([row])
        told, logs = self.data.told[:, self.data.which[row]], self.joint(rows)[0].tolist()
        products = [self.product(told, k, places) for k in range(len(logs))]
        asked = (
            f"E-step: how probable this is with {self.kind} {self.model.names[place]}, against all (Bayes)."
        )
        return self.bayes(row, place, products, logs, asked, places)

    def counted(self, row: int, place: int, share: float, places: int) -> Line:
        """Return the line on what is counted for this share of a row."""
        added = dict(zip(self.each, self.amounts(np.array([row]))[0].tolist(), strict=True))
        words = f"So this share of the row is counted for {self.kind} {self.model.names[place]}."
        return counted_line(share, added, places, words, self.state.whole)

    def lines(self, symbol: str, tops: Array, terms: Array, found: Array) -> tuple[Update, ...]:
        """Return one line of the M-step for each component: what stands above, the terms below, the value.

        Parameters
        ----------
        tops, found : Array, shape (K,)
        terms : Array, shape (K, terms)
        """
        named = zip(self.model.names, tops.tolist(), terms.tolist(), found.tolist(), strict=True)
        return tuple(
            Update(f"{symbol}_{n}", k, top, tuple(own), v) for k, (n, top, own, v) in enumerate(named)
        )

    def weight_lines(self, units: Array, found: Array) -> tuple[Update, ...]:
        """Return one line of the M-step for the weight of each component: its units over all."""
        return row_lines("w_", self.model.names, range(self.model.size), units, found)

    def made_of(self, place: int) -> Sequence[int]:
        """Return the groups whose totals a line of the M-step is the ratio of: of a weight all."""
        own = place % self.model.size
        weight = self.known[place].label.startswith("w")
        return range(self.model.size) if weight else (own,)

    def update_lines(self, place: int, places: int) -> Iterator[Line]:
        """Yield the totals of the component, and the line of the M-step."""
        yield from self.sums(self.spans[place % self.model.size], places)
        yield from self.ratios([place], places)

    def group_lines(self, group: int, places: int) -> Iterator[Line]:
        """Yield the totals of a component, and each line of the M-step on it."""
        yield from self.sums(self.spans[group], places)
        yield from self.ratios(self.found_from(group), places)

    def found_from(self, group: int) -> Sequence[int]:
        """Return the lines of the M-step that the totals of a component lead to."""
        return range(group, len(self.known), self.model.size)

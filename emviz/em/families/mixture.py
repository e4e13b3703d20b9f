"""Mixtures: each unit belongs to one of K components, and equal units are one row with a multiplicity.

L(θ) = Σ_u n_u log Σ_k P(x_u, k; θ), so the cost of an iteration depends only on the number of distinct units.
The complete data enter only through sums over the units of each component.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from string import ascii_uppercase
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from emviz.data.table import Table
from emviz.em.counts.derivation import counted_line
from emviz.em.counts.labels import Labels, surplus, true_components
from emviz.em.counts.sharing import Sharing
from emviz.em.counts.table import CountTable, Entry, Line, Tag, Update
from emviz.em.domains import Parameter, Simplex
from emviz.em.families.categoricals import row_lines
from emviz.em.families.units import Units
from emviz.em.model import C, Expectation, Model, P, Phase, Round, Rows, fields_of
from emviz.em.numerics import Array, log_sum_exp
from emviz.em.pictures import Landscape
from emviz.em.work import blocks, check_stop

if TYPE_CHECKING:
    from emviz.em.pictures import Bars


U = TypeVar("U", bound=Units)
#: The most distinct units in a picture.
MOST = 40
#: The most shares to compute together for many starts.
CELLS = 50_000
#: Units processed together, so that their arrays stay in the cache.
BLOCK = 16_384


class Mixture(Model[U, P, C]):
    """K components: everything that follows from the probability of a unit in each of them."""

    @property
    @abstractmethod
    def tally(self) -> Callable[..., C]:
        """The NamedTuple of expected counts: units, then S sums, each of shape (K,)."""

    @property
    @abstractmethod
    def components(self) -> int:
        """The number K of components."""

    @property
    @abstractmethod
    def ledger(self) -> type[MixtureLedger[U, P, C]]:
        """The class that declares the count table."""

    @property
    def needs(self) -> str:
        """The counts that the parameters of a component need, for an error message: "units"."""
        return "units"

    @abstractmethod
    def log_joint(self, params: P, numbers: Array) -> Array:
        """Return log P(x_u, k; θ), shape (..., U, K), of units with these numbers, shape (S, U), in nats."""

    @abstractmethod
    def m_steps(self, data: U, counts: C) -> P:
        """Return arg max of Q given counts, which may have leading axes; no number where that is 0/0."""

    @property
    def names(self) -> tuple[str, ...]:
        """The letters of the components."""
        return tuple(ascii_uppercase[: self.components])

    def weight(self, fixed: bool = False) -> Parameter:
        """Return the first field of θ, the proportion of units in each component."""
        return Parameter("weight", Simplex(), "w", (self.names,), fixed=fixed, words="the weight w_{0}")

    @property
    def equal(self) -> Array:
        """Equal weights, shape (K,)."""
        return np.full(self.components, 1 / self.components)

    def e_step(self, data: U, params: P) -> Expectation[C]:
        """Return the counts of each component, every unit shared between all, and log P(x; θ)."""
        shares, evidence = self._shared(params, data.numbers)
        return Expectation(self._summed(data, shares), float(data.times @ evidence) + data.orders)

    def at_once(self, data: U) -> int:
        """Return how many starts can be taken together."""
        return max(1, CELLS // (len(data.times) * self.components))

    def e_steps(self, data: U, params: P) -> tuple[C, Array]:
        """Return counts and log P(x; θ), shape (B,), at θ stacked along a leading axis of length B.

        Sums run along an axis: a matrix product may round equal components differently.
        """
        # NumPy is many times as fast along B as along the few components, which therefore come first.
        joint = np.ascontiguousarray(self.log_joint(params, data.numbers).T)
        check_stop()
        evidence = log_sum_exp(joint, axis=0)
        check_stop()
        units = np.exp(joint - evidence)
        units *= data.times[:, None]
        sums = ((each[:, None] * units).sum(axis=1).T for each in data.numbers)
        heights = np.ascontiguousarray(evidence.T) @ data.times + data.orders
        return self.tally(units.sum(axis=1).T, *sums), np.asarray(heights)

    def m_step(self, data: U, counts: C) -> P:
        """Return arg max of Q given the counts.

        Raises
        ------
        ZeroDivisionError
            If nothing is left of a component; the message names it.
        """
        with np.errstate(invalid="ignore"):
            found = self.m_steps(data, counts)
        lost = np.isnan(found[-1])
        if lost.any():
            name, symbol = self.names[int(lost.argmax())], self.parameters(data)[-1].symbol
            gone = f"{self.words.component} {name} has no expected {self.needs} left"
            raise ZeroDivisionError(f"{gone}, so 0/0 leaves {symbol}_{name} undefined")
        return found

    def evidence(self, data: U, params: P) -> Array:
        """Return log P(x_u; θ) of each distinct unit, shape (..., U), without terms free of θ."""
        together = params[0].shape[:-1]
        found = np.empty((*together, len(data.times)))
        for part in blocks(len(data.times), max(1, BLOCK // math.prod(together))):
            found[..., part] = log_sum_exp(self.log_joint(params, data.numbers[:, part]))
        return found

    def objectives(self, data: U, params: P) -> Array:
        """Return log P(x; θ), shape (B,), at many θ at once."""
        return np.asarray(self.evidence(data, params) @ data.times + data.orders)

    def posterior(self, data: U, params: P, rows: Rows) -> Array:
        """Return the probability of each component, shape (len(rows), K)."""
        return self._shares(params, data.numbers[:, data.which[rows]])

    def shares(self, data: U, state: Round[P, C]) -> Array:
        """Return the shares of each distinct unit as the round counts them, shape (U, K)."""
        counts = self._whole if state.whole else self._shares
        return counts(state.base.params, data.numbers)

    def complete(self, data: U, params: P) -> C:
        """Return the counts when each unit goes whole to its likeliest component, the first of equals."""
        return self._summed(data, self._whole(params, data.numbers))

    def labelled(self, data: U) -> C | None:
        """Return the counts of the true components, or None if some are unknown or one has no units."""
        if data.known is None:
            return None
        # The labels may name fewer components than there are.
        counts = self._counted(data, np.pad(data.known, ((0, 0), (0, self.components - data.known.shape[1]))))
        try:
            self.m_step(data, counts)
        except ArithmeticError:
            return None
        return counts

    def remark(self, data: U, params: P) -> str | None:
        """Name the ridge on which components are equal but for their weights, which EM never leaves."""
        own = (values for name, values in fields_of(params).items() if name != "weight")
        if any(np.ptp(values) > 0 for values in own):
            return None
        every = "both" if self.components == 2 else "all"
        return f"{every} {self.words.components} are equal: EM cannot tell them apart from here"

    def count_table(self, data: U, state: Round[P, C], rows: Rows) -> CountTable:
        """Return the table of Figure 1b."""
        return self.ledger(self, data, state, len(data.which)).table(rows)

    def bars(self, data: U, state: Round[P, C], axis: str, names: Iterable[str], expected: Array) -> Bars:
        """Return the picture of the number of each distinct unit, after the E-step by component.

        Parameters
        ----------
        axis, names : str, iterable of str
            The label of the axis, and the name of each distinct unit.
        expected : Array, shape (U,)
            The number of each that the mixture expects.
        """
        from emviz.em.pictures import Bar, Bars, Curve

        tags: list[tuple[str, int | None]] = [("", None)]
        parts = data.times[:MOST, None]
        if state.phase is not Phase.START:
            tags = [(name, k) for k, name in enumerate(self.names)]
            parts = parts * self.shares(data, state)[:MOST]
        bars = tuple(
            tuple(Bar(name, part, k) for (name, k), part in zip(tags, row, strict=True))
            for row in parts.tolist()
        )
        return Bars(
            *("Counts", axis, "units", tuple(names)[:MOST], bars),
            curve=Curve("mixture", np.arange(len(bars), dtype=np.float64), expected[:MOST]),
            note=f"Only the {MOST} smallest {self.words.units} are drawn." if len(expected) > MOST else "",
        )

    def landscape(self, data: U, field: str) -> Landscape:
        """Return log P over the entries of a field, with the default start and its mirror image."""
        start = self.default(data)
        mirrored = {name: np.flip(values, -1) for name, values in fields_of(start).items()}
        entries = tuple(Entry(field, (k,)) for k in range(self.components))
        return Landscape(entries, (start, self.make_params(mirrored)))

    def called(self, data: U, row: int) -> str:
        """Return the name of a row by its number, "value 3"; by its position if it has several numbers."""
        numbers = data.numbers[:, data.which[row]]
        return f"{self.words.unit} {numbers[0] if len(numbers) == 1 else row + 1:,.0f}"

    def true_components(self, table: Table) -> Labels | None:
        """Return the true component of each row; None if the table does not have them."""
        assert self.label_column is not None
        return true_components(table, self.label_column, self.names)

    def labels_aside(self, table: Table) -> str | None:
        """Return a sentence if the table has more distinct labels than there are components, or None."""
        assert self.label_column is not None
        return surplus(table, self.label_column, self.components, self.words.components)

    def _shares(self, params: P, numbers: Array) -> Array:
        return self._shared(params, numbers)[0]

    def _shared(self, params: P, numbers: Array) -> tuple[Array, Array]:
        """Return the shares of some units, shape (U, K), and log P(x; θ) of each, shape (U,)."""
        shares, evidence = np.empty((numbers.shape[1], self.components)), np.empty(numbers.shape[1])
        for part in blocks(len(shares), BLOCK):
            joint = self.log_joint(params, numbers[:, part])
            evidence[part] = log_sum_exp(joint)
            # −∞ − (−∞) where θ makes a unit impossible: the objective says so.
            with np.errstate(invalid="ignore"):
                np.exp(joint - evidence[part, None], out=shares[part])
        return shares, evidence

    def _whole(self, params: P, numbers: Array) -> Array:
        whole, shares = np.eye(self.components), np.empty((numbers.shape[1], self.components))
        for part in blocks(len(shares), BLOCK):
            shares[part] = whole[self.log_joint(params, numbers[:, part]).argmax(axis=-1)]
        return shares

    def _summed(self, data: U, shares: Array) -> C:
        check_stop()
        return self._counted(data, data.times[:, None] * shares)

    def _counted(self, data: U, units: Array) -> C:
        """Return the counts from the units of each distinct kind in each component, shape (U, K)."""
        check_stop()
        return self.tally(units.sum(axis=0), *(each @ units for each in data.numbers))


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
        return self.model.log_joint(self.params, self.data.numbers[:, self.data.which[rows]])

    def preference(self, rows: Rows) -> Array:
        """Return log P(x, k) of each component."""
        return self.joint(rows)

    def amounts(self, rows: Rows) -> Array:
        """Return the counts that the units of a row add to their component, shape (len(rows), S)."""
        count = self.data.count[rows]
        added = np.stack([count, *(self.data.numbers[:, self.data.which[rows]] * count)], axis=-1)
        return added[:, -len(self.each) :]

    def totals(self, counts: C) -> Array:
        """Return the counts of each component."""
        return np.stack(counts[-len(self.each) :], axis=-1).ravel()

    @abstractmethod
    def product(self, numbers: Array, k: int, places: int) -> str:
        """Return P(x, k; θ) of a unit with these numbers as LaTeX, without factors common to every k."""

    def explained(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the lines for the share of one component: Bayes, with numbers."""
        rows = np.array([row])
        numbers, logs = self.data.numbers[:, self.data.which[row]], self.joint(rows)[0].tolist()
        products = [self.product(numbers, k, places) for k in range(len(logs))]
        asked = (
            f"E-step: how probable this is with {self.kind} {self.model.names[place]}, against all (Bayes)."
        )
        return self.bayes(row, place, products, logs, asked, places)

    def counted(self, row: int, place: int, share: float, places: int) -> Line:
        """Return the line for the counts that this share of a row adds."""
        added = dict(zip(self.each, self.amounts(np.array([row]))[0].tolist(), strict=True))
        words = f"So this share of the row is counted for {self.kind} {self.model.names[place]}."
        return counted_line(share, added, places, words, self.state.whole)

    def lines(self, symbol: str, tops: Array, terms: Array, found: Array) -> tuple[Update, ...]:
        """Return one line of the M-step for each component, from numerators, denominators and values.

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
        return row_lines("w_", self.model.names, range(self.model.components), units, found)

    def made_of(self, place: int) -> Sequence[int]:
        """Return the groups whose totals enter a line of the M-step: all for a weight."""
        own = place % self.model.components
        weight = self.known[place].label.startswith("w")
        return range(self.model.components) if weight else (own,)

    def update_lines(self, place: int, places: int) -> Iterator[Line]:
        """Yield the totals of the component, and the line of the M-step."""
        yield from self.sums(self.spans[place % self.model.components], places)
        yield from self.ratios([place], places)

    def group_lines(self, group: int, places: int) -> Iterator[Line]:
        """Yield the totals of a component, and each line of the M-step on it."""
        yield from self.sums(self.spans[group], places)
        yield from self.ratios(self.found_from(group), places)

    def found_from(self, group: int) -> Sequence[int]:
        """Return the lines of the M-step that the totals of a component lead to."""
        return range(group, len(self.known), self.model.components)

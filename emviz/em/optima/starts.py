"""Many starts: the optima, how often each is reached, and the runs that reach none.

Two runs have reached the same optimum if their objectives differ by no more than the stopping rule leaves
open, and if the objective on the straight line between both θ falls no deeper than that below both. So no
distance in θ has to be chosen; all domains are convex, so the line is valid; and a flat ridge is one optimum.
Solutions that differ only in the order of their components are the same; see `interchange`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from operator import attrgetter
from statistics import median

import numpy as np

from emviz.em.convergence.ending import Place, ending
from emviz.em.convergence.stopping import GAIN, Bools, Rule
from emviz.em.counts.table import Entry
from emviz.em.domains import ParameterError
from emviz.em.engine import Outcome
from emviz.em.methods import EM, Method
from emviz.em.model import AnyModel, Fields
from emviz.em.numerics import Array
from emviz.em.optima.aside import shared
from emviz.em.optima.batches import Ended, Places, Ran, Terms, at_once, runs
from emviz.em.optima.interchange import Orders, Stacked, in_order_of, interchangeable
from emviz.em.optional import Group

#: The positions between two ends where the objective is evaluated.
WAY = (0.25, 0.5, 0.75)
#: The maximum number of intermediate surveys.
SHOWN = 50
NUMBER = attrgetter("number")


@dataclass(frozen=True, eq=False)
class Came:
    """Runs that reached the same optimum, as columns.

    Parameters
    ----------
    numbers, iterations, orders : integer array, shape (B,)
        The start, the iterations and the order of the components of each run; orders are numbered as they
        occur.
    """

    numbers: Places
    iterations: Places
    orders: Places


@dataclass(frozen=True, eq=False)
class Optimum:
    """A point to which runs have converged.

    Parameters
    ----------
    objective : float
        The best objective reached there, in nats.
    params : Fields
        θ of that run.
    best : int
        The index of its start.
    came : tuple of Came
        The runs that converged there; the properties are computed from them on demand.
    remark : str
        The model's remark, such as that all components are equal; usually empty.
    place : Place or None
        The kind of point; None if it was not determined.
    """

    objective: float
    params: Fields
    best: int
    came: tuple[Came, ...] = field(repr=False)
    remark: str = ""
    place: Place | None = None

    @property
    def runs(self) -> tuple[int, ...]:
        """The starts that lead there, the best run first."""
        return tuple(self._runs[0].tolist())

    @property
    def orders(self) -> tuple[int, ...]:
        """The number of runs for each order of the components, the most frequent first."""
        return tuple(np.sort(np.bincount(self._runs[1]))[::-1].tolist())

    @property
    def order_of(self) -> tuple[int, ...]:
        """The index in `orders` of each of `runs`."""
        # The rank of each order by its frequency: argsort of argsort is the inverse permutation.
        ranks = np.argsort(np.argsort(-np.bincount(self._runs[1]), kind="stable"))
        return tuple(ranks[self._runs[1]].tolist())

    @property
    def iterations(self) -> float:
        """The median number of iterations."""
        took: list[int] = np.concatenate([each.iterations for each in self.came]).tolist()
        return median(took)

    @cached_property
    def _runs(self) -> tuple[Places, Places]:
        """The starts and their orders of components, the best run first, the others by number."""
        numbers = np.concatenate([each.numbers for each in self.came])
        line = np.argsort(np.where(numbers == self.best, -1, numbers))
        return numbers[line], np.concatenate([each.orders for each in self.came])[line]


@dataclass(frozen=True)
class Failure:
    """Runs that failed for the same reason."""

    reason: str
    runs: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Survey:
    """The results of many starts so far.

    Parameters
    ----------
    number : int
        The number of starts.
    ended : tuple of Ended
        The runs that have ended, in the order in which they ended.
    optima : tuple of Optimum
        The optima to which runs have converged, the best first.
    components : bool
        Whether there are interchangeable components.
    """

    number: int
    ended: tuple[Ended, ...] = field(default=(), repr=False)
    optima: tuple[Optimum, ...] = ()
    components: bool = False

    @property
    def done(self) -> int:
        """The number of runs that have ended."""
        return sum(len(each.numbers) for each in self.ended)

    @cached_property
    def runs(self) -> tuple[Ran, ...]:
        """The runs that have ended, by their number."""
        return tuple(sorted((ran for each in self.ended for ran in each.runs), key=NUMBER))

    @property
    def unsettled(self) -> tuple[Ran, ...]:
        """The runs that were stopped before they converged, so that their optimum is unknown."""
        stopped = (ran for each in self._of(Outcome.ITERATIONS) for ran in each.runs)
        return tuple(sorted(stopped, key=NUMBER))

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The runs that failed, by reason, the most frequent first."""
        reasons: dict[str, list[int]] = {}
        for each in sorted(self._of(Outcome.FAILED), key=lambda each: int(each.numbers[0])):
            reasons.setdefault(each.reason, []).extend(each.numbers.tolist())
        found = [Failure(reason, tuple(numbers)) for reason, numbers in reasons.items()]
        return tuple(sorted(found, key=lambda each: -len(each.runs)))

    @property
    def sorted_objectives(self) -> tuple[float, ...]:
        """The objectives of all runs that converged, the best first, in nats."""
        values = (each.objectives.tolist() for each in self._of(Outcome.CONVERGED))
        return tuple(sorted(chain.from_iterable(values), reverse=True))

    def _of(self, outcome: Outcome) -> Iterator[Ended]:
        return (each for each in self.ended if each.outcome is outcome)


def explore(
    model: AnyModel,
    data: object,
    starts: Iterable[Fields],
    number: int,
    *,
    iterations: int,
    tolerance: float,
    on: str = GAIN,
    method: Method = EM,
    places: int = 0,
    watched: Sequence[Entry] = (),
    processes: int = 1,
) -> Generator[Survey | None, None, None]:
    """Yield a survey, at first without runs and then as runs end; yield None in between, to be cancelled.

    Parameters
    ----------
    starts : iterable of Fields
        The θ(0), consumed on demand.
    number : int
        The number of starts.
    iterations, tolerance, on : int, float, str
        When a run stops, as in `engine.run`.
    places : int
        The number of optima, the best ones, whose kind the last survey contains. With many parameters that
        takes longer than the runs.
    watched : sequence of Entry
        The entries of θ that each run records in its `path`.
    processes : int
        The number of processes if the model runs one start at a time; the results do not depend on it.

    Raises
    ------
    ParameterError
        For a tolerance of 0, because no run would converge.
    """
    if tolerance <= 0:
        raise ParameterError("many starts need a tolerance above 0: with 0 no run converges")
    yield Survey(number)
    groups = yield from interchangeable(model, data)
    found = _Optima(model, data, groups, method)
    ended, done, shown = list[Ended](), 0, 0
    terms = Terms(iterations, Rule(tolerance, on), tuple(watched))
    if processes > 1 and at_once(model, data, method) == 1:
        coming = shared(model, data, iter(starts), terms, method, processes)
    else:
        coming = runs(model, data, iter(starts), terms, method)
    for some in coming:
        if some is None:
            yield None
            continue
        ended.append(some)
        done += len(some.numbers)
        yield from found.add(some)
        if done - shown >= number / SHOWN:
            shown = done
            yield Survey(number, tuple(ended), tuple(found.optima()), bool(groups))
    optima = yield from _placed(model, data, found.optima(), places, method)
    yield Survey(number, tuple(ended), tuple(optima), bool(groups))


def drawn(model: AnyModel, data: object, seeds: Iterable[int]) -> Iterator[Fields]:
    """Yield the random start of each seed."""
    return (model.start(data, np.random.default_rng(seed)) for seed in seeds)


def _placed(
    model: AnyModel, data: object, optima: Sequence[Optimum], many: int, method: Method
) -> Generator[None, None, list[Optimum]]:
    placed = list(optima)
    for rank, optimum in enumerate(optima[:many]):
        found = yield from ending(model, data, optimum.params, method)
        placed[rank] = replace(optimum, place=found.place)
    return placed


class _Reached:
    """An optimum that runs are still being added to."""

    def __init__(self, ended: Ended, place: int) -> None:
        self.height, self.doubt = float(ended.objectives[place]), float(ended.doubts[place])
        self.fields = _one(ended, place)
        self._objective, self._best, self._params = -np.inf, 0, self.fields
        self._came = list[Came]()
        self._orders: dict[tuple[int, ...], int] = {}

    def take(self, ended: Ended, places: Places, orders: Orders) -> None:
        """Add runs, given the permutation of the components of each into the order of the first run."""
        if not len(places):
            return
        known, numbers = self._orders, ended.numbers[places]
        which = [known.setdefault(order, len(known)) for order in map(tuple, orders.tolist())]
        self._came.append(Came(numbers, np.full(len(places), ended.iterations), np.array(which)))
        best = int(ended.objectives[places].argmax())
        if ended.objectives[places[best]] > self._objective:
            self._objective, self._best = float(ended.objectives[places[best]]), int(numbers[best])
            self._params = _one(ended, int(places[best]))

    def optimum(self, model: AnyModel, data: object) -> Optimum:
        """Return the optimum with the runs so far."""
        params = model.make_params(self._params)
        remark = model.remark(data, params) or ""
        return Optimum(self._objective, params, self._best, tuple(self._came), remark)


class _Optima:
    """The optima so far, to which ended runs are assigned."""

    def __init__(self, model: AnyModel, data: object, groups: Sequence[Group], method: Method) -> None:
        self._model, self._data, self._groups, self._method = model, data, groups, method
        self._reached: list[_Reached] = []

    def optima(self) -> list[Optimum]:
        """Return the optima, the best first."""
        return sorted(
            (each.optimum(self._model, self._data) for each in self._reached),
            key=lambda each: -each.objective,
        )

    def add(self, ended: Ended) -> Generator[None, None, None]:
        """Assign the converged runs to optima, old or new; yield between optima."""
        if ended.outcome is not Outcome.CONVERGED:
            return
        # From the best downwards, so that the first run of a new optimum is its best one.
        rest = np.argsort(-ended.objectives, kind="stable")
        for reached in self._reached:
            rest = yield from self._shared(reached, ended, rest)
        while len(rest):
            new = self._founded(ended, int(rest[0]))
            self._reached.append(new)
            rest = yield from self._shared(new, ended, rest[1:])

    def _founded(self, ended: Ended, place: int) -> _Reached:
        """Return a new optimum with one run."""
        new = _Reached(ended, place)
        alone = {name: values[None] for name, values in new.fields.items()}
        new.take(ended, np.array([place]), in_order_of(alone, new.fields, self._groups)[1])
        return new

    def _shared(self, reached: _Reached, ended: Ended, rest: Places) -> Generator[None, None, Places]:
        """Add to an optimum the runs that have reached it, and return the others."""
        heights, doubts = ended.objectives[rest], ended.doubts[rest]
        close = np.abs(heights - reached.height) <= doubts + reached.doubt
        if not close.any():
            return rest
        yield
        near = rest[close]
        some = {name: values[near] for name, values in ended.params.items()}
        ordered, orders = in_order_of(some, reached.fields, self._groups)
        floor = np.minimum(heights[close], reached.height) - np.maximum(doubts[close], reached.doubt)
        same = yield from self._joined(ordered, reached, floor)
        reached.take(ended, near[same], orders[same])
        # `assume_unique` keeps the order, the best first; otherwise the rest would be sorted by number.
        return np.setdiff1d(rest, near[same], assume_unique=True)

    def _joined(self, ordered: Stacked, reached: _Reached, floor: Array) -> Generator[None, None, Bools]:
        """Return which θ are joined to the optimum by a line that stays above a floor, shape (B,); yield."""
        joined = np.ones(len(floor), dtype=np.bool_)
        for part in WAY:
            between = {
                name: (1 - part) * values + part * reached.fields[name] for name, values in ordered.items()
            }
            joined &= self._objectives(between) >= floor
            yield
        return joined

    def _objectives(self, stacked: Stacked) -> Array:
        """Return the objective of B θ, shape (B,); −∞ where the model fails."""
        with np.errstate(all="ignore"):
            try:
                return self._method.objectives(self._model, self._data, self._model.make_params(stacked))
            except (ArithmeticError, ValueError):
                # One θ has spoilt the whole batch: each is evaluated alone to find which.
                many = len(next(iter(stacked.values())))
                ones = ({name: values[k : k + 1] for name, values in stacked.items()} for k in range(many))
                return np.full(1, -np.inf) if many == 1 else np.concatenate([*map(self._objectives, ones)])


def _one(ended: Ended, place: int) -> dict[str, Array]:
    return {name: values[place] for name, values in ended.params.items()}

"""Many starts: which optima there are, how often each is reached, and which runs reach none.

Two runs have come to the same optimum where their objectives differ by no more than the rule that stopped
them leaves open, and where the straight way from one θ to the other goes no deeper than that below both. So
no distance in θ has to be chosen; all domains are convex; and a flat ridge is one optimum. Solutions that
differ in nothing but the order of their components are one; see `interchange`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from operator import attrgetter
from statistics import median

import numpy as np

from emviz.em.aside import shared
from emviz.em.batches import Ended, Places, Ran, Terms, at_once, runs
from emviz.em.domains import ParameterError
from emviz.em.ending import Place, ending
from emviz.em.engine import Outcome
from emviz.em.interchange import Orders, Stacked, in_order_of, interchangeable
from emviz.em.methods import EM, Method
from emviz.em.model import AnyModel, Fields
from emviz.em.numerics import Array
from emviz.em.optional import Group
from emviz.em.stopping import GAIN, Bools, Rule
from emviz.em.views import Entry

#: Where on the way between two ends the objective is looked at.
WAY = (0.25, 0.5, 0.75)
#: How often what has been found is shown, at the most.
SHOWN = 50
NUMBER = attrgetter("number")


@dataclass(frozen=True, eq=False)
class Came:
    """Runs that came to an optimum together, as columns.

    Parameters
    ----------
    numbers, iterations, orders : integer array, shape (B,)
        Which start each is from, what it took, and in which of the orders of the components it came; these
        are numbered as they are found.
    """

    numbers: Places
    iterations: Places
    orders: Places


@dataclass(frozen=True, eq=False)
class Optimum:
    """One place where runs have converged.

    Parameters
    ----------
    objective : float
        The best objective that was reached there, in nats.
    params : Fields
        θ of that run.
    best : int
        Which start it is from.
    came : tuple of Came
        The runs that came there, from which the rest is worked out when it is asked for.
    remark : str
        What the model has to say of it, such as that all components are equal; empty for an ordinary place.
    place : Place or None
        What kind of place it is; None where that was not asked.
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
        """How many of them came to it in each order of the components, the most frequent order first."""
        return tuple(np.sort(np.bincount(self._runs[1]))[::-1].tolist())

    @property
    def order_of(self) -> tuple[int, ...]:
        """In which of these orders each of `runs` came."""
        ranks = np.argsort(np.argsort(-np.bincount(self._runs[1]), kind="stable"))
        return tuple(ranks[self._runs[1]].tolist())

    @property
    def iterations(self) -> float:
        """The median of the iterations that it took."""
        took: list[int] = np.concatenate([each.iterations for each in self.came]).tolist()
        return median(took)

    @cached_property
    def _runs(self) -> tuple[Places, Places]:
        """The starts and the order that each came in, the best run first, the others by number."""
        numbers = np.concatenate([each.numbers for each in self.came])
        line = np.argsort(np.where(numbers == self.best, -1, numbers))
        return numbers[line], np.concatenate([each.orders for each in self.came])[line]


@dataclass(frozen=True)
class Failure:
    """Runs that could not go on, for one reason."""

    reason: str
    runs: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Survey:
    """What many starts have led to so far.

    Parameters
    ----------
    number : int
        How many starts there are.
    ended : tuple of Ended
        The runs that have ended, in that order.
    optima : tuple of Optimum
        The places where runs have converged, the best one first.
    components : bool
        Whether there are components that may change places.
    """

    number: int
    ended: tuple[Ended, ...] = field(default=(), repr=False)
    optima: tuple[Optimum, ...] = ()
    components: bool = False

    @property
    def done(self) -> int:
        """How many runs have ended."""
        return sum(len(each.numbers) for each in self.ended)

    @cached_property
    def runs(self) -> tuple[Ran, ...]:
        """The runs that have ended, by their number."""
        return tuple(sorted((ran for each in self.ended for ran in each.runs), key=NUMBER))

    @property
    def unsettled(self) -> tuple[Ran, ...]:
        """The runs that had not converged when they were stopped: where they lead is not known."""
        stopped = (ran for each in self._of(Outcome.ITERATIONS) for ran in each.runs)
        return tuple(sorted(stopped, key=NUMBER))

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The runs that failed, by their reasons, the most frequent one first."""
        reasons: dict[str, list[int]] = {}
        for each in sorted(self._of(Outcome.FAILED), key=lambda each: int(each.numbers[0])):
            reasons.setdefault(each.reason, []).extend(each.numbers.tolist())
        found = [Failure(reason, tuple(numbers)) for reason, numbers in reasons.items()]
        return tuple(sorted(found, key=lambda each: -len(each.runs)))

    @property
    def sorted_objectives(self) -> tuple[float, ...]:
        """The objectives of all runs that converged, the best one first, in nats."""
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
    """Yield what many starts have led to, at once and as runs end, and None wherever the work can be stopped.

    Parameters
    ----------
    starts : iterable of Fields
        Each θ(0), taken as it is needed.
    number : int
        How many there are.
    iterations, tolerance, on : int, float, str
        When a run stops, as `engine.run` has it.
    places : int
        Of how many optima, the best ones, the last survey says what kind of place they are. That takes longer
        than the runs where there are many parameters.
    watched : sequence of Entry
        The entries of θ whose way each run tells in its `path`.
    processes : int
        How many may share the work where the model takes one start at a time; what is found is the same.

    Raises
    ------
    ParameterError
        For a tolerance of 0, with which no run would converge.
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
    """An optimum while runs come in."""

    def __init__(self, ended: Ended, place: int) -> None:
        self.height, self.doubt = float(ended.objectives[place]), float(ended.doubts[place])
        self.fields = _one(ended, place)
        self._objective, self._best, self._params = -np.inf, 0, self.fields
        self._came = list[Came]()
        self._orders: dict[tuple[int, ...], int] = {}

    def take(self, ended: Ended, places: Places, orders: Orders) -> None:
        """Count some runs, the components of which were brought so into the order of the first one."""
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
        """Return the optimum as it is so far."""
        params = model.make_params(self._params)
        remark = model.remark(data, params) or ""
        return Optimum(self._objective, params, self._best, tuple(self._came), remark)


class _Optima:
    """The optima that runs have come to, whose ends are brought together as they come in."""

    def __init__(self, model: AnyModel, data: object, groups: Sequence[Group], method: Method) -> None:
        self._model, self._data, self._groups, self._method = model, data, groups, method
        self._reached: list[_Reached] = []

    def optima(self) -> list[Optimum]:
        """Return them, the best one first."""
        return sorted(
            (each.optimum(self._model, self._data) for each in self._reached),
            key=lambda each: -each.objective,
        )

    def add(self, ended: Ended) -> Generator[None, None, None]:
        """Count the runs that have converged; yields between places."""
        if ended.outcome is not Outcome.CONVERGED:
            return
        rest = np.argsort(-ended.objectives, kind="stable")
        for reached in self._reached:
            rest = yield from self._shared(reached, ended, rest)
        while len(rest):
            new = self._founded(ended, int(rest[0]))
            self._reached.append(new)
            rest = yield from self._shared(new, ended, rest[1:])

    def _founded(self, ended: Ended, place: int) -> _Reached:
        """Return a new place, to which one run has come."""
        new = _Reached(ended, place)
        alone = {name: values[None] for name, values in new.fields.items()}
        new.take(ended, np.array([place]), in_order_of(alone, new.fields, self._groups)[1])
        return new

    def _shared(self, reached: _Reached, ended: Ended, rest: Places) -> Generator[None, None, Places]:
        """Count the runs that have come to one place; return the others."""
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
        return np.setdiff1d(rest, near[same], assume_unique=True)

    def _joined(self, ordered: Stacked, reached: _Reached, floor: Array) -> Generator[None, None, Bools]:
        """Return which θ have no valley below a floor between them and the place; yields on the way."""
        joined = np.ones(len(floor), dtype=np.bool_)
        for part in WAY:
            between = {
                name: (1 - part) * values + part * reached.fields[name] for name, values in ordered.items()
            }
            joined &= self._objectives(between) >= floor
            yield
        return joined

    def _objectives(self, stacked: Stacked) -> Array:
        """Return the objective of many θ, −∞ where the model fails."""
        with np.errstate(all="ignore"):
            try:
                return self._method.objectives(self._model, self._data, self._model.make_params(stacked))
            except (ArithmeticError, ValueError):
                many = len(next(iter(stacked.values())))
                ones = ({name: values[k : k + 1] for name, values in stacked.items()} for k in range(many))
                return np.full(1, -np.inf) if many == 1 else np.concatenate([*map(self._objectives, ones)])


def _one(ended: Ended, place: int) -> dict[str, Array]:
    return {name: values[place] for name, values in ended.params.items()}

"""Many starts: which optima there are, how often each is reached, and which runs reach none.

Two runs have come to the same optimum where their objectives differ by no more than the rule that stopped
them leaves open, and where the straight way from one θ to the other goes no deeper than that below both. So
no distance in θ has to be chosen; all domains are convex; and a flat ridge is one optimum. Solutions that
differ in nothing but the order of their components are one; see `interchange`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from statistics import median

import numpy as np

from emviz.em.aside import shared
from emviz.em.batches import Bools, Ended, Places, Ran, Terms, at_once, runs
from emviz.em.domains import ParameterError
from emviz.em.ending import Place, ending
from emviz.em.engine import Outcome
from emviz.em.interchange import Orders, Stacked, in_order_of, interchangeable
from emviz.em.methods import EM, Method
from emviz.em.model import AnyModel, Fields
from emviz.em.numerics import Array
from emviz.em.optional import Group
from emviz.em.stopping import GAIN, Rule
from emviz.em.views import Entry

#: Where on the way between two ends the objective is looked at.
WAY = (0.25, 0.5, 0.75)
#: How often it is told what has been found, at the most.
TOLD = 50
NUMBER = attrgetter("number")


@dataclass(frozen=True)
class Optimum:
    """One place where runs have converged.

    Parameters
    ----------
    objective : float
        The best objective that was reached there, in nats.
    params : Fields
        θ of that run.
    runs : tuple of int
        The starts that lead there, the one of `params` first.
    orders : tuple of int
        How many of them came to it in each order of the components, the most frequent order first.
    order_of : tuple of int
        In which of these orders each of `runs` came.
    iterations : float
        The median of the iterations that it took.
    remark : str
        What the model has to say of it, such as that all components are equal; empty for an ordinary place.
    place : Place or None
        What kind of place it is; None where that was not asked.
    """

    objective: float
    params: Fields
    runs: tuple[int, ...]
    orders: tuple[int, ...]
    order_of: tuple[int, ...]
    iterations: float
    remark: str = ""
    place: Place | None = None


@dataclass(frozen=True)
class Failure:
    """Runs that could not go on, for one reason."""

    reason: str
    runs: tuple[int, ...]


@dataclass(frozen=True)
class Survey:
    """What many starts have led to so far.

    Parameters
    ----------
    number : int
        How many starts there are.
    runs : tuple of Ran
        Those that have ended, by their number.
    optima : tuple of Optimum
        The places where runs have converged, the best one first.
    components : bool
        Whether there are components that may change places.
    """

    number: int
    runs: tuple[Ran, ...] = ()
    optima: tuple[Optimum, ...] = ()
    components: bool = False

    @property
    def unsettled(self) -> tuple[Ran, ...]:
        """The runs that had not converged when they were stopped: where they lead is not known."""
        return tuple(ran for ran in self.runs if ran.outcome is Outcome.ITERATIONS)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The runs that failed, by their reasons, the most frequent one first."""
        reasons: dict[str, list[int]] = {}
        for ran in self.runs:
            if ran.outcome is Outcome.FAILED:
                reasons.setdefault(ran.reason, []).append(ran.number)
        found = [Failure(reason, tuple(numbers)) for reason, numbers in reasons.items()]
        return tuple(sorted(found, key=lambda each: -len(each.runs)))

    @property
    def sorted_objectives(self) -> tuple[float, ...]:
        """The objectives of all runs that converged, the best one first, in nats."""
        values = (ran.objective for ran in self.runs if ran.outcome is Outcome.CONVERGED)
        return tuple(sorted(values, reverse=True))


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
    ended, told = list[Ran](), 0
    terms = Terms(iterations, Rule(tolerance, on), tuple(watched))
    if processes > 1 and at_once(model, data, method) == 1:
        coming = shared(model, data, iter(starts), terms, method, processes)
    else:
        coming = runs(model, data, iter(starts), terms, method)
    for some in coming:
        if some is None:
            yield None
            continue
        ended += some.runs
        yield from found.add(some)
        if len(ended) - told >= number / TOLD:
            told = len(ended)
            yield _survey(number, ended, found.optima(), groups)
    optima = yield from _placed(model, data, found.optima(), places, method)
    yield _survey(number, ended, optima, groups)


def drawn(model: AnyModel, data: object, seeds: Iterable[int]) -> Iterator[Fields]:
    """Yield the random start of each seed."""
    return (model.start(data, np.random.default_rng(seed)) for seed in seeds)


def _survey(number: int, ended: list[Ran], optima: Sequence[Optimum], groups: Sequence[Group]) -> Survey:
    ended.sort(key=NUMBER)
    return Survey(number, tuple(ended), tuple(optima), bool(groups))


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

    def __init__(self, first: Ran, fields: Stacked) -> None:
        self.height, self.doubt, self.fields = first.objective, first.doubt, fields
        self._best, self._params = first, fields
        self._runs: list[Ran] = []
        self._orders: dict[int, tuple[int, ...]] = {}

    def take(self, ended: Ended, places: Places, orders: Orders) -> None:
        """Count some runs, the components of which were brought so into the order of the first one."""
        came = [ended.runs[place] for place in places.tolist()]
        self._runs += came
        self._orders.update(zip((ran.number for ran in came), map(tuple, orders.tolist()), strict=True))
        for place, ran in zip(places.tolist(), came, strict=True):
            if ran.objective > self._best.objective:
                self._best, self._params = ran, _one(ended, place)

    def told(self, model: AnyModel, data: object) -> Optimum:
        """Return the optimum as it is told."""
        best = self._best
        self._runs.sort(key=NUMBER)
        numbers = (best.number, *(ran.number for ran in self._runs if ran is not best))
        frequent = Counter(self._orders.values()).most_common()
        rank = {order: place for place, (order, _) in enumerate(frequent)}
        order_of = tuple(rank[self._orders[number]] for number in numbers)
        steps = median(ran.iterations for ran in self._runs)
        params = model.make_params(self._params)
        orders = tuple(many for _, many in frequent)
        remark = model.remark(data, params) or ""
        return Optimum(best.objective, params, numbers, orders, order_of, steps, remark)


class _Optima:
    """The optima that runs have come to, whose ends are brought together as they come in."""

    def __init__(self, model: AnyModel, data: object, groups: Sequence[Group], method: Method) -> None:
        self._model, self._data, self._groups, self._method = model, data, groups, method
        self._reached: list[_Reached] = []

    def optima(self) -> list[Optimum]:
        """Return them, the best one first."""
        return sorted(
            (each.told(self._model, self._data) for each in self._reached), key=lambda each: -each.objective
        )

    def add(self, ended: Ended) -> Generator[None, None, None]:
        """Count the runs that have converged; yields between places."""
        if ended.runs[0].outcome is not Outcome.CONVERGED:
            return
        rest = np.argsort([-ran.objective for ran in ended.runs], kind="stable")
        for reached in self._reached:
            rest = yield from self._shared(reached, ended, rest)
        while len(rest):
            new = self._founded(ended, int(rest[0]))
            self._reached.append(new)
            rest = yield from self._shared(new, ended, rest[1:])

    def _founded(self, ended: Ended, place: int) -> _Reached:
        """Return a new place, to which one run has come."""
        fields = _one(ended, place)
        alone = {name: values[None] for name, values in fields.items()}
        new = _Reached(ended.runs[place], fields)
        new.take(ended, np.array([place]), in_order_of(alone, fields, self._groups)[1])
        return new

    def _shared(self, reached: _Reached, ended: Ended, rest: Places) -> Generator[None, None, Places]:
        """Count the runs that have come to one place; return the others."""
        heights = np.array([ended.runs[place].objective for place in rest.tolist()])
        doubts = np.array([ended.runs[place].doubt for place in rest.tolist()])
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

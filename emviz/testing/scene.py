"""A scene: a model with data that it has simulated, where the contract is checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.methods import EM, Method
from emviz.em.missingness import usual, with_holes
from emviz.em.model import AnyModel, AnyRound, AnyStep, Fields, ModelError, Phase, Round, Rows, offers
from emviz.em.params import params_from
from emviz.em.rounding import figures

#: Relative error that an objective may have by rounding.
SLACK = 1e-10


def simulated(model: AnyModel, params: Fields, size: int, rng: np.random.Generator) -> Table:
    """Return data drawn from θ, with as many holes as the model usually has in them."""
    return with_holes(model, model.simulate(params, size, rng), usual(model), rng)


class ContractError(AssertionError):
    """Says in one sentence what a model does otherwise than the contract asks."""


def require(held: bool, sentence: str) -> None:
    """Raise a ContractError with the sentence where something does not hold."""
    if not held:
        raise ContractError(sentence)


def told(height: float) -> str:
    """Return an objective with as many digits as a comparison needs."""
    return figures(height, 12)


def slack(height: float) -> float:
    """Return how far an objective of this height may be off by rounding, in nats."""
    return SLACK * max(1.0, abs(height))


@dataclass(frozen=True)
class Trial:
    """What the contract has to be told of a model that is out of the ordinary.

    Parameters
    ----------
    units : int
        Units that are simulated.
    many : int
        Units of the simulation from whose labels the parameters are found again.
    table : Table or None
        Data in the place of the first example's.
    unbounded : bool
        The likelihood has no bound, so that a run may end where it is infinite.
    unseen : bool
        Units that were never seen are counted too, so that totals depend on θ.
    dense : bool
        What is hidden are measured numbers: log P(x, z) is a density, and may lie above log P(x).
    """

    units: int = 25
    many: int = 4000
    table: Table | None = None
    unbounded: bool = False
    unseen: bool = False
    dense: bool = False


@dataclass(frozen=True)
class Scene:
    """A model and its data, with a generator to draw θ from.

    Parameters
    ----------
    model : Model
    data : object
        What the model has parsed.
    rng : numpy.random.Generator
    rows : int
        Rows of the table.
    trial : Trial
    known : object
        The data of the first example.
    """

    model: AnyModel
    data: object
    rng: np.random.Generator
    rows: int
    trial: Trial = Trial()
    known: object = None

    @classmethod
    def simulated(cls, model: AnyModel, seed: int, trial: Trial) -> Scene:
        """Return data drawn from θ anywhere in its domain; those of the example where none can be drawn."""
        rng, table = np.random.default_rng(seed), known_table(model, trial)
        known = model.parse(table)
        if offers(model, "simulate"):
            table = simulated(model, drawn(model, known, rng), trial.units, rng)
        return cls(model, model.parse(table), rng, table.rows, trial, known)

    @property
    def every(self) -> Rows:
        """All rows."""
        return np.arange(self.rows)

    @property
    def some(self) -> Rows:
        """A few rows, out of order and one of them twice."""
        return np.array([self.rows - 2, 1, 1, self.rows // 2]) % self.rows

    def params(self) -> Fields:
        """Return θ anywhere in its domain."""
        return drawn(self.model, self.data, self.rng)

    def start(self, method: Method = EM) -> AnyStep:
        """Return the step at t = 0 of a θ anywhere in its domain."""
        return engine.start(self.model, self.data, self.params(), method)

    def objective(self, params: Fields) -> float:
        """Return the objective at θ."""
        return self.model.e_step(self.data, params).objective

    def walk(self, halves: int) -> list[AnyStep]:
        """Return the start and so many half-steps; fewer where a likelihood without bound ends at a θ."""
        steps = [self.start()]
        for _ in range(halves):
            try:
                steps.append(engine.advance(self.model, self.data, steps[-1]))
            except ModelError as error:
                if self.trial.unbounded and len(steps) >= 4:
                    return steps[:-1]
                raise ContractError(f"EM cannot go on from simulated data: {error}") from error
        return steps

    @cached_property
    def rounds(self) -> list[AnyRound]:
        """The start, the E-step and the M-step of one iteration."""
        first, second, third = self.walk(2)
        return [Round(first, Phase.START), Round(second, Phase.E), Round(second, Phase.M, third.params)]


def known_table(model: AnyModel, trial: Trial) -> Table:
    """Return the table of the trial, or the first example that the model can read as it is set."""
    if trial.table is not None:
        return trial.table
    for example in model.examples:
        try:
            table = read_table(example_path(example.file))
            model.parse(table)
        except DataError:
            continue
        return table
    raise ContractError("the model reads none of its examples with these hyper-parameters")


def drawn(model: AnyModel, data: object, rng: np.random.Generator) -> Fields:
    """Return θ anywhere in its domain, what is held at its default."""
    values = {
        each.name: each.domain.sample(each.shape, rng) for each in model.parameters(data) if not each.fixed
    }
    return params_from(model, data, values)

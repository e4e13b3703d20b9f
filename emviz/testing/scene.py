"""A scene: a model with data simulated from it, on which the contract is checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.methods import EM, Method
from emviz.em.model import AnyModel, AnyRound, AnyStep, Fields, ModelError, Phase, Round, Rows, offers
from emviz.em.rounding import figures
from emviz.em.simulation.missingness import usual, with_holes
from emviz.em.theta.params import params_from

#: Relative error of an objective because of rounding.
SLACK = 1e-10


def simulated(model: AnyModel, params: Fields, size: int, rng: np.random.Generator) -> Table:
    """Return data drawn from θ, with the model's default share of missing cells."""
    return with_holes(model, model.simulate(params, size, rng), usual(model), rng)


class ContractError(AssertionError):
    """Describes in one sentence how a model violates the contract."""


def require(held: bool, sentence: str) -> None:
    """Raise a ContractError with the sentence if a condition does not hold."""
    if not held:
        raise ContractError(sentence)


def digits(height: float) -> str:
    """Return an objective with enough digits for a comparison."""
    return figures(height, 12)


def slack(height: float) -> float:
    """Return the rounding error of an objective, in nats."""
    return SLACK * max(1.0, abs(height))


@dataclass(frozen=True)
class Trial:
    """Special properties of a model for the contract.

    Parameters
    ----------
    units : int
        Number of simulated units.
    many : int
        Number of simulated units for estimating the parameters from labels.
    table : Table or None
        Data to use instead of the first example.
    unbounded : bool
        The likelihood is unbounded, so a run may end where it is infinite.
    unseen : bool
        Unseen units are counted too, so the totals depend on θ.
    dense : bool
        The hidden variables are continuous: log P(x, z) is a density, and may exceed log P(x).
    """

    units: int = 25
    many: int = 4000
    table: Table | None = None
    unbounded: bool = False
    unseen: bool = False
    dense: bool = False


@dataclass(frozen=True)
class Scene:
    """A model and its data, with a random generator for θ.

    Parameters
    ----------
    model : Model
    data : object
        The parsed data.
    rng : numpy.random.Generator
    rows : int
        Number of rows of the table.
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
        """Return data drawn from a θ anywhere in its domain, or the example if the model cannot simulate."""
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
        """A few rows in arbitrary order, one of them twice."""
        return np.array([self.rows - 2, 1, 1, self.rows // 2]) % self.rows

    def params(self) -> Fields:
        """Return a θ anywhere in its domain."""
        return drawn(self.model, self.data, self.rng)

    def start(self, method: Method = EM) -> AnyStep:
        """Return the step at t = 0 from a θ anywhere in its domain."""
        return engine.start(self.model, self.data, self.params(), method)

    def objective(self, params: Fields) -> float:
        """Return the objective at θ."""
        return self.model.e_step(self.data, params).objective

    def walk(self, halves: int) -> list[AnyStep]:
        """Return the start and a number of half-steps; fewer if an unbounded likelihood diverges."""
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
    """Return the table of the trial, or the first example that the model can read with its settings."""
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
    """Return a θ anywhere in its domain, with fixed entries at their defaults."""
    values = {
        each.name: each.domain.sample(each.shape, rng) for each in model.parameters(data) if not each.fixed
    }
    return params_from(model, data, values)

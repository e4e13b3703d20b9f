"""The records of EM: a step, a round, what a model reads and how it is spoken of.

Notation: x observed, z hidden, θ parameters, q(z) = P(z | x; θ(t)); logarithms are natural, so log P and
every bound is in nats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array

#: The objective of a model with a prior, which is known up to a constant.
POSTERIOR = "log posterior"

#: A NamedTuple of float64 arrays.
Fields: TypeAlias = tuple[Array, ...]
Rows: TypeAlias = NDArray[np.intp]

D = TypeVar("D")
P = TypeVar("P", bound=Fields)
C = TypeVar("C", bound=Fields)


class ModelError(ArithmeticError):
    """A half-step that could not be done.

    Parameters
    ----------
    reason : str
        What went wrong, in one sentence.
    iteration : int
        The iteration t in which it happened; 0 is the start.
    phase : Phase
        The half-step that failed.
    """

    def __init__(self, reason: str, iteration: int, phase: Phase) -> None:
        super().__init__(reason, iteration, phase)
        self.reason = reason
        self.iteration = iteration
        self.phase = phase
        self.steps: tuple[AnyStep, ...] = ()

    def because(self, more: str) -> ModelError:
        """Return the same with more that may be the reason, if anything is told."""
        return ModelError(f"{self.reason}; {more}", self.iteration, self.phase) if more else self

    def __str__(self) -> str:
        if self.phase is Phase.START:
            return f"At the start: {self.reason}"
        # A method without an E- and an M-step has one step an iteration.
        phase = "" if self.phase is Phase.STEP else f", {self.phase.value}"
        return f"Iteration {self.iteration}{phase}: {self.reason}"


class Phase(Enum):
    """Where in an iteration a step stands; methods without an E- and an M-step do one Step."""

    START = "start"
    E = "E-step"
    M = "M-step"
    STEP = "Step"


@dataclass(frozen=True, slots=True)
class Expectation(Generic[C]):
    """What an E-step returns: expected sufficient statistics, and the objective at θ.

    Parameters
    ----------
    counts : C
        Expected counts under q(z) = P(z | x; θ).
    objective : float
        log P(x; θ) in nats, or the log-posterior where the model has a prior.
    """

    counts: C
    objective: float


@dataclass(frozen=True, slots=True)
class Stride:
    """How a method without an M-step came to θ(t).

    Parameters
    ----------
    e_steps : int
        E-steps spent on the way from θ(t−1), that at θ(t) and refused trials among them.
    for_hessian : int
        E-steps spent on a matrix of second derivatives besides.
    refused : int
        Trials that were refused.
    maps : int
        Steps of EM, from counts to the next θ, taken on the way, those to refused trials among them.
    length : float or None
        How long the step is in the method's own measure: s of a gradient, α of SQUAREM; None without one.
    memory : object
        What the method remembers for the next step.
    """

    e_steps: int
    for_hessian: int = 0
    refused: int = 0
    maps: int = 0
    length: float | None = None
    memory: object = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Step(Generic[P, C]):
    """One half-step.

    Parameters
    ----------
    index : int
        The iteration t whose parameters θ(t) these are.
    phase : Phase
        START at t = 0; E once the completions are weighed at θ(t); M, or STEP by a method without an M-step,
        when θ(t) has just been found.
    params : P
        θ(t).
    expectation : Expectation
        Expected counts and objective at θ(t).
    q_expectation : float
        Q(θ(t) | θ(t)), which ties the bound to the objective.
    bound : float
        The value of the lower bound in force: after an M-step g_{t-1}(θ(t)), else log P(x; θ(t)).
    stride : Stride or None
        How θ(t) was found, where it was not by an M-step.
    """

    index: int
    phase: Phase
    params: P
    expectation: Expectation[C]
    q_expectation: float
    bound: float
    stride: Stride | None = None


@dataclass(frozen=True, slots=True)
class Round(Generic[P, C]):
    """One iteration as far as it has come: what the pictures show.

    Parameters
    ----------
    base : Step
        The step whose θ(t) the completions are (or will be) weighed at; the bound g_t touches there.
    phase : Phase
        START before the E-step, E after it, M after the M-step.
    updated : P or None
        θ(t+1), after the M-step.
    whole : bool
        Each unit is counted whole for one completion, instead of shared between all of them.
    known : bool
        That completion is the true one, which the labels tell; else it is the likeliest.
    """

    base: Step[P, C]
    phase: Phase
    updated: P | None = None
    whole: bool = False
    known: bool = False

    def bound_name(self, soft: str = "bound g") -> str:
        """Return what a curve of g_t is called: counted whole, it is log P with the completion counted."""
        return "log P(x, z)" if self.whole else soft

    @property
    def counted(self) -> str:
        """Return what units are: expected, where shares of them are added, or counted whole."""
        return "counted" if self.whole else "expected"

    @property
    def letter(self) -> str:
        """What a share is called: P of a completion, or q where it is all or nothing."""
        return "q" if self.whole else "P"


@dataclass(frozen=True)
class Look(Generic[P]):
    """What the pictures may draw on beside the round: what the viewer has chosen, and what is known.

    Parameters
    ----------
    columns : tuple of int
        The columns of the data on the axes of a scatter; empty for the first ones.
    row : int or None
        The row of the table that is selected.
    path : tuple of P
        θ(0), θ(1), … up to the one on display; of a long run a selection (`milestones`).
    truth : P or None
        The parameters that the data were simulated from.
    times : tuple of int
        The t of each θ of the path; empty where they are 0, 1, ….
    supposed : tuple of pair of str
        What is supposed of the row to see what would follow: variables with their states.
    node : str
        The variable that is asked about; empty for the model's own choice.
    """

    columns: tuple[int, ...] = ()
    row: int | None = None
    path: tuple[P, ...] = ()
    truth: P | None = None
    times: tuple[int, ...] = ()
    supposed: tuple[tuple[str, str], ...] = ()
    node: str = ""


@dataclass(frozen=True)
class ColumnSpec:
    """A column that a model reads.

    Parameters
    ----------
    name, meaning : str
        What it is called, and what it holds.
    required : bool
        Whether the model needs it.
    synonyms : tuple of str
        Other names that files give it, in small letters; case, blanks and a plural s need no synonym.
    holes : bool
        Whether a missing cell is one of the things that the model does not see; else its row cannot be used.
    unseen : str
        What a missing cell of it is then: "an unseen step".
    free : bool
        Whether the name only stands for any: the model gathers such columns.
    spare : bool
        Whether rows with a hole in a gathered column can be left out all the same, if somebody asks.
    """

    name: str
    meaning: str
    required: bool = True
    synonyms: tuple[str, ...] = ()
    holes: bool = False
    free: bool = False
    unseen: str = ""
    spare: bool = False


@dataclass(frozen=True)
class Example:
    """A data set that comes with emviz.

    Parameters
    ----------
    key, title : str
        The name on the command line and the name on the screen.
    file : str or Path
        The file in `assets/examples`; a plug-in gives the path of its own.
    source : str
        Where the data come from.
    hyper : mapping
        Hyper-parameters that fit the data, where they differ from the defaults.
    truth : mapping
        The fields of θ that the data were simulated from; empty for real data.
    start : mapping
        Fields of θ(0) that show something by themselves; those left out take their default.
    words : Words, optional
        How sentences speak of these data, where that is closer to them than the words of the model: of rolls
        and dice.
    others : mapping
        Other θ(0) that show something, by what they show; as `start`.
    """

    key: str
    title: str
    file: str | Path
    source: str
    hyper: Mapping[str, int | float | str] = field(default_factory=dict)
    truth: Mapping[str, object] = field(default_factory=dict)
    start: Mapping[str, object] = field(default_factory=dict)
    words: Words | None = None
    others: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@dataclass(frozen=True)
class Preset:
    """Something to see: an example, a start from which it shows, and what to look for.

    Parameters
    ----------
    key, title : str
        Its name in tests, and on the screen.
    look : str
        What to look for, in a sentence or two that fit on two lines: 160 letters.
    example : str
        The key of the example; empty for the first one.
    hyper, start : mapping
        Hyper-parameters and fields of θ(0), where they differ from those of the example.
    iterations : int or None
        Run so many whatever they gain, where the usual rule on when to stop would end too soon.
    step : float
        End before that where a step of θ is no longer than this.
    """

    key: str
    title: str
    look: str
    example: str = ""
    hyper: Mapping[str, int | float | str] = field(default_factory=dict)
    start: Mapping[str, object] = field(default_factory=dict)
    iterations: int | None = None
    step: float = 0.0


@dataclass(frozen=True)
class Words:
    """How the sentences on the screen speak of a model.

    Parameters
    ----------
    unit, units : str
        One observed unit and several: "set", "sets".
    component, components : str
        What the hidden variable names, one and several: "coin", "coins".
    question : str
        What the E-step asks: "which coin was tossed in each set".
    ask : str
        What is asked of a single row: "Which coin was tossed in this set?".
    shared : str
        What the E-step of EM does, with {unit} and {components} left open.
    completion : str
        What one completion is called: "coin A" of {component} and {name}.
    turned : str
        That a row has another likeliest completion than before, with {row} and {completion} left open.
    hard : str
        What hard EM is called for this model: "Viterbi training"; empty where it has no name of its own.
    shares : str
        What the M-step counts: "the M-step counts these shares".
    """

    unit: str
    units: str
    component: str
    components: str
    question: str
    ask: str
    shared: str = "Each {unit} was shared between the {components}"
    completion: str = "{component} {name}"
    turned: str = "{row} is now most likely {completion}"
    hard: str = ""
    shares: str = "shares"


AnyStep: TypeAlias = "Step[Fields, Fields]"
AnyRound: TypeAlias = "Round[Fields, Fields]"
AnyLook: TypeAlias = "Look[Fields]"


def fields_of(record: Fields) -> dict[str, Array]:
    """Return the fields of a NamedTuple of arrays, by name."""
    names: tuple[str, ...] = getattr(record, "_fields", ())
    # A model may compute a single number, which NumPy makes no array of.
    return dict(zip(names, map(np.asarray, record), strict=True))

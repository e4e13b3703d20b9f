"""The records of EM: a step, a round, the examples, columns and words of a model.

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

#: A posterior is known only up to a constant, so it is never compared between models.
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
        # The steps before the failure; the engine adds them.
        self.steps: tuple[AnyStep, ...] = ()

    def because(self, more: str) -> ModelError:
        """Return the same error with a possible reason appended, if there is one."""
        return ModelError(f"{self.reason}; {more}", self.iteration, self.phase) if more else self

    def __str__(self) -> str:
        if self.phase is Phase.START:
            return f"At the start: {self.reason}"
        # A method without an E- and an M-step has one step an iteration.
        phase = "" if self.phase is Phase.STEP else f", {self.phase.value}"
        return f"Iteration {self.iteration}{phase}: {self.reason}"


class Phase(Enum):
    """The part of an iteration that a step is. Methods without an E- and an M-step have one Step."""

    START = "start"
    E = "E-step"
    M = "M-step"
    STEP = "Step"


@dataclass(frozen=True, slots=True)
class Expectation(Generic[C]):
    """The result of an E-step: expected sufficient statistics, and the objective at θ.

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
    """The cost and the length of one step of a method without an M-step.

    Parameters
    ----------
    e_steps : int
        E-steps used to get from θ(t−1) to θ(t), including the one at θ(t) and those of refused trials.
    for_hessian : int
        Further E-steps used for a matrix of second derivatives.
    refused : int
        Trials that were refused.
    maps : int
        EM iterations used on the way, including those of refused trials.
    length : float or None
        The length of the step in the method's own measure: s of a gradient, α of SQUAREM; None without one.
    memory : object
        State that the method carries to its next step.
    """

    e_steps: int
    for_hessian: int = 0
    refused: int = 0
    maps: int = 0
    length: float | None = None
    # May hold arrays, and == on arrays has no single truth value.
    memory: object = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Step(Generic[P, C]):
    """One half-step.

    Parameters
    ----------
    index : int
        The iteration t whose parameters θ(t) these are.
    phase : Phase
        START at t = 0; E after the E-step at θ(t); M, or STEP by a method without an M-step,
        when θ(t) has just been found.
    params : P
        θ(t).
    expectation : Expectation
        Expected counts and objective at θ(t).
    q_expectation : float
        Q(θ(t) | θ(t)), which ties the bound to the objective.
    bound : float
        The current lower bound, in nats: after an M-step g_{t-1}(θ(t)), else log P(x; θ(t)).
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
    """One iteration up to its current phase, as the pictures show it.

    Parameters
    ----------
    base : Step
        The step with the θ(t) of the E-step, where the bound g_t touches the objective.
    phase : Phase
        START before the E-step, E after it, M after the M-step.
    updated : P or None
        θ(t+1), after the M-step.
    whole : bool
        True if each unit counts for one completion only (hard EM) instead of being shared between all.
    known : bool
        True if that completion is the true one, from the labels; otherwise it is the likeliest.
    """

    base: Step[P, C]
    phase: Phase
    updated: P | None = None
    whole: bool = False
    known: bool = False

    def bound_name(self, soft: str = "bound g") -> str:
        """Return the name of the curve of g_t; for whole units, g_t is log P(x, z) at their completions."""
        return "log P(x, z)" if self.whole else soft

    @property
    def counted(self) -> str:
        """The word for the counts: "expected" if units are shared, "counted" if each counts whole."""
        return "counted" if self.whole else "expected"

    @property
    def letter(self) -> str:
        """The letter of a share: P, or q if units count whole."""
        return "q" if self.whole else "P"


@dataclass(frozen=True)
class Look(Generic[P]):
    """What a picture may show besides the round: the choices of the user, the path and the truth.

    Parameters
    ----------
    columns : tuple of int
        The columns of the data on the axes of a scatter; empty for the first ones.
    row : int or None
        The row of the table that is selected.
    path : tuple of P
        θ(0), θ(1), … up to the current one; a selection of a long run (`milestones`).
    truth : P or None
        The parameters that the data were simulated from.
    times : tuple of int
        The t of each θ of the path; empty if they are 0, 1, ….
    supposed : tuple of pair of str
        Assumed states of variables of the selected row, as pairs (variable, state).
    node : str
        The selected variable; empty for the model's own choice.
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
        Its name and its content.
    required : bool
        Whether the model needs it.
    synonyms : tuple of str
        Other common names, in lower case; case, blanks and a plural s need no synonym.
    holes : bool
        Whether the model can use a row with a missing cell in this column; otherwise the row is refused.
    unseen : str
        What a missing cell means to the model: "an unseen step".
    free : bool
        Whether the name is a placeholder: the model reads any number of such columns, under any name.
    spare : bool
        Whether rows with a missing cell may nevertheless be left out on request.
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
        Its names on the command line and on the screen.
    file : str or Path
        The file in `assets/examples`; a plug-in gives a path.
    source : str
        Where the data come from.
    hyper : mapping
        Hyper-parameters that fit the data, if they differ from the defaults.
    truth : mapping
        The fields of θ that the data were simulated from; empty for real data.
    start : mapping
        Fields of a θ(0) that is worth seeing; the others take their default.
    words : Words, optional
        The words of the sentences about these data, if more specific than those of the model: "roll", "die".
    others : mapping
        Other θ(0) that are worth seeing, by title; as `start`.
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
    """A demonstration: an example, a start, and what to look for.

    Parameters
    ----------
    key, title : str
        Its names in tests and on the screen.
    look : str
        What to look for, one or two sentences of at most 160 letters, which fit on two lines.
    example : str
        The key of the example; empty for the first one.
    hyper, start : mapping
        Hyper-parameters and fields of θ(0), if they differ from those of the example.
    iterations : int or None
        Run this number of iterations, for examples where the usual stopping rule ends too soon.
    step : float
        Stop earlier once a step of θ is no longer than this.
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
    """The words of a model in the sentences on the screen.

    Parameters
    ----------
    unit, units : str
        Singular and plural of an observed unit: "set", "sets".
    component, components : str
        Singular and plural of a component, a value of the hidden variable: "coin", "coins".
    question : str
        The question of the E-step: "which coin was tossed in each set".
    ask : str
        The question about a single row: "Which coin was tossed in this set?".
    shared : str
        The sentence after an E-step of soft EM, with placeholders {unit} and {components}.
    completion : str
        The name of a completion, such as "coin A", from {component} and {name}.
    turned : str
        The sentence about a row whose likeliest completion has changed, with {row} and {completion}.
    hard : str
        The name of hard EM for this model: "Viterbi training"; empty if it has none.
    shares : str
        The name of the shares that the M-step counts: "the M-step counts these shares".
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
    # A model may compute a NumPy scalar, which is not an array.
    return dict(zip(names, map(np.asarray, record), strict=True))

"""EM by half-steps.

Four lines at a prompt single-step any model::

    step = start(model, data, params)
    step = advance(model, data, step)    # the E-step
    step = advance(model, data, step)    # the M-step
    print(step.params, step.expectation.objective)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum

import numpy as np

from emviz.em.methods import EM, Method
from emviz.em.model import C, D, Expectation, Model, ModelError, P, Phase, Round, Step
from emviz.em.stopping import settled

#: What NumPy and Python raise by themselves where numbers leave the range of a float; no model does.
BEYOND = (FloatingPointError, OverflowError, np.linalg.LinAlgError)
#: Parts of the texts that Python gives to errors which a model may raise in words of its own.
PYTHON_SAYS = ("by zero", "negative power", "math domain error", "math range error", "cannot convert float")
#: What only a slip in the code of a model raises.
MISTAKES = (AttributeError, TypeError, KeyError, IndexError, NameError, NotImplementedError, AssertionError)


class Outcome(Enum):
    """Why a run ended."""

    CONVERGED = "converged"
    ITERATIONS = "iterations"
    TOLD = "told"
    FAILED = "failed"


def start(model: Model[D, P, C], data: D, params: P, method: Method = EM) -> Step[P, C]:
    """Return the step at t = 0.

    Raises
    ------
    ModelError
        Where the data are impossible under θ(0), or the model fails.
    """
    with _failures(model, 0, Phase.START):
        expectation, q_here = _expect(model, data, params, method)
    return Step(0, Phase.START, params, expectation, q_here, expectation.objective)


def advance(model: Model[D, P, C], data: D, step: Step[P, C], method: Method = EM) -> Step[P, C]:
    """Return the half-step that follows `step`.

    Raises
    ------
    ModelError
        Where the model fails: an exception, 0/0, or an objective that is no number.
    """
    if step.phase is not Phase.E:
        return _expectation_step(step)
    with _failures(model, step.index + 1, Phase.M):
        params = model.m_step(data, step.expectation.counts)
        bound = lower_bound(model, data, step, params)
        expectation, q_here = _expect(model, data, params, method)
    return Step(step.index + 1, Phase.M, params, expectation, q_here, bound)


def next_params(model: Model[D, P, C], data: D, step: Step[P, C]) -> P:
    """Return θ(t+1) as the M-step finds it from the counts of a step.

    Raises
    ------
    ModelError
        Where the M-step fails.
    """
    with _failures(model, step.index + 1, Phase.M):
        return model.m_step(data, step.expectation.counts)


def lower_bound(model: Model[D, P, C], data: D, at: Step[P, C], params: P) -> float:
    """Return g_t(θ), the bound that touches the objective at θ(t), in nats.

    g_t(θ) = L(θ(t)) + Q(θ | θ(t)) − Q(θ(t) | θ(t)): at θ(t) the bound touches, so neither the entropy of
    the completions nor the terms of Q that are free of θ need be known (Do & Batzoglou 2008, Supplementary
    Note).

    Parameters
    ----------
    at : Step
        The step whose parameters are θ(t).
    params : P
        θ.
    """
    return at.expectation.objective + model.q(data, at.expectation.counts, params) - at.q_expectation


def run(
    model: Model[D, P, C],
    data: D,
    step: Step[P, C],
    *,
    iterations: int,
    tolerance: float,
    told: Callable[[], bool] = lambda: False,
    method: Method = EM,
    before: Sequence[float] = (),
) -> Generator[Step[P, C], None, Outcome]:
    """Yield the half-steps that follow `step`, until little is left, enough is done, or told to stop.

    Parameters
    ----------
    iterations : int
        The t at which to stop.
    tolerance : float
        Stop when neither the gain of an iteration nor the estimate of what is left (`stopping.left`) exceeds
        this fraction of |log P|; 0 to go on regardless.
    told : callable
        Asked before each half-step; True ends the run.
    before : sequence of float
        The objective at all θ before that of `step`: a run that goes on stops where it would have stopped in
        one go.

    Raises
    ------
    ModelError
        Where the model fails; the steps yielded so far stand.
    """
    heights = [*before, step.expectation.objective]
    while not (step.index >= iterations and step.phase is not Phase.E):
        if told():
            return Outcome.TOLD
        step = advance(model, data, step, method)
        yield step
        if step.phase is Phase.M:
            heights.append(step.expectation.objective)
            if settled(heights, tolerance):
                return Outcome.CONVERGED
    return Outcome.ITERATIONS


def round_at(
    model: Model[D, P, C], steps: Sequence[Step[P, C]], cursor: int, method: Method = EM
) -> Round[P, C]:
    """Return the iteration that is on display when the cursor stands on one of the steps."""
    step = steps[cursor]
    if step.phase is Phase.M and cursor:
        return Round(steps[cursor - 1], Phase.M, step.params, method.whole)
    return Round(step, step.phase, whole=method.whole)


def iterations_of(steps: Sequence[Step[P, C]]) -> Iterator[Step[P, C]]:
    """Yield one step for each θ(t): the start and what every M-step found."""
    return (step for step in steps if step.phase is not Phase.E)


def _expectation_step(step: Step[P, C]) -> Step[P, C]:
    objective = step.expectation.objective
    return Step(step.index, Phase.E, step.params, step.expectation, step.q_expectation, objective)


def _expect(model: Model[D, P, C], data: D, params: P, method: Method) -> tuple[Expectation[C], float]:
    expectation = method.expect(model, data, params)
    if not math.isfinite(expectation.objective):
        raise ArithmeticError(_no_number(expectation.objective))
    q_here = model.q(data, expectation.counts, params)
    if not math.isfinite(q_here):
        raise ArithmeticError(f"Q(θ|θ) is not a finite number ({q_here})")
    return expectation, q_here


def _no_number(objective: float) -> str:
    if objective == -np.inf:
        return "log P(x;θ) is −∞, the data are impossible under these parameters"
    return f"log P(x;θ) is not a finite number ({objective})"


@contextmanager
def _failures(model: Model[D, P, C], iteration: int, phase: Phase) -> Iterator[None]:
    """Turn whatever a model raises into one typed error that carries the iteration."""
    try:
        with np.errstate(invalid="raise", over="ignore", under="ignore", divide="ignore"):
            yield
    except Exception as error:
        raise ModelError(_reason(model, error), iteration, phase) from error


def _reason(model: Model[D, P, C], error: Exception) -> str:
    """Return what a model says of its failure; where the machine speaks in its place, what that means."""
    said = str(error)
    if isinstance(error, BEYOND) or (isinstance(error, ZeroDivisionError | ValueError) and _of_python(said)):
        return "the numbers have become too large or too small to be computed with, or led to 0/0"
    if isinstance(error, MemoryError):
        return "the memory of this computer does not suffice"
    if isinstance(error, MISTAKES):
        return f"the model {model.key} has a fault ({': '.join(filter(None, (type(error).__name__, said)))})"
    return said or type(error).__name__


def _of_python(said: str) -> bool:
    return any(words in said for words in PYTHON_SAYS)

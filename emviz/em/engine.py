"""EM by half-steps.

Four lines step through any model::

    step = start(model, data, params)
    step = advance(model, data, step)    # the E-step
    step = advance(model, data, step)    # the M-step
    print(step.params, step.expectation.objective)
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import cast

import numpy as np

from emviz.em.convergence.stopping import GAIN, THETA, length, settled
from emviz.em.methods import EM, Method, Resting, is_parted, phase_after
from emviz.em.model import C, D, Model, ModelError, P, Phase, Round, Step

#: Errors that NumPy and Python raise when numbers leave the range of a float; models do not raise them.
BEYOND = (FloatingPointError, OverflowError, np.linalg.LinAlgError)
#: Parts of Python's own messages for error types that a model may also raise with its own message.
PYTHON_SAYS = ("by zero", "negative power", "math domain error", "math range error", "cannot convert float")
#: Errors that only a bug in a model raises.
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
        If the data are impossible under θ(0), or the model fails.
    """
    with _failures(model, 0, Phase.START):
        return method.begin(model, data, params)


def advance(model: Model[D, P, C], data: D, step: Step[P, C], method: Method = EM) -> Step[P, C]:
    """Return the half-step that follows `step`.

    Raises
    ------
    ModelError
        If the model fails: it raises an exception, divides 0 by 0, or returns an objective that is NaN.
    """
    with _failures(model, step.index + 1, phase_after(method, step.phase)):
        return method.advance(model, data, step)


def advancing(
    model: Model[D, P, C], data: D, step: Step[P, C], method: Method = EM
) -> Generator[None, None, Step[P, C]]:
    """Return the half-step that follows `step`; yield wherever a long one can be cancelled.

    Raises
    ------
    ModelError
        If the model fails.
    """
    if not is_parted(method):
        return advance(model, data, step, method)
    parts, following = method.parts(model, data, step), phase_after(method, step.phase)
    while True:
        # Inside the loop, since `errstate` must not stay in force while the caller runs.
        with _failures(model, step.index + 1, following):
            try:
                next(parts)
            except StopIteration as done:
                return cast("Step[P, C]", done.value)
        yield


def next_params(model: Model[D, P, C], data: D, step: Step[P, C]) -> P:
    """Return θ(t+1), the result of the M-step on the counts of a step.

    Raises
    ------
    ModelError
        If the M-step fails.
    """
    with _failures(model, step.index + 1, Phase.M):
        return model.m_step(data, step.expectation.counts)


def run(
    model: Model[D, P, C],
    data: D,
    step: Step[P, C],
    *,
    iterations: int,
    tolerance: float,
    method: Method = EM,
    before: Sequence[float] = (),
    on: str = GAIN,
) -> Generator[Step[P, C] | None, None, Outcome]:
    """Yield the half-steps that follow `step` until the run has converged or reached `iterations`.

    A method with long steps yields None in between, where the run can be cancelled.

    Parameters
    ----------
    iterations : int
        The t at which to stop.
    tolerance : float
        Stop when neither the gain of an iteration nor the estimate of the rest (`stopping.left`) exceeds this
        fraction of |log P|; if `on` is "theta", when a step of θ is no longer than this (`stopping.length`).
        0: never.
    before : sequence of float
        The objective at all θ before that of `step`, so that a continued run stops where an uninterrupted one
        would have stopped.
    on : str
        The quantity that the tolerance applies to: "gain" or "theta". On "theta", an accelerated method stops
        when one of its EM steps is short enough, as EM itself would.

    Raises
    ------
    ModelError
        If the model fails; the steps yielded before remain valid.
    """
    heights, ends = [*before, step.expectation.objective], (Phase.START, method.phases[-1])
    here, parameters = step.params, tuple(model.parameters(data)) if on == THETA else ()
    if on == THETA and isinstance(method, Resting):
        method = method.until(tolerance)
    # Only the end of an iteration counts: after an E-step the objective has not changed.
    while not (step.index >= iterations and step.phase in ends):
        step = yield from advancing(model, data, step, method)
        yield step
        if step.phase in ends:
            heights.append(step.expectation.objective)
            if on == THETA:
                near, here = length(parameters, here, step.params) <= tolerance, step.params
            else:
                near = settled(heights, tolerance, method.steady)
            if near and tolerance > 0:
                return Outcome.CONVERGED
    return Outcome.ITERATIONS


def round_at(steps: Sequence[Step[P, C]], cursor: int, method: Method = EM) -> Round[P, C]:
    """Return the iteration that is shown when the cursor is at one of the steps."""
    step = steps[cursor]
    if step.phase is Phase.STEP:
        # The next step begins with the E-step at this θ; its counts are known already, and are shown.
        return Round(step, Phase.E, whole=method.whole)
    if step.phase is method.phases[-1] and cursor:
        return Round(steps[cursor - 1], step.phase, step.params, method.whole, method.known)
    return Round(step, step.phase, whole=method.whole, known=method.known)


def iterations_of(steps: Sequence[Step[P, C]]) -> Iterator[Step[P, C]]:
    """Yield one step for each θ(t): the start and the result of every M-step."""
    return (step for step in steps if step.phase is not Phase.E)


@contextmanager
def _failures(model: Model[D, P, C], iteration: int, phase: Phase) -> Iterator[None]:
    """Turn any exception of a model into a ModelError with the iteration."""
    try:
        # Infinities are part of correct results (log 0); only NaN from an invalid operation is an error.
        with np.errstate(invalid="raise", over="ignore", under="ignore", divide="ignore"):
            yield
    except Exception as error:
        raise ModelError(_reason(model, error), iteration, phase) from error


def _reason(model: Model[D, P, C], error: Exception) -> str:
    """Return the message of an error, with messages of Python and NumPy put into plain words."""
    said = str(error)
    of_python = any(words in said for words in PYTHON_SAYS)
    if isinstance(error, BEYOND) or (isinstance(error, ZeroDivisionError | ValueError) and of_python):
        return "the numbers have become too large or too small to be computed with, or led to 0/0"
    if isinstance(error, MemoryError):
        return "the memory of this computer does not suffice"
    if isinstance(error, MISTAKES):
        return f"the model {model.key} has a fault ({': '.join(filter(None, (type(error).__name__, said)))})"
    # A model raises this with its own words when the M-step has nothing to divide by, which θ has led to.
    if isinstance(error, ZeroDivisionError):
        return f"{said}; start elsewhere"
    return said or type(error).__name__

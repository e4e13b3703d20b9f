"""EM by half-steps.

Four lines at a prompt single-step any model::

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

from emviz.em.methods import EM, Method, Resting, is_parted, phase_after
from emviz.em.model import C, D, Model, ModelError, P, Phase, Round, Step
from emviz.em.stopping import GAIN, THETA, length, settled

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
        return method.begin(model, data, params)


def advance(model: Model[D, P, C], data: D, step: Step[P, C], method: Method = EM) -> Step[P, C]:
    """Return the half-step that follows `step`.

    Raises
    ------
    ModelError
        Where the model fails: an exception, 0/0, or an objective that is no number.
    """
    with _failures(model, step.index + 1, phase_after(method, step.phase)):
        return method.advance(model, data, step)


def advancing(
    model: Model[D, P, C], data: D, step: Step[P, C], method: Method = EM
) -> Generator[None, None, Step[P, C]]:
    """Return the half-step that follows `step`; yield wherever a long one can be stopped.

    Raises
    ------
    ModelError
        Where the model fails.
    """
    if not is_parted(method):
        return advance(model, data, step, method)
    parts, following = method.parts(model, data, step), phase_after(method, step.phase)
    while True:
        with _failures(model, step.index + 1, following):
            try:
                next(parts)
            except StopIteration as done:
                return cast("Step[P, C]", done.value)
        yield


def next_params(model: Model[D, P, C], data: D, step: Step[P, C]) -> P:
    """Return θ(t+1) as the M-step finds it from the counts of a step.

    Raises
    ------
    ModelError
        Where the M-step fails.
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
    """Yield the half-steps that follow `step`, until little is left or enough is done.

    A method whose steps may take long has None yielded in between, where the run can be left too.

    Parameters
    ----------
    iterations : int
        The t at which to stop.
    tolerance : float
        Stop when neither the gain of an iteration nor the estimate of what is left (`stopping.left`) exceeds
        this fraction of |log P|, or on θ when its step is no longer than this (`stopping.length`); 0 to go on
        regardless.
    before : sequence of float
        The objective at all θ before that of `step`: a run that goes on stops where it would have stopped in
        one go.
    on : str
        What the tolerance is on: "gain" or "theta". On θ, a method that makes more of steps of EM rests where
        one of these is short enough, as EM itself does.

    Raises
    ------
    ModelError
        Where the model fails; the steps yielded so far stand.
    """
    heights, ends = [*before, step.expectation.objective], (Phase.START, method.phases[-1])
    here, parameters = step.params, tuple(model.parameters(data)) if on == THETA else ()
    if on == THETA and isinstance(method, Resting):
        method = method.until(tolerance)
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
    """Return the iteration that is on display when the cursor stands on one of the steps."""
    step = steps[cursor]
    if step.phase is Phase.STEP:
        # The next step begins with the E-step there: its counts are known, and are what is shown.
        return Round(step, Phase.E, whole=method.whole)
    if step.phase is method.phases[-1] and cursor:
        return Round(steps[cursor - 1], step.phase, step.params, method.whole, method.known)
    return Round(step, step.phase, whole=method.whole, known=method.known)


def iterations_of(steps: Sequence[Step[P, C]]) -> Iterator[Step[P, C]]:
    """Yield one step for each θ(t): the start and what every M-step found."""
    return (step for step in steps if step.phase is not Phase.E)


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
    if isinstance(error, ZeroDivisionError):  # the M-step found nothing to divide by: that θ led there
        return f"{said}; start elsewhere"
    return said or type(error).__name__


def _of_python(said: str) -> bool:
    return any(words in said for words in PYTHON_SAYS)

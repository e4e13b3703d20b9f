"""The slowest direction of EM at the end of a run, and the missing information there."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emviz.em.convergence.rate import measured_rate
from emviz.em.engine import advance, start
from emviz.em.methods.climbing import MOST_CURVED
from emviz.em.model import AnyModel, Fields, ModelError, fields_of
from emviz.em.optima.restarts import TOLERANCE
from emviz.em.theta.coordinates import size_of
from emviz.em.work import untimed

if TYPE_CHECKING:
    from emviz.em.uncertainty.certainty import Errors

#: Iterations after which a run without a limit is given up.
ITERATIONS = 20_000
UNREACHED: Final = f"EM does not come to rest from here within {ITERATIONS:,} iterations."


@dataclass(frozen=True)
class Slowest:
    """The limit of a run of EM, and its rate there.

    Parameters
    ----------
    limit : Fields or None
        θ*; None if it was not reached.
    errors : Errors
        The fractions of missing information there and the slowest direction, or why there are none.
    """

    limit: Fields | None
    errors: Errors

    @property
    def rate(self) -> float | None:
        """The largest eigenvalue of the Jacobian of the EM map, at a maximum the largest missing fraction."""
        errors = self.errors
        if not len(errors.missing):
            return None
        return max([float(errors.missing[0]), *(each.factor for each in errors.nearing)])


def slowest(model: AnyModel, data: object, params: Fields) -> Generator[None, None, Slowest]:
    """Return the limit of EM from some θ, and the slowest direction there; yield to be cancelled."""
    from emviz.em.uncertainty.certainty import Errors
    from emviz.em.uncertainty.standard_errors import LEVEL, standard_errors

    if size_of(model, data) > MOST_CURVED:
        # No run: `standard_errors` will only say that there are too many parameters.
        limit: Fields | None = params
    else:
        limit = yield from limit_of(model, data, params)
    if limit is None:
        return Slowest(None, Errors(LEVEL, withheld=UNREACHED))
    return Slowest(limit, (yield from untimed(standard_errors(model, data, limit))))


def limit_of(model: AnyModel, data: object, params: Fields) -> Generator[None, None, Fields | None]:
    """Return the limit of EM; None if it has none within `ITERATIONS`, or fails."""
    with suppress(ModelError):
        step = start(model, data, params)
        for _ in range(ITERATIONS):
            before = step.expectation.objective
            step = advance(model, data, advance(model, data, step))
            if abs(step.expectation.objective - before) <= TOLERANCE * abs(before):
                return step.params
            yield
    return None


def live_rate(path: Sequence[Fields], names: Sequence[str]) -> tuple[int, float] | None:
    """Return the last t of a path at which the rate of EM can be measured, and the rate, or None."""
    if not names or len(path) < 3:
        return None
    flat = [np.concatenate([np.ravel(fields_of(each)[name]) for name in names]) for each in path]
    return measured_rate(np.array(flat))

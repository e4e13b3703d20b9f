"""Data simulated from known parameters, and cells removed from them or from the current data."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from emviz.data.things import things
from emviz.em.model import fields_of
from emviz.em.numerics import Array
from emviz.em.rounding import plainly
from emviz.em.simulation.missingness import Missingness, with_holes
from emviz.em.simulation.sizes import Sized
from emviz.em.theta.params import params_from
from emviz.session.edits import set_table
from emviz.session.lecture import TRUTH
from emviz.session.state import Session

#: The most entries of a field for which the name of the data contains them.
NAMED = 6
#: Seeds tried for a truth other than θ(0); a model with a single start has no other.
TRIES = 5
#: The seed of the first true θ, far from those of θ(0), which begin at 0; it gives two very different coins.
FIRST_TRUTH = 1001


def with_simulated(
    session: Session,
    values: Mapping[str, object],
    size: int,
    seed: int,
    each: int | None = None,
    how: Missingness | None = None,
) -> Session:
    """Return the session on data drawn from known parameters; missing fields take their default.

    Parameters
    ----------
    each : int, optional
        The size of each unit, if the model can vary it; by default its usual size.
    how : Missingness, optional
        The cells to remove; by default none.

    Raises
    ------
    ParameterError
        For impossible parameters, a size out of range, or missing cells that these data cannot have.
    """
    params = params_from(session.model, session.data, values)
    known = fields_of(params)
    truth = [
        f"{parameter.symbol} = {', '.join(map(plainly, np.ravel(known[parameter.name])))}"
        for parameter in session.model.parameters(session.data)
        if parameter.name in values and known[parameter.name].size <= NAMED
    ]
    # The same generator also draws the missing cells, so one seed reproduces everything.
    words, model, rng = session.model.words, session.model, np.random.default_rng(seed)
    name = [f"simulated: {things(size, words.unit, words.units)}"]
    if each is not None and isinstance(model, Sized):
        table = model.simulate(params, size, rng, each)
        name += [f"{each:,} {model.unit_size.parts}"] * (each != model.unit_size.usual)
    else:
        table = model.simulate(params, size, rng)
    how = how or Missingness()
    name += [each for each in (how.words(), f"seed {seed}") if each]
    named = TRUTH + "; ".join(truth) if truth else ""
    return set_table(session, with_holes(model, table, how, rng), ", ".join(name) + named, params)


def with_cells_missing(session: Session, how: Missingness, seed: int) -> Session:
    """Return the session on its data with further cells removed; θ(0) is kept if it fits.

    Raises
    ------
    ParameterError
        For missing cells that these data cannot have.
    """
    table = with_holes(session.model, session.table, how, np.random.default_rng(seed))
    named, mark, truth = session.source.partition(TRUTH)
    return set_table(session, table, f"{named}, {how.words()}, seed {seed}{mark}{truth}", session.truth)


def drawn_truth(session: Session, seed: int) -> tuple[dict[str, Array], int]:
    """Return random parameters other than θ(0), where EM starts, and the seed that gives them."""
    for tried in range(seed, seed + TRIES):
        values = fields_of(session.model.start(session.data, np.random.default_rng(tried)))
        if not at_start(session, values):
            break
    return values, tried


def at_start(session: Session, values: Mapping[str, Array]) -> bool:
    """Return whether parameters are θ(0), so that EM would start at the answer."""
    return all(np.array_equal(values[name], field) for name, field in fields_of(session.start).items())

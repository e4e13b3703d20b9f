"""Data drawn from known parameters, or existing data with cells removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from emviz import session as desk
from emviz.api.fitting import Data, opened, wishes_of
from emviz.data.table import Table
from emviz.data.writer import csv_text
from emviz.em.domains import ParameterError
from emviz.em.simulation.missingness import Missingness
from emviz.session import Session

#: Default number of units.
USUAL = 100


@np.errstate(all="ignore")  # what leaves the range of a float is said in an error's words, not NumPy's
def simulate(
    key: str,
    data: Data | None = None,
    *,
    truth: Mapping[str, object] | None = None,
    truth_seed: int = desk.FIRST_TRUTH,
    keep: bool = False,
    size: int = USUAL,
    each: int | None = None,
    holes: float = 0.0,
    holes_in: Sequence[str] = (),
    by_value: bool = False,
    hide: str = "",
    seed: int = 1,
    **hyper: object,
) -> Table:
    """Return data drawn from known parameters, with missing cells if requested.

    Parameters
    ----------
    key : str
        The model; see `models`.
    data : path, Table, mapping of column name to values, or data frame, optional
        Determines the size of θ; by default the model's first example.
    truth : mapping of parameter field to nested lists or arrays, optional
        The parameters to draw from; omitted fields have their default. By default drawn at random with
        `truth_seed`.
    truth_seed : int
        Seed for random parameters.
    keep : bool
        Keep the rows of `data`, and only remove cells.
    size : int
        Number of units.
    each : int, optional
        Size of each unit, such as the tosses of a set, for models where it can be chosen.
    holes : float
        Share of the cells to remove, for models that allow missing cells.
    holes_in : sequence of str
        Columns that lose cells; by default all that may.
    by_value : bool
        Let holes depend on the removed value: a number above the median of its column, or the last state of a
        variable, is missing five times as often as any other.
    hide : str
        The values that are missing more often instead: "small" for numbers below the median or the first
        state, or a state by name. The default is "large".
    seed : int
        Seed of the data.
    **hyper
        The model's hyper-parameters by name.

    Returns
    -------
    Table
        The data, with labels, and with the removed values in columns true:NAME.

    Warns
    -----
    Assumed
        If columns of `data` were guessed, combined or ignored.

    Raises
    ------
    DataError
        If the data cannot be used.
    ParameterError
        For an unknown model, an invalid parameter or size, or holes that these data cannot have.
    """
    session = opened(key, data, wishes_of(), "", hyper)
    how = Missingness(holes, tuple(holes_in), by_value or bool(hide), hide)
    if keep:
        return desk.with_cells_missing(session, how, seed).draft
    return drawn(session, truth, truth_seed, size, seed, each, how).draft


def drawn(
    session: Session,
    truth: Mapping[str, object] | None,
    truth_seed: int,
    size: int,
    seed: int,
    each: int | None,
    how: Missingness,
) -> Session:
    """Return the session with data drawn from a given or a random truth.

    Raises
    ------
    ParameterError
        For an invalid parameter, size or seed, or holes that these data cannot have.
    """
    if size < 1 or min(seed, truth_seed) < 0:
        raise ParameterError("the number of units must be at least 1, and seeds at least 0")
    known = truth
    if known is None:
        values, _ = desk.drawn_truth(session, truth_seed)
        fixed = {each.name for each in session.model.parameters(session.data) if each.fixed}
        known = {name: value for name, value in values.items() if name not in fixed}
    return desk.with_simulated(session, known, size, seed, each, how)


def table_csv(table: Table) -> str:
    """Return a table as CSV."""
    return csv_text(table.names, zip(*(table.texts(name).tolist() for name in table.names), strict=True))

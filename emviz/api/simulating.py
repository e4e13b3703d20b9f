"""Data drawn from known parameters, or data of which cells are taken out: the public function and its CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from emviz import session as desk
from emviz.api.fitting import Data, opened, wishes_of
from emviz.data.table import Table
from emviz.data.writer import csv_text
from emviz.em.domains import ParameterError
from emviz.em.missingness import Missingness
from emviz.session import Session

#: Units that are drawn unless another number is asked for.
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
    """Return data drawn from known parameters, with holes where they are asked for.

    Parameters
    ----------
    key : str
        The model; see `models`.
    data : path, Table, mapping of column name to values, or data frame, optional
        What says how large θ is; the model's first example where it is left out.
    truth : mapping of parameter field to nested lists or arrays, optional
        The parameters that are drawn from; fields left out take their default. Drawn at random with
        `truth_seed` where it is left out.
    truth_seed : int
        What the parameters are drawn with.
    keep : bool
        Whether the rows are those of `data`, of which cells are taken out.
    size : int
        How many units.
    each : int, optional
        How large each unit is, such as the tosses of a set, for a model that can be told.
    holes : float
        The share of the cells that is taken out, for a model whose data may have holes.
    holes_in : sequence of str
        The columns that lose cells; all that may unless given.
    by_value : bool
        Whether holes depend on what they hide: a number above the median of its column, or the last state of
        a variable, is missing five times as often as any other.
    hide : str
        What is missing more often instead: "small", a number below the median, or the first state; or a state
        by its name. "large" is the usual.
    seed : int
        What the data are drawn with.
    **hyper
        The model's hyper-parameters by name.

    Returns
    -------
    Table
        The data; labels and what the holes hide, in columns true:NAME, tell what was hidden.

    Warns
    -----
    Assumed
        Where columns of `data` were guessed, put together or left out.

    Raises
    ------
    DataError
        For data that cannot be used.
    ParameterError
        For an unknown model, an impossible parameter or size, and for holes that these data cannot have.
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
    """Return the session on data drawn from a truth that is given, or drawn at random.

    Raises
    ------
    ParameterError
        For an impossible parameter, size or seed, and for holes that these data cannot have.
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

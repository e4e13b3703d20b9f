"""Cases of a network, read from a table: the state of each variable, or a hole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

import numpy as np

from emviz.data.remedies import option
from emviz.data.table import DataError, Table
from emviz.em.columns import COUNTS, TRUE
from emviz.em.domains import ParameterError
from emviz.em.families.case_holes import with_commonest
from emviz.em.families.cases import UNSEEN, Cases
from emviz.em.families.cliques import clique_tree
from emviz.em.families.conditional import drawn_table
from emviz.em.families.dag import MOST_STATES, Structure, naive, read_structure
from emviz.em.families.states import cells_of, missing, states_of, understood, values_of
from emviz.em.model import Fields
from emviz.em.numerics import Array, distinct_rows
from emviz.em.work import check_stop

#: A date, and what follows it.
DATE = re.compile(r"\d{4}([-/.])\d\d?\1\d\d?(?!\d)|\d\d?([-/.])\d\d?\2\d{4}(?!\d)")
#: The column of the number of identical cases.
COUNT = "count"
#: The most different numbers of a column that are states; more are taken for measurements.
MOST_NUMBERS = 12
#: Fewest values that, if all are different, are taken for the names of the cases.
NAMES = 6


class NetworkCounts(NamedTuple):
    """Expected cases of each cell of all tables, concatenated, and θ(t) in the same order; (M,).

    The M-step needs θ(t), since a row of a table without any case keeps its probabilities.
    """

    cases: Array
    before: Array


def structure_of(table: Table, text: str) -> Structure:
    """Return the structure asked for, or else the one in which all depend on the first column.

    Raises
    ------
    DataError
        If no column has states.
    """
    if text.strip():
        return read_structure(text)
    names = [name for name in table.names if unsuited(table, name) is None]
    if not names:
        raise DataError("no column has states: a network needs columns such as yes and no")
    return naive(names)


def unsuited(table: Table, name: str, text: str = "") -> str | None:
    """Return why a column is not a variable; None if it may be one, or the structure names it."""
    if name == COUNT:
        return "it is the number of cases"
    # `parsed` refuses a structure that cannot be read.
    with suppress(ParameterError):
        if text.strip() and (named := read_structure(text).names):
            return None if name in named else "the structure does not name it"
    if name.startswith(TRUE):
        return "it has the true values of another column"
    if any(mark in name for mark in "[]|:="):
        return "a name with [ ] | : or = cannot be written in a structure: write it without"
    # The true values count too: a state may be hidden in every cell of the column itself.
    many = len(values_of(table, name) | values_of(table, TRUE + name))
    if not many:
        return "every cell is missing"
    if many == 1:
        return "the same in every row"
    held = values_of(table, name)
    if held and all(map(DATE.match, held)):
        return "dates, which say when"
    if many > MOST_STATES:
        return f"{many:,} different values: a variable has {MOST_STATES} states at the most"
    if many > MOST_NUMBERS and table.is_numeric(name):
        return f"{many} different numbers: put them into classes first"
    if many >= NAMES and many == np.count_nonzero(~missing(table, name)):
        return "no value twice: it names the cases"
    return None


def columns_read(table: Table, text: str) -> list[str]:
    """Return the columns of the variables, of their true values, and of the numbers of cases."""
    try:
        names = structure_of(table, text).names
    except (DataError, ParameterError):
        return list(table.names)
    return [*names, *(TRUE + name for name in names), COUNT]


def lost(table: Table, text: str) -> dict[str, tuple[str, ...]]:
    """Return the variables that have a column, with their states."""
    nodes = structure_of(table, text).nodes
    return {node.name: states_of(table, node) for node in nodes if node.states is None}


def parsed(table: Table, text: str, filled: bool = False) -> Cases:
    """Return the cases; if `filled`, with the commonest state of its variable in each hole.

    Raises
    ------
    DataError
        If a variable has no column or no state, a count is invalid, there are no cases, or a clique is too
        large.
    """
    structure = structure_of(table, text)
    states = tuple(states_of(table, node) for node in structure.nodes)
    seen = cells_of(table, structure.names, states)
    count = table.counts_or_ones(COUNT)
    if not count.sum():
        raise DataError("there are no cases: every count is 0" if table.rows else "there are no cases")
    truth = cells_of(table, structure.names, states, TRUE)
    check_stop()
    np.copyto(truth, seen, where=seen != UNSEEN)
    check_stop()
    if filled:
        shown = [v for v, node in enumerate(structure.nodes) if node.states is None]
        seen = with_commonest(seen, count, shown)
    # The E-step computes each distinct case once, however often it occurs.
    first, which, _ = distinct_rows(seen)
    cells = seen[first]
    families = tuple((*above, v) for v, above in enumerate(structure.parents))
    return Cases(
        structure=structure,
        states=states,
        tree=clique_tree([len(own) for own in states], families, structure.names),
        cells=cells,
        times=np.bincount(which, count, len(cells)).astype(np.float64),
        which=which,
        count=count,
        truth=truth if np.any(truth != seen) else None,
        counted=COUNT in table,
    )


def assumed(table: Table, text: str) -> list[str]:
    """Return the assumptions on a table: the structure if none is written, and that "none" is a state."""
    try:
        structure = structure_of(table, text)
    except (DataError, ParameterError):
        return []  # `parsed` will refuse it
    notes = []
    if not text.strip() and len(structure.names) > 1:
        first, second = structure.names[:2]
        notes.append(
            f"no structure is written: every column is taken to depend on {first}, as in "
            f"[{first}][{second}|{first}]"
        )
    return [*notes, *_counted(table, structure.names, text), *understood(table, structure.names)]


def _counted(table: Table, names: Sequence[str], text: str) -> list[str]:
    """Return the question whether a variable is the number of cases, as in a table of frequencies."""
    found = next((name for name in names if name.lower() in COUNTS and table.is_numeric(name)), None)
    if found is None or text.strip() or COUNT in table:
        return []
    others = zip(*(table.texts(name).tolist() for name in names if name != found), strict=True)
    rows = list(others)
    if not rows or len(set(rows)) < len(rows):
        return []
    way = option("columns", [f"{COUNT}={found}"])
    return [f"{found}: if it is the number of cases of each row, say so {way}"]


def simulated(text: str, params: Fields, size: int, rng: np.random.Generator) -> Table:
    """Return `size` cases drawn from a network, with hidden variables in columns called true:NAME."""
    names: tuple[str, ...] = getattr(params, "_fields", ())
    return drawn_table(read_structure(text) if text.strip() else naive(names), params, size, rng)

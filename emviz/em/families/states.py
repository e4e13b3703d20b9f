"""Columns of words or numbers as discrete variables: their states, and their missing cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from emviz.data.table import DataError, Mask, Table
from emviz.data.things import things
from emviz.data.written import Texts
from emviz.em.columns import TRUE
from emviz.em.families.cases import UNSEEN
from emviz.em.families.cliques import States
from emviz.em.families.dag import MOST_STATES, Node
from emviz.em.work import blocks

#: A word that may be a state here, although it is a missing cell elsewhere.
NONE = "none"
#: Numbers that are often codes for missing, with the condition that all other states then satisfy.
CODES: Mapping[int, Callable[[set[int]], bool]] = {
    0: lambda states: min(states) >= 1,
    -1: lambda states: min(states) >= 0,
}
WHOLE = re.compile(r"-?\d{1,6}")
#: Cells that are read between two places where the work can be left.
TOGETHER = 2**14


def missing(table: Table, name: str) -> Mask:
    """Return the rows in which a variable is missing, shape (rows,).

    The lower-case word "none", if it occurs more than once, is a state, as of a pain; programs write "None"
    for a missing cell.
    """
    gone = table.missing(name)
    if not gone.any():
        return gone
    states = np.zeros_like(gone)
    for part, texts in _parts(table, name):
        states[part] = gone[part] & (texts == NONE)
    return np.asarray(gone & ~states) if np.count_nonzero(states) > 1 else gone


def values_of(table: Table, name: str) -> set[str]:
    """Return the states that occur in a column; empty if there is no such column."""
    if name not in table:
        return set()
    gone, found = missing(table, name), set[str]()
    for part, texts in _parts(table, name):
        found.update(texts[~gone[part]].tolist())
    return found


def _parts(table: Table, name: str) -> Iterator[tuple[slice, Texts]]:
    """Yield the cells of a column block by block, without the invisible blanks around them."""
    texts = table.texts(name)
    for part in blocks(len(texts), TOGETHER):
        yield part, np.strings.strip(texts[part])


def understood(table: Table, names: Sequence[str]) -> list[str]:
    """Return assumptions and questions about the states of variables, a sentence each."""
    shown = [name for name in names if name in table]
    none = [name for name in shown if np.any(table.missing(name) & ~missing(table, name))]
    assumed = f"none is taken for a state in {', '.join(none)}, not for a missing cell"
    return [*([assumed] if none else []), *_spelled(table, shown), *_asked(table, shown)]


def _spelled(table: Table, names: Sequence[str]) -> list[str]:
    """Return a question for each variable with states that differ only in case."""
    questions = []
    for name in names:
        alike: dict[str, list[str]] = {}
        for value in sorted(values_of(table, name)):
            alike.setdefault(value.lower(), []).append(value)
        questions += [
            f"{name}: {', '.join(each)} are taken for different states: write them alike if they are one"
            for each in alike.values()
            if len(each) > 1
        ]
    return questions


def _asked(table: Table, names: Sequence[str]) -> list[str]:
    """Return a question for each number that seems to be a code for missing among numeric states.

    That is 0 if all other states start at 1, and −1 if they start at 0; if no variable has it as a state.
    """
    columns = {name: states for name in names if (states := _whole(table, name))}
    questions = []
    for code in CODES:
        having = [name for name, states in columns.items() if code in states]
        rest = {name: states - {code} for name, states in columns.items()}
        few = any(len(rest[name]) < 2 for name in having)
        # Without a variable that has no 0, states may just as well start at 0.
        alone = code == 0 and len(having) == len(columns)
        if having and not few and not alone and all(CODES[code](states) for states in rest.values()):
            many = sum(
                int(np.count_nonzero(texts == str(code)))
                for name in having
                for _, texts in _parts(table, name)
            )
            questions.append(
                f"{', '.join(having)}: {code} in {things(many, 'cell')}, where all other states are from "
                f"{min(map(min, rest.values()))} to {max(map(max, rest.values()))}: is it missing there? "
                f"(--missing {code})"
            )
    return questions


def _whole(table: Table, name: str) -> set[int]:
    """Return the states of a column of whole numbers; empty if any state is no whole number."""
    values = values_of(table, name)
    return set(map(int, values)) if all(WHOLE.fullmatch(value) for value in values) else set()


def in_order(values: set[str]) -> list[str]:
    """Return states in sorted order, numbers as numbers."""
    try:
        return sorted(values, key=float)
    except ValueError:
        return sorted(values)


def _read(table: Table, name: str, states: Sequence[str], found: States) -> None:
    """Write the state of each cell of a column, `UNSEEN` if missing, into an array of shape (N,)."""
    if name not in table:
        found[:] = UNSEEN
        return
    place: Mapping[str, int] = {state: k for k, state in enumerate(states)}
    gone = missing(table, name)
    for part, texts in _parts(table, name):
        own = [place.get(text, UNSEEN) for text in texts.tolist()]
        found[part] = np.where(gone[part], UNSEEN, own)


def states_of(table: Table, node: Node) -> tuple[str, ...]:
    """Return the states of a variable, in sorted order.

    Raises
    ------
    DataError
        If it has neither a column nor a number of states, or both, or if it has no state or too many.
    """
    if node.states is not None:
        if node.name in table:
            raise DataError(
                f"{node.name}={node.states} in the structure is for a variable without a column, and there "
                f"is a column {node.name}: write [{node.name}]"
            )
        return tuple(str(k + 1) for k in range(node.states))
    if node.name not in table:
        raise DataError(
            f"there is no column '{node.name}', which the structure names; a variable without a column is "
            f"written [{node.name}=2]"
        )
    found = values_of(table, node.name) | values_of(table, TRUE + node.name)
    if not found:
        raise DataError(
            f"nothing is seen in column {node.name}; a variable that nobody has seen has no column, and is "
            f"written [{node.name}=2]"
        )
    if len(found) > MOST_STATES:
        raise DataError(
            f"column {node.name} has {len(found):,} different values; a variable has {MOST_STATES} states at "
            "the most, so put them into classes first"
        )
    return tuple(in_order(found))


def cells_of(table: Table, names: Sequence[str], states: Sequence[Sequence[str]], prefix: str = "") -> States:
    """Return the state of each cell of some columns, `UNSEEN` if missing, shape (N, V).

    Parameters
    ----------
    prefix : str
        A prefix of the name of each column.
    """
    found = np.empty((table.rows, len(names)), dtype=np.intp)
    for v, (name, own) in enumerate(zip(names, states, strict=True)):
        _read(table, prefix + name, own, found[:, v])
    return found

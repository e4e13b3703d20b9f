"""Sequences in columns without a known name: a lone column, a column of sequences, or a column per step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from emviz.data.cells import is_sequence, is_tosses
from emviz.data.table import Table
from emviz.em.columns import Layout

#: Fewest columns with a common stem and rising numbers that are steps, and fewest digits that are symbols.
FEWEST_STEPS, FEWEST_DIGITS = 3, 4
STEPPED = re.compile(r"(.*?)(\d+)")


def bare_layouts(table: Table, gaussian: bool) -> Sequence[Layout]:
    """Return the possible readings of a table in which no column has a name that the model knows."""
    one, many = ("value", "values") if gaussian else ("symbol", "symbols")
    steps = _steps(table, gaussian)
    if steps:
        title = f"a column for each step ({steps[0]} to {steps[-1]})"
        return (Layout("columns", title, partial(_joined, steps, many)),)
    name = _only(table, gaussian)
    if name is None:
        return ()
    by_step = Layout("rows", f"a step in each row ({name})", partial(_renamed, name, one))
    if gaussian:
        return (by_step,)
    by_sequence = Layout("cells", f"a sequence in each cell ({name})", partial(_renamed, name, many))
    cells = _known(table, name)
    if max(map(len, cells)) == 1:
        return (by_step,)
    return (by_sequence, by_step) if _are_sequences(cells) else (by_step, by_sequence)


def _only(table: Table, gaussian: bool) -> str | None:
    """Return the only column, or the only one that holds sequences; otherwise None."""
    if len(table.names) == 1:
        found = [name for name in table.names if table.is_numeric(name) or not gaussian]
    else:
        found = [name for name in table.names if not gaussian and _holds_sequences(table, name)]
    return found[0] if len(found) == 1 and _known(table, found[0]) else None


def _holds_sequences(table: Table, name: str) -> bool:
    cells = _known(table, name)
    return bool(cells) and all(len(cell) > 1 and (is_tosses(cell) or is_sequence(cell)) for cell in cells)


def _are_sequences(cells: Sequence[str]) -> bool:
    """Say whether cells are sequences of letters or digits, as opposed to words or numbers."""
    letters = all(is_tosses(cell) or is_sequence(cell) for cell in cells)
    return letters or len(cells) == 1 or all(cell.isdigit() and len(cell) >= FEWEST_DIGITS for cell in cells)


def _known(table: Table, name: str) -> list[str]:
    return [cell.strip() for cell in table.texts(name)[~table.missing(name)].tolist()]


def _steps(table: Table, gaussian: bool) -> list[str]:
    """Return the longest run of columns with a common stem and rising numbers, such as t1, t2, t3."""
    runs: list[list[str]] = [[]]
    for name in table.names:
        fits = table.is_numeric(name) or not gaussian
        if not (fits and runs[-1] and _follows(runs[-1][-1], name)):
            runs.append([])
        if fits:
            runs[-1].append(name)
    longest = max(runs, key=len)
    return longest if len(longest) >= FEWEST_STEPS else []


def _follows(before: str, name: str) -> bool:
    last, this = STEPPED.fullmatch(before), STEPPED.fullmatch(name)
    return last is not None and this is not None and last[1] == this[1] and int(this[2]) == int(last[2]) + 1


def _joined(steps: Sequence[str], many: str, table: Table) -> Table:
    """Return the table with one cell per sequence, tabs between steps, in place of their columns."""
    columns = [
        ["" if gone else cell for cell, gone in zip(cells, missing, strict=True)]
        for name in steps
        if (cells := table.plain_texts(name).tolist()) and (missing := table.missing(name).tolist())
    ]
    others = table.picked({name: name for name in table.names if name not in steps})
    rows = ["\t".join(row) for row in zip(*columns, strict=True)]
    return (others if others.names else Table()).with_column(many, rows)


def _renamed(name: str, new: str, table: Table) -> Table:
    return table.picked({new if each == name else each: each for each in table.names if each != new})

"""Tables of Orange: two rows below the names give the kind and the purpose of each column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from emviz.data.column import text_array
from emviz.data.lines import Lines, unique_names
from emviz.data.table import DataError, Table

#: Kinds of columns. A variable may have a list of its states instead, separated by blanks.
KINDS = frozenset("c continuous d discrete s string t time basket".split())
#: Purposes of columns; other attributes have the form a=1.
PURPOSES = frozenset("class c meta m ignore i weight w".split())
IGNORED = ("ignore", "i")
#: The rows above the first case.
ABOVE = 3
MAX_CELLS = 50_000_000


def is_orange(lines: Sequence[str]) -> bool:
    """Return whether a text begins like a file of Orange, with tabs or commas between the cells."""
    if len(lines) < ABOVE:
        return False
    names, kinds, purposes = _cut(lines[:ABOVE], _delimiter(lines))
    if not all(names) or len(kinds) != len(names) or len(purposes) > len(names):
        return False
    known = [kind for kind in kinds if kind in KINDS]
    lists = [kind for kind in kinds if " " in kind]
    given = [purpose for purpose in purposes if purpose]
    return (
        len(known) > 0
        and len(known) + len(lists) + kinds.count("") == len(kinds)
        # A table of letters would have one in each cell, or a blank line.
        and len(given) < len(names)
        and (len(given) > 0 or len(purposes) == len(names))
        and all(word in PURPOSES or "=" in word for purpose in given for word in purpose.split())
    )


def orange_table(lines: Iterable[str], tick: Callable[[], object] = bool) -> Table:
    """Return the columns of a table of Orange, without ignored ones.

    Raises
    ------
    DataError
        If there are no rows or no columns, or a row is longer than the names.
    """
    source = iter(lines)
    above = list(islice(source, ABOVE))
    delimiter = _delimiter(above)
    names, _, purposes = _cut(above, delimiter)
    ignored = {k for k, purpose in enumerate(purposes) if set(purpose.split()) & set(IGNORED)}
    kept = [k for k in range(len(names)) if k not in ignored]
    body = Lines(source, delimiter, "", tick)
    columns: list[list[str]] = [[] for _ in kept]
    for row, cells in enumerate(body.records(first=1), 1):
        if any(cell.strip() for cell in cells[len(names) :]):
            raise DataError(f"expected {len(names)} cells, got {len(cells)}", row)
        if row * len(names) > MAX_CELLS:
            raise DataError(f"there are more than {MAX_CELLS // 10**6} million cells")
        for column, k in zip(columns, kept, strict=True):
            column.append(cells[k].strip() if k < len(cells) else "")
    if body.unclosed:
        raise DataError("a quote is not closed; close it or take it away")
    if not columns or not columns[0]:
        raise DataError("there is a header and no rows" if columns else "all columns are to be ignored")
    said = f"; left out, to be ignored: {', '.join(names[k] for k in sorted(ignored))}" if ignored else ""
    notes = [f"the rows of kinds and purposes below the names, as Orange writes them, are no data{said}"]
    named = unique_names(names[k] for k in kept)
    return Table.from_columns(dict(zip(named, map(text_array, columns), strict=True)), notes)


def _delimiter(lines: Sequence[str]) -> str:
    return "\t" if lines and "\t" in lines[0] else ","


def _cut(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    return [[cell.strip(' "\r\n') for cell in line.split(delimiter)] for line in lines]

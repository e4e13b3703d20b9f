"""How files write sequences: what stands between symbols in a cell, and ids that do not stand together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

import numpy as np

from emviz.data.table import Table
from emviz.em.columns import Layout
from emviz.models.hmm.cells import WAYS, split, way_of, ways_in

#: Other names for the columns, in small letters.
SYNONYMS = {
    "symbol": ("obs", "observation", "observed", "emission", "token", "roll"),
    "value": ("y", "measurement", "signal", "reading"),
    "sequence": ("id", "sequence id", "seq id", "series", "chain", "trial"),
    "state": ("hidden", "hidden state", "label", "true state"),
    "symbols": ("seq", "observations"),
    "values": ("signals",),
}
#: Rows from which ids that are all different are the rows' own.
FEWEST = 3


def layouts(table: Table, gaussian: bool) -> Sequence[Layout]:
    """Return the ways in which a table may be meant; none where there is but one."""
    one, many = ("value", "values") if gaussian else ("symbol", "symbols")
    if _named(table, one):
        ids = _named(table, "sequence")
        return _by_ids(table, ids) if ids else ()
    column = None if gaussian else _named(table, many)
    return _by_separators(table, column) if column else ()


def _by_ids(table: Table, ids: str) -> Sequence[Layout]:
    texts = table.texts(ids)
    distinct = len(np.unique(texts))
    kept = Layout("stand", f"rows that follow one another with the same {ids} are a sequence", lambda t: t)
    if distinct == table.rows >= FEWEST:
        title = f"one sequence, for every row has {'an' if ids[:1] in 'aeiou' else 'a'} {ids} of its own"
        return (Layout("one", title, partial(_without, ids)), kept)
    runs = 1 + np.count_nonzero(texts[1:] != texts[:-1])
    if runs <= distinct:
        return ()
    title = f"the rows of one {ids} gathered, {distinct} sequences"
    return (Layout("gathered", title, partial(_gathered, ids)), kept)


def _without(ids: str, table: Table) -> Table:
    return table.picked({name: name for name in table.names if name != ids})


def _gathered(ids: str, table: Table) -> Table:
    """Return the rows by their ids, in the order in which these first appear."""
    _, first, which = np.unique(table.texts(ids), return_index=True, return_inverse=True)
    order = np.argsort(first[which.ravel()], kind="stable")
    codes = {name: table.codes(name) for name in table.names}
    moved = Table.from_columns({name: table.texts(name)[order] for name in table.names})
    return moved.with_codes(frozenset().union(*codes.values()))


def _by_separators(table: Table, column: str) -> Sequence[Layout]:
    missing = table.missing(column).tolist()
    texts = [text for text, gone in zip(table.texts(column).tolist(), missing, strict=True) if not gone]
    ways = ways_in(texts)
    if set(ways) <= {"letters", "blanks"} and not any(text[:1] in "[({" for text in texts):
        return ()
    return [Layout(way, _title(way, table, column), partial(_spread, column, way)) for way in ways]


def _title(way: str, table: Table, column: str) -> str:
    codes = table.codes(column)
    cells = split([text for text in table.texts(column).tolist() if text.strip().lower() not in codes], way)
    gaps = sum(symbol.lower() in codes for cell in cells for symbol in cell)
    return f"{WAYS[way]}{f', {gaps} of them missing' if gaps else ''}"


def _spread(column: str, way: str, table: Table) -> Table:
    """Return the table with tabs between symbols, which nothing else can be taken for."""
    texts = table.texts(column).tolist()
    if way == way_of(texts):
        return table
    return table.with_column(column, ["\t".join(symbols) for symbols in split(texts, way)]).with_codes(
        table.codes(column)
    )


def _named(table: Table, name: str) -> str | None:
    """Return the table's name of one of the model's columns: as it is, in other letters, or a synonym."""
    if name in table:
        return name
    letters = {re.sub(r"[\W_]+", "", other.lower()): other for other in reversed(table.names)}
    known = (name, *SYNONYMS[name])
    return next((found for each in known if (found := letters.get(each.replace(" ", "")))), None)

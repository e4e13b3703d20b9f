"""How files write sequences: separators between symbols in a cell, and ids whose rows are scattered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from emviz.data.table import Table
from emviz.em.columns import Layout, filled, filled_words
from emviz.models.hmm.bare import bare_layouts
from emviz.models.hmm.cells import WAYS, split, way_of, ways_in

#: Other names for the columns, in lower case.
SYNONYMS = {
    "symbol": (
        "obs",
        "observation",
        "observed",
        "emission",
        "token",
        "roll",
        "beobachtung",
        "weather",
        "wetter",
        "augenzahl",
    ),
    "value": ("y", "measurement", "signal", "reading", "wert", "messwert"),
    "sequence": (
        *("id", "sequence id", "seq id", "series", "chain", "trial", "folge", "sequenz"),
        *(
            f"{who}{number}"
            for who in ("subject", "patient", "participant", "person", "individual", "animal", "track")
            for number in ("", " id")
        ),
        *("sample", "sample id", "chr", "chrom", "chromosome", "contig"),
        *("record id", "mouse", "session", "trajectory", "proband", "tier", "vp"),
    ),
    "state": ("hidden", "hidden state", "label", "true state", "zustand"),
    "symbols": ("seq", "observations"),
    "values": ("signals",),
}
#: Codes for a missing symbol that may also be symbols, as in + and −, or in Morse code.
SIGNS = ("-", ".", "--")
AS_IT_IS = Layout("signs", "symbols", lambda same: same)
#: Fewest rows with all different ids for which the ids are those of rows, not of sequences.
FEWEST = 3


def layouts(table: Table, gaussian: bool) -> Sequence[Layout]:
    """Return the possible readings of a table; none if there is only one."""
    one, many = ("value", "values") if gaussian else ("symbol", "symbols")
    if not any(_named(table, name) for name in ("symbol", "symbols", "value", "values")):
        return bare_layouts(table, gaussian)
    column = None if gaussian else _named(table, one) or _named(table, many)
    signs = _signs(table, column) if column else []
    if not column or not signs:
        return _ways(table, one, many, gaussian)
    listed = " and ".join(signs)
    marked = partial(_marked, column, signs)
    as_symbols = [
        Layout(
            way.key,
            f"{way.title}, {listed} among them",
            _after(marked, way),
        )
        for way in _ways(marked(table), one, many, gaussian) or [AS_IT_IS]
    ]
    as_gaps = [
        Layout(f"{way.key}-gaps", f"{way.title}, {listed} for a missing one", way.applied)
        for way in _ways(table, one, many, gaussian) or [AS_IT_IS]
    ]
    symbols = _others(table, column, signs) < 2
    return [*as_symbols, *as_gaps] if symbols else [*as_gaps, *as_symbols]


def _ways(table: Table, one: str, many: str, gaussian: bool) -> Sequence[Layout]:
    if _named(table, one):
        ids = _named(table, "sequence")
        return _by_ids(table, ids) if ids else ()
    column = None if gaussian else _named(table, many)
    return _by_separators(table, column) if column else ()


def _signs(table: Table, column: str) -> list[str]:
    """Return the codes for a missing symbol, of − and the point, that may be symbols here.

    They are symbols if there are fewer than two others, and may be if they fill most cells.
    """
    held = _symbols(table, column)
    signs = [sign for sign in SIGNS if held[sign] and sign in table.codes(column)]
    many = sum(held[sign] for sign in signs)
    return signs if _others(table, column, signs) < 2 or 2 * many > held.total() else []


def _others(table: Table, column: str, signs: Sequence[str]) -> int:
    """Return the number of different symbols other than these signs."""
    codes = table.codes(column)
    return sum(symbol not in signs and symbol.lower() not in codes for symbol in _symbols(table, column))


def _symbols(table: Table, column: str) -> Counter[str]:
    """Return how often each symbol occurs, codes for a missing one included."""
    texts = table.texts(column).tolist()
    if column == _named(table, "symbol"):
        return Counter(text.strip() for text in texts)
    codes = table.codes(column) - set(SIGNS)
    whole = [text for text in texts if text.strip().lower() not in codes]
    return Counter(symbol for cell in split(whole, way_of(whole)) for symbol in cell)


def _marked(column: str, signs: Sequence[str], table: Table) -> Table:
    return table.with_codes(table.codes(column) - set(signs), column)


def _after(first: Callable[[Table], Table], way: Layout) -> Callable[[Table], Table]:
    return lambda table: way.applied(first(table))


def _by_ids(table: Table, ids: str) -> Sequence[Layout]:
    # A number for each row says nothing where another column has the ids of sequences.
    without = partial(_without, ids)
    others = without(table)
    other = _named(others, "sequence")
    if other and _all_differ(table, ids):
        ways = _by_ids(others, other) or [Layout("", f"sequences by {other}", lambda same: same)]
        return [Layout(f"{way.key}-rows", way.title, _after(without, way)) for way in ways]
    note = filled_words(table, ids)
    if note:
        whole = partial(filled, ids)
        rest = _by_whole_ids(whole(table), ids)[:1] or [Layout("", f"sequences by {ids}", lambda same: same)]
        ways = [Layout("filled", f"{way.title}, {note}", _after(whole, way)) for way in rest]
        return *ways, Layout("stand", f"rows without {_a(ids)} are separate sequences", lambda t: t)
    return _by_whole_ids(table, ids)


def _by_whole_ids(table: Table, ids: str) -> Sequence[Layout]:
    texts = table.texts(ids)
    kept = Layout("stand", f"consecutive rows with the same {ids} are a sequence", lambda t: t)
    if _all_differ(table, ids):
        title = f"one sequence, since every row has a different {ids}"
        return (Layout("one", title, partial(_without, ids)), kept)
    distinct, runs = len(np.unique(texts)), 1 + np.count_nonzero(texts[1:] != texts[:-1])
    if runs <= distinct:
        return ()
    title = f"all rows of one {ids} together, {distinct} sequences"
    return (Layout("gathered", title, partial(_gathered, ids)), kept)


def _all_differ(table: Table, ids: str) -> bool:
    return len(np.unique(table.texts(ids))) == table.rows >= FEWEST


def _a(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _without(ids: str, table: Table) -> Table:
    return table.picked({name: name for name in table.names if name != ids})


def _gathered(ids: str, table: Table) -> Table:
    """Return the rows sorted by their ids, in the order in which these first appear."""
    _, first, which = np.unique(table.texts(ids), return_index=True, return_inverse=True)
    return table.where(np.argsort(first[which.ravel()], kind="stable"))


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
    """Return the table with tabs between symbols, which cannot be mistaken for anything else."""
    texts = table.texts(column).tolist()
    if way == way_of(texts):
        return table
    spread = table.with_column(column, ["\t".join(symbols) for symbols in split(texts, way)])
    return spread.with_codes(table.codes(column), column)


def _named(table: Table, name: str) -> str | None:
    """Return the table's name for a column of the model: the same, in another spelling, or a synonym."""
    if name in table:
        return name
    letters = {other: re.sub(r"[\W_]+", "", other.lower()) for other in table.names}
    known = {each.replace(" ", "") for each in SYNONYMS[name]}
    # The first in the order of the table, as the columns are then named.
    spelt = next((other for other, own in letters.items() if own == name), None)
    return spelt or next((other for other, own in letters.items() if own in known), None)

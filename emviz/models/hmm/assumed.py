"""Assumptions about a table of steps that could be read in another way."""

from __future__ import annotations

import re

import numpy as np

from emviz.data.remedies import option
from emviz.data.table import DataError, Numbers, Table
from emviz.data.things import things
from emviz.models.hmm.cells import without_unknown
from emviz.models.hmm.data import pieces_of

#: The meaning of a missing symbol or value.
UNSEEN = "an unseen step"

#: Names of a column that orders the steps.
TIMES = (
    *("time", "t", "step", "position", "pos", "zeit", "schritt"),
    *("date", "day", "timestamp", "datetime", "datum", "tag"),
)
#: Dates that are in order if their texts are; and days before months and years, which are not.
ISO, DAY_FIRST = re.compile(r"\d{4}([-/.])\d\d\1\d\d.*"), re.compile(r"(\d\d)\.(\d\d)\.(\d{4})(.*)")


def assumed_of(table: Table, gaussian: bool) -> list[str]:
    """Return the assumptions on unseen steps, on measured numbers among symbols, and on the order of time."""
    one = "value" if gaussian else "symbol"
    if one not in table or not table.rows:
        return _unseen(table, f"{one}s", gaussian)
    told = [] if gaussian else [*_measured(table), *_unknown_bases(table)]
    return [*told, *_grouped(table), *_falling(table)]


def _unseen(table: Table, many: str, gaussian: bool) -> list[str]:
    """Return a note on the missing steps within whole sequences."""
    if many not in table:
        return []
    try:
        pieces = pieces_of(table, many, gaussian)
    except DataError:  # `parsed` reports it
        return []
    steps = [cell for piece in pieces for cell in piece]
    gone = steps.count("")
    is_ = "is missing, it is" if gone == 1 else "are missing, each is"
    return [f"{many}: {gone:,} of {len(steps):,} steps {is_} {UNSEEN}"] if gone else []


def _unknown_bases(table: Table) -> list[str]:
    """Return a note on the letters that leave a base open, one step per row."""
    missing = table.missing("symbol").tolist()
    texts = table.texts("symbol").tolist()
    cells = ["" if gone else text.strip() for text, gone in zip(texts, missing, strict=True)]
    pairs = zip(cells, without_unknown(cells), strict=True)
    found = [cell for cell, kept in pairs if cell != kept]
    if not found:
        return []
    letters = ", ".join(sorted(set(found)))
    return [f"symbol: {things(len(found), 'base')} of {table.rows:,} not known ({letters}), each is {UNSEEN}"]


def _measured(table: Table) -> list[str]:
    if not table.is_numeric("symbol"):
        return []
    broken = np.flatnonzero(table.numbers("symbol", holes=True) % 1 > 0)
    if not len(broken):
        return []
    cell = table.cell(int(broken[0]), "symbol")
    return [f"numbers such as {cell} are read as symbols; for measurements set emission to gaussian"]


def _grouped(table: Table) -> list[str]:
    """Return the question whether a column of names, each in several rows together, has the sequences."""
    if "sequence" in table:
        return []
    others = [name for name in table.names if name not in ("symbol", "value", "state")]
    for name in others:
        texts = table.texts(name)
        runs = np.flatnonzero(np.append(True, texts[1:] != texts[:-1]))
        lengths = np.diff(np.append(runs, table.rows))
        if len(runs) > 1 and lengths.min() > 1 and len(np.unique(texts[runs])) == len(runs):
            way = option("columns", [f"sequence={name}"])
            return [f"all rows are one sequence: if each {name} has one of its own, say so {way}"]
    return []


def _falling(table: Table) -> list[str]:
    named = (name for name in table.names if name.lower() in TIMES)
    name, times = next(
        ((name, found) for name in named if (found := _times(table, name)) is not None), ("", None)
    )
    if times is None:
        return []
    ids = table.texts("sequence") if "sequence" in table else np.zeros(table.rows)
    falls = (np.diff(times) < 0) & (ids[1:] == ids[:-1])
    return [f"steps are in the order of the rows, although {name} is not increasing"] if falls.any() else []


def _times(table: Table, name: str) -> Numbers | None:
    """Return numbers in the order of the times in a column; None if it has neither numbers nor dates."""
    if table.is_numeric(name):
        return table.numbers(name, holes=True)
    missing = table.missing(name)
    texts = [DAY_FIRST.sub(r"\3-\2-\1\4", text.strip()) for text in table.texts(name).tolist()]
    if not all(gone or ISO.fullmatch(text) for text, gone in zip(texts, missing.tolist(), strict=True)):
        return None
    _, places = np.unique(texts, return_inverse=True)
    return np.where(missing, np.nan, places)

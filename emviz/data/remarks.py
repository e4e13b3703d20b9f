"""Remarks on a file beyond its table: lines above it, other tables, blank lines between rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, takewhile
from pathlib import Path

import numpy as np

from emviz.data.dialect import Dialect, decoded_lines
from emviz.data.files import explained
from emviz.data.header import SEQUENCE, is_short
from emviz.data.lines import Lines
from emviz.data.packed import glanced, opened
from emviz.data.parts import parts_of
from emviz.data.table import Table
from emviz.data.things import things

#: Bytes and rows that are read to decide whether there is a question.
SAMPLE_BYTES, SAMPLE_ROWS = 2**20, 10_000


@dataclass(frozen=True)
class Questions:
    """The questions about a table that are worth asking the user.

    Parameters
    ----------
    row_names : bool
        Whether its header has one name too few.
    blocks : bool
        Whether blank lines separate its rows.
    """

    row_names: bool = False
    blocks: bool = False


def remarks(path: Path, dialect: Dialect, table: Table) -> tuple[str, ...]:
    """Return the remarks on a file from which a table has been read, a sentence each.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    parts = None if dialect.sheet else parts_of(path, dialect)
    blocks = blocks_words(table) if dialect.blocks else ""
    return tuple(filter(None, (str(parts) if parts else "", skipped_words(path, dialect), blocks)))


def skipped_words(path: Path, dialect: Dialect) -> str:
    """Return a phrase on skipped lines above a table: "2 comment lines skipped"; "" for none.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    kind = "row" if dialect.layout == "sheet" else "line"
    above, comments = dialect.skip if dialect.layout == "sheet" else 0, 0
    if dialect.layout == "table":
        above, comments = _skipped(path, dialect)
    parts = [things(above, f"{kind} above the table", f"{kind}s above the table")] if above else []
    parts += [things(comments, "comment line")] if comments else []
    return f"{' and '.join(parts)} skipped" if parts else ""


def blocks_words(table: Table) -> str:
    """Return a phrase on the number of sequences that blank lines separate."""
    many = len(np.unique(table.texts(SEQUENCE)))
    blocks = things(many, "block")
    return f"{blocks} between blank lines {'is' if many == 1 else 'are'} {things(many, 'sequence')}"


def questions(path: Path, dialect: Dialect) -> Questions:
    """Return the questions about a table, judged by the first MiB of its file.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    if dialect.layout != "table":
        return Questions()
    with explained(path), opened(path) as (file, _):
        sample = file.read(SAMPLE_BYTES)
    lines = decoded_lines(sample, dialect.encoding, cut=len(sample) == SAMPLE_BYTES)
    source = Lines(iter(lines[dialect.skip :]), dialect.delimiter, dialect.comment)
    with explained(path):
        rows = [(cells, source.block) for cells in islice(source.records(), SAMPLE_ROWS)]
    blocks = {block for _, block in rows[dialect.header :]}
    return Questions(dialect.header and is_short([cells for cells, _ in rows]), len(blocks) > 1)


def _skipped(path: Path, dialect: Dialect) -> tuple[int, int]:
    """Return the number of skipped lines that are not blank, and of comments after them."""
    mark = dialect.comment
    with explained(path), glanced(path, dialect.encoding) as lines:
        titles = [line for line in islice(lines, dialect.skip) if line.strip()]
        above = takewhile(lambda line: not line.strip() or line.startswith(mark), lines if mark else ())
        comments = sum(line.startswith(mark) for line in above)
    # Excel's line about the delimiter is used, so it does not count as skipped.
    return sum(not line.lower().startswith("sep=") for line in titles), comments

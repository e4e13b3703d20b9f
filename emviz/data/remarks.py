"""What a file holds beside the table that is read: lines above it, other tables, blank lines between rows."""

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

#: Bytes and rows by which it is told whether there is a question.
SAMPLE_BYTES, SAMPLE_ROWS = 2**20, 10_000


@dataclass(frozen=True)
class Questions:
    """What may be asked of a table.

    Parameters
    ----------
    row_names : bool
        Whether its header is one name short.
    blocks : bool
        Whether blank lines part its rows.
    """

    row_names: bool = False
    blocks: bool = False


def remarks(path: Path, dialect: Dialect, table: Table) -> tuple[str, ...]:
    """Return what is to be said of a file from which a table has been read, a sentence each.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    parts = None if dialect.sheet else parts_of(path, dialect)
    blocks = blocks_words(table) if dialect.blocks else ""
    return tuple(filter(None, (str(parts) if parts else "", skipped_words(path, dialect), blocks)))


def skipped_words(path: Path, dialect: Dialect) -> str:
    """Return how many lines above a table are skipped: "2 comment lines skipped"; "" where there are none.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    kind = "row" if dialect.layout == "sheet" else "line"
    above, comments = dialect.skip if dialect.layout == "sheet" else 0, 0
    if dialect.layout == "table":
        above, comments = _skipped(path, dialect)
    told = [things(above, f"{kind} above the table", f"{kind}s above the table")] if above else []
    told += [things(comments, "comment line")] if comments else []
    return f"{' and '.join(told)} skipped" if told else ""


def blocks_words(table: Table) -> str:
    """Return how many sequences blank lines have made of the rows of a table."""
    many = len(np.unique(table.texts(SEQUENCE)))
    blocks = things(many, "block")
    return f"{blocks} between blank lines {'is' if many == 1 else 'are'} {things(many, 'sequence')}"


def questions(path: Path, dialect: Dialect) -> Questions:
    """Return what may be asked of a table, as far as the first MiB of its file tells.

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
    """Return how many lines that hold words are skipped, and how many comments behind them."""
    mark = dialect.comment
    with explained(path), glanced(path, dialect.encoding) as lines:
        titles = [line for line in islice(lines, dialect.skip) if line.strip()]
        above = takewhile(lambda line: not line.strip() or line.startswith(mark), lines if mark else ())
        comments = sum(line.startswith(mark) for line in above)
    # Excel's line about the delimiter is taken at its word.
    return sum(not line.lower().startswith("sep=") for line in titles), comments

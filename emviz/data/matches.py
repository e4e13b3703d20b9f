"""Matches of spectra and peptides as Percolator writes them: cells beyond the last name are more proteins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from emviz.data.column import text_array
from emviz.data.lines import numbered_lines, unique_names
from emviz.data.table import DataError, Table

#: The first name and the last, in lower case, and the first cell of a line that is no match.
FIRST, LAST = ("psmid", "specid"), ("proteinids", "proteins")
DEFAULT = "DefaultDirection"
#: The sign that is put between proteins.
SIGN = ";"


def is_percolator(lines: Sequence[str]) -> bool:
    """Return whether a text begins with the names of Percolator's columns, with tabs between them."""
    names = lines[0].rstrip("\r\n").lower().split("\t") if lines else []
    return len(names) > 1 and names[0] in FIRST and names[-1] in LAST


def percolator_table(lines: Iterable[str], tick: Callable[[], object] = bool) -> Table:
    """Return a row for each match, its proteins in one cell: P1;P2.

    Raises
    ------
    DataError
        If a line has fewer cells than there are names, or there are no matches.
    """
    rows: list[list[str]] = []
    for number, line in numbered_lines(lines, tick):
        cells = line.split("\t")
        if not line.strip() or (rows and cells[0] == DEFAULT):
            continue
        width = len(rows[0]) if rows else len(cells)
        if len(cells) < width:
            raise DataError(f"line {number}: expected at least {width} cells, got {len(cells)}")
        rows.append([*cells[: width - 1], SIGN.join(cell for cell in cells[width - 1 :] if cell)])
    if len(rows) < 2:
        raise DataError("there is a header and no matches")
    names = unique_names(rows[0])
    return Table.from_columns(dict(zip(names, map(text_array, zip(*rows[1:], strict=True)), strict=True)))

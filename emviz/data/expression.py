"""Formats of gene expression: GCT, PCL and CDT of Cluster, and the series matrix of GEO."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from emviz.data.column import text_array
from emviz.data.lines import MAX_COLUMNS, check_line, unique_names
from emviz.data.table import DataError, Table
from emviz.data.things import things

GENE, DESCRIPTION = "gene", "description"
BEGIN, END = "!series_matrix_table_begin", "!series_matrix_table_end"
VERSION = re.compile(r"#1\.([23])\s*")
SIZE = re.compile(r"\s*(\d{1,9})\s+(\d{1,9})(?:\s+(\d{1,9})\s+(\d{1,9}))?\s*")
MAX_CELLS = 50_000_000
#: Lines between two ticks.
TICK = 1000
#: Rows of Cluster files that are not genes.
WEIGHTS = ("AID", "EWEIGHT")

Row = tuple[int, list[str]]


def is_gct(lines: Sequence[str]) -> bool:
    """Return whether a text begins like GCT."""
    return len(lines) > 1 and bool(VERSION.fullmatch(lines[0]) and SIZE.fullmatch(lines[1]))


def is_pcl(lines: Sequence[str]) -> bool:
    """Return whether a text is PCL or CDT: weights of the genes in a column, or of the arrays in a row."""
    starts = [line.rstrip("\r\n").split("\t", 4) for line in lines[:3]]
    return bool(starts) and ("GWEIGHT" in starts[0][:4] or any(row[0] == "EWEIGHT" for row in starts[1:]))


def is_geo(lines: Sequence[str]) -> bool:
    """Return whether a text begins like a series matrix."""
    return bool(lines) and lines[0].lower().startswith(("!series_", BEGIN))


def gct_table(lines: Iterable[str], tick: Callable[[], object] = bool, whole: bool = True) -> Table:
    """Return a table of `gene`, descriptions of the genes, and a column for each array.

    Parameters
    ----------
    whole : bool
        Whether this is all of the file, so that the number of rows must be as declared.

    Raises
    ------
    DataError
        If the numbers of rows or columns differ from the second line.
    """
    rows = _rows(lines, tick)
    _, (version, *_) = next(rows, (1, [""]))
    _, size = next(rows, (2, [""]))
    found = SIZE.fullmatch("\t".join(size))
    if not VERSION.fullmatch(version) or not found:
        raise DataError("expected #1.2, and below it the numbers of rows and columns")
    # Version 1.3 adds the numbers of columns on genes and of rows on arrays; in 1.2 they are one and none.
    genes, arrays, about, above = (
        int(part or default) for part, default in zip(found.groups(), "0010", strict=True)
    )
    header = next(rows, (3, []))[1]
    if len(header) != 1 + about + arrays:
        raise DataError(
            f"line 3: expected {1 + about + arrays} names with tabs between them, got {len(header)}"
        )
    body = [row for place, row in enumerate(rows) if place >= above]
    if whole and len(body) != genes:
        raise DataError(
            f"the second line says {genes} genes, and there are {len(body)}; is the file cut short?"
        )
    names = [GENE, DESCRIPTION] if about == 1 else [GENE, *header[1 : 1 + about]]
    notes = [f"{things(above, 'row')} above the genes, about the arrays, left out"] if above else []
    return _table(names, header[1 + about :], body, range(len(header)), len(header), notes)


def pcl_table(lines: Iterable[str], tick: Callable[[], object] = bool) -> Table:
    """Return a table of `gene`, `description` if there is one, and a column for each array, without weights.

    Raises
    ------
    DataError
        If there are no genes or no arrays, or a row is longer than the header.
    """
    rows = _rows(lines, tick)
    header = next(rows, (1, []))[1]
    places = [
        place for place, name in enumerate(header) if not (name == "GWEIGHT" or (not place and name == "GID"))
    ]
    every = list(rows)
    # Only above the genes, since AID is also the name of a gene.
    firsts = tuple(cells[0] for _, cells in every[: len(WEIGHTS)])
    above = len(WEIGHTS) if firsts == WEIGHTS else sum(name in WEIGHTS for name in firsts[:1])
    body = every[above:]
    gone = [name for place, name in enumerate(header) if place not in places]
    gone += [cells[0] for _, cells in every[:above]]
    weight = header.index("GWEIGHT") if "GWEIGHT" in header else places[0] + 2
    about = [DESCRIPTION, *header[places[0] + 2 : weight]] if weight > places[0] + 1 else []
    arrays = [header[place] for place in places[1 + len(about) :]]
    notes = [f"left out, as they are no expression: {', '.join(gone)}"] if gone else []
    return _table([GENE, *about], arrays, body, places, len(header), notes)


def geo_table(lines: Iterable[str], tick: Callable[[], object] = bool, whole: bool = True) -> Table:
    """Return a table of `gene`, with the names of the probes, and a column for each sample.

    Raises
    ------
    DataError
        If there is no table in the file, it is empty, or its end is missing.
    """
    rows = _rows(lines, tick)
    skipped = 0
    for _, cells in rows:
        skipped += 1
        if cells[0].lower() == BEGIN:
            break
    else:
        raise DataError(f"there is no table; expected a line {BEGIN}")
    body: list[Row] = []
    ended = False
    for number, cells in rows:
        ended = cells[0].lower() == END
        if ended:
            break
        body.append((number, cells))
    if whole and not ended:
        raise DataError(f"the table does not end; expected a line {END}; is the file cut short?")
    if len(body) < 2:
        raise DataError("the table is empty; look for the values among the supplementary files of the series")
    header = body[0][1]
    skipped += ended + sum(cells[0].startswith("!") for _, cells in rows)
    notes = [f"{things(skipped, 'line')} left out that {'begins' if skipped == 1 else 'begin'} with !"]
    return _table([GENE], header[1:], body[1:], range(len(header)), len(header), notes)


def _rows(lines: Iterable[str], tick: Callable[[], object]) -> Iterator[Row]:
    """Yield the number and the cells of each line that is not blank."""
    for number, line in enumerate(lines, 1):
        if number % TICK == 1:
            tick()
        check_line(line, "\t")
        if text := line.rstrip():
            yield number, [cell.strip(' "') for cell in text.split("\t")]


def _table(
    about: Sequence[str],
    arrays: Sequence[str],
    body: Sequence[Row],
    places: Sequence[int],
    width: int,
    notes: Sequence[str],
) -> Table:
    names = unique_names([*about, *arrays])
    if not arrays:
        raise DataError("there are no arrays in the header; expected names with tabs between them")
    if len(names) > MAX_COLUMNS:
        raise DataError(f"there are more than {MAX_COLUMNS:,} columns")
    if len(names) * len(body) > MAX_CELLS:
        raise DataError(f"there are more than {MAX_CELLS // 10**6} million cells")
    if not body:
        raise DataError("there is a header and no rows")
    for number, cells in body:
        if any(cells[width:]):
            raise DataError(f"line {number}: expected {width} cells with tabs between them, got {len(cells)}")
    columns = [[cells[place] if place < len(cells) else "" for _, cells in body] for place in places]
    return Table.from_columns(dict(zip(names, map(text_array, columns), strict=True)), notes)

"""Detection of a header in a text file, and whether it names all columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from emviz.data.cells import has_decimal_comma, is_missing, is_number, is_sequence, is_tosses
from emviz.data.column import parse_number

#: Headings of the names of rows in files whose other columns have numbers as names.
CORNERS = frozenset(
    """
    gene genes geneid genename genesymbol genesymbols id ids name names orf orfs probe probeid
    probes symbol uid yorf feature protein transcript rowname rownames sample time
    """.split()
)
#: Names of columns in files in which each row is one step of a sequence.
STEPS = frozenset(
    """
    symbol value state token word tag pos obs observation observations emission label
    """.split()
)

#: The fewest points of an evenly spaced scale, and the relative tolerance of its steps.
FEWEST_POINTS, EVEN = 4, 1e-3

#: The fewest cells of a header below lines about the file, which have two at the most.
WIDE = 4

#: The fewest rows of a table with names of groups above those of its columns.
FEWEST_GROUPED = 4

ROW_NAMES = "row names"
SEQUENCE = "sequence"

Rows = Sequence[Sequence[str]]


def has_header(rows: Rows) -> bool:
    """Return whether the first row names the columns."""
    if not rows:
        return False
    if any(map(is_number, rows[0])):
        tests = (is_short, _names_above_numbers, _has_numbers_for_names, _is_counted, _is_scale)
        return any(test(rows) for test in tests)
    # Without a number in it, the first row is a header unless it fits a column of tosses or sequences.
    places = range(len(rows[0]))
    return not any(_is_toss_column(rows, at) or _is_sequence_column(rows, at) for at in places)


def is_short(rows: Rows) -> bool:
    """Return whether the header has one name too few, as in files of R, whose rows begin with a name."""
    if len(rows) < 2 or len(rows[0]) < 2 or any(len(row) != len(rows[0]) + 1 for row in rows[1:]):
        return False
    labels = [row[0] for row in rows[1:]]
    # A blank corner is above the names of the rows, so that the name that lacks is another one.
    if not rows[0][0].strip() or len(set(labels)) < len(labels) or not all(row[-1] for row in rows[1:]):
        return False
    counted = any(labels == [str(start + row) for row in range(len(rows) - 1)] for start in (0, 1))
    return counted or not any(map(is_number, labels))


def lines_about(rows: Rows) -> int:
    """Return the number of rows such as "Instrument, X" above a header, as devices write them.

    They have one or two cells, and most rows have many more.
    """
    filled = [sum(cell.strip() != "" for cell in row) for row in rows]
    first = next((place for place, cells in enumerate(filled) if cells >= WIDE), 0)
    wide = sum(cells >= WIDE for cells in filled)
    if not first or max(filled[:first]) >= WIDE - 1 or wide < max(2, len(rows) - first - 1):
        return 0
    below = rows[first:]
    named = not any(map(is_number, filter(None, below[0]))) and _names_above_numbers(below)
    # A row that begins with a number is data, however short.
    return first if named and not any(is_number(row[0]) for row in rows[:first] if row) else 0


def has_groups(rows: Rows) -> bool:
    """Return whether the first row has names of groups of columns, above the names of these columns.

    As merged cells and data frames write them, groups repeat or leave cells blank; the names below do not.
    """
    if len(rows) < FEWEST_GROUPED or len(rows[0]) != len(rows[1]):
        return False
    groups, names = ([cell.strip() for cell in row] for row in rows[:2])
    below = [name for name in names[names[0] == "" :] if not is_missing(name) and not is_number(name)]
    unnamed = "" in groups[1:] or len({*groups[1:]}) < len(groups[1:]) or groups[0] in groups[1:]
    whole = len({*below}) == len(below) == len(names) - (names[0] == "")
    return unnamed and whole and not any(map(is_number, groups)) and _names_above_numbers(rows[1:])


def is_steps(names: Sequence[str]) -> bool:
    """Return whether a header's names are those of a table with a row for each step of a sequence."""
    plain = set(map(_letters, names))
    return bool(plain & STEPS) and SEQUENCE not in plain


def _names_above_numbers(rows: Rows) -> bool:
    """Return whether any column is a word above numbers."""
    return any(_is_named(_column(rows, position)) for position in range(len(rows[0])))


def _is_named(cells: Sequence[str]) -> bool:
    below = [cell for cell in cells[1:] if not is_missing(cell)]
    # A single letter may be an allele above missing or numeric alleles.
    word = len(cells[0].strip()) > 1 and not is_number(cells[0]) and not is_missing(cells[0])
    return word and not is_tosses(cells[0]) and len(below) > 1 and all(map(is_number, below))


def _has_numbers_for_names(rows: Rows) -> bool:
    """Return whether the first row is a corner followed by points in time, above fractional numbers."""
    first = rows[0]
    start = next(position for position, cell in enumerate(first) if is_number(cell))
    times = [_value(cell) for cell in first[start:]]
    if not 0 < start <= len(first) - 2 or None in times:
        return False
    points = [time for time in times if time is not None]
    rising = all(low <= high for low, high in pairwise(points)) and points[0] < points[-1]
    if not rising:
        return False
    if first[0].strip() == "" or _letters(first[0]) in CORNERS:
        return True
    below = [value for row in rows[1:] for cell in row[start:] if (value := _value(cell)) is not None]
    whole = all(point.is_integer() for point in points)
    return whole and sum(value.is_integer() for value in below) < len(below) / 2


def _is_counted(rows: Rows) -> bool:
    """Return whether the first row numbers the columns, as written by pandas, above other numbers."""
    first = [cell.strip() for cell in rows[0]]
    start = next((start for start in (0, 1) if first == [str(start + k) for k in range(len(first))]), None)
    below = [value for row in rows[1:] for cell in row if (value := _value(cell)) is not None]
    if start is None or len(first) < 2 or not below:
        return False
    broken = sum(not value.is_integer() for value in below) > len(below) / 2
    # A short row of whole numbers may be data.
    long = len(first) > 3 + start and not {*below} <= {float(cell) for cell in first}
    return broken or long


def _is_scale(rows: Rows) -> bool:
    """Return whether the first row is an evenly spaced scale: after a name, or from below 0 above counts."""
    named = not is_number(rows[0][0])
    points = [_value(cell) for cell in rows[0][named:]]
    below = [value for row in rows[1:] for cell in row[named:] if (value := _value(cell)) is not None]
    known = [point for point in points if point is not None]
    if len(known) < len(points) or len(points) < FEWEST_POINTS or not below or not _is_even(known):
        return False
    if named:
        front = [_value(row[0]) for row in rows[1:] if row]
        return None not in front and not any(_is_even([*map(_value, row[1:])]) for row in rows[1:])
    return known[0] < 0 <= min(below)


def _is_even(points: Sequence[float | None]) -> bool:
    """Return whether numbers rise by equal steps."""
    steps = [high - low for low, high in pairwise(points) if low is not None and high is not None]
    whole = len(steps) == len(points) - 1 and bool(steps)
    return whole and min(steps) > 0 and max(steps) - min(steps) <= EVEN * max(steps)


def _value(cell: str) -> float | None:
    return parse_number(cell.replace(",", ".") if has_decimal_comma(cell) else cell)


def _is_toss_column(rows: Rows, position: int) -> bool:
    # H and T above numbers are the names of two columns of counts, not tosses.
    cells = _column(rows, position)
    return is_tosses(cells[0]) and all(is_tosses(cell) for cell in cells[1:] if cell.strip())


def _is_sequence_column(rows: Rows, position: int) -> bool:
    """Return whether all cells of a column are sequences; PEPTIDE is a name, although it could be one."""
    cells = _column(rows, position)
    lone = len(rows[0]) == len(rows) == 1
    named = cells[0].strip() in ("PEPTIDE", "PEPTIDES")
    return (len(cells) > 1 or lone) and not named and all(map(is_sequence, cells))


def _column(rows: Rows, position: int) -> list[str]:
    return [row[position] for row in rows if position < len(row)]


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())

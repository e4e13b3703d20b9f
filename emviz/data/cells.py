"""Recognition of a single cell of a text file: a number, tosses, a sequence."""

from __future__ import annotations

import re

from emviz.data.column import CODES, parse_number

TOSSES = re.compile(r"[HTht]+")
NUCLEOTIDES = re.compile(r"[ACGTUN-]{4,}", re.IGNORECASE)
#: Groups of three digits after a comma, which may be a decimal sign or separate thousands.
GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+")
RESIDUES = re.compile(r"[ACDEFGHIKLMNPQRSTVWYX*-]{6,}")


def has_decimal_comma(cell: str) -> bool:
    """Return whether a cell is a number if its comma is read as a point."""
    return "," in cell and parse_number(cell.replace(",", ".")) is not None


def is_grouped(cell: str) -> bool:
    """Return whether a comma may separate thousands, as in 1,234 but not in 1,5."""
    return GROUPED.fullmatch(cell.strip()) is not None


def is_number(cell: str) -> bool:
    """Return whether a cell is a number with a decimal point or a decimal comma."""
    return parse_number(cell) is not None or has_decimal_comma(cell)


def is_missing(cell: str) -> bool:
    """Return whether a cell is a code for a missing value."""
    return cell.strip().lower() in CODES


def is_tosses(cell: str) -> bool:
    """Return whether a cell is a string of heads and tails, such as HTTH."""
    return TOSSES.fullmatch(cell.strip()) is not None


def is_sequence(cell: str) -> bool:
    """Return whether a cell is a sequence of nucleotides in either case, or of amino acids in capitals."""
    bare = cell.strip()
    return any(letters.fullmatch(bare) for letters in (NUCLEOTIDES, RESIDUES))

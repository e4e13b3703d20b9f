"""Files with several tables, of which one is read: sheets of a spreadsheet, or alignments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from emviz.data.dialect import Dialect
from emviz.data.files import explained
from emviz.data.packed import glanced
from emviz.data.spreadsheet import first_sheet, holds_sheets, sheets
from emviz.data.stockholm import alignments


@dataclass(frozen=True)
class Parts:
    """The tables of a file.

    Parameters
    ----------
    kind : str
        The word for each of them: "sheet" or "alignment".
    names : sequence of str
        Their names.
    read : str
        The one that is read.
    more : bool
        Whether there may be more of them after the part that was read.
    """

    kind: str
    names: Sequence[str]
    read: str
    more: bool = False

    def __str__(self) -> str:
        """Return which of them is read: "alignment 1 of 3: RF00005"."""
        place, many = self.names.index(self.read) + 1, f"{len(self.names):,}{' or more' * self.more}"
        return f"{self.kind} {place:,} of {many}: {self.read}"


def parts_of(path: Path, dialect: Dialect, most: int | None = None) -> Parts | None:
    """Return the tables of a file; None if there is only one, or if the requested one is missing.

    Parameters
    ----------
    most : int, optional
        The number of lines to read; all by default.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    with explained(path):
        names, more = _names(path, dialect, most)
        if len(names) < 2 or (dialect.sheet and dialect.sheet not in names):
            return None
        if _in_sheets(path, dialect):
            return Parts("sheet", names, dialect.sheet or first_sheet(path))
        return Parts("alignment", names, dialect.sheet or names[0], more)


def _in_sheets(path: Path, dialect: Dialect) -> bool:
    # Of the formats of text, GenAlEx is also written into spreadsheets.
    return dialect.layout == "sheet" or (dialect.layout == "genalex" and holds_sheets(path))


def _names(path: Path, dialect: Dialect, most: int | None) -> tuple[Sequence[str], bool]:
    if _in_sheets(path, dialect):
        return sheets(path), False
    if dialect.layout != "stockholm":
        return (), False
    with glanced(path, dialect.encoding) as lines:
        return alignments(islice(lines, most)), most is not None and next(lines, None) is not None

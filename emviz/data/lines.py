"""The lines of a delimited text, and the cells in them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator

from emviz.data.table import DataError

MAX_COLUMNS = 10_000
MAX_CELL = 2**20  # letters
TICK = 2**20  # letters between two ticks: some 10 ms of work

QUOTED = re.compile(r'"[^"]*"')

BLANKS = " "  # as a delimiter: any run of blanks and tabs
RUN = re.compile(r"[ \t]+")
#: A cell between blanks: with quotes around it, maybe left open at the end of a line, or without.
CELL = re.compile(r'"(?:[^"]|"")*(?:"[^ \t]*|$)|[^ \t"][^ \t]*')
OPEN = re.compile(r'"(?:[^"]|"")*')


class Lines:
    """The lines that hold cells: no blank lines and, before the first of them, no comments.

    Parameters
    ----------
    source : iterator of str
        Lines with their ends; each iteration continues where the previous one stopped.
    delimiter : str
        The separator of cells.
    comment : str
        The start of a comment line; empty if there are none.
    tick : callable
        Called now and then; an exception that it raises ends the reading.

    Attributes
    ----------
    taken : int
        Lines taken from `source` so far.
    block : int
        The index of the current group of lines between blank lines, from 0.
    unclosed : bool
        Whether the lines ended within a quoted cell: an error, unless the text is cut off.
    """

    def __init__(
        self,
        source: Iterator[str],
        delimiter: str,
        comment: str = "#",
        tick: Callable[[], object] = bool,
    ) -> None:
        self.taken = 0
        self.block = 0
        self.unclosed = False
        self._source = source
        self._delimiter = delimiter
        self._comment = comment
        self._tick = tick
        self._blank = " \r\n" if delimiter == "\t" else " \r\n\t"
        self._doubtful = self._blank + comment[:1]
        self._parted = False
        self._inside = False  # a quoted cell goes on, so the line is data whatever it looks like
        self._row: list[str] = []  # the lines of the row that is being read, or was the last

    def __iter__(self) -> Iterator[str]:
        """Yield line by line for a csv reader; `records` marks the end of each row.

        Raises
        ------
        DataError
            At a line with a NUL or more than 10,000 columns.
        """
        due = 0
        for line in self._source:
            self.taken += 1
            due -= len(line)
            if due < 0:
                due = TICK
                self._tick()
            # The first letter suffices for most lines, which saves a call for each.
            if self._inside or line[0] not in self._doubtful or not self._is_skipped(line):
                if not self._inside:
                    self._row.clear()
                self._row.append(line)
                self._inside = True
                self._doubtful = self._blank  # comments end where the table begins
                if self._parted:
                    self._parted = False
                    self.block += 1
                check_line(line, self._delimiter)
                yield line
            elif self._doubtful == self._blank:
                self._parted = True
        self.unclosed = self._inside

    def records(self, first: int | None = None) -> Iterator[list[str]]:
        """Yield the cells of row after row; a quoted cell may span lines.

        Parameters
        ----------
        first : int, optional
            The number of the first row, for errors.

        Raises
        ------
        DataError
            At a line with a NUL, more than 10,000 columns or a cell of more than 1 MiB.
        """
        # The limit is global to the process, so it is only raised, never lowered for other code.
        csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL))
        runs = self._delimiter == BLANKS
        lines, delimiter = (_tabbed(self), "\t") if runs else (iter(self), self._delimiter)
        reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
        done = 0
        try:
            for record in reader:
                self._inside = False
                yield record
                done += 1
        except csv.Error as error:
            row = None if first is None else first + done
            raise DataError("a cell is longer than 1 MiB; is a quote left open?", row) from error

    def swallows(self) -> bool:
        """Return whether a quote in the last row was not closed, so that a cell took up further lines.

        It then ends at the end of the text, or at a quote in a later row with more text after it.
        """
        if self.unclosed or len(self._row) < 2 or self._delimiter == BLANKS:
            return self.unclosed
        strict = csv.reader(self._row, delimiter=self._delimiter, skipinitialspace=True, strict=True)
        try:
            next(strict)
        except csv.Error:
            return True
        return False

    def _is_skipped(self, line: str) -> bool:
        return not line.strip(self._blank) or (self._comment != "" and line.startswith(self._comment))


def _tabbed(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines with a single tab between cells instead of a run of blanks."""
    inside = False
    for line in lines:
        if inside or '"' in line:
            # A line that begins within a cell is cut as if that cell began here.
            cells: list[str] = CELL.findall(f'"{line}' if inside else line)
            end = cells.pop() if cells[-1].strip("\r\n") == "" else ""
            text = "\t".join(cells)[inside:] + end
            inside = end == "" and OPEN.fullmatch(cells[-1]) is not None
            yield text
        else:
            yield RUN.sub("\t", line.strip(" \t\r\n")) + "\n"


def spoken_lines(lines: Iterable[str], tick: Callable[[], object]) -> Iterator[str]:
    """Yield the stripped lines that are not blank; see `numbered_lines`."""
    return (text for _, text in numbered_lines(lines, tick) if text)


def numbered_lines(lines: Iterable[str], tick: Callable[[], object]) -> Iterator[tuple[int, str]]:
    """Yield the number of each line, from 1, and the stripped line.

    Parameters
    ----------
    lines : iterable of str
        With or without their ends.
    tick : callable
        Called now and then; an exception that it raises ends the reading.

    Raises
    ------
    DataError
        At a NUL.
    """
    due = 0
    for number, line in enumerate(lines, 1):
        due -= len(line)
        if due < 0:
            due = TICK
            tick()
        if "\0" in line:
            raise DataError("this is a binary file, not a table")
        yield number, line.strip()


def check_line(line: str, delimiter: str) -> None:
    """Refuse an impossible line before cutting it, which would hang for millions of cells.

    Raises
    ------
    DataError
        If it holds a NUL or more than 10,000 columns.
    """
    if "\0" in line:
        raise DataError("this is a binary file, not a table")
    if len(line) > MAX_COLUMNS and _cuts(QUOTED.sub("", line), delimiter) >= MAX_COLUMNS:
        raise DataError(f"there are more than {MAX_COLUMNS:,} columns")


def _cuts(line: str, delimiter: str) -> int:
    return len(RUN.findall(line.strip())) if delimiter == BLANKS else line.count(delimiter)


def complete_lines(text: str, cut: bool) -> list[str]:
    """Return the lines of a text with their ends, without the last one if the text is cut off."""
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text)
    return lines[:-1] if cut and len(lines) > 1 else lines


def unique_names(cells: Iterable[str]) -> tuple[str, ...]:
    """Return a header's cells as column names: none empty, none twice ("heads", "heads 2")."""
    uses: dict[str, int] = {}
    for position, cell in enumerate(cells, 1):
        base = name = " ".join(cell.split()) or f"column {position}"
        while name in uses:
            uses[base] += 1
            name = f"{base} {uses[base]}"
        uses[name] = 1
    return tuple(uses)

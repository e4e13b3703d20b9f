"""Sequences with a structure in brackets below each, as RNAfold and other programs write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from emviz.data.column import text_array
from emviz.data.lines import MAX_CELL, numbered_lines
from emviz.data.table import DataError, Table
from emviz.data.things import things

#: A line of letters and gaps; and, if it is none, one of a structure, perhaps with an energy behind it.
LETTERS = re.compile(r"[.~_-]*[A-Za-z][A-Za-z.~_-]*")
MARKS = re.compile(r"([][(){}<>.,:_~|A-Za-z-]+)(\s.*)?")
PAIRED = re.compile(r"[<([{].*[])}>]")
#: Lines at the start of a file that are read to recognise it.
LOOKED_AT = 50


@dataclass
class _Folded:
    """One sequence and its structure, in parts as long as they are read."""

    name: str = ""
    line: int = 0
    letters: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    @property
    def sequence(self) -> str:
        return "".join(self.letters).upper()

    @property
    def structure(self) -> str:
        return "".join(self.marks)

    @property
    def whole(self) -> bool:
        return len(self.structure) >= len(self.sequence)


def is_bracketed(lines: Sequence[str]) -> bool:
    """Return whether a text begins with a sequence and a structure of the same length below it."""
    first = next(_folded(enumerate(map(str.strip, lines[:LOOKED_AT]), 1)), _Folded())
    structure = first.structure
    return len(structure) == len(first.sequence) and PAIRED.search(structure) is not None


def bracketed_table(lines: Iterable[str], tick: Callable[[], object] = bool) -> Table:
    """Return the columns `name`, unless there are no names, `sequence` and `structure`.

    Raises
    ------
    DataError
        If a sequence has no structure of its length, or is longer than 1 MiB; the message names the line.
    """
    names: list[str] = []
    columns: dict[str, list[str]] = {"sequence": [], "structure": []}
    for each in _folded(numbered_lines(lines, tick)):
        letters, marks = len(each.sequence), len(each.structure)
        if letters > MAX_CELL:
            raise DataError("a sequence is longer than 1 MiB", len(names) + 1, "sequence")
        if letters != marks or not letters:
            found = f"{things(letters, 'letter')} and {things(marks, 'mark')} of its structure"
            message = f"line {each.line}: expected as many letters as brackets and points, got {found}"
            raise DataError(message, len(names) + 1, "structure")
        names.append(each.name)
        columns["sequence"].append(each.sequence)
        columns["structure"].append(each.structure)
    named = {"name": names} if any(names) else {}
    return Table.from_columns({name: text_array(cells) for name, cells in {**named, **columns}.items()})


def _folded(lines: Iterable[tuple[int, str]]) -> Iterator[_Folded]:
    """Yield one sequence after the other; lines below a whole structure, such as others, are skipped."""
    now = _Folded()
    for number, text in lines:
        if text.startswith(">"):
            if now.line:
                yield now
            now = _Folded(next(iter(text[1:].split()), ""), number)
        elif LETTERS.fullmatch(text):
            if now.marks:
                yield now
                now = _Folded(line=number)
            now.line = now.line or number
            now.letters.append(text)
        elif (found := MARKS.fullmatch(text)) and now.letters and not now.whole:
            now.marks.append(found[1])
    if now.line:
        yield now

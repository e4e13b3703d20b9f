"""Stockholm: an alignment, each sequence behind its name, with marks for its columns (#=GC)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from emviz.data.column import text_array
from emviz.data.lines import MAX_CELL, spoken_lines, unique_names
from emviz.data.table import DataError, Table

#: Letters of the table altogether, in which the marks stand behind every sequence.
MAX_LETTERS = 2**28

STRANGE = re.compile(r"[^A-Za-z.*~_-]")


@dataclass(frozen=True)
class Aligned:
    """An alignment, its blocks joined.

    Parameters
    ----------
    sequences : mapping of str to str
        The aligned text of each sequence as it is written, gaps included, by name.
    marks : mapping of str to str
        What is said about the columns, by feature: SS_cons, RF.
    """

    sequences: Mapping[str, str]
    marks: Mapping[str, str]


def is_stockholm(lines: Iterable[str]) -> bool:
    """Say whether a text begins as Stockholm does."""
    first = next((line for line in map(str.strip, lines) if line), "")
    return re.match(r"#\s*STOCKHOLM\b", first) is not None


def read_alignment(lines: Iterable[str], tick: Callable[[], object] = bool) -> Aligned:
    """Return the alignment of a file; what is said about the family, a sequence or a residue is skipped.

    Parameters
    ----------
    lines : iterable of str
        With or without their ends.
    tick : callable
        Called now and then on the way; what it raises ends the reading.

    Raises
    ------
    DataError
        For a NUL, a second alignment, no sequences, and a sequence that is empty, longer than 1 MiB or not
        of letters and gaps; the row is the number of the sequence.
    """
    sequences: dict[str, list[str]] = {}
    marks: dict[str, list[str]] = {}
    for line in _lines(lines, tick):
        first, *words = line.split()
        if first == "#=GC":
            marks.setdefault(words[0] if words else "", []).extend(words[1:])
        else:
            sequences.setdefault(first, []).extend(words)
    if not sequences:
        raise DataError("the file holds no sequences")
    named = zip(sequences, map("".join, sequences.values()), strict=True)
    joined = {name: _checked(name, text, row) for row, (name, text) in enumerate(named, 1)}
    return Aligned(joined, {feature: "".join(parts) for feature, parts in marks.items()})


def stockholm_table(aligned: Aligned, whole: bool = True) -> Table:
    """Return the columns name and sequence, and one for each mark, the same in every row.

    Parameters
    ----------
    whole : bool
        Whether the file was read to its end; where it was not, sequences end with the shortest of them.

    Raises
    ------
    DataError
        If the sequences or marks differ in length, or the table would be too large.
    """
    texts = [*aligned.sequences.values(), *aligned.marks.values()]
    if not whole:
        shortest = min(map(len, texts))
        texts = [text[:shortest] for text in texts]
    rows = len(aligned.sequences)
    for row, text in enumerate(texts[:rows], 1):
        if len(text) != len(texts[0]):
            raise DataError(_uneven(len(texts[0]), len(text)), row, "sequence")
    for feature, text in zip(aligned.marks, texts[rows:], strict=True):
        if len(text) != len(texts[0]):
            raise DataError(_uneven(len(texts[0]), len(text)), column=feature)
    if rows * (len(aligned.marks) + 1) * len(texts[0]) > MAX_LETTERS:
        raise DataError(f"there are more than {MAX_LETTERS // 10**6} million letters")
    columns = [list(aligned.sequences), texts[:rows], *([text] * rows for text in texts[rows:])]
    names = unique_names(["name", "sequence", *aligned.marks])
    return Table.from_columns(dict(zip(names, map(text_array, columns), strict=True)))


def _lines(lines: Iterable[str], tick: Callable[[], object]) -> Iterator[str]:
    """Yield the lines of sequences and of marks."""
    over = False
    for text in spoken_lines(lines, tick):
        if over:
            raise DataError("the file holds more than one alignment; keep one of them")
        over = text == "//"
        if not over and (not text.startswith("#") or text.startswith("#=GC")):
            yield text


def _checked(name: str, text: str, row: int) -> str:
    if not text:
        raise DataError(f"'{name[:40]}' has no sequence", row, "sequence")
    if len(text) > MAX_CELL:
        raise DataError("a sequence is longer than 1 MiB", row, "sequence")
    strange = STRANGE.search(text)
    if strange:
        place = strange.start() + 1
        raise DataError(f"expected letters and gaps, got {strange[0]!r} at position {place}", row, "sequence")
    return text


def _uneven(expected: int, got: int) -> str:
    return f"expected {expected:,} columns as in the first sequence, got {got:,}"

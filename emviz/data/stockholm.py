"""Stockholm: alignments as lines of a name and a sequence, with marks for the columns (#=GC)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from emviz.data.column import text_array
from emviz.data.lines import MAX_CELL, numbered_lines, unique_names
from emviz.data.table import DataError, Table
from emviz.data.things import things

#: The most letters of a table, in which the marks are repeated for every sequence.
MAX_LETTERS = 2**28

#: The start of a line about the columns.
MARK = "#=GC"
#: The first line of an alignment, its last line, and the lines with its name.
BEGIN, END, NAMED = re.compile(r"#\s*STOCKHOLM\b"), "//", re.compile(r"#=GF\s+(AC|ID)\s+(\S.*)")
#: The most names in a sentence.
MOST_NAMED = 6
STRANGE = re.compile(r"[^A-Za-z.*~_-]")


@dataclass(frozen=True)
class Aligned:
    """An alignment with its blocks joined.

    Parameters
    ----------
    sequences : mapping of str to str
        The aligned text of each sequence as written, including gaps, by name.
    marks : mapping of str to str
        The marks of the columns, by feature: SS_cons, RF.
    lines : mapping of str to list of int
        The lines of the file with each name, and with each feature after #=GC.
    whole : bool
        Whether it was read to its end, so that its last block is complete.
    """

    sequences: Mapping[str, str]
    marks: Mapping[str, str]
    lines: Mapping[str, Sequence[int]]
    whole: bool = True


def is_stockholm(lines: Iterable[str]) -> bool:
    """Return whether a text begins like Stockholm."""
    first = next((line for line in map(str.strip, lines) if line), "")
    return BEGIN.match(first) is not None


def alignments(lines: Iterable[str], tick: Callable[[], object] = bool) -> tuple[str, ...]:
    """Return the names of the alignments in a file: accession, identifier, or "alignment 2".

    Raises
    ------
    DataError
        At a NUL.
    """
    return tuple(dict.fromkeys(name for name, _, _ in _lines(lines, tick)))


def read_alignment(
    lines: Iterable[str], tick: Callable[[], object] = bool, called: str = "", most: int | None = None
) -> Aligned:
    """Return an alignment of a file; annotations of the family, a sequence or a residue are skipped.

    Parameters
    ----------
    lines : iterable of str
        With or without their ends.
    tick : callable
        Called now and then; an exception that it raises ends the reading.
    called : str
        The name of the alignment, as in `alignments`; empty for the first.
    most : int, optional
        The number of letters to read; all by default.

    Raises
    ------
    DataError
        For a NUL, no such alignment, no sequences, a name or a feature that occurs twice in one block, a #=GC
        without a feature, and a sequence that is empty, longer than 1 MiB or not of letters and gaps; the row
        is the number of the sequence.
    """
    whole, left = True, most
    sequences: dict[str, list[str]] = {}
    marks: dict[str, list[str]] = {}
    found: dict[str, list[int]] = {}
    stretch: list[tuple[str, int]] = []
    # A name may recur once per block, so each stretch without a blank line is checked for repeats.
    for number, line in _of_one(lines, tick, called):
        if left is not None:
            left -= len(line)
            if left < 0:
                whole = False
                break
        if not line:
            _check_names(stretch, whole=True)
            stretch.clear()
            continue
        first, *words = line.split()
        if first == MARK:
            if not words:
                raise DataError(f"there is no feature behind {MARK} in line {number}")
            first, *words = f"{MARK} {words[0]}", *words[1:]
            marks.setdefault(first.removeprefix(MARK).strip(), []).extend(words)
        else:
            sequences.setdefault(first, []).extend(words)
        found.setdefault(first, []).append(number)
        stretch.append((first, number))
    _check_names(stretch, whole)
    if not sequences:
        raise DataError("the file holds no sequences")
    named = zip(sequences, map("".join, sequences.values()), strict=True)
    joined = {name: _checked(name, text, row) for row, (name, text) in enumerate(named, 1)}
    return Aligned(joined, {feature: "".join(parts) for feature, parts in marks.items()}, found, whole)


def stockholm_table(aligned: Aligned) -> Table:
    """Return the columns name and sequence, and one for each mark, the same in every row.

    If the alignment was not read to its end, all sequences are cut to the shortest.

    Raises
    ------
    DataError
        If the sequences or marks differ in length, or the table would be too large.
    """
    texts = [*aligned.sequences.values(), *aligned.marks.values()]
    if not aligned.whole:
        shortest = min(map(len, texts))
        texts = [text[:shortest] for text in texts]
    rows = len(aligned.sequences)
    for row, text in enumerate(texts[:rows], 1):
        if len(text) != len(texts[0]):
            raise _of_one_name(aligned) or DataError(_uneven(len(texts[0]), len(text)), row, "sequence")
    for feature, text in zip(aligned.marks, texts[rows:], strict=True):
        if len(text) != len(texts[0]):
            fault = _lines_fault(aligned, f"{MARK} {feature}") or _uneven(len(texts[0]), len(text))
            raise DataError(fault, column=feature)
    if rows * (len(aligned.marks) + 1) * len(texts[0]) > MAX_LETTERS:
        raise DataError(f"there are more than {MAX_LETTERS // 10**6} million letters")
    columns = [list(aligned.sequences), texts[:rows], *([text] * rows for text in texts[rows:])]
    names = unique_names(["name", "sequence", *aligned.marks])
    return Table.from_columns(dict(zip(names, map(text_array, columns), strict=True)))


def _lines(lines: Iterable[str], tick: Callable[[], object]) -> Iterator[tuple[str, int, str]]:
    """Yield the name of the alignment, the number and the text of each line of sequences or marks.

    Blank lines are included, since they end a block.
    """
    known: dict[str, None] = {}
    called: dict[str, str] = {}
    name, inside = "", False
    for number, text in numbered_lines(lines, tick):
        if text == END or BEGIN.match(text):
            called, inside = {}, False
        elif said := NAMED.match(text):
            called[said[1]] = said[2]
        elif not text.startswith("#") or text.startswith(MARK):
            if text and not inside:
                own = f"alignment {len(known) + 1}"
                name, inside = called.get("AC", called.get("ID", own)), True
                name = own if name in known else name
                # Names need not be unique, and a part is chosen by its name.
                known[name] = None
            if name:
                yield name, number, text


def _of_one(lines: Iterable[str], tick: Callable[[], object], called: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of one alignment with their numbers."""
    chosen, known = called, dict[str, None]()
    for name, number, text in _lines(lines, tick):
        if name not in known:
            if chosen in known:
                return
            chosen = chosen or name
            known[name] = None
        if name == chosen:
            yield number, text
    if called and called not in known:
        raise DataError(f"there is no alignment '{called}'; there {_named(list(known))}")


def _named(names: Sequence[str]) -> str:
    more = ", …" if len(names) > MOST_NAMED else ""
    return f"{'is' if len(names) == 1 else 'are'} {', '.join(names[:MOST_NAMED])}{more}"


def _check_names(stretch: Sequence[tuple[str, int]], whole: bool) -> None:
    """Refuse a repeated name in lines without a blank one, unless these are several whole blocks."""
    names = [name for name, _ in stretch]
    once = dict.fromkeys(names)
    if len(once) == len(names):
        return
    blocks = -(-len(names) // len(once))
    expected = list(once) * blocks
    if len(once) > 1 and names == (expected if whole else expected[: len(names)]):
        return
    seen: dict[str, int] = {}
    name, number = next((name, number) for name, number in stretch if seen.setdefault(name, number) != number)
    raise DataError(_twice(name, [seen[name], number]))


def _of_one_name(aligned: Aligned) -> DataError | None:
    """Return the error of the first sequence with more or fewer lines than most, or None."""
    for row, name in enumerate(aligned.sequences, 1):
        fault = _lines_fault(aligned, name)
        if fault:
            return DataError(fault, row, "name")
    return None


def _lines_fault(aligned: Aligned, name: str) -> str | None:
    """Return what is wrong if a name has more or fewer lines than most sequences, or None."""
    numbers = aligned.lines[name]
    usual = Counter(len(aligned.lines[each]) for each in aligned.sequences).most_common(1)[0][0]
    if len(numbers) > usual:
        return _twice(name, numbers)
    if len(numbers) < usual:
        return f"'{name[:40]}' is only in {_listed(numbers)}, but most sequences in {things(usual, 'block')}"
    return None


def _twice(name: str, numbers: Sequence[int]) -> str:
    if name.startswith(MARK):
        return f"'{name[:40]}' is in {_listed(numbers)}, twice in one block; keep one of them"
    return f"the name '{name[:40]}' is in {_listed(numbers)}; each sequence needs its own name"


def _listed(numbers: Sequence[int]) -> str:
    """Return lines in words: "line 3", "lines 3 and 5", "lines 3, 5, 7 …"."""
    if len(numbers) < 3:
        return f"line{'s' * (len(numbers) > 1)} {' and '.join(map(str, numbers))}"
    return f"lines {', '.join(map(str, numbers[:3]))}{' …' * (len(numbers) > 3)}"


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
    return f"expected {things(expected, 'column')} as in the first sequence, got {got:,}"

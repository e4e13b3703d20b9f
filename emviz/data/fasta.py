"""FASTA: sequences of letters, each below a line that begins with > and names it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from emviz.data.column import text_array
from emviz.data.lines import MAX_CELL, MAX_COLUMNS, spoken_lines, unique_names
from emviz.data.table import DataError, Table

#: The start of comment lines; a semicolon is the older convention.
COMMENTS = ("#", ";")
MAX_CELLS = 50_000_000

KEYED = re.compile(r"([A-Za-z_]\w*)=(.+)")
#: How A2M and A3M are read.
ALIGNED = "small letters are inserts, as in A2M and A3M: the capitals and hyphens are the column alignment"
NO_GAPS = str.maketrans("", "", ".-")
STRANGE = re.compile(r"[^A-Z.*-]")


@dataclass(frozen=True)
class Record:
    """One sequence.

    Parameters
    ----------
    name : str
        The first word after the >.
    written : str
        Its joined lines, without blanks.
    notes : mapping of str to str
        The key=value pairs of the header.
    """

    name: str
    written: str
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def sequence(self) -> str:
        """The sequence in capitals."""
        return self.written.upper()


def is_fasta(lines: Iterable[str]) -> bool:
    """Return whether a text begins like FASTA; a cell such as >=2 is not a header."""
    first = next((line for line in map(str.strip, lines) if not _is_skipped(line)), "")
    return first.startswith(">") and not first.startswith(">=")


def records(lines: Iterable[str], tick: Callable[[], object] = bool) -> Iterator[Record]:
    """Yield one sequence after the other.

    Parameters
    ----------
    lines : iterable of str
        With or without their ends.
    tick : callable
        Called now and then; an exception that it raises ends the reading.

    Raises
    ------
    DataError
        For a NUL, text before the first >, a header without a name, and a sequence that is empty, longer
        than 1 MiB or not of letters; the row is the number of the record.
    """
    header: str | None = None
    parts: list[str] = []
    size = row = 0
    for text in spoken_lines(lines, tick):
        if _is_skipped(text):
            continue
        if text.startswith(">"):
            if header is not None:
                yield _record(header, parts, row)
            header, parts, size, row = text[1:], [], 0, row + 1
            continue
        if header is None:
            raise DataError(f"expected > and a name, got '{text[:40]}'", 1, "name")
        parts.append(text)
        size += len(text)
        if size > MAX_CELL:
            raise DataError("a sequence is longer than 1 MiB", row, "sequence")
    if header is not None:
        yield _record(header, parts, row)


def fasta_table(sequences: Iterable[Record]) -> Table:
    """Return the columns name and sequence, and one for each key of the headers, all of them text.

    Of A2M and A3M the sequences are without gaps, and their rows are a column alignment.

    Raises
    ------
    DataError
        If there are no sequences, or more than 10,000 columns or 50 million cells.
    """
    found: list[Record] = []
    keys: dict[str, None] = {}
    for record in sequences:
        found.append(record)
        keys.update(dict.fromkeys(record.notes))
        # Checked for each record, so that a huge file fails before memory runs out.
        if len(keys) + 2 > MAX_COLUMNS:
            raise DataError(f"there are more than {MAX_COLUMNS:,} columns", len(found))
        if (len(keys) + 2) * len(found) > MAX_CELLS:
            raise DataError(f"there are more than {MAX_CELLS // 10**6} million cells")
    if not found:
        raise DataError("the file holds no sequences")
    columns = {"name": [record.name for record in found], "sequence": [record.sequence for record in found]}
    aligned = _is_a2m(found)
    if aligned:
        columns["sequence"] = [sequence.translate(NO_GAPS) for sequence in columns["sequence"]]
        columns["alignment"] = [record.written for record in found]
    names = unique_names([*columns, *keys])
    cells = [*columns.values(), *([record.notes.get(key, "") for record in found] for key in keys)]
    table = dict(zip(names, map(text_array, cells), strict=True))
    return Table.from_columns(table, [ALIGNED] if aligned else ())


def _is_a2m(found: Sequence[Record]) -> bool:
    """Return whether these are the rows of an alignment whose inserts are in small letters.

    In A2M and A3M each row has the same number of capitals and hyphens. Rows without a gap may as well be
    sequences that have parts of no interest in small letters.
    """
    texts = [record.written for record in found]
    if all(text == text.upper() for text in texts) or not any("-" in text or "." in text for text in texts):
        return False
    widths = {sum(letter.isupper() or letter == "-" for letter in text) for text in texts}
    return len(texts) > 1 and len(widths) == 1 and widths != {0}


def _is_skipped(text: str) -> bool:
    return not text or text.startswith(COMMENTS)


def _record(header: str, parts: list[str], row: int) -> Record:
    words = header.split()
    if not words:
        raise DataError("there is no name after >", row, "name")
    written = "".join("".join(parts).split())
    if not written:
        raise DataError(f"'{words[0][:40]}' has no sequence", row, "sequence")
    strange = STRANGE.search(written.upper())
    if strange:
        raise DataError(
            f"expected letters, got {strange[0]!r} at position {strange.start() + 1}", row, "sequence"
        )
    return Record(words[0], written, _notes(words[1:]))


def _notes(words: Iterable[str]) -> dict[str, str]:
    """Return the key=value pairs; a repeated key gets both values, separated by a comma."""
    notes: dict[str, str] = {}
    for found in filter(None, map(KEYED.fullmatch, words)):
        key, value = found.groups()
        notes[key] = f"{notes[key]},{value}" if key in notes else value
    return notes

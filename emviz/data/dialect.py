"""The dialect of a text file (encoding, delimiter, header, …), detected from the file."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import TypeAlias

from emviz.data.cells import has_decimal_comma, is_grouped, is_missing
from emviz.data.column import parse_number
from emviz.data.delimiters import DELIMITERS, likeliest_delimiter, usual_width
from emviz.data.fasta import is_fasta
from emviz.data.files import check_readable, explained
from emviz.data.formats import format_of
from emviz.data.header import has_groups, has_header, is_short, is_steps, lines_about
from emviz.data.kinds import refuse_known, refuse_list
from emviz.data.lines import BLANKS, Lines, complete_lines
from emviz.data.notation import Decimal, Notation
from emviz.data.packed import opened
from emviz.data.popgen import is_genalex
from emviz.data.spreadsheet import is_spreadsheet, lines_of, sheet_rows, titles
from emviz.data.stockholm import is_stockholm
from emviz.data.table import DataError

SAMPLE_BYTES = 2**18
SAMPLE_ROWS = 200

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

POINTED = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
QUOTED_GROUPED = re.compile(r'"[+-]?[1-9][0-9]{0,2},[0-9]{3}"')
QUOTED_PLAIN = re.compile(r'"[+-]?[0-9]+"')

#: The line with which Excel declares the delimiter, and a number with a decimal comma.
MARKED = re.compile(r'"?sep=(.|\t)"?', re.IGNORECASE)
DECIMAL = re.compile(r"[+-]?[0-9]*,[0-9]+")

Layout: TypeAlias = str


@dataclass(frozen=True)
class Dialect:
    """The way in which a table is written in a text file.

    Parameters
    ----------
    encoding : str
        A name that Python's codecs know.
    delimiter : str
        One of `DELIMITERS`; a blank for any run of blanks and tabs.
    decimal : str
        "." or ","; with "," a cell like 1,5 is a number.
    header : bool
        Whether the first row names the columns.
    skip : int
        Lines before the first row, such as a title.
    guessed_encoding : bool
        Whether the encoding is only a guess, without a mark in the file and not UTF-8.
    comment : str
        The start of comment lines before the table; empty if there are none.
    layout : str
        "table"; "fasta" for sequences, "stockholm" for an alignment or one of `FORMATS`, for all of which
        only the encoding matters; or "sheet" for a spreadsheet, for which only header, skip and sheet matter.
    sheet : str
        The sheet of a spreadsheet, or the alignment of a Stockholm file; empty for the first with a table.
    row_names : bool
        Whether the header has one name too few, because the first cell of each row is the name of the row.
    blocks : bool
        Whether blank lines separate sequences of rows, which are then numbered in a column.

    Raises
    ------
    DataError
        If the delimiter or the decimal mark is another one, or `skip` is negative.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    decimal: Decimal = "."
    header: bool = True
    skip: int = 0
    guessed_encoding: bool = False
    comment: str = "#"
    layout: Layout = "table"
    sheet: str = ""
    row_names: bool = False
    blocks: bool = False

    def __post_init__(self) -> None:
        if self.delimiter not in DELIMITERS:
            raise DataError(
                f"expected a comma, semicolon, tab, bar or blanks between cells, got '{self.delimiter}'"
            )
        if self.decimal not in (".", ","):
            raise DataError(f"expected a point or a comma as decimal mark, got '{self.decimal}'")
        if self.skip < 0:
            raise DataError(f"expected a number of lines to skip of at least 0, got {self.skip}")


def sniff(source: str | Path | bytes, sheet: str = "", name: str = "") -> Dialect:
    """Return the dialect of a file, or of the bytes of one.

    The encoding is detected from the whole file, everything else from its first 256 KiB.

    Parameters
    ----------
    sheet : str
        The sheet or alignment, as in `Dialect`.
    name : str
        The name of the file whose bytes these are.

    Raises
    ------
    DataError
        If the file cannot be read, is empty, or is of a known kind that cannot be read.
    """
    if isinstance(source, bytes):
        return _dialect(source[:SAMPLE_BYTES], [source], name)
    path = Path(source)
    with explained(path):
        check_readable(path)
        with opened(path) as (file, _):
            sample = file.read(SAMPLE_BYTES)
            if is_spreadsheet(sample):
                return _sheet_dialect(path, sheet)
            found = _dialect(sample, chain([sample], iter(lambda: file.read(2**17), b"")), path.name)
            if sheet and found.layout != "stockholm":
                raise DataError("this is neither a spreadsheet nor an alignment, so it has no sheets")
            return replace(found, sheet=sheet)


def decoded_lines(sample: bytes, encoding: str, cut: bool) -> list[str]:
    """Return the lines at the start of a file, with their ends.

    Parameters
    ----------
    sample : bytes
        The start of the file; bytes that do not decode become replacement characters.
    encoding : str
        A name known to Python's codecs.
    cut : bool
        Whether the file continues, so that the last line may be incomplete.

    Raises
    ------
    DataError
        If there is no such encoding.
    """
    try:
        return complete_lines(sample.decode(encoding, errors="replace"), cut)
    except (LookupError, ValueError) as error:
        raise no_encoding(encoding) from error


def no_encoding(name: str) -> DataError:
    """Return the error for a name that Python's codecs do not know."""
    return DataError(f"there is no text encoding '{name}'")


def _dialect(sample: bytes, chunks: Iterable[bytes], name: str) -> Dialect:
    if not sample:
        raise DataError("the file is empty")
    refuse_known(sample)
    refuse_list(sample, name)
    encoding = _encoding(sample, chunks)
    lines = decoded_lines(sample, encoding, cut=len(sample) == SAMPLE_BYTES)
    layout = _layout(lines, name)
    if layout != "table":
        # Any bytes are valid cp1252, so that this encoding is never confirmed by the file.
        return Dialect(encoding, guessed_encoding=encoding == "cp1252", layout=layout)
    marked = MARKED.fullmatch(lines[0].strip(" \r\n")) if lines else None
    if marked and marked[1] in DELIMITERS:
        found = _table_dialect(lines[1:], encoding, (marked[1],))
        return replace(found, skip=found.skip + 1)
    return _table_dialect(lines, encoding, DELIMITERS)


def _table_dialect(lines: Sequence[str], encoding: str, delimiters: Sequence[str]) -> Dialect:
    # If all lines begin with #, they are the table and not comments.
    bare = any(line.strip() and line[0] != "#" for line in lines)
    trials = {delimiter: _trial(lines, delimiter, "#" if bare else "") for delimiter in delimiters}
    delimiter = likeliest_delimiter({each: [cells for _, cells in trial] for each, trial in trials.items()})
    if delimiter == "," and _are_decimals(lines):
        return _table_dialect(lines, encoding, (";",))
    start = _commented_start(lines, delimiter, trials[delimiter])
    comment = "#" if start is None else ""
    trial = _trial(lines[start:], delimiter, comment)
    titles, skip = _titles(trial) if start is None else (0, start)
    rows = [cells for _, cells in trial[titles:]]
    header = has_header(rows)
    return Dialect(
        encoding=encoding,
        delimiter=delimiter,
        decimal=_decimal(rows, lines),
        header=header,
        skip=skip,
        guessed_encoding=encoding == "cp1252",
        comment=comment,
        row_names=header and is_short(rows),
        blocks=header and is_steps(rows[0]) and _has_blocks(lines[skip:], delimiter, comment),
    )


def _sheet_dialect(path: Path, sheet: str) -> Dialect:
    rows = sheet_rows(path, sheet, most=SAMPLE_ROWS)
    if is_genalex(lines_of(rows)):
        return Dialect(layout="genalex", sheet=sheet)
    skip = titles(rows)
    return Dialect(layout="sheet", sheet=sheet, skip=skip, header=has_header(rows[skip:]))


def _are_decimals(lines: Sequence[str]) -> bool:
    """Return whether a file is one column of numbers with decimal commas, not two columns of whole numbers.

    It is if there is a name without a comma above them, or a 0 after a comma.
    """
    bare = (line.strip() for line in lines if line.strip())
    first = next(bare, "")
    named = first != "" and not DECIMAL.fullmatch(first)
    if named and "," in first:
        return False
    below = [line for line in (bare if named else chain([first], bare)) if not is_missing(line)]
    if len(below) < 2 or not all(map(DECIMAL.fullmatch, below)):
        return False
    return named or any(",0" in line[:-1] for line in below)


def _commented_start(
    lines: Sequence[str], delimiter: str, trial: Sequence[tuple[int, Sequence[str]]]
) -> int | None:
    """Return the number of lines before a header that looks like a comment; None without one."""
    below = [cells for _, cells in trial]
    width, _ = usual_width(below)
    for start, line in enumerate(lines):
        if line.strip() and not line.startswith("#"):
            return None
        if line.startswith("#") and _fits(line, delimiter, width, below):
            return start
    return None


def _fits(line: str, delimiter: str, width: int, below: Sequence[Sequence[str]]) -> bool:
    cells = next((cells for _, cells in _trial([line], delimiter, "")), [])
    if width < 2:
        return len(line.split()) == 1
    if delimiter == BLANKS and cells[0] == "#":
        cells = cells[1:]
    # With a blank after the mark and names below, it is a comment that happens to have the same width.
    return len(cells) == width and (line[1:2].strip() != "" or not has_header(below))


def _has_blocks(lines: Sequence[str], delimiter: str, comment: str) -> bool:
    """Return whether blank lines separate groups of rows, and not every row from the next."""
    source = Lines(iter(lines), delimiter, comment)
    blocks = Counter(source.block for _ in islice(source.records(), 1, SAMPLE_ROWS))
    return len(blocks) > 1 and max(blocks.values()) > 1


def _layout(lines: Sequence[str], name: str) -> Layout:
    if is_stockholm(lines):
        return "stockholm"
    found = format_of(lines, name)
    if is_fasta(lines) and found != "brackets":
        return "fasta"
    return found or "table"


def _encoding(sample: bytes, chunks: Iterable[bytes]) -> str:
    for bom, name in BOMS:
        if sample.startswith(bom):
            return name
    if b"\0" in sample:
        return _wide_encoding(sample)
    return "utf-8" if _is_utf8(chunks) else "cp1252"


def _wide_encoding(sample: bytes) -> str:
    # Digits and Latin letters leave one byte of every two empty.
    half = len(sample) / 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if half.is_integer() and odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if half.is_integer() and even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    raise DataError("this is a binary file, not a table")


def _is_utf8(chunks: Iterable[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in chunks:
            # Checking for ASCII is faster than decoding, but a chunk may start within a multi-byte letter.
            if not chunk.isascii() or decoder.getstate()[0]:
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _trial(sample: Sequence[str], delimiter: str, comment: str) -> list[tuple[int, list[str]]]:
    """Return the first rows as cut by a delimiter, each with the number of lines up to its end."""
    lines = Lines(iter(sample), delimiter, comment)
    try:
        return [(lines.taken, cells) for cells in islice(lines.records(), SAMPLE_ROWS)]
    except DataError:  # too wide for this delimiter; another may do
        return []


def _titles(trial: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, int]:
    """Return the number of title rows above a wider table, and the number of their lines."""
    width, _ = usual_width([cells for _, cells in trial])
    count = 0
    for _, cells in trial:
        if not (_is_title(cells, width) or (count and not any(cells))):
            break
        count += 1
    else:
        return 0, 0
    rows = [cells for _, cells in trial]
    count = max(count, lines_about(rows))
    count += has_groups(rows[count:])
    return count, trial[count - 1][0] if count else 0


def _is_title(cells: Sequence[str], width: int) -> bool:
    # A spreadsheet pads its title with empty cells; of two cells, one may simply be missing.
    padded = not any(cells[1:]) and (width > 2 or len(cells[0].split()) > 2)
    return cells[0] != "" and (padded or len(cells) == 1 < width)


def _decimal(rows: Sequence[Sequence[str]], lines: Sequence[str]) -> Decimal:
    cells = [cell.strip().lstrip("+-") for row in rows for cell in row]
    # 1.000 and 1,000,000 count against the sign that they contain, as it then separates thousands.
    grouped = sum(is_grouped(cell) and has_decimal_comma(cell) for cell in cells)
    commas = sum(has_decimal_comma(cell) or _has_both(cell) for cell in cells) - grouped
    thousands = sum(POINTED.fullmatch(cell) is not None for cell in cells)
    points = sum("." in cell and parse_number(cell) is not None for cell in cells)
    millions = sum(cell.count(",") > 1 and is_grouped(cell) for cell in cells)
    if commas:
        return "," if commas > points - thousands + millions and 2 * commas >= thousands else "."
    # Only 3,600: a program that also puts plain numbers in quotes has not done so for the comma's sake.
    text = "".join(lines)
    for_its_sake = QUOTED_GROUPED.search(text) is not None and QUOTED_PLAIN.search(text) is None
    return "," if grouped > points + millions and not for_its_sake else "."


def _has_both(cell: str) -> bool:
    return "." in cell and Notation(",", ".").number(cell) is not None and "," in cell

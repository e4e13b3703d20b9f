"""One column of a table: what was written, which cells are missing, and the numbers in the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite, isinf, isnan
from numbers import Integral, Real
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from emviz.data.cancelling import blocks, checked
from emviz.data.notation import Decimal, Notation, notation_of
from emviz.data.written import TEXT, Texts, Written

Numbers: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool]
A = TypeVar("A", bound="np.ndarray[Any, Any]")

# Above it a float does not tell one whole number from the next.
WHOLE = 2.0**53

#: Letters of a plain number, in small letters.
NUMERALS = frozenset("0123456789+-.,e")

#: Cells that are looked at one by one, before all of them are.
FIRST = 50

#: Cells that are looked at before the work can be left.
TOGETHER = 2**14

#: What stands in a cell whose value is missing, in small letters; a reader may name others.
CODES = frozenset(
    {"", "na", "n/a", "n.a.", "k.a.", "<na>", "nan", "null", "none", "?", ".", "-", "--", "\\n", "#n/a"}
    | {"#div/0!", "#value!", "#ref!", "#num!", "#name?", "#null!"}  # what a spreadsheet could not work out
)


@dataclass(frozen=True, eq=False)
class Column:
    """The cells of one column; made by `column_of`.

    A column keeps what was written. Its numbers are found when a model asks for them: an identifier such as
    007 stays text for a model that wants text, and is 7 for one that wants numbers.

    Parameters
    ----------
    held : Numbers, Texts or Written, shape (rows,)
        The cells, read-only: float64 for cells that came as numbers, with NaN where one is missing; else text
        as it was written, an array or places in the text of a file.
    codes : frozenset of str
        What a missing cell holds, in small letters.
    decimal : str
        The decimal sign of the file, "." or ",".
    """

    held: Numbers | Texts | Written
    codes: frozenset[str] = CODES
    decimal: Decimal = "."

    def __len__(self) -> int:
        return len(self.held)

    @property
    def came_as_numbers(self) -> bool:
        """Whether the cells came as numbers, not as text."""
        return not isinstance(self.held, Written) and self.held.dtype.kind == "f"

    @cached_property
    def missing(self) -> Mask:
        """Which cells are missing, shape (rows,), read-only."""
        if isinstance(self.held, Written):
            return _frozen(self._coded_places(self.held))
        return _frozen(self._coded_numbers() if self.came_as_numbers else self._coded_texts())

    @cached_property
    def numbers(self) -> Numbers | None:
        """The cells as numbers, shape (rows,), NaN where one is missing; None where another is no number.

        A column without any number has none.
        """
        if self.missing.all():
            return None
        if not self.came_as_numbers:
            return self._parsed()
        if not self.missing.any():
            return self._floats
        return _frozen(np.where(self.missing, np.nan, self._floats))

    @cached_property
    def notation(self) -> Notation | None:
        """How the numbers are written where it is not plainly, such as 1,000 or 5 %; else None."""
        if self.came_as_numbers or self.missing.all() or self._plain is not None:
            return None
        if self._simple:
            return Notation(self.decimal, ".")
        # One word tells as much as all the cells, and sooner.
        if any(notation_of([cell], self.decimal) is None for cell in self._first(~self.missing)):
            return None
        return notation_of(self._given(), self.decimal)

    @property
    def plain_texts(self) -> Texts:
        """The cells as text, shape (rows,); numbers with a decimal point and no other sign."""
        if self.notation is None or self.numbers is None:
            return self.texts
        rows = zip(self.texts.tolist(), self.numbers.tolist(), strict=True)
        return text_array([cell if isnan(value) else format_number(value) for cell, value in rows])

    @cached_property
    def texts(self) -> Texts:
        """The cells as text, shape (rows,), read-only: as written, numbers as `format_number` shows them."""
        if isinstance(self.held, Written):
            return _frozen(self.held.texts())
        if not self.came_as_numbers:
            return cast("Texts", self.held)
        return _frozen(text_array([_shown(value) for value in self._floats.tolist()]))

    def cell(self, row0: int) -> str:
        """Return the text of one cell."""
        if isinstance(self.held, Written):
            return self.held.cell(row0)
        return _shown(float(self.held[row0])) if self.came_as_numbers else str(self.held[row0])

    def coded(self, codes: frozenset[str]) -> Column:
        """Return the same cells with other codes for a missing one, in small letters."""
        return self if codes == self.codes else replace(self, codes=codes)

    def taken(self, rows: Mask | NDArray[np.intp]) -> Column:
        """Return some of the cells."""
        return self._settled(self.held.taken(rows) if isinstance(self.held, Written) else self.held[rows])

    def with_cell(self, row0: int, text: str) -> Column:
        """Return the column with another text in one cell."""
        return self._spliced(row0, row0 + 1, [text])

    def with_cells(self, at: int, texts: Sequence[str]) -> Column:
        """Return the column with more cells before row `at`, counted from 0."""
        return self._spliced(at, at, texts)

    def same(self, other: Column) -> bool:
        """Say whether both columns hold the same cells."""
        if self.came_as_numbers and other.came_as_numbers:
            return np.array_equal(self._floats, other._floats, equal_nan=True)
        return self.decimal == other.decimal and np.array_equal(self.texts, other.texts)

    @property
    def _floats(self) -> Numbers:
        """The cells of a column that came as numbers."""
        return cast("Numbers", self.held)

    def _settled(self, held: Numbers | Texts | Written) -> Column:
        """Return other cells in the same notation, which fewer cells might not show."""
        decimal = self.decimal if self.notation is None else self.notation.decimal
        kept = held.with_decimal(decimal) if isinstance(held, Written) else _frozen(held)
        return replace(self, held=kept, decimal=decimal)

    def _spliced(self, at: int, until: int, texts: Sequence[str]) -> Column:
        """Return the column with others in place of some cells; numbers while they show what was written."""
        if self.came_as_numbers:
            values = [np.nan if text == "" else parse_number(text) for text in texts]
            shown = [None if value is None else _shown(value) for value in values]
            if shown == list(texts):
                new = np.array(values, dtype=np.float64)
                return self._settled(np.concatenate([self._floats[:at], new, self._floats[until:]]))
        way = self.notation
        if way is not None:
            texts = [text if parse_number(text) is None else way.written(text) for text in texts]
        if isinstance(self.held, Written):
            return self._settled(self.held.spliced(at, until, texts))
        return self._settled(np.concatenate([self.texts[:at], text_array(texts), self.texts[until:]]))

    def _coded_numbers(self) -> Mask:
        missing = np.isnan(self._floats)
        values = [value for code in self.codes if (value := parse_number(code)) is not None]
        return np.asarray(missing | np.isin(self._floats, values))

    def _coded_texts(self) -> Mask:
        missing = np.zeros(len(self.texts), dtype=np.bool)
        for part in blocks(len(missing), TOGETHER):
            cells: list[str] = self.texts[part].tolist()
            coded = {cell for cell in set(cells) if cell.strip().lower() in self.codes}
            if coded:
                missing[part] = np.fromiter((cell in coded for cell in cells), np.bool, len(cells))
        return missing

    def _coded_places(self, held: Written) -> Mask:
        # A code such as -9 is a plain number, one such as #div/0! is none.
        numeric = any(set(code) <= NUMERALS for code in self.codes if any(map(str.isdigit, code)))
        rest = np.flatnonzero(~held.numbers[1])
        if numeric or len(rest) == len(held):
            return held.among(self.codes)
        missing = np.zeros(len(held), dtype=np.bool)
        missing[rest] = held.taken(rest).among(self.codes)
        return missing

    def _given(self) -> set[str]:
        """Return the cells that are not missing, each once."""
        given: set[str] = set()
        for part in blocks(len(self), TOGETHER):
            given.update(self.texts[part][~self.missing[part]].tolist())
        return given

    def _first(self, rows: Mask) -> Iterator[str]:
        """Yield the first of the cells in some rows."""
        return map(self.cell, np.flatnonzero(rows)[:FIRST].tolist())

    @cached_property
    def _plain(self) -> Numbers | None:
        """The cells as numbers where all are written as Python writes them, NaN for missing ones; or None."""
        if isinstance(self.held, Written) and (self.decimal == "." or self._simple):
            return self._plain_places(self.held)
        texts = self.texts
        # In a file with decimal commas, a point may stand between thousands.
        if self.decimal == "," and (np.strings.find(texts, ".") >= 0).any():
            return None
        if self.missing.any():
            texts = texts.copy()
            texts[self.missing] = "0"
        return self._with_holes(parsed(texts))

    def _plain_places(self, held: Written) -> Numbers | None:
        values, plain, pointed = held.numbers
        rest = ~(plain | self.missing)
        if not rest.any():
            return None if pointed and self.decimal == "," else self._with_holes(values)
        if any(parse_number(cell) is None for cell in self._first(rest)):
            return None
        more = parsed(held.taken(rest).texts())
        if more is None:
            return None
        values = values.copy()
        values[rest] = more
        return self._with_holes(values)

    @cached_property
    def _simple(self) -> bool:
        """Whether cells of a file have at most a sign, digits and one decimal sign, or are missing."""
        return isinstance(self.held, Written) and bool((self.held.numbers[1] | self.missing).all())

    def _parsed(self) -> Numbers | None:
        if self._plain is not None or self.notation is None:
            return self._plain
        if isinstance(self.held, Written) and self._simple:
            return self._with_holes(self.held.numbers[0])
        known = {cell: self.notation.number(cell) for cell in checked(self._given(), TOGETHER)}
        values = np.empty(len(self))
        for part in blocks(len(self), TOGETHER):
            values[part] = [known.get(cell) for cell in self.texts[part].tolist()]
        return self._with_holes(values)

    def _with_holes(self, values: Numbers | None) -> Numbers | None:
        """Return numbers with NaN where a cell is missing."""
        if values is None or not self.missing.any():
            return None if values is None else _frozen(values)
        return _frozen(np.where(self.missing, np.nan, values))


def column_of(cells: Iterable[object] | Column, decimal: Decimal = ".") -> Column:
    """Return cells as a column.

    Parameters
    ----------
    cells : Column, array or iterable
        An array of numbers becomes float64, shared where it already is. Of other cells, numbers alone become
        float64; anything else becomes text, in which None and NaN are empty. Whole numbers above 2^53 are
        text, lest two of them become one.
    decimal : str
        The decimal sign of the file that text is from.

    Returns
    -------
    Column
        Of shape (rows,) unless an array with more dimensions came in.
    """
    if isinstance(cells, Column):
        return cells
    held = _from_array(np.asarray(cells)) if hasattr(cells, "__array__") else _from_cells(list(cells))
    return Column(_frozen(held), decimal=decimal)


def parse_number(text: str) -> float | None:
    """Return the finite number a cell holds, or None; a decimal point, no digit separators."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and "_" not in text else None


def overflows(text: str) -> bool:
    """Return whether a cell is a number with digits, but one beyond the range of a float: 1e309."""
    try:
        return isinf(float(text)) and any(letter.isdigit() for letter in text)
    except ValueError:
        return False


def format_number(value: float) -> str:
    """Return a number as a table shows it: a whole one without a point, any other exact."""
    return str(int(value)) if value.is_integer() and abs(value) <= WHOLE else repr(value)


def above_whole(value: float) -> str:
    """Return what is wrong with a count above 2^53."""
    return f"expected a count of at most 2^53 = {WHOLE:.0f}, got {value!r}; larger ones lose digits"


def parsed(texts: Texts) -> Numbers | None:
    """Return text as numbers, shape (rows,), or None if a cell is no number to `parse_number`."""
    values = np.empty(len(texts))
    for part in blocks(len(texts), TOGETHER):
        try:
            values[part] = texts[part].astype(np.float64)
        except ValueError:
            return None
        if not np.isfinite(values[part]).all() or (np.strings.find(texts[part], "_") >= 0).any():
            return None
    return values


def text_array(cells: Sequence[str]) -> Texts:
    """Return cells as a text array, shape (rows,); a broken character becomes a question mark."""
    try:
        array = np.array(cells, dtype=TEXT)
    except UnicodeEncodeError:  # half a surrogate pair, which no file can hold
        array = np.array([cell.encode(errors="replace").decode() for cell in cells], dtype=TEXT)
    return cast("Texts", array)


def _shown(value: float) -> str:
    return "" if isnan(value) else format_number(value)


def _frozen(array: A) -> A:
    """Return an array that cannot be written to, without a copy and without a change to its owner."""
    view = array.view()
    view.flags.writeable = False
    return view


def _from_array(array: NDArray[np.generic]) -> Numbers | Texts:
    kind = array.dtype.kind
    if kind in "iu" and array.size and max(abs(int(array.min())), abs(int(array.max()))) > WHOLE:
        return text_array(list(map(str, array.tolist()))) if array.ndim == 1 else array.astype(np.float64)
    if kind in "biuf":
        return np.asarray(array, dtype=np.float64, order="C")
    if array.dtype == TEXT or array.ndim != 1:
        return cast("Texts", array)
    # As a list, a date counted in nanoseconds would turn into a number.
    return _from_cells((array.astype(str) if kind in "mM" else array).tolist())


def _from_cells(cells: Sequence[object]) -> Numbers | Texts:
    numeric = cells and all(issubclass(kind, Real | np.bool) for kind in set(map(type, cells)))
    if numeric and not any(isinstance(cell, Integral) and abs(int(cell)) > WHOLE for cell in cells):
        return np.array(cells, dtype=np.float64)
    return text_array([_text(cell) for cell in cells])


def _text(cell: object) -> str:
    if isinstance(cell, bytes):
        return cell.decode(errors="replace")
    if isinstance(cell, float | np.floating):
        return _shown(float(cell))
    # pandas' own missing values are known by name alone: emviz does not import it.
    missing = cell is None or type(cell).__name__ in ("NAType", "NaTType")
    return "" if missing else str(cell)

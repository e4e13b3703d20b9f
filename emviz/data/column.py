"""One column of a table: the cells as written, which of them are missing, and the numbers in the others."""

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
from emviz.data.notation import Decimal, Notation, notation_of, repeats
from emviz.data.written import TEXT, Texts, Written

Numbers: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool]
A = TypeVar("A", bound="np.ndarray[Any, Any]")

# Below this, every whole number has a float of its own; 2^53 + 1 is read as 2^53.
WHOLE = 2.0**53

#: Characters of a plain number, in lower case.
NUMERALS = frozenset("0123456789+-.,e")

#: Cells tried one by one before all of them are processed.
FIRST = 50

#: Cells processed between two checks for cancelling.
TOGETHER = 2**14

#: Codes for missing values, in lower case; a reader may set others.
CODES = frozenset(
    {"", "na", "n/a", "n.a.", "k.a.", "<na>", "nan", "null", "none", "?", ".", "-", "--", "\\n", "#n/a"}
    | {"#div/0!", "#value!", "#ref!", "#num!", "#name?", "#null!"}  # errors of a spreadsheet
)


@dataclass(frozen=True, eq=False)
class Column:
    """The cells of one column; made by `column_of`.

    A column keeps the cells as written. Its numbers are only parsed when a model asks for them: an identifier
    such as 007 remains text for a model that wants text, and is 7 for one that wants numbers.

    Parameters
    ----------
    held : Numbers, Texts or Written, shape (rows,)
        The cells, read-only: float64 if they came as numbers, with NaN for missing ones; otherwise the text
        as written, as an array or as positions in the text of a file.
    codes : frozenset of str
        The codes for missing values, in lower case.
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
        """The cells as numbers, shape (rows,), NaN if missing; None if a cell is neither.

        It is also None for a column without any number.
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
        """The notation of the numbers if it is not plain, as for 1,000 or 5 %; otherwise None."""
        if self.came_as_numbers or self.missing.all() or self._plain is not None:
            return None
        if self._simple:
            return Notation(self.decimal, ".")
        # A single word is enough to rule out numbers, and is found faster than by parsing all cells.
        if any(notation_of([cell], self.decimal) is None for cell in self._first(~self.missing)):
            return None
        return notation_of(self._given(), self.decimal)

    @property
    def plain_texts(self) -> Texts:
        """The cells as text, shape (rows,); numbers in plain notation with a decimal point."""
        if self.notation is None or self.numbers is None:
            return self.texts
        rows = zip(self.texts.tolist(), self.numbers.tolist(), strict=True)
        return text_array([cell if isnan(value) else format_number(value) for cell, value in rows])

    @cached_property
    def texts(self) -> Texts:
        """The cells as text, shape (rows,), read-only: as written, or as by `format_number`."""
        if isinstance(self.held, Written):
            return _frozen(self.held.texts())
        if not self.came_as_numbers:
            return cast("Texts", self.held)
        return _frozen(text_array([_shown(value) for value in checked(self._floats.tolist(), TOGETHER)]))

    def cell(self, row0: int) -> str:
        """Return the text of one cell."""
        if isinstance(self.held, Written):
            return self.held.cell(row0)
        return _shown(float(self.held[row0])) if self.came_as_numbers else str(self.held[row0])

    def coded(self, codes: frozenset[str]) -> Column:
        """Return the column with other codes for missing values, in lower case."""
        return self if codes == self.codes else replace(self, codes=codes)

    def taken(self, rows: Mask | NDArray[np.intp]) -> Column:
        """Return a column with some of the cells."""
        return self._settled(self.held.taken(rows) if isinstance(self.held, Written) else self.held[rows])

    def with_cell(self, row0: int, text: str) -> Column:
        """Return the column with the text of one cell replaced."""
        return self._spliced(row0, row0 + 1, [text])

    def with_cells(self, at: int, texts: Sequence[str]) -> Column:
        """Return the column with cells inserted before row `at`, counted from 0."""
        return self._spliced(at, at, texts)

    def same(self, other: Column) -> bool:
        """Return whether both columns hold the same cells."""
        if self is other:
            return True
        if self.came_as_numbers and other.came_as_numbers:
            return np.array_equal(self._floats, other._floats, equal_nan=True)
        if self.decimal != other.decimal or len(self) != len(other):
            return False
        # Up to the first difference: an edited cell is mostly near the top, and columns may be long.
        parts = blocks(len(self), TOGETHER)
        return all(np.array_equal(self._texts_of(part), other._texts_of(part)) for part in parts)

    def _texts_of(self, part: slice) -> Texts:
        """Return the texts of some cells, of a file without those of all others."""
        if not isinstance(self.held, Written) or "texts" in vars(self):
            return self.texts[part]
        return self.held.taken(np.arange(len(self))[part]).texts()

    @property
    def _floats(self) -> Numbers:
        """The cells of a column that came as numbers."""
        return cast("Numbers", self.held)

    def _settled(self, held: Numbers | Texts | Written) -> Column:
        """Return a column of other cells, with the notation fixed, since fewer cells might not show it."""
        decimal = self.decimal if self.notation is None else self.notation.decimal
        kept = held.with_decimal(decimal) if isinstance(held, Written) else _frozen(held)
        return replace(self, held=kept, decimal=decimal)

    def _spliced(self, at: int, until: int, texts: Sequence[str]) -> Column:
        """Return the column with some cells replaced; it stays numeric if the new texts are plain numbers."""
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
        return np.asarray(missing | np.isin(self._floats, self._code_numbers))

    @cached_property
    def _code_numbers(self) -> list[float]:
        """The codes that are numbers."""
        return [value for code in self.codes if (value := parse_number(code)) is not None]

    def _coded_texts(self) -> Mask:
        parts = blocks(len(self.texts), TOGETHER)
        return np.concatenate([np.zeros(0, np.bool), *(self._among(self.texts[part]) for part in parts)])

    def _among(self, texts: Texts) -> Mask:
        """Return which cells are a code, perhaps in other digits: -99.0 is -99; shape (cells,)."""
        cells: list[str] = texts.tolist()
        values, kinds = self._code_numbers, set(cells)
        # Only distinct texts are compared, since most columns repeat a few of them.
        coded = {cell for cell in kinds if cell.strip().lower() in self.codes}
        coded |= {cell for cell in kinds if values and repeats(cell, values, self.decimal)}
        if not coded:
            return np.zeros(len(cells), dtype=np.bool)
        return np.fromiter((cell in coded for cell in cells), np.bool, len(cells))

    def _coded_places(self, held: Written) -> Mask:
        # Numeric codes such as -9 may be among the plain numbers; codes such as #div/0! cannot.
        numeric = any(set(code) <= NUMERALS for code in self.codes if any(map(str.isdigit, code)))
        rest = np.flatnonzero(~held.numbers[1])
        if numeric or len(rest) == len(held):
            found = held.among(self.codes)
            values, plain, _ = held.numbers
            # A number that is not plain, such as -9.99e2, has no value there.
            alike = np.flatnonzero((np.isin(values, self._code_numbers) | ~plain) & ~found)
            found[alike] = self._among(held.taken(alike).texts())
            return found
        missing = np.zeros(len(held), dtype=np.bool)
        missing[rest] = held.taken(rest).among(self.codes)
        return missing

    def _given(self) -> set[str]:
        """Return the set of cells that are not missing."""
        given: set[str] = set()
        for part in blocks(len(self), TOGETHER):
            given.update(self.texts[part][~self.missing[part]].tolist())
        return given

    def _first(self, rows: Mask) -> Iterator[str]:
        """Yield the first cells among some rows."""
        return map(self.cell, np.flatnonzero(rows)[:FIRST].tolist())

    @cached_property
    def _plain(self) -> Numbers | None:
        """The cells as numbers if all are in Python's notation, NaN for missing ones; otherwise None."""
        if isinstance(self.held, Written) and (self.decimal == "." or self._simple):
            return self._plain_places(self.held)
        texts = self.texts
        # In a file with decimal commas, a point may separate thousands.
        if self.decimal == "," and (np.strings.find(texts, ".") >= 0).any():
            return None
        if self.missing.any():
            texts = texts.copy()
            # Any number will do: it is replaced by NaN below.
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
        """Whether all cells of a file are missing or plain: a sign, digits and at most one decimal sign."""
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
        """Return numbers with NaN for missing cells."""
        if values is None or not self.missing.any():
            return None if values is None else _frozen(values)
        return _frozen(np.where(self.missing, np.nan, values))


def column_of(cells: Iterable[object] | Column, decimal: Decimal = ".") -> Column:
    """Return cells as a column.

    Parameters
    ----------
    cells : Column, array or iterable
        An array of numbers becomes float64, without a copy if it already is. Other cells become float64 if
        all are numbers; otherwise text, in which None and NaN are empty. Whole numbers above 2^53 become
        text, because two of them may be the same float.
    decimal : str
        The decimal sign of the file that the text comes from.

    Returns
    -------
    Column
        The column, of shape (rows,) unless the array had more dimensions.
    """
    if isinstance(cells, Column):
        return cells
    held = _from_array(np.asarray(cells)) if hasattr(cells, "__array__") else _from_cells(list(cells))
    return Column(_frozen(held), decimal=decimal)


def parse_number(text: str) -> float | None:
    """Return the finite number in a cell with a decimal point and no digit separators, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and "_" not in text else None


def overflows(text: str) -> bool:
    """Return whether a cell is a number beyond the range of a float, such as 1e309, but not "inf"."""
    try:
        return isinf(float(text)) and any(letter.isdigit() for letter in text)
    except ValueError:
        return False


def format_number(value: float) -> str:
    """Return a number as in a table: a whole number without a point, any other with all its digits."""
    return str(int(value)) if value.is_integer() and abs(value) <= WHOLE else repr(value)


def parsed(texts: Texts) -> Numbers | None:
    """Return text as numbers, shape (rows,), or None if `parse_number` would reject a cell."""
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
    array = np.empty(len(cells), dtype=TEXT)
    for part in blocks(len(cells), TOGETHER):
        try:
            array[part] = cells[part]
        except UnicodeEncodeError:
            # Half of a surrogate pair, which no file can hold.
            array[part] = [cell.encode(errors="replace").decode() for cell in cells[part]]
    return array


def _shown(value: float) -> str:
    return "" if isnan(value) else format_number(value)


def _frozen(array: A) -> A:
    """Return a read-only view; the array itself remains writeable for its owner."""
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
    # tolist() would turn dates in nanoseconds into integers.
    return _from_cells((array.astype(str) if kind in "mM" else array).tolist())


def _from_cells(cells: Sequence[object]) -> Numbers | Texts:
    kinds = set(map(type, checked(cells, TOGETHER)))
    numeric = cells and all(issubclass(kind, Real | np.bool) for kind in kinds)
    whole = (cell for cell in checked(cells, TOGETHER) if isinstance(cell, Integral))
    if numeric and not any(abs(int(cell)) > WHOLE for cell in whole):
        return np.array(cells, dtype=np.float64)
    return text_array([cell if type(cell) is str else _text(cell) for cell in checked(cells, TOGETHER)])


def _text(cell: object) -> str:
    if isinstance(cell, bytes):
        return cell.decode(errors="replace")
    if isinstance(cell, float | np.floating):
        return _shown(float(cell))
    # pandas' missing values are recognised by the name of their type, since pandas is not imported.
    missing = cell is None or type(cell).__name__ in ("NAType", "NaTType")
    return "" if missing else str(cell)

"""One column of a table: numbers or text, and the way from one to the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import isfinite, isinf, isnan
from numbers import Real
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from typing_extensions import TypeIs

Numbers: TypeAlias = NDArray[np.float64]
Texts: TypeAlias = "np.ndarray[tuple[int, ...], np.dtypes.StringDType]"
Column: TypeAlias = "Numbers | Texts"

TEXT = np.dtypes.StringDType()

# Above it a float does not tell one whole number from the next.
WHOLE = 2.0**53
LED_BITS = re.compile("0[01]+")


def column_of(cells: Iterable[object]) -> Column:
    """Return cells as a column.

    Parameters
    ----------
    cells : array or iterable
        An array is taken with all its dimensions: numbers become float64, shared where they already
        are. Of other cells, numbers alone become float64; anything else becomes text, in which None
        and NaN are empty.

    Returns
    -------
    Column
        A read-only array of float64 or text, shape (rows,) unless an array with more came in.
    """
    column = _from_array(np.asarray(cells)) if hasattr(cells, "__array__") else _from_cells(list(cells))
    return frozen(column)


def is_numeric(column: Column) -> TypeIs[Numbers]:
    """Say whether a column holds numbers."""
    return column.dtype.kind == "f"


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
    try:
        values = texts.astype(np.float64)
    except ValueError:
        return None
    if not np.isfinite(values).all() or (np.strings.find(texts, "_") >= 0).any():
        return None
    return values


def are_bits(cells: Sequence[str]) -> bool:
    """Say whether cells are strings of 0 and 1 that as numbers would lose a zero: 0110."""
    return any(map(LED_BITS.fullmatch, cells)) and all(set(cell) <= {"0", "1"} for cell in cells)


def as_texts(column: Column) -> Texts:
    """Return a column as text, shape (rows,), numbers as `format_number` shows them."""
    return text_array([format_number(value) for value in column.tolist()]) if is_numeric(column) else column


def text_array(cells: Sequence[str]) -> Texts:
    """Return cells as a text array, shape (rows,); a broken character becomes a question mark."""
    try:
        array = np.array(cells, dtype=TEXT)
    except UnicodeEncodeError:  # half a surrogate pair, which no file can hold
        array = np.array([cell.encode(errors="replace").decode() for cell in cells], dtype=TEXT)
    return cast("Texts", array)


def agreeing(column: Column, cells: Sequence[str]) -> tuple[Column, Column]:
    """Return a column and new cells for it in one kind: numbers while all are, text otherwise."""
    if is_numeric(column) and not are_bits(cells):
        values = [value for cell in cells if (value := parse_number(cell)) is not None]
        if len(values) == len(cells):
            return column, np.array(values, dtype=np.float64)
    return as_texts(column), text_array(cells)


def frozen(column: Column) -> Column:
    """Return a column that cannot be written to, without a copy and without a change to its owner."""
    if not column.flags.writeable:
        return column
    view = column.view()
    view.flags.writeable = False
    return view


def _from_array(array: NDArray[np.generic]) -> Column:
    kind = array.dtype.kind
    if kind in "biuf":
        return np.asarray(array, dtype=np.float64, order="C")
    if array.dtype == TEXT or array.ndim != 1:
        return cast("Texts", array)
    # As a list, a date counted in nanoseconds would turn into a number.
    return _from_cells((array.astype(str) if kind in "mM" else array).tolist())


def _from_cells(cells: Sequence[object]) -> Column:
    if cells and all(issubclass(kind, Real | np.bool) for kind in set(map(type, cells))):
        try:
            return np.array(cells, dtype=np.float64)
        except OverflowError:  # an int beyond the range of a float
            pass
    return text_array([_text(cell) for cell in cells])


def _text(cell: object) -> str:
    if isinstance(cell, bytes):
        return cell.decode(errors="replace")
    if isinstance(cell, float | np.floating):
        return "" if isnan(cell) else format_number(float(cell))
    # pandas' own missing values are known by name alone: emviz does not import it.
    missing = cell is None or type(cell).__name__ in ("NAType", "NaTType")
    return "" if missing else str(cell)

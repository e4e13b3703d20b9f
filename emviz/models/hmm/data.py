"""Sequences of symbols or numbers: their records, and how they are read from a table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.data.column import parse_number, text_array
from emviz.data.table import DataError, Table, Texts
from emviz.data.things import some, things
from emviz.em.counts.labels import LOOKED, true_components
from emviz.em.model import Round
from emviz.em.numerics import Array
from emviz.em.scales import location
from emviz.em.work import blocks, checked
from emviz.models.hmm.cells import split, way_of, without_unknown
from emviz.models.hmm.lanes import Lanes, Whole, lanes_of

NAMES = "ABCDEFGH"
#: The largest alphabet.
SYMBOLS = 64
#: Letters of a line of text that an error message shows.
SHOWN = 40
#: The mark of an unseen step.
UNSEEN = "?"
#: From here on a float may not hold the whole number that was written.
DIGITS = 2.0**53
NO_CODES, NO_VALUES = np.zeros(0, dtype=np.intp), np.zeros(0)


class CategoricalParams(NamedTuple):
    """π, shape (K,); a, shape (K, K), from and to; b, shape (K, S): probabilities of the symbols."""

    initial: Array
    transition: Array
    emission: Array


class GaussianParams(NamedTuple):
    """π, shape (K,); a, shape (K, K), from and to; μ and σ² of the values in each state, shapes (K,)."""

    initial: Array
    transition: Array
    mean: Array
    variance: Array


class CategoricalCounts(NamedTuple):
    """Expected first states (K,), transitions (K, K), and symbols from each state (K, S)."""

    initial: Array
    transition: Array
    emission: Array


class GaussianCounts(NamedTuple):
    """Expected first states (K,), transitions (K, K), and steps in each state (K,).

    sums and squares, shapes (K,), are Σ (x − around) and Σ (x − around)² with a number `around` close to the
    mean: so no digits are lost if the values are close together and far from 0.
    """

    initial: Array
    transition: Array
    steps: Array
    around: Array
    sums: Array
    squares: Array


HmmParams: TypeAlias = CategoricalParams | GaussianParams
HmmCounts: TypeAlias = CategoricalCounts | GaussianCounts
HmmRound: TypeAlias = Round[HmmParams, HmmCounts]


@dataclass(frozen=True, eq=False)
class HmmData:
    """Sequences, concatenated.

    Parameters
    ----------
    states : int
        K, the states of the model.
    lengths : integer array, shape (N,)
        The steps of each sequence.
    alphabet : tuple of str
        The symbols; empty for numbers.
    codes : integer array, shape (T,)
        The place of each symbol in the alphabet; an unseen one has the place after the last. Empty for
        numbers.
    values : Array, shape (T,)
        The number at each step, NaN if unseen; empty for symbols.
    by_step : bool
        Whether a row of the table is a step, and not a whole sequence.
    texts : Texts or None, shape (N,)
        The sequences as written, if a row is a whole sequence.
    state : integer array, shape (T,), or None
        The true state of each step, `UNKNOWN` where it is missing.
    lanes : Lanes
        The place of each step among the pieces.
    laid_codes, laid_values : arrays, shape (M, C)
        The codes and values, laid out in pieces; empty if those are. An unseen value is replaced by the mean.
    seen : boolean array, shape (T,), or None
        The steps that show something; None if all do.
    laid_seen : boolean array, shape (M, C), or None
        The same, laid out in pieces.
    """

    states: int
    lengths: Whole
    alphabet: tuple[str, ...]
    codes: Whole
    values: Array
    by_step: bool
    texts: Texts | None
    state: Whole | None
    lanes: Lanes
    laid_codes: Whole
    laid_values: Array
    seen: NDArray[np.bool] | None = None
    laid_seen: NDArray[np.bool] | None = None

    @property
    def gaussian(self) -> bool:
        """Whether numbers were observed."""
        return not self.alphabet

    @property
    def known(self) -> Array:
        """The values that are not missing."""
        return self.values if self.seen is None else self.values[self.seen]

    @property
    def starts(self) -> Whole:
        """The first step of each sequence, shape (N,)."""
        return np.asarray(np.cumsum(self.lengths) - self.lengths)

    @property
    def steps(self) -> int:
        """T, the steps of all sequences."""
        return len(self.lanes.place)

    def only(self, which: Whole) -> HmmData:
        """Return some of the sequences, by their sorted places; the same data if these are all."""
        if len(which) == len(self.lengths):
            return self
        lengths = self.lengths[which]
        shift = np.repeat(self.starts[which] - (np.cumsum(lengths) - lengths), lengths)
        at = shift + np.arange(len(shift))
        return laid_out(
            self.states,
            lengths,
            self.alphabet,
            self.codes if self.gaussian else self.codes[at],
            self.values[at] if self.gaussian else self.values,
            self.by_step,
            None if self.texts is None else self.texts[which],
            None if self.state is None else self.state[at],
        )


def laid_out(
    states: int,
    lengths: Whole,
    alphabet: tuple[str, ...],
    codes: Whole,
    values: Array,
    by_step: bool,
    texts: Texts | None = None,
    state: Whole | None = None,
) -> HmmData:
    """Return the data with their sequences laid out in pieces."""
    lanes = lanes_of(lengths, states)
    seen = codes < len(alphabet) if alphabet else ~np.isnan(values)
    whole = bool(seen.all())
    filled = values
    if not alphabet and not whole:
        filled = np.where(seen, values, values[seen].mean() if seen.any() else 0.0)
    laid_codes = codes[lanes.position] if alphabet else codes
    laid_values = values if alphabet else filled[lanes.position]
    return HmmData(
        states, lengths, alphabet, codes, values, by_step, texts, state, lanes, laid_codes, laid_values,
        None if whole else seen, None if whole else seen[lanes.position],
    )  # fmt: skip


def parsed(table: Table, states: int, gaussian: bool) -> HmmData:
    """Return the sequences of a table.

    Raises
    ------
    DataError
        For a missing column, a value that is not a number, too many symbols or true states, only unseen
        steps, or values that are all equal.
    """
    if not table.rows:
        raise DataError("there are no rows; a sequence is needed")
    one, many = ("value", "values") if gaussian else ("symbol", "symbols")
    if one not in table and many not in table:
        raise _no_column(table, gaussian)
    data = _by_step(table, states, gaussian) if one in table else _by_sequence(table, states, gaussian)
    if gaussian and not len(data.known):
        raise DataError(f"every {one} is missing", None, one if one in table else many)
    if data.gaussian:
        name, rows = (one, None) if data.by_step else (many, np.repeat(np.arange(table.rows), data.lengths))
        if location(data.values, name, rows)[1] == 0:
            raise DataError("all values are the same; a normal distribution needs some spread")
    return data


def _no_column(table: Table, gaussian: bool) -> DataError:
    """Return the error for a missing column, with the setting that fits the columns in the table."""
    one, many, other = ("value", "values", "symbol") if gaussian else ("symbol", "symbols", "value")
    held = next((name for name in (other, f"{other}s") if name in table), None)
    if held is None:
        names = some(table.names)
        return DataError(f"a column {one} is needed, one step per row, or {many}; the table has {names}")
    kind = "categorical" if gaussian else "gaussian"
    return DataError(f"a column {one} or {many} is needed; for the column {held} set emission to {kind}")


def columns_read(table: Table, gaussian: bool) -> tuple[str, ...]:
    """Return the columns of a table that the model reads."""
    one, many = ("value", "values") if gaussian else ("symbol", "symbols")
    return (one, "sequence", "state") if one in table else (many, "state")


def state_cells(table: Table, gaussian: bool) -> Table:
    """Return the true states with one step per row, for either form of table."""
    if "state" not in table or columns_read(table, gaussian)[0] in ("symbol", "value"):
        return table
    return _cells_of(pieces_of(table, "state"))


def _by_step(table: Table, states: int, gaussian: bool) -> HmmData:
    if "sequence" in table:
        ids, begins = table.texts("sequence"), np.ones(table.rows, dtype=np.bool)
        for part in blocks(table.rows - 1, LOOKED):
            begins[1:][part] = ids[1:][part] != ids[:-1][part]
        starts = np.flatnonzero(begins)
    else:
        starts = np.zeros(1, dtype=np.intp)
    lengths = np.diff(np.append(starts, table.rows))
    state = true_components(table, "state", NAMES[:states])
    if gaussian:
        missing = table.missing("value").all()
        values = np.full(table.rows, np.nan) if missing else table.numbers("value", holes=True)
        endless = np.flatnonzero(np.isinf(values))
        if len(endless):
            raise DataError("expected a finite number, got inf", int(endless[0]) + 1, "value")
        return laid_out(states, lengths, (), NO_CODES, values, True, state=state)
    cells = zip(table.texts("symbol").tolist(), table.missing("symbol").tolist(), strict=True)
    texts = without_unknown(["" if gone else text.strip() for text, gone in checked(cells, LOOKED)])
    alphabet, codes = _coded(texts, np.arange(1, table.rows + 1), "symbol")
    return laid_out(states, lengths, alphabet, codes, NO_VALUES, True, state=state)


def _by_sequence(table: Table, states: int, gaussian: bool) -> HmmData:
    column = "values" if gaussian else "symbols"
    # Tabs are written by a layout, never by the file: they are not shown.
    texts = text_array([text.replace("\t", " ") for text in table.texts(column).tolist()])
    pieces = pieces_of(table, column, gaussian)
    for row, piece in enumerate(pieces):
        if not piece:
            raise DataError(
                f"there are no {column} in this row; a sequence has one step at least", row + 1, column
            )
    lengths = np.array([len(piece) for piece in pieces], dtype=np.intp)
    rows = np.repeat(np.arange(1, len(pieces) + 1), lengths)
    flat = [cell for piece in pieces for cell in piece]
    state = _true_states(table, lengths, states)
    if gaussian:
        values = _numbers(flat, rows, column)
        return laid_out(states, lengths, (), NO_CODES, values, False, texts, state)
    alphabet, codes = _coded(flat, rows, column)
    return laid_out(states, lengths, alphabet, codes, NO_VALUES, False, texts, state)


def pieces_of(table: Table, column: str, numbers: bool = False) -> list[list[str]]:
    """Return the symbols or numbers of each row, empty if missing.

    Raises
    ------
    DataError
        For digits read as a number that has lost some of them.
    """
    texts, codes = table.texts(column).tolist(), table.codes(column)
    missing = table.missing(column).tolist()
    known = [text for text, gone in zip(texts, missing, strict=True) if not gone]
    way = way_of(known)
    # "1,5 2,5" is two numbers with decimal commas, but "1, 5, 2" three separated by commas.
    decimals = way == "commas" and all(" " in text.strip() or "," not in text for text in known)
    if numbers and (way in ("letters", "hyphens") or (decimals and not any(", " in text for text in known))):
        way = "blanks"
    if way == "letters":
        _check_digits(table, column)
    pieces = split(["" if gone else text for text, gone in zip(texts, missing, strict=True)], way)
    found = [["" if cell.lower() in codes else cell for cell in piece] for piece in pieces]
    if way != "letters" or column != "symbols":
        return found
    whole = iter(without_unknown([cell for piece in found for cell in piece]))
    return [list(islice(whole, len(piece))) for piece in found]


def _check_digits(table: Table, column: str) -> None:
    """Refuse a float that no longer has the digits that were written."""
    if not table.is_numeric(column):
        return
    # A sign that is not found is at −1: the sum is −2 without either.
    rounded = np.strings.find(table.texts(column), "e") + np.strings.find(table.texts(column), ".") > -2
    long = np.flatnonzero(rounded & ~(np.abs(table.numbers(column, holes=True)) < DIGITS))
    if len(long):
        raise DataError(
            "a number of this length loses digits; write blanks between the symbols", int(long[0]) + 1, column
        )


def _true_states(table: Table, lengths: Whole, states: int) -> Whole | None:
    if "state" not in table:
        return None
    pieces, missing = pieces_of(table, "state"), table.missing("state")
    for row, (piece, length) in enumerate(zip(pieces, lengths.tolist(), strict=True)):
        if missing[row]:
            piece[:] = [""] * length
        elif len(piece) != length:
            raise DataError(
                f"expected {things(length, 'state')} as in the sequence, got {len(piece)}", row + 1, "state"
            )
    return true_components(_cells_of(pieces), "state", NAMES[:states])


def _cells_of(pieces: Sequence[Sequence[str]]) -> Table:
    return Table.from_columns({"state": np.array([cell for piece in pieces for cell in piece], dtype=object)})


def _numbers(cells: Sequence[str], rows: Whole, column: str) -> Array:
    with _in_rows(rows, column):
        if not any(cells):
            return np.full(len(cells), np.nan)
        return Table.from_columns({column: cells}).numbers(column, holes=True)


@contextmanager
def _in_rows(rows: Whole, column: str) -> Iterator[None]:
    """Rewrite errors at a step so that they name the row of the table."""
    try:
        yield
    except DataError as error:
        row = int(rows[(error.row or 1) - 1])
        raise DataError(error.message, row, column) from None


def _coded(cells: Sequence[str], rows: Whole, column: str) -> tuple[tuple[str, ...], Whole]:
    """Return the alphabet, numbers by size and then words by name, and the place of each cell in it.

    An empty cell is missing: its place is after the alphabet.
    """
    distinct = set(checked(cells, LOOKED)) - {""}
    if not distinct:
        raise DataError("every symbol is missing", None, column)
    lines = [symbol for symbol in dict.fromkeys(checked(cells, LOOKED)) if len(symbol.split()) > 1]
    if 2 * len(lines) > len(distinct) > len(cells) / 2:
        message = f"{lines[0][:SHOWN]!r} is a line of text; a symbol is a letter, a word or a number"
        raise DataError(message, int(rows[cells.index(lines[0])]), column)
    if len(distinct) > SYMBOLS:
        late = [symbol for symbol in dict.fromkeys(cells) if symbol][SYMBOLS]
        message = f"{late!r} is one more than the {SYMBOLS} different symbols that there may be"
        raise DataError(message + _measured(distinct), int(rows[cells.index(late)]), column)
    alphabet = tuple(sorted(distinct, key=_rank))
    place = {symbol: s for s, symbol in enumerate((*alphabet, ""))}
    return alphabet, np.array([place[cell] for cell in checked(cells, LOOKED)], dtype=np.intp)


def _measured(symbols: Collection[str]) -> str:
    """Return advice if the symbols are numbers and not all whole."""
    values = [parse_number(symbol) for symbol in symbols]
    numbers = [value for value in values if value is not None]
    measured = len(numbers) == len(values) and not all(value.is_integer() for value in numbers)
    return "; for measured numbers set emission to gaussian" if measured else ""


def _rank(symbol: str) -> tuple[bool, float, str]:
    try:
        return False, float(symbol), symbol
    except ValueError:
        return True, 0.0, symbol

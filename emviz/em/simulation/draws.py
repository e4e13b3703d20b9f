"""Simulated data drawn block by block, so that the work can be left between two blocks.

A generator draws one number after another: blocks of rows hold the same numbers as a single call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from emviz.data.column import text_array
from emviz.data.table import Texts
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.work import checked

A = TypeVar("A", bound="np.ndarray[Any, Any]")

#: Numbers or letters in a block, a few milliseconds of work.
BLOCK = 50_000


def in_blocks(size: int, part: Callable[[Rows], A], width: int = 1) -> A:
    """Return what a function returns for blocks of rows, one below the other.

    Parameters
    ----------
    size : int
        Number of rows.
    part : callable
        Takes the numbers of some consecutive rows, returns an array with as many.
    width : int
        Numbers that it draws for each row, or letters that it writes.
    """
    whole: A | None = None
    for rows in row_blocks(size, width):
        own = part(rows)
        if whole is None:
            # Filled as it goes: to join all blocks at the end would be one long call.
            whole = np.empty_like(own, shape=(size, *own.shape[1:]))
        whole[rows] = own
    assert whole is not None
    return whole


def row_blocks(size: int, width: int = 1) -> Iterator[Rows]:
    """Yield the numbers of rows block by block, one block without rows if there are none."""
    many = max(1, BLOCK // max(1, width))
    for first in checked(range(0, max(1, size), many)):
        yield np.arange(first, min(first + many, size))


def chosen(chances: Array, size: int, rng: np.random.Generator) -> Rows:
    """Return `size` places drawn with some probabilities, as `Generator.choice` does."""
    return in_blocks(size, lambda rows: rng.choice(len(chances), len(rows), p=chances))


def named(names: Sequence[str], codes: Rows) -> Texts:
    """Return the name of each code, shape (size,)."""
    texts = text_array(list(names))
    return in_blocks(len(codes), lambda rows: texts[codes[rows]])


def numbered(prefix: str, places: Rows) -> Texts:
    """Return names that end in a number: s1 for the place 0, shape (size,)."""
    return in_blocks(
        len(places), lambda rows: text_array([f"{prefix}{place + 1}" for place in places[rows].tolist()])
    )


def spelled(letters: str, codes: NDArray[np.integer[Any]] | NDArray[np.bool]) -> Texts:
    """Return each row of codes, shape (size, length), as a text of ASCII letters, shape (size,)."""
    signs, width = np.frombuffer(letters.encode("ascii"), dtype=np.uint8), codes.shape[1]

    def part(rows: Rows) -> Texts:
        text = signs[codes[rows].astype(np.intp)].tobytes().decode("ascii")
        return text_array([text[first : first + width] for first in range(0, len(text), width)])

    return in_blocks(len(codes), part, width)

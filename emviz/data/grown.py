"""An array that grows at its end."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.integer[Any])

#: How much room is taken of what is expected, and of what there is where nothing is known.
EXPECTED, UNKNOWN = 1.02, 1.5


class Grown(Generic[T]):
    """An array that grows at its end.

    Room that is never filled takes no memory: the system gives it out page by page, when it is written to.

    Parameters
    ----------
    kind : type
        Of the numbers.
    room : int
        How many are expected.
    """

    def __init__(self, kind: type[T], room: int = 0) -> None:
        self._array = np.empty(room, kind)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def share(self) -> float:
        """How much of the room is filled."""
        return self._size / max(self._array.size, 1)

    @property
    def all(self) -> NDArray[T]:
        """The numbers so far, shape (numbers,)."""
        return self._array[: self._size]

    def add(self, numbers: NDArray[np.integer[Any]], by: int = 0, share: float = 1.0) -> None:
        """Put numbers at the end, each larger by as much.

        Parameters
        ----------
        numbers : int array
            Of any shape.
        by : int
            What is added to each.
        share : float
            How much of all numbers there are now; 1 where that is not known.
        """
        end = self._size + numbers.size
        if end > self._array.size:
            room = end * (UNKNOWN if share == 1 else EXPECTED / share)
            larger = np.empty(int(room) + 1, self._array.dtype)
            larger[: self._size] = self.all
            self._array = larger
        np.add(numbers.ravel(), by, out=self._array[self._size : end], casting="same_kind")
        self._size = end

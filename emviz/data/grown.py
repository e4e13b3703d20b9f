"""An array that grows at its end."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.integer[Any])

#: The factor of new room relative to the expected size, and to the current size if none is expected.
EXPECTED, UNKNOWN = 1.02, 1.5


class Grown(Generic[T]):
    """An array that grows at its end.

    Unused room takes no memory, since the operating system allocates pages only when they are written.

    Parameters
    ----------
    kind : type
        The type of the numbers.
    room : int
        The expected number of them.
    """

    def __init__(self, kind: type[T], room: int = 0) -> None:
        self._array = np.empty(room, kind)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def share(self) -> float:
        """The fraction of the room that is filled."""
        return self._size / max(self._array.size, 1)

    @property
    def all(self) -> NDArray[T]:
        """The numbers so far, shape (numbers,)."""
        return self._array[: self._size]

    def add(self, numbers: NDArray[np.integer[Any]], by: int = 0, share: float = 1.0) -> None:
        """Append numbers, each increased by `by`.

        Parameters
        ----------
        numbers : int array
            The numbers, of any shape.
        by : int
            The number added to each.
        share : float
            The fraction of all numbers that this completes, to predict the room; 1 if unknown.
        """
        end = self._size + numbers.size
        if end > self._array.size:
            room = end * (UNKNOWN if share == 1 else EXPECTED / share)
            larger = np.empty(int(room) + 1, self._array.dtype)
            larger[: self._size] = self.all
            self._array = larger
        # Places are stored as int32, which suffices because a file has at most 256 MiB.
        np.add(numbers.ravel(), by, out=self._array[self._size : end], casting="same_kind")
        self._size = end

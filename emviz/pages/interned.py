"""Stores equal items once, because half-steps share most of their texts."""

from __future__ import annotations

import json
from typing import Generic, TypeVar

T = TypeVar("T")


class Interned(Generic[T]):
    """A list of distinct JSON values."""

    def __init__(self) -> None:
        self.listed: list[T] = []
        self._places: dict[str, int] = {}

    def place(self, thing: T) -> int:
        """Return the index of an item, appending it if it is new."""
        # As text, since lists cannot be keys.
        key = json.dumps(thing)
        if key not in self._places:
            self._places[key] = len(self.listed)
            self.listed.append(thing)
        return self._places[key]

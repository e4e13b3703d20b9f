"""Keeps each thing once, however often it is named: half-steps have most of their words in common."""

from __future__ import annotations

import json
from typing import Generic, TypeVar

T = TypeVar("T")


class Interned(Generic[T]):
    """Things that can be written as JSON, each one once."""

    def __init__(self) -> None:
        self.listed: list[T] = []
        self._places: dict[str, int] = {}

    def place(self, thing: T) -> int:
        """Return where a thing stands in the list, and put it there first where it is new."""
        key = json.dumps(thing)
        if key not in self._places:
            self._places[key] = len(self.listed)
            self.listed.append(thing)
        return self._places[key]

"""Numbered blanks in place of numbers, and their solutions."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass

#: A separate number: not part of a name such as x1 or θ_2, not an index as in θ(1), and not the symbol that a
#: number belongs to, as the face of a die in "0.3 6" and "6: 0.3".
NUMBER = re.compile(
    r"(?<![\w.])(?<!\d )(?<!\^\()(?<![^\W\d_]\()[−-]?\d[\d,]*(?:\.\d+)?(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?(?![\w:]|\.\d)"
)
#: Replaces a number.
GAP = "____"


@dataclass(frozen=True)
class Solution:
    """The content of a blank.

    Parameters
    ----------
    number : int
        Number of the blank, from 1.
    text : str
        The cell or the line with its numbers.
    """

    number: int
    text: str


class Blanks:
    """Numbers blanks from 1; the same cell on another sheet gets the same number."""

    def __init__(self) -> None:
        self.solutions: list[Solution] = []
        self._known: dict[Hashable, str] = {}

    def blank(self, key: Hashable, text: str) -> str:
        """Return a text with its numbers replaced by gaps and preceded by the number of the blank.

        Parameters
        ----------
        key : hashable
            Identifies the cell.
        """
        if key not in self._known:
            gapped = NUMBER.sub(GAP, text.replace("≈ ", ""))
            if gapped == text:  # nothing to fill in
                return text
            self.solutions.append(Solution(len(self.solutions) + 1, text))
            self._known[key] = f"({len(self.solutions)}) {gapped}"
        return self._known[key]

    def line(self, key: Hashable, text: str) -> str:
        """Return a line of the M-step with gaps after its parameter."""
        sign = next((each for each in (" = ", " ≈ ") if each in text), None)
        if sign is None:
            return self.blank(key, text)
        first = min(text.index(each) for each in (" = ", " ≈ ") if each in text)
        name, rest = text[:first], text[first:].replace(" ≈ ", " = ")
        before = len(self.solutions)
        gapped = self.blank(key, rest)
        if len(self.solutions) > before:
            self.solutions[-1] = Solution(len(self.solutions), text)
        number, bracket, tail = gapped.partition(")")
        return f"{number}{bracket} {name} {tail.strip()}"

"""Evaluates a derivation: each side of = or ≈ is computed from the digits it shows."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import pairwise

TOKEN = re.compile(
    r"\\(?:frac|sqrt|exp|pi|cdot|times)(?![a-z])|\d+(?:\.\d+)?|[-+/!^(){}e]",
)
#: Spaces, sizes of brackets, and units, which are not part of a number.
SILENT = re.compile(
    r"\\left|\\right|\\[, ](?:\\mathrm\{[^{}]*\}|\[\\mathrm\{[^{}]*\}\]|\\Sigma x(?:\^2)?)?|\s|,$"
)
LAST = re.compile(r"\(?-?\d+(?:\.(\d+))?(?:\\times10\^\{(-?\d+)\})?\)?")


class NamesError(ValueError):
    """A side contains names or dots, whose values are unknown."""


def results(formula: str) -> Iterator[tuple[float, float, float]]:
    """Yield each result in a formula: its computed value, the value shown, a unit of the last digit."""
    for part in formula.split(r",\quad "):
        sides = [SILENT.sub("", side) for side in re.split(r"=|\\approx", part)]
        for left, right in pairwise(sides):
            shown = LAST.fullmatch(right)
            if shown:
                try:
                    yield value(left), value(right), 10.0 ** (int(shown[2] or 0) - len(shown[1] or ""))
                except NamesError:
                    continue


def value(side: str) -> float:
    """Return the value of a numeric formula; NamesError if it contains anything else."""
    tokens = TOKEN.findall(side)
    if "".join(tokens) != side:
        raise NamesError(side)
    tokens.append("")
    found = _sum(tokens)
    if tokens != [""]:
        raise NamesError(side)
    return found


def _sum(tokens: list[str]) -> float:
    total = _product(tokens)
    while tokens[0] in ("+", "-"):
        sign = 1 if tokens.pop(0) == "+" else -1
        total += sign * _product(tokens)
    return total


def _product(tokens: list[str]) -> float:
    if tokens[0] == "-":
        tokens.pop(0)
        return -_product(tokens)
    total = _power(tokens)
    while tokens[0] not in ("", "+", "-", ")", "}"):
        divided = tokens[0] == "/"
        if divided or tokens[0] in (r"\cdot", r"\times"):
            tokens.pop(0)
        factor = _power(tokens)
        total = total / factor if divided else total * factor
    return total


def _power(tokens: list[str]) -> float:
    base = _atom(tokens)
    if tokens[0] == "!":
        tokens.pop(0)
        return float(math.factorial(int(base)))
    if tokens[0] == "^":
        tokens.pop(0)
        return float(base ** _atom(tokens))
    return base


def _atom(tokens: list[str]) -> float:
    head = tokens.pop(0)
    if head in ("(", "{"):
        inner = _sum(tokens)
        tokens.pop(0)
        return inner
    if head == r"\frac":
        return _atom(tokens) / _atom(tokens)
    if head in (r"\sqrt", r"\exp"):
        return {r"\sqrt": math.sqrt, r"\exp": math.exp}[head](_atom(tokens))
    return {"e": math.e, r"\pi": math.pi}.get(head) or float(head)

"""Entries of a file that may have been written by hand: checked one by one, with errors that name them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import TypeAlias, TypeVar

from emviz.data.errors import SHOWN
from emviz.data.table import DataError

T = TypeVar("T")
U = TypeVar("U")
#: Takes a value and its position; returns the checked value.
Parser: TypeAlias = Callable[[object, str], T]
#: Maximum length of a text, entries of a list and depth of nested lists in a valid file.
MOST_LETTERS, MOST_ENTRIES, MOST_DEPTH = 1_000_000, 10_000_000, 8


class Record:
    """An object of a file; each entry is taken once, and the rest is rejected.

    Parameters
    ----------
    value : object
        The value.
    where : str
        Its position in the file; empty for the whole file.

    Raises
    ------
    DataError
        If the value is not an object.
    """

    def __init__(self, value: object, where: str = "") -> None:
        if not isinstance(value, dict):
            raise unexpected("an object", value, where)
        self._left = dict(value)
        self._where = where

    def need(self, name: str, parse: Parser[T]) -> T:
        """Return a required entry."""
        if name not in self._left:
            whole = f"{self._where!r} has" if self._where else "the file has"
            raise DataError(f"{whole} no entry {name!r}, which it needs")
        return parse(self._left.pop(name), self._place(name))

    def take(self, name: str, parse: Parser[T], usual: T) -> T:
        """Return an optional entry, or its default."""
        return self.need(name, parse) if name in self._left else usual

    def end(self) -> None:
        """Reject entries that have not been taken."""
        for name in self._left:
            raise DataError(f"there is no entry {shown(self._place(name))} in this form; leave it out")

    def _place(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name


def unexpected(expected: str, value: object, where: str) -> DataError:
    """Return an error for a value of the wrong kind."""
    place = f" at {shown(where)}" if where else ""
    return DataError(f"expected {expected}{place}, got {shown(value)}")


def shown(value: object) -> str:
    """Return a value as JSON, shortened if long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return f"{text[:SHOWN]}…" if len(text) > SHOWN else text


def text(value: object, where: str) -> str:
    """Return a text; lone surrogates, which no file can contain, are replaced by a question mark."""
    if not isinstance(value, str):
        raise unexpected("a text", value, where)
    if len(value) > MOST_LETTERS:
        raise unexpected(f"at most {MOST_LETTERS:,} letters", value, where)
    return value.encode(errors="replace").decode()


def switch(value: object, where: str) -> bool:
    """Return a Boolean."""
    if not isinstance(value, bool):
        raise unexpected("true or false", value, where)
    return value


def whole(low: int, high: int) -> Parser[int]:
    """Return a parser of integers in a range."""

    def parse(value: object, where: str) -> int:
        # Not `isinstance`: true is an int too.
        if type(value) is not int or not low <= value <= high:
            raise unexpected(f"a whole number from {low:,} to {high:,}", value, where)
        return value

    return parse


def real(value: object, where: str) -> float:
    """Return a finite number."""
    number = _float(value)
    if not math.isfinite(number):
        raise unexpected("a number", value, where)
    return number


def extended(value: object, where: str) -> float:
    """Return a number, where "inf" and "-inf" are numbers too, and null is NaN."""
    return INFINITE[value] if isinstance(value, str | None) and value in INFINITE else real(value, where)


def one_of(*words: str) -> Parser[str]:
    """Return a parser of one of these words."""

    def parse(value: object, where: str) -> str:
        if not isinstance(value, str) or value not in words:
            raise unexpected(f"one of {', '.join(map(json.dumps, words))}", value, where)
        return value

    return parse


def listed(parse: Parser[T], most: int = MOST_ENTRIES) -> Parser[tuple[T, ...]]:
    """Return a parser of lists."""

    def parse_all(value: object, where: str) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise unexpected("a list", value, where)
        if len(value) > most:
            raise DataError(f"expected at most {most:,} entries at {shown(where)}, got {len(value):,}")
        return tuple(parse(each, f"{where}[{place}]") for place, each in enumerate(value))

    return parse_all


def pair(first: Parser[T], second: Parser[U]) -> Parser[tuple[T, U]]:
    """Return a parser of pairs."""

    def parse(value: object, where: str) -> tuple[T, U]:
        if not isinstance(value, list) or len(value) != 2:
            raise unexpected("a list of two", value, where)
        return first(value[0], f"{where}[0]"), second(value[1], f"{where}[1]")

    return parse


def mapped(parse: Parser[T]) -> Parser[dict[str, T]]:
    """Return a parser of objects with arbitrary names."""

    def parse_all(value: object, where: str) -> dict[str, T]:
        if not isinstance(value, dict):
            raise unexpected("an object", value, where)
        return {text(name, where): parse(each, f"{where}.{name}") for name, each in value.items()}

    return parse_all


def optional(parse: Parser[T]) -> Parser[T | None]:
    """Return a parser that also accepts null."""

    def parse_some(value: object, where: str) -> T | None:
        return None if value is None else parse(value, where)

    return parse_some


def plain(value: object, where: str) -> str | int | float:
    """Return a text or a number."""
    if isinstance(value, str):
        return text(value, where)
    # A float holds larger whole numbers only in part.
    if type(value) is int and abs(value) <= 2**53:
        return value
    return real(value, where)


def nested(value: object, where: str, depth: int = 0) -> object:
    """Return nested lists of numbers."""
    if not isinstance(value, list):
        return real(value, where)
    if depth == MOST_DEPTH:
        raise DataError(f"the lists at {shown(where)} are nested too deeply")
    return [nested(each, f"{where}[{place}]", depth + 1) for place, each in enumerate(value)]


def _float(value: object) -> float:
    try:
        return float(value) if type(value) in (int, float) else math.nan  # type: ignore[arg-type]
    except OverflowError:
        return math.inf


INFINITE: dict[str | None, float] = {None: math.nan, "inf": math.inf, "-inf": -math.inf}

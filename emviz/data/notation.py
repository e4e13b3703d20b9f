"""How the numbers of a column are written: decimal sign, thousands, percent and currency."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal as Exact
from functools import lru_cache
from math import isfinite
from typing import Literal, TypeAlias

from emviz.data.cancelling import checked

Decimal: TypeAlias = Literal[".", ","]

CURRENCIES = "$€£¥₹"
DIGIT = re.compile("[0-9]")
MARKS = re.compile(rf"[{CURRENCIES}%]")
SIGN = "[+\N{MINUS SIGN}-]?"
BLANK = "[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}]"
#: The separators of thousands, with a pattern for each.
THOUSANDS = {"": "", ",": ",", ".": r"\.", " ": BLANK, "'": "['’]"}

#: Numbers with decimals or a power of ten, by the decimal sign.
DECIMALS = {
    sign: re.compile(rf"[+-]?[0-9]+(\{sign}[0-9]*([eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)") for sign in (".", ",")
}

#: Cells processed between two checks for cancelling.
TOGETHER = 2**12


@dataclass(frozen=True)
class Notation:
    """A way to write numbers.

    Parameters
    ----------
    decimal : str
        "." or ",".
    thousands : str
        "" for none, ",", ".", " " for any blank, or "'".
    mark : str
        "" for none, "%" for hundredths in every cell, or a currency that any cell may have.
    """

    decimal: Decimal = "."
    thousands: str = ""
    mark: str = ""

    def number(self, cell: str) -> float | None:
        """Return the finite number in a cell, or None if it is not in this notation."""
        found = _pattern(self).fullmatch(cell.strip())
        if found is None or (found["before"] and found["sign"]):
            return None
        digits = re.sub(r"[^0-9.eE+-]", "", _pointed(self, found["digits"]))
        sign = "-" if (found["before"] or found["sign"]) in ("-", "\N{MINUS SIGN}") else ""
        # The point is moved in the decimal text, since dividing a float by 100 would round a second time.
        value = float(sign + (str(Exact(digits).scaleb(-2)) if self.mark == "%" else digits))
        return value if isfinite(value) else None

    def written(self, plain: str) -> str:
        """Return a number, given with a decimal point and no other sign, in this notation."""
        text = f"{Exact(plain.strip()).scaleb(2):f}%" if self.mark == "%" else plain
        return text.replace(".", self.decimal)


def notation_of(cells: Collection[str], decimal: Decimal) -> Notation | None:
    """Return the notation of the cells of a column, or None if none fits all of them.

    Parameters
    ----------
    decimal : str
        The decimal sign of the file; with a point, 1,234 is a thousand.
    """
    # A column of words is recognised by its first cell, without compiling all the patterns.
    if not DIGIT.search(next(iter(cells), "0")):
        return None
    return next((way for way in _ways(cells, decimal) if _fits(way, cells)), None)


def likeliest(cells: Collection[str], decimal: Decimal) -> Notation:
    """Return the notation that fits most of the cells."""
    return max(_ways(cells, decimal), key=lambda way: sum(way.number(cell) is not None for cell in cells))


def _ways(cells: Collection[str], decimal: Decimal) -> list[Notation]:
    marks = (found[0] for cell in checked(cells, TOGETHER) if (found := MARKS.search(cell)))
    mark = next(marks, "")
    # Where only some numbers have a percent sign, the likeliest way may be the one of the others.
    either = ("%", "") if mark == "%" else (mark,)
    point = [Notation(".", between, each) for each in either for between in ("", ",", " ", "'")]
    # In a file with decimal commas, 1.000 is a thousand.
    comma = [Notation(",", between, each) for each in either for between in (".", " ", "'")]
    return point + comma if decimal == "." else comma + point


def _fits(way: Notation, cells: Collection[str]) -> bool:
    return all(way.number(cell) is not None for cell in checked(cells, TOGETHER))


def _pointed(way: Notation, digits: str) -> str:
    bare = digits.replace(way.thousands, "") if way.thousands else digits
    return bare.replace(way.decimal, ".")


@lru_cache(maxsize=128)
def _pattern(way: Notation) -> re.Pattern[str]:
    decimal = re.escape(way.decimal)
    grouped = rf"[1-9][0-9]{{0,2}}(?:{THOUSANDS[way.thousands]}[0-9]{{3}})+|" if way.thousands else ""
    power = "" if way.mark == "%" else "(?:[eE][+-]?[0-9]+)?"
    digits = rf"(?:(?:{grouped}[0-9]+)(?:{decimal}[0-9]*)?|{decimal}[0-9]+){power}"
    money = f"[{way.mark}]?" if way.mark in CURRENCIES and way.mark else ""
    behind = "%" if way.mark == "%" else money
    front = rf"(?P<before>{SIGN}){money}{BLANK}?(?P<sign>{SIGN})"
    return re.compile(rf"{front}(?P<digits>{digits}){BLANK}?{behind}")


def repeats(cell: str, values: Collection[float], decimal: Decimal) -> bool:
    """Return whether a cell is one of these numbers, as -99.0 and -9.9e1 are -99; 099 is a name."""
    bare = cell.strip()
    found = DECIMALS[decimal].fullmatch(bare)
    return found is not None and float(bare.replace(",", ".")) in values

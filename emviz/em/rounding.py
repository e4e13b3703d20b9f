"""Numbers for people: every number on the screen, in a report or in a sentence is rounded here.

Halves go away from zero, on the decimal that a float stands for: 0.365 becomes 0.37 and 0.435 becomes 0.44,
though the float of the first lies above 0.365 and that of the second below 0.435. A half that was computed
may miss by its last bits, 0.43499999999999994; fifteen digits, which any float holds, tell that it is one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal

#: A hyphen is shorter than a digit, and a line may break behind it.
MINUS = "\N{MINUS SIGN}"
_NEGATIVE = re.compile(rf"(?<!\w){MINUS}(?=\d)")
#: Decimal digits that every float holds.
HELD = 15
#: Up to so many units their fraction is known to within the reciprocal.
SURE = 1e7
#: Room for all digits of any float.
WIDE = Context(prec=800)


def decimal(value: float, places: int, grouped: bool = False) -> str:
    """Return the number with so many decimals, never as −0.

    Parameters
    ----------
    grouped : bool
        Put commas between thousands.
    """
    value = float(value)
    if not math.isfinite(value):
        return str(value)
    units = abs(value) * 10.0**places
    # Far from a half Python's own rounding, four times as fast, cannot be another.
    if not grouped and units < SURE and abs(units % 1 - 0.5) > 1 / SURE:
        text = f"{value:.{places}f}"
        return text.lstrip("-") if float(text) == 0 else text
    unit = Decimal(1).scaleb(-places)
    rounded = _stands_for(value, places).quantize(unit, ROUND_HALF_UP, WIDE)
    return f"{rounded if rounded else abs(rounded):{',' if grouped else ''}f}"


def exact(value: float, places: int) -> bool:
    """Return whether so many decimals tell the number, up to its last bits."""
    return abs(value - round(value, places)) <= 1e-12 * max(1.0, abs(value))


def all_whole(values: Iterable[float]) -> bool:
    """Return whether all numbers are whole, up to their last bits."""
    return all(exact(float(value), 0) for value in values)


def short(value: float, scale: float) -> str:
    """Return a number to what tells values of this scale apart, a hundredth of it, without zeros behind."""
    text = with_minus(decimal(value, max(0, 2 - math.floor(math.log10(scale)))))
    return text.rstrip("0").rstrip(".") if "." in text else text


def figures(value: float, digits: int) -> str:
    """Return the number to so many significant digits, at most 15, as the format "g" writes it."""
    return f"{_to_figures(value, digits):.{digits}g}"


def with_minus(text: str) -> str:
    """Return the text of a number with the minus of print, as wide as a digit, instead of a hyphen."""
    return text.replace("-", MINUS)


def with_hyphens(text: str) -> str:
    """Return a text with its negative numbers as other programs read them, which know no minus of print."""
    return _NEGATIVE.sub("-", text)


def plainly(value: float) -> str:
    """Return a parameter as a table shows it: two decimals where they say it all, else four digits."""
    return decimal(value, 2) if round(value, 2) == value else figures(value, 4)


def scientific(value: float, digits: int) -> tuple[str, int]:
    """Return the number to so many significant digits, at most 15, as a mantissa and a power of ten."""
    mantissa, _, power = f"{_to_figures(value, digits):.{digits - 1}e}".partition("e")
    return mantissa, int(power)


def _to_figures(value: float, digits: int) -> float:
    """Return the float next to the number with so many significant digits."""
    value = float(value)
    if not math.isfinite(value):
        return value
    return float(Context(prec=digits, rounding=ROUND_HALF_UP).plus(Decimal(f"{value:.{HELD}g}")))


def _stands_for(value: float, places: int) -> Decimal:
    """Return the decimal to round: a half that fifteen digits show, or the shortest that gives the float."""
    held = Decimal(f"{value:.{HELD}g}")
    _, digits, exponent = held.as_tuple()
    return held if exponent == -places - 1 and digits[-1] == 5 else Decimal(repr(value))

"""Rounding for display: every number on the screen, in a report or in a sentence is rounded here.

Halves are rounded away from zero, by the decimal number that a float represents: 0.365 becomes 0.37 and 0.435
becomes 0.44, although the float of the first lies above 0.365 and that of the second below 0.435. The last
bits of a computed half may be wrong, as in 0.43499999999999994; at fifteen digits, it is seen to be a half.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal

#: Not a hyphen, which is narrower than a digit and allows a line break after it.
MINUS = "\N{MINUS SIGN}"
_NEGATIVE = re.compile(rf"(?<!\w){MINUS}(?=\d)")
#: Significant decimal digits that every float preserves.
HELD = 15
#: Up to this many units, a float gives their fraction to within the reciprocal of this.
SURE = 1e7
#: Precision enough for all digits of any float.
WIDE = Context(prec=800)


def decimal(value: float, places: int, grouped: bool = False) -> str:
    """Return the number with `places` decimals, never as −0.

    Parameters
    ----------
    grouped : bool
        Put commas between thousands.
    """
    value = float(value)
    if not math.isfinite(value):
        return str(value)
    units = abs(value) * 10.0**places
    # Far from a half, Python's own rounding gives the same, four times as fast.
    if not grouped and units < SURE and abs(units % 1 - 0.5) > 1 / SURE:
        text = f"{value:.{places}f}"
        return text.lstrip("-") if float(text) == 0 else text
    unit = Decimal(1).scaleb(-places)
    rounded = _stands_for(value, places).quantize(unit, ROUND_HALF_UP, WIDE)
    return f"{rounded if rounded else abs(rounded):{',' if grouped else ''}f}"


def exact(value: float, places: int) -> bool:
    """Return whether `places` decimals give the number exactly, up to its last bits."""
    return abs(value - round(value, places)) <= 1e-12 * max(1.0, abs(value))


def all_whole(values: Iterable[float]) -> bool:
    """Return whether all numbers are whole, up to their last bits."""
    return all(exact(float(value), 0) for value in values)


def short(value: float, scale: float) -> str:
    """Return a number rounded to about a hundredth of `scale`, without trailing zeros."""
    text = with_minus(decimal(value, max(0, 2 - math.floor(math.log10(scale)))))
    return text.rstrip("0").rstrip(".") if "." in text else text


def figures(value: float, digits: int) -> str:
    """Return the number with `digits` significant digits, at most 15, in the format "g"."""
    return f"{_to_figures(value, digits):.{digits}g}"


def with_minus(text: str) -> str:
    """Return the text of a number with minus signs instead of hyphens."""
    return text.replace("-", MINUS)


def with_hyphens(text: str) -> str:
    """Return a text with hyphens in its negative numbers, for programs that cannot read a minus sign."""
    return _NEGATIVE.sub("-", text)


def plainly(value: float) -> str:
    """Return a parameter as in a table: two decimals if these are exact, otherwise four significant ones."""
    return decimal(value, 2) if round(value, 2) == value else figures(value, 4)


def scientific(value: float, digits: int) -> tuple[str, int]:
    """Return the number with `digits` significant digits, at most 15, as a mantissa and a power of ten."""
    mantissa, _, power = f"{_to_figures(value, digits):.{digits - 1}e}".partition("e")
    return mantissa, int(power)


def _to_figures(value: float, digits: int) -> float:
    """Return the number rounded to `digits` significant digits."""
    value = float(value)
    if not math.isfinite(value):
        return value
    return float(Context(prec=digits, rounding=ROUND_HALF_UP).plus(Decimal(f"{value:.{HELD}g}")))


def _stands_for(value: float, places: int) -> Decimal:
    """Return the decimal number to round: a half at fifteen digits, otherwise the shortest for the float."""
    held = Decimal(f"{value:.{HELD}g}")
    _, digits, exponent = held.as_tuple()
    return held if exponent == -places - 1 and digits[-1] == 5 else Decimal(repr(value))

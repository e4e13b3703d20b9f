"""Numbers in print: with a minus sign, and powers of ten with superscripts."""

from __future__ import annotations

import math
import re

from emviz.em.rounding import decimal, scientific, with_minus

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
#: A number as programs print it: mantissa and power of ten.
PRINTED = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)e([+-]?\d+)(?!\w)")


def number(value: float, decimals: int) -> str:
    """Return a number with a minus sign, never −0."""
    return with_minus(decimal(value, decimals))


def with_powers(text: str) -> str:
    """Return a sentence with "7.67e-34" set as "7.67×10⁻³⁴"."""
    return PRINTED.sub(lambda found: f"{found[1]}×10{str(int(found[2])).translate(SUPERSCRIPTS)}", text)


def figure(value: float, digits: int = 2) -> str:
    """Return a number with `digits` significant digits; as a power of ten below 0.0001."""
    # These have no exponent.
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    mantissa, exponent = scientific(value, digits)
    if exponent < -4:
        return f"{with_minus(mantissa)}×10{str(exponent).translate(SUPERSCRIPTS)}"
    return number(value, max(0, digits - 1 - exponent))

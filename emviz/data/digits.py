"""Numbers read from the bytes of a text, thousands of cells at a time.

Eight digits make one word of 64 bits. With the byte of the lowest address the least significant, a word that
ends where its cell ends has the last digit on top, and three multiplications turn it into a number.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Places = NDArray[np.signedinteger]
Words = NDArray[np.uint64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool]

#: Bytes that a text must have in front, for the words of its first cell.
PAD = 24
#: Cells at a time: what is found on the way stays near the processor.
CHUNK = 2**14
#: Digits of a whole number that is certain to fit into a word.
MOST_DIGITS = 19

EACH = np.uint64(0x0101010101010101)
TOP = np.uint64(0x80) * EACH
NOUGHTS = np.uint64(ord("0")) * EACH
TO_TOP = np.uint64(0x7F - 9) * EACH  # takes what is above 9 to the top bit of its byte
BYTE = np.uint64(8)
SIGN = np.uint64(2**63)  # the bit of a float
#: The last n bytes of a word, n from 0 to 8.
LAST = np.array([2**64 - 2 ** (64 - 8 * n) for n in range(9)], dtype=np.uint64)
#: Exact up to 10^22.
POWERS = np.array([float(10**power) for power in range(PAD + 1)])


def words_before(text: bytes, back: int = 0) -> Words:
    """Return for each place in a text the word before it, or the one `back` words before that.

    Parameters
    ----------
    text : bytes
        With `PAD` bytes in front, which do not count as places.
    """
    size = len(text) - PAD + 1
    return np.ndarray(size, "<u8", text, PAD - 8 * (back + 1), strides=1)


def numbers_in(text: bytes, starts: Places, ends: Places, point: str) -> tuple[Floats, Flags, bool]:
    """Return the numbers in the cells of a text, which cells are plain numbers, and whether one has a point.

    A plain number is a sign or none and up to 19 digits with a point or none. What other cells are is left
    open, and their numbers mean nothing. Where the first cells are none, no other one is looked at.

    Parameters
    ----------
    text : bytes
        With `PAD` bytes in front, which do not count as places, and one at least behind.
    starts, ends : int array, shape (cells,)
        Where the cells begin and end.
    point : str
        The decimal sign.
    """
    values, plain, pointed = np.zeros(len(starts)), np.zeros(len(starts), dtype=np.bool), False
    for first in range(0, len(starts), CHUNK):
        part = slice(first, first + CHUNK)
        values[part], plain[part], has_point = _chunk(
            text, starts[part].astype(np.intp), ends[part].astype(np.intp), point
        )
        pointed |= has_point
        if first == 0 and not plain[part].any():
            break
    return values, plain, pointed


def _chunk(text: bytes, starts: Places, ends: Places, point: str) -> tuple[Floats, Flags, bool]:
    first = np.frombuffer(text, np.uint8, offset=PAD)[starts]
    minus = first == ord("-")
    length = ends - starts - (minus | (first == ord("+")))
    words = _words(text, ends, length)
    behind, pointed = _without_point(words, np.uint64(ord(point) ^ ord("0")))
    digits = length - pointed
    plain = _are_digits(words) & (digits > 0) & (digits <= MOST_DIGITS)
    whole = _whole(words)
    if not plain.all():
        whole[~plain] = 0
    values, sure = _scaled(whole, behind)
    values.view(np.uint64)[:] ^= minus * SIGN
    plain &= sure
    return values, plain, bool((pointed & plain).any())


def _words(text: bytes, ends: Places, length: Places) -> list[Words]:
    """Return the cells as the values of their digits, the last eight bytes first; nought in front."""
    count = min(max(-(-int(length.max()) // 8), 1), PAD // 8)
    words = []
    for back in range(count):
        word = words_before(text, back)[ends]
        word ^= NOUGHTS
        word &= LAST.take(length - 8 * back, mode="clip")
        words.append(word)
    return words


def _without_point(words: list[Words], point: np.uint64) -> tuple[NDArray[np.uint8], Flags]:
    """Close the gap of the point in words that have one; return the digits behind it, and which had it."""
    behind = np.zeros(len(words[0]), dtype=np.uint8)
    pointed = np.zeros(len(words[0]), dtype=np.bool)
    for back, word in enumerate(words):
        found = _first_byte(word, point)
        if back and pointed.any():
            found *= ~pointed
            shift = pointed * BYTE
            words[back - 1] |= word >> (np.uint64(64) - shift)
            word <<= shift
        if found.any():
            here = found != 0
            below = found - here  # all bits below the point
            behind += here * (np.uint8(8 * back + 7) - (np.bitwise_count(below) >> 3))
            below &= word
            word += below * np.uint64(255)
            word -= found * point
            pointed |= here
    return behind, pointed


def _first_byte(word: Words, value: np.uint64) -> Words:
    """Return the lowest bit of the first byte with a value, 0 where there is none."""
    other = word ^ (value * EACH)
    found = other - EACH
    found &= ~other
    found &= TOP
    found &= ~found + np.uint64(1)
    found >>= np.uint64(7)
    return found


def _are_digits(words: Sequence[Words]) -> Flags:
    faults = np.zeros_like(words[0])
    for word in words:
        faults |= (word + TO_TOP) | word
    faults &= TOP
    good: Flags = faults == 0
    return good


def _whole(words: Sequence[Words]) -> Words:
    whole = _eight(words[0])
    for back, word in enumerate(words[1:], 1):
        whole += _eight(word) * np.uint64(10 ** (8 * back))
    return whole


def _eight(digits: Words) -> Words:
    """Return eight digits as a number: pairs of them, pairs of pairs, and once more."""
    pairs = digits * np.uint64(10 * 2**8 + 1)
    pairs >>= np.uint64(8)
    pairs &= np.uint64(0x00FF00FF00FF00FF)
    pairs *= np.uint64(100 * 2**16 + 1)
    pairs >>= np.uint64(16)
    pairs &= np.uint64(0x0000FFFF0000FFFF)
    pairs *= np.uint64(10000 * 2**32 + 1)
    pairs >>= np.uint64(32)
    return pairs


def _scaled(whole: Words, behind: NDArray[np.uint8]) -> tuple[Floats, Flags | np.bool]:
    """Return whole numbers over powers of ten, rounded once, and where that is certain."""
    most = int(behind.max())
    power = POWERS[most] if most == behind.min() else POWERS[behind]
    if whole.max() >= 2**53:
        return _quotient(whole, np.broadcast_to(power, whole.shape))
    values = whole.astype(np.float64)
    return (values if most == 0 else values / power), np.True_


def _quotient(whole: Words, power: Floats) -> tuple[Floats, Flags]:
    """Return quotients of numbers that a float does not hold, and where the rounding is certain.

    The remainder of the first quotient is exact by Dekker's product (T. J. Dekker, A floating-point technique
    for extending the available precision, 1971), so that the correction is right to some 50 bits.
    """
    high = whole.astype(np.float64)
    low = (whole - high.astype(np.uint64)).view(np.int64).astype(np.float64)
    first = high / power
    product = first * power
    (a, b), (c, d) = _halves(first), _halves(power)
    rest = ((a * c - product) + a * d + b * c) + b * d
    correction = ((high - product) - rest + low) / power
    slack = 2.0**-40
    upper, lower = first + correction * (1 + slack), first + correction * (1 - slack)
    return upper, upper == lower


def _halves(values: Floats) -> tuple[Floats, Floats]:
    large = values * (2.0**27 + 1)
    high = large - (large - values)
    return high, values - high

"""Numbers parsed from the bytes of a text, thousands of cells at a time.

Eight digits fit into a 64-bit word. Read as little-endian, a word that ends where its cell ends has the last
digit in its top byte, and three multiplications convert it to a number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emviz.data.cancelling import blocks

Bytes = NDArray[np.uint8]
Places = NDArray[np.signedinteger]
Words = NDArray[np.uint64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool]

#: Padding bytes that a text must have in front, so that the words of its first cell can be read.
PAD = 24
#: Cells at a time, so that intermediate arrays stay in the cache. Not a power of two, with which arrays would
#: evict each other from it.
CHUNK = 18_000
#: Digits of a whole number that is certain to fit into a word.
MOST_DIGITS = 19
#: Length of an exponent as written by programs: e+01.
EXPONENT = 4

EACH = np.uint64(0x0101010101010101)
TOP = np.uint64(0x80) * EACH
NOUGHTS = np.uint64(ord("0")) * EACH
TO_TOP = np.uint64(0x7F - 9) * EACH  # sets the top bit of each byte above 9
#: A bit that is set in "." and "," after ^ "0", and in no digit.
POINTS = np.uint64(0x10) * EACH
SIGN = np.uint64(2**63)  # the bit of a float
#: The last n bytes of a word, n from 0 to 8.
LAST = np.array([2**64 - 2 ** (64 - 8 * n) for n in range(9)], dtype=np.uint64)
TENS = np.array([10**power for power in range(MOST_DIGITS + 1)], dtype=np.uint64)
#: The powers of ten that a float represents exactly, and the same powers of five.
MOST_POWER = 22
POWERS = np.array([float(10**power) for power in range(MOST_POWER + 1)])
FIVES = np.array([5**power for power in range(MOST_POWER + 1)], dtype=np.uint64)
#: A float represents every whole number up to 2^53; its last 52 bits are the fraction.
EXACT = np.uint64(2**53)
FRACTION, HIDDEN = np.uint64(52), np.uint64(2**52)


def words_before(text: Bytes, back: int = 0) -> Words:
    """Return for each place in a text the word before it, or the one `back` words earlier, without a copy.

    Parameters
    ----------
    text : uint8 array
        The text after `PAD` bytes, which do not count as places.
    """
    size = len(text) - PAD + 1
    return np.ndarray(size, "<u8", text, PAD - 8 * (back + 1), strides=1)


def numbers_in(text: Bytes, starts: Places, ends: Places, point: str) -> tuple[Floats, Flags, Flags]:
    """Return the numbers in the cells of a text, which cells are plain numbers, which columns have a point.

    A plain number has an optional sign and up to 19 digits after leading zeros, with at most one point, in up
    to 24 letters; a two-digit exponent such as e+01 may follow. For all other cells the value is meaningless.
    A column without a plain number in the first `CHUNK` cells is not read further.

    Parameters
    ----------
    text : uint8 array
        The text after `PAD` bytes, which do not count as places, and before at least one more byte.
    starts, ends : int array, shape (rows, columns)
        The places where the cells begin and end.
    point : str
        The decimal sign.

    Returns
    -------
    values : float array, shape (columns, rows)
    plain : bool array, shape (columns, rows)
    pointed : bool array, shape (columns,)
    """
    rows, width = starts.shape
    values, plain = np.zeros((width, rows)), np.zeros((width, rows), dtype=np.bool)
    pointed = np.zeros(width, dtype=np.bool)
    columns: slice | NDArray[np.intp] = slice(None)
    step = max(CHUNK // width, 1)
    # A few rows of all columns at a time, so that the text passes through the cache once.
    for part in blocks(rows, step):
        some, others = (each[part].T[columns].astype(np.intp, order="C") for each in (starts, ends))
        values[columns, part], plain[columns, part], points = _chunk(text, some, others, point)
        if not pointed[columns].all():
            pointed[columns] |= points.any(axis=1)
        if part.start < CHUNK <= part.stop:
            numeric = plain[:, : part.stop].any(axis=1)
            if not numeric.any():
                break
            columns = slice(None) if numeric.all() else np.flatnonzero(numeric)
    return values, plain, pointed


def _chunk(text: Bytes, starts: Places, ends: Places, point: str) -> tuple[Floats, Flags, Bytes]:
    """Return the numbers of some rows, column by column, which of them are plain, and their points."""
    shape = starts.shape
    first, starts, ends = ends[:, 0], starts.ravel(), ends.ravel()
    if _has_exponent(text, first).any():
        values, plain, points = _raised(text, starts, ends, point)
    else:
        values, plain, points = _plain(text, starts, ends, point)
        rest = np.flatnonzero(~plain)
        rest = rest[_has_exponent(text, ends[rest])]
        if rest.size:
            values[rest], plain[rest], points[rest] = _raised(text, starts[rest], ends[rest], point)
    return values.reshape(shape), plain.reshape(shape), points.reshape(shape)


def _has_exponent(text: Bytes, ends: Places) -> Flags:
    """Return which cells have an e in the position of a two-digit exponent."""
    letters = text[PAD - EXPONENT :]
    has: Flags = (letters[ends] | 0x20) == ord("e")
    return has


def _raised(text: Bytes, starts: Places, ends: Places, point: str) -> tuple[Floats, Flags, Bytes]:
    """Return the numbers of cells with or without exponents, as `_plain`."""
    power, raised = _exponents(words_before(text)[ends], _has_exponent(text, ends))
    return _plain(text, starts, ends - EXPONENT * raised, point, power)


def _plain(
    text: Bytes, starts: Places, ends: Places, point: str, power: Places | None = None
) -> tuple[Floats, Flags, Bytes]:
    """Return the numbers of cells times powers of ten, which of them are plain, and their points."""
    first = text[PAD:][starts]
    minus = first == ord("-")
    length = ends - starts
    length -= minus | (first == ord("+"))
    whole, behind, points, plain = _whole(_words(text, ends, length), np.uint64(ord(point) ^ ord("0")))
    if length.min() < 2 or length.max() > PAD:
        plain &= (length > points) & (length <= PAD)
    if not plain.all():
        whole[~plain] = 0
        behind[~plain] = points[~plain] = 0
    values, sure = _scaled(whole, behind, power)
    values.view(np.uint64)[:] ^= minus * SIGN
    if not sure.all():
        plain &= sure
        points[~plain] = 0
    return values, plain, points


def _exponents(words: Words, raised: Flags) -> tuple[Places, Flags]:
    """Return the exponents at the end of words, such as e+01, or 0, and which words have one."""
    # Digits become their values; the signs below are compared after the same operation.
    words = words ^ NOUGHTS
    sign, tens, ones = ((words >> np.uint64(shift)) & np.uint64(0xFF) for shift in (40, 48, 56))
    minus = sign == ord("-") ^ ord("0")
    raised = raised & (minus | (sign == ord("+") ^ ord("0"))) & (np.maximum(tens, ones) <= 9)
    power = (tens * np.uint64(10) + ones).astype(np.intp)
    np.negative(power, out=power, where=minus)
    power *= raised
    return power, raised


def _words(text: Bytes, ends: Places, length: Places) -> list[Words]:
    """Return the digits of cells as words of byte values, the last eight bytes first, padded with 0."""
    count = min(max(-(-int(length.max()) // 8), 1), PAD // 8)
    # Reading all words of a cell at once takes no longer than reading one of them.
    size = 8 * count
    windows = np.ndarray(len(text) - PAD + 1, f"V{size}", text, PAD - size, strides=1)
    block = windows[ends].view("<u8").reshape(-1, count)
    least = int(length.min())
    words = []
    for back in range(count):
        word = block[:, count - 1 - back] ^ NOUGHTS
        if least < 8 * (back + 1):
            word &= LAST.take(length - 8 * back, mode="clip")
        words.append(word)
    return words


def _whole(words: list[Words], point: np.uint64) -> tuple[Words, Bytes, Bytes, Flags]:
    """Return whole numbers without the point, the digits after it, the number of points, and validity."""
    size = len(words[0])
    whole, faults = np.zeros(size, np.uint64), np.zeros(size, np.uint64)
    behind, points = np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    right = np.ones(size, np.bool)
    for back, word in enumerate(words):
        found = word & POINTS
        later = points.astype(np.intp) if points.any() else np.intp(0)
        if found.any():
            if (found == found[0]).all():
                found = found[0]  # the point of all cells is at the same place
            found = found >> np.uint64(4)
            # From here on, a point is treated as the digit 0, and then removed.
            word ^= found * point
            faults |= word + (found * np.uint64(9) + TO_TOP)
            faults |= word
            below = found - np.minimum(found, np.uint64(1))  # all bits below the point
            here = np.bitwise_count(found)
            points += here
            behind += here * np.uint8(8 * back + 7) - (np.bitwise_count(below) >> np.uint8(3))
            word += (below & word) * np.uint64(255)  # closes the gap of the point
        else:
            faults |= word + TO_TOP
            faults |= word
        word = _eight(word)
        if back == 2:
            right &= word < TENS.take(MOST_DIGITS - 16 + later, mode="clip")
        if back:
            word *= TENS.take(8 * back - later, mode="clip")
        whole += word
    faults &= TOP
    right &= faults == 0
    right &= points < 2
    return whole, behind, points, right


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


def _scaled(whole: Words, behind: Bytes, power: Places | None) -> tuple[Floats, Flags | np.bool]:
    """Return whole numbers divided by powers of ten, correctly rounded, and where that is certain."""
    large = whole.max() >= EXACT
    most = behind.max()
    if power is None and not large and most <= MOST_POWER:
        values = whole.astype(np.float64)
        if most == 0:
            return values, np.True_
        values /= POWERS[most] if most == behind.min() else POWERS.take(behind.astype(np.intp), mode="clip")
        return values, np.True_
    down = behind.astype(np.intp)
    if power is not None:
        down -= power
    values = whole.astype(np.float64)
    values /= POWERS.take(down, mode="clip")
    certain = down <= MOST_POWER
    if power is not None:
        values *= POWERS.take(-down, mode="clip")
        certain &= down >= -MOST_POWER
        certain |= whole == 0
    if large:
        certain &= _rounded(values, whole, down)
    return values, certain


def _rounded(values: Floats, whole: Words, down: Places) -> Flags:
    """Correct quotients of whole numbers and powers of ten to the nearest float; return where this succeeded.

    If the whole number is not exactly a float, its rounding may leave the quotient one float off. A quotient
    is m / 2^s and the true value w / 10^d; their difference times 2^s 5^d is w 2^(s - d) - m 5^d, a small
    whole number, so that overflow of the words does not matter. It is never a tie, since 5^d is odd.
    """
    bits = values.view(np.uint64)
    shift = (np.uint64(1023 + 52) - (bits >> FRACTION)) - down.view(np.uint64)
    m = (bits & (HIDDEN - np.uint64(1))) | HIDDEN
    five = FIVES.take(down, mode="clip").view(np.int64)
    rest = ((whole << shift) - m * five.view(np.uint64)).view(np.int64)
    rest += rest
    small = whole < EXACT
    exact: Flags = shift < 64
    exact &= ~small
    bits += (rest > five) & exact
    rest <<= m == HIDDEN  # below a power of two, the floats are twice as close
    bits -= (rest < -five) & exact
    exact |= small
    exact |= down == 0
    return exact

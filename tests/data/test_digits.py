"""Numbers in the bytes of a text are those that Python reads, to the last bit."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emviz.data import digits
from emviz.data.digits import CHUNK, PAD, numbers_in

pytestmark = pytest.mark.unmeasured


def some(least, most):
    """So many digits: from_regex would take ten times as long."""
    return st.text("0123456789", min_size=least, max_size=most)


UNSIGNED = some(1, 15) | st.builds("{}.{}".format, some(1, 8), some(0, 7)) | some(1, 15).map(".{}".format)
PLAIN = st.builds("{}{}".format, st.sampled_from(["", "+", "-"]), UNSIGNED)
ANY = st.text("0123456789.,+-eE_x \u0661\u00e9", max_size=26)


def read(cells, point="."):
    encoded = [cell.encode() for cell in cells]
    # A sign or a digit between cells is none of them.
    places = np.cumsum([0, *(len(cell) + 1 for cell in encoded)])
    text = b"9" * PAD + b"".join(cell + b"-" for cell in encoded) + b"." * PAD
    starts, length = places[:-1], [len(cell) for cell in encoded]
    cells_of = (each[:, np.newaxis] for each in (starts, starts + np.array(length, dtype=np.intp)))
    values, plain, pointed = numbers_in(np.frombuffer(text, np.uint8), *cells_of, point)
    return values[0], plain[0], pointed[0]


@given(st.lists(PLAIN, min_size=1))
def test_plain_numbers(cells):
    values, plain, pointed = read(cells)
    assert plain.all()
    assert list(map(repr, values.tolist())) == [repr(float(cell)) for cell in cells]
    assert pointed == any("." in cell for cell in cells)


@given(st.lists(ANY))
def test_what_is_said_to_be_a_number_is_one(cells):
    values, plain, _ = read(["1", *cells])
    for cell, value, sure in zip(cells, values[1:].tolist(), plain[1:].tolist(), strict=True):
        assert not sure or repr(float(cell)) == repr(value)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "-",
        "+",
        ".",
        "-.",
        "1.2.3",
        "1..2",
        "--1",
        "1-",
        "1e5",
        "1e+5",
        "1_0",
        " 1",
        "1 ",
        "0x1",
        "\u0661",
    ],
)
def test_what_is_no_plain_number(cell):
    assert read(["1", cell, "2"])[1].tolist() == [True, False, True]


def test_more_digits_than_a_word_holds():
    digits = "1" + "9" * 18
    for cell in (
        digits,
        f"{digits[:3]}.{digits[3:]}",
        f"{digits[:12]}.{digits[12:]}",
        f"0.{digits}",
        f"00{digits}",
    ):
        assert read(["1", cell])[1].all()
        assert read([cell])[0][0] == float(cell)
        # One digit more is one too many, in front or behind.
        assert read(["1", cell.replace(digits[0], "11", 1), f"{cell}1"])[1].tolist() == [True, False, False]


def test_noughts_in_front_do_not_count():
    cells = ["1", "0." + "0" * 18, "0." + "0" * 22, "0." + "0" * 23, "." + "0" * 22 + "1", "0" * 23 + "1"]
    values, plain, _ = read(cells)
    assert plain.tolist() == [True, True, True, False, False, True]
    assert values[plain].tolist() == [1, 0, 0, 1]


@given(st.integers(2**53, 10**19 - 1), st.integers(0, 19))
def test_rounding_beyond_what_a_float_holds(whole, behind):
    text = str(whole)
    cell = f"{text[:-behind] or '0'}.{text[-behind:]}" if behind else text
    values, plain, _ = read([cell, "1"])
    assert plain[1]
    # With few digits behind the point, some are left to Python.
    assert plain[0] or 0 < behind < 5
    assert not plain[0] or values[0] == float(cell)


@pytest.mark.parametrize("power", [-2, -1, 0, 1, 3])
def test_rounding_next_to_a_power_of_two(power):
    """The floats below it are twice as close as those above, which are 2e-16 from each other at 1."""
    cells = [f"{Decimal(2) ** power + step * Decimal('1e-17'):f}" for step in range(-99, 100) if step]
    values, plain, _ = read(cells)
    assert plain.all()
    assert values.tolist() == list(map(float, cells))


@given(st.integers(0, 10**19 - 1), st.integers(0, 18), st.integers(-99, 99), st.sampled_from("eE"))
def test_exponents(whole, behind, power, letter):
    text = str(whole).zfill(behind + 1)
    cell = f"{text[: len(text) - behind]}.{text[len(text) - behind :]}{letter}{power:+03d}"
    values, plain, pointed = read(["2", cell, "-" + cell])
    assert plain[1] == plain[2]
    assert pointed == plain[1]
    assert not plain[1] or [repr(value) for value in values[1:].tolist()] == [
        *(repr(float(cell)), repr(-float(cell)))
    ]


@given(st.lists(st.floats(1e-4, 1e14) | st.floats(-1e14, -1e-4) | st.just(0.0), min_size=1))
def test_what_savetxt_writes_is_plain(numbers):
    """All its numbers have 19 digits and an exponent: 1.000000000000000000e+01."""
    values, plain, _ = read([f"{number:.18e}" for number in numbers])
    assert plain.all()
    assert values.tolist() == numbers


@pytest.mark.parametrize(
    "cell", ["e+01", "1e+1", "1e*01", "1e+0x", "1e+x0", "+e+01", ".e+01", "1f+01", "1e 01"]
)
def test_what_is_no_plain_exponent(cell):
    assert read(["1e+01", cell, "2"])[1].tolist() == [True, False, True]
    assert read(["1", cell, "2e-01"])[1].tolist() == [True, False, True]


def test_a_tie_goes_to_the_even_float():
    values, plain, _ = read(["9007199254740993", "9007199254740995", "18014398509481986"])
    assert plain.all()
    assert values.tolist() == [9007199254740992, 9007199254740996, 18014398509481984]


def test_decimal_commas():
    values, plain, pointed = read(["1,5", "-2", "1.5", ",25"], ",")
    assert (plain.tolist(), pointed) == ([True, True, False, True], True)
    assert values[plain].tolist() == [1.5, -2, 0.25]


def test_words_are_given_up_soon(monkeypatch):
    cells = ["x"] * CHUNK + ["1"]
    assert not read(cells)[1].any()
    assert read(["1", *cells])[1].tolist() == [True] + [False] * CHUNK + [True]
    monkeypatch.setattr(digits, "CHUNK", 2)
    assert not read(["x", "y", "1"])[1].any()

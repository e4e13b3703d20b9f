"""Numbers in the bytes of a text are those that Python reads, to the last bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emviz.data import digits
from emviz.data.digits import CHUNK, PAD, numbers_in

PLAIN = st.from_regex(r"[+-]?(?:[0-9]{1,15}|[0-9]{1,8}\.[0-9]{0,7}|\.[0-9]{1,15})", fullmatch=True)
ANY = st.text("0123456789.,+-eE_x \u0661\u00e9", max_size=26)


def read(cells, point="."):
    encoded = [cell.encode() for cell in cells]
    # A sign or a digit between cells is none of them.
    places = np.cumsum([0, *(len(cell) + 1 for cell in encoded)])
    text = b"9" * PAD + b"".join(cell + b"-" for cell in encoded) + b"." * PAD
    return numbers_in(text, places[:-1], places[:-1] + [len(cell) for cell in encoded], point)


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
    "cell", ["", "-", "+", ".", "-.", "1.2.3", "1..2", "--1", "1-", "1e5", "1_0", " 1", "1 ", "0x1", "\u0661"]
)
def test_what_is_no_plain_number(cell):
    assert read(["1", cell, "2"])[1].tolist() == [True, False, True]


def test_more_digits_than_a_word_holds():
    assert read(["1", "9" * 19, "9" * 20, "0." + "0" * 18, "0." + "0" * 19])[1].tolist() == [
        *(True, True, False, True, False)
    ]


@given(st.integers(2**53, 10**18), st.integers(0, 18))
def test_rounding_beyond_what_a_float_holds(whole, behind):
    text = str(whole)
    cell = f"{text[:-behind] or '0'}.{text[-behind:]}" if behind else text
    values, plain, _ = read([cell, "1"])
    assert plain[1]
    # Half way between two floats, the cell is left to Python.
    assert not plain[0] or values[0] == float(cell)


def test_a_tie_is_left_to_python():
    assert read(["1", "9007199254740993", "9007199254740994"])[1].tolist() == [True, False, True]


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

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emviz.data.column import text_array
from emviz.data.table import DataError, Table
from emviz.em import symbols
from emviz.em.symbols import symbol_counts


def counts(*texts, symbols="HT"):
    return symbol_counts(Table.from_columns({"letters": texts}), "letters", symbols)


def test_each_symbol_is_counted_in_its_own_column():
    found = counts("HHT", "T", "TTHTT")
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, [[2, 1], [0, 1], [1, 4]])


def test_the_order_of_the_symbols_is_the_order_of_the_columns():
    np.testing.assert_array_equal(counts("GATTACA", symbols="ACGT"), [[3, 1, 1, 2]])
    np.testing.assert_array_equal(counts("GATTACA", symbols="TGCA"), [[2, 1, 1, 3]])


def test_either_case_counts_and_spaces_do_not():
    np.testing.assert_array_equal(counts(" hT tH ", "h"), [[2, 2], [1, 0]])


@given(st.lists(st.text("HhTt ", min_size=1).filter(str.strip), min_size=1, max_size=6))
def test_counting_agrees_with_python(texts):
    expected = [[text.upper().count(symbol) for symbol in "HT"] for text in texts]
    np.testing.assert_array_equal(counts(*texts), expected)


@pytest.mark.parametrize(
    ("texts", "symbols", "message", "row"),
    [
        (("HT", "H-T", "XX"), "HT", "expected only H and T, got '-' in 'H-T'", 2),
        (("HTΗ",), "HT", "expected only H and T, got 'Η' in 'HTΗ'", 1),  # a Greek Eta
        (("ACGU",), "ACGT", "expected only A, C, G and T, got 'U' in 'ACGU'", 1),
        (("htXt",), "HT", "expected only H and T, got 'X' in 'htXt'", 1),
        (("H\tT",), "HT", "expected only H and T, got '\\t' in 'H\\tT'", 1),
        (("HT", ""), "HT", "there are no letters in this row", 2),
        (("HT", "T", "   "), "HT", "there are no letters in this row", 3),
        (("", "HXT"), "HT", "expected only H and T, got 'X' in 'HXT'", 2),
    ],
)
def test_the_first_row_that_cannot_be_counted_is_told(texts, symbols, message, row):
    with pytest.raises(DataError) as caught:
        counts(*texts, symbols=symbols)
    assert (caught.value.message, caught.value.row, caught.value.column) == (message, row, "letters")


def test_sorted_texts_are_those_of_numpy(monkeypatch):
    monkeypatch.setattr(symbols, "TOGETHER", 3)
    texts = text_array([f"{letter}{k % 4}" for k, letter in enumerate("zebrafish é")])
    names, places = np.unique(texts, return_inverse=True)
    found = symbols.sorted_texts(texts)
    assert found[0] == names.tolist()
    np.testing.assert_array_equal(found[1], places)

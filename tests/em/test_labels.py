import numpy as np
import pytest

from emviz.data.table import Table
from emviz.em.counts.labels import all_known, label_tags, surplus, true_components
from emviz.em.counts.table import Tag


def table(*cells):
    return Table.from_columns({"coin": cells})


def labels(*cells, names="AB"):
    return true_components(table(*cells), "coin", names)


def test_names_of_components_stand_for_them():
    np.testing.assert_array_equal(labels("B", "B"), [1, 1])
    np.testing.assert_array_equal(labels("C", "A", names="ABC"), [2, 0])


def test_other_labels_are_taken_in_order():
    np.testing.assert_array_equal(labels("old", "new", "old"), [1, 0, 1])
    np.testing.assert_array_equal(labels(1, 2, 1), [0, 1, 0])
    np.testing.assert_array_equal(labels("B", "C"), [0, 1])


@pytest.mark.parametrize("unknown", ["", "?", "NA", "n/a", "NaN", "null", "None", ".", "-", "#N/A"])
def test_a_missing_label_is_not_known_and_the_others_stay(unknown):
    found = labels("A", unknown, "B")
    np.testing.assert_array_equal(found, [0, -1, 1])
    assert not all_known(found)
    assert label_tags(found, np.array([2, 1]), "AB") == (Tag("B", 1), None)


def test_a_code_of_ones_own_for_a_missing_label():
    coded = table(1, 99, 2).with_codes({"", "99"})
    np.testing.assert_array_equal(true_components(coded, "coin", "AB"), [0, -1, 1])


def test_labels_that_are_all_missing_are_none():
    assert labels("", "?") is None
    assert label_tags(None, np.array([0]), "AB") is None


def test_no_such_column():
    assert true_components(Table.from_columns({"x": [1]}), "coin", "AB") is None
    assert surplus(Table.from_columns({"x": [1]}), "coin", 2, "coins") is None


def test_more_labels_than_components_are_set_aside_and_the_sentence_says_how_many():
    assert labels("x", "y", "z", "z", "") is None
    assert surplus(table("x", "y", "z", "z", ""), "coin", 2, "coins") == (
        "column coin has 3 different coins and the model has 2: it is not used until the model has 3 coins"
    )
    np.testing.assert_array_equal(labels("x", "y", "z", names="ABC"), [0, 1, 2])
    assert surplus(table("x", "y", "z"), "coin", 3, "coins") is None

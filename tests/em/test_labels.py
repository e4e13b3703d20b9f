import numpy as np
import pytest

from emviz.data.table import DataError, Table
from emviz.em.labels import true_components


def labels(*cells, names="AB"):
    return true_components(Table.from_columns({"coin": cells}), "coin", names)


def test_names_of_components_stand_for_them():
    np.testing.assert_array_equal(labels("B", "B"), [1, 1])
    np.testing.assert_array_equal(labels("C", "A", names="ABC"), [2, 0])


def test_other_labels_are_taken_in_order():
    np.testing.assert_array_equal(labels("old", "new", "old"), [1, 0, 1])
    np.testing.assert_array_equal(labels(1, 2, 1), [0, 1, 0])
    np.testing.assert_array_equal(labels("B", "C"), [0, 1])


@pytest.mark.parametrize("unknown", ["", "?"])
def test_one_unknown_label_makes_the_case_incomplete(unknown):
    assert labels("A", unknown, "B") is None


def test_no_such_column():
    assert true_components(Table.from_columns({"x": [1]}), "coin", "AB") is None


def test_more_labels_than_components():
    with pytest.raises(DataError) as caught:
        labels("x", "y", "z", "z")
    assert str(caught.value) == "row 3, column coin: 'z' is one more than the 2 of the model"

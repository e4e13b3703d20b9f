"""Which models can use a table: those of its kind do, and what lacks their columns is refused."""

import pytest

from emviz.data.table import Table
from emviz.intake import others_words, readers
from emviz.models import discover


def keys(columns):
    return {model.key for model in readers(discover(), Table.from_columns(columns)) if model is not None}


def test_a_table_is_for_the_models_that_find_their_columns():
    sequences = keys(
        {"name": ["s1", "s2", "s3"], "sequence": ["ACGTTGACA" * 4, "GGCTTGACA" * 4, "TTTGACAGG" * 4]}
    )
    assert {"motif", "profile"} <= sequences
    assert not {"coins", "gmm", "tomography", "linkage"} & sequences
    measured = keys({"length": [5.1, 4.9, 7.0, 6.4, 6.9], "width": [3.5, 3.0, 3.2, 3.1, 2.3]})
    assert {"gmm", "normal"} <= measured
    assert not {"coins", "motif", "abo", "rna"} & measured


def test_the_others_are_named_by_their_titles():
    two = [model for model in discover() if model.key in ("coins", "motif")]
    assert others_words(two) == "these models can use it: Coins, Sequence motif"
    assert others_words([]) == ""


@pytest.mark.parametrize(
    "columns",
    [
        {"x": [1, 2, 1e308, 5, 7, 2], "y": [2, 3, 4, 1, 8, 2]},
        {"x": [1e200, -1.7e308, "", 1.7e308, 0], "y": [-1e200, 5e-324, 1.7e308, 1.7e308, -1.7e308]},
        {"a": [1.7e308, 2, 1.7e308, 5], "b": [1e20, 2, 1.7e308, 5], "c": [3, 2, 1, 5]},
        {"x": [1e20, 2, -1.7e308, 1.7e308], "y": [3, 5e-324, 3, ""]},
    ],
)
def test_numbers_near_the_largest_float_are_looked_at_without_a_warning(columns):
    # A warning of NumPy would be an error here.
    assert not {"coins", "gmm", "tomography"} & keys(columns)

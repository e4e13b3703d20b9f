"""Each code for a missing cell, in each column of each model: the right result, or a way out."""

import numpy as np
import pytest
from missing_cases import CASES, PAIRS, ROW, Case, written
from standing import stand_for

from emviz.data.column import CODES
from emviz.data.reader import read_table
from emviz.data.table import DataError
from emviz.intake import Wishes, ask, take, with_way_out
from emviz.models import discover
from emviz.models.modules import steps as modules

#: A code of the reader's own, which is a number or a word elsewhere.
OWN = "-9"


@pytest.fixture
def opened(tmp_path):
    """Return a reader of rows as a file, as the doors do it: the data, and what was assumed."""

    def read(case, rows, **wishes):
        table = read_table(written(tmp_path / "table.csv", case, rows))
        taken = take(case.model, table, ask(case.model, table, Wishes(**wishes)))
        try:
            return case.model.parse(taken.table), taken.notes
        except DataError as error:
            raise with_way_out(case.model, taken.table, error) from None

    return read


def height(case, data, params=None):
    return case.model.e_step(data, case.model.default(data) if params is None else params).objective


def test_every_model_is_tried():
    assert {case.key for case in CASES.values()} == {model.key for model in discover()}


@pytest.mark.parametrize(("name", "column"), stand_for(PAIRS, PAIRS[::5]))
def test_every_code(opened, name, column):
    case = CASES[name]
    # All columns are read by one reader: in the others a few codes stand for all.
    every = sorted(CODES) if name in ("abo", "tosses", "network") else ["", "none", "?"]
    right = None
    for code in [*every, "NA", "NaN", OWN]:
        wishes = {"codes": frozenset({OWN})} if code == OWN else {}
        rows = case.rows(column, code)
        if column in case.unread:
            data, _ = opened(case, rows, **wishes)
            right = right or height(case, opened(case, case.rows())[0])
            assert height(case, data) == right, code
            assert case.model.labelled(data) is None or column in ("gene", "name")
        elif column in case.holes:
            data, notes = opened(case, rows, **wishes)
            right = right or (_known(opened, case, column, data), opened(case, case.rows(column, "NA"))[1])
            np.testing.assert_allclose(height(case, data), right[0], rtol=1e-12, err_msg=code)
            assert notes == right[1], code
        else:
            with pytest.raises(
                DataError, match=r"rows? ha(s|ve) a missing cell: fill .*\(--missing drop\)"
            ) as caught:
                opened(case, rows, **wishes)
            assert (caught.value.row, caught.value.column) == (ROW + 1, column), code
            data, notes = opened(case, rows, drop=True, **wishes)
            assert any(f"1 of {len(rows)} rows" in note for note in notes)
            right = right or height(case, opened(case, case.rows(without=ROW))[0])
            assert height(case, data) == right, code


def _known(opened, case, column, data):
    """log P at the same θ: of the other rows, or summed over all that may stand in the cell."""
    params = case.model.default(data)
    values = case.holes[column]
    if values is None:
        return height(case, opened(case, case.rows(without=ROW))[0], params)
    whole = [opened(case, case.rows(column, value))[0] for value in values]
    heights = [height(case, each, params) - log_prior(case, each, params) for each in whole]
    # The integral over all numbers, by the trapezoidal rule.
    step = np.log(values[1] - values[0]) if isinstance(values, np.ndarray) else 0.0
    return np.logaddexp.reduce(heights) + step + log_prior(case, data, params)


def log_prior(case, data, params):
    """The prior of modules, whose variances are those of the arrays, and so of the number that is tried."""
    return float(modules.log_prior(data, params)) if case.key == "modules" else 0.0


@pytest.mark.thorough
@pytest.mark.unmeasured
def test_a_missing_number_of_a_chain_is_any_number(opened):
    """The integral over all numbers that may stand there, by the trapezoidal rule."""
    case = Case("hmm", {"value": [1, 2.5, 3, 5.5, 8, 4]}, hyper={"emission": "gaussian"})
    data, _ = opened(case, case.rows("value", "NA"))
    params = case.model.default(data)
    grid, step = np.linspace(-40, 50, 451, retstep=True)
    heights = [height(case, opened(case, case.rows("value", x))[0], params) for x in grid.tolist()]
    assert height(case, data) == pytest.approx(np.logaddexp.reduce(heights) + np.log(step), rel=1e-9)

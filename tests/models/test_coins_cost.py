"""A million sets, no two alike: what is on display costs no more than its own rows."""

import tracemalloc
from dataclasses import fields, replace

import numpy as np
import pytest
from coin_cases import EQUAL, LEARNED, PAPER, counted

from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell, TotalCell, UpdateCell
from emviz.em.model import Phase, Round

pytestmark = pytest.mark.unmeasured

SETS, SHOWN = 1_000_000, 256
#: Of a million sets one column alone takes 8 MB.
MEGABYTE = 2**20


class Watched(np.ndarray):
    """An array that notes the size of whatever is calculated with it."""

    def __array_finalize__(self, other):
        self.sizes = getattr(other, "sizes", [])

    def __array_ufunc__(self, ufunc, method, *inputs, **more):
        self.sizes.extend(np.size(each) for each in inputs)
        return getattr(ufunc, method)(*map(np.asarray, inputs), **more)

    def __array_function__(self, function, types, inputs, more):
        found = super().__array_function__(function, types, inputs, more)
        self.sizes.append(np.size(found))
        return found


@pytest.fixture(scope="module")
def many():
    heads, tails = np.divmod(np.arange(SETS, dtype=np.float64), 1000)
    data = EQUAL.parse(counted(heads + 1, tails))
    assert len(data.times) == SETS
    return data


@pytest.fixture(scope="module")
def watched(many):
    """The same sets, and the sizes of what is calculated with them."""
    sizes = []
    columns = {}
    for field in fields(many):
        value = getattr(many, field.name)
        if isinstance(value, np.ndarray):
            columns[field.name] = value.view(Watched)
            columns[field.name].sizes = sizes
    return replace(many, **columns), sizes


@pytest.fixture(scope="module")
def rounds(many):
    """The three states of an iteration that can be on display, for either choice of the weights."""
    states = {}
    for model in (EQUAL, LEARNED):
        step = engine.start(model, many, PAPER)
        found = model.m_step(many, step.expectation.counts)
        states[model] = [Round(step, Phase.START), Round(step, Phase.E), Round(step, Phase.M, found)]
    return states


MODELS = pytest.mark.parametrize("model", [EQUAL, LEARNED], ids=["equal", "learned"])


@pytest.mark.thorough
@MODELS
def test_rows_on_display_calculate_with_no_other_rows(model, rounds, watched):
    data, sizes = watched
    rows = np.arange(SETS - SHOWN, SETS)
    for state in rounds[model]:
        sizes.clear()
        table = model.count_table(data, state, rows)
        assert len(table.observed) == SHOWN
        assert sizes
        assert max(sizes) <= 2 * 2 * SHOWN


@MODELS
def test_rows_on_display_take_room_for_themselves_alone(model, rounds, many):
    rows = np.arange(SHOWN)
    for state in rounds[model]:
        assert _peak(lambda state=state: model.count_table(many, state, rows)) < MEGABYTE


@MODELS
def test_a_derivation_costs_no_more_than_its_row(model, rounds, watched, many):
    data, sizes = watched
    state = rounds[model][2]
    last = SHOWN - 1
    cells = [ShareCell(last, 0), CountCell(last, 1), TotalCell(0), UpdateCell(1)]
    cells += [UpdateCell(3)] if model is LEARNED else []
    for cell in cells:
        sizes.clear()
        assert model.count_table(data, state, np.arange(SHOWN)).derive(cell, 1).lines
        assert max(sizes) <= 2 * 2 * SHOWN
        derive = model.count_table(many, state, np.arange(SHOWN)).derive
        assert _peak(lambda cell=cell, derive=derive: derive(cell, 1)) < MEGABYTE


def test_the_watch_sees_a_calculation_with_every_row(rounds, watched):
    """So that the tests above are able to fail."""
    data, sizes = watched
    for calculate in (
        lambda: data.times @ data.heads,
        lambda: data.heads.sum(),
        lambda: np.ones_like(data.tails),
        lambda: EQUAL.log_joint(PAPER, data.numbers),
    ):
        sizes.clear()
        calculate()
        assert max(sizes) >= SETS
    assert _peak(lambda: data.heads.copy()) > 7 * MEGABYTE


def _peak(calculate):
    tracemalloc.start()
    try:
        calculate()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

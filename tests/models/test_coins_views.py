"""Where the numbers of the coins come from, line by line."""

import re

import numpy as np
import pytest
from coin_cases import EQUAL, HALF, LEARNED, PAPER, counted, tossed

from emviz.data.table import Table
from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell, TotalCell, UpdateCell
from emviz.em.model import Phase, Round
from emviz.models.coins import NAMES, CoinParams


def _derived(data, cell, places, model=EQUAL, params=PAPER, phase=Phase.E):
    step = engine.start(model, data, params)
    updated = model.m_step(data, step.expectation.counts) if phase is Phase.M else None
    return model.count_table(data, Round(step, phase, updated), np.arange(1)).derive(cell, places)


def test_the_derivation_of_the_first_share_is_the_one_of_the_paper(data):
    derivation = _derived(data, ShareCell(0, 0), 1)
    assert derivation.title == "Where does P(A) in row 1 come from?"
    assert derivation.component == 0
    assert [line.formula for line in derivation.lines] == [
        r"P(\mathrm{A}) = \frac{0.60^{5} \cdot 0.40^{5}}{0.60^{5} \cdot 0.40^{5} + 0.50^{5} \cdot 0.50^{5}}",
        r"\frac{7.963 \times 10^{-4}}{7.963 \times 10^{-4} + 9.766 \times 10^{-4}} \approx 0.45",
        r"0.449 \times 5\,\mathrm{H} \approx 2.2\,\mathrm{H},"  # 0.45 times 5 would be 2.3
        r"\quad 0.449 \times 5\,\mathrm{T} \approx 2.2\,\mathrm{T}",
        r"2.2 + 7.2 + 5.9 + 1.4 + 4.5 \approx 21.3\,\mathrm{H}",
        r"2.2 + 0.8 + 1.5 + 2.1 + 1.9 \approx 8.6\,\mathrm{T}",
        r"\theta _{A} = \frac{21.3}{21.3 + 8.6} \approx 0.71",
    ]


@pytest.mark.parametrize(
    ("heads", "tails", "phrase"),
    [(9, 1, "9 heads and 1 tail"), (1, 2, "1 head and 2 tails"), (1234, 0, "1,234 heads and 0 tails")],
)
def test_one_head_is_spoken_of_in_the_singular(heads, tails, phrase):
    data = EQUAL.parse(Table.from_columns({"heads": [heads], "tails": [tails]}))
    words = [line.words for line in _derived(data, ShareCell(0, 0), 1).lines]
    assert f"So this share of {phrase} is counted for coin A." in words


def test_each_cell_is_derived_from_where_it_stands(data):
    share, count = (_derived(data, kind(3, 1), 2) for kind in (ShareCell, CountCell))
    assert share.lines == count.lines
    assert count.title == "Where does the count of coin B in row 4 come from?"
    total = _derived(data, TotalCell(1), 2)
    assert total.title == "Where does the total of coin B come from?"
    assert total.lines == share.lines[3:]
    update = _derived(data, UpdateCell(1), 2, phase=Phase.M)
    assert update.title == "Where does θ_B come from?"
    assert update.lines == total.lines
    assert update.lines[-1].formula == r"\theta _{B} = \frac{11.70}{11.70 + 8.43} \approx 0.581"
    assert {one.component for one in (share, count, total, update)} == {1}


def test_learned_weights_are_in_the_formula_and_have_their_own_update(data):
    params = CoinParams(np.array([0.25, 0.75]), PAPER.heads)
    derivation = _derived(data, ShareCell(1, 1), 1, LEARNED, params)
    assert derivation.lines[0].formula == (
        r"P(\mathrm{B}) = \frac{0.75 \cdot 0.50^{9} \cdot 0.50^{1}}"
        r"{0.25 \cdot 0.60^{9} \cdot 0.40^{1} + 0.75 \cdot 0.50^{9} \cdot 0.50^{1}}"
    )
    count = _derived(data, CountCell(1, 1), 1, LEARNED, params)
    assert count.lines == derivation.lines


def test_a_weight_comes_from_the_shares_that_stand_in_the_table(data):
    first, second = (_derived(data, UpdateCell(2 + k), 1, LEARNED, PAPER, Phase.M) for k in range(2))
    assert (first.title, first.component) == ("Where does w_A come from?", 0)
    assert (second.title, second.component) == ("Where does w_B come from?", 1)
    assert [line.formula for line in first.lines] == [
        r"0.45 + 0.80 + 0.73 + 0.35 + 0.65 \approx 3.0\,\mathrm{sets}",
        r"w_{A} = \frac{3.0}{3.0 + 2.0} \approx 0.60",
    ]
    assert [line.formula for line in second.lines] == [
        r"0.55 + 0.20 + 0.27 + 0.65 + 0.35 \approx 2.0\,\mathrm{sets}",
        r"w_{B} = \frac{2.0}{3.0 + 2.0} \approx 0.40",
    ]


@pytest.mark.parametrize("places", range(1, 7))
@pytest.mark.parametrize("k", range(2))
def test_the_numbers_of_a_weight_agree(data, places, k):
    """Each number is that of the table on the screen, and the lines give each other's results."""
    params = CoinParams(np.array([0.3, 0.7]), PAPER.heads)
    step = engine.start(LEARNED, data, params)
    state = Round(step, Phase.M, LEARNED.m_step(data, step.expectation.counts))
    table = LEARNED.count_table(data, state, np.arange(5))
    total, ratio = (line.formula for line in table.derive(UpdateCell(2 + k), places).lines)
    *terms, sets = re.findall(r"\d+\.\d+", total)
    assert terms == [f"{share:.{places + 1}f}" for share in table.shares[:, k]]
    assert float(sets) == pytest.approx(sum(map(float, terms)), abs=5 * 10.0**-places)
    update = table.updates[2 + k]
    top, *bottom, value = re.findall(r"\d+\.\d+", ratio)
    assert sets == f"{update.numerator:.{places}f}"
    assert top == bottom[k]
    assert float(top) == pytest.approx(update.numerator, abs=10.0**-places)
    assert sum(map(float, bottom)) == pytest.approx(5, abs=10.0**-places)
    assert value == f"{update.value:.{places + 1}f}"
    assert f"{float(top) / sum(map(float, bottom)):.{places + 1}f}" == value


def test_a_weight_is_a_ratio_of_sets(data):
    step = engine.start(LEARNED, data, PAPER)
    found = LEARNED.m_step(data, step.expectation.counts)
    updates = LEARNED.count_table(data, Round(step, Phase.M, found), np.arange(1)).updates
    assert [update.label for update in updates] == ["θ_A", "θ_B", "w_A", "w_B"]
    sets = step.expectation.counts.sets
    assert updates[3].terms == tuple(sets)
    assert updates[3].numerator == sets[1]


def test_a_cell_of_a_coin_without_tosses_is_derived_as_far_as_it_goes():
    data = EQUAL.parse(tossed("HT", "TTH"))
    derivation = _derived(data, ShareCell(0, 0), 1, params=CoinParams(HALF, np.array([1.0, 0.5])))
    formulas = [line.formula for line in derivation.lines]
    assert formulas[0] == (
        r"P(\mathrm{A}) = \frac{1.00^{1} \cdot 0.00^{1}}{1.00^{1} \cdot 0.00^{1} + 0.50^{1} \cdot 0.50^{1}}"
    )
    assert formulas[1] == r"\frac{0}{0 + 0.2500} = 0.00"
    assert len(formulas) == 5


def test_long_sums_are_told_by_their_first_terms():
    data = EQUAL.parse(counted([1] * 12, [1] * 12))
    formula = _derived(data, TotalCell(0), 1).lines[0].formula
    assert formula == r"0.5 + 0.5 + 0.5 + 0.5 + 0.5 + 0.5 + 0.5 + 0.5 + \cdots \approx 5.9\,\mathrm{H}"


def test_there_is_a_name_for_every_coin():
    assert len(NAMES) == 6

"""The hidden Markov model: its data, its starts, and the examples drawn again."""

import numpy as np
import pytest
from hmm_cases import example

from emviz.data.table import DataError, Table
from emviz.models.hmm import CASINO, LEVELS, HiddenMarkov
from emviz.models.hmm.data import CategoricalParams, GaussianParams
from emviz.models.hmm.starts import default, drawn
from emviz.models.hmm.steps import labelled
from emviz.models.hmm.table import _labels

SYMBOLS, NUMBERS = HiddenMarkov(), HiddenMarkov(2, "gaussian")


def parsed(model=SYMBOLS, **columns):
    return model.parse(Table.from_columns(columns))


# -- what is read --------------------------------------------------------------------------------------------


def test_rows_that_follow_one_another_with_one_id_are_a_sequence():
    data = parsed(symbol=list("abcab"), sequence=["x", "x", "y", "x", "x"])
    np.testing.assert_array_equal(data.lengths, [2, 1, 2])
    np.testing.assert_array_equal(data.codes, [0, 1, 2, 0, 1])
    np.testing.assert_array_equal(parsed(symbol=list("abcab")).lengths, [5])
    assert data.alphabet == ("a", "b", "c")
    assert data.by_step


def test_an_alphabet_of_numbers_goes_by_size_and_words_come_after():
    assert parsed(symbol=["10", "9", "b", "1", "a"]).alphabet == ("1", "9", "10", "a", "b")
    assert parsed(symbol=[3.0, 1.0, 2.5]).alphabet == ("1", "2.5", "3")


@pytest.mark.parametrize("written", [["1266", "13"], ["1 2 6 6", "1  3"], [1266.0, 13.0]])
def test_a_sequence_a_row(written):
    data = parsed(symbols=written)
    np.testing.assert_array_equal(data.lengths, [4, 2])
    assert data.alphabet == ("1", "2", "3", "6")
    np.testing.assert_array_equal(data.codes, [0, 1, 3, 3, 0, 2])
    assert not data.by_step


def test_where_one_row_has_blanks_all_symbols_stand_between_blanks():
    assert parsed(symbols=["sun rain", "fog"]).alphabet == ("fog", "rain", "sun")


def test_numbers_a_step_or_a_sequence_a_row():
    one = parsed(NUMBERS, value=[1.5, 2.0, -3.0], sequence=[1.0, 1.0, 2.0])
    many = parsed(NUMBERS, values=["1.5 2", "-3"])
    np.testing.assert_array_equal(one.values, [1.5, 2, -3])
    np.testing.assert_array_equal(many.values, one.values)
    np.testing.assert_array_equal(many.lengths, one.lengths)
    assert many.gaussian
    assert not many.by_step


def test_true_states_by_step_and_by_sequence():
    np.testing.assert_array_equal(parsed(symbol=list("aba"), state=["L", "F", "F"]).state, [1, 0, 0])
    np.testing.assert_array_equal(parsed(symbols=["ab", "a"], state=["LF", "F"]).state, [1, 0, 0])
    words = parsed(symbols=["a b", "a"], state=["loaded fair", "fair"])
    np.testing.assert_array_equal(words.state, [1, 0, 0])


def test_states_are_known_where_they_are_written():
    by_step = parsed(symbol=list("aba"), state=["L", "?", "F"])
    np.testing.assert_array_equal(by_step.state, [1, -1, 0])
    assert labelled(by_step, 2) is None
    rows = parsed(symbols=["ab", "a"], state=["LF", ""])
    np.testing.assert_array_equal(rows.state, [1, 0, -1])
    np.testing.assert_array_equal(parsed(symbols=["ab", "a"], state=["L?", "F"]).state, [1, -1, 0])
    tags = _labels(rows, np.array([0, 1]))
    assert (tags[0].text, tags[1]) == ("BA", None)


@pytest.mark.parametrize(
    "columns",
    [
        {"symbol": list("aba"), "state": ["x", "y", "z"]},
        {"symbols": ["aba", "bb"], "state": ["xyx", "yz"]},
    ],
)
def test_more_states_than_the_model_has_are_set_aside(columns):
    table = Table.from_columns(columns)
    assert SYMBOLS.labels_aside(table) == (
        "column state has 3 different states and the model has 2: it is not used until the model has 3 states"
    )
    assert SYMBOLS.parse(table).state is None
    assert SYMBOLS.labels_aside(Table.from_columns({"symbol": list("ab")})) is None


@pytest.mark.parametrize(
    ("model", "columns", "message"),
    [
        (SYMBOLS, {"symbol": []}, "there are no rows; a sequence is needed"),
        (
            SYMBOLS,
            {"roll": ["1"]},
            "a column symbol is needed, one step per row, or symbols; the table has roll",
        ),
        (
            NUMBERS,
            {"symbol": [1]},
            "a column value or values is needed; for the column symbol set emission to categorical",
        ),
        (
            SYMBOLS,
            {"time": [1], "values": ["1 2"]},
            "a column symbol or symbols is needed; for the column values set emission to gaussian",
        ),
        (SYMBOLS, {"symbol": ["NA", ""]}, "column symbol: every symbol is missing"),
        (SYMBOLS, {"symbols": ["? ?", ". ."]}, "column symbols: every symbol is missing"),
        (NUMBERS, {"value": ["NA", ""]}, "column value: every value is missing"),
        (NUMBERS, {"values": ["NA ?", "NA ."]}, "column values: every value is missing"),
        (
            SYMBOLS,
            {"symbols": ["ab", "", "b"]},
            "row 2, column symbols: there are no symbols in this row; a sequence has one step at least",
        ),
        (NUMBERS, {"value": ["1", "x"]}, "row 2, column value: expected a number, got 'x'"),
        (NUMBERS, {"value": [1.0, np.inf]}, "row 2, column value: expected a finite number, got inf"),
        (NUMBERS, {"values": ["1 2", "3 x 4"]}, "row 2, column values: expected a number, got 'x'"),
        (
            NUMBERS,
            {"values": ["1 2", " "]},
            "row 2, column values: there are no values in this row; a sequence has one step at least",
        ),
        (NUMBERS, {"value": [2.0, 2.0]}, "all values are the same; a normal distribution needs some spread"),
        (
            SYMBOLS,
            {"symbols": [12.0, 1e20]},
            "row 2, column symbols: a number of this length loses digits; write blanks between the symbols",
        ),
        (
            SYMBOLS,
            {"symbol": [str(i) for i in range(70)]},
            "row 65, column symbol: '64' is one more than the 64 different symbols that there may be",
        ),
        (
            SYMBOLS,
            {"symbol": ["rain", "ID   5.1.2.1", "DE   Mandelate racemase."]},
            "row 2, column symbol: 'ID   5.1.2.1' is a line of text; "
            "a symbol is a letter, a word or a number",
        ),
        (
            SYMBOLS,
            {"symbols": ["aba", "bb"], "state": ["xyx", "xyz"]},
            "row 2, column state: expected 2 states as in the sequence, got 3",
        ),
    ],
)
def test_data_that_cannot_be_used(model, columns, message):
    with pytest.raises(DataError) as caught:
        parsed(model, **columns)
    assert str(caught.value) == message


def test_some_sequences_are_the_same_as_if_they_were_all():
    data = parsed(symbols=["abab", "b", "ba"], state=["AABB", "A", "BA"])
    some = data.only(np.array([0, 2]))
    np.testing.assert_array_equal(some.codes, [0, 1, 0, 1, 1, 0])
    np.testing.assert_array_equal(some.state, [0, 0, 1, 1, 1, 0])
    np.testing.assert_array_equal(some.lengths, [4, 2])
    assert some.texts.tolist() == ["abab", "ba"]
    assert data.only(np.arange(3)) is data


# -- starts --------------------------------------------------------------------------------------------------


def test_the_start_of_the_casino():
    model, _, data = example("casino")
    start = model.default(data)
    np.testing.assert_allclose(start.transition, [[0.9, 0.1], [0.1, 0.9]])
    np.testing.assert_allclose(start.emission, [[1 / 6] * 6, [0.1] * 5 + [0.5]])


def test_no_two_states_begin_alike_even_where_there_are_more_of_them_than_symbols():
    for states in range(2, 9):
        model = HiddenMarkov(states)
        data = parsed(model, symbol=list("abba"))
        assert len(np.unique(np.round(model.default(data).emission, 12), axis=0)) == states
        numbers = parsed(HiddenMarkov(states, "gaussian"), value=[0.0] * 9 + [1.0])
        assert len(np.unique(default(numbers, states).mean)) == states


def test_the_start_of_numbers_is_round():
    found = NUMBERS.default(parsed(NUMBERS, value=[310.0, 322.0, 347.0, 391.0]))
    np.testing.assert_array_equal(found.mean, [311, 374])
    np.testing.assert_array_equal(found.variance, [962, 962])


def test_the_first_state_can_be_held():
    held = HiddenMarkov(3, first="uniform")
    data = parsed(held, symbol=list("abc"))
    assert held.parameters(data)[0].fixed
    for seed in range(3):
        np.testing.assert_allclose(held.start(data, np.random.default_rng(seed)).initial, [1 / 3] * 3)
    assert np.ptp(HiddenMarkov(3).start(data, np.random.default_rng(1)).initial) > 0


# -- examples ------------------------------------------------------------------------------------------------


def _truth(record, values):
    return record(*(np.array(value, dtype=float) for value in values.values()))


def test_the_casino_is_drawn_again():
    _, table, data = example("casino")
    states, rolls = drawn(_truth(CategoricalParams, CASINO), [300], np.random.default_rng(1998))
    np.testing.assert_array_equal(table.numbers("symbol"), rolls + 1)
    np.testing.assert_array_equal(data.state, states)


def test_the_evenings_are_drawn_again():
    _, _, data = example("evenings")
    states, rolls = drawn(_truth(CategoricalParams, CASINO), [30] * 20, np.random.default_rng(32))
    np.testing.assert_array_equal(data.codes, rolls)
    np.testing.assert_array_equal(data.state, states)
    np.testing.assert_array_equal(data.lengths, [30] * 20)


def test_the_levels_are_drawn_again():
    _, table, data = example("levels")
    states, values = drawn(_truth(GaussianParams, LEVELS), [500], np.random.default_rng(1970))
    np.testing.assert_allclose(table.numbers("value"), values, rtol=0, atol=0.00051)
    np.testing.assert_array_equal(data.state, states)


def test_the_earthquakes_have_the_mean_and_the_variance_of_the_book():
    """Zucchini & MacDonald (2009), section 1.1: 107 counts, mean 19.36 and variance 51.57."""
    _, table, data = example("earthquakes")
    np.testing.assert_array_equal(table.numbers("year"), np.arange(1900, 2007))
    assert len(data.values) == 107
    assert data.values.mean() == pytest.approx(19.36, abs=0.005)
    assert data.values.var(ddof=1) == pytest.approx(51.57, abs=0.005)


def test_the_order_of_the_earthquakes_is_that_of_the_book():
    """The chain of two Poisson states there, λ = 15.472, 26.125, has −log P = 342.318 (section 3.3)."""
    _, _, data = example("earthquakes")
    rates = np.array([15.472, 26.125])
    log_factorials = np.cumsum(np.log(np.maximum(np.arange(60), 1)))
    logs = data.values[:, None] * np.log(rates) - rates - log_factorials[data.values.astype(int)][:, None]
    move = np.array([[0.934, 0.066], [0.128, 0.872]])
    forward, total = np.array([0.128, 0.066]) / 0.194, 0.0
    for t, each in enumerate(np.exp(logs)):
        forward = (forward @ move if t else forward) * each
        total += np.log(forward.sum())
        forward = forward / forward.sum()
    assert total == pytest.approx(-342.318, abs=0.002)


# -- simulation ----------------------------------------------------------------------------------------------


def test_simulated_steps_come_in_sequences_of_twenty():
    truth = _truth(CategoricalParams, CASINO)
    table = SYMBOLS.simulate(truth, 47, np.random.default_rng(3))
    assert table.rows == 47
    np.testing.assert_array_equal(SYMBOLS.parse(table).lengths, [20, 20, 7])
    short = SYMBOLS.simulate(truth, 47, np.random.default_rng(3), 30)
    np.testing.assert_array_equal(SYMBOLS.parse(short).lengths, [30, 17])
    whole = SYMBOLS.simulate(truth, 40, np.random.default_rng(3))
    np.testing.assert_array_equal(SYMBOLS.parse(whole).lengths, [20, 20])


def test_simulated_transitions_and_emissions_have_their_probabilities():
    rng = np.random.default_rng(11)
    truth = _truth(CategoricalParams, CASINO)
    states, rolls = drawn(truth, [50_000, 50_000], rng)
    inside = np.arange(100_000) % 50_000 > 0
    for j in range(2):
        from_j = states[:-1][inside[1:]] == j
        assert np.mean(states[1:][inside[1:]][from_j] != j) == pytest.approx([0.05, 0.1][j], abs=0.005)
        shown = np.bincount(rolls[states == j].astype(int), minlength=6) / np.sum(states == j)
        np.testing.assert_allclose(shown, truth.emission[j], atol=0.01)

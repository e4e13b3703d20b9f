"""Two entries of θ moved together: both get their values, also in one row of probabilities."""

import numpy as np
from toys import COINS, TOSSED, biased

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.em.counts.table import Entry
from emviz.em.objective.pairs import free_pair, is_line, of_one_whole, with_pair
from emviz.models import model_named

A, B = Entry("heads", (0,)), Entry("heads", (1,))


def test_two_shares_of_a_whole_cannot_exceed_it_and_the_others_are_scaled():
    abo = model_named("abo")
    data = abo.parse(read_table(example_path(abo.examples[0].file)))
    start = abo.default(data)
    field = abo.parameters(data)[0].name
    shares = [Entry(field, (place,)) for place in range(3)]
    assert of_one_whole(abo, data, *shares[:2])
    assert not of_one_whole(COINS, TOSSED, A, B)
    moved = with_pair(abo, data, start, (shares[0], shares[1]), (0.5, 0.2))
    np.testing.assert_allclose(moved[0], [0.5, 0.2, 0.3])
    assert with_pair(abo, data, start, (shares[0], shares[1]), (0.5, 0.6)) is None
    assert with_pair(abo, data, start, (shares[0], shares[1]), (0.5, 0.5)) is None
    nothing_left = abo.make_params({field: np.array([0.5, 0.5, 0.0])})
    moved = with_pair(abo, data, nothing_left, (shares[0], shares[1]), (0.3, 0.3))
    np.testing.assert_allclose(moved[0], [0.3, 0.3, 0.4])


def test_of_two_shares_that_make_a_whole_one_gives_way_to_another_entry():
    hmm = model_named("hmm")
    data = hmm.parse(read_table(example_path(hmm.examples[0].file)))
    first = (Entry("initial", (0,)), Entry("initial", (1,)))
    pair = free_pair(hmm, data, first)
    assert pair[0] == first[0]
    assert pair[1].field != "initial"
    assert free_pair(COINS, TOSSED, (A, B)) == (A, B)
    start = hmm.default(data)
    moved = with_pair(hmm, data, start, first, (0.25, 0.75))
    np.testing.assert_allclose(moved.initial, [0.25, 0.75])
    assert with_pair(hmm, data, start, first, (0.25, 0.25)) is None


def test_an_entry_outside_of_its_domain_is_no_start():
    assert with_pair(COINS, TOSSED, biased(0.5, 0.5), (A, B), (1.5, 0.5)) is None


def test_transitions_that_do_not_exist_stay_at_0():
    rna = model_named("rna")
    data = rna.parse(read_table(example_path(rna.examples[0].file)))
    params = rna.default(data)
    there = np.argwhere(params.transition > 0)
    row = int(there[0, 0])
    first, second = (Entry("transition", (row, int(k))) for k in there[there[:, 0] == row, 1][:2])
    moved = with_pair(rna, data, params, (first, second), (0.5, 0.25))
    others = np.flatnonzero(params.transition[row] > 0)[2:]
    assert moved.transition[row][[first.index[1], second.index[1]]].tolist() == [0.5, 0.25]
    assert moved.transition[row][others].sum() == 0.25
    assert np.count_nonzero(moved.transition[row]) == 2 + len(others)


def test_two_shares_that_are_all_make_a_line():
    hmm = model_named("hmm")
    data = hmm.parse(read_table(example_path(hmm.examples[0].file)))
    params = hmm.default(data)
    assert is_line(hmm, data, params, (Entry("initial", (0,)), Entry("initial", (1,))))
    assert not is_line(hmm, data, params, (Entry("emission", (0, 0)), Entry("emission", (0, 1))))
    assert not is_line(COINS, TOSSED, biased(0.5, 0.5), (A, B))

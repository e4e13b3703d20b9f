"""The motif: against every completion written out, its data, its starts and updates."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from motif_cases import CRP, CRP_DATA, seed_of, written

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.domains import ParameterError
from emviz.em.hyper import configure
from emviz.em.methods import Hard
from emviz.em.model import ModelError, fields_of
from emviz.models import example_named
from emviz.models.motif import LETTERS, Motif, MotifParams, steps
from emviz.models.motif import data as motif_data
from emviz.models.motif.data import MotifCounts

# -- every completion written out ----------------------------------------------------------------------------


def _background(sequences):
    letters = "".join(sequences)
    return {a: letters.count(a) / len(letters) for a in LETTERS}


def _completions(sequences, width, theta):
    """Yield each choice of a start in every sequence with its log P(x, z; θ), letter by letter."""
    background = _background(sequences)
    for chosen in product(*(range(len(text) - width + 1) for text in sequences)):
        log = 0.0
        for text, start in zip(sequences, chosen, strict=True):
            log -= np.log(len(text) - width + 1)
            for place, letter in enumerate(text):
                k = place - start
                inside = 0 <= k < width
                log += np.log(theta[k, LETTERS.index(letter)] if inside else background[letter])
        yield chosen, log


def _counts(sequences, chosen, width):
    counts = np.zeros((width, 4))
    for text, start in zip(sequences, chosen, strict=True):
        for k, letter in enumerate(text[start : start + width]):
            counts[k, LETTERS.index(letter)] += 1
    return counts


@st.composite
def tiny(draw):
    """A model, a few short sequences of several lengths and not always of all letters, and two motifs."""
    width = draw(st.integers(4, 9))
    letters = draw(st.sampled_from(["ACGT", "ACG", "AT"]))
    sizes = draw(st.lists(st.integers(width, width + 4), min_size=1, max_size=4))
    sequences = [draw(st.text(letters, min_size=size, max_size=size)) for size in sizes]
    pseudocount = draw(st.sampled_from([0.0, 2.5]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    places = [MotifParams(rng.dirichlet(np.ones(4), width)) for _ in range(2)]
    return Motif(width, pseudocount), sequences, *places


@settings(max_examples=40)
@given(tiny())
def test_against_every_completion(case):
    model, sequences, here, there = case
    data = model.parse(written(*sequences))
    chosen, logs = zip(*_completions(sequences, model.width, here.letters), strict=True)
    logs = np.array(logs)
    evidence = np.log(np.exp(logs).sum())
    q = np.exp(logs - evidence)
    shares = np.array(list(_background(sequences).values())) * model.pseudocount
    prior, other_prior = ((shares * np.log(theta.letters)).sum() for theta in (here, there))

    expectation = model.e_step(data, here)
    assert expectation.objective == pytest.approx(evidence + prior, rel=1e-11)

    counts = np.array([_counts(sequences, one, model.width) for one in chosen])
    expected = np.tensordot(q, counts, axes=1)
    np.testing.assert_allclose(expectation.counts.letters, expected, rtol=1e-10, atol=1e-12)

    there_logs = np.array([log for _, log in _completions(sequences, model.width, there.letters)])
    assert model.q(data, expectation.counts, there) == pytest.approx(q @ there_logs + other_prior, rel=1e-11)

    posterior = model.posterior(data, here, np.arange(len(sequences)))
    for i, row in enumerate(posterior):
        own = [q[[one[i] == j for one in chosen]].sum() for j in range(len(row))]
        np.testing.assert_allclose(row, own, rtol=1e-10, atol=1e-13)

    best = model.complete(data, here)
    assert model.q(data, best, here) == pytest.approx(logs.max() + prior, rel=1e-11)

    padded = expected + shares
    found = model.m_step(data, expectation.counts).letters
    np.testing.assert_allclose(found, padded / padded.sum(axis=1, keepdims=True), rtol=1e-10, atol=1e-12)


# -- data ----------------------------------------------------------------------------------------------------


def test_either_case_and_blanks_are_read():
    data = Motif(4).parse(written(" acGT t\n", "TTTT", name=["one", ""]))
    assert [data.sequence(row) for row in range(2)] == ["ACGTT", "TTTT"]
    assert [data.name(row) for row in range(2)] == ["one", "sequence 2"]
    np.testing.assert_allclose(data.background, [1 / 9, 1 / 9, 1 / 9, 6 / 9], rtol=1e-15)


@pytest.mark.parametrize("column", ["sites", "site"])
def test_sites_are_read_from_either_column(column):
    data = Motif(4).parse(written("ACGTACGT", "ACGTACGT", **{column: ["1,5", " 2; 3 "]}))
    assert data.sites == ((1, 5), (2, 3))
    assert data.labels == (1, 2)
    np.testing.assert_array_equal(Motif(4).labelled(data).letters[0], [1, 1, 0, 0])


def test_sites_may_be_numbers():
    assert Motif(4).parse(written("ACGTACGT", site=[3.0])).sites == ((3,),)


def test_the_complete_case_needs_every_site():
    for unknown in ("", "?", " "):
        data = Motif(4).parse(written("ACGTACGT", "ACGTACGT", sites=["1", unknown]))
        assert data.sites == ((1,), ())
        assert data.labels is None
        assert Motif(4).labelled(data) is None


def test_a_site_that_is_too_near_the_end_for_the_width_is_still_a_label():
    data = Motif(5).parse(written("ACGTACGT", sites=["5"]))
    assert data.labels == (5,)
    assert Motif(5).labelled(data) is None
    assert Motif(4).labelled(Motif(4).parse(written("ACGTACGT", sites=["5"]))) is not None


def test_what_is_near_a_site():
    data = Motif(4).parse(written("ACGT" * 5, "ACGT" * 5, sites=["2,12", ""]))
    assert [data.hit(0, start) for start in (1, 5, 6, 8, 9, 15, 16)] == [
        True,
        True,
        False,
        False,
        True,
        True,
        False,
    ]
    assert data.hit(1, 1) is None
    assert Motif(4).parse(written("ACGTA")).hit(0, 1) is None


@pytest.mark.parametrize(
    ("table", "message", "row", "column"),
    [
        (written(), "there are no rows; a sequence is needed", None, None),
        (written("ACGT", "ACET"), "expected A, C, G or T, got 'E' at position 3", 2, "sequence"),
        (written("ACGT", "AÄGT"), "expected A, C, G or T, got 'Ä' at position 2", 2, "sequence"),
        (written("NNNN", "?XNN"), "no letter of any sequence is known", None, "sequence"),
        (written("ACGT", "ACG"), "a motif of width 4 needs at least 4 letters, got 3", 2, "sequence"),
        (written("ACGT", ""), "the sequence is missing", 2, "sequence"),
        (written("ACGT", "NA"), "the sequence is missing", 2, "sequence"),
        (written("ACGT", sites=["x"]), "expected start positions such as 17,61, got 'x'", 1, "sites"),
        (written("ACGT", site=["1.5"]), "expected start positions such as 17,61, got '1.5'", 1, "site"),
        (written("ACGT", sites=["1,5"]), "a site starts between 1 and 4 here, got 5", 1, "sites"),
        (written("ACGT", sites=["0"]), "a site starts between 1 and 4 here, got 0", 1, "sites"),
        (
            Table.from_columns({"name": ["a"]}),
            "there is no column 'sequence'; the table has name",
            None,
            None,
        ),
    ],
)
def test_data_that_cannot_be_used(table, message, row, column):
    with pytest.raises(DataError) as caught:
        Motif(4).parse(table)
    assert (caught.value.message, caught.value.row, caught.value.column) == (message, row, column)


def test_the_simulated_example_is_what_its_source_says():
    planted = example_named(CRP, "planted")
    model = configure(CRP, planted.hyper)
    truth = MotifParams(np.array(planted.truth["letters"]))
    drawn = model.simulate(truth, 30, np.random.default_rng(2008))
    table = read_table(example_path(planted.file))
    assert drawn.same(table)
    data = model.parse(table)
    assert model.e_step(data, truth).objective > model.e_step(data, model.default(data)).objective
    assert {len(text) for text in table.texts("sequence").tolist()} == {80}


def test_simulated_sequences_are_as_long_as_asked_for():
    model = Motif(width=6)
    assert (model.unit_size.usual, model.unit_size.low) == (80, 6)
    params = MotifParams(np.eye(4)[[0, 1, 2, 3, 3, 0]])
    table = model.simulate(params, 5, np.random.default_rng(1), 6)
    assert table.texts("sequence").tolist() == ["ACGTTA"] * 5
    with pytest.raises(ParameterError, match="too many to draw"):
        model.simulate(params, 1_000_000, np.random.default_rng(1), 21)


def test_a_simulated_motif_stands_where_its_site_says():
    model = Motif(6)
    table = model.simulate(MotifParams(np.eye(4)[[0, 1, 2, 3, 3, 0]]), 500, np.random.default_rng(1))
    starts = table.numbers("sites").astype(int)
    for text, start in zip(table.texts("sequence").tolist(), starts, strict=True):
        assert text[start - 1 : start + 5] == "ACGTTA"
    assert starts.min() == 1
    assert starts.max() == 75


# -- starts and updates --------------------------------------------------------------------------------------


def test_a_start_is_a_word_of_the_data():
    words = {CRP_DATA.sequence(row)[j : j + 22] for row in range(18) for j in range(84)}
    for seed in range(30):
        letters = CRP.start(CRP_DATA, np.random.default_rng(seed)).letters
        assert "".join(LETTERS[a] for a in letters.argmax(axis=1)) in words
        np.testing.assert_array_equal(np.sort(letters, axis=1), [[0.1, 0.1, 0.1, 0.7]] * 22)


def _richest(sequences, width):
    """The place of the window whose four-letter words are the most over-represented, counted by hand."""
    words = [text[j : j + 4] for text in sequences for j in range(len(text) - 3)]
    background = _background(sequences)

    def excess(word):
        expected = len(words) * np.prod([background[a] for a in word])
        return (words.count(word) - expected) / np.sqrt(expected)

    windows = [text[j : j + width] for text in sequences for j in range(len(text) - width + 1)]
    sums = [sum(excess(window[k : k + 4]) for k in range(width - 3)) for window in windows]
    return windows[int(np.argmax(sums))]


@pytest.mark.parametrize("width", [4, 5, 12])
def test_the_default_is_the_richest_window(width):
    rng = np.random.default_rng(width)
    sequences = ["".join(rng.choice(list("ACGT"), size)) for size in (30, 12, 25)] + ["GTACGTACGTACG"]
    model = Motif(width)
    default = model.default(model.parse(written(*sequences))).letters
    np.testing.assert_array_equal(default, seed_of(_richest(sequences, width)).letters)


def test_the_default_does_without_a_letter_that_is_not_there():
    model = Motif(4)
    default = model.default(model.parse(written("AAAACACACA"))).letters
    assert "".join(LETTERS[a] for a in default.argmax(axis=1)) in {"AAAA", "ACAC", "CACA"}


def test_a_pseudocount_adds_letters_as_the_background_has_them():
    model = Motif(4, 4.0)
    data = model.parse(written("AAAC", "AAGT"))
    counts = MotifCounts(np.array([[2.0, 0, 0, 0]] * 4))
    np.testing.assert_allclose(
        model.m_step(data, counts).letters, [[4.5 / 6, 0.5 / 6, 0.5 / 6, 0.5 / 6]] * 4, rtol=1e-14
    )
    assert model.objective == "log posterior"
    assert Motif(4).objective == "log P"


@pytest.mark.parametrize("method", [engine.EM, Hard()])
def test_impossible_data_are_called_so(method):
    model = Motif(4)
    data = model.parse(written("ACGTA", "TTTTT"))
    with pytest.raises(ModelError, match="−∞, the data are impossible under these parameters"):
        engine.start(model, data, MotifParams(np.eye(4)), method)


def test_what_is_impossible_stays_so():
    model = Motif(4)
    data = model.parse(written("ACGTA", "TACGT"))
    step = engine.advance(model, data, engine.start(model, data, MotifParams(np.eye(4))))
    np.testing.assert_array_equal(step.expectation.counts.letters, 2 * np.eye(4))


def test_a_start_without_any_share_costs_no_subnormal_numbers():
    model = Motif(40)
    data = model.parse(written("A" * 40 + "C" * 40))
    theta = MotifParams(np.array([[1 - 3e-300, 1e-300, 1e-300, 1e-300]] * 40))
    posterior = model.posterior(data, theta, np.arange(1))[0]
    assert posterior[0] == 1
    assert not posterior[1:].any()


def test_the_first_of_equal_starts_is_taken():
    model = Motif(4)
    data = model.parse(written("CACACACA", "GACAC"))
    best = steps.best_places(data, steps.window_scores(data, seed_of("ACAC")))
    np.testing.assert_array_equal(best - data.first, [1, 1])


def test_many_parameters_come_in_batches(monkeypatch):
    rng = np.random.default_rng(3)
    many = MotifParams(rng.dirichlet(np.ones(4), (5, 22)))
    whole = CRP.objectives(CRP_DATA, many)
    monkeypatch.setattr(steps, "MOST", 2 * len(CRP_DATA.codes))
    np.testing.assert_array_equal(CRP.objectives(CRP_DATA, many), whole)


def test_the_background_everywhere_is_named():
    even = MotifParams(np.tile(CRP_DATA.background, (22, 1)))
    words = "every position is the background: EM cannot tell one start from another from here"
    assert CRP.remark(CRP_DATA, even) == words
    assert CRP.remark(CRP_DATA, MotifParams(even.letters.round(3))) == words
    moved = even.letters.copy()
    moved[3] = [0.3, 0.2, 0.2, 0.3]
    assert CRP.remark(CRP_DATA, MotifParams(moved)) is None
    np.testing.assert_allclose(CRP.posterior(CRP_DATA, even, np.arange(2)), 1 / 84, rtol=1e-12)


def test_in_blocks_of_letters_everything_is_as_in_one(monkeypatch):
    params = CRP.default(CRP_DATA)
    whole = CRP.e_step(CRP_DATA, params)
    for module in (motif_data, steps):
        monkeypatch.setattr(module, "TOGETHER", 150)
    parts = CRP.e_step(CRP.parse(read_table(example_path("crp0.fasta"))), params)
    assert parts.objective == pytest.approx(whole.objective, rel=1e-13)
    for name, value in fields_of(whole.counts).items():
        np.testing.assert_allclose(fields_of(parts.counts)[name], value, rtol=1e-12, atol=1e-12)

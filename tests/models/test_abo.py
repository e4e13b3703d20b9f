"""ABO blood groups: every genotype of every person written out, golden traces, data, pictures."""

import json
from itertools import product
from math import log
from pathlib import Path

import numpy as np
import pytest
from coin_cases import iterated

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell, TotalCell, UpdateCell
from emviz.em.methods import Hard
from emviz.em.model import Look, Phase, Round
from emviz.intake import guess, take
from emviz.models.abo import MODEL
from emviz.models.abo.steps import AboParams

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "abo.json").read_text())["sets"]
FILES = {"hwabo_example": "abo_textbook.csv", "lange_clarke1959": "abo_clarke1959.csv"}
GENOTYPES = ("AA", "AO", "BB", "BO", "AB", "OO")
BEHIND = {"A": ("AA", "AO"), "B": ("BB", "BO"), "AB": ("AB",), "O": ("OO",)}
THIRDS = AboParams(np.full(3, 1 / 3))


def at(*allele):
    return AboParams(np.array(allele))


def counted(*counts):
    return MODEL.parse(Table.from_columns({"phenotype": list(BEHIND), "count": counts}))


@pytest.fixture(scope="module", params=FILES)
def known(request):
    data = MODEL.parse(read_table(example_path(FILES[request.param])))
    return data, GOLDEN[request.param], iterated(MODEL, data, THIRDS, 40)


@pytest.fixture(scope="module")
def data():
    return MODEL.parse(read_table(example_path("abo_textbook.csv")))


@pytest.mark.parametrize("allele", [(0.2, 0.1, 0.7), (0.6, 0.3, 0.1)])
def test_against_every_completion(allele):
    """Two people with phenotype A, two with B, one AB, one O: 16 completions."""
    people = ("A", "A", "B", "B", "AB", "O")
    data, params = counted(2, 2, 1, 1), at(*allele)
    chance = dict(zip("ABO", allele, strict=True))
    joint, counts = [], []
    for chosen in product(*(BEHIND[phenotype] for phenotype in people)):
        ways = [1 if first == second else 2 for first, second in chosen]
        terms = [
            log(way * chance[first] * chance[second])
            for way, (first, second) in zip(ways, chosen, strict=True)
        ]
        joint.append(sum(terms))
        counts.append([chosen.count(genotype) for genotype in GENOTYPES])
    weights = np.exp(joint)
    found = MODEL.e_step(data, params)
    orders = log(720 / 2 / 2)  # 6! / (2! 2! 1! 1!): the people may come in any order
    assert found.objective == pytest.approx(log(weights.sum()) + orders, rel=1e-13)
    mean = weights @ np.array(counts) / weights.sum()
    np.testing.assert_allclose(found.counts.genotypes, mean, rtol=1e-13)
    shares = MODEL.posterior(data, params, np.arange(4))
    np.testing.assert_allclose(shares[0], [mean[0] / 2, mean[1] / 2, 0, 0, 0, 0], rtol=1e-13)
    np.testing.assert_allclose(shares[1], [0, 0, mean[2] / 2, mean[3] / 2, 0, 0], rtol=1e-13)
    best = MODEL.complete(data, params)
    assert MODEL.q(data, best, params) == pytest.approx(max(joint) + orders, rel=1e-13)
    genes = np.array([sum(n * g.count(a) for n, g in zip(mean, GENOTYPES, strict=True)) for a in "ABO"])
    np.testing.assert_allclose(MODEL.m_step(data, found.counts).allele, genes / 12, rtol=1e-13)


# -- the independent traces ----------------------------------------------------------------------------------


def test_golden_traces(known):
    _, golden, walked = known
    for step, one in zip(walked, golden["trace"], strict=True):
        np.testing.assert_allclose(step.params.allele, one["theta"], rtol=0, atol=2e-12)
        assert step.expectation.objective == pytest.approx(one["loglik_multinomial"], abs=1e-8)
        counts = one["counts_AA_AO_BB_BO_AB_OO"]
        np.testing.assert_allclose(step.expectation.counts.genotypes, counts, rtol=0, atol=2e-9)


def test_golden_hard_trace(known):
    data, golden, _ = known
    walked = iterated(MODEL, data, THIRDS, 5, Hard())
    for step, allele in zip(walked, golden["hard"], strict=True):
        np.testing.assert_allclose(step.params.allele, allele, rtol=0, atol=1e-11)


def test_published_limits(data):
    np.testing.assert_allclose(
        iterated(MODEL, data, THIRDS, 1)[1].params.allele, [0.29846743, 0.11149425, 0.59003831], atol=5e-9
    )
    for file, limit in (
        ("abo_textbook.csv", [0.26444432, 0.09316881, 0.64238687]),
        ("abo_clarke1959.csv", [0.21359094, 0.05014533, 0.73626373]),
    ):
        other = MODEL.parse(read_table(example_path(file)))
        found = iterated(MODEL, other, THIRDS, 60)[-1].params.allele
        np.testing.assert_allclose(found, limit, rtol=0, atol=1.1e-8)
        view = MODEL.views(other, Round(engine.start(MODEL, other, THIRDS), Phase.START), Look())[0]
        (best,) = (place for place, dot in view.dots if dot.kind == "optimum")
        np.testing.assert_allclose(best, found, rtol=0, atol=1e-11)


# -- data, starts, special places ----------------------------------------------------------------------------


def test_a_phenotype_may_stand_in_several_rows_and_in_any_order():
    table = Table.from_columns({"phenotype": ["O", "A", " AB", "A"], "count": [5, 1, 2, 3]})
    data = MODEL.parse(table)
    np.testing.assert_array_equal(data.total, [4, 0, 2, 5])
    shown = MODEL.count_table(data, Round(engine.start(MODEL, data, THIRDS), Phase.E), np.arange(4))
    assert shown.observed == ("O: 5", "A: 1", "AB: 2", "A: 3")
    np.testing.assert_allclose(
        shown.counts, [[0, 0, 10], [4 / 3, 0, 2 / 3], [2, 2, 0], [4, 0, 2]], atol=1e-14
    )


@pytest.mark.parametrize(
    ("phenotypes", "counts", "message"),
    [
        (["A", "C"], [1, 2], "row 2, column phenotype: expected a phenotype A, B, AB or O, got 'C'"),
        (["A", "B"], [1, -2], "row 2, column count: expected a number of at least 0, got -2"),
        (["A", "B"], [0, 0], "there are no people in any of the phenotypes"),
        ([], [], "there are no people in any of the phenotypes"),
    ],
)
def test_tables_that_cannot_be_used(phenotypes, counts, message):
    with pytest.raises(DataError) as caught:
        MODEL.parse(Table.from_columns({"phenotype": phenotypes, "count": np.array(counts)}))
    assert str(caught.value) == message


def test_an_allele_that_is_gone_stays_away():
    data = counted(5, 4, 3, 0)
    assert MODEL.remark(data, at(0.5, 0.3, 0.2)) is None
    assert MODEL.remark(data, at(0.6, 0.4, 0.0)) == (
        "the frequency of allele O is 0, so nobody can have it, and EM never brings it back"
    )
    assert iterated(MODEL, data, at(0.6, 0.4, 0.0), 3)[-1].params.allele[2] == 0


def test_a_phenotype_that_nobody_has_may_be_impossible():
    data = counted(0, 4, 0, 3)
    expectation = MODEL.e_step(data, at(0.0, 1.0, 0.0))
    assert expectation.objective == -np.inf
    shares = MODEL.posterior(data, at(0.0, 1.0, 0.0), np.arange(4))
    np.testing.assert_array_equal(shares.sum(axis=1), 1)


def test_the_search_for_the_maximum_ends_where_em_creeps_for_ever():
    """With A alone p_O(t) = 1/(t + 3): each iteration gains less than the one before."""
    data = counted(10, 0, 0, 0)
    view = MODEL.views(data, Round(engine.start(MODEL, data, THIRDS), Phase.START), Look())[0]
    (best,) = (place for place, dot in view.dots if dot.kind == "optimum")
    np.testing.assert_allclose(best, [1, 0, 0], atol=1e-3)
    assert best[2] > 0


def test_the_simulated_example_is_drawn_again():
    (example,) = (each for each in MODEL.examples if each.key == "simulated")
    drawn = MODEL.simulate(at(*example.truth["allele"]), 1000, np.random.default_rng(1955))
    assert drawn.same(read_table(example_path(example.file)))


# -- pictures, derivations, answers --------------------------------------------------------------------------


def test_the_triangle(data):
    step = engine.advance(MODEL, data, engine.start(MODEL, data, THIRDS))
    updated = engine.advance(MODEL, data, step).params
    look = Look(path=(THIRDS,), truth=at(0.25, 0.1, 0.65))
    view = MODEL.views(data, Round(step, Phase.M, updated), look)[0]
    assert view.places.shape == ((view.side + 1) * (view.side + 2) // 2, 3)
    np.testing.assert_allclose(view.places.sum(axis=1), 1)
    inside = np.isfinite(view.heights)
    np.testing.assert_array_equal(inside, (view.places > 0).all(axis=1))
    some = np.flatnonzero(inside)[::100]
    for place, height in zip(view.places[some], view.heights[some], strict=True):
        assert height == pytest.approx(MODEL.e_step(data, at(*place)).objective, rel=1e-13)
    np.testing.assert_array_equal(view.path, [THIRDS.allele, updated.allele])
    assert [(dot.label, dot.kind) for _, dot in view.dots] == [
        ("maximum", "optimum"),
        ("start", "start"),
        ("truth", "truth"),
        ("p(1)", "here"),
    ]
    assert view.now == 1
    first = MODEL.views(data, Round(step, Phase.START), Look())[0]
    assert [dot.label for _, dot in first.dots] == ["maximum", "p(0)"]


def test_each_phenotype_is_split_into_its_genotypes(data):
    step = engine.start(MODEL, data, THIRDS)
    start, weighed = (
        MODEL.views(data, Round(step, phase), Look(truth=at(0.25, 0.1, 0.65)))[1]
        for phase in (Phase.START, Phase.E)
    )
    assert start.names == ("A", "B", "AB", "O")
    assert [[bar.value for bar in bars] for bars in start.bars] == [[182], [60], [17], [176]]
    assert [[bar.name for bar in bars] for bars in weighed.bars] == [list(each) for each in BEHIND.values()]
    for bars, total in zip(weighed.bars, [182, 60, 17, 176], strict=True):
        assert sum(bar.value for bar in bars) == pytest.approx(total, rel=1e-14)
    assert len({bar.component for bars in weighed.bars for bar in bars}) == 6
    expected, truth = zip(*weighed.marks, strict=True)
    np.testing.assert_allclose([dot.y for dot in expected], 435 * np.array([3, 3, 2, 1]) / 9)
    np.testing.assert_allclose([dot.y for dot in truth], 435 * np.array([0.3875, 0.14, 0.05, 0.4225]))
    assert {dot.kind for dot in truth} == {"truth"}


def _derived(data, cell, places=1):
    state = Round(engine.start(MODEL, data, THIRDS), Phase.E)
    return MODEL.count_table(data, state, np.arange(4)).derive(cell, places)


def test_where_the_numbers_come_from(data):
    told = {
        cell: [line.formula for line in _derived(data, cell).lines]
        for cell in (
            ShareCell(0, 0),
            ShareCell(0, 1),
            ShareCell(0, 2),
            CountCell(0, 0),
            CountCell(0, 1),
            TotalCell(0),
            UpdateCell(0),
        )
    }
    upwards = [
        r"242.7 + 0.0 + 17.0 + 0.0 \approx 259.7\,\mathrm{genes}",
        r"p_{A} = \frac{259.7}{259.7 + 97.0 + 513.3} \approx 0.30",
    ]
    alone = [
        r"P(\mathrm{AA}) = \frac{0.33333^{2}}{0.33333^{2} + 2 \cdot 0.33333 \cdot 0.33333}",
        r"\frac{0.1111}{0.1111 + 0.2222} \approx 0.33",
        r"0.3333 \times 182 \approx 60.7\,\mathrm{AA}",
    ]
    mixed = [
        r"P(\mathrm{AO}) = \frac{2 \cdot 0.33333 \cdot 0.33333}{0.33333^{2} + 2 \cdot 0.33333 \cdot 0.33333}",
        r"\frac{0.2222}{0.1111 + 0.2222} \approx 0.67",
        r"0.6667 \times 182 \approx 121.3\,\mathrm{AO}",
    ]
    assert told[ShareCell(0, 0)] == alone + upwards
    assert told[ShareCell(0, 1)][:5] == mixed + upwards
    assert told[ShareCell(0, 1)][6].startswith(r"p_{O} = \frac{513.3}")
    assert told[ShareCell(0, 2)] == [r"P(\mathrm{BB}) = 0"]
    total = r"2 \times 60.6667 + 1 \times 121.3333 \approx 242.7\,\mathrm{genes}"
    assert told[CountCell(0, 0)] == [*alone, *mixed, total, *upwards]
    assert told[CountCell(0, 1)][0] == r"0\,\mathrm{genes}"
    assert told[TotalCell(0)] == told[UpdateCell(0)] == upwards


def test_answers(data):
    likely = MODEL.answers(data, at(0.2, 0.1, 0.7), np.array([0, 3, 1]))
    assert [answer.completions for answer in likely] == [
        ("genotype AO", "genotype AA"),
        ("genotype OO",),
        ("genotype BO", "genotype BB"),
    ]
    np.testing.assert_allclose(likely[0].shares, [0.875, 0.125])
    other = MODEL.answers(data, at(0.8, 0.1, 0.1), np.array([0]))[0]
    assert other.completions == ("genotype AA", "genotype AO")
    np.testing.assert_allclose(other.shares, [0.8, 0.2])


def test_where_a_phenotype_is_impossible_its_shares_still_add_up(data):
    """Nobody can be A or O where B is the only allele."""
    shares = MODEL.posterior(data, at(0, 1, 0), np.arange(4))
    np.testing.assert_array_equal(shares.sum(axis=1), 1)
    assert shares.min() == 0


def test_without_a_count_each_row_is_one_person():
    """Six A, two B, one AB and nine O, a person a row."""
    people = ["A"] * 6 + ["B"] * 2 + ["AB"] + ["O"] * 9
    data = MODEL.parse(Table.from_columns({"phenotype": people}))
    np.testing.assert_array_equal(data.total, [6, 2, 1, 9])
    assert data.orders == counted(6, 2, 1, 9).orders


@pytest.mark.parametrize("name", ["Blood group", "blood_type", "Type"])
def test_other_names_of_the_columns(name):
    table = Table.from_columns({name: ["A", "O"], "freq": [3, 4]})
    read = take(MODEL, table, guess(MODEL, table)).table
    np.testing.assert_array_equal(MODEL.parse(read).total, [3, 0, 0, 4])
